"""Slack's other door: it tells what happens over connections that we open, so that we need no address of our own."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.metrics import SLACK_CONNECTIONS
from bot.slack.api import Slack, Unanswered, call
from bot.slack.inside import Inside, come_in
from bot.slack.payload import Unreadable

CONNECTIONS = 2
"""While one is replaced, Slack delivers to the other."""

_FINAL = ("refused", "barred")

log = logging.getLogger(__name__)
# The SDK's own logger would tell addresses that let anybody in, and what people wrote. We tell how connections fare.
_silent = logging.getLogger(f"{__name__}.sdk")
_silent.disabled = True


@dataclass(frozen=True)
class Patience:
    """How long we wait, in seconds."""

    connect: float = 15.0
    """For a connection to be made."""
    again: float = 5.0
    """Before the next try, unless Slack asks for longer."""
    refused: float = 60.0
    """Before the next try when Slack does not want our token: somebody has to act first."""
    lost: float = 30.0
    """For a lost connection to come back by itself, before it is made anew."""
    look: float = 1.0
    """Between two looks at a connection."""
    ping: float = 5.0
    """Between two signs of life that we ask for."""
    goodbye: float = 3.0
    """For an acknowledgement to leave, a connection to close, and what is in hand to be finished when we stop."""


@dataclass
class Lines:
    """The connections, and the envelopes in hand."""

    connected: set[int] = field(default_factory=set)
    in_hand: set[asyncio.Task[None]] = field(default_factory=set)
    closing: bool = False
    """Nothing more is taken in: Slack brings it to whoever comes next."""

    def up(self) -> int:
        """How many connections there are."""
        return len(self.connected)

    def note(self, number: int, *, up: bool) -> None:
        """Whether a connection is up."""
        (self.connected.add if up else self.connected.discard)(number)
        SLACK_CONNECTIONS.set(self.up())


@asynccontextmanager
async def listening(
    slack: Slack, app_token: str, inside: Inside, patience: Patience | None = None
) -> AsyncIterator[Lines]:
    """Keep connections to Slack up, and take in what comes. What is in hand at the end is finished first."""
    patience, lines = patience or Patience(), Lines()
    keepers = [
        asyncio.create_task(_keep(number, slack, app_token, inside, lines, patience)) for number in range(CONNECTIONS)
    ]
    try:
        yield lines
    finally:
        lines.closing = True
        if lines.in_hand:
            await asyncio.wait(lines.in_hand, timeout=patience.goodbye)
        unfinished = [*keepers, *lines.in_hand]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)


async def _keep(number: int, slack: Slack, app_token: str, inside: Inside, lines: Lines, patience: Patience) -> None:
    """Keep one connection up for ever.

    The SDK's client comes back by itself from most of what goes wrong, but not from a handshake that fails: it then
    tries the same address, which works only once, for ever. So whoever stays away is closed and made anew.
    """
    while True:
        wait = patience.again
        client = SocketModeClient(app_token, _silent, slack.client, ping_interval=patience.ping)
        client.socket_mode_request_listeners.append(_listener(client, inside, lines, patience))
        try:
            async with asyncio.timeout(patience.connect):
                # Asked for here, so that what Slack says against it is heard.
                opened = await call(slack.client.apps_connections_open(app_token=app_token))
                client.wss_uri = str(opened["url"])
                await client.connect()  # type: ignore[no-untyped-call]
            log.info("connection %s to Slack is up", number)
            await _until_lost(client, number, lines, patience)
            log.warning("connection %s to Slack was lost; it is made anew", number)
        except Unanswered as problem:
            log.warning("connection %s: %s", number, problem)
            wait = max(wait, problem.sent.seconds or 0, patience.refused if problem.sent.outcome in _FINAL else 0)
        except TimeoutError:
            log.warning("connection %s to Slack could not be made in %s s", number, patience.connect)
        except Exception:
            log.exception("connection %s to Slack failed", number)
        finally:
            lines.note(number, up=False)
            await _close(client, patience)
        await asyncio.sleep(wait)


async def _until_lost(client: SocketModeClient, number: int, lines: Lines, patience: Patience) -> None:
    """Returns once the client has not been connected for too long."""
    clock = asyncio.get_running_loop().time
    seen = clock()
    while clock() - seen <= patience.lost:
        up = await client.is_connected()
        lines.note(number, up=up)
        if up:
            seen = clock()
        await asyncio.sleep(patience.look)


async def _close(client: SocketModeClient, patience: Patience) -> None:
    try:
        async with asyncio.timeout(patience.goodbye):
            await client.close()  # type: ignore[no-untyped-call]
    except Exception:
        # Nobody says goodbye back. The connection counts as closed by now, so that the rest is closed at once.
        with suppress(Exception):
            await client.close()  # type: ignore[no-untyped-call]


def _listener(
    client: SocketModeClient, inside: Inside, lines: Lines, patience: Patience
) -> Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]:
    async def listen(_client: AsyncBaseSocketModeClient, envelope: SocketModeRequest) -> None:
        if lines.closing:
            return
        # A task of our own, and kept: the SDK lets go of its own, and nobody could wait for them at the end.
        task = asyncio.create_task(_take_in(client, envelope, inside, patience))
        lines.in_hand.add(task)
        task.add_done_callback(lines.in_hand.discard)

    return listen


async def _take_in(client: SocketModeClient, envelope: SocketModeRequest, inside: Inside, patience: Patience) -> None:
    """Take in what an envelope holds, and only then acknowledge it. What is not acknowledged is brought again."""
    try:
        body = await come_in(inside, envelope.payload)
    except Unreadable as problem:
        log.warning("an envelope is not readable: %s", problem)
        body = None
    except Exception:
        log.exception("an envelope could not be taken in; Slack will bring it again")
        return
    told = {"envelope_id": envelope.envelope_id} | ({"payload": dict(body)} if body else {})
    try:
        async with asyncio.timeout(patience.goodbye):
            # Not by the SDK's way, which on a lost connection waits behind its reconnecting, and cut short there would
            # let go of a lock that is not its own.
            line = client.current_session
            if line is None or line.closed:
                raise ConnectionError("the connection is gone")
            await line.send_str(json.dumps(told))
    except (OSError, aiohttp.ClientError, TimeoutError) as problem:
        log.warning(
            "an envelope was taken in but not acknowledged (%s); its repeat is absorbed", type(problem).__name__
        )
