"""The state machines of items: nothing illegal can be reached, and the history adds up to how an item stands."""

from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import files, filled_in, has_role
from story import NewStory, Story

from handlers.register import steps
from handlers.register.kinds import AHEAD, ANSWERS, FILED, GOING_ON, KINDS, LEVELS, OVER, UNSEEN, WAITING, Kind, ends
from handlers.vocabulary import Refusal
from prompts import LANGUAGES, phrasebook
from storage.tables import Entry, Item

EVERY = sorted(KINDS.values(), key=lambda kind: kind.name)
STEPS = sorted({step.name for kind in EVERY for step in kind.steps})
WAY_BACK = {("preparation", "missed")}
"""Over, and yet it can still be done while the meeting is to come."""
PEOPLE = ("karim", "lotte", "sanne", "ahmed", "stranger")


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.name)
def test_every_state_goes_on_or_is_over(kind: Kind) -> None:
    states = {(kind.name, state) for state in {kind.begins, *kind.waits, *ends(kind)}}
    going_on = {each for each in GOING_ON if each[0] == kind.name}
    assert going_on == states - set(OVER)
    assert {each for each in WAITING if each[0] == kind.name} == going_on - set(AHEAD)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.name)
def test_every_state_can_be_reached_and_left_or_is_the_end(kind: Kind) -> None:
    begins = {kind.begins} | ({"lead", "asked", "asked_first"} if kind.name == "promise" else set())
    reached, before = set(begins), None
    while before != reached:
        before = set(reached)
        reached |= {step.to for step in kind.steps if step.to and set(step.before) & reached}
        reached |= {kind.passes[state] for state in reached if state in kind.passes}
    named = set(kind.waits) | ends(kind)
    assert reached == named
    for state in named:
        ways_out = [step for step in kind.steps if state in step.before and not step.aside]
        assert bool(ways_out) is (state in kind.waits or (kind.name, state) in WAY_BACK), state
    assert {state for name, state in OVER if name == kind.name} == named - set(kind.waits)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.name)
def test_whose_turn_it_is_can_do_something(kind: Kind) -> None:
    for state, who in kind.waits.items():
        side = {"owner": "doer", "lead": "doer", "author": "side", "arranger": "side"}
        able = {side.get(step.who, step.who) for step in kind.steps if state in step.before}
        assert {side.get(who, who), "either"} & able, state


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.name)
def test_everything_has_words(kind: Kind, language: str) -> None:
    book = phrasebook(language)
    for state in set(kind.waits) | ends(kind):
        assert book.say(f"{kind.name}.state.{state}")
    for step in kind.steps:
        assert book.has(f"{kind.name}.step.{step.name}") or book.say(f"register.step.{step.name}")
        for blank in step.asks:
            own = f"{kind.name}.asks.{step.name}"
            where = own if book.has(own) else f"register.asks.{step.name}"
            assert book.say(f"{where}.field.{blank.name}")
    assert kind.name in ANSWERS
    assert len({k.code for k in EVERY}) == len(EVERY)


def test_a_side_has_one_side_across_from_it() -> None:
    assert {steps.ACROSS[steps.ACROSS[side]] == side for side in steps.ACROSS} == {True}


MOVES = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(STEPS), st.booleans()), max_size=12)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.name)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
async def test_whatever_is_pressed_the_history_adds_up(new_story: NewStory, kind: Kind, moves: list[tuple]) -> None:
    with new_story() as story:
        await story.agreed()
        item = await files(story, kind)
        for who, name, answered in moves:
            await pressed(story, kind, item, who, name, answered)
        (item,) = [row for row in await story.rows(Item) if row.id == item.id]
        entries = [entry for entry in await story.rows(Entry) if entry.item_id == item.id]
        assert entries[0].step == "filed"
        for before, entry in pairwise(entries):
            legal = [s for s in kind.steps if s.name == entry.step and before.state in s.before]
            assert any((s.to or before.state) == entry.state for s in legal), (before.state, entry.step, entry.state)
            assert entry.at >= before.at
        assert item.state == entries[-1].state
        assert item.level in LEVELS
        # Of a promise a day counts as moved once the other side had confirmed one.
        steps = [entry.step for entry in entries]
        agreed = steps.index("confirm") if "confirm" in steps else len(steps)
        assert item.moved == steps[agreed if kind.name == "promise" else 0 :].count("move")
        assert (item.look_at is None and item.remind_at is None) or (kind.name, item.state) not in OVER


async def pressed(story: Story, kind: Kind, item: Item, who: str, name: str, answered: bool) -> None:
    """Somebody presses whatever it is, and perhaps sends the form that opens; it is taken or refused in words."""
    step = next((s for s in kind.steps if s.name == name), None)
    if step is not None and step.asks and answered:
        answers = await story.sends(who, "step", filled_in(step.asks), f"{item.id} {name}")
    else:
        answers = await story.presses(who, name, str(item.id))
    for answer in answers:
        if isinstance(answer, Refusal):
            assert all(answer.reasons.values())


async def test_numbers_count_up_and_never_repeat(story: Story) -> None:
    await story.agreed()
    for kind in (*FILED, FILED[0]):
        await files(story, kind)
    for kind in EVERY:
        numbers = [item.number for item in await story.rows(Item) if item.kind == kind.name]
        assert numbers == [n for n, _ in zip(count(1), numbers, strict=False)]


async def test_what_a_side_keeps_to_itself_shows_nowhere_to_the_other(story: Story) -> None:
    await story.agreed()
    await has_role(story, "lotte", "service")
    await has_role(story, "karim", "it")
    opened = (await story.asks("karim", "promise"))[0].form  # type: ignore[union-attr]
    await story.fills_in("karim", opened, what="Een geheim plan", date="2027-03-25")
    (item,) = await story.rows(Item)
    assert item.state in UNSEEN
    seen = [
        await story.asks("sanne", "open"),
        await story.asks("sanne", "open", "TZ-1"),
        await story.opens_home("sanne"),
    ]
    assert "geheim plan" not in str(seen)
    assert "geheim plan" in str(await story.asks("lotte", "open"))
    assert not any("geheim plan" in said for said in story.said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_something_is_for_has_a_name_and_a_refusal(language: str) -> None:
    book = phrasebook(language)
    for who in {step.who for kind in EVERY for step in kind.steps} - {"both"}:
        assert book.say(f"dossier.who.{who}")
        assert book.say(f"register.refused.{who}")
