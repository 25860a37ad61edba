"""One transaction a call, one tenant a session, one commit for what arrives together."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from people import CHANNEL, TENANT, arrived, inbox_rows, project
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from storage import inbox, projects
from storage.database import EVERYWHERE, Database, Unscoped, open_database, opened
from storage.migrate import is_current, upgrade
from storage.tables import Channel, Project


async def test_what_was_written_can_be_read(store: Database) -> None:
    await store.write(TENANT, project)
    found = await store.read(TENANT, lambda db: projects.channel(db, TENANT, CHANNEL))
    assert found is not None
    assert found.project.language == "nl"


async def test_a_transaction_that_fails_takes_only_itself_back(store: Database) -> None:
    def fail(db: Session) -> None:
        project(db, channel="CLOST")
        raise KeyError("on the way")

    written = await asyncio.gather(
        store.write(TENANT, lambda db: project(db, channel="CONE")),
        store.write(TENANT, fail),
        store.write(TENANT, lambda db: project(db, channel="CTWO")),
        return_exceptions=True,
    )
    assert isinstance(written[1], KeyError)
    names = await store.read(TENANT, lambda db: sorted(db.scalars(select(Channel.channel))))
    assert names == ["CONE", "CTWO"]


async def test_a_reader_cannot_write(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    upgrade(database.writing)
    with pytest.raises(OperationalError, match="readonly"):
        await database.read(TENANT, project)
    database.close()


async def test_a_query_that_forgets_its_tenant_fails_rather_than_shows(store: Database) -> None:
    for tenant in (TENANT, "slack:TOTHER"):
        await store.write(tenant, lambda db, tenant=tenant: project(db, tenant))  # type: ignore[misc]
    for tenant in (TENANT, "slack:TOTHER"):
        with pytest.raises(Unscoped):
            await store.read(tenant, lambda db: list(db.scalars(select(Channel))))
    assert await store.read(EVERYWHERE, lambda db: len(db.scalars(select(Project)).all())) == 2


async def test_no_row_is_written_for_another_tenant(store: Database) -> None:
    with pytest.raises(Unscoped):
        await store.write("slack:TOTHER", project)


async def test_a_session_without_a_tenant_reads_nothing(store: Database) -> None:
    with Session(store.writing) as session, pytest.raises(Unscoped):
        session.scalars(select(Channel)).all()


async def test_what_arrives_together_shares_a_commit(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    take_in, commits = inbox.take_in, []
    monkeypatch.setattr(inbox, "take_in", lambda *args: (commits.append(args), take_in(*args)))
    await asyncio.gather(*(store.take_in(arrived(f"Ev{n}")) for n in range(100)))
    assert [row.key for row in await inbox_rows(store)] == [f"Ev{n}" for n in range(100)]
    assert len(commits) < 10


async def test_what_arrives_goes_before_what_is_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    upgrade(database.writing)
    order, hold = [], threading.Event()
    slow = asyncio.create_task(database.write(EVERYWHERE, lambda _db: hold.wait(5)))
    decisions = [asyncio.create_task(database.write(EVERYWHERE, lambda _db: order.append("decided"))) for _ in "123"]
    await asyncio.sleep(0)
    monkeypatch.setattr(inbox, "take_in", lambda *_args: order.append("taken"))
    intake = asyncio.create_task(database.take_in(arrived("Ev1")))
    await asyncio.sleep(0.05)
    hold.set()
    await asyncio.gather(slow, intake, *decisions)
    assert order == ["taken", "decided", "decided", "decided"]
    database.close()


async def test_an_event_that_cannot_be_saved_fails_alone(store: Database) -> None:
    saved = await asyncio.gather(
        store.take_in(arrived("Ev1")),
        store.take_in(arrived("Ev2", channel=None)),
        store.take_in(arrived("Ev3")),
        return_exceptions=True,
    )
    assert [type(each).__name__ for each in saved] in (
        ["NoneType", "IntegrityError", "NoneType"],
        ["NoneType", "NotNullViolation", "NoneType"],
    )
    assert [row.key for row in await inbox_rows(store)] == ["Ev1", "Ev3"]


async def test_a_database_that_is_away_refuses_all_and_takes_them_when_it_is_back(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    upgrade(database.writing)

    async def read_only(on: bool) -> None:
        def switch(engine: Engine) -> None:
            connection = engine.raw_connection()
            connection.cursor().execute(f"PRAGMA query_only={int(on)}")
            connection.close()

        await database.alone(switch)

    await read_only(True)
    saved = await asyncio.gather(*(database.take_in(arrived(f"Ev{n}")) for n in range(5)), return_exceptions=True)
    assert {type(each) for each in saved} == {sqlite3.OperationalError}
    await read_only(False)
    await asyncio.gather(*(database.take_in(arrived(f"Ev{n}")) for n in range(5)))
    assert len(await inbox_rows(database)) == 5
    database.close()


async def test_closing_finishes_what_was_begun(database_url: str) -> None:
    database = open_database(database_url)
    upgrade(database.writing)
    written = asyncio.create_task(database.write(TENANT, project))
    await asyncio.sleep(0)
    database.close()
    await written


async def test_a_migrated_database_is_current(store: Database) -> None:
    assert is_current(store.writing)
    with store.writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    assert not is_current(store.writing)


async def test_sqlite_is_opened_for_keeps(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.writing.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    database.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "oracle://x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="only SQLite and PostgreSQL"):
        open_database(url)


async def test_of_two_who_wait_for_each_other_one_begins_anew(postgres_url: str) -> None:
    with opened(postgres_url) as database:
        rows = [
            await database.write(TENANT, lambda db, name=name: project(db, channel=name).id)  # type: ignore[misc]
            for name in ("CONE", "CTWO")
        ]
        both_hold_one = threading.Barrier(2)
        begun: list[int] = []

        def work(first: int, then: int) -> Callable[[Session], None]:
            def hold_both(db: Session) -> None:
                again = first in begun
                begun.append(first)
                for row in (first, then):
                    db.execute(update(Channel).where(Channel.id == row).values(halted=f"{first}"))
                    if not again and row == first:
                        both_hold_one.wait(timeout=30)

            return hold_both

        await asyncio.gather(database.write(TENANT, work(*rows)), database.write(TENANT, work(*reversed(rows))))
        assert len(begun) == 3
        halted = await database.read(EVERYWHERE, lambda db: db.scalars(select(Channel.halted)).all())
        assert len(set(halted)) == 1
        assert None not in halted
