"""Slack, as far as npm's `emulate` is not: it signs what people do, and shows what they get to see."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.clock import now as real_now

Json = dict[str, Any]
TEAM, BOT, TOKEN, STAGE_TOKEN = "T000000001", "U0SPRAAK", "xoxb-journey", "xoxp-stage"
SECRET = "a-signing-secret-for-journeys"
_number = count(1)


def fresh(prefix: str) -> str:
    """A name that was never used before."""
    return f"{prefix}{next(_number):06}"


# --- to the bot


_FOR_EVER = {"next_dnd_end_ts": 4102444800}


@dataclass
class Envelope:
    """Sends signed requests to the bot's own address, as Slack does."""

    session: aiohttp.ClientSession
    url: str

    async def post(self, body: str, kind: str, age: float = 0, secret: str = SECRET, **headers: str) -> tuple[int, Any]:
        """The status of the answer and its body; the request was signed `age` seconds ago."""
        stamp = str(int(real_now().timestamp() - age))
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        headers |= {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)}
        async with self.session.post(self.url, data=body.encode(), headers=headers) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith("{") else text or None

    async def event(self, event: Json, home: str, event_id: str | None = None, **more: Any) -> int:
        """Something happened in a workspace; `home` is the team of who did it. Returns the status."""
        body = {
            "type": "event_callback",
            "token": "not-used",
            "team_id": home,
            "api_app_id": "A0SPRAAK",
            "event": event,
            "event_id": event_id or fresh("Ev"),
            "event_time": int(float(event.get("event_ts") or event["ts"])),
            "authorizations": [{"team_id": TEAM, "enterprise_id": None, "user_id": BOT, "is_bot": True}],
            "is_ext_shared_channel": home != TEAM,
        }
        status, _ = await self.post(json.dumps(body), "application/json", **more)
        return status

    async def form(self, fields: Mapping[str, str]) -> tuple[int, Any]:
        """A command."""
        return await self.post(urlencode(fields), "application/x-www-form-urlencoded")

    async def payload(self, payload: Json) -> tuple[int, Any]:
        """A press, a form that is sent, or a shortcut."""
        return await self.form({"payload": json.dumps(payload)})


# --- from the bot


@dataclass(frozen=True)
class Call:
    """What the bot asked of Slack, and was answered; `response_url` stands for what it told through one."""

    method: str
    asked: Json
    answer: Json


@dataclass
class FrontDesk:
    """Passes the bot's calls on to `emulate` and keeps them; adds to people what that has no notion of."""

    emulate: str
    session: aiohttp.ClientSession
    people: dict[str, Json] = field(default_factory=dict)
    """By id: what users.info should say besides."""
    teams: dict[str, str] = field(default_factory=dict)
    """What organisations are called, by id."""
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    resting: set[str] = field(default_factory=set)
    """Who does not want to be disturbed: emulate does not know of that."""
    port: int = 0
    _runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Answer, on the same port as before."""
        app = web.Application()
        app.add_routes([web.post("/api/{method}", self._api), web.post("/respond/{key}", self._respond)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}/"

    async def close(self) -> None:
        """Be as good as gone: connections are refused."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _api(self, request: web.Request) -> web.Response:
        method, raw = request.match_info["method"], await request.read()
        asked = _decoded(request.content_type, raw.decode())
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type")}
        async with self.session.post(f"{self.emulate}api/{method}", data=raw, headers=headers) as reply:
            answer = await reply.json()
        if method == "users.info" and answer["ok"]:
            more = self.people.get(asked["user"], {})
            answer["user"] |= {"tz": "Europe/Amsterdam", "locale": "nl-NL"} | more
        if method == "team.info" and asked.get("team") in self.teams:
            answer["team"] = {"id": asked["team"], "name": self.teams[asked["team"]]}
        if method == "dnd.info":
            answer = {"ok": True, "dnd_enabled": asked["user"] in self.resting, "next_dnd_start_ts": 1} | _FOR_EVER
        self.calls.append(Call(method, asked, answer))
        return web.json_response(answer)

    async def _respond(self, request: web.Request) -> web.Response:
        self.calls.append(Call("response_url", await request.json() | {"key": request.match_info["key"]}, {"ok": True}))
        return web.Response(text="ok")

    async def ask(self, method: str, token: str = TOKEN, **asked: str) -> Json:
        """Ask `emulate` something, unseen."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.post(f"{self.emulate}api/{method}", data=asked, headers=headers) as reply:
            answer: Json = await reply.json()
        assert answer["ok"], (method, answer)
        return answer

    def told(self, method: str) -> list[Call]:
        """The calls of one kind that were granted."""
        return [call for call in self.calls if call.method == method and call.answer["ok"]]


@asynccontextmanager
async def desk(emulate: str) -> AsyncIterator[FrontDesk]:
    """A desk that is open."""
    async with aiohttp.ClientSession() as session:
        made = FrontDesk(emulate, session)
        await made.open()
        try:
            yield made
        finally:
            await made.close()


def _decoded(kind: str, text: str) -> Json:
    if kind == "application/json":
        return dict(json.loads(text))
    fields = dict(parse_qsl(text, keep_blank_values=True))
    return {name: json.loads(value) if value[:1] in "[{" and value else value for name, value in fields.items()}


# --- reading Block Kit


def words(blocks: list[Json]) -> str:
    """What can be read."""
    return "\n".join(filter(None, ("".join(_texts(block)) for block in blocks if block["type"] != "actions")))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "user":
            yield f"@{value['user_id']}"
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            elif key not in ("options", "initial_option", "initial_options"):
                yield from _texts(inner)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def actions(blocks: list[Json]) -> dict[str, Json]:
    """What a press on each button would say, by the button's name."""
    found: dict[str, Json] = {}
    for block in blocks:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            action = {"block_id": block.get("block_id", "b"), "action_ts": "1", "type": element["type"]}
            action["action_id"] = element["action_id"]
            if element["type"] == "overflow":
                for option in element["options"]:
                    found[option["value"].partition("|")[0]] = action | {"selected_option": option}
            else:
                more = {"value": element["value"]} if "value" in element else {}
                found[element["action_id"].partition("#")[0]] = action | more
    return found


def inputs(blocks: list[Json]) -> dict[str, tuple[str, Json]]:
    """The block and the element of each field, by the field's name."""
    return {
        block["element"]["action_id"]: (block["block_id"], block["element"])
        for block in blocks
        if block["type"] == "input"
    }


def filled_in(element: Json) -> str:
    """What is filled in beforehand."""
    if "initial_options" in element:
        return " ".join(option["value"] for option in element["initial_options"])
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    given = (element.get(f"initial_{kind}") for kind in ("value", "date", "user"))
    return str(next(filter(None, given), ""))


def state(element: Json, answer: str) -> Json:
    """How Slack says what was filled in. A choice that is not offered cannot be made."""
    kind = element["type"]
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": [_option(element, value) for value in answer.split()]}
    if kind in ("radio_buttons", "static_select"):
        return {"type": kind, "selected_option": _option(element, answer) if answer else None}
    key = {"datepicker": "selected_date", "users_select": "selected_user"}.get(kind, "value")
    return {"type": kind, key: answer or None}


def _option(element: Json, value: str) -> Json:
    return next(option for option in element["options"] if option["value"] == value)
