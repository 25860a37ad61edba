"""The playground's HTTP side: the page and its files, the stream of changes, and one door for all that people do."""

import asyncio
import json
import string
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from importlib.resources import files
from typing import Any

from aiohttp import web
from yarl import URL

from bot.playground import render
from bot.playground.cast import ORGANISATIONS, SCENES, Scene
from bot.playground.hands import STEPS
from bot.playground.receive import Event, author, translate
from bot.playground.send import Room
from bot.web.language import liked
from handlers.vocabulary import Answer, Deleted, Edited, Message, OpenForm, Person, Refusal, Reply, Update

Take = Callable[[Event], Awaitable[None]]
Handle = Callable[[Event], Awaitable[Sequence[Answer]]]
Texts = Callable[[str], Mapping[str, str]]
Forward = Callable[[str], Awaitable[datetime]]

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
LARGEST_BODY = 400_000
HEARTBEAT = 15.0
"""Seconds between signs of life on a silent stream, so that a closed laptop is noticed."""

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def routes(
    rooms: Mapping[str, Room],
    texts: Texts,
    take: Take,
    handle: Handle,
    now: Callable[[], datetime],
    forward: Forward,
    hosts: frozenset[str] = LOCAL,
) -> list[web.RouteDef]:
    """All of the playground, under /playground/.

    `take` returns once a message, edit or deletion is safely in; `handle` returns the answers to all else; `forward`
    lets time pass by one of `hands.STEPS`, and returns what the clock says then. `hosts` are
    the names under which the page may be reached: any other is a web page elsewhere that pretends to be this one.
    """
    languages = {scene.language: scene for scene in SCENES}
    page = files(__package__) / "page"
    assets = {
        entry.name: (entry.read_text(encoding="utf-8"), _TYPES[entry.name[entry.name.rindex(".") :]])
        for entry in page.iterdir()
        if entry.name.endswith(tuple(_TYPES))
    }
    template = string.Template((page / "index.html").read_text(encoding="utf-8"))

    async def index(request: web.Request) -> web.Response:
        _check_host(request, hosts)
        scene = languages[language_of(request.query.get("lang", ""), request.headers.get("Accept-Language", ""))]
        words = dict(texts(scene.language))
        values = words | {"lang": scene.language, "data": json.dumps(_start(words, scene, now()))}
        body = template.substitute({name: escape(value) for name, value in values.items()})
        return web.Response(text=body, content_type="text/html", headers=_HEADERS)

    async def asset(request: web.Request) -> web.Response:
        _check_host(request, hosts)
        if (found := assets.get(request.match_info["name"])) is None:
            raise web.HTTPNotFound(headers=_HEADERS)
        return web.Response(text=found[0], content_type=found[1], charset="utf-8", headers=_HEADERS)

    async def stream(request: web.Request) -> web.StreamResponse:
        _check_host(request, hosts)
        _check_origin(request)
        try:
            who = author(request.query)
        except ValueError as error:
            raise _bad(error) from error
        response = web.StreamResponse(headers=_HEADERS | {"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        await _send_changes(response, rooms[request.query["room"]], who)
        return response

    async def do(request: web.Request) -> web.Response:
        _check_host(request, hosts)
        _check_origin(request)
        body = await _json_body(request)
        try:
            who = author(body)
            event = translate(body, now())
            room = rooms[event.place.channel]
            room.check(event, who)
        except ValueError as error:
            raise _bad(error) from error
        if isinstance(event, Message | Edited | Deleted):
            await take(event)
            room.record(event)
            return _answered([])
        answers = []
        for answer in await handle(event):
            match answer:
                case OpenForm(form):
                    answers.append({"kind": "form", "form": render.form(form, room.name_of)})
                case Refusal(reasons):
                    answers.append({"kind": "refusal", "reasons": dict(reasons)})
                case Reply() | Update():
                    room.answer(answer, event, who)
        return _answered(answers)

    async def pass_time(request: web.Request) -> web.Response:
        _check_host(request, hosts)
        _check_origin(request)
        step = (await _json_body(request)).get("step")
        if step not in STEPS:
            raise _bad(ValueError("there is no such step in time"))
        return web.json_response({"now": (await forward(step)).isoformat()}, headers=_HEADERS)

    async def home(request: web.Request) -> web.Response:
        _check_host(request, hosts)
        raise web.HTTPFound(URL("/playground/").with_query(request.query), headers=_HEADERS)

    return [
        web.get("/", home),
        web.get("/playground", home),
        web.get("/playground/", index),
        web.get("/playground/page/{name}", asset),
        web.get("/playground/stream", stream),
        web.post("/playground/do", do),
        web.post("/playground/time", pass_time),
    ]


def language_of(asked: str, accepted: str) -> str:
    """nl or en: what the address asks for, else which of the two the browser likes best, else English."""
    known = [scene.language for scene in SCENES]
    return asked if asked in known else liked(accepted, known) or "en"


async def _send_changes(response: web.StreamResponse, room: Room, who: Person) -> None:
    """Writes what `who` may see until the browser leaves. A stream begins with everything: nothing is missed."""
    changes = room.watch(who)
    waiting = asyncio.ensure_future(anext(changes))
    try:
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=HEARTBEAT)
            if not done:
                await response.write(b": still here\n\n")
                continue
            try:
                change = waiting.result()
            except StopAsyncIteration:
                return
            await response.write(f"data: {json.dumps(change)}\n\n".encode())
            waiting = asyncio.ensure_future(anext(changes))
    except ConnectionError:
        return
    finally:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await changes.aclose()


def _start(words: Mapping[str, str], scene: Scene, now: datetime) -> dict[str, Any]:
    return {"texts": dict(words), "now": now.isoformat()} | _who_is_here(scene)


def _who_is_here(scene: Scene) -> dict[str, Any]:
    people = [
        {
            "id": player.id,
            "name": player.name,
            "side": player.side,
            "organisation": ORGANISATIONS[player.side],
            "seated": player.seated,
        }
        for player in scene.players
    ]
    return {"room": scene.channel, "people": people}


def _check_host(request: web.Request, hosts: frozenset[str]) -> None:
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if name not in hosts:
        raise web.HTTPMisdirectedRequest(text="this address does not serve the playground\n", headers=_HEADERS)


def _check_origin(request: web.Request) -> None:
    """Only our own page may read the stream and post: a page elsewhere, open in the same browser, may not."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise web.HTTPForbidden(text="only the playground itself may do this\n", headers=_HEADERS)
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise web.HTTPForbidden(text="only the playground itself may do this\n", headers=_HEADERS)


async def _json_body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="JSON only\n", headers=_HEADERS)
    raw = await request.content.read(LARGEST_BODY + 1)
    while len(raw) <= LARGEST_BODY and (more := await request.content.read(LARGEST_BODY + 1 - len(raw))):
        raw += more
    if len(raw) > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, len(raw), headers=_HEADERS)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _bad(ValueError("the body is not JSON")) from error
    if not isinstance(body, dict):
        raise _bad(ValueError("the body is not a JSON object"))
    return body


def _bad(error: ValueError) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": str(error)}), content_type="application/json", headers=_HEADERS)


def _answered(answers: list[dict[str, Any]]) -> web.Response:
    return web.json_response({"answers": answers}, headers=_HEADERS)
