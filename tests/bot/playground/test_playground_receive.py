"""What the page posts becomes events; what the page would never post is turned away with a reason."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.playground.receive import LONGEST_TEXT, translate
from handlers.vocabulary import ButtonPress, Command, Deleted, Edited, HomeOpened, Message, Person, Place, Submission

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
SANNE = Person("playground", "supplier", "sanne")
ROOM = Place("playground", "playground", "samen-nl")


def posted(**more: Any) -> dict[str, Any]:
    return {"id": "p-1", "room": "samen-nl", "who": "sanne"} | more


def test_words_typed_are_a_message_that_names_itself() -> None:
    event = translate(posted(kind="say", text="Ik kijk er vanmiddag naar."), NOW)
    assert event == Message("p-1", NOW, ROOM, SANNE, "p-1", "Ik kijk er vanmiddag naar.")


def test_a_reply_stands_in_its_thread() -> None:
    event = translate(posted(kind="say", text="Ja.", thread="nl-2"), NOW)
    assert event.place == Place("playground", "playground", "samen-nl", "nl-2")


def test_the_side_of_a_person_is_what_the_room_knows_and_not_what_the_page_says() -> None:
    event = translate(posted(kind="say", text="Hoi", who="karim", team="supplier"), NOW)
    assert isinstance(event, Message)
    assert event.who == Person("playground", "client", "karim")


@pytest.mark.parametrize(
    ("typed", "word", "text"),
    [
        ("/spraak check Dat komt wel goed.", "check", "Dat komt wel goed."),
        ("/samenspraak Feedback", "feedback", ""),
        ("  /SPRAAK   toezegging   eerste regel\ntweede regel ", "toezegging", "eerste regel\ntweede regel"),
        ("/spraak", "", ""),
    ],
)
def test_a_message_that_starts_with_the_command_is_one(typed: str, word: str, text: str) -> None:
    assert translate(posted(kind="say", text=typed), NOW) == Command("p-1", NOW, ROOM, SANNE, word, text)


@pytest.mark.parametrize("typed", ["/spraakwater is er genoeg", "zie /spraak check", "/feedback werkt niet"])
def test_what_only_looks_like_a_command_is_a_message(typed: str) -> None:
    assert isinstance(translate(posted(kind="say", text=typed), NOW), Message)


def test_everything_else_that_one_can_do() -> None:
    assert translate(posted(kind="edit", message="m-1", text="Beter zo."), NOW) == Edited(
        "p-1", NOW, ROOM, SANNE, "m-1", "Beter zo."
    )
    assert translate(posted(kind="delete", message="m-1"), NOW) == Deleted("p-1", NOW, ROOM, "m-1")
    assert translate(posted(kind="command", word="check", text="concept"), NOW) == Command(
        "p-1", NOW, ROOM, SANNE, "check", "concept"
    )
    pressed = posted(kind="press", button="why", about="burst:7", card="tip-7", answers={"draft": "…"})
    assert translate(pressed, NOW) == ButtonPress(
        "p-1", NOW, ROOM, SANNE, "why", "burst:7", {"draft": "…"}, ticket="tip-7"
    )
    sent = posted(kind="submit", form="reply", about="burst:7", answers={"draft": "Ja."})
    assert translate(sent, NOW) == Submission("p-1", NOW, ROOM, SANNE, "reply", "burst:7", {"draft": "Ja."})
    assert translate(posted(kind="home"), NOW) == HomeOpened("p-1", NOW, ROOM, SANNE)


def test_the_longest_text_fits_and_one_more_character_does_not() -> None:
    translate(posted(kind="say", text="a" * LONGEST_TEXT), NOW)
    with pytest.raises(ValueError, match="longer than 4,000 characters"):
        translate(posted(kind="say", text="a" * (LONGEST_TEXT + 1)), NOW)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"kind": "shout"}, "kind must be"),
        ({"kind": ["say"]}, "kind must be"),
        ({"kind": "say", "text": "hoi", "room": "samen-fr"}, "room"),
        ({"kind": "say", "text": "hoi", "room": {"$ne": ""}}, "room"),
        ({"kind": "say", "text": "hoi", "who": "imran"}, "who"),
        ({"kind": "say", "text": "hoi", "who": "bram"}, "who"),
        ({"kind": "say", "text": "hoi", "who": None}, "who"),
        ({"kind": "say", "text": "hoi", "id": ""}, "id must be"),
        ({"kind": "say", "text": "hoi", "id": "x" * 81}, "id must be"),
        ({"kind": "say", "text": "hoi", "id": "p-1\n"}, "id must be"),
        ({"kind": "say", "text": "hoi", "thread": "a b"}, "thread must be"),
        ({"kind": "say", "text": " \n "}, "empty"),
        ({"kind": "say", "text": 7}, "text must be text"),
        ({"kind": "say", "text": "half \ud800"}, "cannot be stored"),
        ({"kind": "say", "text": "nul \x00"}, "cannot be stored"),
        ({"kind": "edit", "text": "hoi"}, "message must be"),
        ({"kind": "edit", "text": "", "message": "m-1"}, "empty"),
        ({"kind": "delete", "message": 4}, "message must be"),
        ({"kind": "command", "word": "twee woorden", "text": ""}, "word must be"),
        ({"kind": "press", "button": ""}, "button must be"),
        ({"kind": "press", "button": "why", "about": "x" * 2001}, "about is longer"),
        ({"kind": "submit", "form": "f", "answers": ["a"]}, "answers must be"),
        ({"kind": "submit", "form": "f", "answers": {"a": {"b": "c"}}}, "a must be text"),
        ({"kind": "submit", "form": "f", "answers": {str(n): "" for n in range(51)}}, "answers must be"),
        ({"kind": "submit", "form": "f", "answers": {"a": "x" * 4001}}, "a is longer"),
    ],
)
def test_what_the_page_would_never_post_is_turned_away(wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        translate(posted(**wrong), NOW)
