"""Who prepares a meeting, or reads a report before it goes out, hears of that on the morning that its kind says."""

from datetime import date

import pytest
from registers import plans
from story import Story, words

from handlers.calendar import at, of_project, working_days_before
from handlers.meetings.kinds import KINDS, Kind
from storage.tables import Project

FIRST = {"operational": "2027-03-09", "tactical": "2027-04-08", "demo": "2027-03-17", "progress": "2027-03-12"}
"""The first day of each from a day on that leaves time to prepare."""
ASKED = [
    (kind, side)
    for kind in map(KINDS.__getitem__, FIRST)
    for side, prep in (("supplier", kind.supplier_prep), ("client", kind.client_prep))
    if prep is not None and prep.asked
]


@pytest.mark.parametrize(("kind", "side"), ASKED, ids=lambda each: each.name if isinstance(each, Kind) else each)
async def test_it_is_in_the_message_of_that_morning_and_in_none_before(story: Story, kind: Kind, side: str) -> None:
    await story.agreed()
    await plans(story, kind.name, first=FIRST[kind.name])
    (project,) = await story.rows(Project)
    prep = kind.supplier_prep if side == "supplier" else kind.client_prep
    assert prep is not None
    works = of_project(project)
    morning = at(works, working_days_before(works, date.fromisoformat(FIRST[kind.name]), prep.asked), 9 * 60)
    story.sent.clear()
    heard = []
    while not heard:
        await story.later(hours=1)
        who = "karim" if side == "supplier" else "sanne"
        heard = [w for w in story.whispers if w.who.id == who and ("VW-" in words(w.card) or "VR-" in words(w.card))]
    assert 0 <= (story.now - morning).total_seconds() < 3600
