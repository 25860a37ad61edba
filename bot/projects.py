"""The project that somebody means on the command line, by its number or its name."""

import click

from storage import projects
from storage.database import EVERYWHERE, Database
from storage.tables import Project


def called(database: Database, wanted: str) -> Project:
    """The project with this number or name; a ClickException that lists what there is, where it is not just one."""
    known = database.write_now(EVERYWHERE, projects.everywhere)
    # A name may be anything, also a number: a project's own number goes first.
    found = [each for each in known if str(each.id) == wanted] or [each for each in known if each.name == wanted]
    if len(found) != 1:
        raise click.ClickException(_which(wanted, known, len(found)))
    return found[0]


def _which(wanted: str, known: list[Project], count: int) -> str:
    lines = [f"  {each.id}  {each.name or '(no name yet)'}  {each.tenant}" for each in known]
    why = f"{count} projects are called “{wanted}”; give its number." if count else f"There is no project “{wanted}”."
    return "\n".join([why, *(["The projects are:", *lines] if lines else [])])
