"""Which items look alike, by words and by meaning: enough to ask about, never enough to decide."""

from collections.abc import Iterator, Mapping
from functools import cache

from rapidfuzz import fuzz

from handlers.register.kinds import OVER
from handlers.turn import Turn
from prompts.ear import same, small_words
from storage import items
from storage.tables import Item

ALIKE = 76
"""From this likeness, out of 100, it is worth asking; chosen for few needless questions (docs/decisions.md)."""
FEW = 2
"""With so few words that matter, all of them must be about the same."""
LOOKED_AT = 300
"""So many items of a kind are compared by their words, the newest; older ones are not what is reported again today."""


def likeness(one: str, other: str) -> float:
    """How much two sentences have the same words, from 0 to 100; small words and their order do not count."""
    left, right = _words(one), _words(other)
    if not left or not right:
        return 0.0
    few = min(len(left.split()), len(right.split())) <= FEW
    return float((fuzz.token_sort_ratio if few else fuzz.token_set_ratio)(left, right))


def _words(text: str) -> str:
    letters = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    return " ".join(word for word in letters.split() if word.encode() not in _small())


@cache
def _small() -> frozenset[bytes]:
    return frozenset().union(*small_words().values())


def like(turn: Turn, item: Item, *, over: bool = False) -> list[Item]:
    """What looks like an item, the most alike first: of the same kind and side; with `over`, also what is over."""
    found = []
    for each in beside(turn, item, over=over):
        score = likeness(words(item), words(each))
        if score >= ALIKE or each.id in near(item) or item.id in near(each):
            found.append((-score, each.id, each))
    return [each for _, _, each in sorted(found)]


def beside(turn: Turn, item: Item, *, over: bool = False) -> Iterator[Item]:
    """What an item may be compared with: of the same kind and side; with `over`, also what is over."""
    for each in items.newest(turn.db, item.project, item.kind, LOOKED_AT):
        going_on = (each.kind, each.state) not in OVER
        if each.id != item.id and each.side == item.side and (going_on or (over and each.state != "withdrawn")):
            yield each


def words(item: Item) -> str:
    """What of an item is compared."""
    return item.words.get("what", "")


def near(item: Item) -> set[int]:
    """Rows of what was found to mean the same, when it was filed."""
    return set(map(int, (item.near or "").split()))


def means_the_same(text: str, others: Mapping[int, str]) -> tuple[int, ...]:
    """Which of these mean the same as a text; this takes seconds, so it is asked before a transaction."""
    return same(text, others)
