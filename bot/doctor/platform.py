"""What the doctor looks at on every platform alike: clocks, people whom nobody can place, and what was refused."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from sqlalchemy.orm import Session

from bot.doctor.check import Check
from bot.mouth import Unreachable
from handlers.vocabulary import Member, Place
from storage import health
from storage.database import EVERYWHERE, Database

SLOW = timedelta(seconds=10)
"""A clock that differs more than this is worth a warning."""
QUIET = timedelta(days=1)
"""Without anything for so long, something may be wrong; on a working day."""


def clock(platform: str, theirs: str | None, now: datetime, behind: float, ahead: float) -> Check:
    """Whether our clock agrees with the platform's, which is in the Date of its answer.

    `behind` and `ahead` are how many seconds ours may be, or all that comes in is refused.
    """
    name = platform.title()
    try:
        differ = (now - parsedate_to_datetime(theirs or "")).total_seconds()
    except (ValueError, TypeError):
        words = f"{name} does not say what time it is."
        return Check(f"{platform} clock", "warning", words, "See that this clock is right.")
    words, todo = f"This clock and that of {name} differ {abs(differ):.0f} s.", "Let the machine keep time (NTP)."
    if not -behind <= differ <= ahead:
        return Check(f"{platform} clock", "problem", f"{words} All that {name} sends is refused.", todo)
    if abs(differ) > SLOW.total_seconds():
        return Check(f"{platform} clock", "warning", words, todo)
    return Check(f"{platform} clock", "ok", words)


async def people(
    platform: str, database: Database, present: Callable[[Place], Awaitable[Sequence[Member]]], todo: str
) -> Check:
    """How many people there are of whom nobody can tell which organisation they are from."""

    def look(db: Session) -> list[Place]:
        return [Place(platform, each.tenant.partition(":")[2], each.channel) for each in health.channels(db, platform)]

    unknown = []
    for place in await database.read(EVERYWHERE, look):
        try:
            found = await present(place)
        except Unreachable as problem:
            return unasked(f"{platform} people", problem)
        number = sum(member.organisation is None for member in found)
        if number:
            unknown.append(f"- {place.channel}: {number} of {len(found)}")
    if unknown:
        words = "Of some people nobody can tell which organisation they are from; they are not heard:"
        return Check(f"{platform} people", "warning", "\n".join((words, *unknown)), todo)
    return Check(f"{platform} people", "ok", "Of everyone it is known which organisation they are from.")


async def refusals(platform: str, database: Database, meaning: Callable[[str], str], now: datetime) -> Check:
    """What the platform refused to show, and why; `meaning` says what a code of its means."""
    refused = await database.read(EVERYWHERE, lambda db: health.refused(db, platform, now))
    if refused:
        first = f"{platform.title()} refused {refused.total()} messages this week:"
        lines = (
            f"- {count} × {code}: {meaning(code.removeprefix('given up: '))}" for code, count in refused.most_common()
        )
        todo = "What was refused is not repeated; mend what causes it."
        return Check(f"{platform} refusals", "warning", "\n".join((first, *lines)), todo)
    return Check(f"{platform} refusals", "ok", f"{platform.title()} refused nothing this week.")


def unasked(name: str, problem: Unreachable) -> Check:
    """A platform did not answer."""
    return Check(name, "warning", f"It could not be asked ({problem}).", "Try again in a minute.")


def ago(passed: timedelta) -> str:
    """How long ago something was."""
    minutes = int(passed.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min ago" if minutes else "just now"
    return f"{minutes // 60} h ago"
