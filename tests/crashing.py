"""A real `samenspraak serve` that is killed in the middle of its work, and the Slack on both sides of it."""

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from storage import consents, members, projects
from storage.database import opened
from storage.migrate import upgrade

SECRET = "made-up-signing-secret"
TENANT = "slack:TSUP"
DEFENSIVE = "Dat is even wennen, dat zien we bij elke klant."


@dataclass
class Crashing:
    """A server, the events that Slack has for it, and what became of them."""

    url: str
    folder: Path
    api: str
    shown: Counter[str] = field(default_factory=Counter)
    """How often each channel was whispered something."""
    acknowledged: set[str] = field(default_factory=set)
    saved: dict[str, str] = field(default_factory=dict)
    """The name in each form that was said to be saved, by channel."""
    failed: list[int] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None
    port: int = 0

    async def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        settings = {
            "SAMENSPRAAK_PORT": str(self.port),
            "SLACK_BOT_TOKEN": "xoxb-made-up",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.api,
            "DATABASE_URL": self.url,
        }
        proxies = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
        inherited = {name: value for name, value in os.environ.items() if name not in proxies}
        with (self.folder / "server.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", env=inherited | settings, stdout=log, stderr=log
            )
        async with aiohttp.ClientSession() as session:
            for _ in range(1200):  # a minute, for a machine that is busy
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                assert self.process.returncode is None, (self.folder / "server.log").read_text()
                await asyncio.sleep(0.05)
        raise TimeoutError((self.folder / "server.log").read_text())

    async def kill(self) -> None:
        """kill -9: no goodbye, no cleaning up; its ear goes too."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        left = [Path(f"/proc/{child}") for child in children.read_text().split()] if children.exists() else []
        self.process.kill()
        await self.process.wait()
        await until(lambda: not any(each.exists() for each in left))

    async def stop(self) -> None:
        """SIGTERM, and wait until it has ended; a minute is for a machine that is busy."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self.process.wait(), 60)

    async def post(self, session: aiohttp.ClientSession, body: str, kind: str) -> tuple[int, str]:
        timestamp = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body) or ""
        headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature, "Content-Type": kind}
        url = f"http://127.0.0.1:{self.port}/slack/events"
        async with session.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def until_taken(self, session: aiohttp.ClientSession, body: str, kind: str) -> str:
        """Deliver, and deliver again, as Slack does, until it is acknowledged. Returns the answer."""
        while True:
            try:
                status, answer = await self.post(session, body, kind)
            except (aiohttp.ClientError, OSError, TimeoutError):
                await asyncio.sleep(0.05)
                continue
            if status == 200:
                return answer
            self.failed.append(status)
            await asyncio.sleep(0.05)

    async def message(self, session: aiohttp.ClientSession, number: int, channel: str, words: str) -> None:
        # Written a while ago, so that its author has been silent for long enough.
        moment = f"{time.time() - 90:.0f}.{number:06d}"
        said = {"type": "message", "user": f"U{channel}", "team": "TSUP", "channel": channel, "text": words}
        event = said | {"ts": moment, "event_ts": moment, "channel_type": "channel"}
        whole = {"type": "event_callback", "event_id": f"Ev{number}", "event_time": 1, "team_id": "TSUP"}
        install = {"team_id": "TSUP", "user_id": "UBOT", "is_bot": True, "is_enterprise_install": False}
        body = json.dumps(whole | {"event": event, "authorizations": [install]})
        await self.until_taken(session, body, "application/json")
        self.acknowledged.add(f"slack:Ev{number}")

    async def form(self, session: aiohttp.ClientSession, number: int, channel: str) -> None:
        name = f"Project {number}"
        answers = {"name": name, "language": "nl", "zone": "Europe/Amsterdam", "country": "NL"}
        answers |= {"work_from": "08:00", "work_until": "18:00"}
        view = {
            "id": f"V{number}",
            "hash": "1.a",
            "type": "modal",
            "callback_id": "setup",
            "title": {"type": "plain_text", "text": "Project"},
            "close": {"type": "plain_text", "text": "Close"},
            "private_metadata": json.dumps({"team": "TSUP", "channel": channel, "thread": None, "about": ""}),
            "blocks": [{"type": "input", "block_id": key, "element": {"action_id": key}} for key in answers],
            "state": {"values": {key: {key: {"type": "plain_text_input", "value": answers[key]}} for key in answers}},
        }
        user = {"id": f"U{channel}", "team_id": "TSUP"}
        payload = {"type": "view_submission", "team": {"id": "TSUP"}, "user": user, "trigger_id": "1.2", "view": view}
        body = urlencode({"payload": json.dumps(payload)})
        answer = await self.until_taken(session, body, "application/x-www-form-urlencoded")
        assert '"errors"' not in answer, answer
        self.saved[channel] = name

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """Ask the database, from outside."""
        engine = create_engine(self.url.replace("postgresql://", "postgresql+psycopg://", 1))
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(text(statement))]
        engine.dispose()
        return rows

    async def settled(self, seconds: float) -> None:
        """Wait until everything that came in is decided, everything due is judged and all that was said has left."""
        open_rows = "SELECT count(*) FROM inbox WHERE state = 0", "SELECT count(*) FROM burst"
        leaving = "SELECT count(*) FROM outbox WHERE state IN (0, 1)"
        for _ in range(int(seconds / 0.1)):
            await asyncio.sleep(0.1)
            if all(self.query(each) == [(0,)] for each in (*open_rows, leaving)):
                return
        raise TimeoutError((self.folder / "server.log").read_text()[-3000:])


