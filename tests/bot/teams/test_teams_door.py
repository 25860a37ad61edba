"""Only what Teams vouches for comes in; all else is refused in words of HTTP, and never a fault of ours."""

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from teams_driver import APP, BOT, CHANNEL, SERVICE, TENANT, Json, Signer, happened, in_channel, key_named

from bot.clock import now as real_now
from bot.teams.app import endpoint, guarded, unguarded
from bot.teams.trust import Keys
from handlers.vocabulary import Answer, Arrived, ButtonPress, Command, Message, Submission

SAM = {"id": "29:sam", "aadObjectId": "00000000-0000-4000-8000-000000000001", "name": "Sam"}


def seconds(more: int) -> int:
    """A moment so many seconds from now, as tokens write it."""
    return int(real_now().timestamp()) + more


def spoken(text: str = "Dat is even wennen.") -> Json:
    """A message in the channel."""
    said = happened("message", in_channel("1700"), SAM, "2027-03-01T09:30:00Z", text=text, textFormat="plain")
    return said | {"channelId": "msteams", "serviceUrl": SERVICE, "recipient": BOT, "id": "1700"}


@dataclass
class Door:
    """A door, the keys that open it, and what came through."""

    session: aiohttp.ClientSession
    signer: Signer
    url: str = ""
    time: float = 1_000_000.0
    taken: list[Arrived] = field(default_factory=list)
    keys: Keys | None = None

    async def knock(self, authorization: str | None, body: Any = None, **headers: str) -> int:
        """The status that a request is answered with."""
        data = json.dumps(spoken()) if body is None else body if isinstance(body, str | bytes) else json.dumps(body)
        if authorization is not None:
            headers["Authorization"] = authorization
        async with self.session.post(self.url, data=data, headers=headers) as answer:
            return answer.status

    def served(self, tenant: str | None = None, *, check: bool = True) -> web.Application:
        """An application with only this door."""

        async def met(_activity: Any) -> Sequence[str]:
            return ()

        async def take(event: Arrived) -> None:
            self.taken.append(event)

        async def handle(event: Arrived) -> Sequence[Answer]:
            self.taken.append(event)
            return ()

        async def answer(_answers: Sequence[Answer], _event: Command | ButtonPress | Submission) -> None:
            return None

        self.keys = Keys(self.session, f"{self.signer.url}openid", lambda: self.time)
        guard = guarded(self.keys, APP, tenant) if check else unguarded
        app = web.Application(client_max_size=1024**2)
        app.add_routes([web.post("/api/messages", endpoint(guard, met, take, take, handle, answer, real_now))])
        return app


@pytest_asyncio.fixture
async def door() -> AsyncIterator[Door]:
    """A door that only Teams can open."""
    signer = Signer()
    signer.add("first")
    published = web.Application()
    published.add_routes(signer.routes())
    async with aiohttp.ClientSession() as session, TestServer(published) as keys:
        signer.url = str(keys.make_url("/"))
        made = Door(session, signer)
        async with TestServer(made.served()) as server:
            made.url = str(server.make_url("/api/messages"))
            yield made


async def test_what_teams_vouches_for_comes_in(door: Door) -> None:
    assert await door.knock(f"Bearer {door.signer.token()}") == 200
    (message,) = door.taken
    assert isinstance(message, Message)
    assert message.text == "Dat is even wennen."
    assert (message.place.team, message.place.channel, message.place.thread) == (TENANT, CHANNEL, None)


def _unsigned(signer: Signer) -> str:
    parts = [{"alg": "none", "kid": "first"}, {"iss": "https://api.botframework.com", "aud": APP, "exp": seconds(999)}]
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def _symmetric(signer: Signer) -> str:
    claims = {"iss": "https://api.botframework.com", "aud": APP, "exp": seconds(999), "serviceurl": SERVICE}
    return jwt.encode(claims, "a-secret-that-anybody-could-have-made-up", "HS256", headers={"kid": "first"})


def _forged(signer: Signer) -> str:
    signer.keys |= {"forged": key_named("forged")}
    return signer.token(key="forged", header={"kid": "first"})


