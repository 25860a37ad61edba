"""A project without a single working day: time goes on for it, and once there is work again so do its meetings."""

from datetime import timedelta
from typing import Any

import pytest
from registers import plans
from sqlalchemy import select
from story import Story

from handlers import calendar
from handlers.meetings import feed
from handlers.turn import Turn
from handlers.vocabulary import Say
from storage.database import EVERYWHERE
from storage.tables import Item, Meeting, Project, Series

NEVER = "2027-01-01/2060-12-31"
KINDS = "operational tactical demo progress"


async def closes(story: Story, days_off: str | None) -> None:
    """Nobody works on these days, whatever the settings would have said to that."""

    def change(db: Any) -> None:
        for project in db.scalars(select(Project)):
            project.days_off = days_off

    await story.write(change)


async def published(story: Story) -> bytes:
    def read(db: Any) -> bytes:
        (project,) = db.scalars(select(Project))
        return feed.of_project(Turn(db, story.now, story.policy, lambda: 0.5), project)

    return await story.database.read(EVERYWHERE, read)


async def looked(story: Story) -> int:
    """How often something was due in two weeks; an endless loop would never come back."""
    moments = set()
    end = story.now + timedelta(days=14)
    while story.now < end:
        await story.later(hours=6)
        moments |= {row.plan_at for row in await story.rows(Series)}
        moments |= {row.look_at for row in await story.rows(Meeting)}
    return len(moments)


async def test_it_is_looked_at_once_a_day_and_nothing_is_half_done(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    await story.agreed()
    await plans(story, *KINDS.split())
    await closes(story, NEVER)
    story.sent.clear()
    rows = len(await story.rows(Series)) + len(await story.rows(Meeting))
    before = [item.id for item in await story.rows(Item)]
    assert await looked(story) <= 15 * rows
    assert [item.id for item in await story.rows(Item)] == before
    assert not [e for e in story.sent if isinstance(e, Say)]
    assert not [record for record in caplog.records if record.exc_info]
    assert "werkoverleg" not in caplog.text
    assert all(row.plan_at is None or row.plan_at > story.now for row in await story.rows(Series))
    assert all(row.look_at is None or row.look_at > story.now for row in await story.rows(Meeting))


async def test_once_there_is_work_again_meetings_go_on(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await closes(story, NEVER)
    await looked(story)
    await closes(story, None)
    story.sent.clear()
    await looked(story)
    assert [e for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]


async def test_a_rhythm_without_working_days_can_be_begun_and_its_calendar_read(story: Story) -> None:
    await story.agreed()
    await closes(story, NEVER)
    await plans(story, *KINDS.split())
    assert len(await story.rows(Series)) == 4
    assert await story.rows(Meeting) == []
    assert b"BEGIN:VEVENT" not in await published(story)


async def test_where_holidays_are_known_no_further_meetings_are_planned_all_the_same(story: Story) -> None:
    assert calendar.holidays_until("LK") < story.now.year
    await story.agreed()

    def moves(db: Any) -> None:
        for project in db.scalars(select(Project)):
            project.country = "LK"

    await story.write(moves)
    await plans(story, "operational")
    for _ in range(16):
        await story.later(hours=24)
    assert [row.ruled for row in await story.rows(Meeting)] == ["2027-03-09", "2027-03-16", "2027-03-23"]
