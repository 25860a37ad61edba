"""When meetings are: held to an expansion that shares nothing with ours, over ten years, many clocks and holidays."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import get_args
from zoneinfo import ZoneInfo

import holidays
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import Calendar, NoWorkingTime, is_working_day
from handlers.meetings import moments, rule
from handlers.meetings.kinds import KINDS
from handlers.meetings.missing import Named, missing
from handlers.meetings.rhythm import Before, Occurrence, OnHoliday, Rhythm, occurrence, occurrences, reminds_at
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


def utc(moment: datetime) -> datetime:
    """A moment, to reckon with: Python never finds the hour that comes twice equal to one in another zone."""
    return moment.astimezone(UTC)


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

    def days(self, start: date) -> Iterator[date]:
        """All days of a series that begins on `start`, found by walking and counting where a period begins."""
        period, named = 0, list[date]()
        for day in (start + n * DAY for n in range((LAST - start).days + 400)):
            if day > start and self._begins(day):
                yield from named[-1:] if self.last else named
                period, named = period + 1, []
            if period % self.interval == 0 and self._fits(day, start):
                named.append(day)

    def _begins(self, day: date) -> bool:
        """Whether a day, week, month or year begins."""
        return {
            "DAILY": True,
            "WEEKLY": day.weekday() == self.week_begins,
            "MONTHLY": day.day == 1,
            "YEARLY": day.day == 1 and day.month == 1,
        }[self.frequency]

    def _fits(self, day: date, start: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if not self.weekdays and not self.month_days:
            if self.frequency == "YEARLY" and not self.months and day.month != start.month:
                return False
            if self.frequency == "WEEKLY":
                return day.weekday() == start.weekday()
            return self.frequency == "DAILY" or day.day == start.day
        length = 28 + sum((day.replace(day=28) + n * DAY).month == day.month for n in (1, 2, 3))
        from_end = length - day.day
        if self.month_days and day.day not in self.month_days and -1 - from_end not in self.month_days:
            return False
        if self.weekdays and day.weekday() not in self.weekdays:
            return False
        return not self.nth or self.nth in ((day.day - 1) // 7 + 1, -1 - from_end // 7)


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


HOLIDAYS = {
    each: holidays.country_holidays(each, years=range(2025, 2038)) for each in ("NL", "DE", "US", "JP", "IL", "GB")
}


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
    offsets = sorted({(noon + n * timedelta(hours=6)).astimezone(zone).utcoffset() or DAY * 0 for n in (-6, -2, 2, 6)})
    right = [noon - each for each in offsets if (noon - each).astimezone(zone).replace(tzinfo=None) == shown]
    return min(right) if right else noon - offsets[0]


def expanded(plain: Plain, rhythm: Rhythm, country: str) -> list[tuple[date, date, datetime]]:
    """All meetings of ten years: the day of the rule, the day it is on, and when it begins."""
    found = []
    for ruled in plain.days(rhythm.start):
        day = ruled
        if free(ruled, country) and rhythm.on_holiday != "keep":
            if rhythm.on_holiday == "skip":
                continue
            day = walked(ruled, country, -1 if rhythm.on_holiday == "before" else 1)
        if FIRST <= day <= LAST:
            found.append((ruled, day, instant(day, rhythm.at, rhythm.calendar.zone)))
    return found


STARTS = st.dates(date(2025, 12, 1), date(2028, 3, 1))


@settings(max_examples=40, deadline=None)
@given(PLAIN, STARTS, st.integers(0, 1439), ZONES, COUNTRIES, st.sampled_from(get_args(OnHoliday)))
def test_ten_years_are_as_somebody_with_a_calendar_on_the_wall_finds_them(
    plain: Plain, start: date, at: int, zone: str, country: str, on_holiday: OnHoliday
) -> None:
    rhythm = Rhythm(start, plain.written(), at, 45, office(zone, country), on_holiday, REMIND)
    found = occurrences(rhythm, FIRST, LAST)
    assert [(each.ruled, each.day, utc(each.starts)) for each in found] == expanded(plain, rhythm, country)
    for each in found[:10]:
        assert utc(each.ends) - utc(each.starts) == timedelta(minutes=45)
        assert each.moved_from == (None if each.ruled == each.day else each.ruled)
        assert tuple(map(utc, each.reminders)) == (
            instant(walked(each.day, country, -1, 5), 540, rhythm.calendar.zone),
            instant(each.day - DAY, at, rhythm.calendar.zone),
            utc(each.starts) - timedelta(minutes=15),
        )


# --- Held to dateutil, walking from the first day on


NUMBERED = st.lists(st.tuples(st.integers(-5, 5).filter(bool), st.sampled_from(CODES)), min_size=1, max_size=3).map(
    lambda found: ",".join(f"{which}{day}" for which, day in found)
)


@st.composite
def written(draw: st.DrawFn) -> str:
    """Rules of all kinds, also those in which one part leaves little to another."""
    frequency = draw(st.sampled_from(rule.FREQUENCIES))
    parts = [f"FREQ={frequency}"]
    for name, values in (
        ("INTERVAL", st.integers(1, 6).map(str)),
        ("WKST", st.sampled_from(CODES)),
        ("BYMONTH", MONTHS.map(lambda found: ",".join(map(str, found or (1, 2))))),
        ("BYMONTHDAY", some(range(-31, 32), 9).map(lambda found: ",".join(map(str, found or (13,))))),
        ("BYYEARDAY", some(range(-366, 367), 30).map(lambda found: ",".join(map(str, found or (100,))))),
        ("BYWEEKNO", some(range(-53, 54), 9).map(lambda found: ",".join(map(str, found or (53,))))),
        ("BYDAY", st.one_of(WEEKDAYS.map(lambda found: ",".join(CODES[each] for each in found or (1,))), NUMBERED)),
        ("BYSETPOS", some(range(-4, 5), 2).map(lambda found: ",".join(map(str, found or (1,))))),
        ("COUNT", st.integers(1, 400).map(str)),
    ):
        if draw(st.integers(0, 2)) == 0 and frequency in rule.ONLY_WITH.get(name, rule.FREQUENCIES):
            value = draw(values)
            numbered = name == "BYDAY" and any(letter.isdigit() for letter in value)
            # A day or a week has no second Tuesday, and dateutil cannot count them in a year of weeks.
            if not numbered or (frequency in ("MONTHLY", "YEARLY") and not any("BYWEEKNO" in part for part in parts)):
                parts.append(f"{name}={value}")
    return ";".join(parts)


@settings(max_examples=80, deadline=None)
@given(written(), st.dates(date(2019, 1, 1), date(2027, 6, 1)), st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_the_days_of_a_rule_are_those_that_dateutil_finds_from_its_beginning(
    rrule: str, start: date, first: date
) -> None:
    last = first + 500 * DAY
    whole: list[date] = []
    if rule.ever(rrule, start):
        walking = (each.date() for each in rrulestr(rrule, dtstart=datetime(start.year, start.month, start.day)))  # noqa: DTZ001
        whole = list(takewhile(lambda day: day <= last, walking))
    assert list(rule.days(rrule, start, first, last)) == [day for day in whole if day >= first]


# --- What holds for every series

RHYTHMS = st.builds(
    Rhythm,
    start=STARTS,
    rrule=PLAIN.map(Plain.written),
    at=st.integers(0, 1439),
    minutes=st.integers(1, 600),
    calendar=st.builds(
        office,
        ZONES,
        COUNTRIES,
        off=st.frozensets(st.dates(date(2027, 12, 1), date(2028, 2, 1)), max_size=40),
        on=st.frozensets(st.dates(date(2027, 12, 1), date(2028, 2, 1)), max_size=5),
    ),
    on_holiday=st.sampled_from(get_args(OnHoliday)),
)
WINTER = st.dates(date(2027, 11, 1), date(2028, 3, 1))


@settings(max_examples=60, deadline=None)
@given(RHYTHMS, st.lists(WINTER, min_size=3, max_size=3).map(sorted))
def test_a_stretch_in_two_parts_is_the_same_stretch(rhythm: Rhythm, days: list[date]) -> None:
    first, middle, last = days
    assert occurrences(rhythm, first, last) == [
        *occurrences(rhythm, first, middle),
        *occurrences(rhythm, middle + DAY, last),
    ]


@settings(max_examples=60, deadline=None)
@given(RHYTHMS, WINTER)
def test_a_meeting_is_on_the_nearest_day_with_work(rhythm: Rhythm, first: date) -> None:
    for each in occurrences(rhythm, first, first + 40 * DAY):
        low, high = sorted((each.ruled, each.day))
        passed = [low + n * DAY for n in range((high - low).days + 1) if low + n * DAY != each.day]
        assert not any(is_working_day(rhythm.calendar, day) for day in passed)
        assert rhythm.on_holiday == "keep" or is_working_day(rhythm.calendar, each.day)
        assert {"skip": low == high, "keep": low == high, "before": each.day == low, "after": each.day == high}[
            rhythm.on_holiday
        ]


@settings(max_examples=40, deadline=None)
@given(RHYTHMS, WINTER)
def test_none_is_lost_by_moving(rhythm: Rhythm, first: date) -> None:
    kept, moved = replace(rhythm, on_holiday="keep"), replace(rhythm, on_holiday="after")
    named = {each.ruled for each in occurrences(kept, first, first + 20 * DAY)}
    assert named <= {each.ruled for each in occurrences(moved, first, first + 90 * DAY)}


# --- The changing of the clock

CLOCKS = (
    *("Europe/Amsterdam", "Europe/Dublin", "America/New_York", "America/Nuuk", "Africa/Cairo", "Africa/Casablanca"),
    *("Australia/Lord_Howe", "America/Santiago", "Asia/Beirut", "Asia/Gaza", "Pacific/Chatham", "Antarctica/Troll"),
)


@pytest.mark.parametrize("zone", CLOCKS)
def test_at_every_change_of_the_clock_there_is_one_meeting_a_day(zone: str) -> None:
    clock = ZoneInfo(zone)
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + n * DAY for n in range(3653)]
    changes = [
        noon.date()
        for noon in noons
        if noon.astimezone(clock).utcoffset() != (noon + DAY).astimezone(clock).utcoffset()
    ]
    assert len(changes) > 15
    for change in changes:
        for at in range(0, 1440, 45):
            found = occurrences(series("FREQ=DAILY", "2026-01-01", at, calendar=office(zone)), change, change + 2 * DAY)
            assert [each.day for each in found] == [change, change + DAY, change + 2 * DAY]
            assert [utc(each.starts) for each in found] == [instant(each.day, at, clock) for each in found]
            assert all(each.starts.tzinfo == clock for each in found)


def test_f23_half_past_two_in_berlin_when_the_clock_goes_forward_and_back() -> None:
    nights = series("FREQ=DAILY", at=150, calendar=office("Europe/Berlin"), remind=(Before(days=1), Before(minutes=60)))
    forward = between(nights, "2027-03-28", "2027-03-29")
    assert told(forward) == ["2027-03-28T03:30+02:00", "2027-03-29T02:30+02:00"]
    assert [each.isoformat() for each in forward[1].reminders] == [
        "2027-03-28T03:30:00+02:00",
        "2027-03-29T01:30:00+02:00",
    ]
    assert forward[0].reminders[1].isoformat() == "2027-03-28T01:30:00+01:00"
    back = between(nights, "2027-10-31", "2027-11-01")
    assert told(back) == ["2027-10-31T02:30+02:00", "2027-11-01T02:30+01:00"]
    assert back[1].reminders[0].isoformat() == "2027-10-31T02:30:00+02:00"


def test_a_meeting_through_the_night_in_which_the_clock_changes_lasts_as_long_as_it_lasts() -> None:
    (found,) = between(series("FREQ=DAILY", at=90, minutes=120), "2027-03-28", "2027-03-28")
    assert (found.starts.hour, found.ends.hour, found.ends.minute) == (1, 4, 30)


def test_f24_midnight_that_cairo_skips_and_half_an_hour_on_lord_howe() -> None:
    cairo = series("FREQ=DAILY", at=30, calendar=office("Africa/Cairo"), remind=(Before(working_days=1, at=30),))
    found = between(cairo, "2027-04-29", "2027-05-02")
    assert told(found) == [
        "2027-04-29T00:30+02:00",
        "2027-04-30T01:30+03:00",
        "2027-05-01T00:30+03:00",
        "2027-05-02T00:30+03:00",
    ]
    assert [each.reminders[0].isoformat() for each in found[2:]] == ["2027-04-30T01:30:00+03:00"] * 2
    howe = series("FREQ=DAILY", at=135, calendar=office("Australia/Lord_Howe"))
    assert told(between(howe, "2027-10-02", "2027-10-04")) == [
        "2027-10-02T02:15+10:30",
        "2027-10-03T02:45+11:00",
        "2027-10-04T02:15+11:00",
    ]


def test_f25_nine_in_new_york_is_another_hour_in_berlin_for_some_weeks() -> None:
    weekly = series("FREQ=WEEKLY;BYDAY=TU", at=540, calendar=office("America/New_York"))
    found = between(weekly, "2027-03-01", "2027-04-06")
    assert [each.starts.hour for each in found] == [9] * 6
    assert [each.starts.astimezone(ZoneInfo("Europe/Berlin")).hour for each in found] == [15, 15, 14, 14, 15, 15]


# --- Days that are not there, days off


def test_f27_a_month_without_a_31st_has_no_meeting_and_says_so() -> None:
    monthly = series("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31")
    assert [str(each.day) for each in between(monthly, "2027-01-01", "2027-06-30")] == [
        "2027-01-31",
        "2027-03-31",
        "2027-05-31",
    ]
    first, last = date(2027, 1, 1), date(2027, 6, 30)
    lacking = {(31, None): [date(2027, 2, 1), date(2027, 4, 1), date(2027, 6, 1)]}
    assert missing(monthly, first, last) == lacking
    assert missing(series("FREQ=MONTHLY", "2026-12-31"), first, last) == lacking


def test_f27_the_29th_of_february_is_there_once_in_four_years() -> None:
    yearly = series("FREQ=YEARLY", "2024-02-29")
    assert [str(each.day) for each in between(yearly, "2024-01-01", "2036-12-31")] == [
        "2024-02-29",
        "2028-02-29",
        "2032-02-29",
        "2036-02-29",
    ]
    assert missing(yearly, date(2027, 1, 1), date(2029, 12, 31)) == {(29, None): [date(2027, 2, 1), date(2029, 2, 1)]}


@pytest.mark.parametrize(
    ("rrule", "lacking"),
    [
        ("FREQ=MONTHLY;BYDAY=5TU", {(5, 1): [1, 2, 4, 5]}),
        ("FREQ=MONTHLY;BYDAY=-5TU;COUNT=1", {(-5, 1): [1, 2]}),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", {}),
        ("FREQ=MONTHLY;BYMONTHDAY=-31;UNTIL=20270401", {(-31, None): [2, 4]}),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=30", {}),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31", {(31, None): [4]}),
        ("FREQ=DAILY;BYMONTHDAY=30", {(30, None): [2]}),
        ("FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=30", {(30, None): [2]}),
        ("FREQ=WEEKLY;BYDAY=TU", {}),
    ],
)
def test_what_months_lack(rrule: str, lacking: dict[Named, list[int]]) -> None:
    found = missing(series(rrule), date(2027, 1, 1), date(2027, 5, 31))
    assert {named: [month.month for month in months] for named, months in found.items()} == lacking


@pytest.mark.parametrize(
    ("on_holiday", "days"),
    [
        ("keep", ["2027-12-24", "2027-12-25", "2027-12-26", "2027-12-27"]),
        ("skip", ["2027-12-24", "2027-12-27"]),
        ("before", ["2027-12-24", "2027-12-24", "2027-12-24", "2027-12-27"]),
        ("after", ["2027-12-24", "2027-12-27", "2027-12-27", "2027-12-27"]),
    ],
)
def test_f27_a_holiday_on_the_meeting(on_holiday: OnHoliday, days: list[str]) -> None:
    daily = series("FREQ=DAILY", calendar=office(country="NL"), on_holiday=on_holiday)
    found = between(daily, "2027-12-24", "2027-12-27")
    assert [str(each.day) for each in found] == days
    if len(days) == 4:
        assert [each.ruled.day for each in found] == [24, 25, 26, 27]
        moved = [each.moved_from.day if each.moved_from else None for each in found]
        assert moved == [
            None if day == f"2027-12-{each}" else each for each, day in zip(range(24, 28), days, strict=True)
        ]


def test_a_pause_moves_a_meeting_in_from_outside_the_stretch() -> None:
    pause = frozenset(date(2027, 7, 1) + n * DAY for n in range(62))
    monthly = series("FREQ=MONTHLY;BYMONTHDAY=1", calendar=office(off=pause), on_holiday="after")
    found = between(monthly, "2027-09-01", "2027-09-01")
    assert [str(each.moved_from) for each in found] == ["2027-07-01", "2027-08-01", "None"]
    before = between(replace(monthly, on_holiday="before"), "2027-06-30", "2027-06-30")
    assert [str(each.ruled) for each in before] == ["2027-07-01", "2027-08-01"]


def test_a_calendar_without_work_moves_nothing_for_ever() -> None:
    never = series("FREQ=DAILY", calendar=Calendar(AMSTERDAM, "", 540, 1020), on_holiday="after")
    with pytest.raises(NoWorkingTime):
        between(never, "2027-01-05", "2027-01-05")
    assert between(replace(never, on_holiday="skip"), "2027-01-05", "2027-03-05") == []


def test_reminders_come_in_the_order_in_which_they_were_asked_for() -> None:
    weekly = series(
        "FREQ=WEEKLY",
        calendar=office(country="NL"),
        remind=(Before(minutes=0), Before(working_days=2), Before(working_days=1, at=840), Before(days=0)),
    )
    (found,) = between(weekly, "2027-03-30", "2027-03-30")
    assert [each.isoformat(timespec="minutes") for each in found.reminders] == [
        "2027-03-30T10:00+02:00",
        "2027-03-24T09:00+01:00",
        "2027-03-25T14:00+01:00",
        "2027-03-30T10:00+02:00",
    ]


@pytest.mark.parametrize("wrong", [{}, {"days": 1, "minutes": 1}, {"days": -1}])
def test_a_reminder_is_one_amount_of_time(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="one of"):
        Before(**wrong)


# --- Where a series begins and ends


def test_the_beginning_counts_only_where_the_rule_fits_it() -> None:
    assert told(between(series("FREQ=WEEKLY;BYDAY=WE"), "2027-01-01", "2027-01-13")) == [
        "2027-01-06T10:00+01:00",
        "2027-01-13T10:00+01:00",
    ]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20270119", "2027-01-19"),
        ("20270119T100000", "2027-01-19"),
        ("20270119T095900", "2027-01-12"),
        ("20270119T090000Z", "2027-01-19"),
        ("20270119T085900Z", "2027-01-12"),
        ("20270118T235900Z", "2027-01-12"),
    ],
)
def test_until_includes_the_meeting_that_begins_then(until: str, last: str) -> None:
    found = between(series(f"FREQ=WEEKLY;UNTIL={until}"), "2027-01-01", "2027-12-31")
    assert str(found[-1].day) == last


def test_times_are_counted_from_the_beginning_whatever_is_looked_at() -> None:
    ten = series("FREQ=DAILY;INTERVAL=2;BYDAY=TU,TH;COUNT=10")
    whole = between(ten, "2027-01-01", "2030-12-31")
    assert len(whole) == 10
    assert between(ten, str(whole[8].day), "2030-12-31") == whole[8:]


@pytest.mark.parametrize(
    ("rrule", "days"),
    [  # RFC 5545, section 3.8.5.3: the day on which a week begins makes a difference
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", ["08-05", "08-10", "08-19", "08-24"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", ["08-05", "08-17", "08-19", "08-31"]),
    ],
)
def test_where_a_week_begins_makes_a_difference(rrule: str, days: list[str]) -> None:
    found = between(series(rrule, "1997-08-05"), "1997-01-01", "1997-12-31")
    assert [f"{each.day:%m-%d}" for each in found] == days


@pytest.mark.parametrize("first", [f"2027-03-{day:02}" for day in range(8, 16)])
def test_the_first_of_a_week_is_not_the_first_that_is_looked_at(first: str) -> None:
    firsts = series("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1")
    assert {each.day.weekday() for each in between(firsts, first, "2027-04-01")} == {0}


@pytest.fixture
def began(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """From which day on dateutil was let walk, every time."""
    began: list[date] = []

    def noted(written: str, dtstart: datetime) -> object:
        began.append(dtstart.date())
        return rrulestr(written, dtstart=dtstart)

    monkeypatch.setattr(rule, "rrulestr", noted)
    return began


def test_a_series_of_long_ago_is_not_walked_from_its_beginning(began: list[date]) -> None:
    for rrule in ("FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;INTERVAL=3"):
        between(series(rrule, "1997-01-05"), "2027-01-01", "2027-01-31")
    assert min(began) > date(2026, 12, 1)


def test_what_never_fits_is_not_walked_at_all(began: list[date]) -> None:
    assert between(series("FREQ=YEARLY;BYMONTH=9", "2027-01-31"), "2027-01-01", "2036-12-31") == []
    assert {*began} <= {rule.PROBE.date()}


# --- Rules that are not taken


@pytest.mark.parametrize(
    ("rrule", "key"),
    [
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "frequency"),
        ("FREQ=MINUTELY;BYMONTH=4;BYMONTHDAY=31", "frequency"),
        ("FREQ=HOURLY", "frequency"),
        ("INTERVAL=2", "frequency"),
        ("FREQ=DAILY;COUNT=1000000000", "count"),
        ("FREQ=DAILY;COUNT=0", "count"),
        ("FREQ=DAILY;COUNT=ten", "count"),
        ("FREQ=DAILY;INTERVAL=0", "interval"),
        ("FREQ=DAILY;INTERVAL=-1", "interval"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "interval"),
        ("FREQ=DAILY;UNTIL=20271301", "until"),
        ("FREQ=DAILY;UNTIL=99990101", "until"),
        ("FREQ=DAILY;UNTIL=soon", "until"),
        ("FREQ=DAILY;UNTIL=20270101;COUNT=3", "both"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30", "together"),
        ("FREQ=WEEKLY;BYWEEKNO=-53;WKST=WE;INTERVAL=12", "together"),
        ("FREQ=MONTHLY;BYYEARDAY=60", "together"),
        ("FREQ=MONTHLY;BYDAY=6MO", "number"),
        ("FREQ=MONTHLY;BYDAY=10MO", "number"),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=5SU,10FR", "number"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2", "never"),
        ("FREQ=WEEKLY;BYSETPOS=2", "never"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYMONTH=1", "never"),
        ("FREQ=DAILY;BYSETPOS=1", "one_day"),
        ("FREQ=WEEKLY;BYDAY=2TU", "nth"),
        ("FREQ=WEEKLY;BYDAY=XX", "weekday"),
        ("FREQ=MONTHLY;BYDAY=0TU", "weekday"),
        ("FREQ=MONTHLY;BYDAY=54TU", "weekday"),
        ("FREQ=WEEKLY;WKST=1", "weekday"),
        ("FREQ=YEARLY;BYMONTH=13", "number"),
        ("FREQ=YEARLY;BYMONTH=-1", "number"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "number"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,,2", "number"),
        ("FREQ=MONTHLY;BYMONTHDAY=٣", "shape"),
        ("FREQ=DAILY;BYHOUR=9", "clock"),
        ("FREQ=DAILY;BYMINUTE=9", "clock"),
        ("FREQ=DAILY;BYSECOND=9", "clock"),
        ("FREQ=DAILY;BYEASTER=0", "unknown"),
        ("FREQ=DAILY;X=1", "unknown"),
        ("FREQ=DAILY;FREQ=DAILY", "twice"),
        ("DTSTART:20270105T100000\nRRULE:FREQ=DAILY", "start"),
        ("FREQ=DAILY;DTSTART=20270105", "start"),
        ("FREQ=DAILY\nEXDATE:20270105", "shape"),
        ("FREQ=DAILY;;COUNT=2", "shape"),
        ("every tuesday", "shape"),
        ("", "shape"),
        ("FREQ=MONTHLY;BYMONTHDAY=" + ",".join(["1"] * 200), "long"),
    ],
)
def test_f45_a_rule_that_cannot_be_is_refused_with_the_reason(rrule: str, key: str) -> None:
    with pytest.raises(BadRule) as refused:
        checked(rrule)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("rrule", "start"),
    [
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "2027-01-04"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=4000", "2027-01-04"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=2", "2027-01-04"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", "2027-01-04"),
        ("FREQ=YEARLY;BYMONTH=2", "2027-01-30"),
    ],
)
def test_f45_what_never_falls_in_its_turn_ends(rrule: str, start: str) -> None:
    assert between(series(checked(rrule), start), "2027-01-01", "2036-12-31") == []


@pytest.mark.parametrize(
    "written",
    [" rrule:freq=weekly;byday=tu ", "FREQ=WEEKLY;BYDAY=TU;", "FREQ=WEEKLY;BYDAY=TU"],
)
def test_a_rule_is_kept_in_one_form(written: str) -> None:
    assert checked(written) == "FREQ=WEEKLY;BYDAY=TU"


@settings(max_examples=40, deadline=None)
@given(st.text("FREQ=DAILYWKUNTCO;BYMH,-0123456789:\n٣é", max_size=40))
def test_whatever_is_written_is_a_rule_or_refused(text: str) -> None:
    for written in (text, f"FREQ=WEEKLY;{text}", f"FREQ=MONTHLY;BYDAY={text}", f"FREQ=DAILY;UNTIL={text}"):
        with suppress(BadRule):
            assert checked(checked(written)) == checked(written)


def test_the_clock_reminds_when_a_preview_of_the_same_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Before] = []
    real = reminds_at

    def noted(before: Before, day: date, begins: int, works: Calendar) -> datetime:
        asked.append(before)
        return real(before, day, begins, works)

    monkeypatch.setattr(moments, "reminds_at", noted)
    works = Calendar(ZoneInfo("Europe/Amsterdam"), "12345", 540, 1020, "NL")
    starts = datetime(2027, 4, 6, 10, tzinfo=ZoneInfo("Europe/Amsterdam"))
    found = moments.moments(KINDS["tactical"], starts, starts + timedelta(minutes=75), works)
    same = Rhythm(starts.date(), "FREQ=DAILY", 600, 75, works, remind=tuple(asked))
    shown = occurrence(same, starts.date(), starts.date()).reminders
    reminders = [each for each in found if each.what != "over"]
    # Whoever prepares is asked at midnight, and hears of it in the morning.
    assert set(shown) == {each.at for each in reminders} | {each.told for each in reminders}
    assert len(reminders) == 4
