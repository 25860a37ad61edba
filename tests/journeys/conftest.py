"""The two platforms in which every story happens: the whole application behind a loopback port, and its people."""

import asyncio
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import aiohttp
import pytest
from aiohttp import web
from node_tools import PROJECT, node
from on_agents_playground import AgentsPlayground, free_port, looked_at, program
from on_playground import PlaygroundWorld
from on_slack import CLIENT_TEAM, SlackWorld, seed
from on_teams import TeamsWorld
from on_teams import people as teams_people
from sheets import Time, World
from slack_driver import BOT, SECRET, STAGE_TOKEN, TOKEN, Envelope, desk, fresh
from teams_driver import Envelope as TeamsEnvelope
from teams_driver import connector

from bot import app, clock
from bot.ear import apart
from bot.house import Compares, Ear
from bot.settings import Settings
from bot.slack.manifest import SCOPES
from handlers.turn import Listen
from storage.database import Database, opened
from storage.migrate import upgrade

PEOPLE = {
    "sanne": "sanne@brugwerk.example",
    "bram": "bram@brugwerk.example",
    "karim": "karim@oeverland.example",
    "vera": "vera@lindehof.example",
}


@pytest.fixture(scope="session")
def emulate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Slack's Web API, with no more scopes than the manifest asks for."""
    command = node()
    folder = tmp_path_factory.mktemp("emulate")
    (folder / "seed.yaml").write_text(seed(PEOPLE, list(SCOPES)), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = str(PROJECT / "node_modules" / "emulate" / "dist" / "index.js")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, script, "start", "-s", "slack", "-p", str(port), "--seed", "seed.yaml"],
            cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        for _ in range(300):
            assert process.poll() is None, (folder / "log").read_text()
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
                break
            except (URLError, OSError):
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def warm_ear() -> Iterator[tuple[Ear, Compares]]:
    """One ear in its own process for all journeys: starting Python anew for each tells nothing more."""
    loop = asyncio.new_event_loop()
    context = apart()
    ear, compares = loop.run_until_complete(context.__aenter__())
    # It is at work before the first story needs it, however busy the machine is.
    assert any(loop.run_until_complete(ear(Listen("Goedemorgen", "supplier"))) for _ in range(10))
    yield ear, compares
    loop.run_until_complete(context.__aexit__(None, None, None))
    loop.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, warm_ear: tuple[Ear, Compares]) -> None:
    """The clock looks ten times as often, and the ear is there already."""

    @asynccontextmanager
    async def there() -> AsyncIterator[tuple[Ear, Compares]]:
        yield warm_ear

    monkeypatch.setattr(clock, "TICK", 0.1)
    monkeypatch.setattr(app, "apart", there)


