"""The only clock. APScheduler makes time pass; what is due is found in the database, never remembered here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.metrics import LAST_TICK

log = logging.getLogger(__name__)

TICK, HOUSEKEEPING = 1.0, 60.0
"""Seconds between two runs."""
TOO_LONG = 10.0
"""A tick this many seconds ago means that the clock stands still."""


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def start(tick: Callable[[], Awaitable[object]], housekeeping: Callable[[], Awaitable[object]]) -> AsyncIOScheduler:
    """Let time pass until the scheduler is shut down. A run that hangs is cut off; one that raises is logged."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for work, seconds, limit in ((tick, TICK, 30.0), (housekeeping, HOUSEKEEPING, 60.0)):
        scheduler.add_job(
            _bounded(work, limit), "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None
        )
    scheduler.start()
    LAST_TICK.set_to_current_time()
    return scheduler


def _bounded(work: Callable[[], Awaitable[object]], limit: float) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            async with asyncio.timeout(limit):
                await work()
        except Exception:
            log.exception("the clock's work failed; it is tried again at the next tick")

    return run
