"""How often a meeting is: chosen in a form, kept as a rule, and read in words, without anything getting lost."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar import Calendar
from handlers.meetings import rule
from handlers.meetings.kinds import KINDS
from handlers.meetings.recurring import (
    LAST_WEEKDAY,
    LAST_WORKING_DAY,
    OFTEN,
    PERIODS,
    WEEKS,
    Chosen,
    chosen,
    in_words,
    ruled,
)
from handlers.meetings.rhythm import Rhythm, occurrences
from prompts import LANGUAGES, phrasebook

NL, EN = phrasebook("nl"), phrasebook("en")
FIRST, LAST = date(2027, 1, 4), date(2029, 12, 31)


@st.composite
def choices(draw: st.DrawFn) -> Chosen:
    """Whatever somebody chooses in the form."""
    often = draw(st.sampled_from(sorted(set(OFTEN) - {"own"})))
    if often not in PERIODS:
        return Chosen(often)
    monthly = PERIODS[often][0] == "MONTHLY"
    return Chosen(often, draw(st.sampled_from(rule.WEEKDAYS)), draw(st.sampled_from(WEEKS)) if monthly else "")


RULES = st.builds(
    lambda frequency, interval, days, more: ";".join(
        piece
        for piece in (f"FREQ={frequency}", interval and f"INTERVAL={interval}", days and f"BYDAY={days}", more)
        if piece
    ),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.sampled_from([0, 1, 2, 3, 4, 6, 12]),
    st.sampled_from(["", "MO", "FR,MO", "SU"]),
    st.sampled_from(["", "COUNT=4", "UNTIL=20281231", "WKST=SU", "BYMONTH=3"]),
)


@given(choices())
def test_what_is_chosen_comes_back_as_it_was(picked: Chosen) -> None:
    assert chosen(ruled(picked)) == picked
    assert rule.checked(ruled(picked)) == ruled(picked)


@given(RULES)
def test_a_rule_that_is_shown_and_saved_again_names_the_same_days(rrule: str) -> None:
    again = ruled(chosen(rrule))
    assert list(rule.days(again, FIRST, FIRST, LAST)) == list(rule.days(rrule, FIRST, FIRST, LAST))


@given(choices(), st.sampled_from(LANGUAGES))
def test_different_choices_read_differently_and_hold_no_rule(picked: Chosen, language: str) -> None:
    said = in_words(phrasebook(language), ruled(picked))
    assert "FREQ" not in said
    assert "  " not in said


@pytest.mark.parametrize(
    ("rrule", "dutch", "english"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", "elke dinsdag", "every Tuesday"),
        ("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU", "elke dinsdag", "every Tuesday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "om de week op donderdag", "every other Thursday"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", "om de drie weken op maandag", "every third Monday"),
        ("FREQ=MONTHLY;BYDAY=2TH", "elke tweede donderdag van de maand", "every second Thursday of the month"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "elke laatste vrijdag van de maand", "every last Friday of the month"),
        ("FREQ=DAILY", "elke dag", "every day"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "elke maandag, donderdag", "every Monday, Thursday"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "elke maand op dag 15", "every month on day 15"),
        ("FREQ=YEARLY;BYYEARDAY=200", "volgens een eigen regel", "by a rule of its own"),
        (LAST_WEEKDAY, "laatste werkdag van de maand", "last working day of the month"),
        (LAST_WORKING_DAY, "laatste werkdag van de maand", "last working day of the month"),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=3TH",
            "elk kwartaal op de derde donderdag van de maand",
            "every quarter on the third Thursday of the month",
        ),
    ],
)
def test_a_rule_in_words(rrule: str, dutch: str, english: str) -> None:
    assert (in_words(NL, rrule), in_words(EN, rrule)) == (dutch, english)


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=DAILY;INTERVAL=2",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU",
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "FREQ=MONTHLY;BYDAY=5FR",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=TU;COUNT=4",
    ],
)
def test_what_no_form_can_say_stays_somebodys_own_rule(rrule: str) -> None:
    assert chosen(rrule) == Chosen("own", own=rrule)
    assert "FREQ" not in in_words(NL, rrule)


def test_every_kind_of_meeting_begins_with_something_that_can_be_chosen() -> None:
    assert {chosen(kind.rule).often for kind in KINDS.values()} == {
        "week", "two_weeks", "month", "quarter", "half_year", "year",
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_chosen_has_words(language: str) -> None:
    book = phrasebook(language)
    assert set(book.table("meetings.choose.often")) == set(OFTEN)
    assert set(book.table("meetings.choose.week")) == set(book.table("meetings.week")) == set(WEEKS)


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ("12345", ["2027-10-29", "2027-11-30", "2027-12-31"]),
        ("12347", ["2027-10-31", "2027-11-30", "2027-12-30"]),
        ("123", ["2027-10-27", "2027-11-30", "2027-12-29"]),
    ],
)
def test_the_last_working_day_is_that_of_the_week_that_a_project_works(weekdays: str, days: list[str]) -> None:
    works = Calendar(ZoneInfo("Europe/Amsterdam"), weekdays, 540, 1020)
    rhythm = Rhythm(date(2027, 10, 1), LAST_WORKING_DAY, 600, 60, works, "before")
    found = occurrences(rhythm, date(2027, 10, 1), date(2027, 12, 31))
    assert [str(each.day) for each in found] == days


def test_a_rule_that_is_no_rule_is_shown_as_it_was_written() -> None:
    with pytest.raises(rule.BadRule) as bad:
        rule.checked("elke woensdag")
    assert bad.value.part == "elke woensdag"
