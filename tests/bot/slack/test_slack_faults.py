"""Slack delivers twice, in any order and late: through the real door, into a real database, out to one tip at most."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from fake_slack import FakeSlack, slack_at_home
from slack_payloads import payload
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import engine
from bot.house import House
from bot.slack import connected
from handlers.turn import Hearing, Policy
from storage import consents, members, projects
from storage.database import EVERYWHERE, Database
from storage.database import opened as open_database
from storage.migrate import upgrade
from storage.tables import Inbox, Recent

SECRET = "made-up-secret"
TENANT = "slack:TSUP"
WRITTEN = datetime(2026, 3, 2, 9, 0, 0, 100, tzinfo=UTC)
"""When the recorded message was written."""


def agreed(db: Session) -> None:
    """Both organisations said yes to tips, and Sam wants them."""
    channel = projects.start(db, TENANT, "CHELP", language="nl", zone="UTC", country="NL", now=WRITTEN)
    for team, side, person in (("TSUP", "supplier", "USAM"), ("TCLI", "client", "UCLI")):
        organisation, _ = projects.add_organisation(db, channel.project, team, team)
        organisation.side = side
        consents.give(db, organisation, {"hear", "tip"}, team=team, person=person, role="service", now=WRITTEN)
        members.add(db, channel.project, organisation, team, person).tips = "yes"
    projects.listen(db, channel.project, True)


@dataclass
class Shop:
    """A house whose clock stands still until it is put forward, and its door."""

    database: Database
    fake: FakeSlack
    client: Any = None
    house: Any = None
    now: datetime = WRITTEN

    async def post(self, name: str, age: float = 0, event_id: str | None = None) -> int:
        """Deliver a recorded event, signed `age` seconds ago."""
        body = json.dumps(payload(name) | ({"event_id": event_id} if event_id else {}))
        stamp = str(int(time.time() - age))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""}
        signed["Content-Type"] = "application/json"
        async with self.client.post("/slack/events", data=body, headers=signed) as answer:
            return int(answer.status)

    async def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)
        await engine.settle(self.house)

    async def count(self, table: Any) -> int:
        return await self.database.read(EVERYWHERE, lambda db: db.scalar(select(func.count()).select_from(table)) or 0)

    @property
    def tips(self) -> int:
        return len(self.fake.told("chat.postEphemeral"))


@pytest.fixture
async def shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with opened(database) as made:
        yield made


@asynccontextmanager
async def opened(database: Database, *, begins: bool = True) -> AsyncIterator[Shop]:
    async with slack_at_home() as (fake, slack):
        made = Shop(database, fake)

        async def ear(_listen: object) -> Hearing:
            return Hearing("normalising", 0.95, nudge=True, lang="en")

        loose = {"slack": Policy(restraint=False, holdback=False)}
        mouths = {"slack": connected.mouth(slack)}
        made.house = House(database, ear, mouths, lambda: made.now, lambda: 0.5, lambda: None, loose)
        fake.answers["chat.postEphemeral"] = [lambda _asked: {"ok": True, "message_ts": "1.2"}]
        if begins:
            await database.write(TENANT, agreed)
        site = web.Application()
        door = connected.door(slack, made.house, SECRET, lambda: datetime.fromtimestamp(time.time(), UTC))
        site.router.add_post("/slack/events", door)
        async with TestClient(TestServer(site)) as made.client:
            yield made


async def test_an_event_that_comes_four_times_two_at_once_is_there_once_and_gives_one_tip(shop: Shop) -> None:
    """F03."""
    assert await asyncio.gather(shop.post("message__plain"), shop.post("message__plain")) == [200, 200]
    await shop.later()
    assert await shop.post("message__plain") == 200
    await shop.later(seconds=61)
    assert await shop.post("message__plain") == 200
    await shop.later(seconds=61)
    assert await shop.count(Inbox) == 1
    assert shop.tips == 1


async def test_two_replicas_that_get_it_twice_each_keep_it_once_and_give_one_tip(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F03, with several of us."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with open_database(postgres_url) as one, open_database(postgres_url) as other:
        upgrade(one.writing)
        async with opened(one) as first, opened(other, begins=False) as second:
            posts = (each.post("message__plain") for each in (first, second, first, second))
            assert await asyncio.gather(*posts) == [200] * 4
            for seconds in (0, 61, 61):
                await asyncio.gather(first.later(seconds=seconds), second.later(seconds=seconds))
            assert await first.count(Inbox) == 1
            assert first.tips + second.tips == 1


THREE = ("message__plain", "message_changed__edit", "message_deleted__person")


@pytest.mark.parametrize("order", list(permutations(THREE)), ids=">".join)
@pytest.mark.parametrize("apart", [True, False])
async def test_in_whatever_order_they_come_what_was_deleted_is_gone_and_gives_no_tip(
    shop: Shop, order: tuple[str, ...], apart: bool
) -> None:
    """F04: decided one by one, or all together."""
    for name in order:
        assert await shop.post(name) == 200
        if apart:
            await shop.later()
    await shop.later(seconds=61)
    await shop.later(seconds=61)
    assert await shop.count(Recent) == 0
    assert shop.tips == 0


async def test_a_replay_within_five_minutes_changes_nothing_and_later_is_refused(shop: Shop) -> None:
    """F05."""
    assert await shop.post("message__plain") == 200
    await shop.later(seconds=61)
    assert await shop.post("message__plain", age=240) == 200
    await shop.later(seconds=61)
    assert await shop.post("message__plain", age=360) == 401
    assert await shop.count(Inbox) == 1
    assert shop.tips == 1


@pytest.mark.parametrize("stamp", ["abc", "", "1" + "0" * 20])
@pytest.mark.parametrize("body", [b"{}", b" " * 2 * 1024**2, b'{"x":"\xff\xfe"}'], ids=["small", "2 MiB", "bad UTF-8"])
async def test_what_slack_would_not_send_is_refused_without_a_trace(
    shop: Shop, stamp: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """F06; and with a timestamp that is right, the same bodies."""
    for each in (stamp, str(int(time.time()))):
        headers = {"X-Slack-Request-Timestamp": each, "X-Slack-Signature": "v0=00", "Content-Type": "application/json"}
        async with shop.client.post("/slack/events", data=body, headers=headers) as answer:
            assert 400 <= answer.status < 500
    assert await shop.count(Inbox) == 0
    assert "Traceback" not in caplog.text
