"""What somebody's message means for their work, in their own words, to start an answer with."""

from itertools import pairwise

import re2

from prompts.ear.language import tongues
from prompts.ear.listen import find_cues
from prompts.ear.text import LONGEST, fold, own_words, sentences

_CLAUSE = re2.compile(
    rb"[,;:()] *(?:(?:en|maar|want|omdat|dus|and|but|because|so) +)?| - "
    rb"| +(?:maar|want|omdat|terwijl|but|because|while) +"
)
_WORTH = {"impact_feedback": 2.0, "trouble": 0.5, "umpteenth": 0.3}
"""How much each kind of cue says about somebody's work."""
_SHORTEST = 12
_NUMBER = re2.compile(
    rb"\b\d+\b|\b(?:twee|drie|vier|vijf|zes|tien|twintig|dertig|veertig|two|three|four|five|six|ten|twenty|forty)\b"
)
_FORMS = {
    "u": re2.compile(rb"\b(?:u|uw)\b"),
    "jullie": re2.compile(rb"\bjullie\b"),
    "je": re2.compile(rb"\b(?:je|jij|jou|jouw)\b"),
}


def gist(text: str, longest: int = 90) -> str | None:
    """The clause of `text` that best shows what it means for their work, at most `longest` characters, or None."""
    own = own_words(text[:LONGEST])
    _, languages = tongues(own)
    folded = fold(own)
    best, chosen = 0.0, None
    for start, end in _clauses(folded, longest):
        piece = folded[start:end]
        cues = find_cues(piece, [(0, len(piece))], languages, _WORTH)
        score = sum(
            worth * max((cue.weight for cue in cues if cue.kind == kind), default=0) for kind, worth in _WORTH.items()
        )
        if score and _NUMBER.search(piece):
            score += 0.5
        if score > best:
            best, chosen = score, text[start:end]
    return chosen if best >= 1 else None


def address(text: str) -> str | None:
    """Which Dutch form the writer uses for who they write to: u, je, jullie, or None when it does not show."""
    folded = fold(own_words(text[:LONGEST]))
    return next((form for form, pattern in _FORMS.items() if pattern.search(folded)), None)


def _clauses(folded: bytes, longest: int) -> list[tuple[int, int]]:
    """Sentences that are short enough, and else their clauses, without the punctuation around them."""
    found = []
    for start, end in sentences(folded):
        cuts = [
            (start, start),
            *((start + m.start(), start + m.end()) for m in _CLAUSE.finditer(folded[start:end])),
            (end, end),
        ]
        whole = [(start, end)] + [(before[1], after[0]) for before, after in pairwise(cuts)]
        for begin, stop in whole:
            piece = folded[begin:stop]
            begin += len(piece) - len(piece.lstrip(b" \n\t.,;:!?\"'-"))
            stop -= len(piece) - len(piece.rstrip(b" \n\t.,;:!?\"'-"))
            if _SHORTEST <= stop - begin <= longest:
                found.append((begin, stop))
    return found
