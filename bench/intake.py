"""How fast are events taken in? `samenspraak serve` against a bare slack-bolt app that only acknowledges.

The servers take turns, each in a process of its own and with the load generator in another.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from bench.load import AUTHORS, SECRET, Result, closed_loop, open_loop, signed
from bench.servers import Server, on_disk, on_server, postgresql, running
from bench.shape import Goal, Measurement, Run, Section
from storage import members, projects
from storage.database import opened
from storage.migrate import upgrade

FLOOR, DEAF, HEARING = "the floor", "without consent", "with consent"
CHANNELS = {FLOOR: "CDEAF", DEAF: "CDEAF", HEARING: "CHEAR"}
TENANT = "slack:TSUP"
NewDatabase = Callable[[], str]

ABOUT = (
    "Ours is `samenspraak serve`: an event counts when it is answered with 200, which comes after the commit,\n"
    "with the look at consent in the same statement. The floor is a bare slack-bolt `AsyncApp` that checks the\n"
    "signature and acknowledges. Both are real servers in processes of their own; the load generator (signed\n"
    "requests on kept-alive connections) is a third process."
)


@dataclass(frozen=True)
class Taken:
    """What came of one round with one server."""

    closed: Result
    spread: Result
    left: int
    """Events that were not decided yet when it ended."""


def on_sqlite(run: Run) -> Section:
    """The intake with a database in a file (`synchronous=FULL`)."""
    return _intake("Taking events in, SQLite", run, lambda: on_disk(run.folder), memory=True)


def on_postgresql(run: Run) -> Section:
    """The intake with PostgreSQL on the same machine."""
    # A commit takes longer here, and fewer events show as much.
    smaller = replace(run, sizes=replace(run.sizes, events=run.sizes.events // 2))
    with postgresql() as url:
        return _intake("Taking events in, PostgreSQL", smaller, lambda: on_server(url), memory=False)


def _intake(title: str, run: Run, new_database: NewDatabase, *, memory: bool) -> Section:
    taken = run.turns({kind: partial(_round, kind, run, new_database) for kind in CHANNELS})
    floor, rate = taken[FLOOR], f"{run.sizes.rate:g}/s open loop"

    def measurements() -> Iterator[Measurement]:
        for kind in (DEAF, HEARING):
            rounds = taken[kind]
            yield Measurement(
                f"{kind}: 16 connections, closed loop",
                "events/s",
                tuple(each.closed.rate for each in rounds),
                tuple(each.closed.rate for each in floor),
                Goal(0.7),
            )
            for share in (0.5, 0.99):
                yield Measurement(
                    f"{kind}: {rate}, p{100 * share:.0f}",
                    "ms",
                    tuple(each.spread.percentile(share) for each in rounds),
                    tuple(each.spread.percentile(share) for each in floor),
                    Goal(2, at_most=True) if share == 0.99 else None,
                )

    left = max(each.left for each in taken[HEARING])
    lines = [
        f"- With consent, {left:,} events at most were still to be decided when a round ended: deciding steps aside."
    ]
    if memory and run.sizes.memory:
        lines += [_memory(kind, run, new_database) for kind in (DEAF, HEARING)]
    return Section(title, ABOUT, tuple(measurements()), lines=tuple(lines))


def _round(kind: str, run: Run, new_database: NewDatabase) -> Taken:
    sizes = run.sizes
    with _server(kind, run, new_database) as server:
        asyncio.run(closed_loop(server.port, signed(CHANNELS[kind], sizes.warm)))
        requests = iter(list(signed(CHANNELS[kind], sizes.events)))
        closed = asyncio.run(closed_loop(server.port, requests))
        time.sleep(1)
        requests = iter(list(signed(CHANNELS[kind], int(sizes.rate * sizes.seconds))))
        spread = asyncio.run(open_loop(server.port, requests, sizes.rate))
        if server.database is None:
            return Taken(closed, spread, 0)
        sent = sizes.warm + sizes.events + int(sizes.rate * sizes.seconds)
        if (kept := server.rows()) != sent:
            raise RuntimeError(f"{sent} events were acknowledged and {kept} are in the database")
        return Taken(closed, spread, server.rows("state = 0"))


def _memory(kind: str, run: Run, new_database: NewDatabase) -> str:
    """How much the server needs while many events come in."""
    part = run.sizes.memory // 5
    used = []
    with _server(kind, run, new_database) as server:
        for _ in range(5):
            asyncio.run(closed_loop(server.port, iter(list(signed(CHANNELS[kind], part)))))
            used.append(f"{server.memory():.1f}")
    return f"- Memory {kind}, after each {part:,} events of a closed loop: {', '.join(used)} MiB."


@contextmanager
def _server(kind: str, run: Run, new_database: NewDatabase) -> Iterator[Server]:
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-made-up",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": "http://127.0.0.1:1/api/",
    }
    if kind == FLOOR:
        with running(["bench.intake_floor"], settings, None, run.folder) as server:
            yield server
        return
    database = new_database()
    prepare(database)
    with running(["bot", "serve"], settings, database, run.folder) as server:
        yield server


def prepare(url: str) -> None:
    """A channel that listens and one that does not, each with its authors."""
    with opened(url) as database:
        upgrade(database.writing)
        database.write_now(TENANT, lambda db: two_channels(db, TENANT, "TSUP", "CDEAF", "CHEAR", "U{}"))


def two_channels(db: Session, tenant: str, team: str, deaf: str, hearing: str, person: str) -> None:
    """A channel that listens and one that does not; `person` makes an id out of an author's number."""
    now = datetime.now(UTC)
    for channel in (deaf, hearing):
        row = projects.start(db, tenant, channel, language="en", zone="Europe/Amsterdam", country="NL", now=now)
        supplier, _ = projects.add_organisation(db, row.project, team, "Supplier")
        supplier.side = "supplier"
        for number in range(AUTHORS):
            members.add(db, row.project, supplier, team, person.format(number))
        projects.listen(db, row.project, channel == hearing)
