"""Teams' HTTP door: the token is checked, what happened is saved or handled, and only then answered."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.payload import Unreadable
from bot.teams.payload import tenant_of
from bot.teams.receive import translate
from bot.teams.trust import Distrusted, Keys, check, vouched
from handlers.vocabulary import Answer, Arrived, ButtonPress, Command, Submission

BODY_LIMIT = 1024**2
"""Largest request body, in bytes."""

_log = logging.getLogger(__name__)

Activity = Mapping[str, object]
Take = Callable[[Arrived], Awaitable[None]]
Handle = Callable[[Arrived], Awaitable[Sequence[Answer]]]
Reply = Callable[[Sequence[Answer], Command | ButtonPress | Submission], Awaitable[Mapping[str, Any] | None]]
Met = Callable[[Activity], Awaitable[Sequence[str]]]
Guard = Callable[[web.Request], Awaitable[Activity]]


def guarded(keys: Keys, app_id: str, tenant: str | None) -> Guard:
    """Reads a request that Teams vouches for, from `tenant` if one is named. Raises Distrusted."""

    async def read(request: web.Request) -> Activity:
        claims = await vouched(keys, request.headers.get("Authorization", ""), app_id)
        activity = await unguarded(request)
        check(activity, claims)
        if tenant is not None and tenant_of(activity).casefold() != tenant.casefold():
            raise Distrusted(403, "this is from another tenant")
        return activity

    return read


async def unguarded(request: web.Request) -> Activity:
    """Reads a request without asking who sent it: for who develops, on their own machine. Raises Distrusted."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise Distrusted(413, "the body is too large")
    try:
        activity = json.loads(await request.read())
    except (ValueError, RecursionError) as error:
        raise Distrusted(400, "the body is no JSON") from error
    if not isinstance(activity, dict):
        raise Distrusted(400, "the body is no activity")
    return activity


def endpoint(
    guard: Guard, met: Met, take: Take, handle: Handle, answer: Reply, now: Callable[[], datetime]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler of POST /api/messages. What `met`, `take`, `handle` or `answer` raises becomes a 500.

    `met` remembers where the conversation is reached, and tells which channels its team is known to have.
    """

    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            activity = await guard(request)
            known = await met(activity)
            happened = translate(activity, now(), known)
        except Distrusted as refused:
            _log.warning("a request is refused: %s", refused)
            return web.Response(status=refused.status)
        except Unreadable as error:
            _log.warning("a request is not readable: %s", error)
            return web.Response(status=400)
        body: Mapping[str, Any] | None = None
        for event in happened:
            if isinstance(event, Command | ButtonPress | Submission):
                body = await answer(await handle(event), event)
            else:
                await take(event)
        if body is None:
            return web.Response(status=200)
        return web.json_response(dict(body))

    return handler
