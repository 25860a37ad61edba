"""The connection to Teams' Connector, and what a failed call means for a message that was to be sent."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.lately import Lately
from bot.mouth import Sent, Unreachable
from handlers.vocabulary import Place
from storage.database import Database

TIMEOUT = aiohttp.ClientTimeout(total=8)
"""For the session that is given to `Teams`: shorter than a third of the outbox lease."""

_HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
    }
)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LATER = frozenset({412, 429, 502, 503, 504})
"""Certainly not done."""


class Token(Protocol):
    """A token to speak with, or None where none is needed. A `fresh` one is not taken from what we keep ourselves.

    Raises Unanswered.
    """

    def __call__(self, *, fresh: bool = False) -> Awaitable[str | None]:
        """Get it."""


@dataclass(frozen=True)
class Teams:
    """The bot in Teams. On `loopback`, and only for who develops, a server on this machine may be Teams."""

    session: aiohttp.ClientSession
    token: Token
    database: Database
    loopback: bool = False
    people: Lately[Place, list[Mapping[str, Any]]] = field(default_factory=Lately)
    """Who Teams said was in a place."""


class Unanswered(Unreachable):
    """Teams did not do what was asked; `sent` says whether it may yet, and why not."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(f"Teams: {sent.outcome}, {sent.error}")
        self.sent = sent
        self.barred = sent.error if sent.outcome == "barred" else None


def may_call(teams: Teams, service_url: str) -> bool:
    """Whether this address is Microsoft's: nothing else ever gets a request, or our token, from us."""
    try:
        url = URL(service_url)
        host = url.host or ""
    except (ValueError, TypeError):
        return False
    if url.user or url.password or url.query_string or url.fragment:
        return False
    if teams.loopback and url.scheme == "http" and host in _LOOPBACK:
        return True
    named = host in _HOSTS or host.endswith(".botframework.com")
    return url.scheme == "https" and url.is_default_port() and named


def path(*names: str) -> str:
    """The path below /v3 that leads to these names, whatever stands in them."""
    return "/".join(quote(name, safe="") for name in names)


async def call(
    teams: Teams,
    method: Literal["GET", "POST", "PUT", "DELETE"],
    service_url: str,
    where: str,
    body: Mapping[str, Any] | None = None,
    query: Mapping[str, str] = {},
) -> Any:
    """What Teams answers. Raises Unanswered, also when the address is not Microsoft's. Nothing is tried twice."""
    if not may_call(teams, service_url):
        raise Unanswered(Sent("refused", error="foreign_service_url"))
    token = await teams.token()
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    url = URL(f"{service_url.rstrip('/')}/v3/{where}", encoded=True).update_query(query)
    try:
        async with teams.session.request(
            method, url, json=body, headers=headers, allow_redirects=False, timeout=TIMEOUT
        ) as answer:
            if answer.status >= 300:
                raise Unanswered(_refusal(answer.status, answer.headers, await _code(answer)))
            return await _decoded(answer)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unanswered(fault(error)) from error


def fault(error: BaseException) -> Sent:
    """What it means for what was to be sent that the way to Teams failed."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Sent("retry", error="no_connection", seconds=5)
    if isinstance(error, asyncio.TimeoutError):
        return Sent("unknown", error="timeout")
    return Sent("unknown", error=type(error).__name__)


def _refusal(status: int, headers: Mapping[str, str], code: str) -> Sent:
    error = code or f"http_{status}"
    if status == 401:
        # Our token is not taken, whatever is asked.
        return Sent("barred", error=error)
    if status in _LATER:
        return Sent("retry", error=error, seconds=_wait(headers, 30 if status == 429 else 5))
    if (status >= 500 and status != 501) or status == 408:
        return Sent("unknown", error=error)
    # A redirect leads somewhere that nobody vouches for.
    return Sent("refused", error=error)


async def _code(answer: aiohttp.ClientResponse) -> str:
    told = await _decoded(answer)
    error = told.get("error") if isinstance(told, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return f"http_{answer.status}_{code}"[:80] if isinstance(code, str) and code.isalnum() else ""


async def _decoded(answer: aiohttp.ClientResponse) -> Any:
    try:
        return await answer.json(content_type=None)
    except ValueError:
        return None


def _wait(headers: Mapping[str, str], otherwise: float) -> float:
    asked = headers.get("Retry-After", "").strip()
    return float(min(max(int(asked), 1), 3600)) if asked.isascii() and asked.isdigit() else otherwise
