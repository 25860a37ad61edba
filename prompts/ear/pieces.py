"""Pieces of a message that can be counted: runs of words, and of letters within words."""

import math
from zlib import crc32

from prompts.ear.text import fold, own_words

BUCKETS = 1 << 17
"""How many counters there are; pieces that share one are taken as the same."""
LONGEST = 1500
_WORDS, _LETTERS = (1, 2, 3), (2, 3, 4)


def plain(text: str, longest: int = LONGEST) -> str:
    """Somebody's own words in lower case, without accents and with single spaces."""
    return " ".join(fold(own_words(text[: 2 * longest])).decode("ascii").split())[:longest]


def pieces(text: str) -> dict[int, float]:
    """How much of which pieces is in a plain text: bucket to one plus the logarithm of the count."""
    counts: dict[int, int] = {}
    words = text.split(" ")
    found = ["w" + " ".join(words[i : i + n]) for n in _WORDS for i in range(len(words) - n + 1)]
    for word in words:
        framed = f" {word} "
        found += ["c" + framed[i : i + n] for n in _LETTERS for i in range(len(framed) - n + 1)]
    for piece in found:
        bucket = crc32(piece.encode()) % BUCKETS
        counts[bucket] = counts.get(bucket, 0) + 1
    return {bucket: 1 + math.log(count) for bucket, count in counts.items()}