@asynccontextmanager
async def at_a_port(application: web.Application, port: int = 0) -> AsyncIterator[str]:
    """The application, answering on the loopback interface; at any port that is free unless one is named."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@pytest.fixture
def serve_at() -> Callable[..., AbstractAsyncContextManager[str]]:
    """Puts an application at a port of its own."""
    return at_a_port


@asynccontextmanager
async def a_slack(emulate: str, url: str) -> AsyncIterator[SlackWorld]:
    """A workspace with a shared channel that the bot has not joined yet."""
    async with AsyncExitStack() as stack:
        front = await stack.enter_async_context(desk(emulate))
        listed = (await front.ask("users.list", STAGE_TOKEN))["members"]
        ids = {user["name"]: user["id"] for user in listed if user["name"] in PEOPLE}
        front.people[ids["karim"]] = {"team_id": CLIENT_TEAM, "is_stranger": False}
        front.teams[CLIENT_TEAM] = "Oeverland"
        channel = (await front.ask("conversations.create", STAGE_TOKEN, name=fresh("loket-")))["channel"]["id"]
        inside = ",".join([BOT, *(ids[name] for name in ("sanne", "bram", "karim"))])
        await front.ask("conversations.invite", STAGE_TOKEN, channel=channel, users=inside)
        # The admin who made the channel is not in this story.
        admin = next(user["id"] for user in listed if user["name"] == "admin")
        front.people[admin] = {"deleted": True}
        database: Database = stack.enter_context(opened(url))
        upgrade(database.writing)
        settings = Settings(
            SLACK_BOT_TOKEN=TOKEN, SLACK_SIGNING_SECRET=SECRET, SLACK_API_URL=f"{front.url}api/", DATABASE_URL=url
        )
        now = Time()
        application = await stack.enter_async_context(app.serving(settings, database, now))
        address = await stack.enter_async_context(at_a_port(application))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield SlackWorld(front, Envelope(session, f"{address}slack/events"), database, now, ids, channel)


@pytest.fixture
async def slack(emulate: str, tmp_path: Path) -> AsyncIterator[SlackWorld]:
    """Slack, in which nothing has happened yet."""
    async with a_slack(emulate, f"sqlite:///{tmp_path / 'slack.db'}") as world:
        yield world


@pytest.fixture
async def agreed_slack(slack: SlackWorld) -> SlackWorld:
    """Slack, a week after both sides said yes."""
    await slack.joins()
    await slack.both_agree()
    await slack.a_week_later()
    return slack


@asynccontextmanager
async def a_playground(url: str) -> AsyncIterator[PlaygroundWorld]:
    """The playground, its opening just over."""
    async with AsyncExitStack() as stack:
        database: Database = stack.enter_context(opened(url))
        upgrade(database.writing)
        now = Time()
        application = await stack.enter_async_context(app.demonstrating(database, now))
        address = await stack.enter_async_context(at_a_port(application))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield PlaygroundWorld(session, address, database, now)


@asynccontextmanager
async def a_teams(url: str) -> AsyncIterator[TeamsWorld]:
    """A team with guests, in which the bot is not installed yet."""
    async with AsyncExitStack() as stack:
        front = await stack.enter_async_context(connector())
        people = teams_people()
        front.people = list(people.values())
        database: Database = stack.enter_context(opened(url))
        upgrade(database.writing)
        now = Time()
        serving = app.serving(Settings(DATABASE_URL=url), database, now, teams_unchecked=True)
        address = await stack.enter_async_context(at_a_port(await stack.enter_async_context(serving)))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        envelope = TeamsEnvelope(session, f"{address}api/messages", front.url)
        yield TeamsWorld(front, envelope, database, now, people)


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[TeamsWorld]:
    """Teams, in which nothing has happened yet."""
    async with a_teams(f"sqlite:///{tmp_path / 'teams.db'}") as world:
        yield world


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The program, started once, and the port at which it looks for the bot."""
    port = free_port()
    with program(f"http://127.0.0.1:{port}/api/messages", tmp_path_factory.mktemp("playground")) as url:
        yield url, port


@pytest.fixture
async def playground(emulator: tuple[str, int], tmp_path: Path) -> AsyncIterator[AgentsPlayground]:
    """The Playground with a bot behind it that knows nothing yet, for who develops: it gives no tokens."""
    page, port = emulator
    url = f"sqlite:///{tmp_path / 'samenspraak.db'}"
    async with AsyncExitStack() as stack:
        database = stack.enter_context(opened(url))
        upgrade(database.writing)
        now = Time()
        serving = app.serving(Settings(DATABASE_URL=url), database, now, teams_unchecked=True)
        await stack.enter_async_context(at_a_port(await stack.enter_async_context(serving), port))
        yield await stack.enter_async_context(looked_at(page, database, now))


@pytest.fixture(params=["slack", "teams", "playground"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """Each of the platforms in turn."""
    if request.param == "playground":
        async with a_playground(f"sqlite:///{tmp_path / 'playground.db'}") as world:
            yield world
        return
    if request.param == "teams":
        async with a_teams(f"sqlite:///{tmp_path / 'teams.db'}") as teams_world:
            await teams_world.joins()
            await teams_world.both_agree()
            await teams_world.a_week_later()
            yield teams_world
        return
    emulate: str = request.getfixturevalue("emulate")
    async with a_slack(emulate, f"sqlite:///{tmp_path / 'slack.db'}") as slack_world:
        await slack_world.joins()
        await slack_world.both_agree()
        await slack_world.a_week_later()
        yield slack_world
