"""What had its time is gone: from the tables, from the files under them, and from every backup."""

import asyncio
import os
import shutil
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from people import CHANNEL, NOW, TENANT, arrived, project, put
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage import inbox, members, nudges, outbox, recent, retention
from storage.database import EVERYWHERE, Database, open_database
from storage.migrate import upgrade
from storage.tables import Base, Leaving, Member

CANARY = "the yellow bird sings in the pantry"


async def remember(store: Database) -> None:
    """The sentence passes through everywhere that words pass through."""
    await store.write(TENANT, project)
    await store.take_in(arrived("Ev1", body=f"{CANARY} in"))

    def said(db: Session) -> None:
        sam = members.author(db, TENANT, CHANNEL, "USAM")
        assert sam is not None
        words = f"{CANARY} in the conversation"
        recent.add(db, sam, thread=None, message="m1", text=words, at=NOW, burst=None)
        put(db, "tip:1", body=f"{CANARY} out")

    await store.write(TENANT, said)


async def decide(store: Database) -> None:
    def settle(db: Session) -> None:
        for each in inbox.waiting(db, 10):
            inbox.settle(db, each.id)

    await store.write(EVERYWHERE, settle)


async def send(store: Database) -> None:
    (claimed,) = await store.write(EVERYWHERE, lambda db: outbox.claim(db, NOW, 1))
    await store.write(EVERYWHERE, lambda db: outbox.finish(db, claimed, Leaving.SENT, ref="C/1"))


async def tidy(store: Database, now: datetime) -> None:
    await store.write(EVERYWHERE, lambda db: retention.forget(db, now))
    await store.alone(retention.checkpoint)


def kept(store: Database) -> list[str]:
    """Where the sentence still stands in the tables."""
    found = []
    with store.writing.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                found += [f"{table.name}" for value in row if CANARY in str(value)]
    return sorted(found)


async def test_words_are_gone_from_every_table_when_they_had_their_time(store: Database) -> None:
    await remember(store)
    assert kept(store) == ["inbox", "outbox", "recent"]
    await decide(store)
    assert kept(store) == ["outbox", "recent"]
    await send(store)
    assert kept(store) == ["recent"]
    await tidy(store, NOW + timedelta(hours=2))
    assert kept(store) == ["recent"]
    await tidy(store, NOW + timedelta(hours=2, seconds=1))
    assert kept(store) == []


async def test_words_that_wait_to_be_decided_or_sent_are_not_thrown_away(store: Database) -> None:
    await remember(store)
    await tidy(store, NOW + timedelta(days=20))
    assert kept(store) == ["inbox", "outbox"]


async def test_words_are_gone_from_the_files_too(tmp_path: Path) -> None:
    path = tmp_path / "data" / "samenspraak.db"
    path.parent.mkdir()
    store = open_database(f"sqlite:///{path}")
    upgrade(store.writing)

    def in_files() -> int:
        return sum(each.read_bytes().count(CANARY.encode()) for each in path.parent.iterdir())

    await remember(store)
    await store.alone(retention.checkpoint)
    assert in_files() >= 3
    await decide(store)
    await send(store)
    await tidy(store, NOW + timedelta(hours=3))
    assert in_files() == 0
    store.close()
    assert in_files() == 0


async def test_a_backup_has_the_rows_and_not_the_words(tmp_path: Path) -> None:
    store = open_database(f"sqlite:///{tmp_path / 'samenspraak.db'}")
    upgrade(store.writing)
    await remember(store)
    target = tmp_path / "backup.db"
    await store.alone(lambda engine: retention.backup(engine, target))
    assert kept(store) == ["inbox", "outbox", "recent"]
    with pytest.raises(FileExistsError):
        await store.alone(lambda engine: retention.backup(engine, target))
    store.close()
    assert CANARY.encode() not in target.read_bytes()
    assert [name for name in os.listdir(tmp_path) if name.startswith("backup")] == ["backup.db"]

    restored = tmp_path / "restored.db"
    shutil.copy(target, restored)
    again = open_database(f"sqlite:///{restored}")
    assert kept(again) == []
    with again.writing.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("SELECT count(*) FROM member")).scalar() == 2
    again.close()


async def test_a_backup_is_whole_while_others_write(tmp_path: Path) -> None:
    store = open_database(f"sqlite:///{tmp_path / 'samenspraak.db'}")
    upgrade(store.writing)
    writes = [asyncio.create_task(store.take_in(arrived(f"Ev{n}"))) for n in range(500)]
    target = tmp_path / "backup.db"
    await store.alone(lambda engine: retention.backup(engine, target))
    await asyncio.gather(*writes)
    store.close()
    with sqlite3.connect(target) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_after_thirty_days_a_tip_points_to_nobody_and_after_a_year_it_is_gone(store: Database) -> None:
    def prepare(db: Session) -> int:
        channel = project(db)
        member = db.scalars(select(Member).where(Member.tenant == TENANT)).first()
        assert member is not None
        nudge = nudges.add(
            db,
            channel,
            member,
            thread="t1",
            message="m1",
            pattern="normalising",
            tip="one",
            quote=(0, 4),
            held_back=False,
            invitation=False,
            now=NOW,
        )
        nudges.happened(db, nudge, "fine", NOW)
        return nudge.id

    row = await store.write(TENANT, prepare)

    async def look(days: float) -> tuple[object, ...] | None:
        await tidy(store, NOW + timedelta(days=days))
        with store.writing.connect() as connection:
            columns = "member_id, thread, message, quote_from, quote_until, pattern"
            found = connection.execute(text(f"SELECT {columns} FROM nudge WHERE id = {row}")).first()
            return tuple(found) if found else None

    assert await look(30) is not None
    assert (await look(30))[1:] == ("t1", "m1", 0, 4, "normalising")  # type: ignore[index]
    assert await look(30.1) == (None, None, None, None, None, "normalising")
    assert await look(365) is not None
    assert await look(365.1) is None
    with store.writing.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outcome")).scalar() == 0
