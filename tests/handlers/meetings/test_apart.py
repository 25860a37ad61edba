"""Extra days and days on which a rule names none, whatever the rule: nothing is lost, doubled or out of order."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import DAY, Calendar
from handlers.meetings.rhythm import Apart, Rhythm, occurrences

OFFICE = Calendar(ZoneInfo("Europe/Amsterdam"), "12345", 9 * 60, 17 * 60, "NL")
FIRST, LAST = date(2027, 1, 1), date(2030, 1, 1)
DAYS = st.dates(FIRST, LAST)
RULES = st.sampled_from(
    [
        "FREQ=MONTHLY;INTERVAL=6;BYDAY=3TU",
        "FREQ=MONTHLY;INTERVAL=12;BYDAY=2WE",
        "FREQ=WEEKLY;BYDAY=SA",
        "FREQ=MONTHLY;INTERVAL=6",
        "FREQ=MONTHLY;BYMONTHDAY=31",
    ]
)
KEPT = st.sampled_from(["skip", "before", "after", "keep"])


@settings(max_examples=60, deadline=None)
@given(RULES, KEPT, DAYS, st.lists(DAYS, max_size=4, unique=True), DAYS, st.integers(1, 120), DAYS)
def test_extra_days_and_days_apart(
    rrule: str, on_holiday: str, start: date, extra: list[date], apart: date, long: int, middle: date
) -> None:
    named = tuple((f"extra-{number}", day) for number, day in enumerate(extra))
    end = apart + timedelta(days=long)
    rhythm = Rhythm(start, rrule, 600, 60, OFFICE, on_holiday, extra=named, apart=Apart(apart, end, apart))  # type: ignore[arg-type]
    found = occurrences(rhythm, FIRST - 40 * DAY, LAST + 400 * DAY)
    assert [each.day for each in found] == sorted(each.day for each in found)
    assert sorted(each.extra for each in found if each.extra) == sorted(name for name, _ in named)
    assert len({each.name for each in found}) == len(found)
    assert not [each for each in found if not each.extra and apart <= each.ruled <= end]
    # Before it the rule is as it was, after it as one that begins there; and it may be looked at in parts.
    plain = Rhythm(start, rrule, 600, 60, OFFICE, on_holiday)  # type: ignore[arg-type]
    anew = Rhythm(apart, rrule, 600, 60, OFFICE, on_holiday)  # type: ignore[arg-type]
    by_rule = {each.ruled for each in found if not each.extra}
    seen = (FIRST - 40 * DAY, LAST + 400 * DAY)
    assert {day for day in by_rule if day < apart} == {e.ruled for e in occurrences(plain, *seen) if e.ruled < apart}
    assert {day for day in by_rule if day > end} == {e.ruled for e in occurrences(anew, *seen) if e.ruled > end}
    parts = occurrences(rhythm, seen[0], middle) + occurrences(rhythm, middle + DAY, seen[1])
    assert parts == found
