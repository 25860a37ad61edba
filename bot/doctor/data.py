"""What the doctor looks at in the database: whether it is there and fits, and whether the wheel turns."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

from bot import clock
from bot.doctor.check import Check, looked
from storage import health
from storage.database import EVERYWHERE, Database, opened
from storage.migrate import is_current

MEGABYTE = 1024**2
LITTLE, ALMOST_NOTHING = 500 * MEGABYTE, 50 * MEGABYTE
"""Free room on the disk that is worth a warning, and that is a problem."""
LONG_LOG = 64 * MEGABYTE
"""A write-ahead log that housekeeping should have emptied long ago."""
_PATIENCE = "10"
"""Seconds to wait for a PostgreSQL server, which may be nowhere."""


@asynccontextmanager
async def at(database_url: str) -> AsyncIterator[tuple[list[Check], Database | None]]:
    """What can be said of the database as a whole; and the database itself, if it can be read by this release."""
    url = make_url(database_url)
    shown = url.render_as_string(hide_password=True)
    if not _is_there(url):
        words = f"There is no database at {shown} yet."
        yield [Check("database", "warning", words, "Start `samenspraak serve`, or correct DATABASE_URL.")], None
        return
    async with AsyncExitStack() as open_things:
        try:
            database = open_things.enter_context(opened(_patient(url).render_as_string(hide_password=False)))
            current = await database.alone(is_current)
        except DBAPIError as problem:
            # What the driver says names the address and the user, never the password.
            words = f"{shown} cannot be used ({type(problem.orig).__name__}: {problem.orig})."
            todo = "See that the server runs, or that the file is a database which this user may write to."
            yield [Check("database", "problem", " ".join(words.split()), todo)], None
            return
        found = [Check("database", "ok", f"{shown} can be reached.")]
        if not current:
            words, todo = "The tables are not those of this release.", "Run `samenspraak migrate`, or start `serve`."
            yield [*found, Check("schema", "problem", words, todo)], None
            return
        found.append(Check("schema", "ok", "The tables are those of this release."))
        yield [*found, await looked("disk", lambda: disk(database))], database


def _is_there(url: URL) -> bool:
    """Whether an SQLite file exists: it is not to be made by looking at it."""
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def _patient(url: URL) -> URL:
    if url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query:
        return url.update_query_dict({"connect_timeout": _PATIENCE})
    return url


async def disk(database: Database) -> Check:
    """How much room it takes, and how much is left."""
    room = await database.alone(health.room)
    words = f"The database takes {_megabytes(room.size)}"
    if room.log is None or room.free is None:
        return Check("disk", "ok", f"{words}. What is free on its server, it does not tell.")
    words += f", its write-ahead log {_megabytes(room.log)}; {_megabytes(room.free)} is free."
    if room.free < LITTLE:
        state, todo = "problem" if room.free < ALMOST_NOTHING else "warning", "Make room on the disk."
        return Check("disk", state, words, todo)  # type: ignore[arg-type]
    if room.log > LONG_LOG:
        todo = "Start `samenspraak serve`, which empties the log every minute; stop whatever else reads the file."
        return Check("disk", "warning", words, todo)
    return Check("disk", "ok", words)


async def clocks(database: Database, now: Callable[[], datetime]) -> Check:
    """Whether this machine and the database have the same time."""
    apart = await clock.ahead(database, now)
    if abs(apart) > clock.TOO_FAR:
        words = f"The clock of this machine is {abs(apart).total_seconds():.0f} s "
        words += f"{'ahead of' if apart > timedelta(0) else 'behind'} the database's, which counts for what is due."
        return Check("clock", "warning", words, "Let both machines keep time; platforms refuse who is minutes off.")
    return Check("clock", "ok", "This machine and the database have the same time.")


async def inbox(database: Database, now: datetime) -> Check:
    """Whether what comes in is decided."""
    queue = await database.read(EVERYWHERE, lambda db: health.inbox(db, now))
    if queue.stuck:
        words = f"{_counted(queue.stuck, 'event')} waited more than ten minutes for a decision."
        return Check("inbox", "problem", words, "Start `samenspraak serve`; if it runs, look in its log.")
    if queue.lost:
        words = f"{_counted(queue.lost, 'event')} of the last two days could not be decided and are set aside."
        return Check("inbox", "warning", words, "Look in the log for “is set aside”, and tell whoever makes the bot.")
    return Check("inbox", "ok", "All that came in has been decided.")


async def outbox(database: Database, now: datetime) -> Check:
    """Whether what is to be said leaves."""
    queue = await database.read(EVERYWHERE, lambda db: health.outbox(db, now))
    if queue.stuck:
        words = f"{_counted(queue.stuck, 'message')} should have left more than ten minutes ago."
        todo = "Start `samenspraak serve`; if it runs, look in its log for what the platform answers."
        return Check("outbox", "problem", words, todo)
    if queue.lost:
        words = f"Of {_counted(queue.lost, 'message')} this week nobody knows whether they arrived."
        todo = "Nothing needs to be done: they are not repeated. Many in one day: look at the network."
        return Check("outbox", "warning", words, todo)
    return Check("outbox", "ok", "All that was to be said has left.")


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.1f} MB" if size < 1024 * MEGABYTE else f"{size / MEGABYTE / 1024:,.1f} GB"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
