"""What Slack sends becomes what happened, and nothing else gets through."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_payloads import NAMES, NOW, payload

from bot.slack.markup import escape, plain, shortened
from bot.slack.pack import unpacked
from bot.slack.payload import Unreadable
from bot.slack.receive import translate
from handlers.vocabulary import (
    Archived,
    Barred,
    ButtonPress,
    Command,
    Deleted,
    Edited,
    Event,
    HomeOpened,
    Joined,
    Left,
    Message,
    Moved,
    Person,
    Place,
    Submission,
    Unarchived,
    Uninstalled,
    Unshared,
)

SAM = Person("slack", "TSUP", "USAM")
ROBIN = Person("slack", "TCLI", "UCLI")
HELP = Place("slack", "TSUP", "CHELP")
THREAD = Place("slack", "TSUP", "CHELP", "1772441000.000001")


def happened(name: str) -> Any:
    return translate(payload(name), NOW)


def test_a_message_says_who_where_and_when() -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 100, tzinfo=UTC)
    text = "That is normal after an update, it settles by itself."
    assert happened("message__plain") == Message("Ev0001", at, HELP, SAM, "1772442000.000100", text)


def test_someone_of_the_other_organisation_keeps_their_own_home() -> None:
    heard = happened("message__client")
    assert heard.who == ROBIN
    assert heard.place == HELP
    assert happened("message__client_enterprise").who == Person("slack", "ECLI", "WCLI")


def test_a_reply_is_in_its_thread_and_the_first_message_in_the_channel() -> None:
    assert happened("message__thread_reply").place == THREAD
    assert happened("message__thread_broadcast").place == THREAD
    assert happened("message__thread_parent").place == HELP


def test_what_a_person_wrote_with_a_file_or_as_an_action_is_a_message() -> None:
    assert happened("message__file_share").text == "The log of this morning"
    assert happened("message__me").text == "checks the queue"
    assert happened("message__me").who == SAM


def test_forwarded_words_are_not_the_authors() -> None:
    assert happened("message__forwarded").text == "See below."


def test_markup_becomes_what_people_read() -> None:
    assert happened("message__quoted").text == (
        "> it is <broken> & slow\n"
        "@UCLI &lt; see the status page and #help-printers @channel @desk desk@example.com https://example.com/a\n"
        "```x < y```"
    )


@pytest.mark.parametrize(
    "name",
    [
        "message__file_without_text",
        "message__bot",
        "message__app_user",
        "message__own",
        "message__slackbot",
        "message__channel_join",
        "message__channel_topic",
        "message_changed__unfurl",
        "message_changed__reply_count",
        "message_changed__bot",
        "message_changed__im",
        "message_deleted__bot",
        "app_home_opened__messages",
        "channel_shared__client",
        "tokens_revoked__person",
        "reaction_added__person",
        "block_actions__datepicker",
        "view_closed__help",
    ],
)
def test_software_and_bookkeeping_are_not_heard(name: str) -> None:
    assert happened(name) is None


def test_the_same_words_in_a_direct_message_are_a_command() -> None:
    direct = Place("slack", "TSUP", "DCLI", direct=True)
    asked = happened("message__im_command")
    assert (asked.word, asked.text) == ("check", "It works here, so it must be\nyour network.")
    assert (asked.who, asked.place, asked.id) == (ROBIN, direct, payload("message__im_command")["event_id"])
    assert (happened("message__im_word").word, happened("message__im_word").text) == ("help", "")


def test_an_installation_for_a_whole_company_is_one_tenant() -> None:
    assert happened("message__org_install").place.tenant == "slack:ESUP"
    assert happened("slash__org_install").place.tenant == "slack:ESUP"


def test_an_edit_brings_the_new_words() -> None:
    edit = happened("message_changed__edit")
    assert edit == Edited(
        payload("message_changed__edit")["event_id"],
        datetime(2026, 3, 2, 9, 1, 30, tzinfo=UTC),
        HELP,
        SAM,
        "1772442000.000100",
        "That looks normal to us; I check it before noon.",
        datetime(2026, 3, 2, 9, 0, 0, 100, tzinfo=UTC),
    )
    assert happened("message_changed__client_edit").who == ROBIN
    assert happened("message_changed__client_edit").place == THREAD


def test_a_deleted_message_is_gone_with_or_without_replies() -> None:
    deleted = happened("message_deleted__person")
    assert isinstance(deleted, Deleted)
    assert (deleted.place, deleted.message) == (THREAD, "1772442000.000100")
    tombstone = happened("message_changed__tombstone")
    assert isinstance(tombstone, Deleted)
    assert (tombstone.place, tombstone.message) == (HELP, "1772442000.000100")


def test_the_bot_and_people_come_and_go() -> None:
    assert isinstance(happened("member_joined_channel__bot"), Joined)
    assert happened("member_joined_channel__bot").who is None
    assert happened("member_joined_channel__person").who == ROBIN
    assert isinstance(happened("member_left_channel__person"), Left)
    assert happened("member_left_channel__person").who == ROBIN
    assert happened("channel_left__bot").who is None
    assert happened("group_left__bot").place.channel == "GHELP"


def test_a_channel_is_closed_opened_and_no_longer_shared() -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 300, tzinfo=UTC)
    assert happened("channel_archive__person") == Archived("Ev0101", at, HELP)
    assert happened("group_archive__person") == Archived("Ev0102", at, Place("slack", "TSUP", "GHELP"))
    assert happened("channel_deleted__person") == Archived("Ev0103", at, HELP)
    assert happened("channel_unarchive__person") == Unarchived("Ev0104", at, HELP)
    assert happened("channel_unshared__client") == Unshared("Ev0105", at, HELP, "TCLI")


def test_a_channel_may_get_another_id_when_it_is_shared() -> None:
    moved = happened("channel_id_changed__shared")
    assert isinstance(moved, Moved)
    assert (moved.place, moved.to) == (Place("slack", "TSUP", "GHELP"), "CHELP")


def test_the_bot_is_taken_out_or_loses_its_key() -> None:
    everywhere = Place("slack", "TSUP", "")
    assert happened("app_uninstalled__workspace").place == everywhere
    assert isinstance(happened("app_uninstalled__workspace"), Uninstalled)
    lost = happened("tokens_revoked__bot")
    assert isinstance(lost, Barred)
    assert (lost.id, lost.place, lost.at) == ("Ev0108", everywhere, datetime(2026, 3, 2, 9, tzinfo=UTC))


def test_opening_the_home_page() -> None:
    opened = happened("app_home_opened__home")
    assert isinstance(opened, HomeOpened)
    assert (opened.who, opened.place) == (SAM, Place("slack", "TSUP", "DSAM", direct=True))


def test_a_slash_command() -> None:
    asked = happened("slash__check")
    assert (asked.id, asked.at, asked.place, asked.who) == ("command:111.222.slash", NOW, HELP, SAM)
    assert (asked.word, asked.text) == ("check", "that is @UCLI's own\nsetting & not ours")
    ticket = unpacked(asked.ticket)
    assert (ticket.kind, ticket.trigger) == ("slash", "111.222.slash")
    assert ticket.url == "https://hooks.slack.com/commands/TSUP/1/aaa"
    assert (happened("slash__empty").word, happened("slash__empty").text) == ("", "")


def test_shortcuts_are_commands() -> None:
    assert (happened("shortcut__check").word, happened("shortcut__check").text) == ("check", "")
    on_message = happened("message_action__check")
    assert (on_message.word, on_message.text, on_message.place) == ("check", "Is it <done> yet?", THREAD)
    assert on_message.who == SAM
    promise = happened("message_action__promise")
    assert (promise.word, promise.text, promise.place) == ("promise", "Is it <done> yet?", THREAD)


def test_a_press_says_which_button_and_what_for() -> None:
    press = happened("block_actions__button")
    assert (press.id, press.button, press.about) == ("action:111.333.act", "help", "tip-1")
    assert (press.place, press.who, press.answers) == (HELP, SAM, {})
    assert happened("block_actions__thread").place == THREAD
    assert (happened("block_actions__menu").button, happened("block_actions__menu").about) == ("why", "tip-1|v2")
    assert happened("block_actions__second_of_a_name").button == "join"
    assert (happened("block_actions__client").who, happened("block_actions__client").about) == (ROBIN, "")


def test_a_press_in_a_form_brings_what_is_filled_in() -> None:
    press = happened("block_actions__modal")
    assert isinstance(press, ButtonPress)
    assert (press.button, press.about, press.place) == ("again", "tip-1", THREAD)
    assert press.answers["draft"] == "I look at it before noon.\nYou hear from me."
    assert unpacked(press.ticket).view == "VHELP"
    assert happened("block_actions__home").place.channel == "DSAM"
    assert unpacked(happened("block_actions__home").ticket).kind == "home"


def test_a_press_can_repeat_what_was_typed() -> None:
    again = happened("block_actions__typed_again")
    assert isinstance(again, Command)
    assert (again.word, again.text, again.who) == ("check", "It works here.", ROBIN)
    assert unpacked(again.ticket).trigger == "111.333.act"


def test_a_form_brings_each_answer_as_text() -> None:
    form = happened("view_submission__help")
    assert isinstance(form, Submission)
    assert (form.id, form.form, form.about) == ("view:VHELP:1772442060.abc", "help", "tip-1")
    assert (form.place, form.who) == (THREAD, SAM)
    assert form.answers == {
        "draft": "I look at it before noon.\nYou hear from me.",
        "tone": "warm",
        "scopes": "hear tip",
        "by": "2027-03-01",
        "owner": "UCLI",
        "hours": "2.5",
        "extra": "",
    }
    assert unpacked(form.ticket).blocks["draft"] == "draft:0a1b2c3d"


@pytest.mark.parametrize("name", NAMES)
def test_moments_are_aware_and_ids_are_filled(name: str) -> None:
    event = happened(name)
    if event is not None:
        assert event.at.utcoffset() is not None
        assert event.id
        assert event.place.team


@pytest.mark.parametrize("broken", ["yesterday", "", "-1", "1e9", "٣", "9" * 11, "1772442000.1234567"])
def test_a_timestamp_that_is_none_is_named(broken: str) -> None:
    body = payload("message__plain")
    body["event"]["ts"] = broken
    with pytest.raises(Unreadable, match=r"timestamp|event|ts"):
        translate(body, NOW)


def test_private_metadata_of_somebody_else_is_refused() -> None:
    for kept in ("", "{", "[]", '{"team":"TSUP"}', "[" * 5000):
        body = payload("view_submission__help")
        body["view"]["private_metadata"] = kept
        with pytest.raises(Unreadable):
            translate(body, NOW)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in inside for found in [(*path, key), *_paths(each, (*path, key))]]


_PLACES = [(name, path) for name in NAMES for path in _paths(payload(name))]
_ODD = st.sampled_from([None, "", 0, -1, 1e308, True, [], {}, [[]], ["x"], {"x": 1}, "<!channel>", "\ud800", "9" * 400])


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(_PLACES), st.one_of(st.just("gone"), _ODD))
def test_a_mangled_payload_is_understood_ignored_or_named(place: tuple[str, tuple[Any, ...]], odd: object) -> None:
    name, path = place
    body = payload(name)
    parent: Any = body
    for step in path[:-1]:
        parent = parent[step]
    if odd == "gone":
        del parent[path[-1]]
    else:
        parent[path[-1]] = odd
    try:
        event = translate(body, NOW)
    except Unreadable:
        return
    if event is not None:
        assert isinstance(event, get_args(Event))
        texts = [getattr(event, each.name) for each in fields(event) if each.name in {"id", "text", "word", "button"}]
        assert all(isinstance(text, str) for text in texts)


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert plain(escape(text)) == text
    assert "<" not in escape(text)


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_shortened_text_fits(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit
