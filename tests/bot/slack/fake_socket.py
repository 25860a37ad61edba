"""A loopback Slack that tells what happens over Socket Mode, and fails in every way that the real one does."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

DEADLINE = 20.0
"""Seconds after which a test that waits for something has failed."""


@dataclass
class Line:
    """One connection. `deaf`: the other end is gone and nobody told us, so nothing is read and no ping answered."""

    ws: web.WebSocketResponse
    request: web.Request
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    deaf: asyncio.Event = field(default_factory=asyncio.Event)
    cut: bool = False

    @property
    def open(self) -> bool:
        return not self.ws.closed and not self.cut

    async def says(self, **message: Any) -> None:
        await self.ws.send_str(json.dumps(message))

    def reset(self) -> None:
        """The connection is cut, without a goodbye."""
        transport: Any = self.request.transport
        sock = transport.get_extra_info("socket")
        # Linger for nothing: the other end gets a reset instead of an end.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        self.cut = True


@dataclass
class SocketSlack:
    """`openings` are the answers to apps.connections.open, in turn; `handshakes` the statuses of what follows."""

    openings: list[Any] = field(default_factory=list)
    handshakes: list[int | None] = field(default_factory=list)
    """A status to refuse with; None hangs for ever."""
    lines: list[Line] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Which methods were called, with which authorization."""
    addresses: list[str] = field(default_factory=list)
    """The query of each handshake: an address works only once."""
    url: str = ""
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _number: Any = field(default_factory=lambda: count(1))

    async def until(self, ready: Any) -> None:
        """Wait for something to be so. Fails after a long while."""
        async with asyncio.timeout(DEADLINE), self._changed:
            await self._changed.wait_for(ready)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def line(self) -> Line:
        """A connection that is up."""
        return next(line for line in self.lines if line.open and not line.deaf.is_set())

    def up(self) -> int:
        return sum(line.open and not line.deaf.is_set() for line in self.lines)

    def acknowledged(self) -> list[dict[str, Any]]:
        return [each for line in self.lines for each in line.acknowledged]

    async def sends(self, payload: dict[str, Any], kind: str = "events_api", **more: Any) -> str:
        """Send an envelope over one of the connections; returns its id."""
        envelope = more.pop("envelope_id", None) or f"envelope-{next(self._number)}"
        line = more.pop("line", None) or self.line()
        accepts = kind != "events_api"
        usual = {"accepts_response_payload": accepts, "retry_attempt": 0, "retry_reason": ""}
        await line.says(type=kind, envelope_id=envelope, payload=payload, **usual | more)
        return str(envelope)

    # --- HTTP

    async def api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.asked.append((method, request.headers.get("Authorization", "")))
        assert "token" not in request.query_string
        try:
            if method != "apps.connections.open":
                return web.json_response({"ok": True})
            answer = self.openings.pop(0) if self.openings else {"ok": True}
            if isinstance(answer, int):
                return web.Response(status=answer, text="<html>sorry</html>", content_type="text/html")
            ticket = f"{self.url}link?ticket={next(self._number)}"
            return web.json_response({"url": ticket.replace("http", "ws", 1)} | answer)
        finally:
            await self._tell()

    async def link(self, request: web.Request) -> web.StreamResponse:
        self.addresses.append(request.query_string)
        await self._tell()
        status = self.handshakes.pop(0) if self.handshakes else 101
        if status is None:
            await asyncio.Event().wait()
        if status != 101 or self.addresses.count(request.query_string) > 1:
            return web.Response(status=status if status != 101 else 400)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        line = Line(ws, request)
        await line.says(type="hello", num_connections=self.up() + 1, debug_info={"approximate_connection_time": 18060})
        self.lines.append(line)
        await self._tell()
        with suppress(ConnectionError, RuntimeError):
            await self._listen(line)
        await self._tell()
        return ws

    async def _listen(self, line: Line) -> None:
        while not line.deaf.is_set():
            message = await line.ws.receive()
            if line.deaf.is_set():
                break
            if message.type == WSMsgType.PING:
                await line.ws.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                line.acknowledged.append(json.loads(message.data))
                await self._tell()
            elif message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
                return
        await asyncio.Event().wait()


async def soon(ready: Callable[[], object]) -> None:
    """Wait for something of which nobody tells. Fails after a long while."""
    for _ in range(int(DEADLINE / 0.01)):
        if ready():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@asynccontextmanager
async def socket_slack() -> AsyncIterator[SocketSlack]:
    """A Slack that is there."""
    slack = SocketSlack()
    app = web.Application()
    app.router.add_post("/api/{method}", slack.api)
    app.router.add_get("/link", slack.link)
    server = TestServer(app)
    await server.start_server(shutdown_timeout=0.1)
    slack.url = str(server.make_url("/"))
    try:
        yield slack
    finally:
        for line in slack.lines:
            if line.request.transport is not None:
                line.reset()
        await server.close()
