"""What a scan has counted: figures of groups that add up, in which nobody can be found back."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from typing import Any

ENOUGH = 5
"""So many authors on each side make a group that may be shown."""
MOST_SLIPS = 100_000
"""More moments that are worth a tip are not weighed; in the order of time, so that it does not matter who adds up."""
WHOLE = "all"
"""The part that has one group: everything."""
PARTS = (WHOLE, "channels", "weeks", "moments", "languages")


@dataclass(frozen=True)
class Tally:
    """The figures of one group. `counts` has keys such as `heard/normalising`.

    `authors` are known as salted hashes, and no more than ENOUGH a side: the smallest, so that it makes no difference
    in which order they came, and no list of who takes part is ever made.
    """

    counts: Counter[str] = field(default_factory=Counter)
    authors: dict[str, frozenset[int]] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        sides = {*self.authors, *other.authors}
        return Tally(
            self.counts + other.counts,
            {side: _smallest(self.authors.get(side, ()), other.authors.get(side, ())) for side in sides},
        )

    def wrote(self, side: str, author: int) -> None:
        """Somebody of a side is in this group."""
        self.authors[side] = _smallest(self.authors.get(side, ()), (author,))

    def enough(self) -> bool:
        """Whether so many people are in it, on both sides, that nobody can be told from it."""
        return all(len(self.authors.get(side, ())) >= ENOUGH for side in ("supplier", "client"))


def _smallest(*authors: Iterable[int]) -> frozenset[int]:
    return frozenset(sorted({each for some in authors for each in some})[:ENOUGH])


@dataclass(frozen=True, order=True, slots=True)
class Slip:
    """A moment that was worth a tip, in seconds since 1970; everything that could name anyone is a salted hash."""

    at: int
    author: int
    channel: int
    thread: int
    """0 in the channel itself."""
    message: int
    side: str
    pattern: str
    signs: str


@dataclass(frozen=True)
class Counted:
    """Everything that was counted of some channels: parts (channels, weeks, …) of groups, with all in the first."""

    parts: dict[str, dict[str, Tally]] = field(default_factory=lambda: {part: {} for part in PARTS})
    slips: tuple[Slip, ...] = ()
    first: datetime | None = None
    last: datetime | None = None

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            {part: _added(self.parts[part], other.parts[part]) for part in PARTS},
            tuple(sorted({*self.slips, *other.slips})[:MOST_SLIPS]),
            min((at for at in (self.first, other.first) if at), default=None),
            max((at for at in (self.last, other.last) if at), default=None),
        )

    @property
    def whole(self) -> Tally:
        """All of it as one group."""
        return self.parts[WHOLE].get(WHOLE, Tally())

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "parts": {
                part: {
                    name: [dict(tally.counts), {side: sorted(some) for side, some in tally.authors.items()}]
                    for name, tally in groups.items()
                }
                for part, groups in self.parts.items()
            },
            "slips": [astuple(slip) for slip in self.slips],
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
        }


def total(many: Sequence[Counted]) -> Counted:
    """All of them added up: in halves, so that each figure is added a few times only, however many there are."""
    if len(many) < 2:
        return many[0] if many else Counted()
    middle = len(many) // 2
    return total(many[:middle]) + total(many[middle:])


def from_json(found: Mapping[str, Any]) -> Counted:
    """The same again. Raises KeyError, TypeError or ValueError where it is something else."""
    return Counted(
        {
            part: {
                name: Tally(Counter(counts), {side: frozenset(some) for side, some in authors.items()})
                for name, (counts, authors) in found["parts"][part].items()
            }
            for part in PARTS
        },
        tuple(Slip(*slip) for slip in found["slips"]),
        found["first"] and datetime.fromisoformat(found["first"]),
        found["last"] and datetime.fromisoformat(found["last"]),
    )


def _added(some: Mapping[str, Tally], others: Mapping[str, Tally]) -> dict[str, Tally]:
    return {name: some.get(name, Tally()) + others.get(name, Tally()) for name in sorted({*some, *others})}
