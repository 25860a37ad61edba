"""What a meeting left behind comes back until it is done, and what waits for a level stands on its agenda."""

from collections.abc import Sequence
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import changes, climbs, files, plans
from story import Story, form, words
from test_meeting_stories import has_roles, until_it_is_over
from test_topics import next_agenda, over, records, shown_again, topics

from handlers.meetings import layout
from handlers.meetings.agenda import standard
from handlers.meetings.kinds import KINDS as MEETINGS
from handlers.meetings.kinds import Level
from handlers.register.kinds import FILED, KINDS, UNSEEN
from handlers.vocabulary import ChoiceField, Form, Replace
from prompts import phrasebook
from storage.tables import Item, Meeting, Topic

LEVELS: Sequence[str] = get_args(Level)
NL = phrasebook("nl")
ACTION = {"action1": "De koppeling werkt weer", "owner1": "karim", "date1": "2027-12-28"}
NAMES = {"operational": "Werkoverleg", "tactical": "Tactisch", "strategic": "Strategisch"}


async def confirmed(story: Story) -> Item:
    """What was agreed on becomes a promise, which the other side confirms."""
    (promise,) = [item for item in await story.rows(Item) if item.kind == "promise"]
    await story.presses("sanne", "confirm", str(promise.id))
    return promise


def parked_in(opened: Form) -> dict[str, str]:
    """What a form of minutes offers to take from the parking list: what it says, and its value."""
    found = [each for each in opened.fields if each.name == "struck" and isinstance(each, ChoiceField)]
    return {said: value for field in found for value, said in field.choices}


# --- Actions and the parking list


@pytest.mark.parametrize("kind", ["operational", "tactical", "strategic"])
async def test_an_action_and_what_was_parked_come_back_until_they_are_done(story: Story, kind: str) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, kind)
    await records(story, await over(story), parking="Nieuwe rapporten", **ACTION)
    promise = await confirmed(story)
    for _ in range(2):
        agenda = await next_agenda(story, NAMES[kind])
        assert agenda.count("TZ-1") == 1
        assert "Parkeerlijst: Nieuwe rapporten" in agenda
        await records(story, await over(story))
    await story.presses("karim", "done", str(promise.id))
    await story.presses("sanne", "agree_done", str(promise.id))
    agenda = await next_agenda(story, NAMES[kind])
    assert "TZ-1" not in agenda
    assert "Nieuwe rapporten" in agenda


