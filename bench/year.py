"""`python -m bench.year`: a year of projects that meet, on machines that die, sleep and start again.

The projects are divided over processes, one for each core, each with a clock and a database of its own; in each of them
two replicas share that database.
"""

import asyncio
import logging
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import text

from bench.machine import facts
from bench.servers import on_disk, on_server
from bot.metrics import DECIDED
from storage.database import EVERYWHERE, Database, opened
from storage.migrate import upgrade
from tests.postgres import server
from tests.year import Found, Nemesis, Year, checked, hasty

COMMITS = 500
"""Bare commits that a due row is compared with, before and after the year."""
TOLD_EVERY = timedelta(days=7)


@dataclass(frozen=True)
class Task:
    """What one process does."""

    name: str
    url: str
    replicas: int
    projects: int
    days: int
    seed: int
    calm: bool


@dataclass(frozen=True)
class Result:
    """What it came to; `lasted` and `busy` in seconds of the clock and of the processor, `floor` of one bare commit."""

    found: Found
    struck: Counter[str]
    rows: int
    planned: float
    busy: float
    lasted: float
    floor: float


@click.command()
@click.option("--projects", type=click.IntRange(1), default=1_000, show_default=True)
@click.option("--days", type=click.IntRange(1), default=365, show_default=True)
@click.option("--seed", type=int, help="Of a year that went wrong, to see it again; otherwise another each time.")
@click.option("--calm", is_flag=True, help="Nothing goes wrong, and nobody moves anything.")
@click.option("--processes", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option("--on", type=click.Choice(("postgresql", "sqlite")), default="postgresql", show_default=True)
def main(projects: int, days: int, seed: int | None, calm: bool, processes: int, on: str) -> None:
    """Let the days pass for so many projects, hold what was said to what was promised, and print what a due row costs.

    On PostgreSQL two replicas share the work; on SQLite there is one machine. Exits with 1 when a promise was not kept.
    """
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    processes, replicas = min(processes, projects), 2 if on == "postgresql" else 1
    click.echo(f"seed {seed}", err=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, value in facts(Path(folder)).items():
            click.echo(f"{name}: {value}")
        with _databases(on, Path(folder), processes) as urls:
            tasks = [
                Task(f"{n + 1}/{processes}", url, replicas, len(range(n, projects, processes)), days, seed + n, calm)
                for n, url in enumerate(urls)
            ]
            began = time.monotonic()
            with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
                results = list(pool.map(_done, tasks))
    click.echo(f"{projects:,} projects, {days} days, {processes} processes with {replicas} replica(s) each, on {on}")
    _tell(results, time.monotonic() - began)
    if any(each.found.broken for each in results):
        raise SystemExit(1)


@contextmanager
def _databases(on: str, folder: Path, number: int) -> Iterator[list[str]]:
    """The addresses of so many empty databases."""
    with ExitStack() as stack:
        url = stack.enter_context(server()) if on == "postgresql" else None
        yield [on_disk(folder) if url is None else on_server(url) for _ in range(number)]


# --- one process


def _done(task: Task) -> Result:
    # What is made to go wrong here would be logged a thousand times.
    logging.disable(logging.CRITICAL)
    # Of a large house more happens in an hour; it does not die more often for that.
    often = 20 / max(20, task.projects)
    dice = random.Random(task.seed)
    nemesis = (
        Nemesis(dice)
        if task.calm
        else Nemesis(
            dice,
            dies_in_statement=2e-4 * often,
            raises_in_statement=1e-3 * often,
            dies_while_sending=2e-3 * often,
            refuses=0.01,
            sleeps=3e-3,
        )
    )
    with ExitStack() as stack:
        first, *others = [stack.enter_context(opened(task.url)) for _ in range(task.replicas)]
        upgrade(first.writing)
        if first.writing.dialect.name == "sqlite":
            hasty(first)
        year = Year(first, nemesis, task.seed, second=others[0] if others else None)
        return asyncio.run(_passed(year, task))


async def _passed(year: Year, task: Task) -> Result:
    began = time.process_time()
    await year.begins(task.projects)
    planned = time.process_time() - began
    floor = await _commits(year.database)
    before = DECIDED.labels("Due")._value.get()
    began, at = time.process_time(), time.monotonic()

    def rows() -> int:
        return int(DECIDED.labels("Due")._value.get() - before)

    def tell() -> None:
        click.echo(
            f"{time.strftime('%H:%M:%S')} {task.name}: {year.now:%Y-%m-%d}, {rows():,} due rows decided", err=True
        )

    by_hand = 0 if task.calm else task.projects * task.days // 60
    await year.passes(year.begin + timedelta(days=task.days), by_hand, tell, TOLD_EVERY)
    busy, lasted = time.process_time() - began, time.monotonic() - at
    floor = (floor + await _commits(year.database)) / 2
    found = await year.database.read(EVERYWHERE, lambda db: checked(year, db))
    return Result(found, year.nemesis.struck, rows(), planned, busy, lasted, floor)


async def _commits(database: Database) -> float:
    """Seconds at work of one commit of one changed row."""
    change = text("UPDATE project SET work_from = 1 - work_from WHERE id = -1")
    began = time.process_time()
    for _ in range(COMMITS):
        await database.write(EVERYWHERE, lambda db: db.execute(change))
    return (time.process_time() - began) / COMMITS


# --- what all of them came to


def _tell(results: list[Result], lasted: float) -> None:
    found = [each.found for each in results]
    click.echo(
        f"{sum(each.meetings for each in found):,} meetings, {sum(each.posts for each in found):,} agendas said, "
        f"{sum(each.preparations for each in found):,} preparations asked"
    )
    late = sorted(moment for each in found for moment in each.late)
    if late:
        click.echo(
            f"late, from when it came due: {late[len(late) // 2]} in the middle, {late[-1]} at most, machine off "
            f"included; {sum(each.dropped for each in found):,} no longer of use when it was on again"
        )
    all_struck = sum((each.struck for each in results), Counter[str]())
    struck = ", ".join(f"{what} {times:,}" for what, times in sorted(all_struck.items()) if times)
    click.echo(f"what happened: {struck or 'nothing'}")
    broken = [each for every in found for each in every.broken]
    click.echo(f"promises not kept: {len(broken)}")
    for each in broken[:20]:
        click.echo(f"  {each}")
    rows, busy = sum(each.rows for each in results), sum(each.busy for each in results)
    click.echo(
        f"{rows:,} due rows in {lasted / 60:,.1f} minutes, {busy:,.0f} s at work without what the database server does "
        f"({sum(each.planned for each in results):,.0f} s to plan them)"
    )
    each, floor = busy / max(1, rows), sum(one.floor for one in results) / len(results)
    click.echo(
        f"one due row: {1000 * each:.1f} ms at work; a bare commit {1000 * floor:.2f} ms: {each / floor:.1f} times"
    )


if __name__ == "__main__":
    main()
