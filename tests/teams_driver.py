"""Teams, as far as a bot can tell: a Connector with a memory, what people do, and the keys that vouch for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import unquote

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.clock import now as real_now

Json = dict[str, Any]
APP = "5a3e0f44-0c1b-4f6e-9a5e-1f2d3c4b5a69"
TENANT = "0b57ab10-1111-4222-8333-444455556666"
TEAM, CHANNEL = "19:team0000000000000000000000000000@thread.tacv2", "19:loket00000000000000000000000000@thread.tacv2"
SERVICE = "https://smba.trafficmanager.net/emea/"
BOT = {"id": f"28:{APP}", "name": "Samenspraak"}
HANG, RESET = object(), object()
"""Take the call and never answer; take the call and cut the line."""
_number = count(1)


def fresh(prefix: str = "") -> str:
    """A name that was never used before."""
    return f"{prefix}{next(_number):06}"


# --- who vouches for it


@cache
def key_named(_name: str) -> rsa.RSAPrivateKey:
    """A key of its own for each name; to make one takes longer than a test."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Signer:
    """Microsoft's keys, published where `open` says; `asked` counts how often somebody came for them."""

    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)
    endorsements: tuple[str, ...] = ("msteams",)
    asked: int = 0
    down: bool = False
    url: str = ""

    def add(self, name: str) -> None:
        """A new key, and no other any more."""
        self.keys = {name: key_named(name)}

    def token(
        self, service_url: str | None = SERVICE, *, key: str = "", header: Json | None = None, **claims: Any
    ) -> str:
        """A token as the Bot Framework gives; a claim of None is left out."""
        name = key or next(iter(self.keys))
        now = int(real_now().timestamp())
        said = {"iss": "https://api.botframework.com", "aud": APP, "nbf": now - 60, "exp": now + 3600,
                "serviceurl": service_url} | claims  # fmt: skip
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, self.keys[name], algorithm="RS256", headers={"kid": name} | (header or {}))

    def routes(self) -> list[web.RouteDef]:
        """Where the keys are published."""

        async def metadata(_request: web.Request) -> web.Response:
            if self.down:
                return web.Response(status=503)
            return web.json_response({"issuer": "https://api.botframework.com", "jwks_uri": f"{self.url}keys"})

        async def published(_request: web.Request) -> web.Response:
            self.asked += 1
            return web.json_response({"keys": [self._public(name) for name in self.keys]})

        return [web.get("/openid", metadata), web.get("/keys", published)]

    def _public(self, name: str) -> Json:
        public: Json = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[name].public_key()))
        return public | {"kid": name, "use": "sig", "endorsements": list(self.endorsements)}


# --- to the bot


@dataclass
class Envelope:
    """Sends activities to the bot's own address, as Teams does."""

    session: aiohttp.ClientSession
    url: str
    service_url: str = SERVICE
    token: str | None = None

    async def send(self, activity: Json) -> tuple[int, Any]:
        """The status of the answer and its body."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token is not None else {}
        body = {"serviceUrl": self.service_url, "channelId": "msteams", "recipient": BOT} | activity
        async with self.session.post(self.url, json=body, headers=headers) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith("{") else None


def happened(kind: str, conversation: Json, who: Json | None, when: str, **more: Any) -> Json:
    """An activity in a conversation."""
    data = {"tenant": {"id": TENANT}}
    if conversation.get("conversationType") == "channel":
        data |= {"team": {"id": TEAM}, "channel": {"id": conversation["id"].partition(";")[0]}}
    activity = {"type": kind, "id": fresh("f:"), "timestamp": when, "conversation": conversation, "channelData": data}
    return activity | ({"from": who} if who is not None else {}) | more


def in_channel(thread: str | None = None, channel: str = CHANNEL) -> Json:
    """The channel, or a thread in it."""
    name = f"{channel};messageid={thread}" if thread else channel
    return {"conversationType": "channel", "isGroup": True, "tenantId": TENANT, "id": name}


def in_chat(chat: str) -> Json:
    """Somebody's own chat with the bot."""
    return {"conversationType": "personal", "tenantId": TENANT, "id": chat}


# --- from the bot


@dataclass(frozen=True)
class Call:
    """What the bot asked of the Connector."""

    method: str
    conversation: str
    activity: str
    body: Json


