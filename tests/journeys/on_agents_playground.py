"""Microsoft's own stand-in for Teams, the real program, as its page would use it: HTTP in, a stream of messages out."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from node_tools import PROJECT, node
from sheets import PATIENCE, Time, settled
from teams_driver import actions, card_of, filled_in, inputs, typed

from storage.database import Database

Json = dict[str, Any]
CONFIG = Path(__file__).parent / "agents_playground.yml"
CHANNEL = "19:loket@thread.tacv2"
TENANT = "0b57ab10-1111-4222-8333-444455556666"
SANNE = {"id": "29:sanne", "name": "Sanne", "aadObjectId": "00000000-0000-4000-8000-000000000000"}
KARIM = {"id": "29:karim", "name": "Karim", "aadObjectId": "00000000-0000-4000-8000-000000000009"}


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
                self.shown.append((event["actionConversationId"].partition(";")[0], event["message"]))

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

    async def does(self, who: Json, kind: str, **more: Any) -> None:
        """Anybody does anything in the channel."""
        query = f"conversationId={quote(CHANNEL, safe='')}"
        async with self.session.get(f"{self.url}_internal/v1/customActivities/template?{query}") as answer:
            activity = await answer.json()
        done = {"type": kind, "from": who, "timestamp": self.time().isoformat()}
        await self.post("_internal/v1/customActivities", activity | done | more)


@asynccontextmanager
async def agents_playground(bot: str, database: Database, time: Time, folder: Path) -> AsyncIterator[AgentsPlayground]:
    """The program, running, with a bot at this address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = PROJECT / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
    environment = os.environ | {
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "playground.log"),
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(CONFIG),
    }
    command = [*node(), str(program), "-p", str(port), "-e", bot, "-c", "msteams", "--disable-telemetry"]
    with (folder / "output").open("w") as output:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=output, stderr=output, cwd=folder
        )
    try:
        async with aiohttp.ClientSession() as session:
            made = AgentsPlayground(session, f"http://127.0.0.1:{port}/", database, time)
            await _answers(made, process, folder / "output")
            async with session.ws_connect(f"{made.url}_ws_conversation/v1/conversations/stream") as stream:
                listening = asyncio.create_task(made.listen(stream))
                yield made
                listening.cancel()
    finally:
        process.terminate()
        await process.wait()


async def _answers(made: AgentsPlayground, process: asyncio.subprocess.Process, output: Path) -> None:
    async with asyncio.timeout(60):
        while True:
            assert process.returncode is None, output.read_text()
            try:
                async with made.session.get(f"{made.url}_debug/ping") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
