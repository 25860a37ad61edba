"""From a form to a dialog in Teams, or to a card with inputs where no dialog can be opened."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import isfinite
from types import MappingProxyType
from typing import assert_never

from bot.teams.pack import Data, form_data
from bot.teams.render import NOBODY, Names, attached, attachment, elements, framed, rich, run, submit, text
from bot.teams.render_limits import LIMITS, Element, kept, line, only_words, shortened
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
            return {"type": "Input.Number"} | ({"value": _number(value)} if _is_number(value) else {})
        case DateField():
            return {"type": "Input.Date"} | ({"value": value} if _is_day(value) else {})
        case PersonField():
            known = sorted(names.items(), key=lambda each: each[1].casefold())
            return _choices([(person.id, line(name, "name")) for person, name in known], value, "compact")
        case _:
            assert_never(field)


def _choice(field: ChoiceField, value: str) -> Element:
    few = len(field.choices) <= LIMITS["checks" if field.many else "radios"]
    choices = [(each, line(label or each, "choice")) for each, label in field.choices]
    if few or field.many:
        # Clients read markdown beside a tick or a round button, but not in a list to pick from.
        choices = [(each, only_words(label)) for each, label in choices]
    shown = _choices(choices, "" if field.many else value, "expanded" if few else "compact")
    if not field.many:
        return shown
    chosen = value.split()
    known = ",".join(each for each, _ in field.choices if each in chosen)
    return shown | {"isMultiSelect": True} | ({"value": known} if known else {})


def _choices(choices: Sequence[tuple[str, str]], value: str, style: str) -> Element:
    listed = [{"title": label, "value": each} for each, label in choices[: LIMITS["choices"]]]
    shown = {"type": "Input.ChoiceSet", "style": style, "wrap": True, "choices": listed}
    return shown | ({"value": value} if value and any(each["value"] == value for each in listed) else {})


def _number(text: str) -> float:
    # A whole number is shown, and comes back, without a point.
    return int(float(text)) if float(text).is_integer() else float(text)


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
