"""Vocabulary to JSON and back: for the inbox and the outbox."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

from cattrs import Converter
from cattrs.strategies import configure_tagged_union

from handlers.vocabulary import (
    Arrived,
    Brought,
    ButtonPress,
    Command,
    Edited,
    Event,
    Form,
    FormPart,
    Judged,
    Message,
    Part,
    Person,
    Sending,
    Submission,
    Words,
)

_converter = Converter(detailed_validation=False)


def _words_to(words: Words) -> Any:
    if isinstance(words, str):
        return words
    return [piece if isinstance(piece, str) else [piece.platform, piece.team, piece.id] for piece in words]


def _words_from(data: Any, _type: Any) -> Words:
    if isinstance(data, str):
        return data
    return tuple(piece if isinstance(piece, str) else Person(*piece) for piece in data)


_converter.register_unstructure_hook_func(lambda kind: kind == Words, _words_to)
_converter.register_structure_hook_func(lambda kind: kind == Words, _words_from)
_converter.register_unstructure_hook(datetime, lambda moment: moment.astimezone(UTC).isoformat())
_converter.register_structure_hook(datetime, lambda text, _type: datetime.fromisoformat(text))
for _union in (Part, FormPart, Event, Sending):
    configure_tagged_union(_union, _converter, tag_name="is")


def dumps(event: Event) -> str:
    """An event as JSON."""
    # Kept to ASCII, so that half a character, which no database takes, is just another escape.
    return json.dumps(_converter.unstructure(event, unstructure_as=Event))


def dumps_notice(event: Message | Edited) -> str:
    """That somebody is here who wrote something, as JSON: a Joined, without a word of what they wrote.

    Spelled out, for it is made of every message that comes in, and mostly for nothing.
    """
    place, who = event.place, event.who
    notice = {
        "id": event.id,
        "at": event.at.astimezone(UTC).isoformat(),
        "place": {"platform": place.platform, "team": place.team, "channel": place.channel, "thread": None},
        "who": {"platform": who.platform, "team": who.team, "id": who.id},
        "is": "Joined",
    }
    return json.dumps(notice)


def loads(text: str) -> Event:
    """The event in this JSON; ValueError when there is none."""
    return _read(text, Event)  # type: ignore[no-any-return]


def dumps_sending(effect: Sending) -> str:
    """A message to be sent as JSON."""
    return json.dumps(_converter.unstructure(effect, unstructure_as=Sending))


def loads_sending(text: str) -> Sending:
    """The message to be sent in this JSON; ValueError when there is none."""
    return _read(text, Sending)  # type: ignore[no-any-return]


def dumps_form(form: Form) -> str:
    """A form as JSON."""
    return json.dumps(_converter.unstructure(form))


def loads_form(text: str) -> Form:
    """The form in this JSON; ValueError when there is none."""
    return _read(text, Form)  # type: ignore[no-any-return]


def tidy(event: Arrived) -> Arrived:
    """The same event without what no database takes: NUL characters, and halves of emoji."""
    match event:
        case Message() | Edited() | Command():
            return replace(event, text=_whole(event.text))
        case ButtonPress() | Submission() | Brought() | Judged():
            return replace(event, answers={name: _whole(value) for name, value in event.answers.items()})
        case _:
            return event


def _whole(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _read(text: str, union: Any) -> Any:
    try:
        return _converter.structure(json.loads(text), union)
    except (ValueError, KeyError, TypeError) as problem:
        names = ", ".join(kind.__name__ for kind in get_args(union) or (union,))
        raise ValueError(f"not one of {names}: {problem!r}") from problem