async def test_what_was_done_since_the_last_meeting_is_still_told_at_the_next(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    await records(story, await over(story), **ACTION)
    promise = await confirmed(story)
    await story.presses("karim", "done", str(promise.id))
    await story.presses("sanne", "agree_done", str(promise.id))
    assert "TZ-1" in await next_agenda(story)
    await records(story, await over(story))
    assert "TZ-1" not in await next_agenda(story)


async def test_an_action_stays_where_a_meeting_in_between_has_no_minutes(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    await records(story, await over(story), **ACTION)
    await confirmed(story)
    await next_agenda(story)
    await over(story)
    assert "TZ-1" in await next_agenda(story)


async def test_what_is_parked_is_struck_with_a_tick_in_the_minutes_and_everyone_reads_that(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    first = await over(story)
    assert parked_in(form(await story.presses("karim", "record", str(first.item_id)))) == {}
    await records(story, first, parking="Nieuwe rapporten\n\nDe sleutelkast")
    await next_agenda(story)
    second = await over(story)
    asked = form(await story.presses("karim", "record", str(second.item_id)))
    ticks = parked_in(asked)
    assert list(ticks) == ["Nieuwe rapporten", "De sleutelkast"]
    story.sent.clear()
    await records(story, second, struck=ticks["Nieuwe rapporten"])
    (card,) = [words(e.card) for e in story.sent if isinstance(e, Replace) and "OV-2" in words(e.card)]
    assert "Van de parkeerlijst af\nNieuwe rapporten" in card
    assert await topics(story) == {"Nieuwe rapporten": second.id, "De sleutelkast": None}
    agenda = await next_agenda(story)
    assert "De sleutelkast" in agenda
    assert "Nieuwe rapporten" not in agenda


@pytest.mark.parametrize("ticked", ["999999", "x", "1 1 1", "-1", "9" * 40])
async def test_a_tick_for_what_is_not_on_this_parking_list_does_nothing(story: Story, ticked: str) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    await story.asks("sanne", "agenda", "De nieuwe printer")
    await records(story, await over(story), struck=ticked)
    (topic,) = await story.rows(Topic)
    assert topic.meeting_id is None
    meeting = next(row for row in await story.rows(Meeting) if row.item.state == "recorded")
    assert "struck" not in meeting.item.words


async def test_the_parking_list_of_a_meeting_with_questions_of_its_own_comes_back_too(story: Story) -> None:
    await story.agreed()
    await plans(story, "audit")
    await changes(story, "audit", often="month", weekday="TU", week="4")
    asked = form(await story.presses("karim", "record", str((await over(story)).item_id)))
    assert await story.fills_in("karim", asked, agreed="iets", parking="Nieuwe rapporten", right="yes") == []
    assert "Parkeerlijst: Nieuwe rapporten" in await next_agenda(story, "Auditgesprek")
    assert list(parked_in(form(await story.presses("karim", "record", str((await over(story)).item_id))))) == [
        "Nieuwe rapporten"
    ]


async def test_the_parking_list_goes_along_when_its_meetings_stop(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational", "tactical")
    while not (held := [r for r in await story.rows(Meeting) if (r.item.state, r.series.kind) == ("over", "tactical")]):
        await story.later(hours=6)
    await records(story, held[0], parking="Nieuwe rapporten")
    await changes(story, "tactical", stop="yes")
    assert "Parkeerlijst: Nieuwe rapporten" in await next_agenda(story)


# --- More actions


async def test_actions_can_be_added_to_minutes_later_and_as_many_as_there_are(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    meeting = await over(story)
    await records(story, meeting, **ACTION)
    for number in (2, 5):
        opened = form(await story.presses("sanne", "more_actions", str(meeting.item_id)))
        three = {
            f"{name}{n}": value
            for n in ("1", "2", "3")
            for name, value in (("action", f"Actie {number} {n}"), ("owner", "karim"), ("date", "2027-04-01"))
        }
        await story.fills_in("sanne", opened, **three)
    item = next(item for item in await story.rows(Item) if item.id == meeting.item_id)
    assert item.words["actions"] == "TZ-1, TZ-2, TZ-3, TZ-4, TZ-5, TZ-6, TZ-7"
    card = [words(e.card) for e in story.sent if isinstance(e, Replace) and "OV-1" in words(e.card)][-1]
    assert "TZ-7" in card
    agenda = await next_agenda(story)
    assert all(f"TZ-{number}" in agenda for number in range(1, 8))


async def test_an_action_that_is_added_after_the_next_agenda_was_sent_gets_on_it(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    meeting = await over(story)
    await records(story, meeting)
    await next_agenda(story)
    story.sent.clear()
    await story.fills_in("karim", form(await story.presses("karim", "more_actions", str(meeting.item_id))), **ACTION)
    assert any("OV-2" in card and "TZ-1" in card for card in shown_again(story))


async def test_an_action_that_is_added_half_is_refused(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    meeting = await over(story)
    await records(story, meeting)
    opened = form(await story.presses("karim", "more_actions", str(meeting.item_id)))
    (answer,) = await story.fills_in("karim", opened, action1="Iemand belt")
    assert set(answer.reasons) == {"owner1", "date1"}  # type: ignore[union-attr]


# --- What waits for a level


async def waits(story: Story, item: Item, level: str) -> None:
    """An item is open for both sides to see, and waits for this level."""
    kind = KINDS[item.kind]
    if kind.name == "escalation":
        await climbs(story, item, {"operational": 1, "tactical": 2, "strategic": 3}[level])

    def change(db: Any) -> None:
        row = db.get(Item, item.id)
        row.state = next(state for state in kind.waits if state not in UNSEEN)
        row.level, row.look_at = level, None

    await story.write(change)


async def all_that_waits(story: Story, level: str) -> dict[str, str]:
    """Of every kind something waits for this level, and more of it does not: the codes of what does."""
    await story.agreed()
    await has_roles(story)
    codes = {}
    for kind in FILED:
        await files(story, kind)
        # What is promised for weeks from now is no matter for the daily work yet.
        item = await files(story, kind, date="2027-03-12")
        await waits(story, item, level)
        codes[kind.name] = f"{kind.code}-{item.number}"
    await plans(story, level)
    return codes


@pytest.mark.parametrize("level", LEVELS)
async def test_whatever_waits_for_a_level_stands_on_its_agenda(story: Story, level: str) -> None:
    codes = await all_that_waits(story, level)
    agenda = await next_agenda(story, NAMES[level])
    assert {name for name, code in codes.items() if code not in agenda} == set()


@pytest.mark.parametrize("level", LEVELS)
async def test_also_where_people_wrote_an_agenda_of_their_own(story: Story, level: str) -> None:
    codes = await all_that_waits(story, level)
    await changes(story, level, agenda="Printers | 10 | klant")
    printers, _, left = (await next_agenda(story, NAMES[level])).partition("Ook open, zonder eigen punt:")
    assert "Printers" in printers
    assert {name for name, code in codes.items() if code not in left} == set()


async def test_what_waits_for_another_level_is_not_added_to_an_agenda(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    warning = await files(story, KINDS["warning"])
    await waits(story, warning, "tactical")
    await plans(story, "operational")
    agenda = await next_agenda(story)
    assert "WS-1" not in agenda
    assert "Ook open" not in agenda


async def test_last_times_decisions_are_named_as_such_at_the_tactical_meeting(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "tactical")
    await records(story, await over(story), decisions="Wij gaan over op X\nEr komt een tweede balie")
    agenda = await next_agenda(story, "Tactisch")
    assert "Besluit: Wij gaan over op X" in agenda
    assert "Besluit: Er komt een tweede balie" in agenda


def test_the_standard_agendas_of_the_three_levels_have_a_place_for_all_that_comes_back() -> None:
    for level in LEVELS:
        sources = {source for item in standard(NL, MEETINGS[level]) for source in item.sources}
        assert {"actions", "parking"} <= sources
    for level in ("tactical", "strategic"):
        sources = {source for item in standard(NL, MEETINGS[level]) for source in item.sources}
        assert {"decisions", "escalation"} <= sources


# --- How it reads


async def test_the_goal_of_each_item_stands_below_it(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    agenda = await next_agenda(story)
    lines = agenda.split("\n")
    at = next(number for number, line in enumerate(lines) if "Wat ging goed" in line)
    assert lines[at + 1].strip() == "Doel: per kant één ding dat we zo houden"


async def test_an_agenda_that_is_cut_still_says_that_it_does_not_fit(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    for number in range(30):
        await story.asks("sanne", "agenda", f"Onderwerp {number} " + "lang verhaal over de printer " * 9)
    agenda = await next_agenda(story)
    assert "Dit past niet" in agenda
    assert "en nog" in agenda
    assert "Onderwerp 0" in agenda


@settings(max_examples=60)
@given(
    st.lists(st.text(st.characters(exclude_characters="\n\r"), max_size=300), max_size=60),
    st.lists(st.text(st.characters(exclude_characters="\n\r"), min_size=1, max_size=100), max_size=2),
)
def test_however_much_there_is_it_fits_on_a_card_and_the_last_word_stays(lines: list[str], end: list[str]) -> None:
    fits = layout.as_fits(NL, lines, end)
    assert len(fits) <= layout.LONGEST
    assert not end or fits.endswith("\n".join(end))
    assert fits.startswith("\n".join(lines[:1]))
