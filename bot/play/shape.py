"""What a card or a form looks like as JSON."""

from collections.abc import Iterable, Iterator
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
    PersonField,
    Text,
    TextField,
    Words,
)

TYPES: dict[type, str] = {
    TextField: "text",
    ChoiceField: "choice",
    NumberField: "number",
    DateField: "date",
    PersonField: "person",
}


def card(shown: Card) -> dict[str, Any]:
    """A card: its text, and its buttons whether or not a menu hides them."""
    return {"text": "\n".join(_lines(shown.parts)), "buttons": [_button(b) for b in buttons(shown.parts)] or None}


def form(shown: Form) -> dict[str, Any]:
    """A form: its text, its fields and its buttons."""
    texts = [part for part in shown.parts if isinstance(part, Text)]
    return {
        "form": shown.name,
        "text": "\n".join((shown.title, *_lines(texts))),
        "buttons": [_button(b) for b in buttons(shown.parts)] or None,
        "fields": [_field(f) for f in shown.fields],
    }


def buttons(parts: Iterable[object]) -> Iterator[Button]:
    """All buttons among the parts of a card or a form."""
    for part in parts:
        if isinstance(part, Buttons):
            yield from part.buttons


def plain(words: Words) -> str:
    """Words with people by their ids."""
    return words if isinstance(words, str) else "".join(p if isinstance(p, str) else p.id for p in words)


def _lines(parts: Iterable[object]) -> Iterator[str]:
    for part in parts:
        match part:
            case Text(text=words):
                yield plain(words)
            case Facts(facts):
                yield from (f"{label}: {plain(words)}" for label, words in facts)
            case Image(alt=alt):
                yield alt


def _button(button: Button) -> dict[str, str]:
    return {"name": button.name, "label": button.label} | ({"url": button.url} if button.url else {})


def _field(field: Field) -> dict[str, Any]:
    shown = {"name": field.name, "label": field.label, "type": TYPES[type(field)], "required": field.required}
    if field.value:
        shown["value"] = field.value
    if isinstance(field, ChoiceField):
        shown["choices"] = [list(choice) for choice in field.choices]
    return shown
