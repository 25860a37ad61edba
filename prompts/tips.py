"""Chooses a tip and words it. All tips stand in prompts/{nl,en}/tips.toml."""

import re
from dataclasses import dataclass
from functools import cache

from prompts import LANGUAGES, Phrasebook, phrasebook


@dataclass(frozen=True)
class Chosen:
    """A tip, ready to show. `move` is the kind of suggestion; `starter` is a beginning for its author to go on with."""

    name: str
    move: str
    text: str
    starter: str


def choose(language: str, pattern: str, *, other: str | None, address: str | None, turn: int) -> Chosen:
    """The tip for what was heard (`pattern`), in the language of its reader.

    `other` is the gist of what the other side wrote, quoted in the starter; `address` is how they address people in
    Dutch (je, u or jullie; jullie when not known). `turn` counts the tips this author had for this pattern, so that
    the next one differs; tips made for something the other side names come first. A pattern without tips
    raises KeyError.
    """
    book = phrasebook(language)
    gist = _tidy(other)
    heard = _signals(gist)
    wanted = {name: frozenset(tip.get("when", ())) for name, tip in book.table(f"tips.tip.{pattern}").items()}
    fitting = [name for name, when in wanted.items() if when & heard] + [name for name in wanted if not wanted[name]]
    return _worded(book, pattern, fitting[turn % len(fitting)], gist, address)


def tip_named(language: str, name: str, *, other: str | None = None, address: str | None = None) -> Chosen:
    """The tip called `name`, to show it again, with the words of the other side while they are still remembered.

    KeyError if there is none.
    """
    book = phrasebook(language)
    for pattern, tips in book.table("tips.tip").items():
        if name in tips:
            return _worded(book, pattern, name, _tidy(other), address)
    raise KeyError(f"no tip is called {name!r}")


def why(language: str, pattern: str, quote: str | None) -> tuple[str, str]:
    """Why there is a tip: how it comes about that people write this, and what was recognised in the message."""
    book = phrasebook(language)
    about = f"tips.why.{pattern}"
    recognised = book.say(f"{about}.recognised", quote=quote) if quote else book.say(f"{about}.recognised_unquoted")
    return book.say(f"{about}.mechanism"), recognised


def _worded(book: Phrasebook, pattern: str, name: str, gist: str, address: str | None) -> Chosen:
    tip = f"tips.tip.{pattern}.{name}"
    starter = f"{tip}.starter_with" if gist and book.has(f"{tip}.starter_with") else f"{tip}.starter"
    form = f"{starter}.{address or 'jullie'}"
    return Chosen(
        name=name,
        move=book.say(f"{tip}.move"),
        text=book.say(f"{tip}.text"),
        starter=book.say(form if book.has(form) else starter, gist=gist),
    )


def _tidy(other: str | None) -> str:
    # It is quoted in a sentence that has its own full stop.
    return " ".join((other or "").split()).rstrip(" .,;:")


def _signals(gist: str) -> frozenset[str]:
    """What the other side names. A bare number may be an error code, a bare weekday may be in the past."""
    words = ["0" if word.isdigit() else word for word in re.findall(r"[\w']+", gist.casefold().replace("’", "'"))]
    people = _vocabulary("people")
    found = {
        "people": not people.isdisjoint(words),
        "number": _near(words, _vocabulary("number") | {"0"}, _vocabulary("counted") | people, reach=1),
        "deadline": _near(words, _vocabulary("until"), _vocabulary("moment"), reach=3),
    }
    return frozenset(signal for signal, there in found.items() if there)


def _near(words: list[str], first: frozenset[str], then: frozenset[str], *, reach: int) -> bool:
    """Whether a word of `first` has one of `then` at most `reach` words after it."""
    return any(word in first and not then.isdisjoint(words[at + 1 : at + 1 + reach]) for at, word in enumerate(words))


@cache
def _vocabulary(kind: str) -> frozenset[str]:
    # Of all languages together: the other side need not write in the language of the reader.
    return frozenset(word for language in LANGUAGES for word in phrasebook(language).list(f"tips.signal.{kind}"))
