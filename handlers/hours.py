"""Working time: when somebody may be spoken to."""

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


def at_work(now: datetime, member: Member) -> bool:
    """Whether somebody may be spoken to: a working hour of a working day, by their own clock, and they are not away.

    Who set days of their own works by those, holidays included: a shift has no Sundays.
    """
    project = member.project
    if member.away_until is not None and now < member.away_until:
        return False
    local = now.astimezone(ZoneInfo(member.zone or project.zone))
    if str(local.isoweekday()) not in (member.work_days or project.work_days):
        return False
    if not member.work_days and local.date().isoformat() in _holidays(project.country, local.year):
        return False
    begins = project.work_from if member.work_from is None else member.work_from
    ends = project.work_until if member.work_until is None else member.work_until
    minute = local.hour * 60 + local.minute
    # A night shift ends on the next day.
    return begins <= minute < ends if begins < ends else minute >= begins or minute < ends


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
