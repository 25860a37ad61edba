"""The ladder of an escalation, whatever anybody presses: no step is reached before the one below it was tried."""

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.register import rungs, steps, taking
from handlers.register.kinds import KINDS, LEVELS, OVER, UNSEEN
from storage.tables import Item, Member, Organisation

KIND = KINDS["escalation"]
NAMES = sorted({step.name for step in KIND.steps})
SIDES = ("client", "supplier")
DAY = "the day passes"
MOVES = st.lists(st.one_of(st.tuples(st.sampled_from(SIDES), st.sampled_from(NAMES)), st.just(("", DAY))), max_size=60)
HELPFUL = ("outcome", "own_outcome", DAY, "climb")
"""What leads up the ladder, so that the top is reached too."""
WALKS = st.lists(
    st.one_of(st.tuples(st.sampled_from(SIDES), st.sampled_from(HELPFUL[:2] + HELPFUL[3:])), st.just(("", DAY))),
    max_size=90,
)


def filed(side: str) -> Item:
    """An escalation of a side, just filed."""
    words = {"what": "x", "where": "y"} | rungs.begin(KIND)
    return Item(
        kind="escalation", project_id=1, state=KIND.begins, level="operational", side=side, doer=steps.ACROSS[side],
        words=words, moved=0, late=0,
    )  # fmt: skip


def somebody(side: str) -> Member:
    """Somebody of a side."""
    return Member(project_id=1, own_side=side, organisation=Organisation(side=side))


@given(author=st.sampled_from(SIDES), moves=st.one_of(MOVES, WALKS))
@settings(max_examples=400, deadline=None)
def test_no_step_is_reached_out_of_order(author: str, moves: list[tuple[str, str]]) -> None:
    item, members = filed(author), {side: somebody(side) for side in SIDES}
    recorded: set[int] = set()
    passed: set[int] = set()
    proposals: dict[str, tuple[str, int]] = {}
    for side, name in moves:
        before, state = rungs.rung(item), item.state
        if name == DAY:
            if state in KIND.passes:
                item.state = KIND.passes[state]
                rungs.day_passed(item)
                passed.add(before)
            continue
        step = KIND.step(name, item.state)
        if step is None or not steps.may(item, step, members[side], [*members.values()]):
            continue
        if step.private:
            assert side == author
            continue
        taking.apply(item, members[side], step, {"date": "2027-04-01", "reason": "z"})
        if name in rungs.PROPOSALS:
            proposals[name] = side, before
        if name == "outcome":
            assert side == author
            recorded.add(before)
        if rungs.rung(item) != before:
            assert rungs.rung(item) == before + 1 <= rungs.TOP
            tried = before in recorded and before in passed and side == author
            agreed = name == "agree_skip" and proposals["skip"] == (steps.ACROSS[side], before)
            assert tried or agreed, (before, name)
            assert 1 in recorded, "nobody rang"
        if item.state == "settled":
            assert proposals["settle"][0] == steps.ACROSS[side]
        if name == "notice":
            raise AssertionError("a draft changes nothing")
        assert item.state not in UNSEEN or rungs.rung(item) == rungs.FIRST
        assert LEVELS.index(item.level) == min(rungs.rung(item) - 1, 2)
    assert rungs.proposed(item) in ("", *rungs.PROPOSALS)
    assert not (rungs.proposed(item) and ("escalation", item.state) in OVER)


def test_the_top_can_be_reached() -> None:
    item, members = filed("client"), {side: somebody(side) for side in SIDES}
    for rung in range(rungs.FIRST, rungs.TOP + 1):
        assert rungs.rung(item) == rung
        for side, name in (("client", "outcome"), ("supplier", "own_outcome")):
            step = KIND.step(name, item.state)
            assert step is not None
            assert steps.may(item, step, members[side], [*members.values()])
            taking.apply(item, members[side], step, {"date": "2027-04-01"})
        item.state = KIND.passes[item.state]
        climb = KIND.step("climb", item.state)
        assert climb is not None
        assert steps.may(item, climb, members["client"], [*members.values()]) is (rung < rungs.TOP)
        if rung < rungs.TOP:
            taking.apply(item, members["client"], climb, {})


def test_roles_are_named_on_every_step() -> None:
    for rung in range(rungs.FIRST, rungs.TOP + 1):
        item = filed("client")
        item.words = item.words | {"rung": str(rung)}
        assert "contract" in rungs.roles(item)
        assert ("sponsor" in rungs.roles(item)) is (rung >= 3)
