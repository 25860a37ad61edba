"""What both sides are to get when the bot cannot send it any more: whoever runs it hands it over."""

import re
from dataclasses import dataclass
from datetime import datetime

from handlers import certificate, phrases
from handlers.turn import Turn
from storage import projects
from storage.tables import Project


@dataclass(frozen=True)
class Standing:
    """How a project stands. `there` is whether the bot is still in one of its channels and can send things itself."""

    number: int
    name: str | None
    organisations: tuple[str, ...]
    ended: bool
    there: bool
    erase_at: datetime | None


class Refusing(Exception):
    """This cannot be done with a project; the message says why not."""


def standings(turn: Turn, tenant: str) -> list[Standing]:
    """Every project of an installation."""
    return [_standing(turn, project) for project in projects.of_tenant(turn.db, tenant)]


def parts(turn: Turn, tenant: str, number: int) -> dict[str, str]:
    """The file of each organisation in a project, by its name. Raises Refusing."""
    project = _project(turn, tenant, number)
    name = phrases.everyone(project).say("ending.export_file")
    organisations = projects.organisations(turn.db, project)
    return {
        f"{number}-{_plain(each.name)}-{each.id}-{name}": certificate.part(turn, project, each)
        for each in organisations
    }


def erased(turn: Turn, tenant: str, number: int) -> dict[str, str]:
    """Erase a project that the bot is out of, now; the certificate for both sides, by its name. Raises Refusing."""
    project = _project(turn, tenant, number)
    if _standing(turn, project).there:
        raise Refusing("the bot is still in its channel: let both sides end it there, and it does this itself.")
    if project.erase_at is None:
        raise Refusing("it is not to be erased: its channel is closed, and may be opened again.")
    book = phrases.everyone(project)
    return {f"{number}-{book.say('ending.certificate.file')}": certificate.erased(turn, project).certificate(book)}


def _standing(turn: Turn, project: Project) -> Standing:
    return Standing(
        project.id,
        project.name,
        tuple(each.name for each in projects.organisations(turn.db, project)),
        project.ended_at is not None,
        bool(projects.channels(turn.db, project)),
        project.erase_at,
    )


def _project(turn: Turn, tenant: str, number: int) -> Project:
    project = projects.by_id(turn.db, tenant, number)
    if project is None:
        raise Refusing("there is no such project: see `samenspraak ending list`.")
    return project


def _plain(name: str) -> str:
    """A name that people thought of, as part of the name of a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "organisation"
