"""The doctor notices each thing that can be wrong in Teams, says what suffers and what to do, and tells no secrets."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import update
from sqlalchemy.orm import Session
from teams_driver import APP, CHANNEL, SERVICE, TENANT, Signer

from bot.doctor.check import Check
from bot.mouth import Sent
from bot.settings import Settings
from bot.teams import checks as teams_checks
from bot.teams.api import Token, Unanswered
from bot.teams.checks import MEANS, checks
from bot.teams.credentials import NoIdentity
from handlers.vocabulary import Member, Person
from storage import outbox, projects, references
from storage.database import EVERYWHERE, Database
from storage.references import Reached
from storage.tables import Leaving, Outbox

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
HERE = f"teams:{TENANT}"
SECRET = "very~secret"
WELL = {"teams token", "teams keys", "teams clock", "teams channels", "teams people", "teams events", "teams refusals"}
SAM = Member(Person("teams", TENANT, "sam-secret"), TENANT, "Bouwlicht")
GUEST = Member(Person("teams", TENANT, "gina-secret"), None, "")
OTHER_TENANT = "0b57ab10-9999-4222-8333-444455556666"


@dataclass
class Microsoft:
    """What Microsoft does; all is well but for what a test changes. `refuses` is why it gives no token."""

    clock: datetime = NOW
    signer: Signer = field(default_factory=Signer)
    refuses: Exception | None = None
    present: list[Member] = field(default_factory=lambda: [SAM])
    silent: Unanswered | None = None

    async def dated(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self.clock, usegmt=True)

    def token_for(self, _settings: object) -> Token:
        async def token() -> str:
            if self.refuses is not None:
                raise Unanswered(Sent("retry", error=f"no_token_{type(self.refuses).__name__}"))
            return SECRET

        return token

    async def roster(self, *_: object) -> list[Member]:
        if self.silent is not None:
            raise self.silent
        return self.present


@pytest.fixture
async def microsoft(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Microsoft]:
    """Microsoft, in which all is well."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    there = Microsoft()
    app = web.Application()
    there.signer.add("key")
    app.add_routes(there.signer.routes())
    app.on_response_prepare.append(there.dated)
    async with TestServer(app) as server:
        there.signer.url = str(server.make_url("/"))
        monkeypatch.setattr(teams_checks, "token_for", there.token_for)
        monkeypatch.setattr(teams_checks, "roster", there.roster)
        yield there


def at_work(db: Session) -> None:
    """A channel that listens, and where it is."""
    projects.start(db, HERE, CHANNEL, language="nl", zone="Europe/Amsterdam", country="NL", now=NOW)
    references.keep(db, HERE, Reached(CHANNEL, SERVICE, "team"))
    references.keep(db, HERE, Reached("a:sam", SERVICE, None, "sam-secret"))


async def received(database: Database, ago: timedelta) -> None:
    """Something came in."""
    row = dict.fromkeys(("team", "person", "body", "notice"), "") | {"tenant": HERE, "channel": CHANNEL}
    at = int((NOW - ago).timestamp()) * 1_000_000
    await database.take_in(row | {"event_key": f"teams:{ago}", "has_text": 0, "received_at": at})


@pytest.fixture
async def working(database: Database) -> Database:
    """A database of a bot at work."""
    await database.write(EVERYWHERE, at_work)
    await received(database, timedelta(hours=1))
    return database


async def examined(microsoft: Microsoft, database: Database | None, **more: Any) -> dict[str, Check]:
    """What the doctor finds, by name."""
    given: dict[str, Any] = {
        "MICROSOFT_APP_ID": APP,
        "MICROSOFT_APP_PASSWORD": SECRET,
        "MICROSOFT_APP_TYPE": "SingleTenant",
        "MICROSOFT_APP_TENANT_ID": TENANT,
        "MICROSOFT_KEYS_URL": f"{microsoft.signer.url}openid",
    }
    found = {check.name: check for check in await checks(Settings(**given | more), database, NOW)}
    said = json.dumps([(check.words, check.todo) for check in found.values()])
    assert not any(secret in said for secret in (SECRET, "sam-secret", "gina-secret"))
    assert all(bool(check.todo) == (check.state != "ok") for check in found.values())
    return found


def ailing(found: dict[str, Check]) -> dict[str, str]:
    """What is not well."""
    return {name: check.state for name, check in found.items() if check.state != "ok"}


async def test_where_teams_is_not_used_there_is_nothing_to_say(microsoft: Microsoft, working: Database) -> None:
    assert await examined(microsoft, working, MICROSOFT_APP_ID=None) == {}


async def test_when_all_is_well_it_says_so(microsoft: Microsoft, working: Database) -> None:
    found = await examined(microsoft, working)
    assert set(found) == WELL
    assert ailing(found) == {}


async def test_without_a_database_it_still_looks_at_microsoft(microsoft: Microsoft) -> None:
    found = await examined(microsoft, None)
    assert set(found) == {"teams token", "teams keys", "teams clock"}
    assert ailing(found) == {}