BAD: dict[str, Callable[[Signer], str | None]] = {
    "missing": lambda _: None,
    "empty": lambda _: "",
    "no token": lambda _: "Bearer",
    "junk": lambda _: "Bearer junk",
    "dotted junk": lambda _: "Bearer a.b.c",
    "JSON that is no object": lambda _: "Bearer W10.W10.W10",
    "another scheme": lambda signer: f"Basic {signer.token()}",
    "expired": lambda signer: f"Bearer {signer.token(exp=seconds(-400))}",
    "not yet": lambda signer: f"Bearer {signer.token(nbf=seconds(400))}",
    "without an end": lambda signer: f"Bearer {signer.token(exp=None)}",
    "an end that is no number": lambda signer: f"Bearer {signer.token(exp='soon')}",
    "for another bot": lambda signer: f"Bearer {signer.token(aud='11111111-2222-3333-4444-555555555555')}",
    "for nobody": lambda signer: f"Bearer {signer.token(aud=None)}",
    "from another issuer": lambda signer: f"Bearer {signer.token(iss='https://sts.windows.net/x/')}",
    "from nobody": lambda signer: f"Bearer {signer.token(iss=None)}",
    "an unknown key": lambda signer: f"Bearer {signer.token(header={'kid': 'other'})}",
    "no key": lambda signer: f"Bearer {signer.token(header={'kid': ''})}",
    "another's signature": lambda signer: f"Bearer {_forged(signer)}",
    "a changed signature": lambda signer: f"Bearer {signer.token()[:-8]}AAAAAAAA",
    "no signature": lambda signer: f"Bearer {_unsigned(signer)}",
    "a symmetric signature": lambda signer: f"Bearer {_symmetric(signer)}",
    "without a service URL": lambda signer: f"Bearer {signer.token(None)}",
    "for another service URL": lambda signer: f"Bearer {signer.token('https://smba.trafficmanager.net/amer/')}",
    "a service URL that is no text": lambda signer: f"Bearer {signer.token(serviceurl=[SERVICE])}",
}


@pytest.mark.parametrize("bad", BAD)
async def test_whoever_has_no_good_token_is_refused(door: Door, bad: str) -> None:
    assert await door.knock(BAD[bad](door.signer)) in (401, 403)
    assert door.taken == []


async def test_a_key_vouches_only_for_the_channels_it_is_endorsed_for(door: Door) -> None:
    token = f"Bearer {door.signer.token()}"
    for channel in ("webchat", "", None, ["msteams"]):
        assert await door.knock(token, spoken() | {"channelId": channel}) == 403
    door.signer.endorsements = ("msteams", "webchat")
    door.signer.add("endorsed for more")
    door.time += 61
    elsewhere = spoken() | {"channelId": "webchat"}
    assert await door.knock(f"Bearer {door.signer.token()}", elsewhere) == 403
    door.signer.endorsements = ()
    door.signer.add("unendorsed")
    door.time += 61
    assert await door.knock(f"Bearer {door.signer.token()}") == 403
    assert door.taken == []


@pytest.mark.parametrize("url", [None, "", "https://smba.trafficmanager.net/emea", f"{SERVICE}?x=1", [SERVICE]])
async def test_a_token_is_good_for_one_service_url(door: Door, url: object) -> None:
    assert await door.knock(f"Bearer {door.signer.token()}", spoken() | {"serviceUrl": url}) == 403
    assert door.taken == []


async def test_clocks_may_differ_by_five_minutes(door: Door) -> None:
    assert await door.knock(f"Bearer {door.signer.token(exp=seconds(-200))}") == 200
    assert await door.knock(f"Bearer {door.signer.token(nbf=seconds(200))}") == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400), ("[]", 400), ("7", 400), (b"\xff\xfe", 400), ("[" * 100_000, 400), ("", 400),
        ("x" * (1024**2 + 1), 413),
    ],
)  # fmt: skip
async def test_a_body_that_is_no_activity_is_refused(door: Door, body: str | bytes, status: int) -> None:
    assert await door.knock(f"Bearer {door.signer.token()}", body) == status
    assert await door.knock("Bearer junk", body) == 401


async def test_who_is_not_vouched_for_learns_nothing_of_their_body(door: Door) -> None:
    assert await door.knock(None, "{") == 401


