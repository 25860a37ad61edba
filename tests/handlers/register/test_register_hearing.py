"""What was decided over somebody's head is told at once to who is at work, and to others in the morning, once."""

import pytest
from registers import files, has_role, plans, stands
from story import Story, form, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Whisper
from prompts import phrasebook
from storage.tables import Item, Meeting

NL = phrasebook("nl")
NIGHT, MORNING, LATER = "2027-03-02T21:00:00+01:00", "2027-03-03T09:00:00+01:00", "2027-03-05T12:00:00+01:00"


def told(story: Story, who: str) -> list[str]:
    """What somebody was told in private."""
    return [words(e.card) for e in story.sent if isinstance(e, Whisper) and e.who.id == who]


async def fills(story: Story, who: str, step: str, about: str, **answers: str) -> None:
    """Somebody takes a step with what its form asks."""
    await story.fills_in(who, form(await story.presses(who, step, about)), **answers)


async def warned(story: Story) -> Item:
    """The supplier warned, and everyone went home."""
    await story.agreed()
    item = await files(story, KINDS["warning"], what="De versie loopt af")
    await story.until(NIGHT)
    story.sent.clear()
    return item


async def test_who_is_at_work_hears_it_at_once_and_not_again(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    story.sent.clear()
    await fills(story, "sanne", "accept_risk", "1", reason="De verhuizing gaat voor")
    assert len(told(story, "karim")) == 1
    assert NL.say("register.heard") in told(story, "karim")[0]
    await story.later(days=4)
    assert len(told(story, "karim")) == 1


async def test_at_night_nobody_is_told_and_in_the_morning_once(story: Story) -> None:
    await warned(story)
    await fills(story, "sanne", "accept_risk", "1", reason="De verhuizing gaat voor")
    assert told(story, "karim") == []
    await story.until(MORNING)
    (morning,) = told(story, "karim")
    assert NL.say("register.digest.decided") in morning
    assert "WS-1" in morning
    assert "De verhuizing gaat voor" in morning
    await story.until(LATER)
    assert len(told(story, "karim")) == 1


async def test_who_is_on_leave_hears_it_when_they_are_back(story: Story) -> None:
    await warned(story)
    back = story.now.fromisoformat("2027-03-08T00:00:00+01:00")
    karim = await story.member("karim")
    await story.write(lambda db: setattr(db.get(type(karim), karim.id), "away_until", back))
    await fills(story, "sanne", "accept_risk", "1", reason="De verhuizing gaat voor")
    await story.until("2027-03-07T18:00:00+01:00")
    assert told(story, "karim") == []
    await story.until("2027-03-08T12:00:00+01:00")
    assert "WS-1" in told(story, "karim")[0]


async def test_a_request_that_is_put_off_at_night_is_told_to_who_asked_and_not_to_who_put_it_off(story: Story) -> None:
    await story.agreed()
    item = await files(story, KINDS["request"])
    await stands(story, item, "acknowledged")
    await story.until(NIGHT)
    story.sent.clear()
    await fills(story, "karim", "move", "1", date="2027-04-20", reason="De proef loopt uit")
    assert told(story, "sanne") == []
    await story.until(MORNING)
    (morning,) = told(story, "sanne")
    assert "De proef loopt uit" in morning
    assert not any("De proef loopt uit" in each for each in told(story, "karim"))


@pytest.mark.parametrize(("evening", "at_once"), [("2027-03-08T21:00:00+01:00", 1), ("2027-03-03T21:00:00+01:00", 0)])
async def test_a_meeting_that_is_called_off_on_the_eve_is_told_at_once(
    story: Story, evening: str, at_once: int
) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.until(evening)
    first = min(await story.rows(Meeting), key=lambda row: row.starts_at)
    assert first.starts_at.date().isoformat() == "2027-03-09"
    await has_role(story, "lotte", "service")
    story.sent.clear()
    await fills(story, "sanne", "call_off", str(first.item_id), reason="Vakantie")
    assert len(told(story, "lotte")) == at_once
