"""What is ahead of all meetings of a project, from its database: by the same functions as the clock plans them with."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot import projects
from bot.upkeep import existing
from handlers.meetings import outlook
from handlers.meetings.outlook import Expected
from storage import meetings
from storage.tables import Project

MOMENTS = {
    "prepare_supplier": "the supplier is asked to prepare",
    "prepare_client": "the client is asked to prepare",
    "draft": "the draft of the agenda is sent",
    "final": "the agenda is sent",
    "over": "it is over",
    "verdict": "asked again for a verdict",
}
"""What time brings to a meeting, in words."""
Told = tuple[str, Expected]
"""The kind of a meeting, and when it is."""


def of_project(database_url: str, wanted: str, first: date, last: date, now: datetime) -> list[Told]:
    """The meetings of a project, named by its number or name, from one local day to another, in order.

    What is behind us is shown as it was planned, and what is ahead also by rule. ClickException where there is no such
    project or database.
    """
    with existing(database_url) as database:
        project = projects.called(database, wanted)
        return database.write_now(project.tenant, partial(_found, project.id, first, last, now))


def _found(project_id: int, first: date, last: date, now: datetime, db: Session) -> list[Told]:
    running = meetings.series(db, db.get_one(Project, project_id))
    found = [(each.kind, time) for each in running for time in outlook.expected(db, each, first, last, now)]
    return sorted(found, key=lambda told: (told[1].starts, told[0]))


def as_data(found: list[Told]) -> list[dict[str, Any]]:
    """The same as a preview of a spec gives, with the kind of each meeting."""
    return [
        {
            "kind": kind,
            "start": each.starts.isoformat(),
            "end": each.ends.isoformat(),
            "local_date": each.day.isoformat(),
            "moved_from": each.ruled.isoformat() if each.ruled != each.day else None,
            "reminders": [moment.told.astimezone(each.starts.tzinfo).isoformat() for moment in each.moments],
        }
        for kind, each in found
    ]


def as_words(found: list[Told]) -> Iterator[str]:
    """A list to read, each meeting by the clock of its series."""
    yield f"{len(found) or 'No'} meeting{'' if len(found) == 1 else 's'}"
    for kind, each in found:
        moved = f"  moved from {each.ruled:%a %Y-%m-%d}" if each.ruled != each.day else ""
        yield f"{each.starts:%a %Y-%m-%d %H:%M}-{each.ends:%H:%M}  {kind}{moved}"
        for moment in each.moments:
            yield f"    {moment.told.astimezone(each.starts.tzinfo):%a %Y-%m-%d %H:%M}  {MOMENTS[moment.what]}"
