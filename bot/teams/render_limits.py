"""How much fits where in Teams, and how text and elements are cut to that."""

import json
import re
from collections.abc import Sequence
from typing import Any

Element = dict[str, Any]
"""A piece of an Adaptive Card, as its JSON has it."""

LIMITS = {
    "actions": 6,
    "alt": 1000,
    "button": 75,
    "card": 28 * 1024,
    "checks": 10,
    "choice": 150,
    "choices": 100,
    "heading": 150,
    "label": 300,
    "name": 80,
    "radios": 5,
    "reason": 1000,
    "summary": 300,
    "text": 3000,
    "title": 64,
    "url": 2000,
    "value": 2000,
}
"""In characters or pieces, `card` in bytes of UTF-8. Teams itself sets `actions` (buttons in sight in one row) and, in
its oldest clients and connectors, `card`; a bot's message may hold some 80 KB. The others keep a card readable."""

REST: Element = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "…", "isSubtle": True}]}
"""Stands where something was left out."""

# Clients replace {{DATE(…)}} and {{TIME(…)}} in any text by a moment in the reader's own time zone.
_EVALUATED = re.compile(r"\{(?=\{(?:DATE|TIME)\()")
_JOINER = "\N{WORD JOINER}"
_AROUND = 2048
"""Bytes, amply, for the frame of a card with its summary."""
_TO_PRESS = re.compile(r"ActionSet|Input\..*")


def shortened(text: str, limit: str) -> str:
    """`text` in at most `LIMITS[limit]` characters; what is cut off shows as "…"."""
    most = LIMITS[limit]
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def literal(text: str) -> str:
    """`text` in which no client finds a date to translate."""
    return _EVALUATED.sub("{" + _JOINER, text)


def line(text: str, limit: str) -> str:
    """`text` for a title or label, which Teams does not take empty."""
    return shortened(literal(text.strip()), limit) or "…"


def kept(value: str, limit: str) -> str:
    """`value` itself, for half an address or id is a wrong one. Raises ValueError when it is too long."""
    if len(value) > LIMITS[limit]:
        raise ValueError(f"a card in Teams takes {LIMITS[limit]} characters for {limit}, this has {len(value)}")
    return value


def fitting(body: Sequence[Element], actions: Sequence[Element]) -> list[Element]:
    """The elements for which a card with these `actions` has room, with "…" where the first is missing.

    Inputs and buttons go first: a card without its last words still works, one without its buttons does not.
    """
    room = LIMITS["card"] - _size(actions) - _AROUND
    fit: set[int] = set()
    for pressed in (True, False):
        for index, element in enumerate(body):
            if bool(_TO_PRESS.fullmatch(element["type"])) is pressed:
                room -= _size(element)
                if room >= 0:
                    fit.add(index)
    missing = next((index for index in range(len(body)) if index not in fit), len(body))
    rest = [REST] if missing < len(body) else []
    return [*body[:missing], *rest, *(body[index] for index in sorted(fit) if index > missing)]


def _size(element: object) -> int:
    return len(json.dumps(element, ensure_ascii=False).encode()) + len(", ")
