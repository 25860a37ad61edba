"""Working time: which days and hours count for a project or a person, and how to count with them.

Moments come in aware and go out in UTC; days are local days. A shift that ends at or before the time at which it
begins ends on the next day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

import holidays

from storage.days import days, stretches
from storage.tables import Member, Project

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
HORIZON = 10 * 366
"""How many days away working time is looked for, and no further."""


class NoWorkingTime(ValueError):
    """So much working time is not found within ten years: a calendar without working days, or too large a number."""


@dataclass(frozen=True)
class Calendar:
    """When work is done. `weekdays` are ISO numbers such as 12345; hours are minutes after midnight on the local clock.

    A day in `on` is a working day whatever else it is; a day in `off` is none, and neither is a public holiday of
    `country` (empty: holidays do not count).
    """

    zone: ZoneInfo
    weekdays: str
    begins: int
    ends: int
    country: str = ""
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()


def of_project(project: Project) -> Calendar:
    """The calendar that a project agreed on."""
    return _kept(
        project.zone,
        project.work_days,
        project.work_from,
        project.work_until,
        project.country,
        project.days_off,
        project.days_on,
    )


def of_member(member: Member) -> Calendar:
    """The calendar of a person: the project's, but for what they set themselves.

    Who set days of their own works by those, holidays included: a shift has no Sundays.
    """
    project, own = member.project, bool(member.work_days)
    return _kept(
        member.zone or project.zone,
        member.work_days or project.work_days,
        project.work_from if member.work_from is None else member.work_from,
        project.work_until if member.work_until is None else member.work_until,
        "" if own else project.country,
        None if own else project.days_off,
        None if own else project.days_on,
    )


@lru_cache(maxsize=256)
def _kept(zone: str, weekdays: str, begins: int, ends: int, country: str, off: str | None, on: str | None) -> Calendar:
    return Calendar(ZoneInfo(zone), weekdays, begins, ends, country, days(stretches(off)), days(stretches(on)))


# --- Days


def day_of(calendar: Calendar, moment: datetime) -> date:
    """The local day on which a moment falls."""
    return moment.astimezone(calendar.zone).date()


def at(calendar: Calendar, day: date, minutes: int) -> datetime:
    """The moment of a local time, in minutes after midnight. Where the clock skips it, as much later."""
    return at_in(calendar.zone.key, day, minutes)


def at_in(zone: str, day: date, minutes: int) -> datetime:
    """The same by the clock of an IANA zone."""
    later, rest = divmod(minutes, 24 * 60)
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + later * DAY
    return midnight.replace(hour=rest // 60, minute=rest % 60).astimezone(UTC)


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether work is done on a local day."""
    if day in calendar.on:
        return True
    if day in calendar.off or str(day.isoweekday()) not in calendar.weekdays:
        return False
    return day not in _holidays(calendar.country, day.year)


def working_days_before(calendar: Calendar, day: date, count: int) -> date:
    """The working day that is `count` of them before a day, working or not; none before is the day itself.

    ValueError for less than none, NoWorkingTime where there are not so many.
    """
    return _counted(calendar, day, count, -1)


def working_days_after(calendar: Calendar, day: date, count: int) -> date:
    """The working day that is `count` of them after a day; see `working_days_before`."""
    return _counted(calendar, day, count, 1)


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """How many working days come after `start`, up to and including `end`; negative when `end` comes first."""
    if end < start:
        return -working_days_between(calendar, end, start)
    return sum(is_working_day(calendar, day) for day in _days(start + DAY, end))


def last_working_day(calendar: Calendar, first: date, last: date) -> date | None:
    """The last working day of a stretch of days; None when there is none."""
    days = [day for day in _days(first, last) if is_working_day(calendar, day)]
    return days[-1] if days else None


def _counted(calendar: Calendar, day: date, count: int, step: int) -> date:
    if count < 0:
        raise ValueError(f"cannot count {count} days")
    if count == 0:
        return day
    ahead = (day + step * n * DAY for n in range(1, HORIZON))
    for found in islice((each for each in ahead if is_working_day(calendar, each)), count - 1, count):
        return found
    raise NoWorkingTime(f"there are no {count} working days within ten years")


# --- Hours


def is_working_time(calendar: Calendar, moment: datetime) -> bool:
    """Whether work is done at a moment."""
    today = day_of(calendar, moment)
    # A night shift ends on the next day.
    return any(begins <= moment < ends for day in (today - DAY, today) for begins, ends in _shift(calendar, day))


def after_working_hours(calendar: Calendar, start: datetime, hours: float) -> datetime:
    """The first moment at which so many working hours have passed since `start`; none passed is `start` itself.

    Eight hours after five to five on Friday may well be Monday afternoon. ValueError for less than none, NoWorkingTime
    where there are not so many.
    """
    left = timedelta(hours=hours)
    if left < timedelta(0):
        raise ValueError(f"cannot count {hours} hours")
    if not left:
        return start.astimezone(UTC)
    first = day_of(calendar, start) - DAY
    for begins, ends in _shifts(calendar, first, first + HORIZON * DAY):
        begins = max(begins, start)
        if ends - begins >= left:
            return (begins + left).astimezone(UTC)
        left -= max(ends - begins, timedelta(0))
    raise NoWorkingTime(f"there are no {hours} working hours within ten years")


def working_hours_between(calendar: Calendar, start: datetime, end: datetime) -> float:
    """How many working hours lie between two moments; negative when `end` comes first."""
    if end < start:
        return -working_hours_between(calendar, end, start)
    first, last = day_of(calendar, start) - DAY, day_of(calendar, end)
    parts = (min(ends, end) - max(begins, start) for begins, ends in _shifts(calendar, first, last))
    return sum((part for part in parts if part > timedelta(0)), timedelta(0)) / HOUR


def next_morning(calendar: Calendar, now: datetime, minutes: int = 9 * 60) -> datetime:
    """The first working day's morning after `now`, at `minutes` after midnight by the local clock."""
    today = day_of(calendar, now)
    if is_working_day(calendar, today) and at(calendar, today, minutes) > now:
        return at(calendar, today, minutes)
    return at(calendar, working_days_after(calendar, today, 1), minutes)


def _shift(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """When work begins and ends, of what begins on a day."""
    if is_working_day(calendar, day):
        over = 0 if calendar.ends > calendar.begins else 24 * 60
        yield at(calendar, day, calendar.begins), at(calendar, day, calendar.ends + over)


def _shifts(calendar: Calendar, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    for day in _days(first, last):
        yield from _shift(calendar, day)


def _days(first: date, last: date) -> Iterator[date]:
    if (last - first).days > HORIZON:
        raise NoWorkingTime("these days are more than ten years apart")
    return (first + n * DAY for n in range((last - first).days + 1))


def has_holidays(country: str) -> bool:
    """Whether the public holidays of a country are known; by its code, such as NL or NLD."""
    return country in holidays.list_supported_countries(include_aliases=True)


def holidays_until(country: str) -> int:
    """The last year of which the public holidays of a country are known; it must be one that `has_holidays`."""
    return holidays.country_holidays(country).end_year


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
