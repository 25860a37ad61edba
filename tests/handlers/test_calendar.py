"""Working time adds up, whatever the calendar: across weekends, holidays, days off and the changing of the clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import calendar
from handlers.calendar import Calendar, NoWorkingTime

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = Calendar(AMSTERDAM, "12345", 8 * 60 + 30, 17 * 60 + 30, "NL")
NIGHTS = Calendar(AMSTERDAM, "67", 22 * 60, 6 * 60)
NEVER = Calendar(AMSTERDAM, "", 9 * 60, 17 * 60)
PAUSE = frozenset(date(2026, 12, 24) + timedelta(days=n) for n in range(9))


def local(written: str) -> datetime:
    """A moment as the clock in Amsterdam tells it."""
    return datetime.fromisoformat(written).replace(tzinfo=AMSTERDAM)


# --- In the life of a project


@pytest.mark.parametrize(
    ("start", "answered_by"),
    [
        ("2027-03-01T08:30", "2027-03-01T16:30"),
        ("2027-03-01T13:00", "2027-03-02T12:00"),
        ("2027-03-05T16:30", "2027-03-08T15:30"),  # over the weekend
        ("2027-03-06T11:00", "2027-03-08T16:30"),  # asked on a Saturday
        ("2027-03-25T16:30", "2027-03-30T15:30"),  # Good Friday, Easter Monday, and the clock in between
        ("2027-03-01T05:00", "2027-03-01T16:30"),
        ("2027-03-01T22:00", "2027-03-02T16:30"),
    ],
)
def test_an_answer_within_eight_working_hours(start: str, answered_by: str) -> None:
    assert calendar.after_working_hours(OFFICE, local(start), 8) == local(answered_by)


def test_the_end_of_a_day_is_not_yet_the_next_one() -> None:
    assert calendar.after_working_hours(OFFICE, local("2027-03-01T08:30"), 9) == local("2027-03-01T17:30")


@pytest.mark.parametrize(
    ("day", "count", "reminded"),
    [
        ("2027-03-05", 2, "2027-03-03"),
        ("2027-03-08", 2, "2027-03-04"),
        ("2027-03-30", 2, "2027-03-24"),  # Easter
        ("2027-03-07", 1, "2027-03-05"),
        ("2027-03-07", 0, "2027-03-07"),
    ],
)
def test_two_working_days_before(day: str, count: int, reminded: str) -> None:
    assert calendar.working_days_before(OFFICE, date.fromisoformat(day), count) == date.fromisoformat(reminded)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2027-03-01T08:59", "2027-03-01T09:00"),
        ("2027-03-01T09:00", "2027-03-02T09:00"),
        ("2027-03-05T12:00", "2027-03-08T09:00"),
        ("2027-03-25T12:00", "2027-03-30T09:00"),
    ],
)
def test_the_digest_waits_for_a_working_morning(now: str, morning: str) -> None:
    assert calendar.next_morning(OFFICE, local(now)) == local(morning)


def test_a_project_adds_and_takes_away_days() -> None:
    own = Calendar(AMSTERDAM, "12345", 510, 1050, "NL", off=PAUSE, on=frozenset({date(2026, 12, 28)}))
    days = [date(2026, 12, 23) + timedelta(days=n) for n in range(13)]
    assert [day.isoformat() for day in days if calendar.is_working_day(own, day)] == [
        "2026-12-23",
        "2026-12-28",
        "2027-01-04",
    ]


def test_a_day_on_makes_a_saturday_and_a_holiday_working_days() -> None:
    saturday, good_friday = date(2027, 3, 6), date(2027, 3, 26)
    own = Calendar(AMSTERDAM, "12345", 510, 1050, "NL", on=frozenset({saturday, good_friday}))
    for day in (saturday, good_friday):
        assert not calendar.is_working_day(OFFICE, day)
        assert calendar.is_working_day(own, day)


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    assert not calendar.is_working_time(NIGHTS, local("2027-03-06T05:30"))
    assert calendar.is_working_time(NIGHTS, local("2027-03-06T23:30"))
    assert calendar.is_working_time(NIGHTS, local("2027-03-08T05:30"))
    assert not calendar.is_working_time(NIGHTS, local("2027-03-08T06:00"))


def test_the_night_in_which_the_clock_changes_is_shorter() -> None:
    saturday, sunday = local("2027-03-27T12:00"), local("2027-03-28T12:00")
    assert calendar.working_hours_between(NIGHTS, saturday, sunday) == 7
    assert calendar.working_hours_between(NIGHTS, local("2027-10-30T12:00"), local("2027-10-31T12:00")) == 9


def test_local_time_stays_when_the_clock_changes() -> None:
    assert calendar.at(OFFICE, date(2027, 3, 26), 540) == datetime(2027, 3, 26, 8, tzinfo=UTC)
    assert calendar.at(OFFICE, date(2027, 3, 29), 540) == datetime(2027, 3, 29, 7, tzinfo=UTC)
    assert calendar.at(OFFICE, date(2027, 3, 28), 150) == local("2027-03-28T03:30")  # half past two does not exist
    assert calendar.at(OFFICE, date(2027, 3, 1), 24 * 60) == local("2027-03-02T00:00")


@pytest.mark.parametrize(
    "asked",
    [
        lambda: calendar.working_days_before(NEVER, date(2027, 3, 1), 1),
        lambda: calendar.working_days_after(NEVER, date(2027, 3, 1), 1),
        lambda: calendar.after_working_hours(NEVER, local("2027-03-01T09:00"), 1),
        lambda: calendar.next_morning(NEVER, local("2027-03-01T09:00")),
        lambda: calendar.working_days_after(OFFICE, date(2027, 3, 1), 1_000_000),
        lambda: calendar.after_working_hours(OFFICE, local("2027-03-01T09:00"), 1_000_000),
        lambda: calendar.working_hours_between(OFFICE, local("2027-03-01T09:00"), local("2127-03-01T09:00")),
        lambda: calendar.working_days_between(OFFICE, date(2027, 3, 1), date(2127, 3, 1)),
    ],
)
def test_what_is_not_there_is_not_looked_for_without_end(asked: Callable[[], Any]) -> None:
    with pytest.raises(NoWorkingTime):
        asked()


def test_nobody_counts_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="-1 days"):
        calendar.working_days_before(OFFICE, date(2027, 3, 1), -1)
    with pytest.raises(ValueError, match="-1 hours"):
        calendar.after_working_hours(OFFICE, local("2027-03-01T09:00"), -1)


def test_a_country_without_known_holidays_has_none() -> None:
    assert calendar.is_working_day(Calendar(AMSTERDAM, "12345", 510, 1050, "ZZ"), date(2027, 12, 27))


# --- For every calendar

ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "UTC")
FEW_DAYS = st.dates(date(2026, 12, 1), date(2027, 12, 31))
CALENDARS = st.builds(
    Calendar,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    weekdays=st.sets(st.sampled_from("1234567"), min_size=1).map(lambda days: "".join(sorted(days))),
    begins=st.integers(0, 24 * 60 - 1),
    ends=st.integers(0, 24 * 60),
    country=st.sampled_from(("", "NL", "BE", "GB", "US")),
    off=st.frozensets(FEW_DAYS, max_size=20),
    on=st.frozensets(FEW_DAYS, max_size=5),
).filter(lambda own: (own.ends - own.begins) % (24 * 60) >= 30 or own.begins == own.ends)
"""Of half an hour a week at least: of less there are no hundred hours within ten years."""
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
COUNTS = st.integers(0, 60)
HOURS = st.integers(0, 100 * 60).map(lambda minutes: minutes / 60)


@given(CALENDARS, DAYS, COUNTS)
def test_counting_back_undoes_counting_on(own: Calendar, day: date, count: int) -> None:
    there = calendar.working_days_after(own, day, count)
    assert calendar.working_days_between(own, day, there) == count
    if calendar.is_working_day(own, day):
        assert calendar.working_days_before(own, there, count) == day


@given(CALENDARS, DAYS, COUNTS, COUNTS)
def test_counting_days_in_two_goes_comes_out_the_same(own: Calendar, day: date, some: int, more: int) -> None:
    for count in (calendar.working_days_after, calendar.working_days_before):
        assert count(own, count(own, day, some), more) == count(own, day, some + more)


@given(CALENDARS, DAYS, DAYS, st.integers(1, 60))
def test_a_later_day_counts_to_a_later_one(own: Calendar, one: date, other: date, count: int) -> None:
    first, last = sorted((one, other))
    for counted in (calendar.working_days_after, calendar.working_days_before):
        assert counted(own, first, count) <= counted(own, last, count)
        assert calendar.is_working_day(own, counted(own, first, count))


@given(CALENDARS, MOMENTS, HOURS)
@settings(deadline=None)
def test_so_many_hours_lie_between_as_were_counted(own: Calendar, start: datetime, hours: float) -> None:
    end = calendar.after_working_hours(own, start, hours)
    assert end >= start
    assert end.tzinfo is UTC
    assert calendar.working_hours_between(own, start, end) == hours
    if hours:
        assert calendar.working_hours_between(own, start, end - timedelta(microseconds=1)) < hours


@given(CALENDARS, MOMENTS, st.integers(0, 3_000), st.integers(0, 3_000))
@settings(deadline=None)
def test_counting_hours_in_two_goes_comes_out_the_same(own: Calendar, start: datetime, some: int, more: int) -> None:
    halfway = calendar.after_working_hours(own, start, some / 60)
    assert calendar.after_working_hours(own, halfway, more / 60) == calendar.after_working_hours(
        own, start, (some + more) / 60
    )


@given(CALENDARS, st.tuples(MOMENTS, MOMENTS, MOMENTS))
@settings(deadline=None)
def test_hours_between_add_up(own: Calendar, moments: tuple[datetime, datetime, datetime]) -> None:
    first, between, last = sorted(moments)
    whole = calendar.working_hours_between(own, first, last)
    parts = calendar.working_hours_between(own, first, between), calendar.working_hours_between(own, between, last)
    assert whole == pytest.approx(sum(parts))
    assert calendar.working_hours_between(own, last, first) == -whole
    assert 0 <= whole <= (last - first) / timedelta(hours=1)


@given(CALENDARS, MOMENTS)
def test_time_passes_only_while_there_is_work(own: Calendar, moment: datetime) -> None:
    passed = calendar.working_hours_between(own, moment, moment + timedelta(microseconds=1))
    assert (passed > 0) is calendar.is_working_time(own, moment)


@given(CALENDARS, MOMENTS, st.integers(0, 24 * 60 - 1))
def test_a_morning_is_on_a_working_day_and_there_is_none_before_it(own: Calendar, now: datetime, minutes: int) -> None:
    morning = calendar.next_morning(own, now, minutes)
    assert now < morning
    day = calendar.day_of(own, morning)
    assert calendar.is_working_day(own, day)
    assert morning == calendar.at(own, day, minutes)
    assert calendar.next_morning(own, morning - timedelta(microseconds=1), minutes) == morning
    assert calendar.working_days_between(own, calendar.day_of(own, now), day) <= 1
