"""What a language model gets to read for a second opinion, and which of its words can be shown."""

import re
import secrets
import tomllib
from functools import cache
from importlib.resources import files

from prompts.ear.language import language, small_words
from prompts.ear.text import own_words

LONGEST, LONGEST_CONTEXT = 1_500, 500
"""Characters of the message, and of what it answers, once masked."""
_READ = 4_000

_ADDRESS = re.compile(
    r"https?://\S+|www\.\S+|<[^>\n]*>|\S+@\S+|@\w+"
    r"|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?"  # a name of a site
    r"|(?:/[\w.-]+){2,}",  # a path
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\w*\d\w*(?:[.,:/-]\w*\d\w*)*")
_WORD = re.compile(r"[^\W\d_]\w*(?:-\w+)*")


@cache
def _words() -> dict[str, str]:
    return tomllib.loads((files(__package__) / "second.toml").read_text("utf-8"))


def task(text: str, side: str, context: str | None) -> tuple[str, str]:
    """What the model is told to do, and what it is to do it with: fenced, and masked."""
    # Nobody can close a fence that is made anew every time.
    fence, other_fence = secrets.token_hex(8), secrets.token_hex(8)
    said = f"{fence}\n{masked(text)[:LONGEST]}\n{fence}"
    if context:
        said += f"\n{other_fence}\n{masked(context)[:LONGEST_CONTEXT]}\n{other_fence}"
    return _words()[side] + _words()["task"].format(fence=fence, other_fence=other_fence), said


def masked(text: str) -> str:
    """`text` without addresses, code, numbers and names; the same name gets the same mask.

    Rather too much than too little: every word with a capital counts as a name, unless it is one of the small words.
    A name without a capital cannot be told from another word, and stays.
    """
    names: dict[str, str] = {}
    common = small_words()["nl"] | small_words()["en"]

    def name(found: re.Match[str]) -> str:
        word = found.group()
        if not word[0].isupper() or word.casefold().encode() in common:
            return word
        letters = names.setdefault(word.casefold(), _letters(len(names)))
        return f"[{letters}]"

    own = re.sub("[ \t]+", " ", own_words(text[:_READ])).strip().translate({ord("["): "(", ord("]"): ")"})
    hidden = _NUMBER.sub("[#]", _ADDRESS.sub("[…]", own))
    pieces = re.split(r"(\[[#…]\])", hidden)
    return "".join(piece if piece.startswith("[") else _WORD.sub(name, piece) for piece in pieces)


def _letters(number: int) -> str:
    return chr(ord("A") + number % 26) * (1 + number // 26)


def question(said: str, lang: str) -> str | None:
    """A question that can be shown: one line in the right language, without names, numbers, links or markup."""
    asked = " ".join(said.split())
    if not 10 <= len(asked) <= 160 or not asked.endswith("?"):
        return None
    if re.search(r"[\[\]<>@*_`#|\\{}\d]|://|www\.|\b\w+\.\w{2,}\b", asked) or language(asked) != lang:
        return None
    return asked
