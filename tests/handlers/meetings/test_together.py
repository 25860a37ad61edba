"""Meetings that are at the same time: the usual ones hardly are, and where any are people hear it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from registers import changes, plans
from story import Story, form, refused, words

from handlers.calendar import Calendar
from handlers.meetings.kinds import KINDS
from handlers.meetings.rhythm import Rhythm, occurrences
from handlers.vocabulary import Reply, Say

HELD = [kind for kind in KINDS.values() if kind.name != "progress"]
NETHERLANDS = Calendar(ZoneInfo("Europe/Amsterdam"), "12345", 540, 1020, "NL")


def twice(begins: date, works: Calendar) -> int:
    """On how many days in a year two of the usual meetings are, when all of them begin on a day."""
    days = [
        {each.day for each in occurrences(rhythm, begins, begins + timedelta(days=365))}
        for rhythm in (Rhythm(begins, kind.rule, 600, kind.minutes, works, kind.on_holiday) for kind in HELD)
    ]
    return sum(len(one & other) for one, other in combinations(days, 2))


@pytest.mark.parametrize("month", range(1, 13))
def test_no_two_usual_meetings_are_on_one_day_but_for_a_holiday(month: int) -> None:
    begins = date(2027, month, 1)
    assert twice(begins, replace(NETHERLANDS, country="")) == 0
    assert twice(begins, NETHERLANDS) <= 2


def told(story: Story) -> list[str]:
    """What everyone read so far."""
    return [words(each.card) for each in story.sent if isinstance(each, Say)]


async def test_who_plans_what_falls_together_reads_so_and_so_does_who_looks(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "demo")
    assert "vallen samen" not in "".join(told(story))
    await changes(story, "demo", weekday="TU")
    assert "Werkoverleg en demo vallen samen" in told(story)[-1]
    (seen,) = await story.asks("sanne", "meeting")
    assert isinstance(seen, Reply)
    assert "Werkoverleg en demo vallen samen: dinsdag 9 maart 2027, 10:00" in words(seen.card)


async def test_the_first_card_says_what_falls_together(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await changes(story, "operational", weekday="WE")
    await plans(story, "demo")
    started = next(each for each in reversed(story.sent) if isinstance(each, Say) and each.key.startswith("rhythm:"))
    assert "Werkoverleg en demo vallen samen: woensdag 10 maart 2027, 10:00." in words(started.card)


async def test_moved_onto_another_meeting_everyone_hears_that_they_are_together(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "demo")
    asked = form(await story.presses("karim", "postpone", "1"))
    await story.fills_in("karim", asked, date="2027-03-10", time="10:30", reason="Dan kan iedereen")
    assert "Op dat moment is ook: demo" in told(story)[-1]


async def test_nothing_is_moved_to_years_ahead(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    asked = form(await story.presses("karim", "postpone", "1"))
    answer = await story.fills_in("karim", asked, date="2029-03-28", time="10:00", reason="Later")
    assert "date" in refused(answer)
