"""When meetings are: held to an expansion that shares nothing with ours, over ten years, every clock and many holidays."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import holidays
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import Calendar, NoWorkingTime
from handlers.meetings import rule
from handlers.meetings.missing import missing
from handlers.meetings.rhythm import Before, Occurrence, OnHoliday, Rhythm, occurrences
from handlers.meetings.rule import BadRule, checked

DAY = timedelta(days=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def office(zone: str = "Europe/Amsterdam", country: str = "", **more: frozenset[date]) -> Calendar:
    """A calendar with the usual week."""
    return Calendar(ZoneInfo(zone), "12345", 540, 1020, country, **more)


def series(rrule: str, start: str = "2027-01-05", at: int = 600, **more: object) -> Rhythm:
    """A series of an hour, as a rule says."""
    usual = {"minutes": 60, "calendar": office()}
    return Rhythm(date.fromisoformat(start), rrule, at, **{**usual, **more})  # type: ignore[arg-type]


def between(rhythm: Rhythm, first: str, last: str) -> list[Occurrence]:
    """The meetings between two days."""
    return occurrences(rhythm, date.fromisoformat(first), date.fromisoformat(last))


def told(found: list[Occurrence]) -> list[str]:
    """When they begin, as it reads on the clock there."""
    return [each.starts.isoformat(timespec="minutes") for each in found]


# --- An expansion of our own: walk every day, and look


@dataclass(frozen=True)
class Plain:
    """A rule, in a form that a few lines can match; `nth` goes with `weekdays` in a month, `last` is BYSETPOS=-1."""

    frequency: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    nth: int = 0
    last: bool = False
    week_begins: int = 0

    def written(self) -> str:
        """As iCalendar writes it."""
        parts = [f"FREQ={self.frequency}"]
        parts += [f"INTERVAL={self.interval}"] * (self.interval > 1)
        parts += [f"WKST={CODES[self.week_begins]}"] * (self.week_begins > 0)
        parts += ["BYMONTH=" + ",".join(map(str, self.months))] * bool(self.months)
        parts += ["BYMONTHDAY=" + ",".join(map(str, self.month_days))] * bool(self.month_days)
        nth = str(self.nth or "")
        parts += ["BYDAY=" + ",".join(nth + CODES[each] for each in self.weekdays)] * bool(self.weekdays)
        return ";".join(parts + ["BYSETPOS=-1"] * self.last)

    def fits(self, day: date, start: date) -> bool:
        """Whether a day is one of a series that begins on `start`."""
        return day >= start and self._named(day, start) and not (self.last and self._later(day, start))

    def _later(self, day: date, start: date) -> bool:
        """Whether another day of the same month is named too."""
        rest = (day + n * DAY for n in range(1, 31))
        return any(each.month == day.month and self._named(each, start) for each in rest)

    def _named(self, day: date, start: date) -> bool:
        return self._in_turn(day, start) and self._fits_month(day, start) and self._fits_day(day, start)

    def _in_turn(self, day: date, start: date) -> bool:
        passed = {
            "DAILY": lambda: (day - start).days,
            "WEEKLY": lambda: (day.toordinal() - self._weeks(day) - start.toordinal() + self._weeks(start)) // 7,
            "MONTHLY": lambda: len(list(months_after(start, day))),
            "YEARLY": lambda: day.year - start.year,
        }
        return passed[self.frequency]() % self.interval == 0

    def _weeks(self, day: date) -> int:
        """How many days of its week are over."""
        gone = 0
        while (day - gone * DAY).weekday() != self.week_begins:
            gone += 1
        return gone

    def _fits_month(self, day: date, start: date) -> bool:
        if self.months:
            return day.month in self.months
        anniversary = self.frequency == "YEARLY" and not self.weekdays and not self.month_days
        return not anniversary or day.month == start.month

    def _fits_day(self, day: date, start: date) -> bool:
        if not self.weekdays and not self.month_days:
            if self.frequency == "WEEKLY":
                return day.weekday() == start.weekday()
            return self.frequency == "DAILY" or day.day == start.day
        ahead = ((day.replace(day=1) + timedelta(days=31)).replace(day=1) - day).days
        if self.month_days and not {day.day, -ahead} & {*self.month_days}:
            return False
        if self.weekdays and day.weekday() not in self.weekdays:
            return False
        return not self.nth or self.nth in ((day.day - 1) // 7 + 1, -((ahead - 1) // 7 + 1))


def months_after(start: date, day: date) -> Iterator[date]:
    """The first days of the months after that of `start`, up to that of a day."""
    month = start.replace(day=1)
    while (month := (month + timedelta(days=31)).replace(day=1)) <= day:
        yield month


def some(of: range, most: int) -> st.SearchStrategy[tuple[int, ...]]:
    """A few different numbers, in order."""
    return st.lists(st.sampled_from([each for each in of if each]), max_size=most, unique=True).map(
        lambda found: tuple(sorted(found))
    )


WEEKDAYS = some(range(1, 8), 4).map(lambda found: tuple(each - 1 for each in found))
MONTHS = some(range(1, 13), 3)
INTERVALS = st.sampled_from([1, 1, 2, 3, 5, 13])
PLAIN = st.one_of(
    st.builds(Plain, st.just("DAILY"), INTERVALS, WEEKDAYS, months=MONTHS),
    st.builds(Plain, st.just("WEEKLY"), INTERVALS, WEEKDAYS, months=MONTHS, week_begins=st.integers(0, 6)),
    st.builds(Plain, st.just("MONTHLY"), INTERVALS, month_days=some(range(-31, 32), 3), months=MONTHS),
    st.builds(Plain, st.just("MONTHLY"), INTERVALS, WEEKDAYS, nth=st.sampled_from([-5, -2, -1, 1, 2, 5])),
    st.builds(Plain, st.just("MONTHLY"), INTERVALS, WEEKDAYS, some(range(1, 32), 4), MONTHS, last=st.just(True)),
    st.builds(Plain, st.just("YEARLY"), INTERVALS, months=MONTHS),
    st.builds(Plain, st.just("YEARLY"), INTERVALS, month_days=some(range(-31, 32), 3), months=MONTHS),
    st.builds(Plain, st.just("YEARLY"), INTERVALS, WEEKDAYS, some(range(-31, 32), 6), MONTHS),
)
ZONES = st.sampled_from(
    ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kolkata", "America/Santiago")
)
COUNTRIES = st.sampled_from(("", "NL", "DE", "US", "JP", "IL", "GB"))
REMIND = (Before(working_days=5), Before(days=1), Before(minutes=15))


def free(day: date, country: str) -> bool:
    """Whether nobody works, by the calendar on the wall."""
    return day.weekday() > 4 or (country != "" and day in HOLIDAYS[country])


HOLIDAYS = {each: holidays.country_holidays(each, years=range(2025, 2038)) for each in ("NL", "DE", "US", "JP", "IL", "GB")}


def walked(day: date, country: str, step: int, count: int = 1) -> date:
    """The working day that is so many of them away."""
    while count:
        day += step * DAY
        count -= not free(day, country)
    return day


def instant(day: date, at: int, zone: ZoneInfo) -> datetime:
    """The first moment at which a clock there shows a time; where it never does, as much later as it skips.

    Found by trying the moments, not by asking the zone for them.
    """
    shown = datetime(day.year, day.month, day.day, at // 60, at % 60)  # noqa: DTZ001
    noon = shown.replace(tzinfo=UTC)
    offsets = sorted({(noon + n * timedelta(hours=6)).astimezone(zone).utcoffset() or DAY * 0 for n in range(-5, 6)})
    right = [noon - each for each in offsets if (noon - each).astimezone(zone).replace(tzinfo=None) == shown]
    return min(right) if right else noon - offsets[0]


def expanded(plain: Plain, rhythm: Rhythm, country: str) -> list[tuple[date, date, datetime]]:
    """All meetings of ten years: the day of the rule, the day it is on, and when it begins."""
    found = []
    for number in range((LAST - FIRST).days + 60):
        ruled = FIRST - 30 * DAY + number * DAY
        if not plain.fits(ruled, rhythm.start):
            continue
        day = ruled
        if free(ruled, country) and rhythm.on_holiday != "keep":
            if rhythm.on_holiday == "skip":
                continue
            day = walked(ruled, country, -1 if rhythm.on_holiday == "before" else 1)
        if FIRST <= day <= LAST:
            found.append((ruled, day, instant(day, rhythm.at, rhythm.calendar.zone)))
    return found


STARTS = st.dates(date(2025, 12, 1), date(2028, 3, 1))


@settings(max_examples=120, deadline=None)
@given(PLAIN, STARTS, st.integers(0, 1439), ZONES, COUNTRIES, st.sampled_from(get_args(OnHoliday)))
def test_ten_years_are_as_somebody_with_a_calendar_on_the_wall_finds_them(
    plain: Plain, start: date, at: int, zone: str, country: str, on_holiday: OnHoliday
) -> None:
    rhythm = Rhythm(start, plain.written(), at, 45, office(zone, country), on_holiday, REMIND)
    found = occurrences(rhythm, FIRST, LAST)
    assert [(each.ruled, each.day, each.starts) for each in found] == expanded(plain, rhythm, country)
    for each in found[:25]:
        assert each.ends - each.starts.astimezone(UTC) == timedelta(minutes=45)
        assert each.moved_from == (None if each.ruled == each.day else each.ruled)
        assert each.reminders == (
            instant(walked(each.day, country, -1, 5), 540, rhythm.calendar.zone),
            instant(each.day - DAY, at, rhythm.calendar.zone),
            each.starts.astimezone(UTC) - timedelta(minutes=15),
        )
