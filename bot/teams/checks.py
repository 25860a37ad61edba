"""What the doctor looks at in Teams: the token, Microsoft's keys, the clock, conversations and their people."""

from datetime import datetime
from functools import partial

import aiohttp
from sqlalchemy.orm import Session

from bot.doctor.check import Check, Look, looked
from bot.doctor.platform import QUIET, ago, clock, people, refusals
from bot.settings import Settings, TeamsSettings
from bot.teams.api import TIMEOUT, Teams, Unanswered, may_call
from bot.teams.credentials import NoIdentity, token_for
from bot.teams.payload import PLATFORM
from bot.teams.roster import roster
from bot.teams.trust import LEEWAY, Distrusted, Keys
from handlers.vocabulary import Member, Place
from storage import health
from storage.database import EVERYWHERE, Database

GUESTS = "Invite them again, with the e-mail address that they have at their own organisation."
MEANS = {
    "BotNotInConversationRoster": "the app was taken out of that team or chat: add it again",
    "ConversationBlockedByUser": "that person blocked the bot",
    "ForbiddenOperationException": "that person has no chat with the bot: the app must be in a team of theirs",
    "MessageSizeTooBig": "the message was too long for Teams",
    "MessageWritesBlocked": "that person, or the administrator, blocked the bot",
    "foreign_service_url": "the address of that conversation is not Microsoft's",
    "refused_before": "Teams refused it before, and nothing was heard from there since",
    "unknown_conversation": "nothing was ever heard from there: mention the bot there once",
}
"""What Teams' codes, and our own, mean, and what to do."""


async def checks(settings: Settings, database: Database | None, now: datetime) -> list[Check]:
    """All that can be said of Teams, where it is used; without a `database`, only of the app and Microsoft."""
    if settings.teams is None:
        return []
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        found = [await looked("teams token", partial(token, settings.teams))]
        found.append(await looked("teams keys", partial(keys, session, settings.teams.keys_url)))
        if found[-1].state == "ok":
            found.append(await looked("teams clock", partial(_clock, session, settings.teams.keys_url, now)))
        if database is None:
            return found
        teams = Teams(session, token_for(settings.teams), database)
        looks: dict[str, Look] = {"teams channels": partial(channels, teams, settings.teams.tenant)}
        if found[0].state == "ok":
            looks["teams people"] = partial(people, PLATFORM, database, partial(_present, teams), GUESTS)
        looks["teams events"] = partial(events, database, now)
        looks["teams refusals"] = partial(refusals, PLATFORM, database, _meaning, now)
        return found + [await looked(name, look, patience=120) for name, look in looks.items()]


async def token(settings: TeamsSettings) -> Check:
    """Whether Microsoft gives the bot a token to speak with."""
    try:
        await token_for(settings)()
    except Unanswered as unanswered:
        why = (unanswered.sent.error or "").removeprefix("no_token_")
        if why == NoIdentity.__name__:
            words = "This machine has no managed identity with the id of the app, or it was taken away."
            todo = "In Azure, add it to the machine (Identity, User assigned); its id must be MICROSOFT_APP_ID."
            return Check("teams token", "problem", words, todo)
        if settings.kind == "UserAssignedMSI":
            todo = "A managed identity works only on a machine in Azure: elsewhere, use a client secret."
            return Check("teams token", "problem", f"This machine gives the bot no token ({why}).", todo)
        if why == PermissionError.__name__:
            todo = (
                "Compare MICROSOFT_APP_ID, MICROSOFT_APP_TYPE and MICROSOFT_APP_TENANT_ID with the Azure Bot. A client "
                "secret ends one day: make a new one under Certificates & secrets, for MICROSOFT_APP_PASSWORD."
            )
            return Check("teams token", "problem", "Microsoft does not take this app with this secret.", todo)
        todo = "See whether this machine may reach login.microsoftonline.com, and whether the tenant exists."
        return Check("teams token", "problem", f"Microsoft gives the bot no token ({why}).", todo)
    return Check("teams token", "ok", f"Microsoft gives the bot a token ({settings.kind}).")


async def keys(session: aiohttp.ClientSession, keys_url: str) -> Check:
    """Whether the keys can be fetched with which Microsoft signs what Teams sends."""
    try:
        await Keys(session, keys_url).find("")
    except Distrusted:
        words = "Microsoft's keys cannot be fetched: all that Teams sends is refused."
        todo = "See whether this machine may reach login.botframework.com (MICROSOFT_KEYS_URL)."
        return Check("teams keys", "problem", words, todo)
    return Check("teams keys", "ok", "Microsoft's keys can be fetched.")


async def _clock(session: aiohttp.ClientSession, keys_url: str, now: datetime) -> Check:
    async with session.get(keys_url, allow_redirects=False) as answer:
        return clock(PLATFORM, answer.headers.get("Date"), now, LEEWAY, LEEWAY)


async def channels(teams: Teams, tenant: str | None) -> Check:
    """Whether something can be said in each conversation; `tenant` is the only one that may use the bot, if any."""

    def look(db: Session) -> tuple[list[str], list[health.Reach]]:
        return [channel.tenant for channel in health.channels(db, PLATFORM)], health.reached(db, PLATFORM)

    tenants, found = await teams.database.read(EVERYWHERE, look)
    elsewhere = sum(each != f"{PLATFORM}:{tenant}" for each in tenants) if tenant else 0
    if elsewhere:
        words = f"{elsewhere} of {len(tenants)} channels belong to another tenant than MICROSOFT_APP_TENANT_ID."
        return Check("teams channels", "problem", words, "Give settings and DATABASE_URL that go together.")
    foreign = sum(each.number for each in found if not may_call(teams, each.service_url))
    if foreign:
        words = f"{foreign} conversations have an address that is not Microsoft's. Nothing is sent there."
        todo = "Let somebody mention the bot there, which mends it; and find out who changed the database."
        return Check("teams channels", "problem", words, todo)
    dead = sum(each.number for each in found if not each.reachable and not each.direct)
    blocked = sum(each.number for each in found if not each.reachable and each.direct)
    words = f"{dead} channels and {blocked} private chats take nothing from the bot any more."
    if dead:
        todo = "Let an owner add the app to that team again, and somebody mention the bot there."
        return Check("teams channels", "warning", words, todo)
    return Check("teams channels", "ok", words if blocked else "Every conversation can be reached.")


async def _present(teams: Teams, place: Place) -> tuple[Member, ...]:
    """Who is in a channel; nobody in one that cannot be reached, which is said elsewhere. Raises Unanswered."""
    try:
        return await roster(teams, place)
    except Unanswered as unanswered:
        if unanswered.sent.outcome != "refused":
            raise
        return ()


async def events(database: Database, now: datetime) -> Check:
    """When Teams last told us something. Whether it may tell us all that is written, a bot may not ask."""
    last = await database.read(EVERYWHERE, lambda db: health.last_received(db, f"{PLATFORM}:"))
    todo = (
        "Write something in the channel, and look again. Is the messaging endpoint of the Azure Bot right? Was the app "
        "added by an owner of the team, and is it a standard channel? In others it only hears what mentions it."
    )
    if last is None:
        return Check("teams events", "warning", "Nothing came from Teams in the last two days.", todo)
    if now - last > QUIET:
        words = f"Something last came from Teams {ago(now - last)}; on a working day that is long."
        return Check("teams events", "warning", words, todo)
    return Check("teams events", "ok", f"Something last came from Teams {ago(now - last)}.")


def _meaning(code: str) -> str:
    return MEANS.get(code, "look this code up at learn.microsoft.com/microsoftteams")
