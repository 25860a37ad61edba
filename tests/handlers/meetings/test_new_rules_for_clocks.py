"""A country changes its clock: what was planned far ahead by the old rules is at the local time that was meant."""

from datetime import timedelta
from typing import Any

from registers import plans
from sqlalchemy import select
from story import Story, form, words

from handlers.vocabulary import Say
from storage.tables import Meeting


async def planned_by_old_rules(story: Story) -> None:
    """The weekly meeting of Tuesday ten o'clock was planned when that still was an hour earlier."""
    await story.agreed()
    await plans(story, "operational")

    def write(db: Any) -> None:
        for row in db.scalars(select(Meeting)):
            row.starts_at, row.ends_at = row.starts_at - timedelta(hours=1), row.ends_at - timedelta(hours=1)

    await story.write(write)
    story.sent.clear()


def told(story: Story) -> list[str]:
    said = [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("series:")]
    return [each for each in said if "Dit schuift mee" in each]


async def first(story: Story) -> Meeting:
    return min(await story.rows(Meeting), key=lambda row: row.ruled)


async def test_before_anything_is_done_for_it_it_is_put_right_and_everyone_hears_so(story: Story) -> None:
    await planned_by_old_rules(story)
    await story.until("2027-03-05T12:00:00+01:00")
    row = await first(story)
    assert (row.starts_at.isoformat(), row.sequence) == ("2027-03-09T09:00:00+00:00", 1)
    (said,) = told(story)
    assert "werkoverleg: dinsdag 9 maart 2027, 10:00" in said
    assert row.item.words["preparation_supplier"]


async def test_what_people_moved_by_hand_stays_at_the_moment_that_they_chose(story: Story) -> None:
    await planned_by_old_rules(story)
    row = await first(story)
    opened = form(await story.presses("karim", "postpone", str(row.item_id)))
    await story.fills_in("karim", opened, date="2027-03-10", time="09:00", reason="Ziek")
    await story.until("2027-03-09T16:00:00+01:00")
    assert (await first(story)).starts_at.isoformat() == "2027-03-10T08:00:00+00:00"
    assert told(story) == []
