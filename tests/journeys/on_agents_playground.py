"""Microsoft's own stand-in for Teams, the real program, as its page would use it: HTTP in, a stream of messages out."""

import asyncio
import json
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import aiohttp
from node_tools import PROJECT, node
from sheets import PATIENCE, Time, settled
from teams_driver import actions, card_of, filled_in, inputs, typed, words

from storage.database import Database

Json = dict[str, Any]
CONFIG = Path(__file__).parent / "agents_playground.yml"
CHANNEL = "19:loket@thread.tacv2"
CHAT = "a:personal-sanne"
TENANT = "0b57ab10-1111-4222-8333-444455556666"
SANNE = {"id": "29:sanne", "name": "Sanne", "aadObjectId": "00000000-0000-4000-8000-000000000000"}
KARIM = {"id": "29:karim", "name": "Karim", "aadObjectId": "00000000-0000-4000-8000-000000000009"}
NOOR = {"id": "29:noor", "name": "Noor", "aadObjectId": "00000000-0000-4000-8000-000000000002"}

CONSENT = {"role": "service", "scopes": "hear tip registers", "mandate": "yes"}


@dataclass
class AgentsPlayground:
    """Who looks at it is Sanne; others can only be made to send something."""

    session: aiohttp.ClientSession
    url: str
    database: Database
    time: Time
    shown: list[tuple[str, Json]] = field(default_factory=list)
    """What it showed, with the conversation, in order; a card that changed comes again."""

    async def listen(self, stream: aiohttp.ClientWebSocketResponse) -> None:
        """Keep what is shown."""
        async for told in stream:
            event = json.loads(told.data)
            if event.get("action") in ("createMessage", "updateMessage"):
                message = event["message"]
                before = next((each for _, each in self.shown if each["messageId"] == message["messageId"]), {})
                # Of a message that changed it no longer tells in which thread it stands.
                self.shown.append((event["actionConversationId"].partition(";")[0], before | message))

    async def sees(self, conversation: str, fits: Callable[[Json], bool]) -> Json:
        """The first message in a conversation that fits, as soon as it is there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for where, message in self.shown:
                    if where == conversation and message.get("attachments") and fits(message):
                        return message
                await asyncio.sleep(0.05)

    async def post(self, path: str, body: Json) -> None:
        """Do something on the page, and let the bot get on with it."""
        async with self.session.post(f"{self.url}{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
        await asyncio.sleep(0.2)  # it answers before it has passed on what was done
        await settled(self.database, self.time)

    async def installed(self) -> None:
        """The bot is added to the channel."""
        await self.post(f"_debug/conversation/{quote(CHANNEL, safe='')}/installation", {})

    async def presses(self, where: str, message: Json, button: str, **answers: str) -> Json:
        """Sanne presses a button on a card with whatever is filled in on it. Returns what was sent."""
        card = card_of(message)
        value = actions(card)[button] | {
            name: typed(element, answers.get(name, filled_in(element))) for name, element in inputs(card).items()
        }
        thread = message.get("postConversationId") or where
        pressed = {"conversation": {"id": thread}, "from": {"id": SANNE["id"]}, "replyToId": message["messageId"]}
        await self.post("_conversation/v1/submit", pressed | {"value": value})
        return value

    async def types(self, text: str) -> None:
        """Sanne types to the bot in her own chat with it."""
        said = {"from": {"id": SANNE["id"]}, "text": text, "textFormat": "plain"}
        await self.post(f"_conversation/v1/conversations/{quote(CHAT, safe='')}/messages", said)

    async def does(self, who: Json, kind: str, *, where: str = CHANNEL, **more: Any) -> None:
        """Anybody does anything, in the channel unless it is said where."""
        query = f"conversationId={quote(where, safe='')}"
        async with self.session.get(f"{self.url}_internal/v1/customActivities/template?{query}") as answer:
            activity = await answer.json()
        done = {"type": kind, "from": who, "timestamp": self.time().isoformat()}
        await self.post("_internal/v1/customActivities", activity | done | more)


@contextmanager
def program(bot: str, folder: Path) -> Iterator[str]:
    """The program, running, for a bot at this address, which may come later. Yields where its page is."""
    port = free_port()
    script = PROJECT / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
    environment = os.environ | {
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "playground.log"),
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(CONFIG),
    }
    command = [*node(), str(script), "-p", str(port), "-e", bot, "-c", "msteams", "--disable-telemetry"]
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=folder)
    try:
        url = f"http://127.0.0.1:{port}/"
        _answers(url, process, folder / "output")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, output.read_text()
        try:
            urlopen(f"{url}_debug/ping", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(output.read_text())


def free_port() -> int:
    """A port at which nothing answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def looked_at(url: str, database: Database, time: Time) -> AsyncIterator[AgentsPlayground]:
    """The page of the program, opened by Sanne: what was shown before is not hers to see."""
    async with aiohttp.ClientSession() as session:
        made = AgentsPlayground(session, url, database, time)
        async with session.ws_connect(f"{url}_ws_conversation/v1/conversations/stream") as stream:
            listening = asyncio.create_task(made.listen(stream))
            yield made
            listening.cancel()


async def agreed(playground: AgentsPlayground, hers: str, his: str) -> None:
    """The bot comes into the channel, and both sides say yes: Sanne for hers, Karim for his."""
    await playground.installed()
    hello = await playground.sees(CHANNEL, lambda shown: "join" in actions(card_of(shown)))
    assert "Hallo, ik ben Samenspraak" in words(card_of(hello))

    # She says yes: no dialog here, so the form comes to her own chat.
    await playground.presses(CHANNEL, hello, "join")
    form = await playground.sees(CHAT, lambda shown: "mandate" in inputs(card_of(shown)))
    await playground.presses(CHAT, form, "", **CONSENT | {"side": hers, "mandate": ""})
    refused = await playground.sees(CHAT, lambda shown: "hierover mag beslissen" in words(card_of(shown)))
    filled = await playground.presses(CHAT, refused, "", **CONSENT | {"side": hers})

    # He says yes with the same form; the Playground can only be made to send what somebody else did.
    await playground.does(KARIM, "message", value=filled | {"side": his})
    await playground.sees(CHANNEL, lambda shown: "Ik luister mee in dit kanaal" in words(card_of(shown)))


def stands(item: Json, state: str) -> Callable[[Json], bool]:
    """Whether this is the card of an item, in a state."""
    return lambda shown: shown["messageId"] == item["messageId"] and f"Stand: {state}" in words(card_of(shown))
