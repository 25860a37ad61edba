"""Text of people, made fit to be shown: what cannot be seen is left out, and what reads from the right is known."""

import unicodedata

_TURNING = {*"\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
"""Marks that turn the direction of what follows, and can make a text read as what it is not."""
_LONGEST, _PIECE = 24, 12


def visible(text: str) -> str:
    """The text without control characters and marks that turn its direction; lines stay lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(each for each in lines if each == "\n" or (each not in _TURNING and _is_seen(each)))


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs", "Co", "Zl", "Zp")


def from_right(text: str) -> bool:
    """Whether a text begins in a script that is read from right to left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def breakable(text: str) -> str:
    """The text with invisible places to break in words too long for a column of paper."""
    return "\n".join(" ".join(_broken(word) for word in line.split(" ")) for line in text.split("\n"))


def _broken(word: str) -> str:
    if len(word) <= _LONGEST:
        return word
    pieces = [""]
    for letter in word:
        # Marks and joiners stay with the letter that they belong to.
        joined = unicodedata.combining(letter) or letter in "\u200d\ufe0f" or pieces[-1].endswith("\u200d")
        if len(pieces[-1]) >= _PIECE and not joined:
            pieces.append("")
        pieces[-1] += letter
    return "\u200b".join(pieces)
