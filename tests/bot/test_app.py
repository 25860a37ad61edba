"""The application as a whole, and the command line around it."""

import fcntl
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner, Result
from slack_driver import SECRET, Envelope

from bot.__main__ import main
from bot.app import serving
from bot.clock import TOO_LONG, Pulse, running
from bot.settings import Settings
from bot.web import health
from handlers import phrases
from prompts import phrasebook
from storage import barred
from storage.database import Database, opened
from storage.migrate import upgrade
from storage.tables import Project
from tests.bot.slack.fake_socket import socket_slack
from tests.bot.slack.slack_payloads import payload

ROOT = Path(__file__).parents[2]
Client = TestClient[web.Request, web.Application]
NEEDED = {"SLACK_BOT_TOKEN": "xoxb-made-up", "SLACK_SIGNING_SECRET": "0123456789abcdef"}


# --- is it alive, is it ready


@pytest.fixture
def pulse() -> Pulse:
    return Pulse()


@pytest.fixture
async def doctor(database: Database, pulse: Pulse) -> AsyncIterator[Client]:
    async with TestClient(TestServer(at_health(database, pulse))) as client:
        yield client


def at_health(database: Database, pulse: Pulse) -> web.Application:
    app = web.Application()
    app.add_routes(health.routes(database, pulse))
    return app


async def test_it_says_that_it_is_well(doctor: Client) -> None:
    for path in ("/healthz", "/readyz"):
        answer = await doctor.get(path)
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def test_a_clock_that_stands_still_is_no_life(doctor: Client, pulse: Pulse) -> None:
    pulse.last -= TOO_LONG + 1
    answer = await doctor.get("/healthz")
    assert answer.status == 503
    assert "stands still" in (await answer.json())["status"]
    assert (await doctor.get("/readyz")).status == 200


async def test_however_long_it_took_to_begin_its_clock_does_not_stand_still_then(doctor: Client, pulse: Pulse) -> None:
    async def nothing() -> None:
        return None

    pulse.last -= TOO_LONG + 1
    async with running(nothing, nothing, pulse):
        assert (await doctor.get("/healthz")).status == 200


async def test_a_database_of_another_schema_is_not_ready(tmp_path: Path, pulse: Pulse) -> None:
    with opened(f"sqlite:///{tmp_path / 'empty.db'}") as database:
        async with TestClient(TestServer(at_health(database, pulse))) as client:
            answer = await client.get("/readyz")
            assert (answer.status, await answer.json()) == (503, {"status": "the database has another schema"})
            assert (await client.get("/healthz")).status == 200


async def test_an_installation_that_is_barred_is_named(doctor: Client, database: Database) -> None:
    moment = datetime(2027, 3, 1, tzinfo=UTC)
    await database.write("slack:T1", lambda db: barred.bar(db, "slack:T1", "token_revoked", moment))
    answer = await doctor.get("/readyz")
    assert (answer.status, await answer.json()) == (200, {"status": "ok", "barred": {"slack:T1": "token_revoked"}})


async def test_what_is_counted_names_nobody(doctor: Client) -> None:
    answer = await doctor.get("/metrics")
    assert answer.status == 200
    assert answer.content_type == "text/plain"
    text = await answer.text()
    ours = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP samenspraak_")}
    assert {"samenspraak_events_taken_in_total", "samenspraak_sendings_total", "samenspraak_outbox_rows"} <= ours
    labels = set(re.findall(r'(\w+)="', "".join(line for line in text.splitlines() if line.startswith("samenspraak_"))))
    assert labels <= {"kind", "outcome", "state"}


async def test_what_slack_talks_to_also_tells_how_it_is(database: Database) -> None:
    settings = Settings(**NEEDED, SLACK_API_URL="http://127.0.0.1:9/api/")  # type: ignore[arg-type]
    async with serving(settings, database) as app, TestClient(TestServer(app)) as client:
        assert (await client.get("/healthz")).status == 200
        assert (await client.get("/readyz")).status == 200
        assert (await client.get("/metrics")).status == 200
        assert (await client.post("/slack/events", data="{}")).status == 401
        assert (await client.get("/slack/events")).status == 405
        assert (await client.get("/")).status == 404


async def test_a_command_of_ones_own_is_what_help_names(database: Database) -> None:
    settings = Settings(SLACK_BOT_TOKEN="xoxb-made-up", SLACK_SIGNING_SECRET=SECRET, SAMENSPRAAK_COMMAND="hulplijn",
                        SLACK_API_URL="http://127.0.0.1:9/api/")  # fmt: skip
    asked = urlencode(payload("slash__check") | {"text": "help"})
    async with serving(settings, database) as app, TestServer(app) as server, aiohttp.ClientSession() as session:
        envelope = Envelope(session, str(server.make_url("/slack/events")))
        status, told = await envelope.post(asked, "application/x-www-form-urlencoded")
    assert status == 200
    assert "/hulplijn" in str(told)
    assert "/spraak" not in str(told)
    assert (
        phrasebook("nl").say("commands.name.slash")
        in phrases.everyone(Project(tenant="slack:T", language="nl")).command
    )


