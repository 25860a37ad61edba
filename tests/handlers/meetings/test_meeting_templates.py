"""The forms of an evaluation, a simulation and an audit review: every blank has its words, and fits on a form."""

import pytest

from bot.slack.render_limits import LIMITS
from handlers.meetings.kinds import KINDS
from handlers.meetings.templates import ACTIONS, TEMPLATES
from handlers.register import blanks
from prompts import LANGUAGES, phrasebook

FORMS = [(kind, moment) for kind, moments in TEMPLATES.items() for moment in moments]


def test_the_kinds_that_have_a_course_of_their_own_have_forms() -> None:
    assert set(TEMPLATES) == {"evaluation", "simulation", "audit"}
    for kind in TEMPLATES:
        assert set(TEMPLATES[kind]) == {"supplier", "client", "after"}
        assert KINDS[kind].supplier_prep
        assert KINDS[kind].client_prep


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "moment"), FORMS)
def test_every_blank_has_its_words_and_no_word_is_left_over(kind: str, moment: str, language: str) -> None:
    where, book = f"meetings_templates.{kind}.{moment}", phrasebook(language)
    form = TEMPLATES[kind][moment]
    assert [field.name for field in blanks.fields(book, where, form, {})] == list(book.table(f"{where}.field"))
    if book.has(f"{where}.hint"):
        assert set(book.table(f"{where}.hint")) <= {blank.name for blank in form}
    assert book.say(f"{where}.title")
    assert book.say(f"{where}.intro")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "moment"), FORMS)
def test_a_question_is_short_enough_for_every_platform(kind: str, moment: str, language: str) -> None:
    where, book = f"meetings_templates.{kind}.{moment}", phrasebook(language)
    assert len(book.say(f"{where}.title")) <= LIMITS["title"]
    assert max(len(said) for said in book.table(f"{where}.field").values()) <= 75


@pytest.mark.parametrize("kind", TEMPLATES)
def test_what_gets_stuck_ends_in_an_action_of_either_side(kind: str) -> None:
    assert set(ACTIONS) <= set(TEMPLATES[kind]["after"])
    assert {(each.name.partition("_")[0], each.type) for each in ACTIONS} == {
        (side, what) for side in ("supplier", "client") for what in ("text", "person", "date")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_scenarios_to_begin_with(language: str) -> None:
    assert len(phrasebook(language).list("meetings_templates.simulation.examples")) >= 3
