"""The secret address to which a calendar subscribes, and one meeting as a file for one's own calendar."""

import secrets
from collections.abc import Iterable
from uuid import uuid4

from handlers import consent, phrases
from handlers.meetings import feed, rights
from handlers.register import card, finding, steps
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    Command,
    Effect,
    Part,
    Refused,
    Reply,
    Say,
    Share,
    Text,
)
from prompts import Phrasebook
from storage import meetings, projects
from storage.tables import Member, Project

BYTES = 24
"""Of chance in a secret: far beyond guessing."""
MOST = 50
"""Meetings to come that are looked at: no project has more of them announced at once."""


def asked(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show the address of the project's calendar; made when somebody asks for it first."""
    _, member = meant(turn, event)
    steps.check_keeping(turn, member.project)
    if turn.public_url is None:
        raise Refused({"": "meetings.calendar.no_address"})
    if member.project.calendar_key is None:
        make(member.project)
        yield from _shown_again(turn, member.project)
    yield Reply(_shown(turn, phrases.reader(member), member))


def make(project: Project) -> None:
    """A secret address for the calendar of a project, in the place of the one that it had."""
    project.calendar_key = secrets.token_urlsafe(BYTES)


def renew(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Another address: whoever has the old one no longer sees anything, and all are told."""
    _, member = meant(turn, event)
    steps.check_keeping(turn, member.project)
    rights.check(turn, "calendar_renew", member)
    make(member.project)
    yield Reply(_shown(turn, phrases.reader(member), member))
    yield from _told(turn, member, "meetings.calendar.renewed")
    yield from _shown_again(turn, member.project)


def stop(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """No address any more, and all are told."""
    _, member = meant(turn, event)
    rights.check(turn, "calendar_stop", member)
    if member.project.calendar_key is None:
        raise Refused({"": "meetings.calendar.none"})
    member.project.calendar_key = None
    yield Reply(phrases.note(phrases.reader(member), "meetings.calendar.stopped_reply"))
    yield from _told(turn, member, "meetings.calendar.stopped")
    yield from _shown_again(turn, member.project)


def _shown_again(turn: Turn, project: Project) -> Iterable[Effect]:
    """The address of each meeting goes with that of the calendar: the cards lead to the new one, or to none."""
    for meeting in meetings.coming(turn.db, project, turn.now, MOST):
        if meeting.item.words.get("announced"):
            yield from card.again(turn, meeting.item)


def taken_along(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """One meeting as a file; where no file can be sent, the address of the whole calendar."""
    item, member = finding.theirs(turn, event, event.about)
    meeting = meetings.of_item(turn.db, item)
    if meeting is None:
        raise Refused({"": "register.refused.gone"})
    book, name = phrases.reader(member), f"{card.code(item)}.ics"
    written = feed.of_meeting(meeting).decode()
    instead = phrases.note(book, "meetings.calendar.no_file")
    yield Share(card.direct(item), event.who, name, written, f"ics:{event.id}", instead=instead)
    yield Reply(phrases.note(book, "meetings.calendar.file_sent"))


def _shown(turn: Turn, book: Phrasebook, member: Member) -> Card:
    title, sure = book.say("meetings.calendar.title"), book.say("meetings.calendar.sure")
    about = str(member.project_id)
    parts: list[Part] = [
        Text(title, "heading"),
        Text(book.say("meetings.calendar.what")),
        Text(f"{turn.public_url}c/{member.project.calendar_key}.ics", "starter"),
        Text(book.say("meetings.calendar.secret"), "note"),
    ]
    if rights.may(turn, "calendar_renew", member):
        renewing = Button("calendar_renew", book.say("meetings.calendar.renew"), about, confirm=sure)
        stopping = Button("calendar_stop", book.say("meetings.calendar.stop"), about, style="danger", confirm=sure)
        parts.append(Buttons((renewing, stopping)))
    return Card(title, tuple(parts))


def _told(turn: Turn, member: Member, key: str) -> Iterable[Effect]:
    said = phrases.note(phrases.everyone(member.project), key, who=phrases.person(member))
    for channel in projects.channels(turn.db, member.project):
        yield Say(consent.place_of(channel), said, f"calendar:{uuid4().hex}")
