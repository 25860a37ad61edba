"""The trained part of the ear: from pieces, vectors and rules to how likely each label is. Plain arithmetic.

Two judges look at a message and at what it answers: one counts pieces (cheap), one compares its vector with those of
six hundred examples (dear). A third weighs both with what the rules heard. `bench.ear.train` makes all three.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.ear import encoder
from bench.ear.grams import grams, plain

Numbers = NDArray[np.float32]

CONTEXT_WEIGHT = 0.7
"""How much what is answered counts in the distance between two messages."""
PIECES_OF_CONTEXT = 0.5
"""How much its pieces count."""
_LITTLE = 1e-4


@dataclass(frozen=True)
class Head:
    """The weights for one side."""

    labels: tuple[str, ...]
    rarity: Numbers
    """How much each piece counts: text, context."""
    pieces: Numbers
    """Weight of each piece for each label: text, context."""
    pieces_bias: Numbers
    middle: Numbers
    spread: Numbers
    """Mean and standard deviation of the vectors: text, context."""
    examples: Numbers
    gamma: float
    likeness: Numbers
    """Weight of the likeness to each example for each label."""
    likeness_bias: Numbers
    weighing: Numbers
    weighing_bias: Numbers

    def count(self, text: str, context: str | None) -> Numbers:
        """How likely each label is by the pieces alone."""
        logits = self.pieces_bias.copy()
        for part, words in enumerate((text, context)):
            if not words:
                continue
            found = grams(plain(words))
            buckets = np.fromiter(found, np.int64, len(found))
            weights = np.fromiter(found.values(), np.float32, len(found)) * self.rarity[part, buckets]
            length = float(np.sqrt((weights**2).sum())) or 1.0
            logits += (1.0, PIECES_OF_CONTEXT)[part] * (weights / length) @ self.pieces[part, buckets]
        return _shares(logits)

    def compare(self, text: str, context: str | None) -> Numbers:
        """How likely each label is by the vectors."""
        shorter = [text[: encoder.TEXT]] + ([context[: encoder.CONTEXT]] if context else [])
        vectors = encoder.encode(shorter)
        return self.compared(vectors[0], vectors[1] if context else None)

    def compared(self, text: Numbers, context: Numbers | None) -> Numbers:
        """The same, of vectors that are known."""
        placed = place(text, context, self.middle, self.spread)
        distance = ((self.examples - placed) ** 2).sum(axis=1)
        return _shares(np.exp(-self.gamma * distance) @ self.likeness + self.likeness_bias)

    def weigh(self, counted: Numbers, compared: Numbers, cues: Mapping[str, float]) -> dict[str, float]:
        """How likely each label is, all things considered."""
        signals = np.concatenate(
            [evidence(counted), evidence(compared), [cues.get(label, 0.0) for label in self.labels]]
        )
        shares = _shares(signals.astype(np.float32) @ self.weighing + self.weighing_bias)
        return dict(zip(self.labels, map(float, shares), strict=True))


def place(text: Numbers, context: Numbers | None, middle: Numbers, spread: Numbers) -> Numbers:
    """Where a message and what it answers lie among the others: the coordinates that distances are measured in."""
    width = text.shape[-1]
    here = (text - middle[0]) / spread[0] / np.sqrt(width)
    there = np.zeros_like(here) if context is None else (context - middle[1]) / spread[1] / np.sqrt(width)
    return np.concatenate([here, CONTEXT_WEIGHT * there])


def evidence(shares: Numbers) -> Numbers:
    """Shares as logarithms, which can be added up."""
    return np.log(np.maximum(shares, _LITTLE)).astype(np.float32)


def _shares(logits: Numbers) -> Numbers:
    powers = np.exp(logits - logits.max())
    shares: Numbers = (powers / powers.sum()).astype(np.float32)
    return shares
