"""The meetings of a project as iCalendar (RFC 5545): to subscribe to, and one by one to take along."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from handlers import calendar, ical, phrases
from handlers.calendar import NoWorkingTime
from handlers.meetings import planning
from handlers.turn import Turn
from prompts import Phrasebook
from storage import meetings
from storage.tables import Meeting, Project, Series

BACK, FORTH = timedelta(days=60), timedelta(days=400)
"""How much of the past and of the future a calendar holds."""
WRITTEN = ("progress",)
"""Kinds that nobody goes to."""


def of_project(turn: Turn, project: Project) -> bytes:
    """All meetings of a project, with those that were called off."""
    book = phrases.everyone(project)
    name = project.name or book.say("home.project")
    held = [series for series in meetings.all_series(turn.db, project) if series.kind not in WRITTEN]
    return ical.calendar(name, (event for series in held for event in _events(turn, book, series)))


def of_meeting(meeting: Meeting) -> bytes:
    """One meeting, by the same name as in the calendar of the whole project."""
    project = meeting.item.project
    book = phrases.everyone(project)
    return ical.calendar(project.name or book.say("home.project"), [_planned(book, meeting)])


def _events(turn: Turn, book: Phrasebook, series: Series) -> Iterable[ical.Event]:
    """What is planned or was, and what the rule gives after that."""
    known = set()
    for meeting in meetings.of_series(turn.db, series, turn.now - BACK):
        known.add(meeting.ruled)
        yield _planned(book, meeting)
    if series.stopped_at is not None:
        return
    today = calendar.day_of(planning.calendar_of(series), turn.now)
    try:
        coming = planning.times(series, today, today + FORTH)
    except NoWorkingTime:
        return
    for occurrence in coming:
        ruled = occurrence.ruled
        if occurrence.starts > turn.now and ruled.isoformat() not in known:
            yield _event(book, series, ruled, occurrence.starts, occurrence.ends, series.revision, series.created_at)


def _planned(book: Phrasebook, meeting: Meeting) -> ical.Event:
    series, item = meeting.series, meeting.item
    ruled, sequence = date.fromisoformat(meeting.ruled), series.revision + meeting.sequence
    event = _event(book, series, ruled, meeting.starts_at, meeting.ends_at, sequence, item.changed_at)
    if item.words.get("agenda"):
        event.add("description", item.words["agenda"])
    if item.state == "called_off":
        ical.call_off(event)
    return event


def _event(
    book: Phrasebook, series: Series, ruled: date, starts: datetime, ends: datetime, sequence: int, changed: datetime
) -> ical.Event:
    name, project = book.say(f"meetings.kind.{series.kind}"), series.project.name
    summary = book.say("meetings.calendar.summary", name=name, project=project) if project else name
    event = ical.event(f"{series.uid}-{ruled.isoformat()}", sequence, changed, starts, ends, summary)
    if series.where:
        event.add("location", series.where)
    return event
