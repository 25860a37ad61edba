"""Turns the wheel: decides what came in, notices what is due, sends what was said, until nothing is left to do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot import barring, delivery, dispatch
from bot.house import House
from bot.metrics import BACKLOG, LAST_TICK, LISTENING
from storage import due, outbox, projects, retention
from storage.database import EVERYWHERE
from storage.inbox import Taken

log = logging.getLogger(__name__)

QUIET, COURTESY = 0.02, 0.5
"""Seconds without anything coming in after which it is quiet; seconds to step aside while it is not."""
CAN_WAIT = timedelta(seconds=20)
"""How long an event may wait for its decision because others come in: less than anyone waits for a tip anyway."""


async def settle(
    house: House, first: Callable[[Taken], Awaitable[None]] | None = None, todo: due.Upcoming | None = None
) -> due.Upcoming:
    """Do all that can be done at this moment; returns what is left for later.

    `first` is awaited before each decision on what came in; `todo` is what there is to do, where that is known.
    """
    left = todo if todo is not None else await house.database.read(EVERYWHERE, due.upcoming)
    while True:
        now = house.now()
        done = await dispatch.decide_waiting(house, first) if left.came_in else 0
        if left.due is not None and left.due.at <= now:
            done += await dispatch.tick(house, left.due, more=left.after is not None and left.after <= now)
        if left.leaving is not None and left.leaving <= now:
            done += await delivery.deliver(house)
        if not done:
            return left
        left = await house.database.read(EVERYWHERE, due.upcoming)


async def run(house: House, woken: asyncio.Event) -> None:
    """Settle whenever woken, for ever. What goes wrong is logged, and tried again when woken next."""

    async def step_aside(taken: Taken) -> None:
        # The 200 goes first: one decision holds up every event that comes in meanwhile. Those that have waited for
        # long are decided at full speed, or they would pile up for ever.
        if house.database.quiet < QUIET and house.now() - taken.received_at < CAN_WAIT:
            await asyncio.sleep(COURTESY)

    while True:
        await woken.wait()
        # Together with whatever else wakes the wheel in the same moment.
        await asyncio.sleep(QUIET)
        if house.database.quiet < QUIET:
            await asyncio.sleep(COURTESY)
        woken.clear()
        try:
            await settle(house, step_aside)
        except Exception:
            log.exception("not everything could be settled; it is tried again")


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
        for mouth in house.mouths.values():
            if mouth.forget is not None:
                mouth.forget()
        await barring.knock(house)
        LISTENING.set(await house.database.read(EVERYWHERE, projects.count))
        for state, count in (await house.database.read(EVERYWHERE, outbox.backlog)).items():
            BACKLOG.labels(state).set(count)

    return tidy
