"""How fast are events taken in? `samenspraak serve` against a bare slack-bolt app that only acknowledges, in one run.

The servers take turns (A/B/A/B), each in a process of its own and with the load generator in another.
"""

import asyncio
import gc
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from bench.load import AUTHORS, SECRET, Result, closed_loop, open_loop, signed
from storage import members, projects
from storage.database import opened
from storage.migrate import upgrade

FLOOR, DEAF, HEARING = "bolt, ack only", "ours, no consent", "ours, consented"
CHANNELS = {FLOOR: "CDEAF", DEAF: "CDEAF", HEARING: "CHEAR"}


@dataclass(frozen=True)
class Server:
    """A server that runs, and the database behind it (none behind the floor)."""

    process: subprocess.Popen[bytes]
    port: int
    database: Path | None

    def memory(self) -> float:
        """Resident memory, in MiB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def rows(self, where: str = "1") -> int:
        """How many inbox rows are in the database."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return int(connection.execute(f"SELECT count(*) FROM inbox WHERE {where}").fetchone()[0])


def _prepare(url: str) -> None:
    now = datetime.now(UTC)
    with opened(url) as database:
        upgrade(database.writing)

        def channels(db: Session) -> None:
            for channel in ("CDEAF", "CHEAR"):
                row = projects.start(
                    db, "slack:TSUP", channel, language="en", zone="Europe/Amsterdam", country="NL", now=now
                )
                supplier, _ = projects.add_organisation(db, row.project, "TSUP", "Supplier")
                supplier.side = "supplier"
                for number in range(AUTHORS):
                    members.add(db, row.project, supplier, "TSUP", f"U{number}")
                projects.listen(db, row.project, channel == "CHEAR")

        database.write_now("slack:TSUP", channels)


@contextmanager
def running(kind: str, folder: Path) -> Iterator[Server]:
    """Start a server and wait until it answers; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = None if kind == FLOOR else folder / f"{time.monotonic_ns()}.db"
    environment = os.environ | {
        "SAMENSPRAAK_PORT": str(port),
        "SLACK_BOT_TOKEN": "xoxb-made-up",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": "http://127.0.0.1:1/api/",
        "DATABASE_URL": f"sqlite:///{database}",
    }
    if database is not None:
        _prepare(f"sqlite:///{database}")
    command = ["-m", "bench.floor"] if database is None else ["-m", "bot", "serve"]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, *command], env=environment, stdout=log, stderr=log)
    try:
        wait_until_open(port)
        yield Server(process, port, database)
    finally:
        process.terminate()
        process.wait(20)


def wait_until_open(port: int) -> None:
    """Until the server at this port answers anything."""
    for _ in range(1200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz")
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server does not answer")


@dataclass
class Figures:
    """The figures of one kind of server, one of each round."""

    closed: list[Result] = field(default_factory=list)
    spread: list[Result] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    """How busy others kept the machine just before each round, from 0 to 1."""
    left: int = 0
    """Events that were not decided yet when the last round ended."""


def _busy() -> float:
    """The share of all processors that was in use during the last second."""

    def used() -> tuple[int, int]:
        ticks = [int(each) for each in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
        return sum(ticks) - ticks[3] - ticks[4], sum(ticks)

    busy, total = used()
    time.sleep(1)
    busy_now, total_now = used()
    return (busy_now - busy) / (total_now - total)


def wait_for_quiet(patience: float) -> float:
    """Wait until others leave the machine alone, but not for ever; returns how busy it still is."""
    until = time.monotonic() + patience
    while (busy := _busy()) > 0.12 and time.monotonic() < until:
        pass
    return busy


def _measure(kind: str, folder: Path, events: int, rate: float, seconds: float, figures: Figures) -> None:
    with running(kind, folder) as server:
        asyncio.run(closed_loop(server.port, signed(CHANNELS[kind], 1500)))
        requests = iter(list(signed(CHANNELS[kind], events)))
        figures.closed.append(asyncio.run(closed_loop(server.port, requests)))
        time.sleep(1)
        requests = iter(list(signed(CHANNELS[kind], int(rate * seconds))))
        figures.spread.append(asyncio.run(open_loop(server.port, requests, rate)))
        if server.database is not None:
            sent = 1500 + events + int(rate * seconds)
            if (kept := server.rows()) != sent:
                raise SystemExit(f"{sent} events were acknowledged and {kept} are in the database")
            figures.left = server.rows("state = 0")


def table_row(name: str, values: list[float], unit: str) -> str:
    """A row of the table: the lowest, the middle and the highest."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"| {name} | {low:,.2f} | **{middle:,.2f}** | {high:,.2f} | {unit} |"


