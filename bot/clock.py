"""The only clock. APScheduler makes time pass; what is due is found in the database, never remembered here."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage import health
from storage.database import Database

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]

TICK, HOUSEKEEPING = 1.0, 60.0
"""Seconds between two runs."""
TOO_LONG = 10.0
"""A last tick this many seconds ago means that the clock stands still."""


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


TOO_FAR = timedelta(seconds=5)
"""Two clocks that differ more are worth a word."""


class Shared:
    """The clock of the database, which all replicas go by: asked now and then, in between counted by our own."""

    def __init__(self, own: Callable[[], datetime] = now) -> None:
        self._own = own
        self.ahead = timedelta(0)
        """How far our own clock is ahead of it."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._own() - self.ahead

    async def compare(self, database: Database) -> None:
        """Ask the database; a difference that is new and large is logged."""
        before, self.ahead = self.ahead, await ahead(database, self._own)
        if abs(self.ahead) > TOO_FAR and abs(self.ahead - before) > TOO_FAR:
            log.warning(
                "the clock of this machine is %.0f s ahead of the database's; that one counts. Set it right",
                self.ahead.total_seconds(),
            )


async def ahead(database: Database, own: Callable[[], datetime]) -> timedelta:
    """How far a clock is ahead of the database's; nothing where that is a file on this machine."""
    asked = own()
    there = await database.alone(health.clock)
    return asked + (own() - asked) / 2 - there if there is not None else timedelta(0)


class Pulse:
    """When the clock last ticked, by a clock that nobody can set."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since the last tick."""
        return time.monotonic() - self.last


@asynccontextmanager
async def running(tick: Work, housekeeping: Work, pulse: Pulse) -> AsyncIterator[None]:
    """Let time pass. A run that hangs is cut off, one that raises is logged, and a clock that stops is started anew."""

    async def beat() -> None:
        pulse.last = time.monotonic()
        await tick()

    scheduler = _start(beat, housekeeping)
    pulse.last = time.monotonic()  # to wake the ear can take longer than a clock may stand still

    async def watch() -> None:
        nonlocal scheduler
        while True:
            await asyncio.sleep(TOO_LONG / 2)
            if pulse.age > TOO_LONG:
                log.error("the clock stood still for %.0f s; it is started anew", pulse.age)
                scheduler.shutdown(wait=False)
                scheduler = _start(beat, housekeeping)

    watchdog = asyncio.create_task(watch())
    try:
        yield
    finally:
        watchdog.cancel()
        scheduler.shutdown(wait=False)


def _start(tick: Work, housekeeping: Work) -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler(timezone=UTC)
    for work, seconds, limit in ((tick, TICK, TOO_LONG / 2), (housekeeping, HOUSEKEEPING, HOUSEKEEPING)):
        scheduler.add_job(
            _bounded(work, limit), "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None
        )
    scheduler.start()
    return scheduler


def _bounded(work: Work, limit: float) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            async with asyncio.timeout(limit):
                await work()
        except Exception:
            log.exception("the clock's work failed; it is tried again at the next tick")

    return run