# --- keys


async def test_a_new_key_is_served_at_its_first_request(door: Door) -> None:
    assert await door.knock(f"Bearer {door.signer.token()}") == 200
    old = door.signer.token()
    door.signer.add("second")
    door.time += 61
    assert await door.knock(f"Bearer {door.signer.token()}") == 200
    assert door.signer.asked == 2
    assert await door.knock(f"Bearer {old}") == 401  # what is no longer published is no longer good


async def test_nobody_makes_us_ask_for_keys_more_than_once_a_minute(door: Door) -> None:
    assert await door.knock(f"Bearer {door.signer.token()}") == 200
    for number in range(20):
        assert await door.knock(f"Bearer {door.signer.token(header={'kid': f'made-up-{number}'})}") == 401
    assert door.signer.asked == 1
    door.time += 61
    for number in range(20):
        assert await door.knock(f"Bearer {door.signer.token(header={'kid': f'made-up-{number}'})}") == 401
    assert door.signer.asked == 2
    assert await door.knock(f"Bearer {door.signer.token()}") == 200


async def test_keys_are_looked_at_again_after_a_day_and_stay_good_when_that_fails(door: Door) -> None:
    assert await door.knock(f"Bearer {door.signer.token()}") == 200
    door.time += 25 * 3600
    door.signer.down = True
    assert await door.knock(f"Bearer {door.signer.token()}") == 200
    door.signer.down = False
    door.time += 61
    assert await door.knock(f"Bearer {door.signer.token()}") == 200
    assert door.signer.asked == 2


async def test_while_no_key_is_known_nobody_comes_in_and_everybody_may_try_again(door: Door) -> None:
    door.signer.down = True
    assert await door.knock(f"Bearer {door.signer.token()}") == 503
    door.signer.down = False
    door.time += 6
    assert await door.knock(f"Bearer {door.signer.token()}") == 200


async def test_keys_from_somewhere_else_are_no_keys(door: Door) -> None:
    door.signer.url = "http://127.0.0.1:9/"
    assert await door.knock(f"Bearer {door.signer.token()}") == 503
    assert door.taken == []


# --- tenants


async def test_an_app_of_one_tenant_is_closed_to_others(door: Door) -> None:
    async with TestServer(door.served(TENANT.upper())) as server:
        door.url = str(server.make_url("/api/messages"))
        token = f"Bearer {door.signer.token()}"
        assert await door.knock(token) == 200
        foreign = spoken()
        foreign["channelData"]["tenant"]["id"] = "99999999-1111-4222-8333-444455556666"
        assert await door.knock(token, foreign) == 403
        nowhere = spoken()
        del nowhere["channelData"]["tenant"], nowhere["conversation"]["tenantId"]
        assert await door.knock(token, nowhere) == 400
        assert len(door.taken) == 1


# --- whatever is vouched for

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("task/fetch"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
_KEYS = ("type", "name", "value", "text", "from", "conversation", "channelData", "membersAdded", "entities", "id",
         "timestamp", "replyToId", "attachments", "action", "recipient", "textFormat")  # fmt: skip
_KINDS = ("message", "messageUpdate", "messageDelete", "conversationUpdate", "installationUpdate", "invoke", "typing")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=4), kind=st.sampled_from(_KINDS))
async def test_nothing_that_teams_could_say_is_a_fault_of_ours(door: Door, changed: Json, kind: str) -> None:
    assert await door.knock(f"Bearer {door.signer.token()}", spoken() | {"type": kind} | changed) in (200, 400, 501)


async def test_a_request_that_we_do_not_know_is_not_ours(door: Door) -> None:
    asked = spoken() | {"type": "invoke", "name": "fileConsent/invoke", "value": {}}
    assert await door.knock(f"Bearer {door.signer.token()}", asked) == 501


async def test_who_develops_may_be_believed(door: Door) -> None:
    async with TestServer(door.served(check=False)) as server:
        door.url = str(server.make_url("/api/messages"))
        assert await door.knock(None) == 200
        assert await door.knock("Bearer junk") == 200
        assert await door.knock(None, "{") == 400
        assert await door.knock(None, "x" * (1024**2 + 1)) == 413
