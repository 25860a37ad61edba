"""The meetings of a project as iCalendar (RFC 5545): to subscribe to, and one by one to take along."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

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
Event = icalendar.Event
Known = Mapping[str, Event]
"""What stands in calendars, by its name there."""
PRODUCT = "-//Samenspraak//Samenspraak//NL"
FRESH = timedelta(hours=1)
"""How often a calendar should look again."""


def of_project(turn: Turn, project: Project) -> bytes:
    """All meetings of a project, with those that were called off."""
    book = phrases.everyone(project)
    name = project.name or book.say("home.project")
    whole = _calendar()
    whole.add("name", name)
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
    for series in meetings.all_series(turn.db, project):
        for event in _events(turn, book, series, turn.now - BACK):
            whole.add_component(event)
    return bytes(whole.to_ical())


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
    whole = _calendar()
    for event in (*events.values(), *gone):
        whole.add_component(event)
    return bytes(whole.to_ical()) if events or gone else None


def of_meeting(meeting: Meeting) -> bytes:
    """One meeting, by the same name as in the calendar of the whole project."""
    project = meeting.item.project
    book = phrases.everyone(project)
    whole = _calendar()
    whole.add_component(_planned(book, meeting))
    return bytes(whole.to_ical())


def _calendar() -> icalendar.Calendar:
    whole = icalendar.Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    return whole


def _events(turn: Turn, book: Phrasebook, series: Series, since: datetime) -> Iterable[icalendar.Event]:
    """What is planned or was, as far back as `since`, and what the rule gives after that."""
    if series.kind in WRITTEN:
        return
    known = set()
    for meeting in meetings.of_series(turn.db, series, min(since, turn.now - BACK)):
        # What was moved to another day is known by the day that the rule gave.
        known.add(meeting.ruled)
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
        ruled = occurrence.ruled
        if occurrence.starts > turn.now and ruled.isoformat() not in known:
            yield _event(book, series, ruled, occurrence.starts, occurrence.ends, series.revision, series.created_at)


def _planned(book: Phrasebook, meeting: Meeting) -> icalendar.Event:
    series, item = meeting.series, meeting.item
    ruled, sequence = date.fromisoformat(meeting.ruled), series.revision + meeting.sequence
    event = _event(book, series, ruled, meeting.starts_at, meeting.ends_at, sequence, item.changed_at)
    if item.words.get("agenda"):
        event.add("description", item.words["agenda"])
    return _called_off(book, event) if item.state == "called_off" else event


def _gone(turn: Turn, book: Phrasebook, event: icalendar.Event) -> icalendar.Event:
    """What is no longer there at all, as calendars that knew it are told."""
    event["sequence"], event["dtstamp"] = icalendar.vInt(event.sequence + 1), icalendar.vDatetime(_second(turn.now))
    return event if event["status"] == "CANCELLED" else _called_off(book, event)


def _called_off(book: Phrasebook, event: icalendar.Event) -> icalendar.Event:
    """The same, called off: also for programs that read no status, and for who is looked up as free or busy."""
    event["status"] = icalendar.vText("CANCELLED")
    event["summary"] = icalendar.vText(book.say("meetings.calendar.off", summary=str(event["summary"])))
    event["transp"] = icalendar.vText("TRANSPARENT")
    return event


def _event(
    book: Phrasebook, series: Series, ruled: date, starts: datetime, ends: datetime, sequence: int, changed: datetime
) -> icalendar.Event:
    event = icalendar.Event()
    name = book.say(f"meetings.kind.{series.kind}")
    project = series.project.name
    event.add("uid", f"{series.uid}-{ruled.isoformat()}@samenspraak")
    event.add("sequence", sequence)
    event.add("dtstamp", _second(changed))
    event.add("dtstart", starts.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("summary", book.say("meetings.calendar.summary", name=name, project=project) if project else name)
    event.add("status", "CONFIRMED")
    if series.where:
        event.add("location", series.where)
    return event


def _second(moment: datetime) -> datetime:
    """The same moment, as exact as calendars are."""
    return moment.astimezone(UTC).replace(microsecond=0)
