"""The ear in a process of its own, so that nothing which must answer waits for it."""

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from itertools import islice
from typing import TypeVar

from bot.house import Compares, Ear
from handlers.coaching import hear
from handlers.register.likeness import means_the_same
from handlers.turn import Compare, Hearing, Listen

Found = TypeVar("Found")

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds after which a hearing is given up, and the process with it. A tip is worth minutes; nobody waits for it."""
FEW = 200
"""So many are heard in this very process before it is worth to wake others."""
CHUNK, AHEAD = 32, 4
"""How many a process is given at once, and how many of these portions wait for each process."""


def _ready() -> None:
    threading.Thread(target=_follow_parent, daemon=True).start()
    os.nice(10)
    # Long and foul enough that every part of the ear is awake after it.
    hear("Dat is in het begin voor iedereen even wennen, dat hoort erbij.", "supplier", "Waardeloos dit.")


def _follow_parent() -> None:
    # A process whose parent was killed would wait for work for ever, and keep its memory.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _Process:
    """One process with an ear in it."""

    def __init__(self) -> None:
        # Read when the new process first does sums: one thread, so that what must answer has the rest of the machine.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        others = set(multiprocessing.active_children())
        self.pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_ready)
        # The process starts with its first task; without this one, the first message would wait for it.
        self.awake = self.pool.submit(hear, "", "supplier")
        self._children = set(multiprocessing.active_children()) - others

    def end(self) -> None:
        """Whatever it is doing, waking up included: nobody waits for that any more."""
        for child in self._children:
            child.kill()
        self.pool.shutdown(cancel_futures=True)


@asynccontextmanager
async def apart() -> AsyncIterator[tuple[Ear, Compares]]:
    """An ear in its own process, started anew when it dies: to hear with, and to compare with."""
    process = _Process()

    async def ask(find: Callable[..., Found], *what: object) -> Found | None:
        nonlocal process
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE):
                return await loop.run_in_executor(process.pool, find, *what)
        except TimeoutError:
            log.warning("the ear took more than %s seconds; this is not judged", PATIENCE)
            if process.awake.done():
                # It hangs; while it is still waking up it only needs time.
                process.end()
                process = _Process()
        except BrokenProcessPool:
            log.warning("the ear's process ended; a new one is started, and this is not judged")
            process.end()
            process = _Process()
        return None

    async def listen(what: Listen) -> Hearing | None:
        return await ask(hear, what.text, what.side, what.context)

    async def compare(what: Compare) -> tuple[int, ...]:
        return await ask(means_the_same, what.text, what.others) or ()

    try:
        yield listen, compare
    finally:
        process.end()


async def here(what: Listen) -> Hearing | None:
    """An ear in this very process: for scripts, which wait for it anyway."""
    return hear(what.text, what.side, what.context)


async def compares_here(what: Compare) -> tuple[int, ...]:
    """What means the same, found in this very process."""
    return means_the_same(what.text, what.others)


def together(whats: Iterable[Listen]) -> Iterator[Hearing]:
    """Hears many, in their order: when there are enough, on all cores. Takes only so many ahead as it is busy with.

    Raises BrokenProcessPool when a process dies, as it does where there is too little memory.
    """
    waiting = iter(whats)
    yield from _each(list(islice(waiting, FEW)))
    portion = list(islice(waiting, CHUNK))
    if not portion:
        return
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    pool = ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn"), initializer=_among_others)
    try:
        heard: deque[Future[list[Hearing]]] = deque()
        while portion:
            heard.append(pool.submit(_each, portion))
            if len(heard) >= AHEAD * cores:
                yield from heard.popleft().result()
            portion = list(islice(waiting, CHUNK))
        while heard:
            yield from heard.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _among_others() -> None:
    threading.Thread(target=_follow_parent, daemon=True).start()
    # Ctrl+C reaches everyone at the terminal; who gave the work says that it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _each(whats: Iterable[Listen]) -> list[Hearing]:
    return [hear(what.text, what.side, what.context) for what in whats]
