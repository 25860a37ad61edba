"""Commands for whoever has to hand over what the bot cannot send any more: see `samenspraak ending`."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from sqlalchemy.orm import Session

from bot import clock
from bot.upkeep import existing
from handlers import handover
from handlers.turn import Policy, Turn
from storage import projects, retention
from storage.database import EVERYWHERE, Database

Files = Callable[[Turn, str, int], dict[str, str]]


def listed(database_url: str) -> str:
    """How every project stands, in words."""
    with existing(database_url) as database:
        tenants = sorted(set(database.write_now(EVERYWHERE, projects.tenants).values()))
        found = [line for tenant in tenants for line in database.write_now(tenant, partial(_lines, tenant))]
    return "\n".join(found) if found else "There are no projects."


def export(database_url: str, number: int, folder: Path) -> str:
    """Write what is each organisation's; returns where, in words."""
    with existing(database_url) as database:
        return _written(database, number, folder, handover.parts)


def erase(database_url: str, number: int, folder: Path) -> str:
    """Erase a project that the bot is out of, and write the certificate; returns where, in words."""
    with existing(database_url) as database:
        where = _written(database, number, folder, handover.erased)
        retention.checkpoint(database.writing)
    return where


def _written(database: Database, number: int, folder: Path, files: Files) -> str:
    def work(tenant: str, db: Session) -> list[Path]:
        # Written before the commit: what cannot be written down is not erased either.
        return [_save(folder / name, content) for name, content in files(_turn(db), tenant, number).items()]

    tenant = database.write_now(EVERYWHERE, projects.tenants).get(number, "")
    try:
        saved = database.write_now(tenant or EVERYWHERE, partial(work, tenant))
    except handover.Refusing as problem:
        raise click.ClickException(f"Project {number}: {problem}") from problem
    return "\n".join(f"Written to {path}." for path in saved)


def _save(path: Path, content: str) -> Path:
    """Nobody else can read it, and nothing that is there is lost."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError as problem:
        raise click.ClickException(f"{path} exists already; choose another folder or remove it.") from problem
    except OSError as problem:
        raise click.ClickException(f"{path} cannot be written: {problem.strerror}.") from problem
    return path


def _lines(tenant: str, db: Session) -> list[str]:
    return [_line(tenant, standing) for standing in handover.standings(_turn(db), tenant)]


def _line(tenant: str, standing: handover.Standing) -> str:
    name = f"{standing.name} " if standing.name else ""
    how = "it has ended" if standing.ended else "the bot is there" if standing.there else "the bot is out of it"
    day = f"; erased on {standing.erase_at:%Y-%m-%d}" if standing.erase_at is not None else ""
    hand = "" if standing.there or standing.erase_at is None else "; hand over the files"
    # A name that people thought of writes no lines, and no colours, on anybody's screen.
    line = f"{standing.number}  {tenant}  {name}({', '.join(standing.organisations)}): {how}{day}{hand}"
    return "".join(each if each.isprintable() else " " for each in line)


def _turn(db: Session) -> Turn:
    return Turn(db, clock.now(), Policy(), lambda: 1.0)
