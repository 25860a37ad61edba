"""A promise that the other side wrote down: nobody judges their own, and nobody is held to what they refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import files
from story import Story, form, refused, words

from handlers.register import steps
from handlers.register.kinds import KINDS
from handlers.vocabulary import Whisper
from prompts import phrasebook
from storage.tables import Item, Member, Organisation

NL = phrasebook("nl")
KIND = KINDS["promise"]
SIDES = ("client", "supplier")
NAMES = sorted({step.name for step in KIND.steps})
JUDGES = ("agree_done", "not_right", "agree", "object")
"""Steps by which the side that something was promised to says what they think of what came of it."""
FORWARD = ("confirm", "done", "drop", "agree_done", "not_right", "agree", "object", "move", "disagree")
MOVES = st.lists(
    st.tuples(st.sampled_from(SIDES), st.one_of(st.sampled_from(NAMES), st.sampled_from(FORWARD))), max_size=40
)


def somebody(side: str) -> Member:
    """Somebody of a side."""
    return Member(project_id=1, own_side=side, organisation=Organisation(side=side))


@given(side=st.sampled_from(SIDES), doer=st.sampled_from(SIDES), moves=MOVES)
@settings(max_examples=300, deadline=None)
def test_nobody_judges_their_own_promise_whoever_wrote_it_down(
    side: str, doer: str, moves: list[tuple[str, str]]
) -> None:
    item = Item(
        kind="promise", project_id=1, state=KIND.begins, level="operational", side=side, doer=doer,
        words={}, moved=0, late=0,
    )  # fmt: skip
    people = {each: somebody(each) for each in SIDES}
    for by, name in moves:
        for judge in JUDGES:
            step = KIND.step(judge, item.state)
            assert step is None or not steps.may(item, step, people[doer], [*people.values()])
        step = KIND.step(name, item.state)
        if step is None or not steps.may(item, step, people[by], [*people.values()]):
            continue
        steps.apply(item, people[by], step, {"date": "2027-04-01", "reason": "z"})
        assert item.state not in ("kept", "closed") or by != doer


async def takes(story: Story, who: str, step: str, **answers: str) -> None:
    """Somebody takes a step on the first item, with what its form asks."""
    shown = await story.presses(who, step, "1")
    if answers:
        shown = await story.fills_in(who, form(shown), **answers)
    assert shown == []


async def written_down(story: Story, who: str, owner: str) -> None:
    """Everybody agreed, and somebody wrote down what the other side will do."""
    await story.agreed()
    await files(story, KIND, who=who, owner=owner)


async def state(story: Story) -> str:
    """How the item stands."""
    return str((await story.rows(Item))[0].state)


def told(story: Story, who: str) -> str:
    """What somebody was told in private."""
    return "\n".join(words(e.card) for e in story.sent if isinstance(e, Whisper) and e.who.id == who)


@pytest.mark.parametrize(("author", "owner", "colleague"), [("sanne", "lotte", "karim"), ("karim", "ahmed", "sanne")])
async def test_who_was_promised_something_says_whether_it_was_kept(
    story: Story, author: str, owner: str, colleague: str
) -> None:
    await written_down(story, author, owner)
    await takes(story, colleague, "confirm")
    await takes(story, owner, "done")
    for step in ("agree_done", "not_right"):
        assert refused(await story.presses(colleague, step, "1")) == {"": NL.say("register.refused.receiver")}
    story.sent.clear()
    await story.later(days=1)
    assert NL.say("promise.state.done") in told(story, author)
    story.sent.clear()
    await takes(story, author, "agree_done")
    assert await state(story) == "kept"
    assert NL.say("register.heard") in told(story, owner)


async def test_who_keeps_a_promise_hears_in_the_morning_that_the_other_side_says_so(story: Story) -> None:
    await written_down(story, "sanne", "lotte")
    await takes(story, "karim", "confirm")
    await takes(story, "lotte", "done")
    await story.until("2027-03-06T20:00:00+01:00")
    await takes(story, "sanne", "agree_done")
    story.sent.clear()
    await story.until("2027-03-08T12:00:00+01:00")
    assert NL.say("register.digest.decided") in told(story, "lotte")


async def test_who_was_promised_something_agrees_that_it_is_off_or_not(story: Story) -> None:
    await written_down(story, "sanne", "lotte")
    await takes(story, "karim", "confirm")
    await takes(story, "lotte", "drop", reason="Lukt niet")
    for step in ("agree", "object"):
        assert refused(await story.presses("karim", step, "1")) == {"": NL.say("register.refused.receiver")}
    await takes(story, "sanne", "object", reason="Toch nodig")
    assert await state(story) == "disputed"
