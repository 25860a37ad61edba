"""The door for people who are not in a channel: a form behind a secret address, without script, cookies or accounts.

Nothing guards it against forged requests, for there is nothing to forge: a browser adds no authority of its own, and
who knows the address may use it anyway.
"""

import base64
import hashlib
import json
import logging
import re
import secrets
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl

from aiohttp import web

from bot import dispatch
from bot.house import House
from bot.web import render
from bot.web.language import liked
from bot.web.limit import Limit, Visitors
from handlers.register import outside
from handlers.vocabulary import Brought, Place, Refusal, Refused
from storage import links
from storage.database import EVERYWHERE
from storage.links import Where

log = logging.getLogger(__name__)

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 40
WAIT = timedelta(minutes=10)
TRAP = "website"
"""A field that nobody sees, so that only software fills it in."""
_ONCE = re.compile(r"[A-Za-z0-9_-]{32}")

Page = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True)
class Door:
    """The house behind the door, and how often may be knocked. An office shares one address, so that is not seldom."""

    house: House
    visitors: Visitors = field(default_factory=Visitors)
    of_visitor: Limit = field(default_factory=lambda: Limit(30, WAIT))
    of_link: Limit = field(default_factory=lambda: Limit(120, timedelta(hours=1)))


def routes(house: House) -> list[web.RouteDef]:
    """/f/SECRET (the form, GET and POST), /f/SECRET/poster, /f/SECRET/qr.svg and /f/r/RECEIPT (how it stands)."""
    door = Door(house)

    def page(show: Callable[[Door, web.Request], Awaitable[web.Response]]) -> Page:
        async def shown(request: web.Request) -> web.Response:
            try:
                return await show(door, request)
            except Refused:
                return _told(door, request, 410, "closed")
            except Exception as problem:
                # Only where it went wrong: the message may hold what somebody wrote.
                where = "".join(traceback.format_tb(problem.__traceback__))
                log.error("a page failed with %s\n%s", type(problem).__name__, where)
                return _told(door, request, 500, "failed")

        return shown

    return [
        web.get("/f/r/{receipt}", page(_how_it_stands)),
        web.get("/f/{secret}", page(_form)),
        web.post("/f/{secret}", page(_file)),
        web.get("/f/{secret}/poster", page(_poster)),
        web.get("/f/{secret}/qr.svg", page(_code)),
    ]


async def _form(door: Door, request: web.Request) -> web.Response:
    where = await _where(door, request)
    if where is None:
        return _told(door, request, 404, "closed")
    return await _shown(door, request, where, {}, secrets.token_urlsafe(24))


async def _file(door: Door, request: web.Request) -> web.Response:
    where = await _where(door, request)
    if where is None:
        return _told(door, request, 404, "closed")
    sent = await _fields(request)
    if sent is None:
        return _told(door, request, 413, "large")
    once = sent.pop("once", "")
    once = once if _ONCE.fullmatch(once) else secrets.token_urlsafe(24)
    asked_back, trapped = sent.pop("asked_back", "") == "yes", sent.pop(TRAP, "")
    now, hashed, kind = door.house.now(), _hashed(request), _kind(request)
    often = door.of_visitor.allows(door.visitors.name(request), now) and door.of_link.allows(hashed, now)
    if not often or trapped:
        why = outside.texts(_language(request) or door.house.language)["trap" if often else "busy"]
        return await _shown(door, request, where, sent, once, {"": why}, asked_back, status=422 if often else 429)
    receipt = _receipt(once, hashed, kind, sent)
    found = links.digest(receipt)
    platform, _, team = where.tenant.partition(":")
    answers = await dispatch.handle(
        door.house,
        Brought(
            f"link:{found}",
            now,
            Place(platform, team, where.channel),
            hashed,
            kind,
            sent,
            _language(request) or door.house.language,
            found,
            asked_back,
        ),
    )
    for answer in answers:
        if isinstance(answer, Refusal):
            return await _shown(door, request, where, sent, once, answer.reasons, asked_back, status=422)
    # Pressed twice or reloaded, it leads to the same page.
    return web.Response(status=303, headers=render.HEADERS | {"Location": f"r/{receipt}"})


