"""`samenspraak dossier`: make the dossier of a project, or see whether one was changed since it was made."""

import random
from datetime import datetime
from functools import partial
from pathlib import Path

import click
from sqlalchemy.orm import Session

from bot import projects
from bot.dossier.pack import packed
from bot.dossier.press import Unprinted
from bot.dossier.verify import NoDossier, verify
from bot.upkeep import existing
from handlers.dossier.asking import written
from handlers.turn import Policy, Turn
from storage.tables import Project


def make(database_url: str, wanted: str, output: Path, language: str | None, now: datetime) -> str:
    """Write the dossier of a project, by its number or name; returns what there is to say."""
    with existing(database_url) as database:
        project = projects.called(database, wanted)
        click.echo("Reading what is on file …", err=True)
        told = database.write_now(project.tenant, partial(_written, project.id, language, now))
    try:
        whole = packed(told, lambda line: click.echo(f"{line} …", err=True))
    except Unprinted as problem:
        raise click.ClickException(f"{problem} Nothing was written.") from problem
    output.write_bytes(whole)
    seal, _ = verify(whole)
    return f"Written to {output}.\nSeal: {seal}"


def _written(project_id: int, language: str | None, now: datetime, db: Session) -> str:
    project = db.get_one(Project, project_id)
    return written(Turn(db, now, Policy(), random.random), project, language)


def check(file: Path, seal: str | None) -> tuple[bool, str]:
    """Whether a dossier is as it was made (and has this seal), and what there is to say about it."""
    try:
        found_seal, found = verify(file.read_bytes())
    except NoDossier as problem:
        return False, f"{file} is no dossier that can be read: {problem}."
    if seal is not None and seal.strip().lower() != found_seal:
        found = [*found, "It has another seal than the one you gave: it is not the same dossier."]
    if found:
        return False, "\n".join([f"{file} was changed since it was made:", *(f"- {each}" for each in found)])
    return True, f"{file} is as it was made.\nSeal: {found_seal}"
