"""The chat of one person with the bot: where all that is private is said."""

from bot.mouth import Sent
from bot.payload import word
from bot.teams.api import Teams, Unanswered, call, path
from bot.teams.places import reachable, reached
from bot.teams.roster import member
from handlers.vocabulary import Person, Place
from storage import references
from storage.references import Reached


async def chat(teams: Teams, place: Place, who: Person, address: str = "", service_url: str = "") -> Reached:
    """The chat of the bot with somebody from `place`, begun if need be; to begin it shows nobody anything.

    `address` is what Teams calls them to this bot, which else is asked for. Raises Unanswered.
    """
    tenant = place.tenant
    if place.direct:
        # Only what Teams itself called their chat is one: of a channel it can also be said that it be told in private.
        here = await teams.database.read(tenant, lambda db: references.of(db, tenant, place.channel))
        if here is not None and here.person == who.id:
            return reachable(here)
    known = await teams.database.read(tenant, lambda db: references.chat(db, tenant, who.id))
    if known is not None:
        return reachable(known)
    service_url = service_url or (await reached(teams, place)).service_url
    if not address:
        address = word(await member(teams, place, who), "id")
        if not address:
            raise Unanswered(Sent("refused", error="no_such_member"))
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
