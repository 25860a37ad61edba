"""Slack's door over real HTTP: only what Slack signed gets in, and only what is saved is acknowledged."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_payloads import payload
from slack_sdk.signature import SignatureVerifier

from bot.slack.app import BODY_LIMIT, endpoint, slack_app
from bot.slack.inside import Inside
from handlers.vocabulary import Card, Command, Event, Message, Reply

SECRET = "made-up-secret"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass
class House:
    """What stands behind the door."""

    client: Any = None
    taken: list[Event] = field(default_factory=list)
    handled: list[Event] = field(default_factory=list)
    trouble: Exception | None = None

    async def take(self, event: Event) -> None:
        if self.trouble:
            raise self.trouble
        self.taken.append(event)

    async def handle(self, event: Event) -> tuple[Reply, ...]:
        if self.trouble:
            raise self.trouble
        self.handled.append(event)
        return (Reply(Card("Hello", ())),)

    async def answer(self, answers: Any, event: Event) -> dict[str, Any] | None:
        return {"text": answers[0].card.summary} if isinstance(event, Command) else None

    async def post(self, body: str | bytes, kind: str = JSON, age: float = 0, **headers: str) -> tuple[int, str]:
        timestamp = str(int(time.time() - age))
        # The SDK signs text only; of other bytes no signature of Slack exists.
        text = body if isinstance(body, str) else body.decode(errors="replace")
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=text)
        signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature or "", "Content-Type": kind}
        wanted = {name: value for name, value in (signed | headers).items() if value != "absent"}
        response = await self.client.post("/slack/events", data=body, headers=wanted)
        return response.status, await response.text()


@asynccontextmanager
async def open_house() -> AsyncIterator[House]:
    house = House()
    app = slack_app(SECRET, Inside(house.take, house.handle, house.answer, _now))
    site = web.Application()
    site.router.add_post("/slack/events", endpoint(app, _now))
    async with TestClient(TestServer(site)) as client:
        house.client = client
        yield house


def _now() -> datetime:
    # The signature check of the SDK has no other clock than this one.
    return datetime.fromtimestamp(time.time(), UTC)


def event(name: str = "message__plain") -> str:
    return json.dumps(payload(name))


def interaction(name: str) -> str:
    return urlencode({"payload": json.dumps(payload(name))})


async def test_an_event_is_acknowledged_after_it_was_taken() -> None:
    async with open_house() as house:
        assert await house.post(event()) == (200, "")
        assert [type(each) for each in house.taken] == [Message]


async def test_an_event_that_cannot_be_saved_is_not_acknowledged(caplog: pytest.LogCaptureFixture) -> None:
    async with open_house() as house:
        house.trouble = OSError("disk full")
        status, body = await house.post(event())
        assert status == 500
        house.trouble = None
        assert (await house.post(event()))[0] == 200
        assert len(house.taken) == 1
    sentence = payload("message__plain")["event"]["text"]
    assert sentence not in body
    assert sentence not in caplog.text


async def test_a_command_is_answered_in_the_reply() -> None:
    async with open_house() as house:
        status, body = await house.post(urlencode(payload("slash__check")), FORM)
        assert (status, json.loads(body)) == (200, {"text": "Hello"})
        assert [each.word for each in house.handled if isinstance(each, Command)] == ["check"]


async def test_presses_forms_and_shortcuts_are_handled_at_once() -> None:
    async with open_house() as house:
        for name in ("block_actions__button", "view_submission__help", "message_action__check"):
            status, _ = await house.post(interaction(name), FORM)
            assert status == 200
        assert [type(each).__name__ for each in house.handled] == ["ButtonPress", "Submission", "Command"]
        assert house.taken == []


async def test_a_command_that_fails_is_not_said_to_be_done() -> None:
    async with open_house() as house:
        house.trouble = RuntimeError("no")
        assert (await house.post(interaction("block_actions__button"), FORM))[0] == 500


async def test_words_in_a_direct_message_are_handled_like_a_command() -> None:
    async with open_house() as house:
        assert (await house.post(event("message__im_command")))[0] == 200
        assert [type(each) for each in house.handled] == [Command]


async def test_what_is_not_ours_is_acknowledged_and_forgotten() -> None:
    async with open_house() as house:
        for name in ("message__bot", "reaction_added__person", "channel_shared__client"):
            assert (await house.post(event(name)))[0] == 200
        assert (await house.post(interaction("view_closed__help"), FORM))[0] == 200
        assert house.taken == house.handled == []


@pytest.mark.parametrize("client_id", ["", "1.2"])
async def test_slack_can_verify_the_address(client_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if client_id:  # in the environment they would make Bolt an installer, with files of its own
        monkeypatch.setenv("SLACK_CLIENT_ID", client_id)
        monkeypatch.setenv("SLACK_CLIENT_SECRET", "made-up")
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-made-up")
    async with open_house() as house:
        status, body = await house.post(event("url_verification__challenge"))
        assert (status, json.loads(body)) == (200, {"challenge": "say-it-back"})
        assert (await house.post(event()))[0] == 200
        assert len(house.taken) == 1


@pytest.mark.parametrize(
    ("age", "status"), [(0, 200), (290, 200), (310, 401), (-50, 200), (-70, 401), (86400, 401), (-(10**20), 401)]
)
async def test_a_replay_is_taken_for_five_minutes_and_from_the_future_for_one(age: float, status: int) -> None:
    async with open_house() as house:
        assert (await house.post(event(), age=age))[0] == status
        assert len(house.taken) == (status == 200)


@pytest.mark.parametrize(
    "timestamp", ["absent", "abc", "", "1e9", "-5", "9" * 13, "１７７２４４２０００", "0x10", "NaN"]
)
async def test_a_timestamp_that_is_none_is_refused(timestamp: str, caplog: pytest.LogCaptureFixture) -> None:
    async with open_house() as house:
        status, body = await house.post(event(), **{"X-Slack-Request-Timestamp": timestamp})
        assert status == 401
        assert "Traceback" not in body + caplog.text


@pytest.mark.parametrize("signature", ["absent", "", "v0=" + "0" * 64, "v0=é"])
async def test_what_slack_did_not_sign_is_refused(signature: str) -> None:
    async with open_house() as house:
        assert (await house.post(event(), **{"X-Slack-Signature": signature}))[0] == 401
        assert house.taken == []


async def test_a_check_of_the_certificate_opens_no_door() -> None:
    async with open_house() as house:
        forged = urlencode(payload("slash__check") | {"ssl_check": "1"})
        await house.post(forged, FORM, **{"X-Slack-Signature": "v0=0"})
        assert house.handled == []


BAD = {
    "utf-8": (b'{"type":"event_callback","x":"\xff\xfe"}', JSON),
    "half a body": (b'{"type":', JSON),
    "a list": (b"[1,2]", JSON),
    "a number": (b"7", JSON),
    "a bomb": (b'{"a":' * 100_000, JSON),
    "half a payload": (b"payload=%7B", FORM),
    "a list of a payload": (b"payload=[1]", FORM),
    "another event": (b'{"type":"event_callback","event":7}', JSON),
    "no authorization": (b'{"type":"event_callback","authorizations":5,"event":{"type":"message"}}', JSON),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_body_that_slack_would_not_send_is_a_bad_request(name: str, caplog: pytest.LogCaptureFixture) -> None:
    body, kind = BAD[name]
    async with open_house() as house:
        status, told = await house.post(body, kind)
        assert status == 400
        assert house.taken == []
    assert "Traceback" not in told + caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_body_that_is_too_large_is_refused() -> None:
    async with open_house() as house:
        assert (await house.post(b"{" + b" " * BODY_LIMIT + b"}"))[0] == 413

        async def drip() -> AsyncIterator[bytes]:  # without a length that could be looked at first
            for _ in range(3):
                yield b" " * (BODY_LIMIT // 2)

        now = str(int(time.time()))
        response = await house.client.post("/slack/events", data=drip(), headers={"X-Slack-Request-Timestamp": now})
        assert response.status == 413
        assert house.taken == []


async def test_nobody_reads_that_their_token_is_ignored(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-made-up")
    monkeypatch.setattr(logging.getLogger("slack_bolt"), "level", logging.ERROR)
    caplog.set_level(logging.INFO)
    async with open_house():
        assert [record for record in caplog.records if record.name.startswith("slack_bolt")] == []


async def test_many_at_once_are_all_taken() -> None:
    async with open_house() as house:
        bodies = [json.dumps(payload("message__plain") | {"event_id": f"Ev{n}"}) for n in range(50)]
        statuses = await asyncio.gather(*(house.post(body) for body in bodies))
        assert {status for status, _ in statuses} == {200}
        assert {each.id for each in house.taken if isinstance(each, Message)} == {f"Ev{n}" for n in range(50)}
