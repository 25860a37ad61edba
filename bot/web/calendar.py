"""The calendar of a project for whoever knows its secret address, GET /c/SECRET.ics; and one meeting of it,
GET /c/ITEM/MARK.ics.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiohttp import web

from bot import dispatch
from bot.house import House
from bot.web.limit import Limit, Visitors
from handlers.meetings import feed
from handlers.register import address
from handlers.turn import Turn
from storage import consents, meetings, projects
from storage.database import EVERYWHERE
from storage.tables import Project

HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}

Read = Callable[[web.Request], Awaitable[bytes | None]]


def routes(house: House) -> list[web.RouteDef]:
    """Both as iCalendar, 304 where it did not change, 404 for an address that leads nowhere (any more, or for now)."""
    visitors, often = Visitors(), Limit(600, timedelta(minutes=10))

    async def whole(request: web.Request) -> bytes | None:
        key = request.match_info["key"]
        where = await house.database.read(EVERYWHERE, lambda db: meetings.calendar_leads_to(db, key))
        return await dispatch.look(house, where[0], lambda turn: _written(turn, *where)) if where is not None else None

    async def one(request: web.Request) -> bytes | None:
        item, shown = int(request.match_info["item"]), request.match_info["mark"]
        found = await house.database.read(EVERYWHERE, lambda db: meetings.address_leads_to(db, item))
        if found is None or found[2] is None or not hmac.compare_digest(shown, address.mark(found[2], item)):
            return None
        return await dispatch.look(house, found[0], lambda turn: _meeting(turn, found[0], found[1]))

    async def answer(request: web.Request, read: Read) -> web.Response:
        if not often.allows(visitors.name(request), house.now()):
            return web.Response(status=429, headers=HEADERS | {"Retry-After": "600"})
        body = await read(request)
        if body is None:
            return web.Response(status=404, headers=HEADERS)
        mark = hashlib.sha256(body).hexdigest()[:32]
        response = web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=HEADERS)
        response.etag = mark
        if request.if_none_match is not None and any(each.value == mark for each in request.if_none_match):
            return web.Response(status=304, headers=HEADERS | {"ETag": f'"{mark}"'})
        return response

    async def calendar(request: web.Request) -> web.Response:
        return await answer(request, whole)

    async def meeting(request: web.Request) -> web.Response:
        response = await answer(request, one)
        response.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
        return response

    return [
        web.get("/c/{key:[A-Za-z0-9_-]{32}}.ics", calendar),
        web.get("/c/{item:[0-9]{1,18}}/{mark:[A-Za-z0-9_-]{32}}.ics", meeting),
    ]


def _written(turn: Turn, tenant: str, row: int) -> bytes | None:
    project = projects.by_id(turn.db, tenant, row)
    return feed.of_project(turn, project) if project is not None and _open(turn, project) else None


def _meeting(turn: Turn, tenant: str, row: int) -> bytes | None:
    meeting = meetings.seen(turn.db, tenant, row)
    return feed.of_meeting(meeting) if meeting is not None and _open(turn, meeting.item.project) else None


def _open(turn: Turn, project: Project) -> bool:
    """Whether it may be shown: while the project goes on, and both sides say yes to what is put on record."""
    return project.ended_at is None and "registers" in consents.agreed(turn.db, project)
