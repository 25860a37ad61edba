"""Slack's HTTP door: Bolt checks the signature, what happened is saved or handled, and only then acknowledged."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.slack.payload import Unreadable
from bot.slack.receive import translate
from handlers.vocabulary import Answer, Arrived, ButtonPress, Command, Event, Submission

BODY_LIMIT = 1024**2
"""Largest request body, in bytes."""

OLDEST, NEWEST = 300, 60
"""How many seconds the timestamp of a request may lie in the past and in the future."""

_log = logging.getLogger(__name__)
_FINAL = {"x-slack-no-retry": "1"}

Take = Callable[[Arrived], Awaitable[None]]
Handle = Callable[[Arrived], Awaitable[Sequence[Answer]]]
Reply = Callable[[Sequence[Answer], Event], Awaitable[Mapping[str, Any] | None]]
Now = Callable[[], datetime]


def slack_app(signing_secret: str, take: Take, handle: Handle, answer: Reply, now: Now) -> AsyncApp:
    """A Bolt app that answers 200 once `take` has saved an event, or `handle` and `answer` are done with a request.

    Whatever they raise becomes a 500, and Slack asks again. No call to Slack is made here.
    """

    # Explicit, so that tokens and client secrets in the environment decide nothing.
    return AsyncApp(
        name="samenspraak",
        signing_secret=signing_secret,
        authorize=_nobody,
        before_authorize=_Door(take, handle, answer, now),
        process_before_response=True,
    )


class _Door(AsyncMiddleware):
    """Stands before Bolt's own authorization, which would answer 200 to an event that it then drops.

    A class, as Bolt asks: for a function it gathers thirty arguments on every request, and stumbles on odd ones.
    """

    def __init__(self, take: Take, handle: Handle, answer: Reply, now: Now) -> None:
        self._take, self._handle, self._answer, self._now = take, handle, answer, now

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        if req.body.get("type") == "url_verification":
            return await next()
        try:
            event = translate(req.body, self._now())
        except Unreadable as error:
            _log.warning("a signed request is not readable: %s", error)
            return BoltResponse(status=400, headers=dict(_FINAL))
        if event is None:
            return BoltResponse(status=200)
        if not isinstance(event, Command | ButtonPress | Submission):
            await self._take(event)
            return BoltResponse(status=200)
        body = await self._answer(await self._handle(event), event)
        return BoltResponse(status=200, body=dict(body) if body else "")


async def _nobody() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=None)


def endpoint(app: AsyncApp, now: Now) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler of POST /slack/events: refuses what can't be Slack's, cheaply, before Bolt sees it."""

    async def handler(request: web.Request) -> web.StreamResponse:
        timely = _is_timely(request.headers.get("X-Slack-Request-Timestamp", ""), now())
        if not timely or not request.headers.get("X-Slack-Signature", "").isascii():
            return web.Response(status=401)
        if (request.content_length or 0) > BODY_LIMIT or len(await request.read()) > BODY_LIMIT:
            return web.Response(status=413)
        try:
            bolt_request = await to_bolt_request(request)
        except Exception:  # Bolt parses the body here; whatever it stumbles over is no body of Slack's
            return web.Response(status=400)
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))

    return handler


def _is_timely(timestamp: str, now: datetime) -> bool:
    # Bolt answers 500 to a timestamp that is no number (and to a signature that is not ASCII), and takes a timestamp
    # from five minutes ahead.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return -NEWEST <= now.timestamp() - int(timestamp) <= OLDEST
