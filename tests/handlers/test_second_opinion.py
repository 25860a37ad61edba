"""A second opinion is asked only where everyone agreed to that, and only when the ear is in doubt."""

from dataclasses import replace

import pytest
from story import USUAL, Story, hearing, starter

from handlers.turn import Hearing, Listen

QUESTION = "Welk werk ligt er nu bij jullie stil?"
DEFENSIVE = "Dat is in het begin voor iedereen even zoeken."


@pytest.fixture
def asked(story: Story) -> list[Listen]:
    """What the second one was asked; it is always sure."""
    asked: list[Listen] = []

    async def second(what: Listen, heard: Hearing) -> Hearing:
        asked.append(what)
        return replace(heard, nudge=True, question=QUESTION)

    story.second = second
    story.ear = hearing("normalising", confidence=0.7, nudge=False, unsure=True)
    return asked


async def test_when_both_agreed_a_doubt_becomes_a_tip_with_the_better_question(
    story: Story, asked: list[Listen]
) -> None:
    await story.agreed(scopes=f"{USUAL} model")
    await story.says("karim", DEFENSIVE)
    await story.later(minutes=2)
    assert [what.text for what in asked] == [DEFENSIVE]
    assert starter(story.tip.card) == QUESTION


async def test_without_the_yes_of_both_nothing_is_asked(story: Story, asked: list[Listen]) -> None:
    await story.agreed()
    await story.agrees("karim", "supplier", scopes=f"{USUAL} model")
    await story.says("karim", DEFENSIVE)
    await story.later(minutes=2)
    assert asked == []
    assert story.tips == []


async def test_who_gets_no_tip_anyway_is_not_read_by_anybody(story: Story, asked: list[Listen]) -> None:
    await story.agreed(scopes=f"{USUAL} model")
    await story.asks("karim", "uit")
    await story.says("karim", DEFENSIVE)
    await story.later(minutes=2)
    assert asked == []


@pytest.mark.parametrize(
    "ear",
    [
        hearing("normalising"),
        hearing("none"),
        hearing("impact_feedback"),
        hearing("normalising", nudge=False),
    ],
)
async def test_who_is_in_no_doubt_asks_nobody(story: Story, asked: list[Listen], ear: object) -> None:
    await story.agreed(scopes=f"{USUAL} model")
    story.ear = ear  # type: ignore[assignment]
    await story.says("karim", DEFENSIVE)
    await story.later(minutes=2)
    assert asked == []
