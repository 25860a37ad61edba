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
from handlers.vocabulary import Arrived, Due, Event, Joined, Left


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


async def taken(slack: Slack, body: dict[str, Any]) -> list[Event]:
    """What comes of it."""
    seen: list[Event] = []

    async def take(event: Arrived) -> None:
        seen.append(event)

    async def handle(event: Arrived) -> tuple[()]:
        seen.append(event)
        return ()

    async def answer(_answers: object, _event: object) -> None:
        return None

    await come_in(Inside(take, handle, answer, lambda: NOW, lambda: slack.home), body)
    return seen


async def tenant_of(slack: Slack, body: dict[str, Any]) -> str:
    """To which installation it is taken to belong."""
    (event,) = await taken(slack, body)
    assert not isinstance(event, Due)
    return event.place.tenant


IN_THE_CHANNEL = (
    "message__plain", "message_changed__edit", "message_deleted__person", "block_actions__client",
    "member_joined_channel__person", "member_left_channel__person", "channel_unshared__client",
    "channel_archive__person", "channel_unarchive__person", "channel_id_changed__shared", "app_home_opened__home",
)  # fmt: skip


@pytest.mark.parametrize("name", IN_THE_CHANNEL)
async def test_what_happens_in_the_channel_belongs_to_whom_we_speak_for(
    here: tuple[FakeSlack, Slack], name: str
) -> None:
    fake, slack = here
    assert await tenant_of(slack, theirs(name)) == "slack:TCLI"
    fake.answers["auth.test"] = [{"ok": True, "team_id": "TSUP", "enterprise_id": "ESUP"}]
    async with settling_in(slack):
        await soon(lambda: slack.home.team)
        assert await tenant_of(slack, theirs(name)) == "slack:TSUP"
        assert await tenant_of(slack, payload(name)) == "slack:TSUP"


OF_A_COPY = (
    "app_uninstalled__workspace", "tokens_revoked__bot", "channel_left__bot", "group_left__bot",
    "member_joined_channel__bot",
)  # fmt: skip


@pytest.mark.parametrize("name", OF_A_COPY)
async def test_what_becomes_of_the_other_copy_is_nothing_to_us(here: tuple[FakeSlack, Slack], name: str) -> None:
    _, slack = here
    body = theirs(name)
    if name == "member_joined_channel__bot":
        body["event"]["user"] = "UBOTCLI"
    assert await tenant_of(slack, body) == "slack:TCLI"
    slack.home.team = "TSUP"
    assert await taken(slack, body) == []
    assert await tenant_of(slack, payload(name)) == "slack:TSUP"


@pytest.mark.parametrize("name", ["member_joined_channel__bot", "member_left_channel__person"])
async def test_our_own_coming_and_going_is_ours_also_when_it_is_told_in_the_other_name(
    here: tuple[FakeSlack, Slack], name: str
) -> None:
    fake, slack = here
    fake.answers["auth.test"] = [{"ok": True, "team_id": "TSUP", "user_id": "UBOT"}]
    body = theirs(name)
    body["event"]["user"] = "UBOT"
    async with settling_in(slack):
        await soon(lambda: slack.home.team)
        (event,) = await taken(slack, body)
    assert isinstance(event, Joined | Left)
    assert (event.place.tenant, event.who) == ("slack:TSUP", None)


async def test_a_token_of_a_whole_company_speaks_for_the_company(here: tuple[FakeSlack, Slack]) -> None:
    fake, slack = here
    company = {"ok": True, "team_id": "TSUP", "enterprise_id": "ESUP", "is_enterprise_install": True}
    fake.answers["auth.test"] = [(503, {}, "<html>sorry</html>"), company]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.slack.connected.ASK_AGAIN", 0.01)
        async with settling_in(slack):
            await soon(lambda: slack.home.team)
    assert slack.home.team == "ESUP"