def _table(figures: dict[str, Figures]) -> Iterator[str]:
    yield "| | min | median | max | |"
    yield "|---|---|---|---|---|"
    floor = figures[FLOOR]
    for kind, one in figures.items():
        yield table_row(f"{kind}: 16 connections, closed loop", [each.rate for each in one.closed], "events/s")
        yield table_row(f"{kind}: the same, p99", [each.percentile(0.99) for each in one.closed], "ms")
    for kind in (DEAF, HEARING):
        pairs = zip(figures[kind].closed, floor.closed, strict=True)
        yield table_row(
            f"{kind}: rate as a ratio to the floor", [ours.rate / base.rate for ours, base in pairs], "goal >= 0.70"
        )
    for kind, one in figures.items():
        yield table_row(f"{kind}: open loop, p50", [each.percentile(0.50) for each in one.spread], "ms")
        yield table_row(f"{kind}: open loop, p99", [each.percentile(0.99) for each in one.spread], "ms")
    for kind in (DEAF, HEARING):
        pairs = zip(figures[kind].spread, floor.spread, strict=True)
        ratios = [ours.percentile(0.99) / base.percentile(0.99) for ours, base in pairs]
        yield table_row(f"{kind}: open loop, p99 as a ratio to the floor", ratios, "goal <= 2")
    everyone = [100 * busy for one in figures.values() for busy in one.busy]
    yield table_row("in use by others just before a round", everyone, "% of the machine")
    for kind in (DEAF, HEARING):
        yield f"{kind}: {figures[kind].left} events were still to be decided when the last round ended"


def _memory(kind: str, folder: Path, events: int) -> Iterator[str]:
    with running(kind, folder) as server:
        for part in range(5):
            asyncio.run(closed_loop(server.port, iter(list(signed(CHANNELS[kind], events // 5)))))
            yield f"{kind}: {server.memory():.1f} MiB after {(part + 1) * events // 5:,} events"


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--events", default=20_000, show_default=True, help="Events of one closed loop.")
@click.option("--rate", default=500.0, show_default=True, help="Events per second of the open loop.")
@click.option("--seconds", default=10.0, show_default=True, help="Length of one open loop.")
@click.option("--memory", default=100_000, show_default=True, help="Events over which memory is watched; 0 skips it.")
@click.option("--patience", default=30.0, show_default=True, help="Seconds to wait for a quiet machine, each time.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the databases are; its disk counts.")
def main(
    rounds: int, events: int, rate: float, seconds: float, memory: int, patience: float, folder: Path | None
) -> None:
    """Compare the intake of `samenspraak serve` with a bare slack-bolt app."""
    # The generator's own pauses are not the server's: it lives shortly, and needs no collector.
    gc.disable()
    figures = {kind: Figures() for kind in (FLOOR, DEAF, HEARING)}
    with tempfile.TemporaryDirectory(dir=folder) as work:
        for number in range(rounds):
            for kind, one in figures.items():
                one.busy.append(wait_for_quiet(patience))
                _measure(kind, Path(work), events, rate, seconds, one)
                click.echo(
                    f"round {number + 1}, {kind}: {one.closed[-1].rate:,.0f} events/s, at {rate:g}/s "
                    f"p50 {one.spread[-1].percentile(0.5):.2f} p99 {one.spread[-1].percentile(0.99):.2f} ms "
                    f"({one.busy[-1]:.0%} of the machine was in use by others)",
                    err=True,
                )
        for line in _table(figures):
            click.echo(line)
        for kind in (DEAF, HEARING) if memory else ():
            for line in _memory(kind, Path(work), memory):
                click.echo(line)


if __name__ == "__main__":
    main()
