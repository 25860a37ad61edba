"""Working time: when somebody may be spoken to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers import calendar
from handlers.calendar import Calendar
from storage.tables import Member


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


def digest(now: datetime, member: Member) -> datetime:
    """When somebody reads what has waited for them: at nine on their next working day, not while they are away."""
    back = max(now, member.away_until or now)
    return calendar.next_morning(calendar.of_member(member), back)


def clock(minutes: int) -> str:
    """Minutes after midnight as people write them: 08:30."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minutes(written: str) -> int | None:
    """Minutes after midnight of a time that somebody wrote; None when it is none."""
    hours, _, rest = written.strip().replace(".", ":").partition(":")
    if not hours.isdecimal() or not (rest or "0").isdecimal():
        return None
    total = int(hours) * 60 + int(rest or "0")
    return total if total <= 24 * 60 and int(rest or "0") < 60 else None


def end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """Midnight, there where the reader is."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
