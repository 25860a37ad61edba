"""Reads JSON of any length one row at a time, however the rows are wrapped, in no more memory than a row takes."""

import json
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO

from bot.scan.archive import UNREADABLE, Broken, File

LONGEST_ROW = 16 * 2**20
"""Letters of one row, or of what stands around the rows. More is no message but a bomb."""
_CHUNK = 2**20
_BLANK = " \t\r\n\ufeff"

Row = dict[str, object]


def rows(file: File) -> Iterator[Row]:
    """The objects in a file: one after another, on lines of their own, in a list, or in the `value` of an answer by
    Microsoft Graph; and any of these in a list again.

    Raises Broken where the file is damaged or locked or is not JSON; by then the rows before that have been given.
    """
    try:
        with file.open() as stream:
            for value in _values(_Window(_text(stream))):
                yield from _unwrapped(value)
    except UNREADABLE as error:
        raise Broken("cannot be read any further: the file or the zip is damaged or locked") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Broken("is not valid JSON") from error


class _Window:
    """The part of a text that is being looked at; it grows only as far as what is read there needs."""

    def __init__(self, text: IO[str]) -> None:
        self._source = text
        self._decoder = json.JSONDecoder()
        self._seen = ""
        self._at = 0

    def peek(self) -> str:
        """The next letter that is not blank, or nothing at the end."""
        while True:
            while self._at < len(self._seen):
                if self._seen[self._at] not in _BLANK:
                    return self._seen[self._at]
                self._at += 1
            if not self._more(_CHUNK):
                return ""

    def skip(self, letter: str) -> bool:
        """Whether the next letter is this one, which is then left behind."""
        if self.peek() != letter:
            return False
        self._at += 1
        return True

    def value(self) -> object:
        """The next value, whole. Raises ValueError when it is not JSON, and Broken when it is too long."""
        self.peek()
        wanted = _CHUNK
        while True:
            try:
                found, end = self._decoder.raw_decode(self._seen, self._at)
            except ValueError:
                if not self._more(wanted):
                    raise
            else:
                # A number at the very end of what was read may go on after it.
                if end < len(self._seen) or not self._more(wanted):
                    self._at = end
                    return found
            wanted *= 2

    def _more(self, letters: int) -> bool:
        left = len(self._seen) - self._at
        if left > LONGEST_ROW:
            raise Broken(f"holds a message longer than {LONGEST_ROW // 2**20} MiB")
        new = self._source.read(letters)
        self._seen = self._seen[self._at :] + new
        self._at = 0
        return bool(new)


def _values(window: _Window) -> Iterator[object]:
    while window.peek():
        if window.skip("["):
            yield from _listed(window)
        elif window.skip("{"):
            yield from _object(window)
        else:
            raise ValueError("neither a list nor an object")


def _listed(window: _Window) -> Iterator[object]:
    while not window.skip("]"):
        yield window.value()
        if not window.skip(",") and window.peek() != "]":
            raise ValueError("a list that does not go on")


def _object(window: _Window) -> Iterator[object]:
    """An object is a row, unless it has a list `value`: then the rows are in there, and it may be very long."""
    fields: Row = {}
    wraps = False
    while not window.skip("}"):
        name = window.value()
        if not isinstance(name, str) or not window.skip(":"):
            raise ValueError("an object without names")
        if name == "value" and window.skip("["):
            wraps = True
            yield from _listed(window)
        else:
            fields[name] = window.value()
        if not window.skip(",") and window.peek() != "}":
            raise ValueError("an object that does not go on")
    if not wraps:
        yield fields


def _unwrapped(value: object) -> Iterator[Row]:
    if isinstance(value, dict):
        inside = value.get("value")
        yield from (row for row in inside if isinstance(row, dict)) if isinstance(inside, list) else (value,)


def _text(stream: IO[bytes]) -> IO[str]:
    """Windows writes UTF-16 where nobody asks for anything else."""
    start = stream.read(4)
    stream.seek(0)
    return TextIOWrapper(stream, json.detect_encoding(start))
