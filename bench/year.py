"""`python -m bench.year`: a year of projects that meet, on a machine that dies, sleeps and starts again."""

import asyncio
import logging
import random
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import text

from bench.machine import facts
from bot.metrics import DECIDED
from storage.database import EVERYWHERE, Database, opened
from storage.migrate import upgrade
from tests.year import Found, Nemesis, Year, checked, hasty

COMMITS = 500
"""Bare commits that a due row is compared with, before and after the year."""


@click.command()
@click.option("--projects", type=click.IntRange(1), default=1_000, show_default=True)
@click.option("--days", type=click.IntRange(1), default=365, show_default=True)
@click.option("--seed", type=int, help="Of a year that went wrong, to see it again; otherwise another each time.")
@click.option("--calm", is_flag=True, help="Nothing goes wrong, and nobody moves anything.")
@click.option("--url", help="Of an empty database; otherwise an SQLite file that is thrown away.")
def main(projects: int, days: int, seed: int | None, calm: bool, url: str | None) -> None:
    """Let the days pass for so many projects, hold what was said to what was promised, and print what a due row costs.

    Exits with 1 when a promise was not kept.
    """
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    click.echo(f"seed {seed}", err=True)
    # What is made to go wrong here would be logged a thousand times.
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        for name, value in facts(Path(folder)).items():
            click.echo(f"{name}: {value}")
        with opened(url or f"sqlite:///{folder}/year.db") as database:
            upgrade(database.writing)
            if url is None:
                hasty(database)
            # Of a large house more happens in an hour; it does not die more often for that.
            often = 20 / max(20, projects)
            nemesis = (
                Nemesis(random.Random(seed))
                if calm
                else Nemesis(
                    random.Random(seed),
                    dies_in_statement=2e-4 * often,
                    raises_in_statement=1e-3 * often,
                    dies_while_sending=2e-3 * often,
                    refuses=0.01,
                    sleeps=3e-3,
                )
            )
            year = Year(database, nemesis, seed)
            if not asyncio.run(_passed(year, projects, days, 0 if calm else projects * days // 60)):
                raise SystemExit(1)


async def _passed(year: Year, projects: int, days: int, by_hand: int) -> bool:
    began = time.process_time()
    await year.begins(projects)
    planned = time.process_time() - began
    floor = await _commits(year.database)
    before = DECIDED.labels("Due")._value.get()
    began, at = time.process_time(), time.monotonic()
    await year.passes(year.begin + timedelta(days=days), by_hand)
    busy, lasted = time.process_time() - began, time.monotonic() - at
    floor = (floor + await _commits(year.database)) / 2
    rows = int(DECIDED.labels("Due")._value.get() - before)
    found = await year.database.read(EVERYWHERE, lambda db: checked(year, db))
    _tell(year, found)
    each = busy / max(1, rows)
    click.echo(f"{rows:,} due rows in {lasted:,.0f} s, of which {busy:,.0f} s at work ({planned:,.0f} s to plan them)")
    click.echo(
        f"one due row: {1000 * each:.1f} ms at work; a bare commit {1000 * floor:.2f} ms: {each / floor:.1f} times"
    )
    return not found.broken


async def _commits(database: Database) -> float:
    """Seconds at work of one commit of one changed row."""
    change = text("UPDATE project SET work_from = 1 - work_from WHERE id = -1")
    began = time.process_time()
    for _ in range(COMMITS):
        await database.write(EVERYWHERE, lambda db: db.execute(change))
    return (time.process_time() - began) / COMMITS


def _tell(year: Year, found: Found) -> None:
    click.echo(f"{found.meetings:,} meetings, {found.posts:,} agendas said, {found.preparations:,} preparations asked")
    late = sorted(found.late)
    if late:
        click.echo(
            f"late, from when it came due: {late[len(late) // 2]} in the middle, {late[-1]} at most, "
            f"machine off included; {found.dropped:,} no longer of use when it was on again"
        )
    struck = ", ".join(f"{what} {times:,}" for what, times in sorted(year.nemesis.struck.items()) if times)
    click.echo(f"what happened: {struck or 'nothing'}")
    click.echo(f"promises not kept: {len(found.broken)}")
    for each in found.broken[:20]:
        click.echo(f"  {each}")


if __name__ == "__main__":
    main()
