"""Once a quarter, on a working morning, everyone hears that there is a way to complain about the service."""

from collections.abc import Iterable
from datetime import timedelta

from handlers import calendar, coaching, phrases
from handlers.turn import Turn
from handlers.vocabulary import Button, Buttons, Card, Due, Effect, Place, Say, Text
from storage import consents, links, projects
from storage.tables import Channel, Project

QUARTER = timedelta(days=91)
AGAIN = timedelta(days=7)
"""When it is looked at again where it could not be said."""
TOO_LATE = timedelta(hours=3)
"""A morning that was missed by more is left for the next one."""


def plan(turn: Turn, project: Project) -> None:
    """Everyone agreed: the first time is a quarter later."""
    project.promote_at = calendar.next_morning(calendar.of_project(project), turn.now + QUARTER)


def due(event: Due, turn: Turn) -> Iterable[Effect]:
    """Say it where people are listened to and things are filed, and choose the next time."""
    project = projects.by_id(turn.db, event.tenant, event.row)
    if project is None or project.promote_at is None or project.promote_at > turn.now:
        return
    works = calendar.of_project(project)
    if project.ended_at is not None:
        project.promote_at = None
        return
    if turn.now - calendar.next_morning(works, turn.now - TOO_LATE) < timedelta(0):
        project.promote_at = calendar.next_morning(works, turn.now)
        return
    agreed = consents.scopes_of_all(turn.db, project, projects.organisations(turn.db, project))
    heard = [each for each in projects.channels(turn.db, project) if coaching.listening(each, turn.now)]
    told = heard if "registers" in agreed else []
    project.promote_at = calendar.next_morning(works, turn.now + (QUARTER if told else AGAIN))
    for channel in told:
        yield _line(turn, channel)


def _line(turn: Turn, channel: Channel) -> Say:
    book = phrases.everyone(channel.project)
    line = book.say("alike.promotion")
    button = Button("file_complaint", book.say("home.buttons.file_complaint"), str(channel.project_id))
    platform, _, team = channel.tenant.partition(":")
    place = Place(platform, team, channel.channel)
    link = links.of_project(turn.db, channel.project)
    also = (Text(book.say("alike.promotion_link")),) if link is not None else ()
    return Say(place, Card(line, (Text(line), *also, Buttons((button,)))), f"promotion:{channel.id}:{turn.now:%Y%m%d}")
