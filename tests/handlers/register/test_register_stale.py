"""Cards that somebody has kept: a button that is out of date shows how it stands now, and proposals are answered."""

from typing import Any

import pytest
from registers import climbs, files, stands
from story import Story, form, names, refused, reply, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Update
from prompts import phrasebook
from storage.tables import Item

NL = phrasebook("nl")


async def on(story: Story, state: str, rung: int = 2, **proposed: str) -> Item:
    """OP-1 of the client stands like this."""
    await story.agreed()
    item = await files(story, KINDS["escalation"])
    await stands(story, item, state)
    await climbs(story, item, rung, **proposed)
    return item


async def takes(story: Story, who: str, step: str, about: str, /, **answers: str) -> list[Any]:
    """Somebody takes a step, and fills in what it asks."""
    given = await story.presses(who, step, about)
    return await story.fills_in(who, form(given), **answers) if answers else given


async def test_a_button_that_is_out_of_date_shows_how_it_stands_now(story: Story) -> None:
    await on(story, "call", 1)
    await takes(story, "sanne", "outcome", "1 private", outcome="Er komt een wacht")
    (answer,) = await story.presses("sanne", "sheet", "1 private")
    assert isinstance(answer, Update)
    assert words(answer.card).startswith(NL.say("register.stands_now"))
    assert NL.say("escalation.state.told") in words(answer.card)
    assert {"sheet", "plan_call", "outcome"}.isdisjoint(names(answer.card))
    assert "settle" in names(answer.card)


async def test_the_card_in_the_channel_shows_it_already(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    await story.presses("karim", "acknowledge", "1")
    assert refused(await story.presses("karim", "acknowledge", "1")) == {"": NL.say("register.refused.changed")}


@pytest.mark.parametrize(("who", "said"), [("karim", "proposed_by_us"), ("sanne", "proposed_to_us")])
async def test_a_second_proposal_hears_that_there_is_one_and_what_to_do(story: Story, who: str, said: str) -> None:
    await on(story, "runs", proposed="settle", proposed_by="supplier")
    told = reply(await story.presses(who, "settle", "1 private"))
    assert told.startswith(NL.say(f"register.refused.{said}"))


async def test_what_a_step_of_the_ladder_does_not_allow_is_said_as_that(story: Story) -> None:
    await on(story, "open", 6)
    told = reply(await story.presses("sanne", "skip", "1 private"))
    assert told.startswith(NL.say("register.refused.either"))


async def test_who_proposed_something_hears_that_the_other_side_says_not_yet(story: Story) -> None:
    await on(story, "runs")
    await takes(story, "karim", "settle", "1 private")
    await story.later(hours=1)
    story.sent.clear()
    await takes(story, "sanne", "not_yet", "1 private")
    (whisper,) = story.whispers
    assert (whisper.who.id, whisper.place.direct) == ("karim", True)
    assert NL.say("escalation.not_yet_told", side="klant") in words(whisper.card)
    assert "settle" in names(whisper.card)


async def test_an_answer_to_a_proposal_that_was_answered_already_shows_how_it_stands(story: Story) -> None:
    await on(story, "runs")
    told = reply(await story.presses("sanne", "agree_settle", "1 private"))
    assert told.startswith(NL.say("register.stands_now"))


async def test_who_is_to_record_an_outcome_reads_that_of_the_other_side_with_the_button(story: Story) -> None:
    await on(story, "call", 1)
    await takes(story, "sanne", "outcome", "1 private", outcome="Er komt een wacht")
    await story.until("2027-03-02T10:00:00+01:00")
    (whisper,) = [each for each in story.whispers if each.who.id == "karim"]
    assert "Volgens de klant (bellen): Er komt een wacht" in words(whisper.card)
    assert "own_outcome" in names(whisper.card)


# --- ready to leave?


async def test_the_list_of_who_could_leave_is_the_last_thing_offered(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("sanne", "escalation"))
    # A form within a form would throw away what is typed.
    assert names(opened) == []
    (answer,) = await story.fills_in("sanne", opened, what="Vier uur", where="Bijlage 3", found="Niets")
    row = answer.card.parts[-1].buttons  # type: ignore[union-attr]
    assert (row[-1].name, row[-1].menu) == ("leaving", True)
    assert names(answer.card).count("leaving") == 1  # type: ignore[union-attr]
    assert "leaving" in names((await story.asks("sanne", "help"))[0].card)  # type: ignore[union-attr]
