"""A warning: who gave it hears what the other side does with it, and it is not silenced."""

import pytest
from registers import files, has_role
from story import Story, form, refused, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Whisper
from prompts import phrasebook
from storage.tables import Item

NL = phrasebook("nl")


def told(story: Story, who: str) -> list[str]:
    """What somebody was told in private."""
    return [words(e.card) for e in story.sent if isinstance(e, Whisper) and e.who.id == who]


async def warned(story: Story) -> None:
    """The supplier warned the client."""
    await story.agreed()
    await files(story, KINDS["warning"])
    story.sent.clear()


async def test_who_warned_hears_that_the_other_side_wants_to_talk(story: Story) -> None:
    await warned(story)
    await story.presses("sanne", "talk", "1")
    (said,) = told(story, "karim")
    assert NL.say("register.heard") in said
    assert NL.say("warning.state.talk") in said


@pytest.mark.parametrize("role", ["contract", "responder"])
async def test_who_warned_and_is_not_at_work_hears_it_in_the_morning(story: Story, role: str) -> None:
    await warned(story)
    await has_role(story, "sanne", role)
    await story.until("2027-03-06T20:00:00+01:00")
    await story.presses("sanne", "talk", "1")
    story.sent.clear()
    await story.until("2027-03-08T12:00:00+01:00")
    (said,) = told(story, "karim")
    assert NL.say("register.digest.decided") in said
    assert NL.say("warning.state.talk") in said
    # Who said so themselves is not told of it as something new.
    assert told(story, "sanne") == []


# --- silencing it


ELSEWHERE = {"system": "TOPdesk", "number": "M2603-0123"}


async def test_only_who_may_accept_the_risk_says_that_it_runs_elsewhere(story: Story) -> None:
    await warned(story)
    await has_role(story, "sanne", "contract")
    assert refused(await story.presses("ahmed", "reference", "1")) == {"": NL.say("register.refused.lead")}
    await story.fills_in("sanne", form(await story.presses("sanne", "reference", "1")), **ELSEWHERE)
    assert "M2603-0123" in told(story, "karim")[-1]


async def test_a_warning_that_a_colleague_could_not_silence_goes_on_to_the_meeting(story: Story) -> None:
    await warned(story)
    await has_role(story, "sanne", "contract")
    await story.presses("ahmed", "reference", "1")
    await story.sends("ahmed", "step", ELSEWHERE, "1 reference")
    await story.later(days=90)
    (row,) = await story.rows(Item)
    assert (row.reference, row.level) == (None, "tactical")
    assert told(story, "sanne")
