"""Slack's HTTP door: Bolt checks the signature, what happened is saved or handled, and only then acknowledged."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.slack.inside import Inside, come_in
from bot.slack.payload import Unreadable

BODY_LIMIT = 1024**2
"""Largest request body, in bytes."""

OLDEST, NEWEST = 300, 60
"""How many seconds the timestamp of a request may lie in the past and in the future."""

_log = logging.getLogger(__name__)
_FINAL = {"x-slack-no-retry": "1"}

Now = Callable[[], datetime]


def slack_app(signing_secret: str, inside: Inside) -> AsyncApp:
    """A Bolt app that answers 200 once what came in was taken in.

    Whatever that raises becomes a 500, and Slack asks again. No call to Slack is made here.
    """

    # Explicit, so that tokens and client secrets in the environment decide nothing.
    return AsyncApp(
        name="samenspraak",
        # Else it makes loggers of its own that heed only the root, and warns that it ignores the token in our settings.
        logger=logging.getLogger("slack_bolt"),
        signing_secret=signing_secret,
        authorize=_nobody,
        before_authorize=_Door(inside),
        process_before_response=True,
    )


class _Door(AsyncMiddleware):
    """Stands before Bolt's own authorization, which would answer 200 to an event that it then drops.

    A class, as Bolt asks: for a function it gathers thirty arguments on every request, and stumbles on odd ones.
    """

    def __init__(self, inside: Inside) -> None:
        self._inside = inside

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        if req.body.get("type") == "url_verification":
            return await next()
        try:
            body = await come_in(self._inside, req.body)
        except Unreadable as error:
            _log.warning("a signed request is not readable: %s", error)
            return BoltResponse(status=400, headers=dict(_FINAL))
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
