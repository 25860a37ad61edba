"""Charts as plain SVG: drawn here, without script, and said in words for who cannot see them."""

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

_WIDE, _LINE, _BAR = 440, 46, 14
_HIGH, _COLUMNS = 150, 420


@dataclass(frozen=True)
class Bar:
    """One bar: how long, what is written at it, and in which colour (supplier, client, good, open, quiet)."""

    label: str
    value: float
    text: str
    colour: str
    low: float | None = None
    """Where the real value may begin by chance, and end."""
    high: float | None = None


def bars(name: str, title: str, describe: str, rows: Sequence[Bar]) -> h.Element:
    """Bars under each other, each with its label above it. `name` is unique on the page."""
    most = max((max(row.value, row.high or 0) for row in rows), default=0) * 1.02 or 1
    drawn: list[h.Node] = []
    for at, row in enumerate(rows):
        top = at * _LINE
        drawn += [
            _text(x=0, y=top + 16)[row.label],
            _text(".value", x=_WIDE, y=top + 16, text_anchor="end")[row.text],
            _rect(".track", x=0, y=top + 22, width=_WIDE, height=_BAR, rx=3),
            _rect(f".{row.colour}", x=0, y=top + 22, width=_n(_WIDE * row.value / most), height=_BAR, rx=3),
        ]
        if row.low is not None and row.high is not None:
            low, high, middle = _WIDE * row.low / most, _WIDE * row.high / most, top + 22 + _BAR // 2
            drawn.append(_line(".whisker", x1=_n(low), x2=_n(high), y1=middle, y2=middle))
            drawn += [_line(".whisker", x1=_n(x), x2=_n(x), y1=middle - 4, y2=middle + 4) for x in (low, high)]
    return _drawing(name, title, describe, len(rows) * _LINE, drawn)


def columns(name: str, title: str, describe: str, rows: Sequence[Bar]) -> h.Element:
    """Columns next to each other; only the first and the last have their label, the highest its figure."""
    most = max((row.value for row in rows), default=0) or 1
    step = _COLUMNS / max(len(rows), 1)
    drawn: list[h.Node] = [_line(".axis", x1=0, x2=_WIDE, y1=_HIGH + 24, y2=_HIGH + 24)]
    for at, row in enumerate(rows):
        high = _HIGH * row.value / most
        drawn.append(
            _rect(
                f".{row.colour}",
                x=_n(at * step + step * 0.1),
                y=_n(_HIGH + 24 - high),
                width=_n(step * 0.8),
                height=_n(high),
            )
        )
    if rows:
        top = max(range(len(rows)), key=lambda at: rows[at].value)
        drawn += [
            _text(x=0, y=_HIGH + 44)[rows[0].label],
            _text(x=_WIDE, y=_HIGH + 44, text_anchor="end")[rows[-1].label] if len(rows) > 1 else None,
            _text(
                ".value",
                x=_n(min(max((top + 0.5) * step, 30), _WIDE - 30)),
                y=16,
                text_anchor="middle",
            )[rows[top].text],
        ]
    return _drawing(name, title, describe, _HIGH + 50, drawn)


def _drawing(name: str, title: str, describe: str, high: int, drawn: Sequence[h.Node]) -> h.Element:
    about = {"role": "img", "aria-labelledby": f"{name}-title", "aria-describedby": f"{name}-desc"}
    return h.svg(".chart", about, viewBox=f"0 0 {_WIDE} {high}")[
        _title(id=f"{name}-title")[title], _desc(id=f"{name}-desc")[describe], drawn
    ]


def _n(value: float) -> str:
    return f"{value:.1f}"


_rect, _line, _text = h.Element("rect"), h.Element("line"), h.Element("text")
_title, _desc = h.Element("title"), h.Element("desc")
