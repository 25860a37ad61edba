"""Dates in people's own words: what is clear is understood, all else is asked."""

import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import dates
from handlers.calendar import Calendar
from prompts import LANGUAGES, phrasebook

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = Calendar(AMSTERDAM, "12345", 8 * 60 + 30, 17 * 60 + 30, "NL")
TUESDAY = date(2027, 3, 2)
TABLES: dict[str, Any] = {
    language: tomllib.loads(Path(__file__).with_name(f"dates_{language}.toml").read_text("utf-8"))
    for language in LANGUAGES
}


def on(day: date) -> datetime:
    """The morning of a day."""
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=AMSTERDAM)


def understood(text: str, language: str, today: date = TUESDAY, own: Calendar = OFFICE) -> date | None:
    return dates.understand(text, language, on(today), own)


# --- The table of phrases


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_write_is_the_day_they_mean(language: str) -> None:
    table: dict[str, date] = TABLES[language]["days"]
    assert len(table) > 150
    assert {said: understood(said, language) for said in table} == table


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_clear_is_never_a_guess(language: str) -> None:
    phrases: list[str] = TABLES[language]["unsure"]["phrases"]
    assert len(set(phrases)) > 100
    assert {said: day for said in phrases if (day := understood(said, language))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_clear_depends_on_the_day(language: str) -> None:
    for case in TABLES[language]["on"]:
        expected = {said: day or None for said, day in case["says"].items()}
        assert {said: understood(said, language, case["today"]) for said in expected} == expected, case["today"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_means_one_thing_and_that_is_known(language: str) -> None:
    kinds = phrasebook(language).table("dates.phrase")
    meanings = [means for kind in kinds.values() for means in kind]
    assert sorted(meanings) == sorted(dates.MEANINGS)
    phrases = [phrase for kind in kinds.values() for phrases in kind.values() for phrase in phrases]
    assert len(phrases) == len(set(phrases))


# --- Whose calendar, whose clock


def test_the_end_of_a_week_is_the_last_day_that_the_project_works() -> None:
    part_time = Calendar(AMSTERDAM, "123", 510, 1050)
    closed = Calendar(AMSTERDAM, "12345", 510, 1050, off=frozenset(TUESDAY + timedelta(days=n) for n in range(30)))
    assert understood("eind volgende week", "nl", own=part_time) == date(2027, 3, 10)
    assert understood("eind volgende week", "nl", own=closed) is None
    assert understood("binnen 3 werkdagen", "nl", own=part_time) == date(2027, 3, 9)


def test_without_working_days_there_is_no_answer_rather_than_none_at_all() -> None:
    never = Calendar(AMSTERDAM, "", 510, 1050)
    assert understood("binnen 3 werkdagen", "nl", own=never) is None
    assert understood("week 23", "nl", own=never) is None
    assert understood("vrijdag", "nl", own=never) == date(2027, 3, 5)


def test_today_is_where_the_project_is() -> None:
    late = datetime(2027, 3, 2, 23, 30, tzinfo=UTC)
    assert dates.understand("morgen", "nl", late, OFFICE) == date(2027, 3, 4)
    assert dates.understand("tomorrow", "en", late, Calendar(ZoneInfo("America/New_York"), "12345", 540, 1020)) == date(
        2027, 3, 3
    )


def test_a_day_in_the_past_is_no_promise_but_may_be_told() -> None:
    assert understood("15-3-2026", "nl") is None
    assert dates.understand("15-3-2026", "nl", on(TUESDAY), OFFICE, past=True) == date(2026, 3, 15)
    assert dates.understand("15 maart 2026", "nl", on(TUESDAY), OFFICE, past=True) == date(2026, 3, 15)


# --- What is read back


def test_a_day_is_told_in_words() -> None:
    assert dates.in_words(date(2026, 12, 1), "nl") == "dinsdag 1 december 2026"
    assert dates.in_words(date(2026, 12, 1), "en") == "Tuesday, 1 December 2026"


@given(st.integers(0, 1_000), st.sampled_from(LANGUAGES))
def test_what_is_told_is_understood(later: int, language: str) -> None:
    day = TUESDAY + timedelta(days=later)
    assert understood(dates.in_words(day, language), language) == day
    assert understood(day.isoformat(), language) == day


# --- For any text


def words() -> list[str]:
    """All that stands in the tables, in pieces."""
    phrases = [said for table in TABLES.values() for said in (*table["days"], *table["unsure"]["phrases"])]
    return sorted({word for said in phrases for word in said.split()})


TODAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
SAID = st.one_of(
    st.text(),
    st.lists(st.sampled_from(words()), max_size=5).map(" ".join),
    st.lists(st.sampled_from("0123456789-/. ': einweekofmartpr"), max_size=12).map("".join),
    st.sampled_from([said for table in TABLES.values() for said in table["days"]]),
)


@given(SAID, st.sampled_from(LANGUAGES), TODAYS)
@settings(deadline=None, max_examples=500)
def test_it_never_fails_and_never_goes_back_or_too_far(said: str, language: str, today: date) -> None:
    day = understood(said, language, today)
    assert day is None or today <= day <= today + dates.HORIZON


@given(SAID, st.sampled_from(LANGUAGES), TODAYS)
@settings(deadline=None, max_examples=200)
def test_it_says_the_same_each_time_however_it_is_typed(said: str, language: str, today: date) -> None:
    day = understood(said, language, today)
    assert understood(said, language, today) == day
    assert understood(f"  {said} ", language, today) == day


def test_a_long_story_is_not_read() -> None:
    assert understood("vrijdag " * 100_000, "nl") is None


def test_the_parser_of_months_is_loaded_only_when_a_month_is_named() -> None:
    code = """
import sys
from handlers import dates
from prompts.dates import read
assert read("nl", "volgende week dinsdag").means == "weekday_next_week"
assert "dateparser" not in sys.modules
assert read("nl", "15 maart").numbers == {"number": 15, "month": 3}
assert "dateparser" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
