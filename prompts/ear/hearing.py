"""What the ear answers: the one type that everything which listens shares."""

from dataclasses import dataclass

SUPPLIER_PATTERNS = ("normalising", "technical_diversion", "vague_deferral", "blame_shifting")
CLIENT_PATTERNS = ("impactless_complaint",)
"""What is worth a tip. `impact_feedback` and `none` are heard too, and left alone."""


@dataclass(frozen=True)
class Hearing:
    """What was said in one message (or in a burst of them, joined by newlines).

    `label` is a pattern, `impact_feedback` or `none`; `confidence` runs from 0 to 1; `lang` is nl, en or other.
    `quote` is the phrase that gave it away, a substring of the text, or None. `nudge` says whether the ear is sure
    enough for a tip. `signs` are facts about the moment that the handlers weigh, see `SIGNS`.
    """

    label: str
    confidence: float
    nudge: bool
    lang: str
    quote: str | None = None
    signs: frozenset[str] = frozenset()
    unsure: bool = False
    """Whether a pattern was heard, but not surely enough for a tip."""
    question: str | None = None
    """A better question to begin an answer with, where somebody thought of one."""


SIGNS = {
    "emergency": "danger to a patient, a client or their data",
    "outage": "something is down for many, right now",
    "umpteenth": "says that it happened or was asked for before, again and again",
    "waiting": "says that something promised or asked for is late",
    "acknowledges": "names or recognises what it means for the other",
    "commits": "names who does something and by when",
    "asks": "asks what it means for the other, for whom, how often",
    "banter": "a joke or small talk",
}
