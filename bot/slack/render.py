"""From a card or a form to Block Kit. What people wrote goes into rich text, where no markup is live."""

from collections.abc import Iterable, Sequence

from bot.slack.markup import escape, shortened
from bot.slack.pack import MENU, OPENS, metadata, option_value
from bot.slack.render_form import input_block
from bot.slack.render_limits import LIMITS, Block, plain_text
from handlers.vocabulary import Button, Buttons, Card, Facts, Form, Image, Person, Place, Text, Words

_REST = "…"


def blocks(card: Card) -> list[Block]:
    """The blocks of a message. A card with nothing to show shows its summary."""
    return _card(card, LIMITS["blocks"])


def every_block(card: Card) -> list[Block]:
    """All blocks of a card, also where they are more than one message takes."""
    return numbered([block for part in card.parts for block in _part(part)] or _nothing(card))


def more() -> Block:
    """Says that this is not all."""
    return {"type": "context", "elements": [{"type": "plain_text", "text": _REST, "emoji": False}]}


def text(card: Card) -> str:
    """The card in one line, for notifications and screen readers."""
    return shortened(escape(card.summary.strip()), LIMITS["text"]) or _REST


def view(form: Form, place: Place) -> Block:
    """A modal with the form, that remembers where it was opened. Raises ValueError if `about` is too long for Slack."""
    shown = _modal(form.title, form.close, place, form.about, _form_blocks(form))
    shown["callback_id"] = _kept(form.name, "id")
    if form.fields or form.submit:
        shown["submit"] = plain_text(form.submit, "title")
    return shown


def card_view(card: Card, place: Place, title: str = "", close: str = "") -> Block:
    """A modal that only shows a card."""
    return _modal(title or card.summary, close, place, "", _card(card, LIMITS["view_blocks"]))


def home(card: Card, place: Place) -> Block:
    """The bot's own page."""
    shown = _card(card, LIMITS["view_blocks"])
    return {"type": "home", "private_metadata": _kept(metadata(place, ""), "metadata"), "blocks": shown}


def _modal(title: str, close: str, place: Place, about: str, shown: list[Block]) -> Block:
    modal: Block = {
        "type": "modal",
        "title": plain_text(title, "title"),
        "private_metadata": _kept(metadata(place, about), "metadata"),
        "blocks": shown,
    }
    if close:
        modal["close"] = plain_text(close, "title")
    return modal


def _form_blocks(form: Form) -> list[Block]:
    shown: list[Block] = []
    for part in form.parts:
        shown += _part(part) if isinstance(part, Text | Buttons) else [input_block(part)]
    return numbered(_shortened(shown, LIMITS["view_blocks"]))


def _card(card: Card, limit: int) -> list[Block]:
    shown = [block for part in card.parts for block in _part(part)]
    return numbered(_shortened(shown or _nothing(card), limit))


def _nothing(card: Card) -> list[Block]:
    return _text(Text(card.summary.strip() or _REST))


def _part(part: Text | Facts | Buttons | Image) -> list[Block]:
    match part:
        case Text():
            return _text(part)
        case Facts():
            return _facts(part)
        case Buttons():
            return _buttons(part.buttons)
        case Image():
            alt = shortened(part.alt, LIMITS["alt"]) or _REST
            return [{"type": "image", "image_url": _kept(part.url, "url"), "alt_text": alt}]


def _text(part: Text) -> list[Block]:
    pieces = _pieces(part.text)
    if not any(isinstance(piece, Person) or piece.strip() for piece in pieces):
        return []
    people = any(isinstance(piece, Person) for piece in pieces)
    if part.style == "heading" and not people:
        return [{"type": "header", "text": plain_text(" ".join("".join(map(str, pieces)).split()), "header")}]
    if part.style == "heading":
        return [_rich("rich_text_section", _bounded(pieces, LIMITS["header"]), bold=True)]
    if part.style == "note":
        return [{"type": "context", "elements": [_small(_bounded(pieces, LIMITS["text"]))]}]
    if part.style == "plain":
        return [_rich("rich_text_section", chunk) for chunk in _chunks(pieces, LIMITS["text"])]
    # Preformatted text is copied as it stands, without a quote's bar; it can't hold people.
    frame = "rich_text_preformatted" if part.style == "starter" and not people else "rich_text_quote"
    return [_rich(frame, _bounded(pieces, LIMITS["text"]))]


def _facts(part: Facts) -> list[Block]:
    blocks: list[list[Block]] = []
    room = 0
    for label, value in part.facts:
        pieces = _bounded(_pieces(value), LIMITS["text"])
        fact: list[Block] = [
            {"type": "text", "text": f"{shortened(label, LIMITS['button'])}: ", "style": {"bold": True}},
            *_elements(pieces),
        ]
        length = sum(len(piece) for piece in pieces if isinstance(piece, str))
        if blocks and length <= room:
            blocks[-1] += [{"type": "text", "text": "\n"}, *fact]
        else:
            blocks.append(fact)
            room = LIMITS["text"]
        room -= length
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": each}]} for each in blocks]


