"""Nobody is spoken to in private at night, on leave or while all is quiet: they read it in their morning."""

import pytest
from registers import files, has_role
from story import Story, form, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Whisper
from prompts import phrasebook
from storage.tables import Item

NL = phrasebook("nl")
SATURDAY_NIGHT, MONDAY_MORNING = "2027-03-06T23:00:00+01:00", "2027-03-08T09:30:00+01:00"
GIVEN = {"what": "Uitzoeken in welke release dit zit", "owner": "lotte", "kind": "promise", "date": "2027-03-25"}
WARNED = {"what": "De kaart is oud", "consequence": "Verkeerde route", "alternative": "Nieuwe kaart"}


def told(story: Story) -> list[tuple[str, str]]:
    """Who was told something in private, and what."""
    return [(e.who.id, words(e.card)) for e in story.sent if isinstance(e, Whisper)]


async def test_opening_questions_wait_for_the_morning_and_stand_in_it(story: Story) -> None:
    await story.agreed()
    await story.until(SATURDAY_NIGHT)
    story.sent.clear()
    await files(story, KINDS["feedback"])
    assert told(story) == []
    await story.until(MONDAY_MORNING)
    ((who, what),) = told(story)
    assert who == "karim"
    assert "FB-1" in what
    assert NL.say("feedback.to_begin") in what
    assert NL.say("feedback.question.next") in what


async def test_once_it_is_late_the_morning_has_no_opening_questions_any_more(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    story.sent.clear()
    await story.later(days=2)
    read = [what for _, what in told(story)]
    assert ["FB-1" in what for what in read] == [True, True]
    assert [NL.say("feedback.to_begin") in what for what in read] == [False, False]


@pytest.mark.parametrize("kind", ["feedback", "promise"])
async def test_during_a_pause_nobody_is_spoken_to_and_the_next_morning_they_are(story: Story, kind: str) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    await story.asks("karim", "pauze", "4u")
    story.sent.clear()
    if kind == "feedback":
        await files(story, KINDS["feedback"])
    else:
        await story.fills_in("lotte", form(await story.asks("lotte", "promise")), **GIVEN)
    assert told(story) == []
    await story.until("2027-03-02T09:30:00+01:00")
    assert [who for who, _ in told(story)] == ["karim"]


async def test_during_a_pause_who_warned_hears_of_the_answer_the_next_morning(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    await story.asks("karim", "pauze", "4u")
    story.sent.clear()
    await story.presses("sanne", "talk", "1")
    assert told(story) == []
    await story.until("2027-03-02T09:30:00+01:00")
    assert any(who == "karim" and "WS-1" in what for who, what in told(story))


async def climbs_a_step(story: Story) -> None:
    """An escalation goes a step further, on Saturday night."""
    await story.agreed()
    await files(story, KINDS["escalation"])
    opened = form(await story.presses("sanne", "outcome", "1"))
    await story.fills_in("sanne", opened, outcome="Er is gebeld", date="2027-03-15")
    await story.until("2027-03-20T23:00:00+01:00")
    story.sent.clear()
    await story.presses("sanne", "climb", "1")


async def test_a_step_further_on_saturday_night_is_read_on_monday(story: Story) -> None:
    await climbs_a_step(story)
    assert told(story) == []
    await story.until("2027-03-22T09:30:00+01:00")
    read = [what for who, what in told(story) if who == "karim"]
    assert [NL.say("escalation.climbed") in what for what in read] == [True]


async def test_and_so_is_that_the_other_side_does_not_agree_yet(story: Story) -> None:
    await climbs_a_step(story)
    await story.presses("sanne", "settle", "1")
    story.sent.clear()
    await story.presses("karim", "not_yet", "1")
    assert told(story) == []
    await story.until("2027-03-22T09:30:00+01:00")
    read = [what for who, what in told(story) if who == "sanne"]
    assert [NL.say("escalation.not_yet_told", side=NL.say("consent.side.supplier")) in what for what in read] == [True]


async def test_a_no_of_the_own_lead_at_night_is_read_in_the_morning(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    await story.fills_in("lotte", form(await story.asks("lotte", "promise")), **GIVEN)
    await story.until(SATURDAY_NIGHT)
    story.sent.clear()
    await story.presses("karim", "hold", "1")
    assert told(story) == []
    await story.until(MONDAY_MORNING)
    read = [what for who, what in told(story) if who == "lotte"]
    assert [NL.say("register.lead_held", code="TZ-1") in what for what in read] == [True]


async def test_and_so_is_a_no_of_who_warned_with_the_reason(story: Story) -> None:
    await story.agreed()
    await story.fills_in("karim", form(await story.asks("karim", "warning")), **WARNED)
    opened = form(await story.asks("lotte", "promise"))
    await story.fills_in("lotte", opened, **GIVEN, touches="1")
    await story.until(SATURDAY_NIGHT)
    story.sent.clear()
    promise = next(row for row in await story.rows(Item) if row.kind == "promise")
    why = form(await story.presses("karim", "not_like_this", str(promise.id)))
    await story.fills_in("karim", why, reason="Eerst de kaart")
    assert told(story) == []
    await story.until(MONDAY_MORNING)
    said = NL.say("register.second_objected", code="TZ-1", touched="WS-1", reason="Eerst de kaart")
    assert [said in what for who, what in told(story) if who == "lotte"] == [True]


async def test_how_the_same_ended_is_read_in_the_morning_too(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["complaint"])
    await files(story, KINDS["complaint"], who="ahmed")
    await story.presses("ahmed", "same", "2 1")
    await story.until(SATURDAY_NIGHT)
    story.sent.clear()
    await story.presses("sanne", "withdraw", "1")
    assert told(story) == []
    await story.until(MONDAY_MORNING)
    said = NL.say("alike.ended", newer="KD-2", older="KD-1", state=NL.say("complaint.state.withdrawn"))
    assert [said in what for who, what in told(story) if who == "ahmed"] == [True]