def prepare(url: str, talking: list[str], setting: list[str]) -> None:
    """Channels that agreed long ago to be heard, each with one author; in `setting` forms are filled in."""
    now = datetime.now(UTC)

    def everything(db: Session) -> None:
        for channel in (*talking, *setting):
            row = projects.start(db, TENANT, channel, language="nl", zone="UTC", country="", now=now)
            row.project.agreed_at = now - timedelta(days=30)
            row.project.work_from, row.project.work_until, row.project.work_days = 0, 24 * 60, "1234567"
            organisation, _ = projects.add_organisation(db, row.project, "TSUP", "Supplier")
            organisation.side = "supplier"
            author = members.add(db, row.project, organisation, "TSUP", f"U{channel}")
            author.tips = "yes"
            consents.give(db, organisation, {"hear", "tip"}, team="TSUP", person="UBOSS", role="sponsor", now=now)
            projects.listen(db, row.project, True)

    with opened(url) as database:
        upgrade(database.writing)
        database.write_now(TENANT, everything)


async def _fields(request: web.Request) -> dict[str, object]:
    return dict(await request.json() if request.content_type == "application/json" else await request.post())


async def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for what happens in another process."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  (nobody there who could set an event)
            await asyncio.sleep(0.005)


@asynccontextmanager
async def slack_api(crashing_url: str, folder: Path) -> AsyncIterator[Crashing]:
    """A small Slack Web API on this machine, and a server that talks to it (not started yet)."""
    crashing = Crashing(crashing_url, folder, "")

    async def serve(request: web.Request) -> web.Response:
        method, fields = request.match_info["method"], {**request.query, **(await _fields(request))}
        if method == "chat.postEphemeral":
            crashing.shown[str(fields["channel"])] += 1
            await asyncio.sleep(random.uniform(0, 0.02))
            return web.json_response({"ok": True, "message_ts": "1.2"})
        if method == "chat.postMessage":
            return web.json_response({"ok": True, "channel": fields["channel"], "ts": f"{time.time():.6f}"})
        return web.json_response({"ok": True, "messages": []})

    app = web.Application()
    app.router.add_route("*", "/api/{method}", serve)
    async with TestServer(app, host="127.0.0.1") as server:
        crashing.api = str(server.make_url("/api/"))
        try:
            yield crashing
        finally:
            if crashing.process is not None and crashing.process.returncode is None:
                await crashing.kill()


async def kill_and_restart(crashing: Crashing, channels: int, chatter: int, kills: int, seed: int) -> None:
    """Events and forms come in while the server is killed; then all promises are looked at."""
    dice = random.Random(seed)
    talking = [f"CTALK{n}" for n in range(channels)]
    setting = [f"CSET{n}" for n in range(channels)]
    prepare(crashing.url, talking, setting)
    await crashing.start()
    numbers = iter(range(1, 1_000_000))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session:
        work = [crashing.message(session, next(numbers), channel, DEFENSIVE) for channel in talking]
        work += [crashing.form(session, next(numbers), channel) for channel in setting]
        for _ in range(chatter):
            channel = dice.choice(setting)
            work.append(crashing.message(session, next(numbers), channel, "Het verslag staat in de map."))
        dice.shuffle(work)
        waiting = list(work)

        async def sender() -> None:
            while waiting:
                await waiting.pop()

        senders = [asyncio.create_task(sender()) for _ in range(8)]
        for kill in range(1, kills + 1):
            # Somewhere in the middle of the load, however fast it goes.
            left = len(work) * (1 - kill / (kills + 1))
            await until(lambda left=left: len(waiting) <= left)  # type: ignore[misc]
            await asyncio.sleep(dice.uniform(0, 0.1))
            await crashing.kill()
            await crashing.start()
        await asyncio.gather(*senders)
    await crashing.kill()
    await crashing.start()
    await crashing.settled(120)

    inbox = crashing.query("SELECT event_key, state, body FROM inbox")
    decided = {key for key, state, body in inbox if (state, body) == (1, None)}
    assert crashing.acknowledged <= decided, f"lost: {crashing.acknowledged - decided}"
    assert len(inbox) == len({row[0] for row in inbox})
    per_message = crashing.query("SELECT max(n) FROM (SELECT count(*) AS n FROM recent GROUP BY channel, message) AS c")
    assert per_message == [(1,)]
    nudges = Counter(str(row[0]) for row in crashing.query("SELECT channel FROM nudge"))
    assert set(nudges) == set(talking)
    assert set(nudges.values()) == {1}
    assert max(crashing.shown.values()) == 1, crashing.shown
    tips = crashing.query("SELECT channel, state FROM outbox WHERE kind = 'whisper'")
    assert len(tips) == len(talking)
    sent = {str(channel) for channel, state in tips if state == 2}
    assert sent <= set(crashing.shown)
    assert len(sent) >= len(talking) // 2
    names = dict(crashing.query("SELECT channel, name FROM channel JOIN project ON project.id = channel.project_id"))
    assert {channel: names[channel] for channel in setting} == crashing.saved
