"""The standard agendas: complete, the same in both languages, and as long as their meetings."""

from collections import Counter
from datetime import datetime

import pytest
from dateutil.rrule import rrulestr

from handlers.meetings.agenda import OWNERS, SOURCES, AgendaItem, standard
from handlers.meetings.kinds import KINDS, Kind
from handlers.register.kinds import LEVELS
from handlers.settings import ROLES
from prompts import LANGUAGES, phrasebook

NL, EN = phrasebook("nl"), phrasebook("en")
ALL = [pytest.param(kind, id=kind.name) for kind in KINDS.values()]
ARTICLES = {"000", "001", "002", "003", "004"}


def bones(items: tuple[AgendaItem, ...]) -> list[tuple[object, ...]]:
    """All of an agenda but its words."""
    return [(i.name, i.minutes, i.owner, i.level, i.sources, i.article, i.stays) for i in items]


def test_every_kind_has_an_agenda_and_a_name_in_both_languages() -> None:
    for book in (NL, EN):
        assert list(book.table("agendas")) == list(book.table("meetings.kind")) == list(KINDS)


@pytest.mark.parametrize("kind", ALL)
def test_numbers_owners_levels_and_sources_are_the_same_in_both_languages(kind: Kind) -> None:
    assert bones(standard(NL, kind)) == bones(standard(EN, kind))


@pytest.mark.parametrize(
    ("name", "minutes", "items"),
    [
        ("operational", 45, 7),
        ("tactical", 75, 10),
        ("strategic", 90, 8),
        ("demo", 60, 6),
        ("progress", 14, 8),
        ("evaluation", 90, 8),
        ("simulation", 120, 7),
        ("audit", 60, 6),
    ],
)
def test_the_minutes_add_up_to_the_meeting(name: str, minutes: int, items: int) -> None:
    agenda = standard(NL, KINDS[name])
    assert (KINDS[name].minutes, sum(item.minutes for item in agenda), len(agenda)) == (minutes, minutes, items)


@pytest.mark.parametrize("kind", ALL)
def test_every_item_says_who_at_which_level_from_where_and_on_what_ground(kind: Kind) -> None:
    for item in standard(EN, kind):
        assert item.owner in OWNERS
        assert item.level in LEVELS
        assert set(item.sources) <= SOURCES
        assert item.article in ARTICLES
        assert item.minutes > 0


def test_the_three_meetings_keep_to_their_own_level() -> None:
    for level in LEVELS:
        assert KINDS[level].level == level
        assert {item.level for item in standard(NL, KINDS[level])} == {level}


def test_an_item_on_the_screen_reads_as_one_line() -> None:
    for book in (NL, EN):
        for kind in KINDS.values():
            titles = Counter(item.title for item in standard(book, kind))
            assert set(titles.values()) == {1}
            for item in standard(book, kind):
                assert "|" not in item.title + item.goal
                assert "\n" not in item.title + item.goal
                assert len(item.title) <= 60
                assert len(item.goal) <= 80


def test_every_source_is_used_but_the_one_for_own_agendas() -> None:
    used = {source for kind in KINDS.values() for item in standard(NL, kind) for source in item.sources}
    assert SOURCES - used == {"criteria"}


def test_people_have_a_word_for_every_owner_and_source_and_none_has_two_meanings() -> None:
    for table, keys in (("owner", set(OWNERS)), ("source", SOURCES)):
        meanings: dict[str, set[str]] = {}
        for language in LANGUAGES:
            book = phrasebook(language)
            assert set(book.table(f"meetings.{table}")) == keys
            for meant, word in book.table(f"meetings.{table}").items():
                meanings.setdefault(word.casefold(), set()).add(meant)
            for meant, words in book.table(f"meetings.also.{table}").items():
                assert meant in keys
                for word in words:
                    meanings.setdefault(word.casefold(), set()).add(meant)
        assert {word: meant for word, meant in meanings.items() if len(meant) > 1} == {}
        assert [word for word in meanings if set(word) & set(",|\n")] == []


# --- The kinds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL)
def test_every_side_has_somebody_who_must_be_there_by_roles_that_exist(kind: Kind) -> None:
    assert set(kind.needed) == {"supplier", "client"}
    for groups in kind.needed.values():
        assert groups
        assert all(group and set(group) <= set(ROLES) for group in groups)


@pytest.mark.parametrize("kind", ALL)
def test_preparation_is_asked_before_it_is_due_and_says_what_is_asked(kind: Kind) -> None:
    asked = {"supplier": kind.supplier_prep, "client": kind.client_prep}
    for book in (NL, EN):
        assert set(book.table(f"meetings.prep.{kind.name}")) == {side for side, prep in asked.items() if prep}
    for prep in asked.values():
        assert prep is None or prep.asked > prep.due


@pytest.mark.parametrize("kind", ALL)
def test_the_client_works_on_what_the_supplier_delivered(kind: Kind) -> None:
    if kind.supplier_prep and kind.client_prep:
        assert kind.client_prep.due <= kind.supplier_prep.due


@pytest.mark.parametrize("kind", ALL)
def test_the_agenda_goes_out_in_order_and_the_last_one_is_final(kind: Kind) -> None:
    assert [post.what for post in kind.agenda_out] in ([], ["final"], ["draft", "final"])
    ahead = [post.working_days for post in kind.agenda_out]
    assert ahead == sorted(set(ahead), reverse=True)


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("operational", 4 * 52),
        ("tactical", 4 * 12),
        ("strategic", 4 * 4),
        ("demo", 4 * 26),
        ("progress", 4 * 26),
        ("evaluation", 4 * 2),
        ("simulation", 4),
        ("audit", 4 * 2),
    ],
)
def test_each_kind_comes_as_often_as_it_should_in_four_years(name: str, times: int) -> None:
    begin = datetime(2027, 1, 1, 10)  # noqa: DTZ001  (on paper)
    days = rrulestr(KINDS[name].rule, dtstart=begin).between(begin, begin.replace(year=2031), inc=True)
    assert times <= len(days) <= times + 1
    assert {day.weekday() for day in days} <= {0, 1, 2, 3, 4}


def test_five_kinds_make_about_nine_posts_a_month() -> None:
    times_a_month = {"operational": 52 / 12, "tactical": 1, "strategic": 1 / 3, "demo": 26 / 12, "evaluation": 1 / 6}
    posts = sum(len(KINDS[name].agenda_out) * times for name, times in times_a_month.items())
    assert 8.5 <= posts <= 9.7


def test_what_falls_out_too_often_goes_one_level_up() -> None:
    falls = {kind.name: (kind.falls_out.times, kind.falls_out.to) for kind in KINDS.values() if kind.falls_out}
    assert falls == {
        "operational": (3, "tactical"),
        "demo": (2, "tactical"),
        "tactical": (2, "strategic"),
        "strategic": (1, "sponsors"),
    }
