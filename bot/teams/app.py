"""Teams' HTTP door: the token is checked, what happened is saved or handled, and only then answered."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.mouth import Unreachable
from bot.payload import Unreadable, word
from bot.teams.payload import tenant_of
from bot.teams.receive import translate
from bot.teams.trust import Distrusted, Keys, check, vouched
from handlers.vocabulary import Answer, Arrived, Asked

BODY_LIMIT = 1024**2
"""Largest request body, in bytes."""

_log = logging.getLogger(__name__)

Activity = Mapping[str, object]
Take = Callable[[Arrived], Awaitable[None]]
Handle = Callable[[Arrived], Awaitable[Sequence[Answer]]]
Reply = Callable[[Sequence[Answer], Asked], Awaitable[Mapping[str, Any] | None]]
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
    guard: Guard, met: Met, take: Take, enter: Take, handle: Handle, answer: Reply, now: Callable[[], datetime]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler of POST /api/messages. What any of these raises becomes a 500, or
    a 502 when it is Teams that could not be reached: who waits then sees that something went wrong.

    `met` remembers where the conversation is reached, and tells which channels its team is known to have; `enter` takes
    in what comes before a question in the same request.
    """

    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            activity = await guard(request)
            known = await met(activity)
            happened = translate(activity, now(), known)
        except Distrusted as refused:
            _log.info("a request is refused: %s", refused)
            return web.Response(status=refused.status)
        except Unreadable as error:
            _log.warning("a request is not readable: %s", error)
            return web.Response(status=400)
        body: Mapping[str, Any] | None = None
        try:
            asked = any(isinstance(event, Asked) for event in happened)
            for event in happened:
                if isinstance(event, Asked):
                    body = await answer(await handle(event), event)
                else:
                    await (enter if asked else take)(event)
        except Unreachable as silent:
            _log.warning("who asked could not be answered: %s", silent)
            return web.Response(status=502)
        if body is None:
            unknown = word(activity, "type") == "invoke" and not happened
            return web.Response(status=501 if unknown else 200)
        return web.json_response(dict(body))

    return handler
