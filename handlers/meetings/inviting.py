"""The file for one's own calendar that goes with what everyone is told: a meeting is planned, moves, or is called off.

It hangs below that post, under the name that the meeting has in the calendar of the project, so that each file takes
the place of the one before. Where no file can be sent, a button on the post leads to it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from handlers import phrases
from handlers.meetings import feed
from handlers.register import address, card
from handlers.turn import Turn
from handlers.vocabulary import Attach, Button, Buttons, Card, Effect, Place
from storage.tables import Meeting, Project, Series


def of_meeting(turn: Turn, meeting: Meeting, to: str, why: str, until: datetime | None = None) -> Iterable[Effect]:
    """The file of a meeting, with the post of the name `to`; `why` is planned, postpone or call_off."""
    item = meeting.item
    if item.kind == "meeting":
        note = phrases.everyone(item.project).say(f"meetings.attached.{why}")
        written = feed.of_meeting(meeting).decode()
        yield Attach(card.place(item), to, f"{card.code(item)}.ics", written, note, f"ics:{to}", until)


def with_button(turn: Turn, said: Card, meeting: Meeting, why: str) -> Card:
    """What is said of a meeting, with a button to its file where that has an address."""
    url = address.of_meeting(turn, meeting.item) if meeting.item.kind == "meeting" else None
    if url is None:
        return said
    label = phrases.everyone(meeting.item.project).say(f"meetings.attached.button.{why}")
    button = Button("to_calendar", label, str(meeting.item.id), url=url)
    return replace(said, parts=(*said.parts, Buttons((button,))))


def of_series(
    turn: Turn, project: Project, place: Place, to: str, series: Iterable[Series], known: feed.Known
) -> Iterable[Effect]:
    """The file of all that is ahead of these series, with the post of the name `to`.

    `known` is what stood in calendars before: what is no longer there is in it as called off.
    """
    written = feed.of_series(turn, project, series, known)
    if written is not None:
        book = phrases.everyone(project)
        note = book.say("meetings.attached.changed" if known else "meetings.attached.series")
        yield Attach(place, to, book.say("meetings.attached.file"), written.decode(), note, f"ics:{to}")


def with_calendar(turn: Turn, said: Card, project: Project) -> Card:
    """What is said of a whole series, with a button to the calendar that follows by itself, where there can be one."""
    if turn.public_url is None:
        return said
    label = phrases.everyone(project).say("meetings.attached.button.series")
    return replace(said, parts=(*said.parts, Buttons((Button("calendar", label, str(project.id)),))))
