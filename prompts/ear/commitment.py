"""Hears a promise in a message, and whether it says who keeps it and by when. Rules alone; no network."""

from dataclasses import dataclass
from functools import cache

import re2

from prompts.ear.language import small_words
from prompts.ear.listen import HEARD, find_cues
from prompts.ear.rules import LANGUAGES, words_of
from prompts.ear.text import LONGEST, fold, own_words, sentences, unquoted

_KINDS = frozenset(("promise_mine", "promise_named", "promise_ours", "due"))
_BESIDE = 3
"""A name stands this many words from the start of what was heard, at most: before the verb, or behind it."""


@dataclass(frozen=True)
class Commitment:
    """A promise that somebody makes for their own side.

    `owner`: one person is named, `I` or somebody by name or mention; "we" and "it will be done" are nobody. `date`:
    there is a day, a week or a time by which.
    """

    owner: bool
    date: bool


def commitment(text: str, lang: str) -> Commitment | None:
    """The promise in `text` that says most, or None. Owner and date count when they stand in the same sentence as it.

    `lang` is nl or en; in other languages nothing is heard. Never raises.
    """
    if lang not in LANGUAGES:
        return None
    own = unquoted(own_words(text[:LONGEST]))
    folded = fold(own)
    cues = [cue for cue in find_cues(folded, sentences(folded), (lang,), _KINDS) if cue.weight >= HEARD]
    dated = {cue.sentence for cue in cues if cue.kind == "due"}
    found = [
        Commitment(cue.kind != "promise_ours", cue.sentence in dated)
        for cue in cues
        if cue.kind != "due" and (cue.kind != "promise_named" or _names(own, cue.start, cue.end, lang))
    ]
    return max(found, key=lambda each: each.owner + each.date, default=None)


def _names(text: str, start: int, end: int, lang: str) -> bool:
    """Whether a person's name or a mention stands beside the verb."""
    before = "@" if text[:start].endswith("@") else ""
    return any(_is_name(word, lang) for word in (before + text[start:end]).split()[:_BESIDE])


def _is_name(word: str, lang: str) -> bool:
    if word.startswith("@"):
        return True
    folded = fold(word.strip(",.:;()'")).partition(b"'")[0]
    common = small_words()[lang]
    return word[:1].isupper() and folded not in common and _nobody(lang).fullmatch(folded) is None


@cache
def _nobody(lang: str) -> re2._Regexp:
    """Words that stand where a name could, with a capital at the start of a sentence."""
    return re2.compile("|".join(f"(?:{word})" for word in words_of(lang)["nobody"]).encode("ascii"))
