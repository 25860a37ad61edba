"""Once a quarter everybody hears that there is a way to complain: on a working morning, once, where people agreed."""

from datetime import UTC, datetime

import pytest
from story import Story, form, names

from handlers.vocabulary import Say
from prompts import phrasebook
from storage.tables import Channel, Project

LINE = phrasebook("nl").say("alike.promotion")
THEN = datetime.fromisoformat("2027-06-07T09:00:00+02:00")
"""A Monday."""


def told(story: Story) -> list[Say]:
    """How often it was said."""
    return [e for e in story.sent if isinstance(e, Say) and e.key.startswith("promotion:")]


async def planned(story: Story, at: datetime = THEN) -> None:
    """Everyone agreed, and it is due at a moment."""
    await story.agreed()
    await story.write(lambda db: setattr(db.query(Project).one(), "promote_at", at))


async def next_time(story: Story) -> datetime | None:
    """When it is due next."""
    (project,) = await story.rows(Project)
    return project.promote_at  # type: ignore[no-any-return]


async def test_a_quarter_after_everyone_agreed_it_is_said_with_the_button_and_only_once(story: Story) -> None:
    await story.agreed()
    first = await next_time(story)
    assert first is not None
    await story.until(first)
    (said,) = told(story)
    assert said.card.summary == LINE
    assert names(said.card) == ["file_complaint"]
    assert first.astimezone().minute == 0
    after = await next_time(story)
    assert after is not None
    assert 90 < (after - first).days < 95
    await story.later(days=2)
    assert len(told(story)) == 1
    assert form(await story.presses("sanne", "file_complaint")).name == "complaint"


@pytest.mark.parametrize(
    ("wakes", "says_at"),
    [
        ("2027-06-05T09:00:00+02:00", "2027-06-07T09:00:00+02:00"),
        ("2027-06-07T06:00:00+02:00", "2027-06-07T09:00:00+02:00"),
        ("2027-06-07T15:00:00+02:00", "2027-06-08T09:00:00+02:00"),
    ],
)
async def test_at_another_hour_it_waits_for_a_working_morning(story: Story, wakes: str, says_at: str) -> None:
    moment = datetime.fromisoformat(wakes)
    await planned(story, moment)
    await story.until(moment)
    assert told(story) == []
    assert await next_time(story) == datetime.fromisoformat(says_at).astimezone(UTC)
    await story.until(says_at)
    assert len(told(story)) == 1


async def test_it_is_not_said_where_not_all_agreed_to_a_register_or_nobody_listens(story: Story) -> None:
    await planned(story)
    await story.write(lambda db: setattr(db.query(Channel).one(), "listening", False))
    await story.until(THEN)
    assert told(story) == []
    assert await next_time(story) == datetime.fromisoformat("2027-06-15T09:00:00+02:00")


async def test_it_is_not_said_where_somebody_keeps_no_register(story: Story) -> None:
    await story.agreed(scopes="hear tip")
    await story.write(lambda db: setattr(db.query(Project).one(), "promote_at", THEN))
    await story.until(THEN)
    assert told(story) == []


async def test_after_the_end_it_is_never_said(story: Story) -> None:
    await planned(story)
    await story.write(lambda db: setattr(db.query(Project).one(), "ended_at", story.now))
    await story.until(THEN)
    assert told(story) == []
    assert await next_time(story) is None
