"""The calendar of a project, for whoever knows its secret address: GET /c/SECRET.ics."""

import hashlib
from datetime import timedelta

from aiohttp import web

from bot import dispatch
from bot.house import House
from bot.web.limit import Limit, Visitors
from handlers.meetings import feed
from handlers.turn import Turn
from storage import meetings, projects
from storage.database import EVERYWHERE

HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def routes(house: House) -> list[web.RouteDef]:
    """The calendar as iCalendar, 304 where it did not change, 404 for an address that leads nowhere (any more)."""
    visitors, often = Visitors(), Limit(600, timedelta(minutes=10))

    async def calendar(request: web.Request) -> web.Response:
        if not often.allows(visitors.name(request), house.now()):
            return web.Response(status=429, headers=HEADERS | {"Retry-After": "600"})
        key = request.match_info["key"]
        where = await house.database.read(EVERYWHERE, lambda db: meetings.calendar_leads_to(db, key))
        body = await dispatch.look(house, where[0], lambda turn: _written(turn, *where)) if where is not None else None
        if body is None:
            return web.Response(status=404, headers=HEADERS)
        mark = hashlib.sha256(body).hexdigest()[:32]
        response = web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=HEADERS)
        response.etag = mark
        if request.if_none_match is not None and any(each.value == mark for each in request.if_none_match):
            return web.Response(status=304, headers=HEADERS | {"ETag": f'"{mark}"'})
        return response

    return [web.get("/c/{key:[A-Za-z0-9_-]{32}}.ics", calendar)]


def _written(turn: Turn, tenant: str, row: int) -> bytes | None:
    project = projects.by_id(turn.db, tenant, row)
    if project is None or project.ended_at is not None:
        return None
    return feed.of_project(turn, project)
