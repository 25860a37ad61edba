"""Whatever can be filed or done has words of its own, in both languages: on a card, in a list and in the dossier."""

import json
from typing import Any

import pytest
from dossiers import asked_for
from registers import files
from story import Story, form, refused, reply, words

from handlers.dossier import told
from handlers.register import card
from handlers.register.kinds import KINDS, Kind, Step
from prompts import LANGUAGES, phrasebook

NL = phrasebook("nl")
BY_ITSELF = ("filed", "late", "edited", "deleted", "vacant", "joined", "day_passed")
"""What stands in a history though nobody took a step of the kind."""
TOLD = [(kind, step) for kind in KINDS.values() for step in kind.steps if not step.private]


def texts(found: Any) -> list[str]:
    """Every text in data."""
    if isinstance(found, dict):
        return [text for value in found.values() for text in texts(value)]
    if isinstance(found, list):
        return [text for value in found for text in texts(value)]
    return [found] if isinstance(found, str) else []


# --- the dossier


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "step"), TOLD, ids=lambda each: each.name)
def test_every_step_and_every_word_told_with_it_has_a_phrase(language: str, kind: Kind, step: Step) -> None:
    book = phrasebook(language)
    assert any(book.has(key) for key in told.happened_keys(kind.name, step.name)), step.name
    asked = [blank.name for blank in step.asks if not blank.private]
    for name in [*asked, "before", *(["rung"] if kind.name == "escalation" else [])]:
        assert any(book.has(key) for key in told.told_with_keys(step.name, name)), (step.name, name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", BY_ITSELF)
def test_what_happens_by_itself_has_a_phrase_too(language: str, step: str) -> None:
    assert phrasebook(language).has(f"dossier.happened.{step}")


async def history(story: Story, language: str = "nl") -> str:
    """The whole dossier, in words."""
    facts = json.loads((await asked_for(story)).content)["facts"]
    return "\n".join(texts(told.in_words(language, facts)["blocks"]))


async def test_an_escalation_is_told_in_words(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["escalation"], what="Binnen vier uur hersteld", where="Bijlage 3", found="Niets")
    await story.later(hours=3)
    await story.fills_in("sanne", form(await story.presses("sanne", "outcome", "1")), outcome="Er komt een wacht")
    await story.presses("karim", "settle", "1")
    await story.presses("sanne", "not_yet", "1")
    said = await history(story)
    assert "Uitkomst vastgelegd\nUitkomst: Er komt een wacht\nHersteld uiterlijk: maandag 15 maart 2027" in said
    assert "Stap: 1 (bellen)" in said
    assert "Voorgesteld: dit is opgelost" in said
    assert "rung" not in said
    assert "outcome" not in said
    # That it was filed before, and when, is of the side that did so.
    assert "Zichtbaar voor beide kanten sinds" in said
    assert "1 maart 2027 12:30:00" in said
    assert "Vastgelegd op" not in said


async def test_what_was_put_together_is_told_in_words(story: Story) -> None:
    await story.agreed()
    for _ in range(2):
        await files(story, KINDS["feedback"])
    await story.presses("sanne", "same", "2 1")
    said = await history(story)
    assert "FB-2 hoort hier nu bij" in said
    assert "Hoort nu bij FB-1" in said
    english = await history(story, "en")
    assert "FB-2 is now part of this" in english
    assert all(raw not in said + english for raw in ("joined", "into:", "with:"))


async def test_what_nobody_has_words_for_is_never_told_by_its_name_in_the_code(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    facts = json.loads((await asked_for(story)).content)["facts"]
    facts["entries"][0]["step"], facts["entries"][0]["words"] = "unheard_of", {"never_told": "Iets van toen"}
    said = "\n".join(texts(told.in_words("nl", facts)["blocks"]))
    assert "Iets van toen" in said
    assert "unheard_of" not in said
    assert "never_told" not in said


async def test_a_day_says_which_day_it_is(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["request"])
    said = await history(story)
    assert "Nodig uiterlijk op\ndonderdag 25 maart 2027" in said


# --- on a card


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_field_has_a_short_label_that_asks_nothing(language: str, kind: Kind) -> None:
    book = phrasebook(language)
    own = [blank for step in kind.steps if step.private for blank in step.asks]
    for blank in (*kind.blanks, *own):
        if blank.type not in ("date", "person"):
            label = card.label(book, kind.name, blank.name)
            assert len(label) <= 30, label
            assert not label.endswith("?"), label
    for step in kind.steps:
        if step.private:
            assert book.has(f"{kind.name}.label_date.{step.name}")


async def test_a_card_calls_things_by_their_labels(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    assert "Gevolg: De consequence van de balie" in story.said[-1]
    assert "Advies: " in story.said[-1]
    assert "waarschuwen jullie" not in story.said[-1]
    await files(story, KINDS["promise"])
    assert "Voorgesteld door: karim" in story.said[-1]


# --- on a form


async def test_a_form_is_called_what_its_button_says(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["request"])
    assert form(await story.presses("karim", "decline", "1")).title == "VZ-1 · Kan niet, omdat"


@pytest.mark.parametrize(("written", "why"), [("morgenmiddag", "time"), ("25:00", "time"), ("14.30", None), ("", None)])
async def test_a_time_is_a_time(story: Story, written: str, why: str | None) -> None:
    await story.agreed()
    await files(story, KINDS["escalation"])
    opened = form(await story.presses("sanne", "plan_call", "1"))
    given = await story.fills_in("sanne", opened, whom="Karim", date="2027-03-10", time=written)
    if why is None:
        assert "Bellen met: Karim" in reply(given)
    else:
        assert refused(given) == {"time": NL.say(f"register.refused.{why}")}


@pytest.mark.parametrize(("kind", "text", "asked"), [
    ("promise", "De koppeling werkt op 31-2", True),
    ("request", "Testgegevens vóór 40/13/2027", True),
    ("promise", "De koppeling werkt op 31-3", False),
    ("promise", "De koppeling werkt", False),
    ("feedback", "Het loopt vast sinds 31-2", False),
])  # fmt: skip
async def test_a_day_that_is_none_is_asked_for_once(story: Story, kind: str, text: str, asked: bool) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", kind, text))
    assert (NL.say("register.not_understood", day=text.split()[-1]) in words(opened)) == asked


# --- the questions to begin with


async def test_nobody_is_asked_what_was_filled_in_already(story: Story) -> None:
    await story.agreed()
    await story.later(days=1)
    opened = form(await story.asks("sanne", "feedback"))
    await story.fills_in("sanne", opened, what="Traag", minutes="15", people="6", date="2027-03-25")
    (whisper, *_) = [each for each in story.whispers if "feedback" not in each.key and "questions" in each.key]
    said = words(whisper.card)
    assert NL.say("feedback.question.since") in said
    assert all(NL.say(f"feedback.question.{name}") not in said for name in ("who", "work", "good"))
    assert "). " not in said
