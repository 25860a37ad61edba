"""The trained part of the ear: how likely each label is, from pieces, from what the encoder hears, and from rules.

Plain arithmetic. The judge that counts pieces is cheap and comes first; the encoder is dear and comes only when the
first is in doubt or a rule hits. `python -m bench.ear.train` makes the weights, one file for each side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from math import exp, log

import numpy as np

from prompts.ear.encoder import Numbers, shares
from prompts.ear.pieces import pieces, plain

PIECES_OF_CONTEXT = 0.5
"""How much the pieces of what is answered count."""
TRUST_PIECES, TRUST_ENCODER, TRUST_RULES = 1.0, 0.7, 1.5
"""How much each counts in the end; chosen on the development set."""
_LITTLE = 1e-4
_CALIBRATED = {"supplier": (0.434, -0.355), "client": (0.583, -0.401)}
"""Slope and lift of the logistic curve from a share to how often a label with that share is right, for each side;
fitted on the development set and the field."""


@dataclass(frozen=True)
class Head:
    """The weights for one side."""

    labels: tuple[str, ...]
    rarity: Numbers
    """How much each piece counts: text, context."""
    pieces: Numbers
    """Weight of each piece for each label: text, context."""
    pieces_bias: Numbers

    def count(self, text: str, context: str | None) -> Numbers:
        """How likely each label is by the pieces alone."""
        logits = self.pieces_bias.copy()
        for part, words in enumerate((text, context)):
            if not words:
                continue
            found = pieces(plain(words))
            buckets = np.fromiter(found, np.int64, len(found))
            weights = np.fromiter(found.values(), np.float32, len(found)) * self.rarity[part, buckets]
            length = float(np.sqrt((weights**2).sum())) or 1.0
            logits += (1.0, PIECES_OF_CONTEXT)[part] * (weights / length) @ self.pieces[part, buckets]
        return shares(logits)

    def weigh(self, counted: Numbers, encoded: Mapping[str, float], cues: Mapping[str, float]) -> dict[str, float]:
        """How likely each label is, all things considered."""
        heard = np.array([encoded[label] for label in self.labels], np.float32)
        ruled = np.array([cues.get(label, 0.0) for label in self.labels], np.float32)
        logits = TRUST_PIECES * evidence(counted) + TRUST_ENCODER * evidence(heard) + TRUST_RULES * ruled
        return dict(zip(self.labels, map(float, shares(logits)), strict=True))


def confidence(side: str, share: float) -> float:
    """How often a label that got this share is right: the trained part is surer of itself than it should be."""
    slope, lift = _CALIBRATED[side]
    share = min(max(share, _LITTLE), 1 - _LITTLE)
    return 1 / (1 + exp(-slope * log(share / (1 - share)) - lift))


def evidence(likely: Numbers) -> Numbers:
    """Shares as logarithms, which can be added up."""
    return np.log(np.maximum(likely, _LITTLE)).astype(np.float32)


def head(side: str) -> Head:
    """The weights for one side."""
    with np.load(str(files(__package__) / f"{side}.npz")) as stored:
        numbers = {name: stored[name].astype(np.float32) for name in stored.files if name != "labels"}
        return Head(labels=tuple(map(str, stored["labels"])), **numbers)