def _pieces(words: Words) -> tuple[str | Person, ...]:
    return (words,) if isinstance(words, str) else words


def _bounded(pieces: Iterable[str | Person], limit: int) -> list[str | Person]:
    """`pieces` with at most `limit` characters of text."""
    kept: list[str | Person] = []
    for piece in pieces:
        if isinstance(piece, str):
            if limit <= 0:
                return kept
            piece = shortened(piece, limit)
            limit -= len(piece)
        kept.append(piece)
    return kept


def _chunks(pieces: Iterable[str | Person], limit: int) -> list[list[str | Person]]:
    """`pieces` over as many blocks as they need, cut between words where that is possible."""
    chunks: list[list[str | Person]] = [[]]
    room = limit
    for piece in pieces:
        while isinstance(piece, str) and len(piece) > room:
            cut = max(piece.rfind(" ", 0, room), piece.rfind("\n", 0, room)) + 1 or room
            chunks[-1].append(piece[:cut])
            chunks.append([])
            piece, room = piece[cut:], limit
        if piece:
            chunks[-1].append(piece)
            room -= len(piece) if isinstance(piece, str) else 0
    return [chunk for chunk in chunks if chunk]


def _rich(frame: str, pieces: Iterable[str | Person], *, bold: bool = False) -> Block:
    return {"type": "rich_text", "elements": [{"type": frame, "elements": _elements(pieces, bold=bold)}]}


def _elements(pieces: Iterable[str | Person], *, bold: bool = False) -> list[Block]:
    style: Block = {"style": {"bold": True}} if bold else {}
    return [
        {"type": "user", "user_id": piece.id, **style}
        if isinstance(piece, Person)
        else {"type": "text", "text": piece, **style}
        for piece in pieces
        if piece
    ]


def _small(pieces: Sequence[str | Person]) -> Block:
    if all(isinstance(piece, str) for piece in pieces):
        return {"type": "plain_text", "text": "".join(map(str, pieces)), "emoji": False}
    # Only markup can show people here, so the words around them are kept from being markup.
    shown = "".join(f"<@{piece.id}>" if isinstance(piece, Person) else escape(piece) for piece in pieces)
    return {"type": "mrkdwn", "text": shown, "verbatim": True}


def _buttons(buttons: Iterable[Button]) -> list[Block]:
    shown: list[Block] = []
    hidden: list[Block] = []
    for button in buttons:
        value = option_value(button.name, button.about)
        # A menu asks one question for all its options, and has little room: what does not fit in it stays a button.
        if button.menu and not button.confirm and not button.url and len(value) <= LIMITS["option_value"]:
            hidden.append({"text": plain_text(button.label, "option"), "value": value})
        else:
            shown.append(_button(button))
    shown += [
        {"type": "overflow", "action_id": MENU, "options": hidden[first : first + LIMITS["menu"]]}
        for first in range(0, len(hidden), LIMITS["menu"])
    ]
    return [
        {"type": "actions", "elements": shown[first : first + LIMITS["actions"]]}
        for first in range(0, len(shown), LIMITS["actions"])
    ]


def _button(button: Button) -> Block:
    shown: Block = {
        "type": "button",
        "action_id": _kept(f"{OPENS}{button.name}" if button.url else button.name, "id"),
        "text": plain_text(button.label, "button"),
    }
    if button.url:
        shown["url"] = _kept(button.url, "url")
    if button.about:
        shown["value"] = _kept(button.about, "value")
    if button.style != "plain":
        shown["style"] = button.style
    if button.confirm:
        shown["confirm"] = {
            "title": plain_text(button.label, "confirm_title"),
            "text": plain_text(button.confirm, "confirm"),
            "confirm": plain_text(button.label, "confirm_label"),
            "deny": plain_text("✕", "confirm_label"),
        }
    return shown


def _kept(value: str, limit: str) -> str:
    # Half an id or value is a wrong one.
    if len(value) > LIMITS[limit]:
        raise ValueError(f"Slack takes {LIMITS[limit]} characters for {limit}, this has {len(value)}")
    return value


def _shortened(shown: list[Block], limit: int) -> list[Block]:
    """At most `limit` blocks: the last one, mostly the buttons, stays; what is left out shows as "…"."""
    if len(shown) <= limit:
        return shown
    return [*shown[: limit - 2], more(), shown[-1]]


def numbered(shown: list[Block]) -> list[Block]:
    """`shown` with every action id once; the second of a name becomes "name#2"."""
    seen: dict[str, int] = {}
    for block in shown:
        for element in block.get("elements", ()):
            name = element.get("action_id")
            if name:
                seen[name] = seen.get(name, 0) + 1
                element["action_id"] = name if seen[name] == 1 else f"{name}#{seen[name]}"
    return shown
