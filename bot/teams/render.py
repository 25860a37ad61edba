"""From a card to an Adaptive Card. What people wrote goes into text runs, where no markup is live."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.teams.pack import Data, button_data
from bot.teams.render_limits import LIMITS, REST, Element, fitting, is_only_words, kept, line, literal, shortened
from handlers.vocabulary import Button, Buttons, Card, Facts, Form, Image, Part, Person, Text, Words

VERSION = "1.5"
Names = Mapping[Person, str]
"""How people are called. Who is missing here shows as "…", for their id says nothing to anybody."""
NOBODY: Names = MappingProxyType({})
DataOf = Callable[[Button], Data]

_NO_CHOICE = frozenset({"direct_on", "direct_off"})
"""Buttons that choose where tips come: here that is always one's own chat."""
_FRAME: Mapping[str, Element] = {"quote": {"style": "emphasis"}, "starter": {"style": "accent"}}
_LOOK: Mapping[str, Element] = {
    "plain": {},
    "heading": {"weight": "Bolder", "size": "Medium"},
    "quote": {"italic": True},
    "starter": {},
    "note": {"isSubtle": True, "size": "Small"},
}


def card(shown: Card, opens: Container[str] = (), names: Names = NOBODY) -> Element:
    """The Adaptive Card; a press on a button named in `opens` asks for a form. An empty card shows its summary."""

    def data_of(button: Button) -> Data:
        return button_data(button.name, button.about, opens=button.name in opens)

    body = [element for part in shown.parts for element in elements(part, data_of, names)]
    return framed(text(shown), body or _text(Text(text(shown)), names))


def attachment(shown: Card, opens: Container[str] = (), names: Names = NOBODY) -> Element:
    """The same, as it goes with a message."""
    return attached(card(shown, opens, names))


def text(shown: Card) -> str:
    """The card in one line, for notifications and for clients that cannot show it."""
    return line(shown.summary, "summary")


def people(shown: Card | Form) -> frozenset[Person]:
    """Who is named on it: whose name there is to find, or who may be told that they are."""
    return frozenset(
        piece for part in shown.parts for words in _said(part) for piece in words if isinstance(piece, Person)
    )


def attached(content: Element) -> Element:
    """An Adaptive Card as an attachment."""
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}


def framed(summary: str, body: Sequence[Element], actions: Sequence[Element] = ()) -> Element:
    """A whole card around its elements, as wide as the window allows."""
    shown: Element = {
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": summary,
        "msteams": {"width": "Full"},
        "body": fitting(body or [REST], actions),
    }
    return shown | ({"actions": list(actions)} if actions else {})


def elements(part: Part, data_of: DataOf, names: Names) -> list[Element]:
    """The elements that show one part of a card; `data_of` says what a press on a button sends."""
    match part:
        case Text():
            return _text(part, names)
        case Facts():
            return [_fact(label, value, names, first=not n) for n, (label, value) in enumerate(part.facts)]
        case Buttons():
            return _buttons(part.buttons, data_of)
        case Image():
            alt = line(part.alt, "alt")
            return [{"type": "Image", "url": kept(part.url, "url"), "altText": alt}]


def rich(runs: Iterable[Element], **look: object) -> Element:
    """Text in which every character stays what it is."""
    return {"type": "RichTextBlock", "inlines": list(runs), **look}


def run(words: str, **look: object) -> Element:
    """A piece of such text."""
    return {"type": "TextRun", "text": literal(words), **look}


def _text(part: Text, names: Names) -> list[Element]:
    pieces = _pieces(part.text)
    if not any(isinstance(piece, Person) or piece.strip() for piece in pieces):
        return []
    if part.style == "heading":
        return [_heading(pieces, names)]
    look = _LOOK[part.style]
    if part.style in _FRAME:
        shown = rich(_runs(_beginning(pieces), names, look))
        return [{"type": "Container", "items": [shown], **_FRAME[part.style]}]
    return [rich(_runs(chunk, names, look)) for chunk in _chunks(pieces, LIMITS["text"])]


def _heading(pieces: Sequence[str | Person], names: Names) -> Element:
    shown = shortened(" ".join("".join(_name(piece, names) for piece in pieces).split()), "heading")
    # Only a TextBlock is a heading to a screen reader, but it reads markdown: it is given none.
    if is_only_words(shown):
        return {"type": "TextBlock", "text": shown, "style": "heading", "wrap": True, **_LOOK["heading"]}
    return rich([run(shown, **_LOOK["heading"])])


