"""The doctor notices each thing that can be wrong at home, and says what it means and what to do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click import unstyle
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from story import CLIENT, MONDAY, SUPPLIER, Story

from bot import clock
from bot.__main__ import main
from bot.doctor import data, examine, hearing, projects, report
from bot.doctor.check import Check, looked
from bot.ear import compares_here, here
from bot.house import Compares, Ear
from bot.settings import Model, Settings
from handlers import coaching
from handlers.turn import Hearing, Listen
from prompts import phrasebook
from storage import barred, health, nudges
from storage.database import Database, opened
from storage.health import Queue, Room
from storage.tables import Channel, Member

NEEDED: dict[str, Any] = {"SLACK_BOT_TOKEN": "xoxb-very-secret", "SLACK_SIGNING_SECRET": "0123456789abcdef"}
NOWHERE = "http://127.0.0.1:1/api/"
AT_HOME = (
    *("database", "schema", "disk", "clock", "inbox", "outbox"),
    *("consent", "sides", "pauses", "standstills", "installations", "endings", "silenced patterns"),
)
THE_EAR = ("ear", "language model")
DOUBT = Hearing("normalising", 0.6, nudge=False, lang="nl")
FINE = Check("database", "ok", "It can be reached.")
BROKEN = Check("slack token", "problem", "Slack refuses the token (invalid_auth).", "Copy it again.")
PARTLY = Check("slack scopes", "warning", "The app may not do all it should:\n- dnd:read: rest", "Add these.")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@asynccontextmanager
async def at_hand() -> AsyncIterator[tuple[Ear, Compares]]:
    """An ear in this process, which starts at once."""
    yield here, compares_here


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ear need not wake up first."""
    monkeypatch.setattr(hearing, "apart", at_hand)


# --- the database


async def of_the_database(url: str) -> dict[str, Check]:
    async with data.at(url) as (found, _):
        return {check.name: check for check in found}


async def test_a_database_that_is_well(tmp_path: Path, beginnings: Path) -> None:
    (tmp_path / "well.db").write_bytes((beginnings / "empty.db").read_bytes())
    found = await of_the_database(f"sqlite:///{tmp_path / 'well.db'}")
    assert {name: check.state for name, check in found.items()} == {"database": "ok", "schema": "ok", "disk": "ok"}


async def test_looking_for_a_database_does_not_make_one(tmp_path: Path) -> None:
    found = await of_the_database(f"sqlite:///{tmp_path / 'none.db'}")
    assert [check.state for check in found.values()] == ["warning"]
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear reader, " * 500)
    found = await of_the_database(f"sqlite:///{tmp_path / 'letter.db'}")
    assert [check.state for check in found.values()] == ["problem"]
    assert "not a database" in found["database"].words


