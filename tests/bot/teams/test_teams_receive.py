"""What Teams sends becomes what happened, and nothing else gets through."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.payload import Unreadable
from bot.teams.interact import ONCE
from bot.teams.markup import plain
from bot.teams.receive import translate
from bot.teams.ticket import unpacked
from handlers.vocabulary import (
    Archived,
    Arrived,
    ButtonPress,
    Command,
    Deleted,
    Edited,
    HomeOpened,
    Joined,
    Left,
    Message,
    Person,
    Place,
    SomeoneLeft,
    Submission,
    Unarchived,
)

PAYLOADS = Path(__file__).parent / "payloads"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TENANT = "0b57ab10-1111-4222-8333-444455556666"
SAM = Person("teams", TENANT, "00000000-0000-4000-8000-000000000001")
ROBIN = Person("teams", TENANT, "00000000-0000-4000-8000-000000000002")
NOBODY = Person("teams", TENANT, "29:1nobody")
"""Somebody of whom only the bot's own name for them is told."""
DESK = Place("teams", TENANT, "19:loket@thread.tacv2")
THREAD = Place("teams", TENANT, "19:loket@thread.tacv2", "1772442000100")
CHAT = Place("teams", TENANT, "a:1chat", direct=True)


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def happened(name: str, *channels: str) -> tuple[Arrived, ...]:
    return translate(payload(name), NOW, channels)


def one(name: str) -> Any:
    (event,) = happened(name)
    return event


# --- messages


def test_what_only_the_bot_sees_is_asked_of_it_and_never_said_in_the_channel() -> None:
    private = payload("message__channel")
    private["recipient"] = private["recipient"] | {"isTargeted": True}
    private["text"] = "/uit"
    (joined, asked) = translate(private, NOW)
    assert isinstance(joined, Joined)
    assert isinstance(asked, Command)
    assert asked.word == "uit"


def test_a_message_says_who_where_and_when() -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
    event = one("message__channel")
    assert event == Message(event.id, at, DESK, SAM, "1772442000100", "Dat is even wennen.")


def test_the_same_delivery_has_the_same_id_and_an_edit_another() -> None:
    names = ["message__channel", "messageUpdate__edit", "messageUpdate__undelete", "messageDelete__channel"]
    ids = [one(name).id for name in names]
    assert ids == [one(name).id for name in names]
    assert len(set(ids)) == 4
    later = payload("message__channel") | {"timestamp": "2026-03-02T09:00:20Z"}
    assert translate(later, NOW)[0].id == ids[0]  # a message that is sent again is still that message


def test_an_answer_is_in_a_thread_and_what_begins_one_is_not() -> None:
    assert one("message__channel").place == DESK
    assert one("message__reply").place == THREAD
    assert one("message__reply").text == "Goed & wel"


def test_what_is_said_in_a_group_chat_is_said_in_a_channel_without_threads() -> None:
    assert one("message__group_chat").place == Place("teams", TENANT, "19:group@thread.v2")


def test_quotes_and_code_can_be_told_from_ones_own_words() -> None:
    assert one("message__quote_and_code").text == (
        "> Robin\n> Het werkt niet\nDat zien we vaker\n```\nselect 1\nfrom dual\n```"
    )


def test_people_are_mentioned_by_name() -> None:
    assert one("message__mention_of_a_person").text == "Robin kijk je even?"


@pytest.mark.parametrize("name", ["by_software", "without_an_id", "empty", "foreign_button"])
def test_what_no_person_we_know_said_is_nothing(name: str) -> None:
    assert happened(f"message__{name}") == ()


@pytest.mark.parametrize(
    "name",
    ["messageReaction__like", "typing__personal", "messageUpdate__personal",
     "conversationUpdate__personal", "conversationUpdate__channel_renamed", "installationUpdate__remove_personal",
     "invoke__file_consent"],
)  # fmt: skip
def test_what_means_nothing_to_us_is_nothing(name: str) -> None:
    assert happened(name) == ()


def test_edits_and_deletions_are_of_the_same_message() -> None:
    edited, back = one("messageUpdate__edit"), one("messageUpdate__undelete")
    assert edited == Edited(
        edited.id, datetime(2026, 3, 2, 9, 1, tzinfo=UTC), DESK, SAM, "1772442000100", "Vrijdag weet ik meer."
    )
    assert isinstance(back, Edited)
    assert back.text == "Terug"
    gone = one("messageDelete__channel")
    assert gone == Deleted(gone.id, datetime(2026, 3, 2, 9, 3, tzinfo=UTC), DESK, "1772442000100")


def test_a_link_that_gets_a_preview_is_no_edit() -> None:
    changed = payload("messageUpdate__edit")
    changed["channelData"]["eventType"] = "linkPreview"
    assert translate(changed, NOW) == ()


def test_what_teams_puts_around_words_is_no_word() -> None:
    said = payload("message__mention_of_the_bot") | {"text": "<at>Samenspraak</at>&nbsp;status"}
    assert [event.word for event in translate(said, NOW) if isinstance(event, Command)] == ["status"]


