"""Whether a tip helps: given against held back, as docs/effect.md laid down before anything was counted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from bot import shares
from handlers.effect import DAY, FOLLOW_UP, FORTNIGHT, PATTERNS
from handlers.nudges import HELD_BACK
from handlers.restraint import A_WEEK
from storage.effect import Measured
from storage.nudges import JUDGED

SMALLEST = 0.15
"""The smallest difference that matters: fifteen messages in a hundred."""
ALPHA, POWER = 0.05, 0.8
QUESTIONS: tuple[tuple[str, str | None], ...] = (
    ("supplier", None),
    *(("supplier", pattern) for pattern in PATTERNS["supplier"]),
    ("client", None),
)
"""What is asked: of a side as a whole (None) and of each pattern. A client has one pattern: that is one question."""
SURE = 0.995
"""How often the interval that answers a question is right: so that of all answers together at most ALPHA are found by
chance. One minus ALPHA over the questions would do, but for shares near 0 and 1, where the interval is a bit narrow."""
NEEDED_HELD_BACK, NEEDED_GIVEN = shares.needed(SMALLEST, (1 - HELD_BACK) / HELD_BACK, 1 - SURE, POWER)
AUTHORS = 5
"""Below this many people on a side nothing is shown of them."""
_SLACK = timedelta(hours=1)
"""What was written in the last minute of a day is judged a few minutes later, or after a restart."""
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Outcome:
    """Something that can follow a tip, given or not: within how long, and by what it is known."""

    name: str
    within: timedelta
    kinds: frozenset[str]

    def follows(self, tip: Measured) -> bool:
        """Whether it followed this tip in time."""
        return any(tip.followed.get(kind, self.within + DAY) <= self.within for kind in self.kinds)


_GOOD = frozenset(("repaired", "made_good"))
_WROTE = frozenset(("repaired", "followed_up", "came_back"))
OUTCOMES = (
    Outcome("made good within the hour", FOLLOW_UP, _GOOD),
    Outcome("made good within the day", DAY, _GOOD),
    Outcome("repaired or followed up within the hour", FOLLOW_UP, _WROTE),
    Outcome("repaired or followed up within the day", DAY, _WROTE),
    Outcome("repeated within a fortnight, or tips off", FORTNIGHT, frozenset(("repeated", "off"))),
)
"""The first answers the question; the others only describe."""


@dataclass(frozen=True)
class Compared:
    """How often something followed tips that were given and held back: (how often, of how many)."""

    what: str
    given: tuple[int, int]
    held_back: tuple[int, int]
    sure: float
    low: float
    high: float


@dataclass(frozen=True)
class Said:
    """What people said of the tips that they got."""

    given: int
    judged: int
    misheard: int
    left: int


@dataclass(frozen=True)
class Group:
    """The tips of a side on one pattern, on all (None), or on those with too few people each ("other")."""

    side: str
    pattern: str | None
    given: int
    held_back: int
    answer: str
    """too early, helps, helps too little, harms, no difference that matters or undecided; empty where none is asked."""
    compared: tuple[Compared, ...]
    said: Said


def round_of(now: datetime) -> datetime:
    """When the present round began: each calendar year (in UTC) is one, and is looked at by itself."""
    return datetime(now.astimezone(UTC).year, 1, 1, tzinfo=UTC)


def groups(tips: Sequence[Measured], now: datetime) -> dict[str, list[Group]]:
    """All that may be told of the tips of a round, by side; of a side with too few people nothing."""
    told = {}
    for side in PATTERNS:
        here = [tip for tip in tips if tip.side == side]
        told[side] = list(_side(side, here, now)) if authors(here) >= AUTHORS else []
    return told


def _side(side: str, tips: list[Measured], now: datetime) -> Iterator[Group]:
    yield _group(side, None, tips, now)
    if len(PATTERNS[side]) == 1:
        return
    by_pattern = {name: [tip for tip in tips if tip.pattern == name] for name in PATTERNS[side]}
    shown = folded(by_pattern)
    for name in shown:
        yield _group(side, name, by_pattern[name], now)
    others = [tip for tip in tips if tip.pattern not in shown]
    if shown and others:
        yield _group(side, "other", others, now)


def folded(by_pattern: Mapping[str, Sequence[Measured]]) -> list[str]:
    """The patterns that may be shown by themselves: of enough people each, and so that nobody can subtract the rest."""
    by_people = sorted(by_pattern, key=lambda name: authors(by_pattern[name]))
    for first in range(len(by_people)):
        rest = [tip for name in by_people[:first] for tip in by_pattern[name]]
        if authors(by_pattern[by_people[first]]) >= AUTHORS and (not rest or authors(rest) >= AUTHORS):
            return [name for name in by_pattern if name in by_people[first:]]
    return []


def authors(tips: Sequence[Measured]) -> int:
    """How many people these tips are of, at the least: nobody gets more than three a week, and some are still known."""
    known = len({tip.person for tip in tips if tip.person is not None})
    busiest, first = 0, 0
    for last, tip in enumerate(tips):
        while tips[first].at <= tip.at - _WEEK:
            first += 1
        busiest = max(busiest, last - first + 1)
    return max(known, ceil(busiest / A_WEEK))


def _group(side: str, pattern: str | None, tips: list[Measured], now: datetime) -> Group:
    asked = (side, pattern) in QUESTIONS
    over = [tip for tip in tips if tip.at <= now - DAY - _SLACK]
    held_back = sum(tip.held_back for tip in over)
    enough = sample(over) if asked else []
    compared = tuple(_compared(enough, now)) if enough else ()
    answer = (concluded(compared[0]) if compared else "too early") if asked else ""
    return Group(side, pattern, len(over) - held_back, held_back, answer, compared, _said(tips))


def sample(tips: Sequence[Measured]) -> list[Measured]:
    """The first tips of a round that are enough to answer a question, always the same ones; none before that."""
    held_back = 0
    for number, tip in enumerate(tips, 1):
        held_back += tip.held_back
        if held_back >= NEEDED_HELD_BACK and number - held_back >= NEEDED_GIVEN:
            return list(tips[:number])
    return []


def _compared(tips: Sequence[Measured], now: datetime) -> Iterator[Compared]:
    for outcome in OUTCOMES:
        over = [tip for tip in tips if tip.at <= now - outcome.within - _SLACK]
        given = _counted(over, False, outcome.follows)
        held_back = _counted(over, True, outcome.follows)
        sure = SURE if outcome is OUTCOMES[0] else 0.95
        yield Compared(outcome.name, given, held_back, sure, *shares.difference(given, held_back, sure))


def _counted(tips: Sequence[Measured], held_back: bool, follows: Callable[[Measured], bool]) -> tuple[int, int]:
    arm = [follows(tip) for tip in tips if tip.held_back == held_back]
    return sum(arm), len(arm)


def concluded(first: Compared) -> str:
    """What the interval of the first outcome says."""
    if first.low > 0:
        return "helps too little" if first.high < SMALLEST else "helps"
    if first.high < 0:
        return "harms"
    return "no difference that matters" if first.high < SMALLEST else "undecided"


def _said(tips: Sequence[Measured]) -> Said:
    given = [tip.followed.keys() for tip in tips if not tip.held_back]
    judged = sum(bool(kinds & JUDGED) for kinds in given)
    return Said(
        len(given), judged, sum("misheard" in kinds for kinds in given), sum("fine" in kinds for kinds in given)
    )