async def test_people_outside_come_in_only_where_an_address_is_set(database: Database) -> None:
    for public_url, told in ((None, "404: Not Found"), ("https://samenspraak.example/", "Nothing can be reported")):
        settings = Settings(**NEEDED, SLACK_API_URL="http://127.0.0.1:9/api/", SAMENSPRAAK_PUBLIC_URL=public_url)  # type: ignore[arg-type]
        async with serving(settings, database) as app, TestClient(TestServer(app)) as client:
            answer = await client.get("/f/nowhere", headers={"Accept-Language": "en"})
            assert answer.status == 404
            assert told in await answer.text()


async def test_by_socket_mode_it_tells_how_many_connections_it_has(database: Database) -> None:
    async with socket_slack() as slack:
        settings = Settings(
            SLACK_BOT_TOKEN="xoxb-made-up", SLACK_APP_TOKEN="xapp-made-up", SLACK_API_URL=f"{slack.url}api/"
        )
        slack.openings = [{"ok": False, "error": "not_allowed_token_type"}] * 2
        async with serving(settings, database) as app, TestClient(TestServer(app)) as client:
            await slack.until(lambda: len(slack.asked) == 2)
            answer = await client.get("/readyz")
            assert (answer.status, await answer.json()) == (
                503,
                {"status": "no connection to Slack", "slack_connections": 0},
            )
            assert (await client.get("/healthz")).status == 200
        async with serving(settings, database) as app, TestClient(TestServer(app)) as client:
            await slack.until(lambda: slack.up() == 2)
            for path in ("/readyz", "/healthz"):
                answer = await client.get(path)
                assert (answer.status, await answer.json()) == (200, {"status": "ok", "slack_connections": 2})
            assert "samenspraak_slack_connections 2.0" in await (await client.get("/metrics")).text()
            assert (await client.post("/slack/events", data="{}")).status == 404


# --- the command line


def run(*arguments: str, stdin: str | None = None, **environment: str) -> Result:
    names = ("SAMENSPRAAK_HOST", "SAMENSPRAAK_PORT", "DATABASE_URL", "SLACK_API_URL", "SLACK_APP_TOKEN", *NEEDED)
    return CliRunner().invoke(main, arguments, input=stdin, env=dict.fromkeys(names) | environment)


def line(**fields: object) -> str:
    return json.dumps(fields) + "\n"


JOIN = line(do="join", place="C1", supplier=["s1"], client=["c1"], consent=True)
SAY = line(do="say", id="m1", at="2027-03-01T09:00:00+01:00", who="s1", place="C1", text="Dat komt in een release.")


def test_every_command_says_what_it_does() -> None:
    whole = run("--help")
    assert whole.exit_code == 0
    for command in ("serve", "demo", "play", "hear", "scan", "manifest", "doctor", "privacy", "migrate", "backup"):
        assert command in whole.output
        assert run(command, "--help").exit_code == 0
    assert "0.1.0" in run("--version").output


