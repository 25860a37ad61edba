"""Lines that hold on to each other: each has a SHA-256 over the one before it and itself, so that no line can be
changed, moved, taken out or put in without all that follow it telling so.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

BEGIN = "0" * 64
"""What stands before the first line."""


def line(entry: Mapping[str, Any]) -> str:
    """An entry in the one form in which it is counted: JSON in ASCII, its keys in order, without spaces."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def link(before: str, written: str) -> str:
    """The hash of a line: over the hash before it, a space and the line itself."""
    return hashlib.sha256(f"{before} {written}".encode()).hexdigest()


def hashes(lines: Iterable[str]) -> Iterator[str]:
    """The hash of each line, in order."""
    before = BEGIN
    for written in lines:
        before = link(before, written)
        yield before


def last(lines: Iterable[str]) -> str:
    """The hash of the last line, which speaks for all of them."""
    found = BEGIN
    for each in hashes(lines):
        found = each
    return found
