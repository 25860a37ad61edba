"""Preparing that was given up has a way back for as long as the meeting has not begun."""

from registers import changes, plans
from story import Story, form, refused

from handlers.vocabulary import Refusal
from prompts import phrasebook
from storage.tables import Item

NL = phrasebook("nl")


async def asked(story: Story) -> Item:
    """What the supplier is asked to prepare for the first meeting."""
    return next(item for item in await story.rows(Item) if item.kind == "preparation" and item.doer == "supplier")


async def to_be_prepared(story: Story) -> Item:
    await story.agreed()
    await plans(story, "tactical")
    await story.later(hours=1)
    return await asked(story)


async def hands_in(story: Story, task: Item) -> dict[str, str]:
    """Somebody hands it in; returns why that was refused."""
    answers = await story.fills_in(
        "karim", form(await story.presses("karim", "prepared", str(task.id))), result="Het ging goed"
    )
    return refused(answers) if any(isinstance(each, Refusal) for each in answers) else {}


async def gives_up(story: Story, task: Item) -> None:
    await story.fills_in("karim", form(await story.presses("karim", "not_prepared", str(task.id))), reason="Druk")


async def test_a_series_that_comes_back_to_its_day_has_its_preparation_again(story: Story) -> None:
    before = await to_be_prepared(story)
    await changes(story, "tactical", weekday="WE")
    gone = next(item for item in await story.rows(Item) if item.id == before.id)
    assert gone.state == "missed"
    await changes(story, "tactical", weekday="TH")
    again = next(item for item in await story.rows(Item) if item.id == before.id)
    assert (again.state, again.due_on) == ("open", "2027-03-04")
    assert again.look_at is not None


async def test_what_somebody_gave_up_is_not_asked_again_by_that(story: Story) -> None:
    task = await to_be_prepared(story)
    await gives_up(story, task)
    await changes(story, "tactical", weekday="WE")
    await changes(story, "tactical", weekday="TH")
    assert next(item for item in await story.rows(Item) if item.id == task.id).state == "missed"


async def test_what_was_given_up_can_be_handed_in_after_all(story: Story) -> None:
    task = await to_be_prepared(story)
    await gives_up(story, task)
    assert (await asked(story)).state == "missed"
    assert await hands_in(story, task) == {}
    assert (await asked(story)).state == "done"


async def test_once_the_meeting_has_begun_it_cannot(story: Story) -> None:
    task = await to_be_prepared(story)
    await gives_up(story, task)
    await story.until("2027-03-11T10:01:00+01:00")
    assert await hands_in(story, task) == {"": NL.say("meetings.refused.begun")}
    assert (await asked(story)).state == "missed"
