"""Vocabulary to JSON and back."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot import wire
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    Facts,
    Image,
    Message,
    Person,
    Place,
    Say,
    Submission,
    Text,
    Tip,
    Whisper,
)

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
PLACE = Place("slack", "T1", "C1", "17.5")
SANNE = Person("slack", "T2", "U1")

texts = st.text()
words = texts | st.lists(texts | st.just(SANNE)).map(tuple)


@given(texts, texts)
def test_an_event_comes_back_as_it_went(text: str, key: str) -> None:
    message = Message(key, NOON, PLACE, SANNE, "m1", text)
    assert wire.loads(wire.dumps(message)) == message
    form = Submission(key, NOON, PLACE, SANNE, "help", "3", {"answer": text})
    assert wire.loads(wire.dumps(form)) == form


@given(words, texts)
def test_a_card_comes_back_as_it_went(said: str | tuple[str | Person, ...], label: str) -> None:
    parts = (Text(said, "quote"), Facts(((label, said),)), Buttons((Button("a", label, menu=True),)), Image("x", label))
    for effect in (
        Say(PLACE, Card(label, parts), "k1", about="m1"),
        Whisper(PLACE, SANNE, Card(label, parts), "k2", until=NOON, tip=Tip("normalising", label)),
    ):
        assert wire.loads_sending(wire.dumps_sending(effect)) == effect


def test_what_no_database_takes_is_left_out() -> None:
    message = wire.tidy(Message("1", NOON, PLACE, SANNE, "m1", "a\0b\ud83d!"))
    assert isinstance(message, Message)
    assert message.text == "ab?!"
    press = wire.tidy(ButtonPress("1", NOON, PLACE, SANNE, "help", "3", {"answer": "\0"}))
    assert isinstance(press, ButtonPress)
    assert press.answers == {"answer": ""}
