"""The ear in a process of its own, so that nothing which must answer waits for it."""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager

from bot.house import Ear
from handlers.coaching import hear
from handlers.turn import Hearing, Listen

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds after which a hearing is given up: silence is better than a late tip."""


def _ready() -> None:
    os.nice(10)
    hear("Goedemorgen, good morning", "supplier")


def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_ready)


@asynccontextmanager
async def apart() -> AsyncIterator[Ear]:
    """An ear in its own process, started anew when it dies."""
    pool = _process()

    async def listen(what: Listen) -> Hearing | None:
        nonlocal pool
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE):
                return await loop.run_in_executor(pool, hear, what.text, what.side, what.context)
        except TimeoutError:
            log.warning("the ear took more than %s seconds; this is not judged", PATIENCE)
        except BrokenProcessPool:
            log.warning("the ear's process ended; a new one is started, and this is not judged")
            pool = _process()
        return None

    try:
        yield listen
    finally:
        pool.shutdown(cancel_futures=True)


async def here(what: Listen) -> Hearing | None:
    """An ear in this very process: for scripts, which wait for it anyway."""
    return hear(what.text, what.side, what.context)
