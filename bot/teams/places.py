"""Where conversations are reached: remembered as they speak, and the chat with a person begun where there is none."""

from collections.abc import Mapping, Sequence

from bot.mouth import Sent
from bot.payload import at, word
from bot.teams.api import Teams, Unanswered, call, may_call, path
from bot.teams.payload import channel_of, is_direct, person_in, tenant_of
from handlers.vocabulary import Person, Place
from storage import references
from storage.references import Reached


async def met(teams: Teams, seen: dict[tuple[str, str], Reached], activity: Mapping[str, object]) -> Sequence[str]:
    """Remember where this conversation is reached; returns the known channels of the team, if it speaks of a team.

    `seen` is what was remembered before by this process: most activities tell nothing new. Raises Unreadable.
    """
    tenant, channel = f"teams:{tenant_of(activity)}", channel_of(activity)
    team = word(activity, "channelData", "team", "id") or None
    if may_call(teams, word(activity, "serviceUrl")):
        who = person_in(at(activity, "from"), activity) if is_direct(activity) else None
        here = Reached(channel, word(activity, "serviceUrl"), team, who.id if who is not None else None)
        # Chats with one person are always written: their rows go when that person is erased.
        if who is not None or seen.get((tenant, channel)) != here:
            await teams.database.write(tenant, lambda db: references.keep(db, tenant, here))
            seen[tenant, channel] = here
    if team is None or word(activity, "type") not in ("conversationUpdate", "installationUpdate"):
        return ()
    known = await teams.database.read(tenant, lambda db: references.shared(db, tenant, team))
    return [each.channel for each in known]


async def reached(teams: Teams, place: Place) -> Reached:
    """Where a place is reached. Raises Unanswered when that is not known, or it refused us since it last spoke."""
    found = await teams.database.read(place.tenant, lambda db: references.of(db, place.tenant, place.channel))
    return _reachable(found)


async def chat(teams: Teams, place: Place, who: Person, address: str = "", service_url: str = "") -> Reached:
    """The chat of the bot with somebody from `place`, begun if need be; to begin it shows nobody anything.

    `address` is what Teams calls them to this bot, which else is asked for. Raises Unanswered.
    """
    if place.direct:
        return await reached(teams, place)
    tenant = place.tenant
    known = await teams.database.read(tenant, lambda db: references.chat(db, tenant, who.id))
    if known is not None:
        return _reachable(known)
    service_url = service_url or (await reached(teams, place)).service_url
    if not address:
        member = await call(teams, "GET", service_url, path("conversations", place.channel, "members", who.id))
        address = word(member, "id")
    begun = await call(
        teams,
        "POST",
        service_url,
        path("conversations"),
        {
            "isGroup": False,
            "members": [{"id": address}],
            "tenantId": place.team,
            "channelData": {"tenant": {"id": place.team}},
        },
    )
    here = Reached(word(begun, "id"), service_url, None, who.id)
    if not here.channel:
        raise Unanswered(Sent("retry", error="no_conversation", seconds=30))
    await teams.database.write(tenant, lambda db: references.keep(db, tenant, here))
    return here


async def refused(teams: Teams, tenant: str, channel: str) -> None:
    """Teams says that nothing can be said there: do not ask again until it speaks."""
    await teams.database.write(tenant, lambda db: references.refused(db, tenant, channel))


def _reachable(found: Reached | None) -> Reached:
    if found is None:
        raise Unanswered(Sent("refused", error="unknown_conversation"))
    if not found.reachable:
        raise Unanswered(Sent("refused", error="refused_before"))
    return found
