"""`samenspraak serve` is killed in the middle of a load, and nothing that it acknowledged is lost or done twice."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.crashing import SECRET, Crashing, kill_and_restart, prepare, slack_api, until


@pytest.fixture
async def on_file(tmp_path: Path) -> AsyncIterator[Crashing]:
    async with slack_api(f"sqlite:///{tmp_path / 'samenspraak.db'}", tmp_path) as crashing:
        yield crashing


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
async def test_kill_9_loses_nothing_and_doubles_nothing(
    where: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'samenspraak.db'}"
    if where == "postgresql":
        url = request.getfixturevalue("postgres_url")
    async with slack_api(url, tmp_path) as crashing:
        await kill_and_restart(crashing, channels=15, chatter=150, kills=2, seed=7)


async def test_a_second_process_on_the_same_file_refuses(on_file: Crashing) -> None:
    await on_file.start()
    settings = {
        "DATABASE_URL": on_file.url,
        "SLACK_BOT_TOKEN": "xoxb-made-up",
        "SLACK_SIGNING_SECRET": SECRET,
        "SAMENSPRAAK_PORT": "1",
    }
    second = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "serve"],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 1
    assert "another Samenspraak is using" in second.stderr
    assert "Traceback" not in second.stderr
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{on_file.port}/readyz") as answer:
        assert answer.status == 200


async def test_sigterm_under_load_fails_no_acknowledgement_and_comes_to_an_end(on_file: Crashing) -> None:
    prepare(on_file.url, ["CTALK"], ["CSET"])
    await on_file.start()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session:
        load = [asyncio.create_task(on_file.message(session, n, "CSET", "Het verslag staat er.")) for n in range(400)]
        await until(lambda: len(on_file.acknowledged) >= 100)
        await on_file.stop()
        assert on_file.process is not None
        assert on_file.process.returncode == 0
        await on_file.start()
        await asyncio.gather(*load)
    assert on_file.failed == []
    kept = {row[0] for row in on_file.query("SELECT event_key FROM inbox")}
    assert on_file.acknowledged == kept


async def test_a_locked_database_is_a_500_and_then_all_is_well(on_file: Crashing) -> None:
    prepare(on_file.url, ["CTALK"], ["CSET"])
    await on_file.start()
    lock = sqlite3.connect(on_file.url.removeprefix("sqlite:///"), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        message = asyncio.create_task(on_file.message(session, 1, "CTALK", "Het verslag staat er."))
        await until(lambda: bool(on_file.failed))
        assert set(on_file.failed) == {500}
        assert on_file.acknowledged == set()
        lock.execute("ROLLBACK")
        await message
    await on_file.settled(120)
    lock.close()
    assert on_file.query("PRAGMA integrity_check") == [("ok",)]
