"""Where conversations are reached: remembered as they speak."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.mouth import Sent
from bot.payload import at, word
from bot.teams.api import Teams, Unanswered, may_call
from bot.teams.payload import channel_of, is_direct, person_in, tenant_of
from handlers.vocabulary import Place
from storage import references
from storage.references import Reached


async def met(teams: Teams, activity: Mapping[str, object]) -> Sequence[str]:
    """Remember where this conversation is reached; returns the known channels of the team, if it speaks of a team.

    Raises Unreadable.
    """
    tenant, channel = f"teams:{tenant_of(activity)}", channel_of(activity)
    team = word(activity, "channelData", "team", "id") or None
    who = person_in(at(activity, "from"), activity) if is_direct(activity) else None
    # The message extension works in conversations that are none of the bot's.
    foreign = word(activity, "name").startswith("composeExtension/") or (is_direct(activity) and who is None)
    if not foreign and may_call(teams, word(activity, "serviceUrl")):
        here = Reached(channel, word(activity, "serviceUrl"), team, who.id if who is not None else None)
        known = await teams.database.read(tenant, lambda db: references.of(db, tenant, channel))
        # Most activities tell nothing new.
        if known is None or replace(here, team=team or known.team, person=here.person or known.person) != known:
            await teams.database.write(tenant, lambda db: references.keep(db, tenant, here))
    if team is None or word(activity, "type") not in ("conversationUpdate", "installationUpdate"):
        return ()
    channels = await teams.database.read(tenant, lambda db: references.shared(db, tenant, team))
    return [each.channel for each in channels]


async def reached(teams: Teams, place: Place) -> Reached:
    """Where a place is reached. Raises Unanswered when that is not known, or it refused us since it last spoke."""
    found = await teams.database.read(place.tenant, lambda db: references.of(db, place.tenant, place.channel))
    return reachable(found)


async def refused(teams: Teams, tenant: str, channel: str) -> None:
    """Teams says that nothing can be said there: do not ask again until it speaks."""
    await teams.database.write(tenant, lambda db: references.refused(db, tenant, channel))


def reachable(found: Reached | None) -> Reached:
    """What was found, if something can be said there. Raises Unanswered."""
    if found is None:
        raise Unanswered(Sent("refused", error="unknown_conversation"))
    if not found.reachable:
        raise Unanswered(Sent("refused", error="refused_before"))
    return found
