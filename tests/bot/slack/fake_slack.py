"""A loopback Slack Web API with no memory: it answers as told, and keeps what it was asked."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.slack.api import Slack, connect

HANG, RESET = object(), object()
"""Take the call and never answer; take the call and cut the line."""


@dataclass
class FakeSlack:
    """`answers` are given in turn, for each method; one that can be called is asked again and again."""

    answers: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    def told(self, method: str) -> list[dict[str, Any]]:
        return [call for name, call in self.calls if name == method]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = await request.read()
        self.calls.append((method, {"content": body} if method == "upload" else _decoded(request, body.decode())))
        planned = self.answers[method]
        answer = planned.pop(0) if planned else {"ok": True}
        if callable(answer):
            planned.append(answer)
            answer = answer(self.calls[-1][1])
        if answer is HANG:
            await asyncio.Event().wait()
        if answer is RESET:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if isinstance(answer, tuple):
            status, headers, content = answer
            kind = {"content_type": "application/json"} if content.startswith("{") else {"content_type": "text/html"}
            return web.Response(status=status, headers=headers, text=content, **kind)
        return web.json_response(answer)


def _decoded(request: web.Request, body: str) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(json.loads(body))
    fields = dict(parse_qsl(body, keep_blank_values=True))
    return {**request.query, **{name: _json(value) for name, value in fields.items()}}


def _json(value: str) -> Any:
    return json.loads(value) if value[:1] in "[{" and value else value


@asynccontextmanager
async def slack_at_home(patience: float = 5) -> AsyncIterator[tuple[FakeSlack, Slack]]:
    """A fake and a connection to it, that gives up on a call after `patience` seconds."""
    fake = FakeSlack()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", fake.serve)
    app.router.add_route("*", "/{method:hook|upload}", fake.serve)
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=patience)) as session,
    ):
        fake.url = str(server.make_url("/"))
        yield fake, connect("xoxb-made-up", f"{fake.url}api/", session)
