"""The one door to the database: one transaction a call, scoped to a tenant, away from the event loop.

Writes run on writer threads: one on SQLite, a few on PostgreSQL. Inbox rows that arrive together share one commit.
"""

import asyncio
import math
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import QueryContext, Session
from sqlalchemy.orm.unitofwork import UOWTransaction
from sqlalchemy.pool import StaticPool

from storage import inbox
from storage.columns import Scoped

T = TypeVar("T")

EVERYWHERE: Final = "*"
"""The scope of the engine itself (delivery, clock, retention). Handlers never see it; a test says so."""
DEADLOCK, DEADLOCKS = "40P01", 3
"""What PostgreSQL calls it when it stops one of two that wait for each other; how often that one begins anew."""


class Unscoped(RuntimeError):
    """A row was about to be read or written outside the tenant that it belongs to."""


@event.listens_for(Session, "after_begin")
def _with_scope(session: Session, _transaction: object, _connection: object) -> None:
    if "tenant" not in session.info:
        raise Unscoped("this session was opened without a tenant")


@event.listens_for(Scoped, "load", propagate=True)
def _read_within_scope(row: Scoped, context: QueryContext) -> None:
    """Every query names its tenant; should one forget, it fails here rather than show what belongs to another."""
    tenant = context.session.info["tenant"]
    if tenant != EVERYWHERE and row.tenant != tenant:
        raise Unscoped(f"a row of {row.tenant} was read for {tenant}")


@event.listens_for(Session, "before_flush")
def _written_within_scope(session: Session, _context: UOWTransaction, _instances: object) -> None:
    tenant = session.info.get("tenant")
    for row in (*session.new, *session.dirty):
        if tenant != EVERYWHERE and row.tenant != tenant:
            raise Unscoped(f"a row of {row.tenant} does not belong to {tenant}")


