"""Cards and forms as plain JSON values for the page; what to make of them is up to page/card.js and page/form.js."""

from collections.abc import Callable
from typing import Any

from handlers.vocabulary import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    DateField,
    Facts,
    Field,
    Form,
    Image,
    NumberField,
    Part,
    Person,
    PersonField,
    Text,
    TextField,
    Words,
)

Json = dict[str, Any]
NameOf = Callable[[Person], str]
"""How a person is called on screen."""


def card(shown: Card, name_of: NameOf) -> Json:
    """A card, its people by name."""
    return {"summary": shown.summary, "parts": [_part(part, name_of) for part in shown.parts]}


def form(shown: Form, name_of: NameOf) -> Json:
    """A form: fields, texts and buttons in their order."""
    return {
        "name": shown.name,
        "title": shown.title,
        "submit": shown.submit,
        "close": shown.close,
        "about": shown.about,
        "parts": [_part(part, name_of) if isinstance(part, Text | Buttons) else _field(part) for part in shown.parts],
    }


def _part(part: Part, name_of: NameOf) -> Json:
    match part:
        case Text():
            return {"kind": "text", "style": part.style, "words": _words(part.text, name_of)}
        case Facts():
            return {
                "kind": "facts",
                "facts": [{"label": label, "words": _words(words, name_of)} for label, words in part.facts],
            }
        case Buttons():
            return {"kind": "buttons", "buttons": [_button(button) for button in part.buttons]}
        case Image():
            return {"kind": "image", "url": part.url, "alt": part.alt}


def _words(words: Words, name_of: NameOf) -> list[Json]:
    pieces = (words,) if isinstance(words, str) else words
    return [{"text": piece} if isinstance(piece, str) else {"person": name_of(piece)} for piece in pieces]


def _button(button: Button) -> Json:
    return {
        "name": button.name,
        "label": button.label,
        "about": button.about,
        "style": button.style,
        "menu": button.menu,
        "confirm": button.confirm,
        "url": button.url,
    }


def _field(field: Field) -> Json:
    common = {
        "kind": "field",
        "name": field.name,
        "label": field.label,
        "required": field.required,
        "value": field.value,
        "hint": field.hint,
    }
    match field:
        case TextField():
            return common | {"type": "text", "lines": field.lines, "longest": field.longest}
        case ChoiceField():
            return common | {
                "type": "choice",
                "many": field.many,
                "choices": [list(choice) for choice in field.choices],
            }
        case NumberField():
            return common | {"type": "number"}
        case DateField():
            return common | {"type": "date"}
        case PersonField():
            return common | {"type": "person"}