# --- words to the bot


def test_what_begins_with_its_name_is_for_the_bot_which_is_in_that_channel_then() -> None:
    joined, command = happened("message__mention_of_the_bot")
    assert isinstance(joined, Joined)
    assert (joined.place, joined.who) == (DESK, None)
    assert isinstance(command, Command)
    assert (command.place, command.who, command.word, command.text) == (DESK, SAM, "check", "dat ligt aan jullie")
    assert unpacked(command.ticket).kind == "typed"


def test_a_message_that_only_speaks_of_the_bot_is_a_message() -> None:
    event = one("message__mention_of_the_bot_within")
    assert isinstance(event, Message)
    assert event.text == "Vraag het aan Samenspraak"


def test_all_that_is_typed_in_its_own_chat_is_for_the_bot() -> None:
    event = one("message__personal")
    assert isinstance(event, Command)
    assert (event.place, event.word, event.text) == (CHAT, "nakijken", "Dat ligt\naan jullie")


@pytest.mark.parametrize(
    ("name", "word", "text", "where"),
    [
        ("invoke__extension_compose", "check", "", DESK),
        ("invoke__extension_message", "promise", "Komt vrijdag", THREAD),
    ],
)
def test_the_message_extension_is_a_command_without_typing(name: str, word: str, text: str, where: Place) -> None:
    event = one(name)
    assert isinstance(event, Command)
    assert (event.word, event.text, event.place, event.who) == (word, text, where, SAM)
    assert unpacked(event.ticket).kind == "extension"


# --- presses and forms


@pytest.mark.parametrize(
    ("name", "button", "about", "kind"),
    [
        ("message__card_button", "stop", "7", "pressed"),
        ("invoke__task_fetch", "join", "7", "dialog"),
        ("invoke__adaptive_card", "why", "2", "execute"),
    ],
)
def test_a_press_says_what_was_pressed_and_where(name: str, button: str, about: str, kind: str) -> None:
    event = one(name)
    assert isinstance(event, ButtonPress)
    assert (event.button, event.about, event.place, event.who) == (button, about, DESK, SAM)
    ticket = unpacked(event.ticket)
    assert (ticket.kind, ticket.card, ticket.address) == (kind, "1772442001000", "29:1sam")


def test_a_press_on_a_card_in_a_thread_is_in_that_thread() -> None:
    assert one("invoke__task_fetch_in_thread").place == Place("teams", TENANT, DESK.channel, "1772442001000")


def test_a_form_says_where_it_was_opened_and_what_was_filled_in() -> None:
    event = one("message__form_in_chat")
    assert isinstance(event, Submission)
    assert (event.form, event.about, event.place) == ("consent", "7", DESK)
    assert event.answers == {"side": "client", "scopes": "hear tip", "date": ""}
    assert unpacked(event.ticket).form == "{}"
    sent = one("invoke__task_submit")
    assert (sent.form, sent.place) == ("promise", CHAT)
    assert sent.answers == {"what": "Bon in vijf minuten", "date": "2026-03-26"}
    assert unpacked(one("invoke__extension_sent").ticket).kind == "extension"


@pytest.mark.parametrize(
    ("other", "same"),
    [({}, True), ({"id": "f:2", "timestamp": "2026-03-02T10:00:03Z"}, True), ({"mark": "b2"}, False),
     ({"conversation": {"id": "a:2other", "conversationType": "personal"}}, False),
     ({"mark": "\0", "id": "f:2"}, False)],
)  # fmt: skip
def test_from_one_showing_of_a_form_somebody_sends_one_form(other: dict[str, Any], same: bool) -> None:
    names = set()
    for more in ({}, other):
        sent = payload("message__form_in_chat")
        sent["value"] |= {ONCE: more.get("mark", "a1")}
        (event,) = translate(sent | {name: value for name, value in more.items() if name != "mark"}, NOW)
        assert isinstance(event, Submission)
        assert SAM.id not in event.id
        names.add(event.id)
    assert (len(names) == 1) is same


@pytest.mark.parametrize("name", ["invoke__task_submit", "invoke__task_submit_other_button"])
def test_nobody_can_name_the_chat_of_another(name: str) -> None:
    made_up = payload(name)
    made_up["value"]["data"]["samenspraak"]["channel"] = "a:2other"
    (event,) = translate(made_up, NOW)
    assert event.place == CHAT


def test_another_button_on_a_form_is_a_press_with_what_was_filled_in() -> None:
    event = one("invoke__task_submit_other_button")
    assert isinstance(event, ButtonPress)
    assert (event.button, event.about, event.place, event.answers) == ("look_again", "4", CHAT, {"answer": "Vrijdag"})


# --- coming and going


