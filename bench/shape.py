"""What every bench gives: ours beside a floor, once a round of one run, so that what disturbs the one disturbs both."""

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import click

from bench.machine import wait_for_quiet

T = TypeVar("T")
Rounds = tuple[float, ...]
"""One figure of each round."""


class NotRun(Exception):
    """Something that a bench needs is not there; the text says what."""


@dataclass(frozen=True)
class Goal:
    """What the middle ratio to the floor should be (where there is no floor: the middle figure itself)."""

    value: float
    at_most: bool = False

    def met(self, middle: float) -> bool:
        """Whether this is good enough."""
        return middle <= self.value if self.at_most else middle >= self.value


@dataclass(frozen=True)
class Measurement:
    """One thing, measured in every round; `floor` is what it is compared with, in the same rounds."""

    name: str
    unit: str
    ours: Rounds
    floor: Rounds = ()
    goal: Goal | None = None

    @property
    def ratios(self) -> Rounds:
        """Ours to the floor, round by round; empty without a floor."""
        return tuple(ours / floor for ours, floor in zip(self.ours, self.floor, strict=True)) if self.floor else ()

    @property
    def good_enough(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        return None if self.goal is None else self.goal.met(statistics.median(self.ratios or self.ours))


@dataclass(frozen=True)
class Growth:
    """What one thing costs at several amounts of something."""

    name: str
    unit: str
    of: str
    costs: Mapping[int, Rounds]
    """By the amount, from small to large."""

    @property
    def middles(self) -> dict[int, float]:
        """The middle cost at each amount."""
        return {amount: statistics.median(costs) for amount, costs in self.costs.items()}

    @property
    def exponent(self) -> float:
        """The k for which the cost grows as amount**k, by least squares on logarithms; 0 when it does not grow."""
        return _slope(list(self.middles.items()))

    @property
    def at_last(self) -> float:
        """The same over the two largest amounts only: what is fixed hides there what grows least."""
        return _slope(list(self.middles.items())[-2:])


def _slope(points: Sequence[tuple[int, float]]) -> float:
    amounts, costs = zip(*points, strict=True)
    return statistics.linear_regression([*map(math.log, amounts)], [*map(math.log, costs)]).slope


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    title: str
    about: str
    """What is ours here, and what the floor is."""
    measurements: tuple[Measurement, ...] = ()
    growths: tuple[Growth, ...] = ()
    lines: tuple[str, ...] = ()
    """What does not fit in a table."""
    not_run: str = ""
    """Why there is nothing here."""


@dataclass(frozen=True)
class Sizes:
    """How much is done in one round."""

    rounds: int = 5
    patience: float = 15
    """Seconds to wait for a quiet machine, before each round."""
    warm: int = 1_000
    """Events that a server takes in before anything is measured."""
    events: int = 8_000
    """In a closed loop; a slow floor and PostgreSQL get a share of it."""
    rate: float = 500
    """Events a second in an open loop."""
    seconds: float = 6
    """How long an open loop lasts."""
    memory: int = 50_000
    """Events over which memory is watched; 0 does not watch."""
    lines: int = 3_000
    """Of the script that is played."""
    chat: int = 600
    """Messages to hear."""
    export: int = 2_000
    """Messages to scan."""
    amounts: Mapping[str, tuple[int, ...]] = field(
        default_factory=lambda: {
            "channels": (10, 100, 1_000),
            "people in each channel": (10, 100, 1_000),
            "channels with the same people": (10, 100, 1_000),
            "rows kept": (1_000, 10_000, 100_000),
            "rows waiting": (100, 1_000, 10_000),
            "series planned": (100, 10_000, 100_000),
        }
    )
    """How large the houses are in which growth is measured."""
    times: int = 40
    """How often each small thing is done in one round."""


QUICK = Sizes(
    rounds=1,
    patience=0,
    events=400,
    rate=200,
    seconds=1,
    memory=0,
    lines=200,
    chat=60,
    export=250,
    amounts={
        "channels": (10, 100),
        "people in each channel": (10, 100),
        "channels with the same people": (10, 100),
        "rows kept": (1_000, 10_000),
        "rows waiting": (100, 1_000),
        "series planned": (100, 1_000),
    },
    times=10,
)
"""For a short look: whether everything runs, and roughly what comes out."""


@dataclass(frozen=True)
class Run:
    """One run of some benches on one machine."""

    sizes: Sizes
    folder: Path
    """Where the databases are: its disk counts."""
    busy: list[float] = field(default_factory=list)
    """The share of the machine that others used, just before each round."""

    def turns(self, kinds: Mapping[str, Callable[[], T]]) -> dict[str, tuple[T, ...]]:
        """Let each kind work once a round, one after the other; returns what came of each, round by round."""
        done: dict[str, list[T]] = {kind: [] for kind in kinds}
        for number in range(1, self.sizes.rounds + 1):
            self.busy.append(wait_for_quiet(self.sizes.patience))
            for kind, work in kinds.items():
                say(f"  round {number} of {self.sizes.rounds}: {kind}")
                done[kind].append(work())
        return {kind: tuple(results) for kind, results in done.items()}


Bench = Callable[[Run], Section]
"""Raises NotRun where something is missing."""


def milliseconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def say(text: str) -> None:
    """Tell who waits how far it is."""
    click.echo(text, err=True)
