"""The meetings of a project as iCalendar (RFC 5545): to subscribe to, and one by one to take along."""

from collections.abc import Iterable, Mapping
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
OFF = ("called_off", "fallen")
"""States of what does not take place, or was not held."""
Known = Mapping[str, ical.Event]
"""What stands in calendars, by its name there."""


def of_project(turn: Turn, project: Project) -> bytes:
    """All meetings of a project, with those that were called off."""
    book = phrases.everyone(project)
    name = project.name or book.say("home.project")
    held = meetings.all_series(turn.db, project)
    return ical.calendar((event for each in held for event in _events(turn, book, each, turn.now - BACK)), name)


def ahead(turn: Turn, series: Iterable[Series]) -> Known:
    """What is still to come of these series, by the name that it has in every calendar."""
    found = [event for each in series for event in _events(turn, phrases.everyone(each.project), each, turn.now)]
    return {str(event["uid"]): event for event in found}


def times(known: Known) -> set[tuple[str, date, date]]:
    """When each of these is, without what is called off."""
    return {(uid, each.start, each.end) for uid, each in known.items() if each["status"] != "CANCELLED"}


def of_series(turn: Turn, project: Project, series: Iterable[Series], known: Known) -> bytes | None:
    """What is still to come of these series; of what was `known` of them, what is gone is called off. None if empty."""
    book, events = phrases.everyone(project), ahead(turn, series)
    gone = [_gone(turn, book, event) for uid, event in known.items() if uid not in events]
    return ical.calendar((*events.values(), *gone)) if events or gone else None


def of_meeting(meeting: Meeting) -> bytes:
    """One meeting, by the same name as in the calendar of the whole project."""
    return ical.calendar([_planned(phrases.everyone(meeting.item.project), meeting)])


def _events(turn: Turn, book: Phrasebook, series: Series, since: datetime) -> Iterable[ical.Event]:
    """What is planned or was, as far back as `since`, and what the rule gives after that."""
    if series.kind in WRITTEN:
        return
    known = set()
    for meeting in meetings.of_series(turn.db, series, min(since, turn.now - BACK)):
        # What was moved to another day is known by the day that the rule gave.
        known |= {meeting.ruled, meeting.named_on or meeting.ruled}
        if meeting.ends_at > since:
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


def _planned(book: Phrasebook, meeting: Meeting) -> ical.Event:
    series, item = meeting.series, meeting.item
    named, sequence = meeting.named_on or meeting.ruled, series.revision + meeting.sequence
    event = _event(book, series, named, meeting.starts_at, meeting.ends_at, sequence, item.changed_at)
    if item.words.get("agenda"):
        event.add("description", item.words["agenda"])
    return _called_off(book, event) if item.state in OFF else event


def _gone(turn: Turn, book: Phrasebook, event: ical.Event) -> ical.Event:
    """What is no longer there at all, as calendars that knew it are told."""
    ical.change(event, turn.now)
    return event if event["status"] == "CANCELLED" else _called_off(book, event)


def _called_off(book: Phrasebook, event: ical.Event) -> ical.Event:
    ical.call_off(event, book.say("meetings.calendar.off", summary=str(event["summary"])))
    return event


def _event(
    book: Phrasebook, series: Series, which: str, starts: datetime, ends: datetime, sequence: int, changed: datetime
) -> ical.Event:
    name, project = book.say(f"meetings.kind.{series.kind}"), series.project.name
    summary = book.say("meetings.calendar.summary", name=name, project=project) if project else name
    event = ical.event(f"{series.uid}-{which}", sequence, changed, starts, ends, summary)
    if series.where:
        event.add("location", series.where)
    return event
