"""The room shows everyone what is for everyone, and each person what is for them alone."""

import json
from base64 import b64encode
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.playground import send
from bot.playground.send import MOST_ENTRIES, MOST_WAITING, Room
from handlers.vocabulary import (
    Attach,
    ButtonPress,
    Card,
    Deleted,
    Edited,
    Message,
    Person,
    Place,
    Replace,
    Reply,
    Say,
    Share,
    ShowHome,
    Text,
    Update,
    Whisper,
    Withdraw,
)

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
SANNE = Person("playground", "supplier", "sanne")
KARIM = Person("playground", "client", "karim")
PLACE = Place("playground", "playground", "samen-nl")
SECRET = "Een zin die Karim nooit mag zien"


@pytest.fixture
def room() -> Room:
    return send.open_rooms(lambda: NOW)["samen-nl"]


def card(text: str) -> Card:
    return Card(text, (Text(text),))


def wrote(id: str, text: str, who: Person = SANNE, thread: str | None = None) -> Message:
    return Message(id, NOW, Place("playground", "playground", "samen-nl", thread), who, id, text)


def pressed(key: str) -> ButtonPress:
    return ButtonPress("p-1", NOW, PLACE, SANNE, "why", "", ticket=key)


def shown(room: Room, who: Person) -> str:
    return json.dumps(room.snapshot(who))


def texts(room: Room, who: Person) -> list[str]:
    """What `who` sees, from top to bottom."""
    return [entry["card"]["summary"] if entry["card"] else entry["text"] for entry in room.snapshot(who)["entries"]]


async def waiting(changes: AsyncGenerator[dict[str, Any], None], room: Room) -> list[dict[str, Any]]:
    """All that is in a stream so far: a last card for everyone marks the end."""
    room.apply(Say(PLACE, card("einde"), "end"))
    found: list[dict[str, Any]] = []
    while not found or found[-1].get("entry", {}).get("id") != "end":
        found.append(await anext(changes))
    return found


def test_what_one_writes_both_see_but_only_one_of_them_as_their_own(room: Room) -> None:
    room.record(wrote("m-1", "Goedemorgen"))
    (mine,) = room.snapshot(SANNE)["entries"]
    (theirs,) = room.snapshot(KARIM)["entries"]
    assert (mine["text"], mine["mine"], mine["side"]) == ("Goedemorgen", True, "supplier")
    assert (theirs["text"], theirs["mine"], theirs["who"]["name"]) == ("Goedemorgen", False, "Sanne")


async def test_no_byte_of_a_whisper_reaches_the_other(room: Room) -> None:
    hers, his = room.watch(SANNE), room.watch(KARIM)
    await anext(hers)
    await anext(his)
    room.apply(Whisper(PLACE, SANNE, card(SECRET), "tip-geheim"))
    room.apply(Replace(PLACE, card(SECRET + ", nu anders"), "tip-geheim"))
    room.answer(Update(card(SECRET + ", bijgewerkt")), pressed("tip-geheim"), SANNE)
    room.answer(Reply(card(SECRET + " als antwoord")), pressed("tip-geheim"), SANNE)
    room.apply(ShowHome(PLACE, SANNE, card(SECRET + " in haar overzicht")))
    room.apply(Share(PLACE, SANNE, "geheim.json", SECRET, "file-geheim"), SECRET.encode())
    assert shown(room, SANNE).count(SECRET) > 3
    assert "geheim" not in shown(room, KARIM)
    assert SECRET not in shown(room, KARIM)
    assert b64encode(SECRET.encode()).decode() in shown(room, SANNE)
    assert b64encode(SECRET.encode()).decode() not in shown(room, KARIM)
    room.apply(Withdraw(PLACE, "tip-geheim"))
    his_stream = json.dumps(await waiting(his, room))
    assert SECRET not in his_stream
    assert "geheim" not in his_stream
    assert json.dumps(await waiting(hers, room)).count("geheim") > 5


def test_a_card_said_again_or_replaced_keeps_its_place(room: Room) -> None:
    assert room.apply(Say(PLACE, card("voorstel"), "card-1")) == "card-1"
    room.record(wrote("m-1", "later"))
    room.apply(Say(PLACE, card("voorstel, nog eens bezorgd"), "card-1"))
    assert texts(room, KARIM) == ["voorstel, nog eens bezorgd", "later"]
    room.apply(Replace(PLACE, card("bevestigd"), "card-1"))
    assert texts(room, KARIM) == ["bevestigd", "later"]


def test_what_is_withdrawn_is_gone_and_what_never_was_is_no_error(room: Room) -> None:
    room.apply(Whisper(PLACE, SANNE, card("tip"), "tip-1"))
    room.apply(Withdraw(PLACE, "tip-1"))
    room.apply(Withdraw(PLACE, "tip-1"))
    room.apply(Replace(PLACE, card("te laat"), "tip-1"))
    assert texts(room, SANNE) == []


def test_an_update_is_for_who_pressed_until_the_card_itself_changes(room: Room) -> None:
    room.apply(Say(PLACE, card("voor allemaal"), "card-1"))
    room.answer(Update(card("dank je, Sanne")), pressed("card-1"), SANNE)
    assert (texts(room, SANNE), texts(room, KARIM)) == (["dank je, Sanne"], ["voor allemaal"])
    room.apply(Replace(PLACE, card("nieuw voor allemaal"), "card-1"))
    assert (texts(room, SANNE), texts(room, KARIM)) == (["nieuw voor allemaal"], ["nieuw voor allemaal"])