async def test_a_database_without_tables_is_not_looked_into(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    async with data.at(f"sqlite:///{tmp_path / 'empty.db'}") as (found, database):
        assert [(check.name, check.state) for check in found] == [("database", "ok"), ("schema", "problem")]
        assert "samenspraak migrate" in found[1].todo
        assert database is None


async def test_a_server_that_is_not_there_does_not_tell_the_password() -> None:
    found = await of_the_database("postgresql://coach:hunter2@127.0.0.1:1/coach")
    assert [check.state for check in found.values()] == ["problem"]
    assert "hunter2" not in found["database"].words
    assert "127.0.0.1" in found["database"].words


async def test_a_server_that_is_well(postgres_url: str) -> None:
    found = await of_the_database(postgres_url)
    assert {name: check.state for name, check in found.items()} == {"database": "ok", "schema": "ok", "disk": "ok"}


@pytest.mark.parametrize(
    ("room", "state", "says"),
    [
        (Room(5 * data.MEGABYTE, 0, 9999 * data.MEGABYTE), "ok", "takes 5.0 MB"),
        (Room(5 * data.MEGABYTE, 0, data.LITTLE - 1), "warning", "is free"),
        (Room(5 * data.MEGABYTE, 0, data.ALMOST_NOTHING - 1), "problem", "50.0 MB is free"),
        (Room(5 * data.MEGABYTE, data.LONG_LOG + 1, 9999 * data.MEGABYTE), "warning", "log 64.0 MB"),
        (Room(2048 * data.MEGABYTE), "ok", "takes 2.0 GB"),
    ],
)
async def test_a_disk_that_fills_up(
    room: Room, state: str, says: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "room", lambda _engine: room)
    found = await data.disk(database)
    assert (found.state, says in found.words) == (state, True)


@pytest.mark.parametrize(
    ("seconds", "state", "says"),
    [(0, "ok", "same time"), (90, "warning", "90 s ahead"), (-60, "warning", "60 s behind")],
)
async def test_a_machine_whose_clock_is_not_that_of_its_database(
    postgres_url: str, seconds: int, state: str, says: str
) -> None:
    with opened(postgres_url) as database:
        found = await data.clocks(database, lambda: clock.now() + timedelta(seconds=seconds))
    assert (found.state, says in found.words) == (state, True)


@pytest.mark.parametrize("look", [data.inbox, data.outbox])
@pytest.mark.parametrize(
    ("queue", "state", "says"),
    [
        (Queue(0, 0), "ok", "All that"),
        (Queue(1, 4), "problem", "1 "),
        (Queue(3, 0), "problem", "3 "),
        (Queue(0, 2), "warning", "2 "),
    ],
)
async def test_a_wheel_that_stands_still(
    look: Any, queue: Queue, state: str, says: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, look.__name__, lambda _db, _now: queue)
    found = await look(database, MONDAY)
    assert (found.state, says in found.words) == (state, True)


async def test_what_really_waits_is_counted(story: Story) -> None:
    await story.agreed()
    for look in (data.inbox, data.outbox):
        assert (await look(story.database, story.now)).state == "ok"
    story.down = True
    await story.asks("sanne", "pauze", "4u")
    assert (await data.outbox(story.database, story.now + timedelta(hours=1))).state == "problem"


# --- projects


async def test_when_all_agreed_there_is_nothing_to_say(story: Story) -> None:
    await story.agreed()
    found = [
        await projects.consent(story.database),
        await projects.sides(story.database),
        await projects.pauses(story.database, story.now),
        await projects.silenced_patterns(story.database, story.now),
    ]
    assert [(check.state, check.todo) for check in found] == [("ok", "")] * 4


async def test_a_bot_that_nobody_invited(story: Story) -> None:
    found = await projects.consent(story.database)
    assert (found.state, found.todo.startswith("Invite it")) == ("warning", True)


async def test_who_has_not_agreed_is_named_by_organisation(story: Story) -> None:
    await story.joins()
    found = await projects.consent(story.database)
    assert (found.state, found.words.splitlines()[0]) == ("warning", "It listens in 0 of 1 channel.")
    assert SUPPLIER.title() in found.words
    await story.agrees("karim", "supplier")
    await story.agrees("sanne", "client")
    assert (await projects.consent(story.database)).state == "ok"
    await story.presses("sanne", "stop")
    found = await projects.consent(story.database)
    assert f"these have not said yes: {CLIENT.title()}" in found.words
    assert not any(person in found.words for person in ("karim", "sanne"))


def test_every_reason_to_be_deaf_is_known() -> None:
    assert set(projects.WHY) == {f"consent.why_deaf.{each}" for each in phrasebook("en").table("consent.why_deaf")}


async def test_a_channel_with_people_on_one_side(story: Story) -> None:
    await story.agreed()
    for who in ("sanne", "ahmed"):
        await story.leaves(who)
    found = await projects.sides(story.database)
    assert (found.state, found.words.splitlines()[1]) == ("warning", "- C1: 2 at a supplier, 0 at the client")


async def test_a_pause_is_said_but_needs_nothing(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "pauze", "4u")
    found = await projects.pauses(story.database, story.now)
    assert (found.state, "C1 until 2027-03-01 12:30 UTC" in found.words) == ("ok", True)
    assert "No channel" in (await projects.pauses(story.database, story.now + timedelta(hours=5))).words


async def test_a_channel_that_stands_still_is_named_with_why(story: Story) -> None:
    await story.agreed()
    assert (await projects.standstills(story.database)).state == "ok"

    def close(db: Session) -> None:
        db.scalars(select(Channel)).one().halted = "archived"

    await story.write(close)
    found = await projects.standstills(story.database)
    assert (found.state, found.words.splitlines()[1:]) == ("warning", ["- C1: archived"])


async def test_an_installation_that_lets_us_do_nothing_is_a_problem_and_what_waits_there_is_not(story: Story) -> None:
    await story.agreed()
    assert (await projects.installations(story.database)).state == "ok"
    story.down = True
    await story.asks("sanne", "pauze", "4u")
    await story.write(lambda db: barred.bar(db, story.tenant, "token_revoked", story.now))
    found = await projects.installations(story.database)
    assert (found.state, found.words.splitlines()[1]) == (
        "problem",
        "- story:T1 since 2027-03-01 08:30 UTC: token_revoked",
    )
    assert (await data.outbox(story.database, story.now + timedelta(hours=1))).state == "ok"


async def test_a_pattern_that_went_silent_is_named_with_its_channel(story: Story) -> None:
    await story.agreed()

    def judged(db: Session) -> None:
        channel, who = db.scalars(select(Channel)).one(), db.scalars(select(Member)).first()
        assert who is not None
        for number in range(10):
            about: dict[str, Any] = {"thread": None, "message": str(number), "tip": "t", "quote": None}
            kind: dict[str, Any] = {"held_back": False, "invitation": False, "now": story.now}
            tip = nudges.add(db, channel, who, pattern="normalising", **about, **kind)
            nudges.happened(db, tip, "misheard", story.now)

    await story.write(judged)
    found = await projects.silenced_patterns(story.database, story.now)
    assert (found.state, found.words.splitlines()[1:]) == ("warning", ["- normalising in C1"])
    assert (await projects.silenced_patterns(story.database, story.now + timedelta(days=91))).state == "ok"


# --- the ear


def stopwatch(*moments: float) -> Any:
    return iter(moments).__next__


async def test_an_ear_wakes_up_in_a_process_of_its_own_and_hears() -> None:
    found = await hearing.ear(stopwatch(0, 1.5, 2.5, 2.545, 4))
    assert (found.state, found.words) == ("ok", "It woke up in 1.5 s, and hears a message in 45 ms.")


async def test_an_ear_that_is_slow(near: None) -> None:
    assert (await hearing.ear(stopwatch(0, 1, 4, 7, 10))).state == "warning"


async def test_an_ear_without_its_trained_part(near: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coaching, "trained", lambda: None)
    found = await hearing.ear()
    assert (found.state, "gives no tips" in found.words) == ("problem", True)


@pytest.mark.parametrize(
    ("heard", "says"), [(None, "gave no answer"), (replace(DOUBT, label="none"), "hears none in a sentence")]
)
async def test_an_ear_that_hears_nothing_or_something_else(
    heard: Hearing | None, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def odd() -> AsyncIterator[tuple[Ear, Compares]]:
        async def listen(_what: Listen) -> Hearing | None:
            return heard

        yield listen, compares_here

    monkeypatch.setattr(hearing, "apart", odd)
    found = await hearing.ear()
    assert (found.state, says in found.words) == ("problem", True)


@asynccontextmanager
async def a_model(answer: str, status: int = 200) -> Any:
    """An endpoint that answers this to whatever it is asked."""

    async def reply(_request: web.Request) -> web.Response:
        message = {"role": "assistant", "content": answer}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        whole = {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
        return web.json_response(whole, status=status)

    app = web.Application()
    app.router.add_post("/v1/chat/completions", reply)
    async with TestServer(app) as server:
        yield Model(str(server.make_url("/v1/")), "small", "very-secret", 200)


async def test_no_language_model_is_fine() -> None:
    assert (await hearing.language_model(None)).state == "ok"


@pytest.mark.parametrize(
    ("answer", "status", "state", "says"),
    [
        ('{"label": "normalising", "question": "Wat ligt er stil?"}', 200, "ok", "small answers"),
        ("Sure, happy to help!", 200, "warning", "JSONDecodeError"),
        ("{}", 200, "warning", "ValueError"),
        ("", 401, "warning", "AuthenticationError"),
        ("", 404, "warning", "NotFoundError"),
    ],
)
async def test_a_language_model_is_asked_once(answer: str, status: int, state: str, says: str) -> None:
    async with a_model(answer, status) as model:
        found = await hearing.language_model(model)
    assert (found.state, says in found.words) == (state, True)
    assert "very-secret" not in found.words + found.todo


# --- all together


async def test_it_looks_at_everything(tmp_path: Path, beginnings: Path, near: None) -> None:
    (tmp_path / "well.db").write_bytes((beginnings / "empty.db").read_bytes())
    url = f"sqlite:///{tmp_path / 'well.db'}"
    settings = Settings(**NEEDED, SLACK_API_URL=NOWHERE, DATABASE_URL=url)
    found = await examine.examine(settings, lambda: MONDAY)
    assert [check.name for check in found] == [*AT_HOME, *THE_EAR, "slack token", "slack events", "slack refusals"]
    assert "very-secret" not in str(found)


async def test_a_platform_that_makes_the_doctor_stumble_keeps_nothing_else_from_being_seen(
    tmp_path: Path, near: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbling(*_: object) -> list[Check]:
        raise RuntimeError("xoxb-very-secret")

    async def well(*_: object) -> list[Check]:
        return [FINE]

    monkeypatch.setattr(examine, "PLATFORMS", {"slack": stumbling, "teams": well})
    settings = Settings(**NEEDED, DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    *_, stumbled, fine = await examine.examine(settings, lambda: MONDAY)
    assert (stumbled.name, stumbled.state) == ("slack", "problem")
    assert stumbled.words == "This could not be looked at (RuntimeError)."
    assert fine == FINE


async def test_what_raises_or_hangs_is_a_finding() -> None:
    async def hangs() -> Check:
        await asyncio.Event().wait()
        return FINE

    async def raises() -> Check:
        raise ZeroDivisionError

    assert (await looked("x", hangs, patience=0.01)).words.startswith("No answer within")
    assert (await looked("x", raises)).words == "This could not be looked at (ZeroDivisionError)."


def doctors(*arguments: str, **environment: str) -> Result:
    names = ("SAMENSPRAAK_HOST", "SAMENSPRAAK_PORT", "DATABASE_URL", "SLACK_API_URL", *NEEDED)
    return CliRunner().invoke(main, ["doctor", *arguments], env=dict.fromkeys(names) | environment)


def test_without_settings_it_names_what_is_missing() -> None:
    for arguments in ([], ["--json"]):
        refused = doctors(*arguments)
        assert refused.exit_code == 2
        assert "SLACK_BOT_TOKEN is missing" in refused.stderr


def test_the_command_line_says_it_in_words_or_as_json(tmp_path: Path, near: None) -> None:
    around = NEEDED | {"SLACK_API_URL": NOWHERE, "DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"}
    said = doctors(**around)
    assert said.exit_code == 1
    assert "→ Start `samenspraak serve`" in said.stdout
    told = doctors("--json", **around)
    assert told.exit_code == 1
    found = json.loads(told.stdout)
    assert found["status"] == 1
    assert [check["name"] for check in found["checks"]] == ["database", *THE_EAR, "slack token"]
    assert set(found["checks"][0]) == {"name", "state", "words", "todo"}
    assert "very-secret" not in said.output + told.output


# --- how it is told


@pytest.mark.parametrize(
    ("found", "status"), [([], 0), ([FINE], 0), ([FINE, PARTLY], 1), ([FINE, BROKEN], 1), ([BROKEN, PARTLY], 1)]
)
def test_anything_but_well_is_an_exit_status(found: list[Check], status: int) -> None:
    assert report.status(found) == status
    assert json.loads(report.as_json(found, MONDAY))["status"] == status


def test_it_reads_as_a_table_with_what_to_do() -> None:
    assert unstyle(report.as_words([FINE, BROKEN, PARTLY], MONDAY, 80)).splitlines() == [
        "Samenspraak, 2027-03-01 08:30 UTC",
        "",
        "ok       database      It can be reached.",
        "problem  slack token   Slack refuses the token (invalid_auth).",
        "                       → Copy it again.",
        "warning  slack scopes  The app may not do all it should:",
        "                       - dnd:read: rest",
        "                       → Add these.",
        "",
        "1 to mend, 1 to look at, 1 well.",
    ]
    assert unstyle(report.as_words([FINE], MONDAY, 80)).endswith("\n\nAll is well.")


@given(st.lists(st.text("abc de\n-", min_size=1, max_size=300).filter(str.strip), max_size=4), st.integers(1, 200))
def test_no_line_is_wider_than_the_terminal(words: list[str], width: int) -> None:
    found = [Check("language model", "warning", each, " ".join(["x" * 20] * 9)) for each in words]
    lines = unstyle(report.as_words(found, MONDAY, width)).splitlines()
    longest = max((len(word) for each in words for word in each.split()), default=0)
    assert all(len(line) <= max(min(max(width, report.NARROW), report.WIDE), 27 + longest) for line in lines)
