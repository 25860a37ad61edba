"""A field of a form as a Block Kit input."""

from datetime import date
from typing import assert_never
from zlib import crc32

from bot.slack.markup import shortened
from bot.slack.render_limits import LIMITS, Block, plain_text
from handlers.vocabulary import ChoiceField, DateField, Field, NumberField, PersonField, TextField


def input_block(field: Field) -> Block:
    """The input for `field`; its action id is the field's name."""
    element: Block = _element(field)
    element["action_id"] = field.name
    shown: Block = {
        "type": "input",
        # When a form is shown again, Slack keeps what was typed in a block with the same id, and ignores our value.
        "block_id": f"{field.name}:{crc32(field.value.encode()):08x}" if field.value else field.name,
        "label": plain_text(field.label, "label"),
        "element": element,
        "optional": not field.required,
    }
    if field.hint:
        shown["hint"] = plain_text(field.hint, "label")
    return shown


def _element(field: Field) -> Block:
    match field:
        case TextField():
            return _with(
                {
                    "type": "plain_text_input",
                    "multiline": field.lines > 1,
                    "max_length": min(field.longest, LIMITS["text"]),
                },
                "initial_value",
                shortened(field.value, min(field.longest, LIMITS["text"])),
            )
        case ChoiceField():
            return _choice(field)
        case NumberField():
            return _with({"type": "number_input", "is_decimal_allowed": True}, "initial_value", field.value)
        case DateField():
            return _with({"type": "datepicker"}, "initial_date", field.value if _is_day(field.value) else "")
        case PersonField():
            return _with({"type": "users_select"}, "initial_user", field.value)
        case _:
            assert_never(field)


def _choice(field: ChoiceField) -> Block:
    options = [
        {"text": plain_text(label or value, "option"), "value": value}
        for value, label in field.choices[: LIMITS["choices"]]
    ]
    chosen = field.value.split() if field.many else [field.value]
    initial = [option for option in options if option["value"] in chosen]
    if field.many:
        kind = "checkboxes" if len(options) <= LIMITS["checks"] else "multi_static_select"
        shown: Block = {"type": kind, "options": options}
        return shown | ({"initial_options": initial} if initial else {})
    kind = "radio_buttons" if len(options) <= LIMITS["radios"] else "static_select"
    shown = {"type": kind, "options": options}
    return shown | ({"initial_option": initial[0]} if initial else {})


def _with(element: Block, name: str, value: str) -> Block:
    return element | ({name: value} if value else {})


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