class Database:
    """Opened with `open_database`; closed with `close`."""

    def __init__(self, writing: Engine, reading: Engine | None, writers: int) -> None:
        self.writing = writing
        self._reading = reading
        # In memory there is one connection for ever; to ask the pool for it each time takes longer than most queries.
        self._kept = writing.connect() if writers == 0 else None
        self._arrived: list[_Arrived] = []
        self._arriving = threading.Lock()
        self._last_arrival = -math.inf
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [self._start(self._jobs, f"writer-{n}") for n in range(writers)]
        if reading is not None:
            self._threads += [self._start(self._reads, f"reader-{n}") for n in range(2)]

    def _start(self, jobs: "queue.SimpleQueue[Callable[[], None] | None]", name: str) -> threading.Thread:
        thread = threading.Thread(target=self._work, args=(jobs,), name=name, daemon=True)
        thread.start()
        return thread

    def _work(self, jobs: "queue.SimpleQueue[Callable[[], None] | None]") -> None:
        while (job := jobs.get()) is not None:
            if jobs is self._jobs:
                # What a platform waits for goes first, however many decisions are queued.
                self._take_in_all()
            job()

    # --- what callers use

    async def write(self, tenant: str, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction of its own: all of it is saved, or (if it raises) nothing.

        On PostgreSQL it may run more than once, where others waited for it and it for them.
        """
        return await self._run(self._jobs, lambda: self.write_now(tenant, work))

    async def read(self, tenant: str, work: Callable[[Session], T]) -> T:
        """Run `work` on what was committed last; it cannot change anything."""
        if self._reading is None:
            return await self.write(tenant, work)
        engine = self._reading
        return await self._run(self._reads, lambda: _in_session(engine, tenant, work))

    async def alone(self, work: Callable[[Engine], T]) -> T:
        """Run `work` on the writing engine between transactions: for what the whole database must stand still for."""
        return await self._run(self._jobs, lambda: work(self.writing))

    def write_now(self, tenant: str, work: Callable[[Session], T]) -> T:
        """The same as `write`, on this thread: for the command line, which has no event loop."""
        for _ in range(DEADLOCKS):
            try:
                return _in_session(self._kept or self.writing, tenant, work)
            except OperationalError as problem:
                # Nothing of it was saved or said: of two who hold each other up one begins anew.
                if getattr(problem.orig, "sqlstate", None) != DEADLOCK:
                    raise
        return _in_session(self._kept or self.writing, tenant, work)

    async def take_in(self, row: Mapping[str, Any]) -> None:
        """Save one inbox row; returns after the commit, which it shares with what arrives in the same moment."""
        if not self._threads:
            inbox.take_in(self.writing, [row])
            return
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._arriving:
            first = not self._arrived
            self._arrived.append((row, future))
        self._last_arrival = time.monotonic()
        if first:
            # After all else that came in during this round of the loop: they share a commit, and one change of thread.
            loop.call_soon(self._jobs.put, self._take_in_all)
        await future

    @property
    def quiet(self) -> float:
        """Seconds since something last arrived."""
        return time.monotonic() - self._last_arrival

    def close(self) -> None:
        """Finish what is queued, then let go of the database."""
        for thread in self._threads:
            (self._jobs if thread.name.startswith("writer") else self._reads).put(None)
        for thread in self._threads:
            thread.join()
        if self._kept is not None:
            self._kept.close()
        self.writing.dispose()
        if self._reading is not None:
            self._reading.dispose()

    # --- how it is done

    async def _run(self, jobs: "queue.SimpleQueue[Callable[[], None] | None]", work: Callable[[], T]) -> T:
        if not self._threads:
            return work()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = work()
            except BaseException as problem:
                loop.call_soon_threadsafe(_fail, (future,), problem)
            else:
                loop.call_soon_threadsafe(_succeed, future, result)

        jobs.put(job)
        return await future

    def _take_in_all(self) -> None:
        with self._arriving:
            arrived, self._arrived = self._arrived, []
        if not arrived:
            return
        failed = self._take_in(arrived)
        away = self.writing.dialect.loaded_dbapi.OperationalError
        if failed is not None and not isinstance(failed, away) and len(arrived) > 1:
            # The database works: whatever is wrong with one of them is no reason to refuse the others.
            for each in arrived:
                self._answer([each], self._take_in([each]))
        else:
            self._answer(arrived, failed)

    def _take_in(self, arrived: "list[_Arrived]") -> Exception | None:
        try:
            inbox.take_in(self.writing, [row for row, _ in arrived])
        except Exception as problem:
            return problem
        return None

    @staticmethod
    def _answer(arrived: "list[_Arrived]", problem: Exception | None) -> None:
        futures = [future for _, future in arrived]
        loop = futures[0].get_loop()
        if problem is None:
            loop.call_soon_threadsafe(_succeed_all, futures)
        else:
            loop.call_soon_threadsafe(_fail, futures, problem)


_Arrived = tuple[Mapping[str, Any], "asyncio.Future[None]"]
"""An inbox row, and who waits for it to be saved."""


def _succeed(future: "asyncio.Future[T]", result: T) -> None:
    if not future.done():
        future.set_result(result)


def _succeed_all(futures: Iterable["asyncio.Future[None]"]) -> None:
    for future in futures:
        _succeed(future, None)


def _fail(futures: Sequence["asyncio.Future[Any]"], problem: BaseException) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(problem)


def _in_session(bind: Engine | Connection, tenant: str, work: Callable[[Session], T]) -> T:
    with Session(bind, expire_on_commit=False, info={"tenant": tenant}) as session, session.begin():
        return work(session)


# --- opening


def open_database(url: str) -> Database:
    """Open the database at a SQLAlchemy URL: `sqlite:///file.db`, `sqlite://` (in memory) or `postgresql://…`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        engine = _engine(parsed.set(drivername="postgresql+psycopg"), pool_size=6, pool_pre_ping=True)
        return Database(engine, engine, writers=4)
    if parsed.get_backend_name() != "sqlite":
        raise ValueError(f"only SQLite and PostgreSQL are supported, not {parsed.get_backend_name()}")
    if parsed.database in (None, "", ":memory:"):
        memory = _engine(parsed, poolclass=StaticPool, connect_args={"check_same_thread": False})
        _prepare_sqlite(memory, writes=True)
        return Database(memory, None, writers=0)  # nothing waits for a disk, so nothing is gained by a thread
    writing, reading = _engine(parsed), _engine(parsed)
    _prepare_sqlite(writing, writes=True)
    _prepare_sqlite(reading, writes=False)
    return Database(writing, reading, writers=1)


def _engine(url: URL, **options: Any) -> Engine:
    # An error message must not show what people wrote: parameters hold that.
    return create_engine(url, hide_parameters=True, **options)


def _prepare_sqlite(engine: Engine, *, writes: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=5000"]
        if not writes:
            pragmas = ["query_only=ON", "busy_timeout=5000"]
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails without waiting (reliability: SQLITE_BUSY).
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open a database and close it again."""
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()
