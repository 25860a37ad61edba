"""Tables of the page of a scan, and charts with their table next to them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import htpy as h

from bot.scan.page.words import Words

Told = Mapping[str, Any]
_NARROW = 4
"""Columns that fit beside a chart; more need the whole width."""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str, *, seen: bool = True) -> h.Element:
    """The first column names its row. It scrolls by itself where it is wider than the page, also with the keyboard.

    Where the same words stand above it as a heading, the caption is only said to who cannot see that.
    """
    return h.div(".scroll", tabindex="0", role="region", aria_label=caption)[
        h.table[
            h.caption(class_=None if seen else "sr")[caption],
            h.thead[h.tr[(h.th(scope="col")[head] if head else h.td for head in heads)]],
            h.tbody[(h.tr[h.th(scope="row")[row[0]], (h.td[cell] for cell in row[1:])] for row in rows)],
        ]
    ]


def both(words: Words, name: str, chart: h.Element, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> h.Element:
    """A chart, and the same figures as a table."""
    title = words.say(f"{name}.chart")
    return h.div(".both" if len(heads) <= _NARROW else ".both.wide")[
        h.figure[h.figcaption[title], chart], table(heads, rows, f"{title}. {words.say('table')}.")
    ]


def other(part: Told, words: Words) -> h.Node:
    """What stands under "other", where anything does."""
    if not part["other"]:
        return None
    return h.p(".note")[words.say("other_note", groups=words.number(part["folded"]), other=words.say("other"))]
