"""How does the cost of a message, of a tick and of `status` grow with what is in the house?"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from bench.house import Measured, Size, measured
from bench.servers import on_disk, on_server, postgresql
from bench.shape import Growth, Measurement, Run, Section, say

TAKEN, DECIDED, LOOKED, JUDGED, ASKED, TIDIED = (
    "a message taken in",
    "a message decided",
    "a tick: the look at what is due",
    "a burst judged, its tip weighed and sent",
    "`status` answered",
    "housekeeping, once a minute",
)
READ, COMMIT = "a bare read", "a bare commit"
AXES = {
    "channels": "channels",
    "people in each channel": "people",
    "channels with the same people": "together",
    "rows kept": "kept",
    "rows waiting": "waiting",
}
Costs = Mapping[str, float]
"""Milliseconds by what is done, of one round."""

ABOUT = (
    "Ours is the real dispatch, clock and outbox on a real database with durable commits; ear and platform take\n"
    "no time. People write in ten channels, and every burst is a reason for a tip, which restraint lets through\n"
    "in one of four. The floor goes through the same door with next to nothing behind it: of a look, a read of\n"
    "nothing; of all else, a commit of one changed row. The usual house has {0.channels} channels of {0.people}\n"
    "people each, {0.kept:,} events and cards that are over (and a tip for each hundred), and {0.waiting} bursts,\n"
    "cards and tips that wait for their moment; in each table one of these grows. In n^k, k is 0 where it does\n"
    "not grow and 1 where it grows in proportion: fitted over all amounts, and over the last two."
)


def on_sqlite(run: Run) -> Section:
    """Growth with a database in a file."""
    return _growth("How cost grows, SQLite", run, lambda: on_disk(run.folder))


def on_postgresql(run: Run) -> Section:
    """Growth with PostgreSQL on the same machine."""
    with postgresql() as url:
        return on_server_at(url, run)


def on_server_at(url: str, run: Run) -> Section:
    """Growth with a PostgreSQL server that runs already."""
    return _growth("How cost grows, PostgreSQL", run, lambda: on_server(url))


def _growth(title: str, run: Run, new_database: Callable[[], str]) -> Section:
    usual = Size(**{field: run.sizes.amounts[of][0] for of, field in AXES.items()})
    sizes = {
        (of, amount): replace(usual, **{field: amount})
        for of, field in AXES.items()
        for amount in run.sizes.amounts[of]
    }
    with ExitStack() as stack:
        houses: dict[Size, Measured] = {}
        for size in sizes.values():
            if size not in houses:
                say(f"  a house is filled: {size}")
                houses[size] = stack.enter_context(measured(new_database(), size))
                one_round(houses[size], 2)  # what is done for the first time takes longer
        rounds = run.turns({str(size): partial(one_round, house, run.sizes.times) for size, house in houses.items()})
    costs = {place: rounds[str(size)] for place, size in sizes.items()}
    growths = tuple(
        Growth(
            name,
            "ms",
            of,
            {amount: tuple(each[name] for each in costs[of, amount]) for amount in run.sizes.amounts[of]},
        )
        for of in AXES
        for name in (TAKEN, DECIDED, LOOKED, JUDGED, ASKED, TIDIED)
    )
    at_home = rounds[str(usual)]
    measurements = tuple(
        Measurement(
            name,
            "ms",
            tuple(each[name] for each in at_home),
            tuple(each[READ if name == LOOKED else COMMIT] for each in at_home),
        )
        for name in (TAKEN, DECIDED, LOOKED, JUDGED, ASKED, TIDIED)
    )
    return Section(title, ABOUT.format(usual), measurements, growths)


def one_round(house: Measured, times: int) -> Costs:
    """What each thing costs when it is done so many times."""
    return asyncio.run(_one_round(house, times))


async def _one_round(house: Measured, times: int) -> Costs:
    costs = {
        READ: await _each(times, house.bare_reads(times)),
        COMMIT: await _each(times, house.bare_commits(times)),
        LOOKED: await _each(times, house.looked(times)),
        ASKED: await _each(times, house.asked(times)),
        TAKEN: await _each(times, house.taken_in(times)),
        DECIDED: await _each(times, house.decided()),
        JUDGED: await _each(times, house.judged()),
        TIDIED: await _each(1, house.tidied()),
    }
    await house.as_it_was()
    return costs


async def _each(times: int, work: Awaitable[None]) -> float:
    began = time.perf_counter()
    await work
    return 1000 * (time.perf_counter() - began) / times
