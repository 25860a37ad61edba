"""The connection to Slack's Web API, and what a failed call means for a message that was to be sent."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.lately import Lately
from bot.mouth import Sent, Unreachable

TIMEOUT = aiohttp.ClientTimeout(total=8)
"""For the session that is given to `connect`: shorter than a third of the outbox lease."""

FAULTS = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""All that a call to Slack can raise when Slack, or the way to it, fails."""

# Nothing is right for this token any more, whatever is asked.
_BARRED = {
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "org_login_required",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
}
_LATER = {"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "request_timeout"}
# Slack's own words: "it's possible some aspect of the operation succeeded before the error was raised".
_UNCLEAR = {"internal_error", "fatal_error"}
# A gateway lost sight of Slack, which may have done it all the same.
_LOST = {502, 504}


@dataclass
class Home:
    """The installation that our token is of: a workspace, or a whole company. Empty until Slack has told."""

    team: str = ""
    bot: str = ""
    """Who we are there ourselves."""


@dataclass(frozen=True)
class Slack:
    """A connected workspace. `hosts` are the origins, besides Slack's own, that a response URL may point to."""

    client: AsyncWebClient
    session: aiohttp.ClientSession
    hosts: tuple[URL, ...]
    people: Lately[str, Mapping[str, object]] = field(default_factory=Lately)
    """What Slack told of people, so that a large channel can be asked for in several goes."""
    home: Home = field(default_factory=Home)


class Unanswered(Unreachable):
    """Slack did not do what was asked; `sent` says whether it may yet, and why not."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(f"Slack: {sent.outcome}, {sent.error}")
        self.sent = sent
        self.barred = sent.error if sent.outcome == "barred" else None


def connect(token: str, base_url: str, session: aiohttp.ClientSession, also: tuple[str, ...] = ()) -> Slack:
    """A workspace at `base_url` (https://slack.com/api/ for most). `also` are further origins of response URLs.

    The session should have TIMEOUT. Nothing is retried here: a call that was cut off may have been carried out.
    """
    client = AsyncWebClient(token, base_url=base_url, session=session, retry_handlers=[])
    return Slack(client, session, (URL(base_url).origin(), *(URL(origin).origin() for origin in also)))


async def call(request: Awaitable[Any]) -> Any:
    """The answer to a call. Raises Unanswered."""
    try:
        return await request
    except FAULTS as error:
        raise Unanswered(fault(error)) from error


async def ask(slack: Slack, method: str, **asked: str | int) -> Any:
    """The answer to a call that shows nobody anything. As a POST: what is asked stays out of addresses and logs.

    Raises Unanswered.
    """
    return await call(slack.client.api_call(method, data={name: str(value) for name, value in asked.items()}))


async def upload(slack: Slack, url: str, content: bytes) -> None:
    """Bring a file to the address that Slack gave for it; nobody sees it yet. Raises Unanswered."""
    try:
        async with slack.session.post(url, data=content) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unanswered(fault(error)) from error
    if status != 200:
        raise Unanswered(Sent("retry", error=f"http_{status}", seconds=5))


async def respond(slack: Slack, url: str, body: dict[str, Any]) -> None:
    """Answer through a response URL. Raises Unanswered, also when the URL is not Slack's."""
    if not may_respond(slack, url):
        raise Unanswered(Sent("refused", error="foreign_response_url"))
    try:
        async with slack.session.post(url, json=body, allow_redirects=False) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unanswered(fault(error)) from error
    if status != 200:
        raise Unanswered(Sent("refused", error=f"http_{status}"))


def may_respond(slack: Slack, url: str) -> bool:
    """Whether `url` is Slack's, or the configured server's: nothing else gets a request from us."""
    try:
        origin = URL(url).origin()
    except (ValueError, TypeError):
        return False
    if origin in slack.hosts:
        return True
    host = origin.host or ""
    own = [each.host for each in slack.hosts if each.scheme == "https"]
    if origin.scheme != "https" or not origin.is_default_port():
        return False
    return any(host == each or host.endswith(f".{each}") for each in (*own, "slack.com"))


def fault(error: BaseException) -> Sent:
    """What a failed call means for what was to be sent."""
    if isinstance(error, SlackApiError):
        return _refusal(error)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Sent("retry", error="no_connection", seconds=5)
    if isinstance(error, asyncio.TimeoutError):
        return Sent("unknown", error="timeout")
    return Sent("unknown", error=type(error).__name__)


def _refusal(error: SlackApiError) -> Sent:
    answer: Any = error.response
    # An unreadable body leaves aiohttp's response here, a readable one the SDK's.
    status: int = getattr(answer, "status_code", 0) or getattr(answer, "status", 0)
    data = getattr(answer, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if status == 429 or code in _LATER:
        return Sent("retry", error=code or "ratelimited", seconds=_wait(answer, 30))
    if code in _BARRED:
        return Sent("barred", error=code)
    if code in _UNCLEAR or status in _LOST:
        return Sent("unknown", error=code or f"http_{status}")
    if status >= 500:
        return Sent("retry", error=code or f"http_{status}", seconds=_wait(answer, 5))
    if code:
        return Sent("refused", error=str(code))
    return Sent("refused", error=f"http_{status}") if status >= 400 else Sent("unknown", error="unreadable_answer")


def _wait(answer: Any, otherwise: float) -> float:
    asked = str(answer.headers.get("Retry-After", "")).strip()
    return float(min(max(int(asked), 1), 3600)) if asked.isascii() and asked.isdigit() else otherwise
