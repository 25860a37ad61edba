"""Turns the wheel: decides what came in, notices what is due, sends what was said, until nothing is left to do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot import delivery, dispatch
from bot.house import House
from bot.metrics import BACKLOG, LAST_TICK, LISTENING
from storage import outbox, projects, retention
from storage.database import EVERYWHERE

log = logging.getLogger(__name__)

COURTESY, COURTESY_AT_MOST = 0.02, 2.0
"""Seconds that deciding steps aside for events that are coming in, at a time and in all: the 200 goes first."""


async def settle(house: House) -> None:
    """Do all that can be done at this moment."""
    while await dispatch.decide_waiting(house) + await dispatch.tick(house) + await delivery.deliver(house):
        pass


async def run(house: House, woken: asyncio.Event) -> None:
    """Settle whenever woken, for ever. What goes wrong is logged, and tried again when woken next."""
    while True:
        await woken.wait()
        woken.clear()
        try:
            await _step_aside(house, woken)
            await settle(house)
        except Exception:
            log.exception("not everything could be settled; it is tried again")


async def _step_aside(house: House, woken: asyncio.Event) -> None:
    """Wait until a moment passes in which nothing comes in, but not for long."""
    for _ in range(int(COURTESY_AT_MOST / COURTESY)):
        await asyncio.sleep(COURTESY)
        if not woken.is_set():
            return
        woken.clear()
    woken.set()


def ticking(woken: asyncio.Event) -> Callable[[], Awaitable[None]]:
    """What the clock does every second: wake the engine."""

    async def tick() -> None:
        LAST_TICK.set_to_current_time()
        woken.set()

    return tick


def housekeeping(house: House) -> Callable[[], Awaitable[None]]:
    """What the clock does every minute: forget what has had its time, and count."""

    async def tidy() -> None:
        now = house.now()
        await house.database.write(EVERYWHERE, lambda db: retention.forget(db, now))
        await house.database.alone(retention.checkpoint)
        LISTENING.set(await house.database.read(EVERYWHERE, projects.count))
        for state, count in (await house.database.read(EVERYWHERE, outbox.backlog)).items():
            BACKLOG.labels(state).set(count)

    return tidy