def test_a_press_that_names_the_card_of_another_shows_nothing(room: Room) -> None:
    room.apply(Whisper(PLACE, KARIM, card("voor Karim"), "tip-1"))
    room.answer(Update(card("van Sanne")), pressed("tip-1"), SANNE)
    assert (texts(room, SANNE), texts(room, KARIM)) == ([], ["voor Karim"])


def test_a_button_on_the_overview_updates_the_overview(room: Room) -> None:
    room.apply(ShowHome(PLACE, SANNE, card("tips aan")))
    room.answer(Update(card("tips uit")), pressed("home"), SANNE)
    assert room.snapshot(SANNE)["home"]["summary"] == "tips uit"
    assert room.snapshot(KARIM)["home"] is None


def test_an_edit_shows_as_one_and_a_deletion_takes_away(room: Room) -> None:
    room.record(wrote("m-1", "Eerst dit"))
    room.record(Edited("e-1", NOW, PLACE, SANNE, "m-1", "Toen dat"))
    (entry,) = room.snapshot(KARIM)["entries"]
    assert (entry["text"], entry["edited"]) == ("Toen dat", True)
    room.record(Deleted("d-1", NOW, PLACE, "m-1"))
    assert texts(room, KARIM) == []


def test_only_the_author_may_edit_or_delete(room: Room) -> None:
    room.record(wrote("m-1", "Van Sanne"))
    edit, delete = Edited("e-1", NOW, PLACE, KARIM, "m-1", "Van Karim"), Deleted("d-1", NOW, PLACE, "m-1")
    for event in (edit, delete):
        with pytest.raises(ValueError, match="own"):
            room.check(event, KARIM)
    room.check(delete, SANNE)


def test_nobody_edits_a_card_of_the_bot(room: Room) -> None:
    room.apply(Say(PLACE, card("afspraak"), "card-1"))
    with pytest.raises(ValueError, match="own"):
        room.check(Deleted("d-1", NOW, PLACE, "card-1"), SANNE)


def test_the_same_message_twice_is_fine_but_an_id_cannot_be_taken_over(room: Room) -> None:
    room.record(wrote("m-1", "Van Sanne"))
    room.check(wrote("m-1", "Van Sanne"), SANNE)
    with pytest.raises(ValueError, match="used before"):
        room.check(wrote("m-1", "Van Sanne", KARIM), KARIM)


def test_a_thread_is_one_deep_and_starts_at_a_message(room: Room) -> None:
    room.record(wrote("m-1", "begin"))
    room.record(wrote("m-2", "antwoord", thread="m-1"))
    room.check(wrote("m-3", "nog een", thread="m-1"), SANNE)
    with pytest.raises(ValueError, match="reply in a thread"):
        room.check(wrote("m-3", "te diep", thread="m-2"), SANNE)
    with pytest.raises(ValueError, match="not a message"):
        room.check(wrote("m-3", "nergens", thread="m-9"), SANNE)


def test_memory_stays_flat(room: Room) -> None:
    for number in range(MOST_ENTRIES + 10):
        room.record(wrote(f"m-{number}", str(number)))
    assert texts(room, SANNE)[0] == "10"
    assert len(room.entries) == MOST_ENTRIES


async def test_a_browser_that_falls_behind_is_hung_up_on(room: Room) -> None:
    changes = room.watch(SANNE)
    await anext(changes)
    for number in range(MOST_WAITING + 1):
        room.record(wrote(f"m-{number}", str(number)))
    with pytest.raises(StopAsyncIteration):
        await anext(changes)
    assert room.listeners == []


async def test_who_leaves_is_let_go(room: Room) -> None:
    changes = room.watch(SANNE)
    await anext(changes)
    assert len(room.listeners) == 1
    await changes.aclose()
    assert room.listeners == []


def test_effects_find_their_room_and_an_overview_without_a_room_is_shown_in_all() -> None:
    rooms = send.open_rooms(lambda: NOW)
    send.apply(rooms, Say(PLACE, card("alleen hier"), "card-1"))
    assert (len(rooms["samen-nl"].entries), len(rooms["samen-en"].entries)) == (1, 0)
    nowhere = Place("playground", "playground", "elders")
    send.apply(rooms, ShowHome(nowhere, SANNE, card("overzicht")))
    assert [room.snapshot(SANNE)["home"]["summary"] for room in rooms.values()] == ["overzicht", "overzicht"]
    with pytest.raises(ValueError, match="elders"):
        send.apply(rooms, Whisper(nowhere, SANNE, card(SECRET), "tip-1"))


def test_a_file_hangs_below_a_card_for_all_who_see_that(room: Room) -> None:
    room.apply(Say(PLACE, card("Overleg"), "item:1"))
    room.apply(Attach(PLACE, "item:1", "OV-1.ics", "BEGIN:VCALENDAR", "Open dit", "ics:item:1"))
    for who in (SANNE, KARIM):
        _, file = room.snapshot(who)["entries"]
        assert (file["file"], file["thread"], file["private"]) == ("OV-1.ics", "item:1", False)
        assert file["text"] == b64encode(b"BEGIN:VCALENDAR").decode()