def _fact(label: str, value: Words, names: Names, *, first: bool) -> Element:
    # Not a FactSet: that reads markdown.
    shown = _beginning(_pieces(value))
    return rich(
        [run(f"{line(label, 'label')}: ", weight="Bolder"), *_runs(shown, names, {})],
        spacing="Default" if first else "Small",
    )


def _pieces(words: Words) -> tuple[str | Person, ...]:
    return (words,) if isinstance(words, str) else words


def _said(part: object) -> Iterator[tuple[str | Person, ...]]:
    if isinstance(part, Text):
        yield _pieces(part.text)
    elif isinstance(part, Facts):
        yield from (_pieces(value) for _, value in part.facts)


def _name(piece: str | Person, names: Names) -> str:
    return line(names.get(piece, ""), "name") if isinstance(piece, Person) else piece


def _runs(pieces: Iterable[str | Person], names: Names, look: Element) -> list[Element]:
    return [
        run(_name(piece, names), **look | {"weight": "Bolder"}) if isinstance(piece, Person) else run(piece, **look)
        for piece in pieces
        if piece
    ]


def _chunks(pieces: Iterable[str | Person], limit: int) -> Iterator[list[str | Person]]:
    """`pieces` over as many blocks as they need, cut between words where that is possible."""
    chunk: list[str | Person] = []
    room = limit
    for piece in pieces:
        while isinstance(piece, str) and len(piece) > room:
            cut = max(piece.rfind(" ", 0, room), piece.rfind("\n", 0, room)) + 1 or room
            yield [*chunk, piece[:cut]]
            chunk, piece, room = [], piece[cut:], limit
        chunk.append(piece)
        room -= len(piece) if isinstance(piece, str) else 0
    if any(chunk):
        yield chunk


def _beginning(pieces: Iterable[str | Person]) -> list[str | Person]:
    """As much of `pieces` as there is in one block."""
    first, *more = [*_chunks(pieces, LIMITS["text"])] or [[]]
    return [*first, "…"] if more else first


def _buttons(buttons: Iterable[Button], data_of: DataOf) -> list[Element]:
    shown: list[Element] = []
    hidden: list[Element] = []
    for button in buttons:
        if button.name in _NO_CHOICE:
            continue
        # A question unfolds under its button; out of a menu it would unfold under nothing.
        if button.menu and not button.confirm:
            hidden.append(_submit(button, data_of) | {"mode": "secondary"})
        else:
            shown.append(_asking(button, data_of) if button.confirm else _submit(button, data_of))
    rows = _rows(shown) or [[]]
    rows[-1] += hidden
    return [{"type": "ActionSet", "actions": row} for row in rows if row]


def _rows(buttons: Iterable[Element]) -> list[list[Element]]:
    """Buttons in rows, few enough of them in each to read what they say."""
    rows: list[list[Element]] = []
    room = 0
    for button in buttons:
        width = len(button["title"]) + LIMITS["edge"]
        if not rows or width > room or len(rows[-1]) == LIMITS["actions"]:
            rows.append([])
            room = LIMITS["row"]
        rows[-1].append(button)
        room -= width
    return rows


def _submit(button: Button, data_of: DataOf) -> Element:
    kept(button.about, "value")
    if button.url:
        shown: Element = {
            "type": "Action.OpenUrl",
            "title": line(button.label, "button"),
            "url": kept(button.url, "url"),
        }
        return shown | _STYLE[button.style]
    return submit(button.label, data_of(button), button.style)


def submit(label: str, data: Data, style: str) -> Element:
    """A button that sends `data`, with whatever is filled in on its card."""
    shown: Element = {"type": "Action.Submit", "title": line(label, "button"), "data": data}
    return shown | _STYLE[style]


_STYLE: Mapping[str, Element] = {
    "plain": {},
    "primary": {"style": "positive"},
    "danger": {"style": "destructive"},
}


def _asking(button: Button, data_of: DataOf) -> Element:
    question = rich([run(line(button.confirm or "", "text"))])
    inside = {"type": "AdaptiveCard", "version": VERSION, "body": [question], "actions": [_submit(button, data_of)]}
    return {"type": "Action.ShowCard", "title": line(button.label, "button"), "card": inside} | _STYLE[button.style]
