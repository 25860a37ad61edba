"""One meeting, several clocks: what all read says by whose clock it is, and everybody's own copy is by their own."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registers import changes, plans
from story import Story, reply
from test_attending import has_roles, until_the_agenda
from test_heard_in_private import NEW_YORK, lives_in

from handlers import clocks

TEXT = "10:00 Welkom (5 min, allebei)\n   • 12:30 is te vroeg\n10:05 Rest (40 min, klant)\nen nog 3"


async def test_both_clocks_are_named_on_what_all_read_and_the_agenda_begins_when_the_meeting_does(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await lives_in(story, NEW_YORK, "sanne", "ahmed")
    await plans(story, "operational")
    # The first is before both clocks have changed; then New York is six hours behind.
    assert "dinsdag 9 maart 2027, 10:00 (Amsterdam) · 04:00 (New York)" in story.said[-1]
    agenda = await until_the_agenda(story)
    assert "Wanneer: dinsdag 9 maart 2027, 10:00 (Amsterdam) · 04:00 (New York)" in agenda
    assert "\n10:00 " in agenda
    own = reply(await story.asks("ahmed", "open", "OV-1"))
    assert "Wanneer: dinsdag 9 maart 2027, 04:00\n" in own
    assert "\n04:00 " in own
    assert "\n10:00 " not in own


async def test_a_series_by_another_clock_is_told_of_by_that_clock_everywhere(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await changes(story, "operational", zone=NEW_YORK)
    assert "dinsdag 9 maart 2027, 10:00 (New York) · 16:00 (Amsterdam)" in story.said[-1]
    agenda = await until_the_agenda(story)
    assert "Wanneer: dinsdag 9 maart 2027, 10:00 (New York) · 16:00 (Amsterdam)" in agenda
    assert "\n10:00 " in agenda
    own = reply(await story.asks("sanne", "open", "OV-1"))
    assert "Wanneer: dinsdag 9 maart 2027, 16:00\n" in own
    assert "\n16:00 " in own


async def test_where_all_have_one_clock_none_is_named(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    assert "Wanneer: dinsdag 9 maart 2027, 10:00\n" in await until_the_agenda(story)


@pytest.mark.parametrize(
    ("zone", "lines"), [("Europe/Amsterdam", ["10:00", "10:05"]), ("Pacific/Auckland", ["22:00", "22:05"])]
)
def test_only_the_times_at_which_an_item_begins_are_by_another_clock(zone: str, lines: list[str]) -> None:
    starts = datetime.fromisoformat("2027-03-09T09:00:00+00:00")
    assert clocks.agenda(TEXT, starts, ZoneInfo(zone)) == TEXT.replace("10:00", lines[0]).replace("10:05", lines[1])


@given(st.integers(0, 24 * 60 - 1), st.integers(0, 24 * 60 - 1))
def test_what_is_put_by_another_clock_and_back_is_what_it_was(there: int, here: int) -> None:
    def at(minutes: int) -> datetime:
        return datetime(2027, 3, 9, minutes // 60, minutes % 60, tzinfo=ZoneInfo("UTC"))

    text = f"{here // 60:02}:{here % 60:02} Welkom\n{(here + 7) % 1440 // 60:02}:{(here + 7) % 60:02} Rest"
    utc = ZoneInfo("UTC")
    assert clocks.agenda(clocks.agenda(text, at(there), utc), at(here), utc) == text
