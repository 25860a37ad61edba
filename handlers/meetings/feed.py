"""The meetings of a project as iCalendar (RFC 5545): to subscribe to, and one by one to take along."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import icalendar

from handlers import calendar, phrases
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
PRODUCT = "-//Samenspraak//Samenspraak//NL"
FRESH = timedelta(hours=1)
"""How often a calendar should look again."""


def of_project(turn: Turn, project: Project) -> bytes:
    """All meetings of a project, with those that were called off."""
    book = phrases.everyone(project)
    name = project.name or book.say("home.project")
    whole = _calendar(name)
    for series in meetings.all_series(turn.db, project):
        if series.kind not in WRITTEN:
            for event in _events(turn, book, series):
                whole.add_component(event)
    return bytes(whole.to_ical())


def of_meeting(meeting: Meeting) -> bytes:
    """One meeting, by the same name as in the calendar of the whole project."""
    project = meeting.item.project
    book = phrases.everyone(project)
    whole = _calendar(project.name or book.say("home.project"))
    whole.add_component(_planned(book, meeting))
    return bytes(whole.to_ical())


def _calendar(name: str) -> icalendar.Calendar:
    whole = icalendar.Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("name", name)
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
    return whole


def _events(turn: Turn, book: Phrasebook, series: Series) -> Iterable[icalendar.Event]:
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
        name = occurrence.name
        if occurrence.starts > turn.now and name not in known:
            yield _event(book, series, name, occurrence.starts, occurrence.ends, series.revision, series.created_at)


def _planned(book: Phrasebook, meeting: Meeting) -> icalendar.Event:
    series, item = meeting.series, meeting.item
    sequence = series.revision + meeting.sequence
    event = _event(book, series, meeting.ruled, meeting.starts_at, meeting.ends_at, sequence, item.changed_at)
    if item.words.get("agenda"):
        event.add("description", item.words["agenda"])
    if item.state == "called_off":
        event["status"] = icalendar.vText("CANCELLED")
    return event


def _event(
    book: Phrasebook, series: Series, which: str, starts: datetime, ends: datetime, sequence: int, changed: datetime
) -> icalendar.Event:
    event = icalendar.Event()
    name = book.say(f"meetings.kind.{series.kind}")
    project = series.project.name
    event.add("uid", f"{series.uid}-{which}@samenspraak")
    event.add("sequence", sequence)
    event.add("dtstamp", changed.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", starts.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("summary", book.say("meetings.calendar.summary", name=name, project=project) if project else name)
    event.add("status", "CONFIRMED")
    if series.where:
        event.add("location", series.where)
    return event
