"""Both organisations installed the app: it is in the channel twice, and Slack tells each thing in either name."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fake_slack import FakeSlack, slack_at_home
from fake_socket import soon
from slack_payloads import NOW, payload

from bot.slack.api import Slack
from bot.slack.connected import settling_in
from bot.slack.inside import Inside, come_in
from handlers.vocabulary import Arrived, Event


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def here() -> AsyncIterator[tuple[FakeSlack, Slack]]:
    async with slack_at_home() as (fake, slack):
        yield fake, slack


def theirs(name: str) -> dict[str, Any]:
    """What happened, told in the name of the other organisation's installation."""
    body = payload(name)
    if "authorizations" in body:
        body["authorizations"] = [{"team_id": "TCLI", "enterprise_id": None, "user_id": "UBOTCLI", "is_bot": True}]
    else:
        body["team"] = {"id": "TCLI", "domain": "client"}
    return body


async def tenant_of(slack: Slack, body: dict[str, Any]) -> str:
    """To which installation it is taken to belong."""
    seen: list[Event] = []

    async def take(event: Arrived) -> None:
        seen.append(event)

    async def handle(event: Arrived) -> tuple[()]:
        seen.append(event)
        return ()

    async def answer(_answers: object, _event: object) -> None:
        return None

    await come_in(Inside(take, handle, answer, lambda: NOW, lambda: slack.home.team), body)
    (event,) = seen
    assert not hasattr(event, "what")
    return event.place.tenant  # type: ignore[union-attr]


SAID_OR_ASKED = ("message__plain", "message_changed__edit", "message_deleted__person", "block_actions__client")


@pytest.mark.parametrize("name", SAID_OR_ASKED)
async def test_what_is_said_or_asked_belongs_to_whom_we_speak_for(here: tuple[FakeSlack, Slack], name: str) -> None:
    fake, slack = here
    assert await tenant_of(slack, theirs(name)) == "slack:TCLI"
    fake.answers["auth.test"] = [{"ok": True, "team_id": "TSUP", "enterprise_id": "ESUP"}]
    async with settling_in(slack):
        await soon(lambda: slack.home.team)
        assert await tenant_of(slack, theirs(name)) == "slack:TSUP"
        assert await tenant_of(slack, payload(name)) == "slack:TSUP"


@pytest.mark.parametrize("name", ["app_uninstalled__workspace", "tokens_revoked__bot", "channel_left__bot"])
async def test_what_becomes_of_the_other_copy_is_nothing_to_us(here: tuple[FakeSlack, Slack], name: str) -> None:
    _, slack = here
    slack.home.team = "TSUP"
    assert await tenant_of(slack, theirs(name)) == "slack:TCLI"


async def test_a_token_of_a_whole_company_speaks_for_the_company(here: tuple[FakeSlack, Slack]) -> None:
    fake, slack = here
    company = {"ok": True, "team_id": "TSUP", "enterprise_id": "ESUP", "is_enterprise_install": True}
    fake.answers["auth.test"] = [(503, {}, "<html>sorry</html>"), company]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.slack.connected.ASK_AGAIN", 0.01)
        async with settling_in(slack):
            await soon(lambda: slack.home.team)
    assert slack.home.team == "ESUP"
