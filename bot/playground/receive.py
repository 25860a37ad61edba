"""What the page posts becomes an event: the only place that reads its JSON. Nothing in it is trusted."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.playground.cast import Player, Scene, scene
from handlers.vocabulary import ButtonPress, Command, Deleted, Edited, HomeOpened, Message, Person, Place, Submission

Event = Message | Edited | Deleted | Command | ButtonPress | Submission | HomeOpened

LONGEST_TEXT = 4000
LONGEST_ANSWER = 4000
LONGEST_ABOUT = 2000
MOST_ANSWERS = 50

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
_NAME = re.compile(r"[^\s\x00-\x1f]{1,100}")
_COMMAND = re.compile(r"/(?:spraak|samenspraak)(?:\s+(\S*)\s*(.*))?", re.DOTALL | re.IGNORECASE)


def author(body: Mapping[str, Any]) -> Person:
    """Who posted this, as it says itself: in the playground one is whoever's pane one types in. Raises ValueError."""
    return _player(body, _scene(body)).person


def translate(body: Mapping[str, Any], now: datetime) -> Event:
    """What happened. Raises ValueError, with what is wrong in English, for anything that the page would never post.

    A `say` that starts with /spraak or /samenspraak is a command. The key of the card that holds a pressed button
    travels as the ticket: it says which card an Update is for.
    """
    where = _scene(body)
    who = _player(body, where).person
    id = _id(body, "id")
    thread = _id(body, "thread") if body.get("thread") is not None else None
    place = Place(where.place.platform, where.place.team, where.place.channel, thread)
    match body.get("kind"):
        case "say":
            text = _text(body, "text", LONGEST_TEXT)
            if command := _COMMAND.fullmatch(text.strip()):
                word, rest = command[1] or "", command[2] or ""
                return Command(id, now, place, who, word.lower(), rest.strip())
            if not text.strip():
                raise ValueError("text is empty")
            return Message(id, now, place, who, id, text)
        case "edit":
            text = _text(body, "text", LONGEST_TEXT)
            if not text.strip():
                raise ValueError("text is empty")
            return Edited(id, now, place, who, _id(body, "message"), text)
        case "delete":
            return Deleted(id, now, place, _id(body, "message"))
        case "command":
            return Command(id, now, place, who, _name(body, "word"), _text(body, "text", LONGEST_TEXT))
        case "press":
            about = _text(body, "about", LONGEST_ABOUT)
            card = _text(body, "card", LONGEST_ABOUT)
            return ButtonPress(id, now, place, who, _name(body, "button"), about, _answers(body), ticket=card)
        case "submit":
            about = _text(body, "about", LONGEST_ABOUT)
            return Submission(id, now, place, who, _name(body, "form"), about, _answers(body))
        case "home":
            return HomeOpened(id, now, place, who)
    raise ValueError("kind must be one of say, edit, delete, command, press, submit, home")


def _scene(body: Mapping[str, Any]) -> Scene:
    room = body.get("room")
    found = scene(room) if isinstance(room, str) else None
    if found is None:
        raise ValueError("room is not a room of the playground")
    return found


def _player(body: Mapping[str, Any], where: Scene) -> Player:
    who = body.get("who")
    found = where.player(who) if isinstance(who, str) else None
    if found is None or not found.seated:
        raise ValueError("who is not somebody with a pane in this room")
    return found


def _id(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError(f"{field} must be 1 to 80 letters, digits or _.:-")
    return value


def _name(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{field} must be one word of at most 100 characters")
    return _clean(value, field)


def _text(body: Mapping[str, Any], field: str, longest: int) -> str:
    value = body.get(field, "")
    if not isinstance(value, str):
        raise ValueError(f"{field} must be text")
    if len(value) > longest:
        raise ValueError(f"{field} is longer than {longest:,} characters")
    return _clean(value, field)


def _answers(body: Mapping[str, Any]) -> dict[str, str]:
    given = body.get("answers", {})
    if not isinstance(given, dict) or len(given) > MOST_ANSWERS:
        raise ValueError(f"answers must be an object with at most {MOST_ANSWERS} texts")
    return {_name({"name": name}, "name"): _text(given, name, LONGEST_ANSWER) for name in given}


def _clean(value: str, field: str) -> str:
    """As it is; a NUL or half a character pair would be refused by the database later, far from who can tell."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"{field} holds a character that cannot be stored")
    return value