@pytest.mark.parametrize(
    ("refuses", "says"),
    [(PermissionError(), "does not take this app"), (ConnectionError(), "no token (ConnectionError)")],
)
async def test_a_bot_without_a_token(refuses: Exception, says: str, microsoft: Microsoft, working: Database) -> None:
    microsoft.refuses = refuses
    found = await examined(microsoft, working)
    assert ailing(found) == {"teams token": "problem"}
    assert says in found["teams token"].words
    assert "teams people" not in found


@pytest.mark.parametrize(
    ("refuses", "says"),
    [(NoIdentity(), "no managed identity"), (ConnectionError(), "This machine gives the bot no token")],
)
async def test_a_machine_without_the_identity_of_the_bot(
    refuses: Exception, says: str, microsoft: Microsoft, working: Database
) -> None:
    microsoft.refuses = refuses
    found = await examined(microsoft, working, MICROSOFT_APP_TYPE="UserAssignedMSI")
    assert ailing(found) == {"teams token": "problem"}
    assert says in found["teams token"].words


async def test_keys_that_cannot_be_fetched(microsoft: Microsoft, working: Database) -> None:
    microsoft.signer.down = True
    assert ailing(await examined(microsoft, working)) == {"teams keys": "problem"}


@pytest.mark.parametrize(
    ("seconds", "state"), [(9, None), (-11, "warning"), (299, "warning"), (301, "problem"), (-301, "problem")]
)
async def test_a_clock_that_differs(seconds: int, state: str | None, microsoft: Microsoft, working: Database) -> None:
    microsoft.clock = NOW + timedelta(seconds=seconds)
    assert ailing(await examined(microsoft, working)) == ({"teams clock": state} if state else {})


async def test_the_data_of_another_tenant(microsoft: Microsoft, working: Database) -> None:
    found = await examined(microsoft, working, MICROSOFT_APP_TENANT_ID=OTHER_TENANT)
    assert ailing(found) == {"teams channels": "problem"}
    several = await examined(microsoft, working, MICROSOFT_APP_TYPE="MultiTenant", MICROSOFT_APP_TENANT_ID="")
    assert ailing(several) == {}


async def test_an_address_that_is_not_microsofts(microsoft: Microsoft, working: Database) -> None:
    elsewhere = Reached(CHANNEL, "http://169.254.169.254/", "team")
    await working.write(EVERYWHERE, lambda db: references.keep(db, HERE, elsewhere))
    found = await examined(microsoft, working)
    assert ailing(found) == {"teams channels": "problem"}
    assert "169.254" not in found["teams channels"].words


async def test_conversations_that_take_nothing_any_more(microsoft: Microsoft, working: Database) -> None:
    await working.write(EVERYWHERE, lambda db: references.refused(db, HERE, "a:sam"))
    found = await examined(microsoft, working)
    assert ailing(found) == {}
    assert "1 private chats" in found["teams channels"].words
    await working.write(EVERYWHERE, lambda db: references.refused(db, HERE, CHANNEL))
    found = await examined(microsoft, working)
    assert ailing(found) == {"teams channels": "warning"}
    assert found["teams channels"].words.startswith("1 channels and 1 private chats")


async def test_a_guest_nobody_can_place(microsoft: Microsoft, working: Database) -> None:
    microsoft.present = [SAM, GUEST]
    found = await examined(microsoft, working)
    assert ailing(found) == {"teams people": "warning"}
    assert found["teams people"].words.endswith(f"- {CHANNEL}: 1 of 2")


@pytest.mark.parametrize(("outcome", "state"), [("retry", {"teams people": "warning"}), ("refused", {})])
async def test_a_roster_that_is_not_told(
    outcome: Any, state: dict[str, str], microsoft: Microsoft, working: Database
) -> None:
    microsoft.silent = Unanswered(Sent(outcome, error="BotNotInConversationRoster"))
    assert ailing(await examined(microsoft, working)) == state


@pytest.mark.parametrize(("hours", "state"), [(None, "warning"), (25, "warning"), (2, None)])
async def test_when_something_last_came(
    hours: int | None, state: str | None, microsoft: Microsoft, database: Database
) -> None:
    await database.write(EVERYWHERE, at_work)
    if hours is not None:
        await received(database, timedelta(hours=hours))
    assert ailing(await examined(microsoft, database)) == ({"teams events": state} if state else {})


@pytest.mark.parametrize("code", [*MEANS, "http_418"])
async def test_what_teams_refused_is_explained(code: str, microsoft: Microsoft, working: Database) -> None:
    about: dict[str, Any] = {"channel": "a:sam", "kind": "whisper", "whose": None, "body": "", "expires_at": None}

    def refuse(db: Session) -> None:
        outbox.put(db, HERE, card="tip:1", dedup_key="tip:1", now=NOW, **about)
        db.execute(update(Outbox).values(state=Leaving.REFUSED, problem=code))

    await working.write(EVERYWHERE, refuse)
    found = await examined(microsoft, working)
    assert ailing(found) == {"teams refusals": "warning"}
    assert found["teams refusals"].words.splitlines()[1].startswith(f"- 1 × {code}: ")
