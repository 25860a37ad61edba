"""What we put in the data of a button when we render, and find back in it when somebody presses.

Whoever presses can change all of it: a button, form or place found here is a claim, to be checked like any other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.vocabulary import ChoiceField, Form, Place

PLATFORM = "teams"
_OURS = "samenspraak"
_THEIRS = "msteams"
_OPENS = {_THEIRS: {"type": "task/fetch"}}

Data = dict[str, Any]


@dataclass(frozen=True)
class Filled:
    """A form as it was filled in, whichever of its buttons was pressed."""

    form: str
    about: str
    place: Place
    answers: Mapping[str, str]


def button_data(name: str, about: str, *, opens: bool = False) -> Data:
    """The data of a button on a card. Where it `opens` a form, Teams asks for that instead of sending a message."""
    return {_OURS: {"button": name, "about": about}} | (_OPENS if opens else {})


def form_data(form: Form, place: Place, *, button: str = "", about: str = "", opens: bool = False) -> Data:
    """The data of the button that sends `form`, or of another `button` on it; remembers where it was opened."""
    kept: Data = {
        "form": form.name,
        "about": form.about,
        "channel": place.channel,
        "thread": place.thread,
        "direct": place.direct,
        "fields": [field.name for field in form.fields],
        "many": [field.name for field in form.fields if isinstance(field, ChoiceField) and field.many],
    }
    if button:
        kept |= {"button": button, "purpose": about}
    return {_OURS: kept} | (_OPENS if opens else {})


def pressed(data: object) -> tuple[str, str] | None:
    """The name and `about` of a pressed button; None for what is no button of ours, or the one that sends a form."""
    kept = _ours(data)
    name = _text(kept, "button")
    return (name, _text(kept, "purpose") or _text(kept, "about")) if name else None


def submitted(data: object, team: str) -> Filled | None:
    """The form whose button was pressed, in the tenant `team` that Teams vouches for; None when there is none.

    A field without an answer has an empty one. Of several choices, Teams writes commas in between and we a space.
    """
    kept = _ours(data)
    form, channel = _text(kept, "form"), _text(kept, "channel")
    if not form or not channel or not isinstance(data, Mapping):
        return None
    many = frozenset(_names(kept, "many"))
    answers = {name: _answer(data.get(name), several=name in many) for name in _names(kept, "fields")}
    place = Place(PLATFORM, team, channel, _text(kept, "thread") or None, kept.get("direct") is True)
    return Filled(form, _text(kept, "about"), place, answers)


def _ours(data: object) -> Mapping[str, object]:
    kept = data.get(_OURS) if isinstance(data, Mapping) else None
    return kept if isinstance(kept, Mapping) else {}


def _text(kept: Mapping[str, object], name: str) -> str:
    found = kept.get(name)
    return found if isinstance(found, str) else ""


def _names(kept: Mapping[str, object], name: str) -> Iterable[str]:
    found = kept.get(name)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _answer(value: object, *, several: bool) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return ""
    return " ".join(filter(None, value.split(","))) if several else value
