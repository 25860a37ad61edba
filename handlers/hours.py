"""Working time: when somebody may be spoken to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from storage.tables import Member


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[str]:
    try:
        found = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return frozenset()
    return frozenset(day.isoformat() for day in found)


@dataclass(frozen=True)
class Hours:
    """When somebody works, by their own clock. Times are minutes after midnight, days ISO weekdays such as 12345."""

    zone: str
    country: str
    begins: int
    ends: int
    days: str
    own_days: bool = False
    """Chose the days themselves, and works by those, holidays included: a shift has no Sundays."""
    away_until: datetime | None = None


def hours_of(member: Member) -> Hours:
    """The hours of a person: their own, or else the project's."""
    project = member.project
    return Hours(
        zone=member.zone or project.zone,
        country=project.country,
        begins=project.work_from if member.work_from is None else member.work_from,
        ends=project.work_until if member.work_until is None else member.work_until,
        days=member.work_days or project.work_days,
        own_days=bool(member.work_days),
        away_until=member.away_until,
    )


def at_work(now: datetime, hours: Hours) -> bool:
    """Whether somebody may be spoken to: a working hour of a working day, and they are not away."""
    if hours.away_until is not None and now < hours.away_until:
        return False
    local = now.astimezone(ZoneInfo(hours.zone))
    if str(local.isoweekday()) not in hours.days:
        return False
    if not hours.own_days and local.date().isoformat() in _holidays(hours.country, local.year):
        return False
    minute = local.hour * 60 + local.minute
    # A night shift ends on the next day.
    if hours.begins < hours.ends:
        return hours.begins <= minute < hours.ends
    return minute >= hours.begins or minute < hours.ends


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
