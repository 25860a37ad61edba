"""When the meetings of a series are, and when people are reminded of them; without a database and without a clock.

A rule names days; a day moves for a weekend or a holiday; only then it gets a time. Whatever shows or sends a meeting
asks here.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Literal

from handlers.calendar import DAY, Calendar, at, is_working_day, working_days_after, working_days_before
from handlers.meetings import rule

OnHoliday = Literal["skip", "before", "after", "keep"]
"""What becomes of a meeting on a day without work: dropped, the nearest working day before or after it, or kept."""


@dataclass(frozen=True)
class Before:
    """When to remind: exactly one of three, none of them below zero. ValueError otherwise."""

    working_days: int | None = None
    """On that many working days before the local day of the meeting, at `at`. None is the day itself."""
    days: int | None = None
    """At the local time of the meeting, so many days before."""
    minutes: int | None = None
    """So much time before it begins."""
    at: int = 9 * 60
    """Minutes after midnight on the local clock; for `working_days` alone."""

    def __post_init__(self) -> None:
        said = [each for each in (self.working_days, self.days, self.minutes) if each is not None]
        if len(said) != 1 or said[0] < 0:
            raise ValueError(f"one of working_days, days and minutes, not below zero: {self}")


@dataclass(frozen=True)
class Apart:
    """Days on which a rule names none, from `first` to `last`, both included; after them it counts from `anew`."""

    first: date
    last: date
    anew: date


@dataclass(frozen=True)
class Rhythm:
    """A series of meetings. Zone, weekdays and holidays are those of `calendar`; its hours do not matter."""

    start: date
    """The series begins here; a meeting only where the rule fits it."""
    rrule: str
    """As `rule.checked` gave it."""
    at: int
    """When it begins: minutes after midnight on the local clock."""
    minutes: int
    """How long it lasts."""
    calendar: Calendar
    on_holiday: OnHoliday = "keep"
    remind: tuple[Before, ...] = ()
    extra: tuple[tuple[str, date], ...] = ()
    """Held besides what the rule names: what such a day is called, and which one it is. It is never dropped."""
    apart: Apart | None = None


@dataclass(frozen=True)
class Occurrence:
    """One meeting of a series. Moments are aware, on the local clock: turn them into UTC to reckon with or compare."""

    ruled: date
    """The day that the rule names, or the extra one."""
    day: date
    """The local day on which it is."""
    starts: datetime
    ends: datetime
    reminders: tuple[datetime, ...]
    """In the order of `Rhythm.remind`."""
    extra: str = ""
    """What an extra one is called; empty for what the rule names."""

    @property
    def name(self) -> str:
        """What tells this one apart in its series, wherever it moves to: the day of the rule, or what it is called."""
        return self.extra or self.ruled.isoformat()

    @property
    def moved_from(self) -> date | None:
        """The day that the rule names, when it is on another one."""
        return self.ruled if self.ruled != self.day else None


def occurrences(rhythm: Rhythm, first: date, last: date) -> list[Occurrence]:
    """The meetings on the local days from `first` to `last`, both included, where they are after moving; in order.

    Two that move to one day both stay. Raises BadRule, and NoWorkingTime where no working day is found within ten
    years.
    """
    begin, end = first, last
    if rhythm.on_holiday == "after":
        begin = working_days_before(rhythm.calendar, first, 1) + DAY
    elif rhythm.on_holiday == "before":
        end = working_days_after(rhythm.calendar, last, 1) - DAY
    found = []
    # The days come in order, and moving never takes one past another.
    for ruled, extra in _named(rhythm, begin, end):
        day = moves_to(rhythm, ruled) or (ruled if extra else None)
        if day is not None and first <= day <= last:
            found.append(occurrence(rhythm, ruled, day, extra))
    return found


def _named(rhythm: Rhythm, begin: date, end: date) -> list[tuple[date, str]]:
    """The days that the rule names and the extra ones, with what those are called, in order."""
    last, apart = min(end, rule.last_day(rhythm.rrule, rhythm.at, rhythm.calendar.zone)), rhythm.apart
    if apart is None:
        by_rule = rule.days(rhythm.rrule, rhythm.start, begin, last)
    else:
        by_rule = chain(
            rule.days(rhythm.rrule, rhythm.start, begin, min(last, apart.first - DAY)),
            rule.days(rhythm.rrule, apart.anew, max(begin, apart.last + DAY), last),
        )
    extra = ((day, name) for name, day in rhythm.extra if begin <= day <= end)
    return sorted(chain(((day, "") for day in by_rule), extra))


def moves_to(rhythm: Rhythm, ruled: date) -> date | None:
    """The day on which the meeting is that the rule puts on a day; None when it is dropped."""
    if rhythm.on_holiday == "keep" or is_working_day(rhythm.calendar, ruled):
        return ruled
    if rhythm.on_holiday == "before":
        return working_days_before(rhythm.calendar, ruled, 1)
    if rhythm.on_holiday == "after":
        return working_days_after(rhythm.calendar, ruled, 1)
    return None


def occurrence(rhythm: Rhythm, ruled: date, day: date, extra: str = "") -> Occurrence:
    """The meeting that the rule puts on one day and that is on another; both are the same for most."""
    starts = at(rhythm.calendar, day, rhythm.at)
    ends = starts + timedelta(minutes=rhythm.minutes)
    zone = rhythm.calendar.zone
    return Occurrence(ruled, day, starts.astimezone(zone), ends.astimezone(zone), reminders(rhythm, day), extra)


def reminders(rhythm: Rhythm, day: date) -> tuple[datetime, ...]:
    """When people are reminded of a meeting on a local day; aware, on the local clock, in the order of `remind`."""
    works = rhythm.calendar
    return tuple(reminds_at(each, day, rhythm.at, works).astimezone(works.zone) for each in rhythm.remind)


def reminds_at(before: Before, day: date, begins: int, works: Calendar) -> datetime:
    """When that is, for a meeting on a local day that begins so many minutes after midnight.

    What is shown beforehand and what the clock does is both asked here.
    """
    if before.working_days is not None:
        return at(works, working_days_before(works, day, before.working_days), before.at)
    if before.days is not None:
        return at(works, day - before.days * DAY, begins)
    return at(works, day, begins) - timedelta(minutes=before.minutes or 0)
