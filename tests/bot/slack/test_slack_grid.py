"""Enterprise Grid: of one and the same person Slack names now a workspace and now a whole company as their home."""

from typing import Any

import pytest
from fake_slack import FakeSlack, slack_at_home
from slack_payloads import NOW, payload
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import dispatch
from bot.house import House
from bot.mouth import Mouth
from bot.slack.connected import mouth
from bot.slack.receive import translate
from bot.slack.roster import roster
from handlers.vocabulary import Member, Person, Place
from storage import members, projects
from storage.database import EVERYWHERE, Database
from storage.tables import Inbox
from storage.tables import Member as Row

HELP = Place("slack", "TSUP", "CHELP")
ROBIN = {
    "id": "WCLI",
    "team_id": "TCLI",
    "tz": "Europe/Amsterdam",
    "locale": "nl-NL",
    "enterprise_user": {"id": "WCLI", "enterprise_id": "ECLI", "enterprise_name": "Client", "teams": ["TCLI", "TCLI2"]},
}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


def people(fake: FakeSlack, *users: dict[str, Any]) -> None:
    known = {user["id"]: user for user in users}
    fake.answers["conversations.members"] = [{"ok": True, "members": list(known)}]
    fake.answers["users.info"] = [lambda asked: {"ok": True, "user": known[asked["user"]]}]
    fake.answers["team.info"] = [lambda asked: {"ok": True, "team": {"id": asked["team"], "name": "Supplier"}}]


async def test_all_workspaces_of_a_company_are_one_organisation() -> None:
    async with slack_at_home() as (fake, slack):
        colleague = ROBIN | {"id": "WKIM", "team_id": "TCLI2", "locale": None}
        people(fake, ROBIN, colleague, {"id": "USAM", "team_id": "TSUP"})
        found = await roster(slack, HELP)
    assert found == (
        Member(Person("slack", "TCLI", "WCLI"), "ECLI", "Client", "Europe/Amsterdam", "nl"),
        Member(Person("slack", "TCLI2", "WKIM"), "ECLI", "Client", "Europe/Amsterdam", None),
        Member(Person("slack", "TSUP", "USAM"), "TSUP", "Supplier", None, None),
    )
    assert [asked["team"] for asked in fake.told("team.info")] == ["TSUP"]


def agreed(db: Session) -> None:
    """Supplier and client said yes, and Robin became known by their workspace."""
    channel = projects.start(db, HELP.tenant, "CHELP", language="nl", zone="UTC", country="NL", now=NOW)
    for key, side in (("TSUP", "supplier"), ("ECLI", "client")):
        organisation, _ = projects.add_organisation(db, channel.project, key, key)
        organisation.side = side
    members.add(db, channel.project, organisation, "TCLI", "WCLI")
    projects.listen(db, channel.project, True)


async def test_somebody_is_the_same_in_a_message_and_in_a_press(database: Database) -> None:
    async def deaf(_what: object) -> None:
        return None

    async def bodies() -> list[bool]:
        kept = select(Inbox.body.is_not(None)).where(Inbox.event_key.startswith("slack:Ev")).order_by(Inbox.id)
        return await database.read(EVERYWHERE, lambda db: list(db.scalars(kept)))

    async with slack_at_home() as (fake, slack):
        people(fake, ROBIN)
        platform: Mouth = mouth(slack)
        house = House(database, deaf, {"slack": platform}, lambda: NOW, lambda: 0.5, lambda: None, {})
        await database.write(HELP.tenant, agreed)
        by_company, by_workspace, press = (
            translate(payload(name), NOW)
            for name in ("message__client_enterprise", "message__client_workspace", "block_actions__client_enterprise")
        )
        assert by_company is not None
        assert by_workspace is not None
        assert press is not None
        await dispatch.take(house, by_company)
        assert await bodies() == [True]
        await dispatch.handle(house, press)
        for after in (by_company, by_workspace):
            await dispatch.take(house, translated_anew(after))
        assert await bodies() == [True, False, False]
    (row,) = await database.read(EVERYWHERE, lambda db: list(db.scalars(select(Row))))
    assert (row.person, row.off) == ("WCLI", True)


def translated_anew(event: Any) -> Any:
    """The same person writes again."""
    return type(event)(f"{event.id}-again", event.at, event.place, event.who, f"{event.message}9", event.text)
