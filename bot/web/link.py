"""The door for people who are not in a channel: a form behind a secret address, without script, cookies or accounts.

Nothing guards it against forged requests, for there is nothing to forge: a browser adds no authority of its own, and
who knows the address may use it anyway.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping

from aiohttp import web

from bot import dispatch
from bot.house import House
from bot.web import receipt as receipts
from bot.web import render
from bot.web.door import Door, fields, guarded, language, page, told
from handlers.register import outside
from handlers.vocabulary import Brought, Place, Refusal
from storage import links
from storage.database import EVERYWHERE
from storage.links import Where

TRAP = "website"
"""A field that nobody sees, so that only software fills it in."""
_ONCE = re.compile(r"[A-Za-z0-9_-]{32}")


def routes(house: House) -> list[web.RouteDef]:
    """/f/SECRET (the form, GET and POST), /f/SECRET/poster, /f/SECRET/qr.svg and /f/r/RECEIPT (GET and POST)."""
    door = Door(house)

    return [
        web.get("/f/r/{receipt}", guarded(door, receipts.shown)),
        web.post("/f/r/{receipt}", guarded(door, receipts.judged)),
        web.get("/f/{secret}", guarded(door, _form)),
        web.post("/f/{secret}", guarded(door, _file)),
        web.get("/f/{secret}/poster", guarded(door, _poster)),
        web.get("/f/{secret}/qr.svg", guarded(door, _code)),
    ]


async def _form(door: Door, request: web.Request) -> web.Response:
    where = await _where(door, request)
    if where is None:
        return told(door, request, 404, "closed")
    return await _shown(door, request, where, {}, secrets.token_urlsafe(24))


async def _file(door: Door, request: web.Request) -> web.Response:
    where = await _where(door, request)
    if where is None:
        return told(door, request, 404, "closed")
    sent = await fields(request)
    if sent is None:
        return told(door, request, 413, "large")
    once = sent.pop("once", "")
    once = once if _ONCE.fullmatch(once) else secrets.token_urlsafe(24)
    asked_back, trapped = sent.pop("asked_back", "") == "yes", sent.pop(TRAP, "")
    hashed, kind, spoken = _hashed(request), _kind(request), language(request) or door.house.language
    opens = door.opens(request, hashed)
    if not opens or trapped:
        why = outside.texts(spoken)["trap" if opens else "busy"]
        return await _shown(door, request, where, sent, once, {"": why}, asked_back, status=422 if opens else 429)
    receipt = _receipt(once, hashed, kind, sent)
    found = links.digest(receipt)
    platform, _, team = where.tenant.partition(":")
    answers = await dispatch.handle(
        door.house,
        Brought(
            f"link:{found}",
            door.house.now(),
            Place(platform, team, where.channel),
            hashed,
            kind,
            sent,
            spoken,
            found,
            asked_back,
        ),
    )
    for answer in answers:
        if isinstance(answer, Refusal):
            return await _shown(door, request, where, sent, once, answer.reasons, asked_back, status=422)
    # Pressed twice or reloaded, it leads to the same page, in the language that was chosen.
    chosen = f"?lang={language(request)}" if language(request) is not None and "lang" in request.query else ""
    return web.Response(status=303, headers=render.HEADERS | {"Location": f"r/{receipt}{chosen}"})


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
    hashed, kind, spoken = _hashed(request), _kind(request), language(request)
    opened = await dispatch.look(
        door.house, where.tenant, lambda turn: outside.opened(turn, where.tenant, hashed, kind, spoken, values)
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
    return page(html, status)


async def _poster(door: Door, request: web.Request) -> web.Response:
    found = await _address(door, request)
    if found is None:
        return told(door, request, 404, "closed")
    address, spoken = found
    return page(render.poster(address, spoken, outside.texts(spoken)))


async def _code(door: Door, request: web.Request) -> web.Response:
    found = await _address(door, request)
    if found is None:
        return told(door, request, 404, "closed")
    headers = render.HEADERS | {"Content-Disposition": 'attachment; filename="qr.svg"'}
    return web.Response(body=render.svg(found[0]), content_type="image/svg+xml", headers=headers)


async def _address(door: Door, request: web.Request) -> tuple[str, str] | None:
    """The whole address while something can be filed there, and the language to speak of it."""
    where, hashed, spoken = await _where(door, request), _hashed(request), language(request)
    if where is None:
        return None
    opened = await dispatch.look(
        door.house, where.tenant, lambda turn: outside.opened(turn, where.tenant, hashed, _kind(request), spoken, {})
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


def _receipt(once: str, hashed: str, kind: str, answers: Mapping[str, str]) -> str:
    """The secret of what is filed: the same for the same form sent twice, another once a letter in it is another."""
    whole = json.dumps([once, hashed, kind, sorted(answers.items())])
    return base64.urlsafe_b64encode(hashlib.sha256(whole.encode()).digest()[:24]).decode()
