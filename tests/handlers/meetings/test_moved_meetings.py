"""A meeting that is moved by hand: nobody is asked to prepare twice, and its agenda is said all the same."""

from datetime import datetime

from registers import plans
from story import Story, form, words

from handlers.vocabulary import Replace, Say
from storage.tables import Item, Meeting


def agendas(story: Story) -> list[str]:
    return [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]


async def moves(story: Story, date: str, time: str) -> None:
    """Somebody moves the first meeting."""
    first = min(await story.rows(Meeting), key=lambda row: row.ruled)
    asked = form(await story.presses("karim", "postpone", str(first.item_id)))
    await story.fills_in("karim", asked, date=date, time=time, reason="Dan kan iedereen")


async def tasks(story: Story) -> list[Item]:
    return [item for item in await story.rows(Item) if item.kind == "preparation" and "OV-1" in item.words["what"]]


async def test_who_was_asked_to_prepare_is_not_asked_again_and_has_the_time_that_there_is_now(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.until(datetime.fromisoformat("2027-03-05T12:00+01:00"))
    (asked,) = await tasks(story)
    assert asked.due_on == "2027-03-08"
    await moves(story, "2027-03-12", "10:00")
    await story.until(datetime.fromisoformat("2027-03-12T09:00+01:00"))
    (task,) = await tasks(story)
    assert (task.id, task.due_on) == (asked.id, "2027-03-11")


async def test_moved_twice_on_one_day_to_tomorrow_its_agenda_goes_out_at_once(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.until(datetime.fromisoformat("2027-03-04T15:00+01:00"))
    await moves(story, "2027-03-11", "10:00")
    story.sent.clear()
    # By the new time its agenda was due an hour before it was moved for the first time.
    await moves(story, "2027-03-05", "10:00")
    (agenda,) = agendas(story)
    assert "vrijdag 5 maart 2027, 10:00" in agenda
    await story.until(datetime.fromisoformat("2027-03-05T12:00+01:00"))
    assert len(agendas(story)) == 1


async def test_a_draft_is_said_once_and_the_agenda_again_when_it_moves_a_week(story: Story) -> None:
    await story.agreed()
    await plans(story, "tactical")
    await story.until(datetime.fromisoformat("2027-03-05T12:00+01:00"))
    assert len(agendas(story)) == 1
    await moves(story, "2027-03-18", "10:00")
    await story.until(datetime.fromisoformat("2027-03-17T08:00+01:00"))
    assert len(agendas(story)) == 1
    await story.until(datetime.fromisoformat("2027-03-18T09:00+01:00"))
    assert len(agendas(story)) == 2
    assert "donderdag 18 maart 2027, 10:00" in agendas(story)[1]


async def supplier_was_asked(story: Story) -> Item:
    """The supplier prepares the tactical meeting of 11 March by 4 March."""
    await story.agreed()
    await plans(story, "tactical")
    await story.later(hours=1)
    (task,) = await tasks(story)
    assert task.due_on == "2027-03-04"
    return task


async def test_who_prepares_has_the_new_day_at_once_and_is_not_pressed_for_the_old_one(story: Story) -> None:
    await supplier_was_asked(story)
    await moves(story, "2027-04-07", "10:00")
    (task,) = await tasks(story)
    assert task.due_on == "2027-03-31"
    await story.until(datetime.fromisoformat("2027-03-19T12:00+01:00"))
    (task,) = [each for each in await tasks(story) if each.doer == "supplier"]
    assert (task.late, task.level) == (0, "operational")


async def test_a_day_that_went_by_is_forgiven_when_the_meeting_moves(story: Story) -> None:
    await supplier_was_asked(story)
    await story.until(datetime.fromisoformat("2027-03-05T15:00+01:00"))
    await moves(story, "2027-04-07", "10:00")
    (agenda,) = [words(e.card) for e in story.sent if isinstance(e, Replace) and e.key.startswith("item:")][-1:]
    assert "Ontbreekt nog: voorbereiding" not in agenda
    assert "uiterlijk woensdag 31 maart 2027" in agenda


async def test_a_series_that_moves_takes_the_days_of_its_preparation_along(story: Story) -> None:
    await story.agreed()
    await plans(story, "simulation", live="2027-04-15")
    await story.until(datetime.fromisoformat("2027-03-02T10:00+01:00"))
    assert [task.due_on for task in await tasks(story)] == ["2027-03-16", "2027-03-16"]
    opened = form(await story.presses("karim", "go_live", "1"))
    await story.fills_in("karim", opened, live="2027-05-18")
    assert [task.due_on for task in await tasks(story)] == ["2027-04-13", "2027-04-13"]
