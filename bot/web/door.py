"""What the pages for people outside have in common: how often may be knocked, what is read, and how is answered."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl

from aiohttp import web

from bot.house import House
from bot.web import render
from bot.web.language import liked
from bot.web.limit import Limit, Visitors
from handlers.register import outside
from handlers.vocabulary import Refused

log = logging.getLogger(__name__)

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 40
WAIT = timedelta(minutes=10)

Page = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True)
class Door:
    """The house behind the door, and how often may be knocked. An office shares one address, so that is not seldom."""

    house: House
    visitors: Visitors = field(default_factory=Visitors)
    of_visitor: Limit = field(default_factory=lambda: Limit(30, WAIT))
    of_link: Limit = field(default_factory=lambda: Limit(120, timedelta(hours=1)))

    def opens(self, request: web.Request, hashed: str) -> bool:
        """Whether somebody may send something to an address, as often as they and others did so."""
        now = self.house.now()
        return self.of_visitor.allows(self.visitors.name(request), now) and self.of_link.allows(hashed, now)


def guarded(door: Door, show: Callable[[Door, web.Request], Awaitable[web.Response]]) -> Page:
    """A page that says in words, and in no others, that there is nothing (any more) or that something went wrong."""

    async def shown(request: web.Request) -> web.Response:
        try:
            return await show(door, request)
        except Refused:
            return told(door, request, 410, "closed")
        except Exception as problem:
            # Only where it went wrong: the message may hold what somebody wrote.
            where = "".join(traceback.format_tb(problem.__traceback__))
            log.error("a page failed with %s\n%s", type(problem).__name__, where)
            return told(door, request, 500, "failed")

    return shown


def language(request: web.Request) -> str | None:
    """nl or en: what the address asks for, else what the browser likes; None when it likes neither."""
    known, asked = tuple(render.OTHER), request.query.get("lang", "")
    return asked if asked in known else liked(request.headers.get("Accept-Language", ""), known)


async def fields(request: web.Request) -> dict[str, str] | None:
    """What was filled in; None when it is more than any form of ours holds."""
    raw = b""
    while chunk := await request.content.readany():
        raw += chunk
        if len(raw) > LARGEST_BODY:
            return None
    try:
        pairs = parse_qsl(
            raw.decode("ascii", "replace"), keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return None
    # Browsers send a line's end as two characters, and count it as one.
    return {name: value.replace("\r\n", "\n").replace("\0", "") for name, value in pairs}


def told(door: Door, request: web.Request, status: int, what: str) -> web.Response:
    """A page that only tells something, by its name in the phrasebook."""
    spoken = language(request) or door.house.language
    texts = outside.texts(spoken)
    return page(render.told(texts[f"{what}_title"], (texts[what],), spoken), status)


def page(html: str, status: int = 200) -> web.Response:
    """A page; who came too often is told when to come back."""
    late = {"Retry-After": str(int(WAIT.total_seconds()))} if status == 429 else {}
    return web.Response(text=html, status=status, content_type="text/html", headers=render.HEADERS | late)
