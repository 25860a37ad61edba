"""Which items look alike, by their words: enough to ask about, never enough to decide."""

from functools import cache

from rapidfuzz import fuzz

from handlers.register.kinds import OVER
from handlers.turn import Turn
from prompts.ear import small_words
from storage import items
from storage.tables import Item

ALIKE = 76
"""From this likeness, out of 100, it is worth asking; chosen for few needless questions (docs/decisions.md)."""
FEW = 2
"""With so few words that matter, all of them must be about the same."""
LOOKED_AT = 300
"""So many items of a kind are compared, the newest; older ones are not what is reported again today."""


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
    for each in items.newest(turn.db, item.project, item.kind, LOOKED_AT):
        going_on = (each.kind, each.state) not in OVER
        if each.id != item.id and each.side == item.side and (going_on or (over and each.state != "withdrawn")):
            score = likeness(item.words.get("what", ""), each.words.get("what", ""))
            if score >= ALIKE:
                found.append((-score, each.id, each))
    return [each for _, _, each in sorted(found)]