async def _shown(
    door: Door,
    request: web.Request,
    where: Where,
    values: Mapping[str, str],
    once: str,
    reasons: Mapping[str, str] | None = None,
    asked_back: bool = False,
    *,
    status: int = 200,
) -> web.Response:
    """The form with what was typed, and why it could not be taken."""
    hashed, kind, language = _hashed(request), _kind(request), _language(request)
    opened = await dispatch.look(
        door.house, where.tenant, lambda turn: outside.opened(turn, where.tenant, hashed, kind, language, values)
    )
    why = dict(reasons or {})
    notes = [why.pop(name) for name in outside.NOTES if name in why]
    html = render.form(
        opened.form,
        opened.language,
        outside.texts(opened.language),
        kinds=outside.OFFERED,
        once=once,
        reasons=why,
        notes=notes,
        asked_back=asked_back or bool(notes),
    )
    headers = {"Retry-After": str(int(WAIT.total_seconds()))} if status == 429 else {}
    return _page(html, status, headers)


async def _how_it_stands(door: Door, request: web.Request) -> web.Response:
    hashed, language = links.digest(request.match_info["receipt"]), _language(request)
    where = await door.house.database.read(EVERYWHERE, lambda db: links.filed_in(db, hashed))
    if where is None:
        return _told(door, request, 404, "closed")
    filed = await dispatch.look(
        door.house, where.tenant, lambda turn: outside.filed(turn, where.tenant, hashed, language)
    )
    texts = outside.texts(filed.language)
    lines = (filed.number, filed.state, *filed.answer, texts["next"], texts["later"])
    return _page(render.told(texts["filed"], lines, filed.language, strong=True))


async def _poster(door: Door, request: web.Request) -> web.Response:
    found = await _address(door, request)
    if found is None:
        return _told(door, request, 404, "closed")
    address, language = found
    return _page(render.poster(address, language, outside.texts(language)))


async def _code(door: Door, request: web.Request) -> web.Response:
    found = await _address(door, request)
    if found is None:
        return _told(door, request, 404, "closed")
    headers = render.HEADERS | {"Content-Disposition": 'attachment; filename="qr.svg"'}
    return web.Response(body=render.svg(found[0]), content_type="image/svg+xml", headers=headers)


async def _address(door: Door, request: web.Request) -> tuple[str, str] | None:
    """The whole address while something can be filed there, and the language to speak of it."""
    where, hashed, language = await _where(door, request), _hashed(request), _language(request)
    if where is None:
        return None
    opened = await dispatch.look(
        door.house, where.tenant, lambda turn: outside.opened(turn, where.tenant, hashed, _kind(request), language, {})
    )
    return f"{door.house.public_url}f/{request.match_info['secret']}", opened.language


# --- what is asked


async def _where(door: Door, request: web.Request) -> Where | None:
    hashed = _hashed(request)
    return await door.house.database.read(EVERYWHERE, lambda db: links.leads_to(db, hashed))


def _hashed(request: web.Request) -> str:
    return links.digest(request.match_info["secret"])


def _kind(request: web.Request) -> str:
    asked = request.query.get("kind", "")
    return asked if asked in outside.OFFERED else outside.OFFERED[0]


def _language(request: web.Request) -> str | None:
    """nl or en: what the address asks for, else what the browser likes; None when it likes neither."""
    known, asked = tuple(render.OTHER), request.query.get("lang", "")
    return asked if asked in known else liked(request.headers.get("Accept-Language", ""), known)


async def _fields(request: web.Request) -> dict[str, str] | None:
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


def _receipt(once: str, hashed: str, kind: str, answers: Mapping[str, str]) -> str:
    """The secret of what is filed: the same for the same form sent twice, another once a letter in it is another."""
    whole = json.dumps([once, hashed, kind, sorted(answers.items())])
    return base64.urlsafe_b64encode(hashlib.sha256(whole.encode()).digest()[:24]).decode()


# --- what is answered


def _told(door: Door, request: web.Request, status: int, what: str) -> web.Response:
    language = _language(request) or door.house.language
    texts = outside.texts(language)
    return _page(render.told(texts[f"{what}_title"], (texts[what],), language), status)


def _page(html: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=html, status=status, content_type="text/html", headers=render.HEADERS | (headers or {}))
