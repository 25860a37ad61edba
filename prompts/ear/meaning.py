"""What means the same, in other words or in the other language.

By the vectors of the ear's model as it was before it was tuned: tuned, they tell how something is said, not what.
"""

from collections.abc import Mapping
from functools import cache, lru_cache

import numpy as np

from prompts.ear.encoder import Body, Numbers
from prompts.ear.language import language
from prompts.ear.trained import trained

SAME, TRANSLATED = 0.94, 0.885
"""From this cosine on two texts mean the same: in one language, and in two (docs/decisions.md)."""
LONGEST = 300
"""Characters that are compared: what it is about stands at the start."""
_KEPT = 1_000
"""So many vectors are remembered, as long as this process lives."""


def same(text: str, others: Mapping[int, str]) -> tuple[int, ...]:
    """Which of these mean the same as a text, the nearest first. None, where the model is not there."""
    body = _untuned()
    if body is None or not text.strip():
        return ()
    mine, tongue = _vector(text), language(text)
    found = []
    for number, other in others.items():
        near = float(mine @ _vector(other))
        if near >= (SAME if language(other) == tongue else TRANSLATED):
            found.append((-near, number))
    return tuple(number for _, number in sorted(found))


@cache
def _untuned() -> Body | None:
    learnt = trained()
    return Body(learnt.image) if learnt is not None else None


@lru_cache(_KEPT)
def _vector(text: str) -> Numbers:
    body = _untuned()
    if body is None:
        raise ValueError("the model is not there")
    tokens = body.image.tokens(f"query: {text[:LONGEST]}")
    mean: Numbers = body.states([body.image.first, *tokens, body.image.last]).mean(axis=0)
    found: Numbers = mean / np.linalg.norm(mean)
    return found