@dataclass
class Connector:
    """Keeps what the bot says. `people` are the members of every channel, by the id that all bots share."""

    people: list[Json] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    said: dict[str, tuple[str, Json]] = field(default_factory=dict)
    """What stands there now, with its conversation, by the id of the message."""
    chats: dict[str, str] = field(default_factory=dict)
    """The chat of each person with the bot, by the id that only this bot knows."""
    silent: bool = False
    """It tells nothing of who is in a channel."""
    planned: list[Any] = field(default_factory=list)
    """How the next calls are answered that say something: HANG, RESET, or a status with headers and a body."""
    tokens: list[str] = field(default_factory=list)
    """What the bot showed at each call."""
    url: str = ""
    _runner: web.AppRunner | None = None

    def chat_with(self, address: str) -> str:
        """The chat of somebody; begun if need be."""
        return self.chats.setdefault(address, fresh("a:"))

    async def open(self) -> None:
        """Answer."""
        app = web.Application()
        app.add_routes([web.route("*", "/v3/{rest:.*}", self._api)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def close(self) -> None:
        """Be as good as gone."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _unhappily(self, request: web.Request) -> web.Response | None:
        planned = self.planned.pop(0) if self.planned else None
        if planned is HANG:
            await asyncio.Event().wait()
        if planned is RESET:
            assert request.transport is not None
            request.transport.abort()
        if isinstance(planned, tuple):
            status, headers, body = planned
            return web.Response(status=status, headers=headers, text=body)
        return None

    async def _api(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers.get("Authorization", ""))
        names = [unquote(each) for each in request.rel_url.raw_path.split("/v3/", 1)[1].split("/")]
        names += [""] * (4 - len(names))
        _, conversation, what, which = names[:4]
        if self.silent and what.endswith("members"):
            return web.Response(status=503)
        if what == "pagedmembers":
            return web.json_response({"members": self.people})
        if what == "members":
            found = next((one for one in self.people if which in (one["id"], one.get("aadObjectId"))), None)
            return web.json_response(found) if found else web.json_response({"error": {"code": "NotFound"}}, status=404)
        body: Json = await request.json() if request.can_read_body else {}
        if not what:
            return web.json_response({"id": self.chat_with(body["members"][0]["id"])}, status=201)
        activity = which or fresh("17")
        self.calls.append(Call(request.method, conversation, activity, body))
        if (instead := await self._unhappily(request)) is not None:
            return instead
        if request.method == "DELETE":
            self.said.pop(activity, None)
            return web.Response(status=200)
        if request.method == "PUT" and activity not in self.said:
            return web.json_response({"error": {"code": "ActivityNotFoundInConversation"}}, status=404)
        # What changed last stands last: what somebody is answered and what all see may come in either order.
        self.said.pop(activity, None)
        self.said[activity] = (conversation, body)
        return web.json_response({"id": activity}, status=201 if request.method == "POST" else 200)


@asynccontextmanager
async def connector() -> AsyncIterator[Connector]:
    """A Connector that answers."""
    made = Connector()
    await made.open()
    try:
        yield made
    finally:
        await made.close()


# --- reading Adaptive Cards


def card_of(activity: Json) -> Json:
    """The card in a message."""
    return dict(activity["attachments"][0]["content"])


def words(value: object) -> str:
    """What can be read, one line for each block."""
    return "\n".join(filter(None, _lines(value)))


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _lines(each)
    elif isinstance(value, dict):
        match value.get("type"):
            case "TextBlock":
                yield str(value["text"])
            case "RichTextBlock":
                yield "".join(str(run["text"]) for run in value["inlines"])
            case "AdaptiveCard":
                yield from _lines(value["body"])
            case "Container":
                yield from _lines(value["items"])


def actions(value: object) -> dict[str, Json]:
    """What a press on each button sends, by the button's name; under the empty name, what sends the form."""
    if isinstance(value, list):
        return {name: data for each in value for name, data in actions(each).items()}
    if not isinstance(value, dict):
        return {}
    if value.get("type") == "Action.Submit":
        return {value["data"]["samenspraak"].get("button", ""): value["data"]}
    return {name: data for each in value.values() for name, data in actions(each).items()}


def inputs(card: Json) -> dict[str, Json]:
    """The inputs, by name."""
    return {element["id"]: element for element in card["body"] if str(element["type"]).startswith("Input.")}


def filled_in(element: Json) -> str:
    """What is filled in beforehand; several choices with a space in between."""
    value = str(element.get("value", ""))
    return value.replace(",", " ") if element.get("isMultiSelect") else value


def typed(element: Json, answer: str) -> str:
    """How Teams says what was filled in. A choice that is not offered cannot be made."""
    if element["type"] != "Input.ChoiceSet":
        return answer
    chosen = answer.split() if element.get("isMultiSelect") else [answer] if answer else []
    assert set(chosen) <= {choice["value"] for choice in element["choices"]}, (answer, element)
    return ",".join(chosen)


def reasons(card: Json) -> Mapping[str, str]:
    """Why a form was not taken, by field; of the form as a whole under the empty name."""
    found: dict[str, str] = {}
    last = ""
    for element in card["body"]:
        if str(element["type"]).startswith("Input."):
            last = str(element["id"])
        elif element["type"] == "Container" and element.get("style") == "attention":
            found[""] = words(element)
        elif element["type"] == "RichTextBlock" and element["inlines"][0].get("color") == "Attention":
            found[last] = words(element)
    return found
