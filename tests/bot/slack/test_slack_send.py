"""Each sending is tried once, and says truthfully how it ended; what is uncertain can be found back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from dossiers import TINY
from fake_slack import HANG, RESET, slack_at_home

from bot.dossier.pack import packed
from bot.lately import Lately
from bot.mouth import Sent
from bot.slack.api import Unanswered, connect, may_respond
from bot.slack.connected import mouth
from bot.slack.roster import roster
from bot.slack.send import find, send
from handlers.vocabulary import (
    Attach,
    Card,
    Member,
    Person,
    Place,
    Replace,
    Say,
    Share,
    ShowHome,
    Text,
    Tip,
    Whisper,
    Withdraw,
)

SAM = Person("slack", "TSUP", "USAM")
HELP = Place("slack", "TSUP", "CHELP")
THREAD = replace(HELP, thread="1772441000.000001")
CARD = Card("Hello & welcome", (Text("Hello"),))
SAY = Say(THREAD, CARD, "hello")
WHISPER = Whisper(THREAD, SAM, CARD, "tip")
POSTED = {"ok": True, "channel": "CHELP", "ts": "1772442000.000900"}
OPENED = {"ok": True, "channel": {"id": "DSAM"}}
RATE = (429, {"Retry-After": "7"}, '{"ok":false,"error":"ratelimited"}')


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


async def test_saying_posts_once_in_the_thread_with_our_mark() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["chat.postMessage"] = [POSTED]
        assert await send(slack, SAY, 41) == Sent("sent", ref="CHELP/1772442000.000900")
    (asked,) = fake.told("chat.postMessage")
    assert asked["metadata"] == {"event_type": "samenspraak", "event_payload": {"outbox": "41"}}
    assert (asked["channel"], asked["thread_ts"]) == ("CHELP", "1772441000.000001")
    assert asked["text"] == "Hello &amp; welcome"
    assert asked["blocks"][0]["type"] == "rich_text"
    assert str(asked["unfurl_links"]).lower() in {"0", "false"}
    assert "link_names" not in asked


async def test_a_whisper_shows_in_place_to_one_person() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["chat.postEphemeral"] = [{"ok": True, "message_ts": "1.2"}]
        sent = await send(slack, WHISPER, 1)
        assert sent == Sent("sent", ref="ephemeral/CHELP/1.2")
        assert await send(slack, Withdraw(HELP, "tip"), 2, sent.ref) == Sent("unsupported")
        assert await send(slack, Replace(HELP, CARD, "tip"), 3, sent.ref) == Sent("unsupported")
        assert await find(slack, WHISPER, 1) is None
    assert [name for name, _ in fake.calls] == ["chat.postEphemeral"]
    assert (fake.calls[0][1]["user"], fake.calls[0][1]["thread_ts"]) == ("USAM", "1772441000.000001")


async def test_a_whisper_is_a_direct_message_only_where_that_was_chosen() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.open"] = [OPENED]
        fake.answers["chat.postMessage"] = [POSTED]
        sent = await send(slack, WHISPER, 1, direct=True)
        assert sent == Sent("sent", ref="DSAM/1772442000.000900")
        assert await send(slack, Withdraw(HELP, "tip"), 2, sent.ref) == Sent("sent", ref=sent.ref)
        assert await send(slack, Replace(HELP, CARD, "tip"), 3, sent.ref) == Sent("sent", ref=sent.ref)
    assert fake.told("chat.postMessage")[0]["channel"] == "DSAM"
    assert "thread_ts" not in fake.told("chat.postMessage")[0]
    assert fake.told("chat.delete") == [{"channel": "DSAM", "ts": "1772442000.000900"}]
    assert fake.told("chat.update")[0]["ts"] == "1772442000.000900"


async def test_a_whisper_in_a_direct_message_is_simply_said_there() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["chat.postMessage"] = [POSTED]
        await send(slack, replace(WHISPER, place=Place("slack", "TSUP", "DSAM")), 1)
    assert [name for name, _ in fake.calls] == ["chat.postMessage"]


async def test_the_home_page_is_published_for_one_person() -> None:
    async with slack_at_home() as (fake, slack):
        assert await send(slack, ShowHome(HELP, SAM, CARD), 1) == Sent("sent")
    assert fake.told("views.publish")[0]["user_id"] == "USAM"
    assert fake.told("views.publish")[0]["view"]["type"] == "home"


async def test_a_file_goes_to_the_direct_message() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.open"] = [OPENED]
        fake.answers["files.getUploadURLExternal"] = [{"ok": True, "upload_url": f"{fake.url}upload", "file_id": "F7"}]
        fake.answers["files.completeUploadExternal"] = [{"ok": True, "files": [{"id": "F7", "title": "me.json"}]}]
        sent = await send(slack, Share(HELP, SAM, "me.json", '{"about":"mé"}', "export"), 1)
    assert sent == Sent("sent", ref="DSAM/F7")
    assert fake.told("files.getUploadURLExternal") == [{"filename": "me.json", "length": "15"}]
    assert len(fake.told("upload")) == 1
    assert fake.told("files.completeUploadExternal")[0]["channel_id"] == "DSAM"


async def test_a_dossier_is_packed_when_it_leaves() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.open"] = [OPENED]
        fake.answers["files.getUploadURLExternal"] = [{"ok": True, "upload_url": f"{fake.url}upload", "file_id": "F7"}]
        fake.answers["files.completeUploadExternal"] = [{"ok": True, "files": [{"id": "F7", "title": "d.zip"}]}]
        sent = await send(slack, Share(HELP, SAM, "d.zip", TINY, "dossier", holds="dossier", instead=CARD), 1)
    assert sent == Sent("sent", ref="DSAM/F7")
    whole = packed(TINY)
    assert fake.told("upload") == [{"content": whole}]
    assert fake.told("files.getUploadURLExternal") == [{"filename": "d.zip", "length": str(len(whole))}]
    assert not fake.told("chat.postMessage")


INVITED = Attach(HELP, "item:1", "OV-1.ics", "BEGIN:VCALENDAR", "Open <this> & see", "ics:item:1")
SLOT = "files.getUploadURLExternal"
DONE = "files.completeUploadExternal"


async def test_a_file_hangs_below_what_it_goes_with() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers[SLOT] = [{"ok": True, "upload_url": f"{fake.url}upload", "file_id": "F7"}]
        fake.answers[DONE] = [{"ok": True, "files": [{"id": "F7"}]}]
        assert await send(slack, INVITED, 1, "CHELP/1.41") == Sent("sent", ref="CHELP/F7")
    assert fake.told("upload") == [{"content": b"BEGIN:VCALENDAR"}]
    (shown,) = fake.told(DONE)
    assert (shown["channel_id"], shown["thread_ts"]) == ("CHELP", "1.41")
    assert shown["initial_comment"] == "Open &lt;this&gt; &amp; see"
    assert not fake.told("chat.postMessage")


async def test_where_files_may_not_be_sent_the_card_has_the_address_and_a_reader_is_told() -> None:
    refused = {"ok": False, "error": "missing_scope"}
    async with slack_at_home() as (fake, slack):
        fake.answers |= {SLOT: [refused, refused, refused], "conversations.open": [OPENED, OPENED]}
        fake.answers["chat.postMessage"] = [POSTED]
        assert await send(slack, INVITED, 1, "CHELP/1.41") == Sent("unsupported", error="missing_scope")
        share = Share(HELP, SAM, "OV-1.ics", "BEGIN:VCALENDAR", "ics", instead=CARD)
        assert (await send(slack, share, 2)).outcome == "sent"
        assert (await send(slack, replace(share, instead=None), 3)).error == "missing_scope"
    (said,) = fake.told("chat.postMessage")
    assert said["channel"] == "DSAM"


async def test_a_file_that_may_hang_there_already_is_found_back() -> None:
    shows = {"ok": True, "messages": [{"ts": "1.41"}, {"ts": "1.42", "files": [{"name": "OV-1.ics"}]}]}
    says = {"ok": True, "messages": [{"ts": "1.43", "text": "Open &lt;this&gt; &amp; see"}]}
    other = {"ok": True, "messages": [{"ts": "1.44", "text": "Open", "files": [{"name": "OV-2.ics"}]}]}
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.replies"] = [shows, says, other]
        assert await find(slack, INVITED, 1, ref="CHELP/1.41") == "CHELP/1.42"
        assert await find(slack, INVITED, 1, ref="CHELP/1.41") == "CHELP/1.43"
        assert await find(slack, INVITED, 1, ref="CHELP/1.41") is None
        assert await find(slack, INVITED, 1) is None
    assert [each["ts"] for each in fake.told("conversations.replies")] == ["1.41"] * 3


@pytest.mark.parametrize("trouble", [RESET, (503, {}, "busy")])
async def test_a_file_that_was_not_uploaded_was_certainly_not_shared(trouble: Any) -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.open"] = [OPENED]
        fake.answers["files.getUploadURLExternal"] = [{"ok": True, "upload_url": f"{fake.url}upload", "file_id": "F7"}]
        fake.answers["upload"] = [trouble]
        assert (await send(slack, Share(HELP, SAM, "me.json", "{}", "export"), 1)).outcome == "retry"
    assert not fake.told("files.completeUploadExternal")


async def test_a_card_that_is_gone_already_counts_as_taken_away() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["chat.delete"] = [{"ok": False, "error": "message_not_found"}, RESET]
        assert (await send(slack, Withdraw(HELP, "tip"), 1, "DSAM/1.2")).outcome == "sent"
        assert (await send(slack, Withdraw(HELP, "tip"), 1, "DSAM/1.2")).outcome == "unknown"


HTML = "<html>sorry</html>"
ENDINGS: list[tuple[Any, Sent]] = [
    (RATE, Sent("retry", error="ratelimited", seconds=7)),
    ((429, {"Retry-After": "soon"}, HTML), Sent("retry", error="ratelimited", seconds=30)),
    ((200, {}, '{"ok":false,"error":"ratelimited"}'), Sent("retry", error="ratelimited", seconds=30)),
    ((503, {"Retry-After": "12"}, HTML), Sent("retry", error="http_503", seconds=12)),
    ((500, {}, HTML), Sent("retry", error="http_500", seconds=5)),
    ((502, {}, HTML), Sent("unknown", error="http_502")),
    ((504, {}, HTML), Sent("unknown", error="http_504")),
    ((200, {}, '{"ok":false,"error":"internal_error"}'), Sent("unknown", error="internal_error")),
    ((500, {}, '{"ok":false,"error":"fatal_error"}'), Sent("unknown", error="fatal_error")),
    ((200, {}, '{"ok":'), Sent("unknown", error="unreadable_answer")),
    ((403, {}, HTML), Sent("refused", error="http_403")),
    ((200, {}, '{"ok":false,"error":"user_not_in_channel"}'), Sent("refused", error="user_not_in_channel")),
    ((200, {}, '{"ok":false,"error":"token_revoked"}'), Sent("barred", error="token_revoked")),
]


@pytest.mark.parametrize(("answer", "ending"), ENDINGS)
async def test_every_answer_of_slack_has_one_meaning(answer: Any, ending: Sent) -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["chat.postEphemeral"] = [answer]
        assert await send(slack, WHISPER, 1) == ending
    assert len(fake.calls) == 1


async def test_a_line_that_is_cut_after_the_call_is_not_tried_again() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["chat.postMessage"] = [RESET]
        sent = await send(slack, SAY, 1)
    assert sent.outcome == "unknown"
    assert len(fake.calls) == 1


async def test_a_call_that_hangs_is_cut_short() -> None:
    async with slack_at_home(patience=0.2) as (fake, slack):
        fake.answers["chat.postMessage"] = [HANG]
        assert await send(slack, SAY, 1) == Sent("unknown", error="timeout")
    assert len(fake.calls) == 1


async def test_nobody_at_home_means_certainly_not_sent() -> None:
    async with aiohttp.ClientSession() as session:
        sent = await send(connect("xoxb-made-up", "http://127.0.0.1:1/api/", session), SAY, 1)
    assert sent == Sent("retry", error="no_connection", seconds=5)


async def test_a_direct_message_that_could_not_be_opened_is_certainly_not_sent() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.open"] = [RESET, {"ok": False, "error": "user_disabled"}]
        assert (await send(slack, WHISPER, 1, direct=True)).outcome == "retry"
        assert await send(slack, WHISPER, 1, direct=True) == Sent("refused", error="user_disabled")
    assert not fake.told("chat.postMessage")


def page(*marks: str, cursor: str = "") -> dict[str, Any]:
    messages = [
        {"ts": f"1.{mark}", "metadata": {"event_type": "samenspraak", "event_payload": {"outbox": mark}}}
        for mark in marks
    ]
    return {
        "ok": True,
        "messages": [{"ts": "0.1", "text": "no mark"}, *messages],
        "response_metadata": {"next_cursor": cursor},
    }


async def test_what_may_have_been_said_is_found_by_its_mark() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.replies"] = [page("40", cursor="next"), page("41"), page("40")]
        since = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        assert await find(slack, SAY, 41, since) == "CHELP/1.41"
        assert await find(slack, SAY, 41, since) is None
    first, second, _ = fake.told("conversations.replies")
    assert (first["ts"], first["oldest"]) == ("1772441000.000001", "1772442000.000000")
    assert str(first["include_all_metadata"]).lower() in {"1", "true"}
    assert second["cursor"] == "next"


async def test_a_direct_message_is_found_back_too() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.open"] = [OPENED]
        fake.answers["conversations.history"] = [page("9")]
        assert await find(slack, WHISPER, 9, direct=True) == "DSAM/1.9"


async def test_not_being_able_to_look_is_not_the_same_as_not_there() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.replies"] = [RATE]
        with pytest.raises(Unanswered) as caught:
            await find(slack, SAY, 41)
        assert caught.value.sent.seconds == 7
        fake.answers["conversations.replies"] = [page(cursor="more") for _ in range(20)]
        with pytest.raises(Unanswered):
            await find(slack, SAY, 41)


def user(id: str, team: str = "TSUP", **more: Any) -> dict[str, Any]:
    return {"ok": True, "user": {"id": id, "team_id": team, "tz": "Europe/Amsterdam", "locale": "nl-NL", **more}}


async def test_the_roster_tells_homes_guests_and_software_apart() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.members"] = [
            {"ok": True, "members": ["USAM", "UCLI", "UBOT"], "response_metadata": {"next_cursor": "c2"}},
            {"ok": True, "members": ["UGUEST", "UHIDDEN", "USLACKBOT", "UGONE"], "response_metadata": {}},
        ]
        users = (
            user("USAM"),
            user("UCLI", "TCLI", locale=None, tz=None),
            user("UBOT", is_bot=True),
            user("UGUEST", is_restricted=True, profile={"email": "kim@Client.Example"}),
            user("UHIDDEN", is_ultra_restricted=True, profile={}),
            user("USLACKBOT"),
            user("UGONE", deleted=True),
        )
        known = {each["user"]["id"]: each for each in users}
        fake.answers["users.info"] = [lambda asked: known[asked["user"]]]
        fake.answers["team.info"] = [
            {"ok": True, "team": {"id": "TSUP", "name": "Supplier"}},
            {"ok": False, "error": "missing_scope"},
        ]
        members = await roster(slack, HELP)
    assert members == (
        Member(SAM, "TSUP", "Supplier", "Europe/Amsterdam", "nl"),
        Member(Person("slack", "TCLI", "UCLI"), "TCLI", "TCLI", None, None),
        Member(Person("slack", "TSUP", "UGUEST"), "domain:client.example", "client.example", "Europe/Amsterdam", "nl"),
        Member(Person("slack", "TSUP", "UHIDDEN"), None, "", "Europe/Amsterdam", "nl"),
    )
    assert fake.told("conversations.members")[1]["cursor"] == "c2"


async def test_the_roster_of_one_person_asks_for_that_person_only() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["users.info"] = [user("USAM")]
        fake.answers["team.info"] = [{"ok": True, "team": {"id": "TSUP", "name": "Supplier"}}]
        (member,) = await roster(slack, HELP, SAM)
    assert member.person == SAM
    assert [name for name, _ in fake.calls] == ["users.info", "team.info"]


async def test_what_slack_told_of_somebody_is_dropped_on_time() -> None:
    now = 0.0
    async with slack_at_home() as (fake, slack):
        slack = replace(slack, people=Lately(lambda: now))
        fake.answers["users.info"] = [user("USAM"), user("USAM")]
        for _ in range(2):
            await roster(slack, HELP, SAM)
        assert len(fake.told("users.info")) == 1
        now += 600
        forget = mouth(slack).forget
        assert forget is not None
        forget()
        assert len(slack.people) == 0


async def test_a_roster_that_slack_does_not_give_is_no_empty_roster() -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["conversations.members"] = [RATE]
        with pytest.raises(Unanswered):
            await roster(slack, HELP)
        fake.answers["conversations.members"] = [{"ok": True, "members": ["USAM"]}]
        fake.answers["users.info"] = [user("USAM")]
        fake.answers["team.info"] = [RATE]
        with pytest.raises(Unanswered):
            await roster(slack, HELP)


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://hooks.slack.com/actions/1", True),
        ("https://slack.com/x", True),
        ("https://hooks.slack-gov.com/actions/1", True),
        ("https://slack-gov.com/x", True),
        ("https://slack-gov.com:444/x", False),
        ("http://127.0.0.1:4003/hook", True),
        ("http://127.0.0.1:4004/hook", False),
        ("http://hooks.slack.com/actions/1", False),
        ("https://slack.com.evil.example/", False),
        ("https://evilslack.com/", False),
        ("https://slack.com@evil.example/", False),
        ("http://169.254.169.254/latest", False),
        ("https://user:pw@hooks.slack.com/", True),
        ("//hooks.slack.com/", False),
        ("file:///etc/passwd", False),
        ("", False),
        ("https://[", False),
    ],
)
async def test_only_slack_gets_an_answer(url: str, trusted: bool) -> None:
    async with aiohttp.ClientSession() as session:
        slack = connect("xoxb-made-up", "https://slack-gov.com/api/", session, also=("http://127.0.0.1:4003",))
        assert may_respond(slack, url) is trusted


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"ok": True, "dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 4102444800}, "retry"),
        ({"ok": True, "dnd_enabled": True, "next_dnd_start_ts": 4102440000, "next_dnd_end_ts": 4102444800}, "sent"),
        ({"ok": True, "dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 4102444800}, "sent"),
        ({"ok": False, "error": "missing_scope"}, "sent"),
    ],
)
async def test_a_tip_waits_while_its_reader_does_not_want_to_be_disturbed(told: dict[str, Any], outcome: str) -> None:
    async with slack_at_home() as (fake, slack):
        fake.answers["dnd.info"] = [told]
        fake.answers["chat.postEphemeral"] = [{"ok": True, "message_ts": "1.2"}]
        sent = await send(slack, replace(WHISPER, tip=Tip("normalising", None)), 1)
        assert sent.outcome == outcome
        assert len(fake.told("chat.postEphemeral")) == (outcome == "sent")
