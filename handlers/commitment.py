"""Whether a message holds a promise, with an owner and a date: for whoever counts promises."""

from prompts.ear import Commitment, commitment

__all__ = ["Commitment", "commitment"]
