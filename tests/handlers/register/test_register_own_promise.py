"""A promise that the other side wrote down: nobody judges their own, and nobody is held to what they refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import files, has_role
from story import Story, form, names, refused, words

from handlers.register import steps, taking
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
        taking.apply(item, people[by], step, {"date": "2027-04-01", "reason": "z"})
        assert step.to not in ("kept", "closed") or by != doer


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


# --- what the side that was to do it refuses


async def test_what_the_doer_refuses_waits_for_who_wrote_it_down(story: Story) -> None:
    await written_down(story, "sanne", "lotte")
    story.sent.clear()
    await takes(story, "karim", "disagree", reason="Liever in april")
    mine, theirs = await story.asks("sanne", "open"), await story.asks("lotte", "open")
    assert NL.say("register.open.mine", count="1") in words(reply_card(mine))
    assert NL.say("register.open.theirs", count="1") in words(reply_card(theirs))
    await story.later(days=40)
    assert "Liever in april" in told(story, "sanne")
    assert not told(story, "lotte")


def reply_card(answers: object) -> object:
    """The card of an answer."""
    return answers[0].card  # type: ignore[index]


async def test_after_an_objection_it_waits_for_who_dropped_it_whoever_wrote_it_down(story: Story) -> None:
    await written_down(story, "sanne", "lotte")
    await takes(story, "karim", "disagree", reason="Liever in april")
    await takes(story, "karim", "confirm")
    await takes(story, "lotte", "drop", reason="Lukt niet")
    await takes(story, "sanne", "object", reason="Toch nodig")
    assert NL.say("register.open.mine", count="1") in words(reply_card(await story.asks("lotte", "open")))
    # What was dropped is not simply a promise again because the other side says so.
    for who in ("sanne", "karim"):
        assert refused(await story.presses(who, "confirm", "1"))


async def test_who_proposed_it_for_a_colleague_hears_that_the_other_side_disagrees(story: Story) -> None:
    await story.agreed()
    await files(story, KIND, who="karim", owner="lotte")
    story.sent.clear()
    await takes(story, "sanne", "disagree", reason="Te laat")
    await story.later(days=1)
    assert told(story, "lotte").count("Te laat") == 1
    assert told(story, "karim").count("Te laat") == 1
    assert NL.say("register.digest.decided") in told(story, "karim")
    assert NL.say("register.digest.decided") not in told(story, "lotte")


# --- the way back


@pytest.mark.parametrize(("author", "owner", "across"), [("sanne", "lotte", "karim"), ("karim", "karim", "sanne")])
async def test_who_did_not_agree_can_still_say_yes(story: Story, author: str, owner: str, across: str) -> None:
    await written_down(story, author, owner)
    await takes(story, across, "disagree", reason="Zo niet")
    assert "confirm" in names(reply_card(await story.asks(across, "open", "TZ-1")))
    assert refused(await story.presses(author, "confirm", "1")) == {"": NL.say("register.refused.disagreed")}
    await takes(story, across, "confirm")
    (row,) = await story.rows(Item)
    assert (row.state, row.level) == ("confirmed", "operational")
    assert NL.say("register.open.mine", count="1") in words(reply_card(await story.asks(owner, "open")))


async def test_a_yes_after_all_binds_only_when_who_may_commit_says_it(story: Story) -> None:
    await story.agreed()
    await has_role(story, "lotte", "service")
    await has_role(story, "karim", "responder")
    await files(story, KIND, who="sanne", owner="karim")
    await takes(story, "karim", "disagree", reason="Zo niet")
    assert refused(await story.presses("karim", "confirm", "1")) == {"": NL.say("register.refused.lead")}
    await takes(story, "lotte", "confirm")
    assert await state(story) == "confirmed"
