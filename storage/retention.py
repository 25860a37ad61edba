"""Carries out how long each thing may stay, and makes sure that what is gone is gone from the files too."""

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage import endings, inbox, nudges, outbox, recent, references
from storage.tables import Inbox, Outbox, Recent


def forget(db: Session, now: datetime) -> None:
    """Drop everything whose time has come; what was erased and is there again is to be erased anew."""
    recent.forget(db, now)
    inbox.forget(db, now)
    outbox.forget(db, now)
    outbox.forget_parked(db, now)
    nudges.forget(db, now)
    endings.find_risen(db, now)
    references.forget(db)


def checkpoint(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, in which old text would otherwise live on. Nothing to do on PostgreSQL."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # type: ignore[union-attr]
        finally:
            connection.close()


def backup(engine: Engine, target: Path) -> None:
    """Write a copy without any words of people. SQLite only; raises FileExistsError rather than overwrite."""
    if target.exists():
        raise FileExistsError(target)
    partial = target.with_name(target.name + ".partial")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        partial.unlink(missing_ok=True)
        raw.execute("VACUUM INTO ?", (str(partial),))  # type: ignore[union-attr]
    try:
        _blank(partial)
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def is_backup(path: Path) -> bool:
    """Whether this is an undamaged SQLite database that has a schema of ours."""
    connection = sqlite3.connect(path)
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ours = connection.execute("SELECT count(*) FROM alembic_version").fetchone()
        return bool(whole and ours == (1,))
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def _blank(partial: Path) -> None:
    with sqlite3.connect(partial) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        for table in (Inbox, Outbox):
            copy.execute(f"UPDATE {table.__tablename__} SET body = NULL")  # noqa: S608  (our own table names)
        copy.execute(f"DELETE FROM {Recent.__tablename__}")  # noqa: S608
        copy.commit()
        copy.execute("VACUUM")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the copy is damaged")
    copy.close()
    with partial.open("rb") as file:
        os.fsync(file.fileno())