@pytest.mark.parametrize("name", ["conversationUpdate__bot_added", "installationUpdate__add_channel"])
def test_the_bot_comes_into_the_channel_that_was_chosen(name: str) -> None:
    (event,) = happened(name, "19:other@thread.tacv2")
    assert isinstance(event, Joined)
    assert (event.place, event.who) == (DESK, None)


@pytest.mark.parametrize("kind", ["shared", "private", "Private"])
def test_where_it_reads_only_what_mentions_it_is_said(kind: str) -> None:
    assert not one("conversationUpdate__bot_added").mentions_only
    limited = payload("conversationUpdate__bot_added")
    limited["channelData"]["channel"]["type"] = kind
    (event,) = translate(limited, NOW)
    assert isinstance(event, Joined)
    assert event.mentions_only


def test_people_come_into_every_known_channel_of_the_team() -> None:
    events = happened("conversationUpdate__people_added", "19:a", "19:b")
    assert [(type(event), event.place.channel, event.who) for event in events if isinstance(event, Joined)] == [
        (Joined, "19:a", ROBIN), (Joined, "19:b", ROBIN), (Joined, "19:a", NOBODY), (Joined, "19:b", NOBODY),
    ]  # fmt: skip
    assert len({event.id for event in events}) == 4


def test_who_leaves_the_team_leaves_its_channels_also_when_it_is_not_said_who_it_was() -> None:
    events = happened("conversationUpdate__person_removed", "19:a", "19:b")
    assert [(event.place.channel, event.who) for event in events if isinstance(event, Left)] == [
        ("19:a", ROBIN), ("19:b", ROBIN),
    ]  # fmt: skip
    assert [event.place.channel for event in events if isinstance(event, SomeoneLeft)] == ["19:a", "19:b"]
    assert len({event.id for event in events}) == 4


def test_another_bot_that_leaves_is_nobody() -> None:
    changed = payload("conversationUpdate__person_removed") | {"membersRemoved": [{"id": "28:another"}]}
    assert translate(changed, NOW) == ()


@pytest.mark.parametrize(
    "name",
    ["conversationUpdate__bot_removed", "installationUpdate__remove_channel"],
)
def test_where_the_bot_is_taken_out_of_a_team_it_leaves_all_its_channels(name: str) -> None:
    events = happened(name, "19:a", "19:b")
    assert [(type(event), event.place.channel) for event in events] == [(Left, "19:a"), (Left, "19:b")]
    assert {event.who for event in events if isinstance(event, Left)} == {None}


def test_a_team_that_is_archived_closes_all_its_channels() -> None:
    events = happened("conversationUpdate__team_archived", "19:a", "19:b")
    assert [(type(event), event.place.channel) for event in events] == [(Archived, "19:a"), (Archived, "19:b")]


def test_a_channel_that_is_deleted_is_closed_and_one_that_is_restored_is_open() -> None:
    (closed,) = happened("conversationUpdate__channel_deleted", "19:a", DESK.channel)
    assert isinstance(closed, Archived)
    assert closed.place == DESK
    (opened,) = happened("conversationUpdate__channel_restored", "19:a")
    assert isinstance(opened, Unarchived)


def test_an_upgrade_is_harmless_for_who_was_there() -> None:
    assert isinstance(one("installationUpdate__upgrade"), Joined)


def test_who_takes_the_bot_into_their_own_chat_gets_their_page() -> None:
    event = one("installationUpdate__add_personal")
    assert isinstance(event, HomeOpened)
    assert (event.place, event.who) == (CHAT, SAM)


# --- what is not as it should be


@pytest.mark.parametrize("missing", ["conversation", "id", "channelData"])
def test_what_teams_would_never_send_is_named(missing: str) -> None:
    broken = {name: value for name, value in payload("message__channel").items() if name != missing}
    if missing == "channelData":
        broken["conversation"] = {"id": "19:x"}
    with pytest.raises(Unreadable, match="payload"):
        translate(broken, NOW)


@pytest.mark.parametrize("stamp", ["", "gisteren", "2026-03-02T09:00:00", "2026-99-02T09:00:00Z"])
def test_what_is_not_dated_happened_now(stamp: str) -> None:
    assert translate(payload("message__channel") | {"timestamp": stamp}, NOW)[0].at == NOW


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>een</div><div>twee</div>", "een\ntwee"),
        ("<p>een<br>twee</p>", "een\ntwee"),
        ("<p>a&nbsp;b &lt;script&gt;</p>", "a b <script>"),
        ("<ul><li>een</li><li>twee</li></ul>", "een\ntwee"),
        ("5 < 6 en 7 > 3", "5 < 6 en 7 > 3"),
        ("a<script>weg</script>b", "ab"),
        ('<p>top <emoji alt="👍"></emoji></p>', "top 👍"),
        ("<blockquote><blockquote>een</blockquote>twee</blockquote>drie", "> > een\n> twee\ndrie"),
        ("</blockquote></pre>los", "los"),
        ("<p></p><p> </p>", ""),
    ],
)
def test_html_is_read_as_a_person_does(html: str, text: str) -> None:
    assert plain(html) == text
