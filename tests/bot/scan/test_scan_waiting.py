"""How long complaints wait for an answer that takes them up, and how that is told."""

import statistics
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.scan import waits
from bot.scan.bursts import Burst
from bot.scan.figures import STEPS
from bot.scan.waits import Waits, quantile, rounded

MONDAY = datetime(2024, 3, 4, 9, tzinfo=UTC)
COMPLAINT, EFFECT, SLIP = "impactless_complaint", "impact_feedback", "vague_deferral"


def said(side: Any, minute: float, label: str = "none", thread: str | None = None, signs: str = "") -> Any:
    at = MONDAY + timedelta(minutes=minute)
    burst = Burst("support", at, at, side, "somebody", thread, (f"{side}{minute}",), "…", None)
    return burst, SimpleNamespace(label=label, signs=frozenset(signs.split()))


def counted(conversation: Iterable[Any]) -> list[str]:
    waiting = Waits()
    keys = [key for burst, hearing in conversation for key in waiting.heard(burst, hearing)]
    return [key for key in [*keys, *waiting.over()] if not key.startswith("complaint/")]


def test_the_first_answer_without_a_slip_takes_a_complaint_up():
    assert counted(
        [said("client", 0, COMPLAINT), said("supplier", 7, SLIP), said("supplier", 42), said("supplier", 50)]
    ) == [f"reply/{COMPLAINT}/7", f"acknowledged/{COMPLAINT}/42"]


def test_an_answer_that_names_the_effect_or_who_and_when_is_counted_apart():
    keys = counted([said("client", 0, EFFECT), said("supplier", 3, signs="acknowledges")])
    assert keys == [f"reply/{EFFECT}/3", f"acknowledged/{EFFECT}/3", f"named/{EFFECT}"]


def test_colleagues_of_the_one_who_complains_do_not_answer():
    assert counted([said("client", 0, COMPLAINT), said("client", 5)]) == [f"open/{COMPLAINT}/2024-03-04"]


def test_in_a_thread_only_the_thread_counts():
    begun = said("client", 0, COMPLAINT)
    thread = begun[0].messages[0]
    other = said("client", 10, COMPLAINT, thread="elsewhere")
    assert counted([begun, other, said("supplier", 20, thread=thread)]) == [
        f"reply/{COMPLAINT}/20",
        f"acknowledged/{COMPLAINT}/20",
        f"open/{COMPLAINT}/2024-03-04",
    ]


def test_a_complaint_that_was_answered_in_its_thread_does_not_wait_in_the_channel_any_more():
    begun = said("client", 0, COMPLAINT)
    keys = counted([begun, said("supplier", 20, thread=begun[0].messages[0]), said("supplier", 30)])
    assert keys == [f"reply/{COMPLAINT}/20", f"acknowledged/{COMPLAINT}/20"]


def test_after_fourteen_days_it_was_never_answered():
    fourteen_days = 14 * 24 * 60
    assert counted([said("client", 0, COMPLAINT), said("supplier", fourteen_days)])[-1] == (
        f"acknowledged/{COMPLAINT}/{fourteen_days}"
    )
    assert counted([said("client", 0, COMPLAINT), said("supplier", fourteen_days + 1)]) == [f"never/{COMPLAINT}"]


def test_what_was_written_before_the_complaint_is_no_answer():
    assert counted([said("client", 30, COMPLAINT), said("supplier", 10)]) == [f"open/{COMPLAINT}/2024-03-04"]


SPOKEN = some.tuples(
    some.sampled_from(["supplier", "client"]),
    some.floats(0, 30_000),
    some.sampled_from(["none", SLIP, COMPLAINT, EFFECT]),
    some.sampled_from([None, "t1", "t2", "client0.0"]),
)


@given(some.lists(SPOKEN, max_size=40), some.integers(1, 5))
def test_every_complaint_ends_in_exactly_one_way_however_little_may_be_remembered(conversation, most):
    spoken = [said(*each) for each in sorted(conversation, key=lambda each: each[1])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waits, "MOST_OPEN", most)
        patch.setattr(waits, "MOST_MESSAGES", most)
        ends = Counter(key.split("/")[0] for key in counted(spoken))
    complaints = sum(hearing.label in (COMPLAINT, EFFECT) and burst.side == "client" for burst, hearing in spoken)
    assert ends["acknowledged"] + ends["never"] + ends["open"] == complaints
    assert ends["named"] <= ends["acknowledged"] <= ends["reply"]


@given(some.integers(0, 14 * 24 * 60))
def test_a_wait_is_rounded_down_by_little(minutes):
    short = rounded(timedelta(minutes=minutes, seconds=30))
    assert 0 <= minutes - short < (1 if minutes < 60 else 5 if minutes < 1440 else 60)
    assert short <= max(STEPS.values())


@given(some.lists(some.integers(0, 20_000), min_size=1, max_size=60))
def test_quartiles_are_waits_that_occurred_with_enough_on_either_side(minutes):
    waits_ = Counter(minutes)
    found = [quantile(waits_, share) for share in (0.25, 0.5, 0.75)]
    assert all(each in minutes for each in found)
    assert found == sorted(found)
    assert found[1] == statistics.median_low(minutes)
    for share, each in zip((0.25, 0.5, 0.75), found, strict=True):
        assert sum(wait <= each for wait in minutes) >= share * len(minutes)
        assert sum(wait < each for wait in minutes) < share * len(minutes)


def test_without_waits_there_is_no_quartile():
    assert quantile(Counter(), 0.5) is None
