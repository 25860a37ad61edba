"""Puts the parts together: the only place that knows all of them."""

import asyncio
import fcntl
import gc
import logging
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path

import aiohttp
import click
from aiohttp import web
from sqlalchemy import make_url

from bot import clock, engine
from bot.ear import apart
from bot.house import House, Second
from bot.mouth import Mouth
from bot.playground import connected as playground
from bot.playground.hands import Hands
from bot.settings import Settings
from bot.slack import connected
from bot.web import calendar, health, link
from handlers import phrases
from handlers.turn import Policy
from storage.database import Database, opened
from storage.migrate import upgrade

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """Something outside the settings is in the way; the message says what, and what to do."""


@contextmanager
def alone(database_url: str) -> Iterator[None]:
    """Refuse to share an SQLite file with another process: only one may turn the wheel."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    beside = Path(f"{url.database}.lock")
    if not beside.parent.is_dir():
        raise CannotStart(f"there is no folder {beside.parent}. Make it first, or change DATABASE_URL.")
    with beside.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise CannotStart(
                f"another Samenspraak is using {url.database}. Stop that one first, or give this one a DATABASE_URL "
                "of its own."
            ) from problem
        yield


@asynccontextmanager
async def living(
    database: Database,
    mouths: Mapping[str, Mouth],
    policies: Mapping[str, Policy],
    pulse: clock.Pulse,
    now: Callable[[], datetime] = clock.now,
    second: Second | None = None,
    public_url: str | None = None,
) -> AsyncIterator[House]:
    """A house in which time passes and the wheel turns. Of replicas on one database, all go by its clock."""
    woken, shared = asyncio.Event(), clock.Shared(now)
    await shared.compare(database)
    async with apart() as (ear, compares):
        house = House(
            database=database,
            ear=ear,
            compares=compares,
            mouths=mouths,
            now=shared.now,
            dice=secrets.SystemRandom().random,
            wake=woken.set,
            policies=policies,
            second=second,
            public_url=public_url,
        )
        wheel = asyncio.create_task(engine.run(house, woken))
        woken.set()
        tidy = engine.housekeeping(house)

        async def housekeeping() -> None:
            await shared.compare(database)
            await tidy()

        try:
            async with clock.running(engine.ticking(woken), housekeeping, pulse):
                yield house
        finally:
            wheel.cancel()
            await asyncio.gather(wheel, return_exceptions=True)


# --- samenspraak serve


@asynccontextmanager
async def serving(
    settings: Settings, database: Database, now: Callable[[], datetime] = clock.now, *, teams_unchecked: bool = False
) -> AsyncIterator[web.Application]:
    """The application that Slack and Teams talk to, while it lives. Signatures are checked by the real clock, whatever
    `now`; with `teams_unchecked`, whoever comes in is believed to be Teams.
    """
    pulse = clock.Pulse()
    async with AsyncExitStack() as open_things:
        phrases.asked_by({"slack": f"/{settings.command}"} if settings.command else {})
        open_things.callback(phrases.asked_by, {})
        session = await open_things.enter_async_context(aiohttp.ClientSession(timeout=connected.TIMEOUT))
        second = None
        if settings.model is not None:
            # Only who sets a language model pays for its client.
            from bot.second import opinion

            second = await open_things.enter_async_context(opinion(settings.model, now))
        mouths: dict[str, Mouth] = {}
        slack = None
        if settings.slack_bot_token is not None:
            slack = connected.connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
            mouths["slack"] = connected.mouth(slack)
        doors: list[Callable[[House], web.RouteDef]] = []
        trusted = None if teams_unchecked else settings.teams
        if teams_unchecked or trusted is not None:
            # Microsoft's library takes a second to load, which only who uses Teams pays.
            from bot.teams import connected as in_teams

            teams = in_teams.connect(trusted, session, database)
            mouths["teams"] = in_teams.mouth(teams)
            doors.append(lambda house: web.post("/api/messages", in_teams.door(teams, house, trusted, clock.now)))
        alive = living(database, mouths, {}, pulse, now, second, settings.public_url)
        house = await open_things.enter_async_context(alive)
        app = web.Application(client_max_size=connected.BODY_LIMIT)
        app.add_routes([door(house) for door in doors])
        connections = None
        if slack is not None:
            await open_things.enter_async_context(connected.settling_in(slack))
            if settings.slack_signing_secret is not None:
                secret = settings.slack_signing_secret.get_secret_value()
                app.add_routes([web.post("/slack/events", connected.door(slack, house, secret, clock.now))])
            if settings.slack_app_token is not None:
                token = settings.slack_app_token.get_secret_value()
                lines = await open_things.enter_async_context(connected.sockets(slack, house, token, clock.now))
                connections = lines.up
        app.add_routes(health.routes(database, pulse, connections))
        if settings.public_url is not None:
            app.add_routes(link.routes(house) + calendar.routes(house))
        yield app


LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(settings: Settings, *, teams_unchecked: bool = False) -> None:
    """Serve until stopped. With `teams_unchecked`, Teams' tokens are not looked at: only on this machine, to develop
    with. Raises CannotStart.
    """
    if teams_unchecked and settings.host not in LOOPBACK:
        raise CannotStart(
            f"without a token check, anybody who reaches {settings.host} could speak for everybody. Set "
            "SAMENSPRAAK_HOST to 127.0.0.1, or leave out --teams-without-token-check."
        )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # Deciding is done in threads, in Python: unless they often let go, the loop that owes Slack its 200 waits for them.
    sys.setswitchinterval(0.0005)
    for chatty in ("apscheduler", "slack_bolt", "httpx2", "msal", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    os.umask(0o077)  # the database is nobody else's business
    with alone(settings.database_url), opened(settings.database_url) as database:
        upgrade(database.writing)
        # What is there now stays: the collector need not look at all of it, for a tenth of a second, again and again.
        gc.freeze()

        async def application() -> web.Application:
            return await _kept(serving(settings, database, teams_unchecked=teams_unchecked))

        if teams_unchecked:
            log.warning("TOKENS OF TEAMS ARE NOT CHECKED: whoever reaches this port is believed. Never do this in use.")
        web.run_app(application(), host=settings.host, port=settings.port, print=_announce, access_log=None)


async def _kept(context: AbstractAsyncContextManager[web.Application]) -> web.Application:
    """The application, whose parts are let go of when it stops."""
    app = await context.__aenter__()

    async def stop(_app: web.Application) -> None:
        await context.__aexit__(None, None, None)

    app.on_cleanup.append(stop)
    return app


def _announce(line: str) -> None:
    log.info("%s", line.replace("======== ", "").replace(" ========", ""))


# --- samenspraak demo


@asynccontextmanager
async def demonstrating(
    database: Database, now: Callable[[], datetime] = clock.now, public_url: str | None = None
) -> AsyncIterator[web.Application]:
    """The playground, with a conversation already in it, while it lives."""
    pulse = clock.Pulse()
    hands = Hands(now)
    rooms = await playground.opened(database, hands.now)
    async with living(
        database, playground.mouths(rooms), playground.POLICIES, pulse, hands.now, public_url=public_url
    ) as house:
        app = web.Application()
        app.on_shutdown.append(playground.hang_up(rooms))
        app.add_routes(playground.door(rooms, house, hands))
        app.add_routes(health.routes(database, pulse))
        app.add_routes(link.routes(house) + calendar.routes(house))
        yield app


def demo(host: str, port: int) -> None:
    """Show the playground until stopped."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    free = _free_port(host, port)
    with opened("sqlite://") as database:
        upgrade(database.writing)

        async def application() -> web.Application:
            return await _kept(demonstrating(database, public_url=f"http://{host}:{free}/"))

        def ready(_line: str) -> None:
            click.echo(f"\n  Samenspraak's playground is ready: open http://{host}:{free}/ in your browser.")
            click.echo("  Type as the supplier and wait three seconds. Stop with Ctrl+C.\n")

        web.run_app(application(), host=host, port=free, print=ready, access_log=None)


def _free_port(host: str, port: int) -> int:
    """This port, or the first free one above it."""
    for candidate in range(port, port + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise click.ClickException(f"Ports {port} to {port + 49} are all in use; choose another with --port.")