def test_play_prints_effects_apart_from_problems(tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text(JOIN + SAY, encoding="utf-8")
    played = run("play", str(script))
    assert (played.exit_code, played.stderr) == (0, "")
    assert [json.loads(each)["do"] for each in played.stdout.splitlines()] == ["say", "replace", "replace", "say"]
    wrong = run("play", "-", stdin=JOIN + line(do="sing") + SAY)
    assert wrong.exit_code == 1
    assert wrong.stderr.startswith("line 2: ")
    assert run("play", str(tmp_path / "none.jsonl")).exit_code == 2


def test_hear_reads_and_answers_line_by_line() -> None:
    heard = run("hear", stdin=line(id=1, side="supplier", text="Dat is echt even wennen."))
    assert heard.exit_code == 0
    assert json.loads(heard.stdout)["label"] == "normalising"
    assert run("hear", stdin="?\n").exit_code == 1


def test_scan_of_nothing_says_so(tmp_path: Path) -> None:
    nothing = run("scan", str(tmp_path / "none.zip"), "--supplier", "T1", "--client", "T2", "--json", "--i-may")
    assert nothing.exit_code != 0
    assert nothing.stdout == ""
    assert "none.zip" in nothing.stderr
    assert "Traceback" not in nothing.stderr


@pytest.fixture
def kept(tmp_path: Path) -> str:
    """A database in which somebody is remembered."""
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    assert run("play", "-", "--database", url, stdin=JOIN + SAY).exit_code == 0
    return url


def test_what_is_remembered_of_somebody_is_printed_and_erased(kept: str) -> None:
    exported = run("privacy", "export", "s1", "--database", kept)
    assert exported.exit_code == 0
    assert json.loads(exported.stdout)["play:script"]["member"]
    kept_after_all = run("privacy", "erase", "s1", "--database", kept, stdin="n\n")
    assert kept_after_all.exit_code == 1
    erased = run("privacy", "erase", "s1", "--database", kept, "--yes")
    assert erased.exit_code == 0
    assert "play:script: " in erased.stdout
    assert json.loads(run("privacy", "export", "s1", "--database", kept).stdout) == {}
    again = run("privacy", "erase", "s1", DATABASE_URL=kept, stdin="y\n")
    assert "Nothing is remembered of s1." in again.stdout


def test_migrate_brings_a_database_up_to_date_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    for command in (("privacy", "export", "s1"), ("backup", str(tmp_path / "copy.db"))):
        refused = run(*command, DATABASE_URL=url)
        assert refused.exit_code == 1
        assert "There is no database" in refused.stderr
    (tmp_path / "new.db").touch()
    refused = run("privacy", "export", "s1", DATABASE_URL=url)
    assert refused.exit_code == 1
    assert "samenspraak migrate" in refused.stderr
    assert "has been brought up to date" in run("migrate", DATABASE_URL=url).stdout
    assert "is up to date" in run("migrate", DATABASE_URL=url).stdout
    assert run("privacy", "export", "s1", DATABASE_URL=url).stdout.strip() == "{}"


def test_a_backup_is_a_database_without_the_words_of_people(kept: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert "Dat komt in een release." in words(tmp_path / "kept.db")
    written = run("backup", str(target), "--database", kept)
    assert (written.exit_code, written.stdout) == (0, f"Written to {target}.\n")
    assert json.loads(run("privacy", "export", "s1", "--database", f"sqlite:///{target}").stdout)
    assert "Dat komt in een release." not in words(target)
    assert b"Dat komt in een release." not in target.read_bytes()
    again = run("backup", str(target), "--database", kept)
    assert again.exit_code == 1
    assert "exists already" in again.stderr


def words(path: Path) -> str:
    with sqlite3.connect(path) as database:
        return "\n".join(database.iterdump())


def test_a_database_that_cannot_be_opened_is_an_error_and_not_a_traceback(tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}"
    for command in (["migrate"], ["serve"], ["privacy", "export", "s1"], ["backup", str(tmp_path / "copy.db")]):
        for address in (nowhere, "postgresql://nobody@127.0.0.1:1/none") if command != ["serve"] else (nowhere,):
            done = run(*command, DATABASE_URL=address, **NEEDED)
            assert done.exit_code == 1
            assert done.stderr.startswith("Error: "), (command, done.exception)
    assert run("play", "-", "--database", nowhere, stdin=JOIN).stderr.startswith("Error: ")
    assert "sqlite:///FILE" in run("migrate", "--database", "kept.db").stderr


def test_serve_names_all_that_it_misses() -> None:
    done = run("serve", SAMENSPRAAK_PORT="many")
    assert done.exit_code == 1
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SAMENSPRAAK_PORT"):
        assert name in done.stderr


def test_serve_shares_its_file_with_no_other(tmp_path: Path) -> None:
    path = tmp_path / "busy.db"
    with Path(f"{path}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run("serve", DATABASE_URL=f"sqlite:///{path}", **NEEDED)
    assert done.exit_code == 1
    assert "another Samenspraak is using" in done.stderr


def test_the_demo_takes_the_next_free_port_and_stops_when_asked() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            subprocess.Popen(
                [sys.executable, "-m", "bot", "demo", "--port", str(port)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            ) as process,
            ExitStack() as at_the_end,
        ):
            # Without this, whatever goes wrong here waits for ever.
            at_the_end.callback(process.kill)
            assert process.stdout is not None
            assert process.stderr is not None
            said = process.stdout.readline() + process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
            assert found is not None, said + process.stderr.read()
            assert port < int(found[1]) < port + 50
            with urlopen(f"{found[0]}healthz", timeout=20) as answer:
                assert answer.status == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) in (0, -signal.SIGINT)
            warned = process.stderr.read()
            assert warned.startswith("One moment")
            assert "Traceback" not in warned


# --- Teams


def test_tokens_of_teams_may_go_unchecked_only_on_this_machine() -> None:
    done = run("serve", "--teams-without-token-check", SAMENSPRAAK_HOST="0.0.0.0")
    assert done.exit_code != 0
    assert "could speak for everybody" in done.output
    assert "--teams-without-token-check" in run("serve", "--help").output


async def test_a_platform_that_is_not_set_has_no_door(tmp_path: Path) -> None:
    registered = {"MICROSOFT_APP_ID": "5a3e0f44-0c1b-4f6e-9a5e-1f2d3c4b5a69", "MICROSOFT_APP_PASSWORD": "made-up"}
    doors = {"/api/messages": registered, "/slack/events": NEEDED}
    with opened(f"sqlite:///{tmp_path / 'samenspraak.db'}") as database:
        upgrade(database.writing)
        for mine, given in doors.items():
            async with serving(Settings(**given), database) as app, TestClient(TestServer(app)) as client:
                found = {path: (await client.post(path)).status for path in doors}
                assert found == {path: 401 if path == mine else 404 for path in doors}
