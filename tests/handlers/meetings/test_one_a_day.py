"""A series is held once a day, and what calendars call a meeting stays its name for as long as it is there."""

from datetime import date
from typing import Any

import icalendar
from registers import changes, plans
from sqlalchemy import select
from story import Story, form, refused

from handlers.meetings import feed, planning
from handlers.turn import Turn
from prompts import phrasebook
from storage.database import EVERYWHERE
from storage.tables import Meeting, Project, Series


async def days(story: Story, first: str, last: str) -> dict[str, list[tuple[str, str]]]:
    """When each series is, and the day that its rule names."""

    def read(db: Any) -> dict[str, list[tuple[str, str]]]:
        found = {
            each.kind: planning.times(each, date.fromisoformat(first), date.fromisoformat(last))
            for each in db.scalars(select(Series))
        }
        return {kind: [(f"{o.day}", f"{o.ruled}") for o in times] for kind, times in found.items()}

    return await story.database.read(EVERYWHERE, read)


async def in_calendars(story: Story) -> dict[str, tuple[str, str]]:
    """What a calendar that subscribes reads: of each name whether it goes on, and its day."""

    def read(db: Any) -> bytes:
        return feed.of_project(Turn(db, story.now, story.policy, lambda: 0.5), next(iter(db.scalars(select(Project)))))

    whole: Any = icalendar.Calendar.from_ical(await story.database.read(EVERYWHERE, read))
    return {str(e["uid"])[-22:-12]: (str(e["status"]), f"{e['dtstart'].dt:%Y-%m-%d}") for e in whole.walk("VEVENT")}


async def pause(story: Story, days_off: str) -> None:
    """No work is done for a while."""

    def write(db: Any) -> None:
        for project in db.scalars(select(Project)):
            project.days_off = days_off

    await story.write(write)


async def test_a_pause_leaves_one_of_a_series_on_the_last_working_day_before_it(story: Story) -> None:
    await story.agreed()
    await pause(story, "2027-07-12/2027-08-27")
    await plans(story, "demo", "progress")
    found = await days(story, "2027-07-05", "2027-09-03")
    for kind in ("demo", "progress"):
        held = [day for day, _ in found[kind]]
        assert len(held) == len(set(held)), found[kind]
    assert found["progress"] == [("2027-07-09", "2027-07-16")], "the one from nearest by"


async def test_after_a_pause_the_one_that_was_last_due_is_held(story: Story) -> None:
    await story.agreed()
    await pause(story, "2027-07-01/2027-08-03")
    await plans(story, "operational")
    await changes(story, "operational", often="own", rule="FREQ=WEEKLY;BYDAY=MO")
    found = (await days(story, "2027-07-01", "2027-08-06"))["operational"]
    assert found == [("2027-08-04", "2027-08-02")]


async def moved_to_thursday(story: Story) -> Meeting:
    await story.agreed()
    await plans(story, "operational")
    first = (await story.rows(Meeting))[0]
    assert first.ruled == "2027-03-09"
    asked = form(await story.presses("sanne", "postpone", str(first.item_id)))
    await story.fills_in("sanne", asked, date="2027-03-11", time="10:00", reason="weg")
    return first


async def test_what_was_moved_by_hand_keeps_its_name_when_its_series_goes_to_that_day(story: Story) -> None:
    await moved_to_thursday(story)
    await changes(story, "operational", weekday="TH")
    known = await in_calendars(story)
    assert known["2027-03-09"] == ("CONFIRMED", "2027-03-11")
    held = [day for status, day in known.values() if status == "CONFIRMED"]
    assert len(held) == len(set(held)), "nobody has it twice"


async def test_its_name_is_nobody_elses_when_the_series_comes_back_to_its_first_day(story: Story) -> None:
    first = await moved_to_thursday(story)
    await changes(story, "operational", weekday="TH")
    for weekday in ("TU", "TH", "TU"):
        await changes(story, "operational", weekday=weekday)
        known = await in_calendars(story)
        assert known["2027-03-09"] == ("CONFIRMED", "2027-03-11")
    own = [row for row in await story.rows(Meeting) if row.named_on == "2027-03-09"]
    assert [row.id for row in own] == [first.id]
    names = [row.named_on or row.ruled for row in await story.rows(Meeting)]
    assert len(set(names)) == len(names)


async def test_twice_a_week_what_stands_on_one_of_the_days_is_that_weeks_other_too(story: Story) -> None:
    await moved_to_thursday(story)
    await changes(story, "operational", weekday="TH")
    await changes(story, "operational", often="own", rule="FREQ=WEEKLY;BYDAY=TU,TH")
    known = await in_calendars(story)
    held = sorted(day for status, day in known.values() if status == "CONFIRMED")[:3]
    assert held == ["2027-03-11", "2027-03-16", "2027-03-18"]


async def test_a_meeting_does_not_move_onto_the_next_one_of_its_series(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    first = (await story.rows(Meeting))[0]
    asked = form(await story.presses("sanne", "postpone", str(first.item_id)))
    for time in ("10:00", "15:00"):
        answers = await story.fills_in("sanne", asked, date="2027-03-16", time=time, reason="weg")
        assert refused(answers) == {"date": phrasebook("nl").say("meetings.refused.same_day")}
    assert (await story.rows(Meeting))[0].sequence == 0


async def test_it_can_move_within_its_own_day_and_onto_one_that_was_called_off(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    (first,) = await story.rows(Meeting)
    off = form(await story.presses("sanne", "call_off", str(first.item_id)))
    await story.fills_in("sanne", off, reason="Vakantie")
    (second,) = [row for row in await story.rows(Meeting) if row.ruled == "2027-03-16"]
    for day, time in (("2027-03-16", "15:00"), ("2027-03-09", "10:00")):
        asked = form(await story.presses("sanne", "postpone", str(second.item_id)))
        await story.fills_in("sanne", asked, date=day, time=time, reason="weg")
        (moved,) = [row for row in await story.rows(Meeting) if row.id == second.id]
        assert f"{moved.starts_at:%Y-%m-%d}" == day
