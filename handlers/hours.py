"""Working time: when somebody may be spoken to."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers import calendar
from handlers.calendar import Calendar
from storage.tables import Member

LONGEST = 30
"""Letters in which somebody can write a time, also one that is not understood: it comes back as it was written."""
_TIME = re.compile(r"([0-9]{1,2})(?: ?(?:[:.]|[uh](?:ur)?) ?([0-9]{1,2})?)?(?: ?(?:uur|u))?")


@dataclass(frozen=True)
class Hours:
    """When somebody works, and until when they are away."""

    works: Calendar
    away_until: datetime | None = None


def hours_of(member: Member) -> Hours:
    """The hours of a person: their own, or else the project's."""
    return Hours(calendar.of_member(member), member.away_until)


def at_work(now: datetime, hours: Hours) -> bool:
    """Whether somebody may be spoken to: a working hour of a working day, by their own clock, and they are not away."""
    if hours.away_until is not None and now < hours.away_until:
        return False
    return calendar.is_working_time(hours.works, now)


def here(now: datetime | None, people: list[Member]) -> list[Member]:
    """Of these people those who are not away at `now`; all of them where everyone is, or where no moment is given."""
    there = [each for each in people if now is None or each.away_until is None or each.away_until <= now]
    return there or people


def digest(now: datetime, member: Member) -> datetime:
    """When somebody reads what has waited for them: at nine on their next working day, not while they are away."""
    back = max(now, member.away_until or now)
    return calendar.next_morning(calendar.of_member(member), back)


def clock(minutes: int) -> str:
    """Minutes after midnight as people write them: 08:30."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minutes(written: str) -> int | None:
    """Minutes after midnight of a time that somebody wrote; None when it is none."""
    found = _TIME.fullmatch(written.strip().lower())
    if found is None:
        return None
    hours, rest = int(found[1]), int(found[2] or "0")
    return hours * 60 + rest if hours * 60 + rest <= 24 * 60 and rest < 60 else None


def end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """Midnight, there where the reader is."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
