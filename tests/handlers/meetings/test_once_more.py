"""One time more of a series: on a day without work, in place of what was called off, and never two on a day."""

from typing import Any

from registers import changes, plans
from sqlalchemy import select
from story import Story, form, refused
from test_going_live import ahead, extra, told

from prompts import phrasebook
from storage.tables import Meeting, Project

NL = phrasebook("nl")
SAME_DAY = {"date": NL.say("meetings.refused.same_day")}


async def calls_off(story: Story, name: str) -> None:
    """Somebody calls off the time of that name."""
    (row,) = [row for row in await story.rows(Meeting) if row.ruled == name]
    await story.fills_in("karim", form(await story.presses("karim", "call_off", str(row.item_id))), reason="Vergissing")


async def day_off(story: Story, day: str) -> None:
    def write(db: Any) -> None:
        for project in db.scalars(select(Project)):
            project.days_off = day

    await story.write(write)


async def test_on_a_saturday_a_demo_is_the_working_day_before(story: Story) -> None:
    await story.agreed()
    await plans(story, "demo")
    assert await extra(story, "demo", "2027-03-13") == []
    assert "2027-03-12" in await ahead(story, "demo")
    assert "vrijdag 12 maart 2027, 10:00" in told(story)[-1]


async def test_what_was_called_off_by_mistake_comes_back_on_its_own_day(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await calls_off(story, "2027-03-09")
    assert (await ahead(story, "operational", 1)) == ["2027-03-16"]
    assert await extra(story, "operational", "2027-03-09") == []
    assert (await ahead(story, "operational", 2)) == ["2027-03-09", "2027-03-16"]
    states = {row.ruled: row.item.state for row in await story.rows(Meeting)}
    assert (states["2027-03-09"], states["extra-1"]) == ("called_off", "planned")
    await calls_off(story, "extra-1")
    assert await extra(story, "operational", "2027-03-09") == []
    assert (await ahead(story, "operational", 1)) == ["2027-03-09"]


async def test_a_day_off_that_moves_it_to_where_there_is_one_already_is_refused(story: Story) -> None:
    await story.agreed()
    await day_off(story, "2027-03-15/2027-03-15")
    await plans(story, "operational")
    assert refused(await extra(story, "operational", "2027-03-15")) == SAME_DAY
    assert (await ahead(story, "operational", 2)) == ["2027-03-09", "2027-03-16"]


async def test_an_extra_one_stays_when_the_series_comes_to_its_day(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await extra(story, "operational", "2027-03-11")
    await changes(story, "operational", weekday="TH")
    assert (await ahead(story, "operational", 2)) == ["2027-03-11", "2027-03-18"]
    (row,) = [row for row in await story.rows(Meeting) if row.item.state == "planned" and "03-11" in str(row.starts_at)]
    assert row.ruled == "extra-1"


async def test_what_would_be_before_now_is_refused(story: Story) -> None:
    await story.agreed()
    await plans(story, "demo")
    await story.until("2027-03-05T12:00:00+01:00")
    assert refused(await extra(story, "demo", "2027-03-06")) == {"date": NL.say("meetings.refused.past")}
