"""The first time of a series that comes every few months is not that far away, whatever month people begin in."""

from datetime import date, timedelta

import pytest
from registers import plans
from story import Story
from test_going_live import ahead

from handlers.meetings.kinds import KINDS

BEGINS = ("2027-03-02", "2027-03-08", "2027-03-22", "2027-04-30", "2027-07-05", "2027-12-20")


@pytest.mark.parametrize(
    ("kind", "first", "then"),
    [
        ("simulation", "2027-04-12", "2028-04-10"),
        ("evaluation", "2027-04-01", "2027-10-07"),
        ("audit", "2027-04-22", "2027-10-28"),
        ("strategic", "2027-04-15", "2027-07-15"),
    ],
)
async def test_where_this_month_has_none_any_more_it_begins_in_the_next(
    story: Story, kind: str, first: str, then: str
) -> None:
    await story.agreed()
    await plans(story, kind, first="2027-03-29" if kind in ("audit", "strategic") else "2027-03-15")
    assert await ahead(story, kind, 2) == [first, then]


async def test_with_no_time_to_prepare_it_is_a_month_later(story: Story) -> None:
    """On the 22nd of March fifteen working days are over after the 12th of April."""
    await story.agreed()
    await story.until("2027-03-22T10:00:00+01:00")
    await plans(story, "simulation", first="2027-03-23")
    assert await ahead(story, "simulation", 2) == ["2027-05-10", "2028-05-08"]


async def test_what_this_month_still_has_stays_where_it_was(story: Story) -> None:
    await story.agreed()
    await plans(story, "simulation", "operational", "strategic", first="2027-03-08")
    assert await ahead(story, "simulation", 1) == ["2027-03-08"]
    assert await ahead(story, "strategic", 1) == ["2027-03-18"]
    assert await ahead(story, "operational", 1) == ["2027-03-09"]


@pytest.mark.parametrize("begins", BEGINS)
async def test_wherever_people_begin_none_waits_longer_than_three_months(story: Story, begins: str) -> None:
    await story.agreed()
    await plans(story, *KINDS, first=begins)
    for kind in KINDS:
        (soonest,) = await ahead(story, kind, 1)
        assert date.fromisoformat(begins) <= date.fromisoformat(soonest)
        assert date.fromisoformat(soonest) - date.fromisoformat(begins) <= timedelta(days=92)
