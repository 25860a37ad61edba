"""Which language a message is in: a count of small words, and a trained guess for when that does not tell."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from prompts.ear.text import fold

_WORD = re.compile(rb"[a-z']+")
_LIKELY = ("nl", "en", "de", "fr", "es", "it", "pt", "pl", "tr", "ro", "da", "sv", "no", "id", "cs", "hu", "fi")
_SHORT = 5
"""Up to so many words a text may be in either language."""
_JUDGED = 600
"""How many characters tell the language."""


@cache
def small_words() -> dict[str, frozenset[bytes]]:
    """The small words of every language that is told apart, folded: the, and, niet, een."""
    table = tomllib.loads((files(__package__) / "languages.toml").read_text("utf-8"))
    return {lang: frozenset(word.encode() for word in words) for lang, words in table.items()}


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LIKELY)
    return identifier


def tongues(text: str) -> tuple[str, tuple[str, ...]]:
    """The language of `text` (nl, en or other) and the languages by whose rules it is to be judged."""
    text = text[:_JUDGED]
    letters = sum(char.isalpha() for char in text)
    words = _WORD.findall(fold(text))
    if not words or sum(len(word) for word in words) < letters / 2:
        return "other", ()
    counts = {lang: sum(word in small for word in words) for lang, small in small_words().items()}
    nl, en = counts["nl"], counts["en"]
    best, most = ("nl", nl) if nl >= en else ("en", en)
    foreign = counts["other"] > most
    if not foreign and most >= 2 and most * 5 >= len(words):
        return best, ("nl", "en") if len(words) <= _SHORT or 4 * min(nl, en) >= most else (best,)
    guess, sure = _identifier().classify(text.lower())
    if len(words) <= _SHORT:
        if foreign or (most == 0 and guess not in ("nl", "en") and sure > 0.6):
            return "other", ()
        if nl == en:
            best = "nl" if dict(_identifier().rank(text.lower()))["nl"] >= 0.5 or guess == "nl" else "en"
        return best, ("nl", "en")
    if guess in ("nl", "en") and not foreign:
        return guess, ("nl", "en")
    return "other", ()


def language(text: str) -> str:
    """nl, en or other. Of a text that is too short to tell: the likelier of nl and en."""
    return tongues(text)[0]
