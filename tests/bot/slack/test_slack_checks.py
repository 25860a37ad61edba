"""The doctor notices each thing that can be wrong in Slack, says what suffers and what to do, and tells no secrets."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from fake_slack import HANG, RESET, FakeSlack, slack_at_home
from sqlalchemy.orm import Session

from bot.doctor.check import Check
from bot.settings import Settings
from bot.slack import checks as slack_checks
from bot.slack.checks import checks
from bot.slack.manifest import EVENTS, INDISPENSABLE, SCOPES
from storage import outbox, projects
from storage.database import EVERYWHERE, Database
from storage.tables import Leaving, Outbox

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TOKEN = "xoxb-111-very-secret"
WELL = {
    "slack token",
    "slack scopes",
    "slack clock",
    "slack channels",
    "slack people",
    "slack events",
    "slack refusals",
}
KNOWN = {"ok": True, "team_id": "TSUP", "bot_id": "B1", "user_id": "UBOT", "user": "samenspraak", "url": "https://x"}
INSIDE = {"ok": True, "channel": {"id": "CHELP", "name": "help-waterveen", "is_member": True}}
METHODS = {"apps_connections_open": "apps.connections.open"}
Answers = dict[str, Any]


def told(answer: Answers, scopes: str = ",".join(SCOPES), date: datetime = NOW) -> tuple[int, dict[str, str], str]:
    """What Slack answers to auth.test, with what stands above it."""
    return 200, {"x-oauth-scopes": scopes, "Date": format_datetime(date, usegmt=True)}, json.dumps(answer)


def user(person: str, **more: Any) -> Answers:
    """Somebody, as Slack knows them."""
    return {"ok": True, "user": {"id": person, "team_id": "TSUP", "real_name": "Sam Secret"} | more}


GUEST = user("UGUEST", is_restricted=True, profile={"email": "gina@gmail.com"})
PEOPLE = {"USAM": user("USAM"), "UCLEO": user("UCLEO", team_id="TCLI")}


def well() -> dict[str, Any]:
    """A Slack in which all is as it should be."""
    return {
        "auth.test": told(KNOWN),
        "conversations.info": INSIDE,
        "conversations.members": {"ok": True, "members": ["USAM", "UCLEO"]},
        "users.info": lambda asked: PEOPLE.get(asked["user"], GUEST),
        "team.info": {"ok": True, "team": {"name": "Bouwlicht"}},
    }


def at_work(db: Session, tenant: str = "slack:TSUP", channel: str = "CHELP") -> None:
    """A channel that listens, and an event that came in an hour ago."""
    projects.start(db, tenant, channel, language="nl", zone="Europe/Amsterdam", country="NL", now=NOW)


async def received(database: Database, key: str = "slack:Ev1", ago: timedelta = timedelta(hours=1)) -> None:
    """Something came in."""
    row = dict.fromkeys(("team", "person", "body", "notice"), "") | {"tenant": "slack:TSUP", "channel": "CHELP"}
    at = int((NOW - ago).timestamp()) * 1_000_000
    await database.take_in(row | {"event_key": key, "has_text": 0, "received_at": at})


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def working(database: Database) -> Database:
    """A database of a bot at work."""
    await database.write(EVERYWHERE, at_work)
    await received(database)
    return database


async def examined(database: Database | None, app_token: str | None = None, **faults: Any) -> dict[str, Check]:
    """What the doctor finds, by name, in a Slack in which all is well but for `faults` (dots as underscores)."""
    async with slack_at_home() as (fake, _):
        answer(fake, well() | {METHODS.get(name, name.replace("_", ".", 1)): fault for name, fault in faults.items()})
        given: dict[str, Any] = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": "0123456789abcdef"}
        given["SLACK_APP_TOKEN"] = app_token
        settings = Settings(**given, SLACK_API_URL=f"{fake.url}api/")
        found = {check.name: check for check in await checks(settings, database, NOW)}
    said = json.dumps([(check.words, check.todo) for check in found.values()])
    for secret in (TOKEN, "very-secret", "Sam Secret", "gina", "gmail", "USAM", "UGUEST", "help-waterveen"):
        assert secret not in said
    assert all(bool(check.todo) == (check.state != "ok") for check in found.values())
    return found


def answer(fake: FakeSlack, answers: dict[str, Any]) -> None:
    for method, given in answers.items():
        fake.answers[method] = [given if callable(given) else (lambda _asked, given=given: given)]


def ailing(found: dict[str, Check]) -> dict[str, str]:
    """What is not well."""
    return {name: check.state for name, check in found.items() if check.state != "ok"}


async def test_when_all_is_well_it_says_so(working: Database) -> None:
    found = await examined(working)
    assert set(found) == WELL
    assert ailing(found) == {}


async def test_without_a_database_it_still_looks_at_the_token() -> None:
    found = await examined(None)
    assert set(found) == {"slack token", "slack scopes", "slack clock"}
    assert ailing(found) == {}


INVALID, REVOKED = ({"ok": False, "error": code} for code in ("invalid_auth", "token_revoked"))
GONE = {"ok": False, "error": "channel_not_found"}
OUTSIDE = {"ok": True, "channel": {"is_member": False}}
ARCHIVED = {"ok": True, "channel": {"is_member": True, "is_archived": True}}
WITH_A_GUEST = {"ok": True, "members": ["USAM", "UGUEST"]}
RATE = (429, {"Retry-After": "9"}, '{"ok":false,"error":"ratelimited"}')
BROKEN = (503, {}, "<html>")
FAULTS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a wrong token": ({"auth_test": told(INVALID)}, "slack token", "problem", "copy it again"),
    "a token that was taken back": ({"auth_test": told(REVOKED)}, "slack token", "problem", "install the app again"),
    "Slack is down": ({"auth_test": BROKEN}, "slack token", "problem", "does not answer"),
    "the line is cut": ({"auth_test": RESET}, "slack token", "problem", "does not answer"),
    "the token of a person": (
        {"auth_test": told(KNOWN | {"bot_id": None})},
        "slack token",
        "problem",
        "that of a person",
    ),
    "no scope at all": (
        {"auth_test": told(KNOWN, "identify")},
        "slack scopes",
        "problem",
        "reading along in private channels",
    ),
    "scopes that Slack does not tell": ({"auth_test": told(KNOWN, "")}, "slack scopes", "warning", "does not say"),
    "a clock that is behind": (
        {"auth_test": told(KNOWN, date=NOW + timedelta(seconds=61))},
        "slack clock",
        "problem",
        "is refused",
    ),
    "a clock that is ahead": (
        {"auth_test": told(KNOWN, date=NOW - timedelta(seconds=301))},
        "slack clock",
        "problem",
        "is refused",
    ),
    "a clock that drifts": (
        {"auth_test": told(KNOWN, date=NOW - timedelta(seconds=60))},
        "slack clock",
        "warning",
        "differ 60 s",
    ),
    "taken out of the channel": (
        {"conversations_info": OUTSIDE},
        "slack channels",
        "warning",
        "CHELP: the bot is not in that channel",
    ),
    "the channel is archived": ({"conversations_info": ARCHIVED}, "slack channels", "warning", "archived"),
    "the channel is gone": ({"conversations_info": GONE}, "slack channels", "warning", "cannot see"),
    "too many questions": (
        {"conversations_info": RATE},
        "slack channels",
        "warning",
        "could not be asked (Slack: retry, ratelimited)",
    ),
    "a guest nobody can place": ({"conversations_members": WITH_A_GUEST}, "slack people", "warning", "CHELP: 1 of 2"),
    "Slack does not tell who is there": ({"users_info": BROKEN}, "slack people", "warning", "could not be asked"),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_each_fault_is_found_and_nothing_else(case: str, working: Database) -> None:
    faults, name, state, says = FAULTS[case]
    found = await examined(working, **faults)
    assert ailing(found) == {name: state}
    assert says in found[name].words + found[name].todo


@pytest.mark.parametrize("missing", SCOPES)
async def test_a_missing_scope_is_named_with_what_suffers(missing: str, working: Database) -> None:
    others = ",".join(scope for scope in SCOPES if scope != missing)
    found = await examined(working, auth_test=told(KNOWN, others))
    assert ailing(found) == {"slack scopes": "problem" if missing in INDISPENSABLE else "warning"}
    assert found["slack scopes"].words.splitlines()[1:] == [f"- {missing}: {SCOPES[missing]}"]


async def test_an_archived_channel_is_not_looked_into_for_people(working: Database) -> None:
    found = await examined(working, conversations_info=GONE, conversations_members=GONE)
    assert ailing(found) == {"slack channels": "warning"}


async def test_a_slack_that_hangs_is_given_up(working: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_checks, "TIMEOUT", slack_checks.aiohttp.ClientTimeout(total=0.2))
    found = await examined(working, auth_test=HANG)
    assert ailing(found) == {"slack token": "problem"}


@pytest.mark.parametrize(
    ("error", "state"), [(None, "ok"), ("not_allowed_token_type", "problem"), ("missing_scope", "problem")]
)
async def test_with_socket_mode_a_connection_is_asked_for(error: str | None, state: str, working: Database) -> None:
    answer = {"ok": False, "error": error} if error else {"ok": True, "url": "wss://wss.example/link/?ticket=secret"}
    found = await examined(working, "xapp-very-secret", apps_connections_open=answer)
    assert found["slack socket"].state == state
    assert (error or "Socket Mode") in found["slack socket"].words


async def test_the_token_of_another_workspace_does_not_go_with_this_database(working: Database) -> None:
    found = await examined(working, auth_test=told(KNOWN | {"team_id": "TOTHER"}))
    assert found["slack channels"].state == "problem"
    grid = await examined(working, auth_test=told(KNOWN | {"team_id": "TOTHER", "enterprise_id": "TSUP"}))
    assert ailing(grid) == {}


@pytest.mark.parametrize(
    ("came", "state", "says"),
    [
        ({}, "warning", "Nothing came"),
        ({"slack:command:1": 1}, "problem", "but no event"),
        ({"slack:Ev1": 25}, "warning", "25 h ago"),
        ({"slack:Ev1": 25, "slack:Ev2": 2}, "ok", "2 h ago"),
    ],
)
async def test_events_that_stay_away_are_noticed(
    came: dict[str, int], state: str, says: str, database: Database
) -> None:
    await database.write(EVERYWHERE, at_work)
    for key, hours in came.items():
        await received(database, key, timedelta(hours=hours))
    found = (await examined(database))["slack events"]
    assert (found.state, says in found.words) == (state, True)
    if state != "ok":
        assert all(event in found.todo for event in EVENTS)


async def test_what_slack_refused_is_counted_and_explained(working: Database) -> None:
    await refuse(working, "not_in_channel", 2)
    await refuse(working, "given up: ratelimited", 1)
    found = await examined(working)
    assert ailing(found) == {"slack refusals": "warning"}
    first, *lines = found["slack refusals"].words.splitlines()
    assert first == "Slack refused 3 messages this week:"
    assert lines[0].startswith("- 2 × not_in_channel: the bot is not in that channel any more")
    assert lines[1].startswith("- 1 × given up: ratelimited: ")


async def refuse(database: Database, problem: str, times: int) -> None:
    put: Callable[[Session, str], bool] = lambda db, card: outbox.put(  # noqa: E731
        db, "slack:TSUP", channel=card, card=card, kind="say", whose=None, body="", dedup_key=card, now=NOW,
        expires_at=None,
    )  # fmt: skip

    def work(db: Session) -> None:
        for number in range(times):
            put(db, f"{problem}{number}")
            row = db.query(Outbox).filter_by(card=f"{problem}{number}").one()
            row.state, row.problem = Leaving.REFUSED, problem

    await database.write(EVERYWHERE, work)
