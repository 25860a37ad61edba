"""What runs in another system too: its number there can stand on every item, and only who works on it is left alone."""

import pytest
from registers import files, stands
from story import Story, form, refused, words

from handlers.register.kinds import FILED, KINDS
from handlers.vocabulary import Whisper
from prompts import phrasebook
from storage.tables import Entry, Item

NL = phrasebook("nl")
TICKET = {"system": "TOPdesk", "number": "M2603-0123", "link": "https://topdesk.example/M2603-0123"}
LEFT_ALONE = {
    "feedback": {"open", "acknowledged", "in_hand"},
    "request": {"open", "acknowledged", "in_hand"},
    "complaint": {"open", "acknowledged"},
    "promise": {"confirmed"},
    "warning": {"open", "talk"},
    "improvement": {"decided", "under_way"},
}
"""Where a number of another system stops the reminders: who is to do it works on it there."""
STANDING = [
    (kind, state, state not in LEFT_ALONE[kind])
    for kind in LEFT_ALONE
    for state in KINDS[kind].waits
    if state not in ("asked", "asked_first", "asked_again", "lead")
]


async def notes(story: Story, who: str, item: Item) -> None:
    """Somebody notes under which number it runs elsewhere."""
    opened = form(await story.presses(who, "reference", str(item.id)))
    assert await story.fills_in(who, opened, **TICKET) == []


def told(story: Story) -> list[str]:
    """Who was told something in private."""
    return [e.who.id for e in story.sent if isinstance(e, Whisper)]


@pytest.mark.parametrize(("kind", "state", "asks_on"), STANDING)
async def test_whatever_is_going_on_can_have_a_number_elsewhere_and_only_work_is_left_alone(
    story: Story, kind: str, state: str, asks_on: bool
) -> None:
    await story.agreed()
    item = await files(story, KINDS[kind])
    await stands(story, item, state)
    doer = "sanne" if kind == "warning" else "karim"
    before = (await story.rows(Item))[0]
    await notes(story, doer, item)
    (row,) = await story.rows(Item)
    assert row.reference == "\n".join(TICKET.values())
    assert "M2603-0123" in words((await story.asks("sanne", "open", f"{KINDS[kind].code}-1"))[0].card)  # type: ignore[union-attr]
    assert (row.look_at is not None) is asks_on
    if asks_on:
        # Nobody is asked anything anew by it, and nobody gets more time.
        assert (row.state, row.look_at, row.remind_at) == (before.state, before.look_at, before.remind_at)


async def test_who_is_to_judge_is_still_reminded(story: Story) -> None:
    await story.agreed()
    item = await files(story, KINDS["feedback"])
    await story.presses("karim", "resolve", "1")
    await story.later(days=1)
    story.sent.clear()
    await notes(story, "karim", item)
    await story.later(days=30)
    assert "sanne" in told(story)
    assert (await story.rows(Item))[0].level == "tactical"


async def test_a_number_from_before_stops_reminders_once_it_is_confirmed(story: Story) -> None:
    await story.agreed()
    item = await files(story, KINDS["promise"])
    await notes(story, "karim", item)
    await story.presses("sanne", "confirm", "1")
    story.sent.clear()
    await story.later(days=60)
    # Only that it is confirmed; of a day that comes near nothing is said.
    assert told(story) == ["karim"]


@pytest.mark.parametrize("kind", [kind.name for kind in FILED if kind.name in LEFT_ALONE])
async def test_it_is_for_who_does_it_and_on_the_record(story: Story, kind: str) -> None:
    await story.agreed()
    item = await files(story, KINDS[kind])
    if kind != "improvement":
        other = "karim" if kind == "warning" else "sanne"
        assert refused(await story.presses(other, "reference", str(item.id)))
    await notes(story, "sanne" if kind == "warning" else "karim", item)
    (entry,) = [each for each in await story.rows(Entry) if each.step == "reference"]
    assert entry.words == TICKET


# --- the number of who it is done for


@pytest.mark.parametrize("kind", ["feedback", "request", "complaint", "promise", "warning"])
async def test_who_it_is_done_for_adds_their_own_number_and_nobody_is_left_alone_for_it(
    story: Story, kind: str
) -> None:
    await story.agreed()
    item = await files(story, KINDS[kind])
    other, doer = ("karim", "sanne") if kind == "warning" else ("sanne", "karim")
    before = (await story.rows(Item))[0]
    assert refused(await story.presses(doer, "own_reference", "1")) == {"": NL.say("register.refused.receiver")}
    opened = form(await story.presses(other, "own_reference", str(item.id)))
    assert await story.fills_in(other, opened, **(TICKET | {"number": "INC-7"})) == []
    (row,) = await story.rows(Item)
    assert (row.state, row.reference, row.look_at) == (before.state, None, before.look_at)
    await notes(story, doer, item)
    for who in (other, doer):
        shown = words((await story.asks(who, "open", f"{KINDS[kind].code}-1"))[0].card)  # type: ignore[union-attr]
        assert "INC-7" in shown
        assert "M2603-0123" in shown
