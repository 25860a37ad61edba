"""Nobody can be found in what is shown: not in a group, and not by taking groups off a total."""

from collections import Counter
from functools import reduce
from operator import add

from hypothesis import given
from hypothesis import strategies as some

from bot.scan.fold import fold
from bot.scan.tally import ENOUGH, Counted, Slip, Tally, from_json, total

PEOPLE = some.frozensets(some.integers(0, 30), max_size=12)


def tally(suppliers: frozenset[int], clients: frozenset[int], judged: int) -> Tally:
    made = Tally(Counter({"judged/supplier": judged, "heard/normalising": judged // 2}))
    for side, authors in (("supplier", suppliers), ("client", clients)):
        for author in authors:
            made.wrote(side, author)
    return made


TALLIES = some.builds(tally, PEOPLE, PEOPLE, some.integers(0, 50))
GROUPS = some.dictionaries(some.text("abcdef", min_size=1, max_size=2), TALLIES, max_size=10)
SLIPS = some.builds(
    Slip,
    *(some.integers(0, 9) for _ in range(5)),
    side=some.sampled_from(["supplier", "client"]),
    pattern=some.just("normalising"),
    signs=some.just(""),
)
COUNTED = some.builds(
    lambda channels, weeks, slips: Counted(
        {"all": {}, "channels": channels, "weeks": weeks, "moments": {}, "languages": {}}, tuple(sorted(set(slips)))
    ),
    GROUPS,
    GROUPS,
    some.lists(SLIPS, max_size=6),
)


@given(GROUPS)
def test_what_is_shown_is_large_enough_and_what_is_folded_cannot_be_worked_out(groups):
    folded = fold(groups)
    assert all(shown.enough() for shown in folded.groups.values())
    if folded.other is not None:
        assert folded.other.enough()
        assert folded.folded == len(groups) - len(folded.groups) >= 2
        together = reduce(add, folded.groups.values(), folded.other)
        assert together.counts == reduce(add, groups.values()).counts
    elif folded.groups:
        assert folded.groups == groups


@given(GROUPS)
def test_only_as_much_is_folded_as_is_needed(groups):
    folded = fold(groups)
    small = {name for name, each in groups.items() if not each.enough()}
    if not small:
        assert folded.groups == groups
    elif len(small) > 1 and reduce(add, (groups[name] for name in small)).enough() and len(small) < len(groups):
        assert set(groups) - set(folded.groups) == small


def test_a_single_small_group_takes_the_smallest_other_along():
    five, two = frozenset(range(5)), frozenset(range(2))
    groups = {
        "large": tally(five, five, 90),
        "middle": tally(five, five, 40),
        "small": tally(five, five, 20),
        "tiny": tally(two, five, 10),
    }
    folded = fold(groups)
    assert sorted(folded.groups) == ["large", "middle"]
    assert folded.folded == 2
    assert folded.other is not None
    assert folded.other.counts["judged/supplier"] == 30


def test_where_all_together_are_too_few_nothing_is_shown_at_all():
    two = frozenset(range(2))
    folded = fold({"one": tally(two, two, 5), "other": tally(two, two, 7)})
    assert not folded.groups
    assert folded.other is None


def test_five_on_one_side_are_not_enough():
    assert not tally(frozenset(range(9)), frozenset(range(4)), 1).enough()
    assert not tally(frozenset(), frozenset(range(9)), 1).enough()
    assert tally(frozenset(range(5)), frozenset(range(5)), 1).enough()


@given(TALLIES, TALLIES, TALLIES)
def test_it_makes_no_difference_in_which_order_groups_are_added_up(one, two, three):
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert all(len(authors) <= ENOUGH for authors in (one + two + three).authors.values())


@given(COUNTED, COUNTED, COUNTED)
def test_it_makes_no_difference_in_which_order_channels_are_added_up(one, two, three):
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one


@given(some.lists(COUNTED, max_size=5))
def test_however_many_channels_are_added_up_the_total_is_that_of_one_after_the_other(many):
    assert total(many) == sum(many, Counted())


@given(COUNTED)
def test_what_is_kept_between_two_runs_is_what_was_counted(counted):
    assert from_json(counted.as_json()) == counted
