"""What the doctor looks at in the projects: who agreed, whose side people are on, and where it is quiet."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.doctor.check import Check
from handlers.consent import why_deaf
from handlers.restraint import silenced
from storage import consents, health, projects
from storage.database import EVERYWHERE, Database
from storage.tables import Channel

WHY = {
    "consent.why_deaf.side": "it is not known which side these are on: {}",
    "consent.why_deaf.two_clients": "more than one organisation is the client",
    "consent.why_deaf.no_client": "no organisation is the client",
    "consent.why_deaf.no_supplier": "no organisation is a supplier",
    "consent.why_deaf.ended": "the project has ended",
    "consent.why_deaf.consent": "these have not said yes: {}",
}


async def consent(database: Database) -> Check:
    """Where it may listen, and what keeps it from listening elsewhere."""

    def look(db: Session) -> tuple[int, list[str]]:
        here = health.channels(db)
        deaf = [f"{_name(channel)}: {why}" for channel in here if (why := _why_deaf(db, channel)) is not None]
        return len(here), deaf

    number, deaf = await database.read(EVERYWHERE, look)
    if not number:
        words = "The bot is in no channel."
        return Check("consent", "warning", words, "Invite it to the shared channel: it introduces itself there.")
    if deaf:
        todo = "Press *Our organisation joins* on its card in the channel, or ask the bot for “sides” there."
        return Check(
            "consent", "warning", _listed(f"It listens in {number - len(deaf)} of {_channels(number)}.", deaf), todo
        )
    return Check("consent", "ok", f"Everyone agreed, in {_channels(number)}.")


def _why_deaf(db: Session, channel: Channel) -> str | None:
    organisations = projects.organisations(db, channel.project)
    agreed = {each.organisation_id for each in consents.given(db, channel.project) if each.scope == "hear"}
    reason = why_deaf(channel.project, organisations, agreed)
    return WHY[reason[0]].format(reason[1]) if reason is not None else None


async def sides(database: Database) -> Check:
    """Whether there are people on both sides."""

    def look(db: Session) -> list[str]:
        counts = {_name(channel): health.people(db, channel) for channel in health.channels(db)}
        return [
            f"{name}: {count['supplier']} at a supplier, {count['client']} at the client"
            for name, count in counts.items()
            if not (count["supplier"] and count["client"])
        ]

    lopsided = await database.read(EVERYWHERE, look)
    if lopsided:
        todo = "Ask the bot for “sides” in the channel; see also what is said of guests."
        return Check("sides", "warning", _listed("Not every channel has people on both sides.", lopsided), todo)
    return Check("sides", "ok", "Every channel has people on both sides.")


async def pauses(database: Database, now: datetime) -> Check:
    """Where it is quiet for a while because somebody asked for that."""

    def look(db: Session) -> list[str]:
        return [
            f"{_name(channel)} until {channel.paused_until:%Y-%m-%d %H:%M} UTC"
            for channel in health.channels(db)
            if channel.paused_until is not None and channel.paused_until > now
        ]

    quiet = await database.read(EVERYWHERE, look)
    if quiet:
        return Check("pauses", "ok", _listed("Somebody asked for a pause here, which ends by itself.", quiet))
    return Check("pauses", "ok", "No channel is paused.")


async def standstills(database: Database) -> Check:
    """Where it stands still until somebody lets it go on."""

    def look(db: Session) -> list[str]:
        return [f"{_name(channel)}: {channel.halted}" for channel in health.halted(db)]

    still = await database.read(EVERYWHERE, look)
    if still:
        todo = "Once that is right again, let somebody press *Go on* on its card in the channel."
        return Check("standstills", "warning", _listed("It hears nothing in these channels:", still), todo)
    return Check("standstills", "ok", "It stands still in no channel.")


async def installations(database: Database) -> Check:
    """Where a platform lets the bot do nothing: what is to be said there waits."""

    def look(db: Session) -> list[str]:
        return [f"{each.tenant} since {each.since:%Y-%m-%d %H:%M} UTC: {each.problem}" for each in health.barred(db)]

    closed = await database.read(EVERYWHERE, look)
    if closed:
        todo = "Install the app again there, and give `serve` the new token. What waits is sent then."
        return Check("installations", "problem", _listed("The platform lets the bot do nothing here:", closed), todo)
    return Check("installations", "ok", "Every platform lets the bot in.")


async def endings(database: Database) -> Check:
    """Where everything is erased before long, and nobody can be sent what is theirs."""

    def look(db: Session) -> list[str]:
        return [f"project {each.id}, on {each.erase_at:%Y-%m-%d}" for each in health.unsendable(db)]

    theirs = await database.read(EVERYWHERE, look)
    if theirs:
        todo = (
            "Hand it over: `samenspraak ending export NUMBER -o FOLDER` writes what is each organisation's, "
            "`samenspraak ending erase NUMBER -o FOLDER` the certificate. Or take the bot in again."
        )
        words = "The bot is out of these, and can send nobody what is theirs before it erases it:"
        return Check("endings", "warning", _listed(words, theirs), todo)
    return Check("endings", "ok", "Both sides can be sent what is theirs.")


async def silenced_patterns(database: Database, now: datetime) -> Check:
    """Where the people in a channel judged tips so badly that there are none on a pattern for a while."""

    def look(db: Session) -> list[str]:
        return [
            f"{pattern} in {_name(channel)}"
            for channel in health.channels(db)
            for pattern in health.patterns(db, channel)
            if silenced(db, channel, pattern, now)
        ]

    silent = await database.read(EVERYWHERE, look)
    if silent:
        todo = "Ask the people there what was not right. It is tried again when their answers are ninety days old."
        return Check("silenced patterns", "warning", _listed("People there had no use for tips on:", silent), todo)
    return Check("silenced patterns", "ok", "Tips on every pattern are welcome.")


def _name(channel: Channel) -> str:
    # Its id: a name may tell what the channel is about.
    return channel.channel


def _channels(number: int) -> str:
    return "1 channel" if number == 1 else f"{number} channels"


def _listed(words: str, lines: Iterable[str]) -> str:
    return "\n".join((words, *(f"- {line}" for line in lines)))
