"""The page of a receipt: how it stands with what somebody filed outside, and what they say to the answer.

Its address is a secret of that one item, told to nobody but who filed it. Nothing else guards it: a browser adds no
authority of its own, and an answer counts once, for what the page showed.
"""

import re
from collections.abc import Mapping

from aiohttp import web

from bot import dispatch
from bot.web import door as doors
from bot.web import render
from bot.web.door import Door
from handlers.register import outside
from handlers.vocabulary import Judged, Place, Refusal
from storage import links
from storage.database import EVERYWHERE
from storage.links import Where

_STANDS = re.compile(r"[a-z_]{1,40}-[0-9]{1,6}")


async def shown(door: Door, request: web.Request) -> web.Response:
    """How it stands now."""
    where = await _where(door, request)
    return doors.told(door, request, 404, "closed") if where is None else await _page(door, request, where)


async def judged(door: Door, request: web.Request) -> web.Response:
    """Somebody chose what they make of the answer."""
    where = await _where(door, request)
    if where is None:
        return doors.told(door, request, 404, "closed")
    sent = await doors.fields(request)
    if sent is None:
        return doors.told(door, request, 413, "large")
    hashed, spoken = _hashed(request), doors.language(request) or door.house.language
    if not door.opens(request, hashed):
        return await _page(door, request, where, sent, {"": outside.texts(spoken)["busy"]}, 429)
    stands, step = sent.pop("stands", ""), request.query.get("step", "")
    platform, _, team = where.tenant.partition(":")
    answers = await dispatch.handle(
        door.house,
        Judged(
            # Of what was sent twice for one and the same question, the first counts.
            f"judged:{hashed}:{stands if _STANDS.fullmatch(stands) else ''}",
            door.house.now(),
            Place(platform, team, where.channel),
            hashed,
            step,
            stands,
            sent,
            spoken,
        ),
    )
    for answer in answers:
        if isinstance(answer, Refusal):
            return await _page(door, request, where, sent, answer.reasons, 422)
    again = f"{request.match_info['receipt']}?lang={spoken}"
    return web.Response(status=303, headers=render.HEADERS | {"Location": again})


async def _where(door: Door, request: web.Request) -> Where | None:
    hashed = _hashed(request)
    return await door.house.database.read(EVERYWHERE, lambda db: links.filed_in(db, hashed))


def _hashed(request: web.Request) -> str:
    return links.digest(request.match_info["receipt"])


async def _page(
    door: Door,
    request: web.Request,
    where: Where,
    values: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
    status: int = 200,
) -> web.Response:
    hashed, language = _hashed(request), doors.language(request)
    filed = await dispatch.look(
        door.house, where.tenant, lambda turn: outside.filed(turn, where.tenant, hashed, language, values)
    )
    return doors.page(render.receipt(filed, outside.texts(filed.language), reasons or {}), status)
