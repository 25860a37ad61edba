"""The ear: what was said in a message, and in which words. Rules with examples, and a trained part; no network."""

from prompts.ear.commitment import Commitment, commitment
from prompts.ear.gist import address, gist
from prompts.ear.hearing import CLIENT_PATTERNS, SIGNS, SUPPLIER_PATTERNS, Hearing
from prompts.ear.language import language, small_words
from prompts.ear.listen import hear
from prompts.ear.meaning import same
from prompts.ear.text import own_words

__all__ = [
    "CLIENT_PATTERNS",
    "SIGNS",
    "SUPPLIER_PATTERNS",
    "Commitment",
    "Hearing",
    "address",
    "commitment",
    "gist",
    "hear",
    "language",
    "own_words",
    "same",
    "small_words",
]
