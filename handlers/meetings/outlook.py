"""What is ahead of a series: what was planned, moved and called off, and beyond that what its rule says.

Whatever shows what will happen asks here, and here the same is asked that plans it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from handlers import calendar
from handlers.meetings import planning
from handlers.meetings.moments import Moment
from storage import meetings
from storage.tables import Series

NOT_HELD = ("called_off", "fallen")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Expected:
    """One time of a series. Its moments are aware, by the clock of the series."""

    name: str
    """What tells this one apart in its series."""
    ruled: date
    """The day that the rule names, or the extra one."""
    day: date
    """The local day on which it is."""
    starts: datetime
    ends: datetime
    moments: tuple[Moment, ...]
    """All that time brings to it."""


def expected(db: Session, series: Series, first: date, last: date, now: datetime) -> list[Expected]:
    """The times of a series from one local day to another: as they are planned, and of what is to come by its rule."""
    works = planning.calendar_of(series)
    begin, end = calendar.at(works, first, 0), calendar.at(works, last, 24 * 60)
    by_rule = [each for each in planning.times(series, first, last) if each.starts > now]
    ruled = [each.ruled for each in by_rule] or [first]
    days = min(ruled).isoformat(), max(ruled).isoformat()
    rows = meetings.within(db, series, *days, begin, end, series.extra or {})
    planned = {day for row in rows for day in (row.ruled, row.named_on)}
    found = [
        _expected(series, row.ruled, planning.ruled_day(series, row.ruled), row.starts_at, row.ends_at)
        for row in rows
        if row.item.state not in NOT_HELD and begin <= row.starts_at < end
    ]
    if series.stopped_at is None:
        found += [
            _expected(series, each.name, each.ruled, each.starts, each.ends)
            for each in by_rule
            if each.name not in planned
        ]
    return sorted(found, key=lambda each: (each.starts, each.ruled))


def _expected(series: Series, name: str, ruled: date | None, starts: datetime, ends: datetime) -> Expected:
    works = planning.calendar_of(series)
    local, until = starts.astimezone(works.zone), ends.astimezone(works.zone)
    return Expected(name, ruled or local.date(), local.date(), local, until, planning.moments_of(series, starts, ends))


def coming(db: Session, series: Series, now: datetime, at_most: int) -> list[Expected]:
    """The next times of a series, as far as ten years away."""
    return list(islice(_coming(db, series, now), at_most))


def _coming(db: Session, series: Series, now: datetime) -> Iterator[Expected]:
    first = calendar.day_of(planning.calendar_of(series), now)
    for _ in range(planning.FAR):
        last = first + planning.STRETCH
        yield from (each for each in expected(db, series, first, last, now) if each.starts > now)
        first = last + DAY
