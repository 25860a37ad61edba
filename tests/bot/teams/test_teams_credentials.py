"""The bot's own token: asked for once, where the type of the app says, and never while everything waits."""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from teams_driver import APP, TENANT

from bot.mouth import Sent
from bot.settings import AppType, TeamsSettings
from bot.teams.api import Teams, Token, Unanswered
from bot.teams.connected import mouth
from bot.teams.credentials import no_token, token_for


def registration(kind: AppType = "MultiTenant", tenant: str | None = None) -> TeamsSettings:
    return TeamsSettings(APP, "made-up", kind, tenant, "https://login.botframework.com/x")


@dataclass
class Entra:
    """Gives out tokens instead of Microsoft; `before` is what happens first, in the thread that asks."""

    asked: list[str] = field(default_factory=list)
    bodies: list[dict[str, list[str]]] = field(default_factory=list)
    timeouts: set[Any] = field(default_factory=set)
    refuses: str = ""
    """Why it gives no token."""
    before: Callable[[], object] = lambda: None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Answer one request."""
        self.before()
        url = str(request.url)
        if url.startswith("http://169.254.169.254/"):
            return self.metadata(url, options.get("timeout"))
        self.asked.append(url.partition("?")[0])
        self.timeouts.add(options.get("timeout"))
        answer: dict[str, Any] = {"tenant_discovery_endpoint": url, "metadata": []}
        if "openid-configuration" in url:
            base = url.partition("/v2.0")[0]
            answer = {"issuer": base, "authorization_endpoint": f"{base}/a", "token_endpoint": f"{base}/token"}
        if url.endswith("/token"):
            self.bodies.append(parse_qs(str(request.body)))
            given = {"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"}
            answer = {"error": self.refuses, "error_description": "error: no, really"} if self.refuses else given
        made = requests.Response()
        made.status_code = 401 if self.refuses and url.endswith("/token") else 200
        made._content = json.dumps(answer).encode()
        return made

    def metadata(self, url: str, timeout: Any) -> requests.Response:
        """Answer as the machine itself does, of the identities that were added to it."""
        self.asked.append(url.partition("?")[0])
        self.timeouts.add(timeout)
        lacks = {"error": self.refuses, "error_description": "Identity not found"}
        made = requests.Response()
        made.status_code = 400 if self.refuses else 200
        made._content = json.dumps(
            lacks if self.refuses else {"access_token": "a-token", "expires_in": 90_000}
        ).encode()
        return made


@pytest.fixture
def entra(monkeypatch: pytest.MonkeyPatch) -> Entra:
    made = Entra()
    monkeypatch.setattr(requests.Session, "send", lambda _self, request, **options: made.send(request, **options))
    return made


@pytest.mark.parametrize(
    ("kind", "tenant", "authority"),
    [("MultiTenant", None, "botframework.com"), ("SingleTenant", TENANT, TENANT)],
)
async def test_the_type_of_the_app_says_who_gives_its_token(
    entra: Entra, kind: AppType, tenant: str | None, authority: str
) -> None:
    assert await token_for(registration(kind, tenant))() == "a-token"
    assert entra.asked[-1] == f"https://login.microsoftonline.com/{authority}/token"
    (body,) = entra.bodies
    assert body["scope"] == ["https://api.botframework.com/.default"]
    assert None not in entra.timeouts  # nothing waits for ever


async def test_a_managed_identity_is_the_machines_own(entra: Entra) -> None:
    token = token_for(registration("UserAssignedMSI", TENANT))
    assert {await token(), await token()} == {"a-token"}
    assert entra.asked == ["http://169.254.169.254/metadata/identity/oauth2/token"]
    assert None not in entra.timeouts


async def test_a_managed_identity_that_was_taken_away_is_noticed_and_so_is_its_return(entra: Entra) -> None:
    token = token_for(registration("UserAssignedMSI", TENANT))
    assert await token() == "a-token"
    entra.refuses = "invalid_request"
    assert await token() == "a-token"  # the last one is good until Microsoft says otherwise
    with pytest.raises(Unanswered) as none:
        await token(fresh=True)
    assert none.value.sent == Sent("barred", error="no_token_NoIdentity")
    assert await why_not(token) == ("barred", "no_token_NoIdentity")
    entra.refuses = ""
    assert await token() == "a-token"


async def test_a_machine_that_cannot_tell_at_the_moment_bars_nobody(entra: Entra) -> None:
    entra.refuses = "temporarily_unavailable"
    assert await why_not(token_for(registration("UserAssignedMSI", TENANT))) == ("retry", "no_token_ConnectionError")


async def test_whoever_needs_a_token_at_once_shares_it(entra: Entra) -> None:
    token = token_for(registration())
    assert set(await asyncio.gather(*(token() for _ in range(20)))) == {"a-token"}
    assert await token() == "a-token"
    assert len(entra.bodies) == 1


async def test_while_a_token_is_on_its_way_all_else_goes_on(entra: Entra) -> None:
    may_go_on = threading.Event()
    entra.before = lambda: may_go_on.wait(30)
    asking = asyncio.create_task(token_for(registration())())
    for _ in range(100):
        await asyncio.sleep(0)
    may_go_on.set()  # nobody could, were the loop waiting for it
    assert await asking == "a-token"


async def why_not(token: Token) -> tuple[str, str | None]:
    with pytest.raises(Unanswered) as none:
        await token()
    return none.value.sent.outcome, none.value.sent.error


@pytest.mark.parametrize("why", ["invalid_client", "unauthorized_client"])
async def test_an_app_that_microsoft_does_not_take_is_let_do_nothing(entra: Entra, why: str) -> None:
    entra.refuses = why
    token = token_for(registration())
    assert await why_not(token) == ("barred", "no_token_PermissionError")
    entra.refuses = ""
    assert await token() == "a-token"


async def test_without_a_token_for_the_moment_it_is_tried_again_later(entra: Entra) -> None:
    entra.refuses = "temporarily_unavailable"
    token = token_for(registration())
    assert await why_not(token) == ("retry", "no_token_PermissionError")
    entra.refuses = ""
    assert await token() == "a-token"


async def test_a_network_that_fails_bars_nobody(entra: Entra) -> None:
    def fail() -> None:
        raise requests.ConnectionError

    entra.before = fail
    assert await why_not(token_for(registration())) == ("retry", "no_token_ConnectionError")


async def test_to_knock_is_to_ask_for_a_new_token(entra: Entra, teams: Teams) -> None:
    speaks = mouth(replace(teams, token=token_for(registration())))
    assert speaks.knock is not None
    await speaks.knock(f"teams:{TENANT}")
    assert await speaks.knock(f"teams:{TENANT}")
    assert len(entra.bodies) == 2
    entra.refuses = "invalid_client"
    assert not await speaks.knock(f"teams:{TENANT}")


async def test_who_needs_no_token_is_always_let_in(teams: Teams) -> None:
    speaks = mouth(replace(teams, token=no_token))
    assert speaks.knock is not None
    assert await speaks.knock(f"teams:{TENANT}")
