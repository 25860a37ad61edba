"""From a form to a dialog in Teams, or to a card with inputs where no dialog can be opened."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import date
from math import isfinite
from types import MappingProxyType
from typing import assert_never

from bot.teams.pack import Data, form_data
from bot.teams.render import NOBODY, Names, attached, attachment, elements, framed, rich, run, submit, text
from bot.teams.render_limits import LIMITS, Element, kept, line, shortened
from handlers.vocabulary import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    DateField,
    Field,
    Form,
    NumberField,
    PersonField,
    Place,
    Text,
    TextField,
)

Said = Mapping[str, str]
"""By name of a field: what was filled in, or why that cannot be; of the form as a whole under the empty name."""
NOTHING: Said = MappingProxyType({})


def dialog(
    form: Form, place: Place, reasons: Said = NOTHING, answers: Said = NOTHING, names: Names = NOBODY
) -> Element:
    """The dialog with `form`, that remembers where it was opened: the `value` of the answer to a task/fetch or submit.

    `reasons` stand at their fields, with the `answers` that were given kept. `names` tells who a person can be chosen
    from. There is no close button: Teams draws its own.
    """
    return _dialog(form.title, len(form.fields), attached(_card(form, place, reasons, answers, names)))


def card_dialog(card: Card, title: str = "", names: Names = NOBODY) -> Element:
    """A dialog that only shows a card: the answer to a press or submission that came from a dialog."""
    return _dialog(title or text(card), 0, attachment(card, (), names))


def inputs(
    form: Form,
    place: Place,
    reasons: Said = NOTHING,
    answers: Said = NOTHING,
    names: Names = NOBODY,
    opens: Container[str] = (),
) -> Element:
    """The same form as an attachment of a message, for where nothing can open a dialog: after a typed command."""
    titled = replace(form, parts=(Text(form.title, "heading"), *form.parts))
    return attached(_card(titled, place, reasons, answers, names, opens))


def _dialog(title: str, fields: int, shown: Element) -> Element:
    height = "large" if fields > 2 else "medium"
    return {"title": line(title, "title"), "height": height, "width": "medium", "card": shown}


def _card(form: Form, place: Place, reasons: Said, answers: Said, names: Names, opens: Container[str] = ()) -> Element:
    def data_of(button: Button) -> Data:
        return form_data(form, place, button=button.name, about=button.about, opens=button.name in opens)

    kept(form.about, "value")
    here = {field.name for field in form.fields}
    body = _warned(reason for name, reason in reasons.items() if name not in here)
    for part in form.parts:
        if isinstance(part, Text | Buttons):
            body += elements(part, data_of, names)
        else:
            value = answers.get(part.name, part.value)
            body += _field(part, value, reasons.get(part.name, ""), names)
    sends = form.submit or form.fields
    actions = [submit(form.submit, form_data(form, place), "primary")] if sends else []
    return framed(line(form.title, "summary"), body, actions)


def _warned(reasons: Iterable[str]) -> list[Element]:
    told = [rich([run(shortened(reason, "reason"))]) for reason in reasons]
    return [{"type": "Container", "style": "attention", "items": told}] if told else []


def _field(field: Field, value: str, reason: str, names: Names) -> list[Element]:
    # Clients say "required" only with a sentence that we don't have here; what is missing comes back with its reason.
    label = line(f"{field.label} *" if field.required else field.label, "label")
    shown = [{"id": field.name, "label": label, **_input(field, value, names)}]
    if reason:
        shown.append(rich([run(shortened(reason, "reason"), color="Attention", weight="Bolder")], spacing="Small"))
    if field.hint:
        shown.append(rich([run(shortened(field.hint, "label"), isSubtle=True, size="Small")], spacing="Small"))
    return shown


def _input(field: Field, value: str, names: Names) -> Element:
    match field:
        case TextField():
            most = min(field.longest, LIMITS["text"])
            shown = {"type": "Input.Text", "isMultiline": field.lines > 1, "maxLength": most}
            return shown | ({"value": value[:most]} if value else {})
        case ChoiceField():
            return _choice(field, value)
        case NumberField():
            return {"type": "Input.Number"} | ({"value": float(value)} if _is_number(value) else {})
        case DateField():
            return {"type": "Input.Date"} | ({"value": value} if _is_day(value) else {})
        case PersonField():
            known = sorted(names.items(), key=lambda each: each[1].casefold())
            choices = [(person.id, name) for person, name in known]
            # A list to pick from shows names as they are, where buttons would read markdown in them.
            return _choices(choices, value, "filtered")
        case _:
            assert_never(field)


def _choice(field: ChoiceField, value: str) -> Element:
    style = "expanded" if len(field.choices) <= LIMITS["checks" if field.many else "radios"] else "compact"
    if not field.many:
        return _choices(field.choices, value, style)
    chosen = value.split()
    known = ",".join(each for each, _ in field.choices if each in chosen)
    return _choices(field.choices, "", style) | {"isMultiSelect": True} | ({"value": known} if known else {})


def _choices(choices: Iterable[tuple[str, str]], value: str, style: str) -> Element:
    listed = list(choices)[: LIMITS["choices"]]
    shown = {
        "type": "Input.ChoiceSet",
        "style": style,
        "wrap": True,
        # Some clients read markdown in a choice: a link that is not whole stays text.
        "choices": [
            {"title": line(label or each, "choice").replace("](", "]\N{WORD JOINER}("), "value": each}
            for each, label in listed
        ],
    }
    return shown | ({"value": value} if value and any(each == value for each, _ in listed) else {})


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
