"""Working time: when somebody may be spoken to."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from storage.tables import Project


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[str]:
    try:
        found = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return frozenset()
    return frozenset(day.isoformat() for day in found)


def at_work(now: datetime, zone: ZoneInfo, project: Project) -> bool:
    """Whether it is a working hour of a working day, there where the reader is."""
    local = now.astimezone(zone)
    if str(local.isoweekday()) not in project.work_days:
        return False
    if local.date().isoformat() in _holidays(project.country, local.year):
        return False
    return project.work_from <= local.hour * 60 + local.minute < project.work_until


def end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """Midnight, there where the reader is."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
