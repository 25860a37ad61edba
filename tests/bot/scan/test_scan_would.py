"""What the coach would have said: by the rules that it lives by, in whatever order channels come."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.scan.tally import Slip
from bot.scan.would import would
from handlers.calendar import Calendar
from handlers.hours import Hours
from handlers.restraint import A_DAY, A_WEEK, A_WEEK_AT_FIRST, FORTNIGHT

HOURS = Hours(Calendar(ZoneInfo("Europe/Amsterdam"), "12345", 8 * 60 + 30, 17 * 60 + 30, "NL"))
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def slip(
    *, day: int = 0, hour: float = 0, who: int = 1, channel: int = 1, thread: int = 0, message: int = 0, signs: str = ""
) -> Slip:
    at = MONDAY + timedelta(days=day, hours=hour)
    side, pattern = ("supplier", "normalising") if who < 100 else ("client", "impactless_complaint")
    return Slip(int(at.timestamp()), who, channel, thread, message, side, pattern, signs)


def told(*slips: Slip) -> dict[str, int]:
    return {key.removeprefix("held/"): times for key, times in would(slips, HOURS, MONDAY).items()}


GIVEN = "given/supplier/normalising"


def test_a_first_tip_is_given():
    assert told(slip()) == {GIVEN: 1}


def test_one_a_day_in_whatever_channel():
    assert told(slip(), slip(hour=5, channel=2)) == {GIVEN: 1, "one a day": 1}


def test_two_a_week_at_first_and_three_after_a_fortnight():
    every_day = [slip(day=7 * week + day) for week in range(4) for day in range(5)]
    assert told(*every_day) == {GIVEN: 2 + 2 + 3 + 3, "enough this week": 10}


def test_one_in_a_thread_also_when_it_was_about_the_message_the_thread_began_with():
    assert told(slip(message=7), slip(day=1, thread=7)) == {GIVEN: 1, "once per thread": 1}
    assert told(slip(thread=7), slip(day=1, thread=7)) == {GIVEN: 1, "once per thread": 1}


def test_one_an_hour_in_a_channel_over_both_sides():
    assert told(slip(), slip(who=100, hour=0.5), slip(who=101, hour=1)) == {
        GIVEN: 1,
        "channel had one": 1,
        "given/client/impactless_complaint": 1,
    }


def test_working_hours_are_those_of_the_place_with_its_holidays():
    easter_monday = slip(day=35, hour=1)
    assert told(slip(hour=-2), slip(hour=8), slip(day=5), easter_monday) == {"outside working hours": 4}


def test_a_client_who_waits_is_left_alone():
    assert told(slip(who=100, signs="waiting")) == {"client has enough on their mind": 1}
    assert told(slip(who=1, signs="waiting")) == {GIVEN: 1}


SLIPS = some.lists(
    some.builds(
        slip,
        day=some.integers(0, 40),
        hour=some.floats(-4, 12),
        who=some.sampled_from([1, 2, 3, 100, 101]),
        channel=some.integers(1, 3),
        thread=some.integers(0, 5),
        message=some.integers(1, 5),
        signs=some.sampled_from(["", "waiting", "umpteenth"]),
    ),
    max_size=60,
)


@given(SLIPS, some.randoms())
@settings(deadline=None)
def test_in_any_order_each_is_said_or_held_and_nobody_gets_too_many(slips, chance):
    counts = would(slips, HOURS, MONDAY)
    assert counts.total() == len(slips)
    mixed = list(slips)
    chance.shuffle(mixed)
    assert would(mixed, HOURS, MONDAY) == counts
    said = {
        side: sum(times for key, times in counts.items() if key.startswith(f"given/{side}"))
        for side in ("supplier", "client")
    }
    days = {(each.author, datetime.fromtimestamp(each.at, UTC).date()) for each in slips}
    people = Counter(each.author for each in slips)
    assert sum(said.values()) <= A_DAY * len(days)
    weeks = 41 / 7 + 1
    assert sum(said.values()) <= len(people) * A_WEEK * weeks


@given(some.lists(some.integers(0, 13), unique=True))
def test_in_the_first_fortnight_nobody_gets_more_than_two_a_week(days):
    first = min(days, default=0)
    early = [day for day in days if timedelta(days=day - first) < FORTNIGHT]
    given_tips = would([slip(day=day) for day in early], HOURS, MONDAY)[GIVEN]
    assert given_tips <= 2 * A_WEEK_AT_FIRST + A_WEEK_AT_FIRST
