"""Commands for whoever looks after the database."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from bot import app, clock
from storage import endings, privacy, retention
from storage.database import EVERYWHERE, Database, opened
from storage.migrate import is_current, upgrade


def export_person(database_url: str, person: str) -> str:
    """All that is remembered of a person in every tenant, as JSON."""
    with existing(database_url) as database:
        tenants = database.write_now(EVERYWHERE, lambda db: privacy.tenants(db, person))
        kept = {tenant: database.write_now(tenant, partial(_exported, tenant, person)) for tenant in tenants}
    return json.dumps(kept, indent=2, ensure_ascii=False)


def erase_person(database_url: str, person: str) -> str:
    """Erase a person in every tenant; returns what was erased, in words."""
    with existing(database_url) as database:
        tenants = database.write_now(EVERYWHERE, lambda db: privacy.tenants(db, person))
        lines = []
        for tenant in tenants:
            counts = database.write_now(tenant, partial(_erased, tenant, person))
            lines.append(f"{tenant}: " + ", ".join(f"{count} {table}" for table, count in counts.items()))
        retention.checkpoint(database.writing)
    return "\n".join(lines) if lines else f"Nothing is remembered of {person}."


def _exported(tenant: str, person: str, db: Session) -> dict[str, list[dict[str, Any]]]:
    return privacy.export(db, tenant, person)


def _erased(tenant: str, person: str, db: Session) -> dict[str, int]:
    return privacy.erase(db, tenant, person)


def migrate_database(database_url: str) -> str:
    """Bring the schema up to date; returns what happened, in words."""
    with opened(database_url) as database:
        if is_current(database.writing):
            return "The database is up to date."
        upgrade(database.writing)
    return "The database has been brought up to date."


def back_up(database_url: str, target: Path) -> str:
    """Write a backup; returns where it is, in words."""
    with existing(database_url) as database:
        if database.writing.dialect.name != "sqlite":
            raise click.ClickException("Back up PostgreSQL with pg_dump; exclude the columns that hold text.")
        try:
            retention.backup(database.writing, target)
        except FileExistsError as problem:
            raise click.ClickException(f"{target} exists already; choose another name or remove it.") from problem
    return f"Written to {target}."


def put_back(database_url: str, backup: Path) -> str:
    """Put a backup in the place of a database that nobody is using; returns what happened, in words.

    What was erased since the backup was made must not rise again: the tombstones go along, and what they know is to be
    erased anew at once.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise click.ClickException("Restore PostgreSQL with pg_restore, and keep the table tombstone as it was.")
    target = Path(url.database)
    partial = target.with_name(target.name + ".partial")
    try:
        with app.alone(database_url):
            shutil.copyfile(backup, partial)
            if not retention.is_backup(partial):
                raise click.ClickException(f"{backup} is no backup of Samenspraak, or is damaged. Nothing was changed.")
            buried, lines = _buried(target), [f"{backup} is now {target}."]
            with opened(f"sqlite:///{partial}") as copy:
                upgrade(copy.writing)
                copy.write_now(EVERYWHERE, lambda db: endings.keep_buried(db, buried))
                again = copy.write_now(EVERYWHERE, lambda db: endings.find_risen(db, clock.now()))
                retention.checkpoint(copy.writing)
            if again:
                lines.append(f"Projects in it that have been erased since, and will be again: {again}.")
            for beside in ("-wal", "-shm"):
                Path(f"{target}{beside}").unlink(missing_ok=True)
            partial.replace(target)
    except app.CannotStart as problem:
        raise click.ClickException(str(problem)) from problem
    finally:
        for beside in ("", "-wal", "-shm"):
            Path(f"{partial}{beside}").unlink(missing_ok=True)
    return "\n".join(lines)


def _buried(target: Path) -> list[endings.Grave]:
    """What the database that is there knows to have been erased."""
    if not target.exists():
        return []
    try:
        with opened(f"sqlite:///{target}") as present:
            upgrade(present.writing)
            return present.write_now(EVERYWHERE, endings.buried)
    except DatabaseError as problem:
        click.echo(f"Warning: {target} cannot be read ({problem.orig}); what it knows to be erased is lost.", err=True)
        return []


@contextmanager
def existing(database_url: str) -> Iterator[Database]:
    """A database that is there and has the schema of this release; says what to do where it does not."""
    path = make_url(database_url).database
    if make_url(database_url).get_backend_name() == "sqlite" and (not path or not Path(path).exists()):
        raise click.ClickException(f"There is no database at {path}. Name it with --database or DATABASE_URL.")
    with opened(database_url) as database:
        if not is_current(database.writing):
            raise click.ClickException("This database has another schema. Run `samenspraak migrate` first.")
        yield database
