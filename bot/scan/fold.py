"""Groups with too few people in them are shown as one, and so that no group can be found by subtraction."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

from bot.scan.tally import Tally


@dataclass(frozen=True)
class Folded:
    """What may be shown of a part: the groups that are large enough, and all others as one (None when there are none).

    Where even all others together are too few people, there is no part to show at all: then `groups` is empty too.
    """

    groups: Mapping[str, Tally]
    other: Tally | None
    folded: int
    """How many groups are in `other`."""


def fold(groups: Mapping[str, Tally]) -> Folded:
    """Fold what has fewer than five authors on a side.

    What is folded must be at least two groups, and together at least five people a side: with the total known, a
    single one would be what is left when the others are taken off. So the smallest that could have been shown goes
    along where needed.
    """
    small = {name: tally for name, tally in groups.items() if not tally.enough()}
    shown = {name: tally for name, tally in groups.items() if name not in small}
    largest_first = sorted(shown, key=lambda name: (-_size(shown[name]), name))
    while small and largest_first and (len(small) == 1 or not reduce(add, small.values()).enough()):
        name = largest_first.pop()
        small[name] = shown.pop(name)
    return Folded(shown, reduce(add, small.values()) if small and shown else None, len(small) if shown else 0)


def _size(tally: Tally) -> int:
    return sum(times for key, times in tally.counts.items() if key.startswith("judged/"))
