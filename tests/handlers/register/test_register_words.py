"""Whatever can be filed or done has words of its own, in both languages: on a card, in a list and in the dossier."""

import json
from typing import Any

import pytest
from dossiers import asked_for
from registers import files
from story import Story, form

from handlers.dossier import told
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
    assert "Nodig vóór\ndonderdag 25 maart 2027" in said
