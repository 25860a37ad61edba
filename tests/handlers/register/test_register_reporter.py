"""What came in by the link, whoever does whatever with it: its history adds up, and who reported it judges it first."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import filled_in
from story import NewStory, Story

from bot import dispatch
from handlers.register import judging
from handlers.register.kinds import KINDS
from handlers.vocabulary import Brought, Judged
from storage.links import digest
from storage.tables import Entry, Item, Link

OUTSIDE = "outside"
JUDGING = {
    "complaint": ("rate", "not_right", "withdraw"),
    "feedback": ("accept", "agree", "not_right", "object", "withdraw"),
}
ANSWERING = {"complaint": ("answer", "reference"), "feedback": ("resolve", "decline", "take_up")}


def moves(kind: str) -> st.SearchStrategy[list[tuple[str, str]]]:
    """What people do with it: who reported it, a colleague of theirs, who is to answer; or a week goes by."""
    possible = [(who, name) for who in (OUTSIDE, "sanne") for name in (*JUDGING[kind], "contest")]
    possible += [("karim", name) for name in (*ANSWERING[kind], *JUDGING[kind])]
    return st.lists(st.sampled_from([*possible, ("time", "")]), max_size=7)


async def brought(story: Story, kind: str) -> None:
    """Somebody outside reports something."""
    await story.presses("sanne", "link_make", "")
    (link,) = await story.rows(Link)
    answers = {"what": "De helpdesk neemt nooit op", "who": "de balie", "effect": "een uur"}
    event = Brought("link:1", story.now, story.place(), link.digest, kind, answers, "nl", digest("r"), True)
    await dispatch.handle(story.house, event)


async def judges(story: Story, name: str) -> None:
    """They choose something on the page of their receipt, whether it is offered there or not."""
    (item,) = await story.rows(Item)
    stands = await dispatch.look(story.house, story.tenant, lambda turn: judging.stands(turn, turn.db.merge(item)))
    said = {"reason": "Het is nog net zo", "rating": "3"}
    event = Judged(story.event_id(), story.now, story.place(), digest("r"), name, stands, said, "nl")
    await dispatch.handle(story.house, event)


async def moved(story: Story, kind: str, who: str, name: str) -> None:
    """Somebody does something, or a week goes by."""
    if who == "time":
        await story.later(days=7)
    elif who == OUTSIDE:
        await judges(story, name)
    else:
        step = next((step for step in KINDS[kind].steps if step.name == name), None)
        if step is not None and step.asks:
            await story.sends(who, "step", filled_in(step.asks), f"1 {name}")
        else:
            await story.presses(who, name, "1")


@pytest.mark.parametrize(("kind", "first"), [("complaint", "answer"), ("feedback", "resolve"), ("feedback", "decline")])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_the_history_adds_up_and_nobody_judges_before_who_reported_it(
    new_story: NewStory, kind: str, first: str, data: st.DataObject
) -> None:
    with new_story() as story:
        await story.agreed()
        await brought(story, kind)
        await moved(story, kind, "karim", first)
        for who, name in data.draw(moves(kind)):
            await moved(story, kind, who, name)
        (item,), entries = await story.rows(Item), await story.rows(Entry)
        aside = {step.name for step in KINDS[kind].steps if step.aside}
        for before, entry in pairwise(entries):
            legal = [step for step in KINDS[kind].steps if step.name == entry.step and before.state in step.before]
            by_time = entry.step == "late" and entry.state == before.state
            assert by_time or any((step.to or before.state) == entry.state for step in legal)
            outside = entry.words.get("via") == "link"
            assert outside is (entry.member_id is None and not by_time)
            if KINDS[kind].waits.get(before.state) == "author" and not by_time and entry.step not in aside:
                # A colleague comes after a week without a word.
                assert outside or before.step in ("late", *aside), (before.step, entry.step)
        assert item.state == entries[-1].state
        assert (item.look_at is None) or item.state in KINDS[kind].waits
