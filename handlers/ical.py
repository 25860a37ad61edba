"""iCalendar (RFC 5545): how an event is written so that Outlook, Google and others read it alike."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import icalendar

Event = icalendar.Event
PRODUCT = "-//Samenspraak//Samenspraak//NL"
FRESH = timedelta(hours=1)
"""How often a calendar should look again."""


def calendar(events: Iterable[Event], name: str = "") -> bytes:
    """A calendar with these events in it; with a name it is one to subscribe to."""
    whole = icalendar.Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    if name:
        whole.add("name", name)
        whole.add("x-wr-calname", name)
        whole.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        whole.add_component(event)
    return bytes(whole.to_ical())


def event(
    uid: str, sequence: int, changed: datetime, starts: datetime | date, ends: datetime | date, summary: str
) -> Event:
    """An event; of whole days it ends on the day after its last.

    `uid` and `sequence` tell calendars that it is the same one, changed. Moments are written in universal time.
    """
    written = Event()
    written.add("uid", f"{uid}@samenspraak")
    written.add("sequence", sequence)
    written.add("dtstamp", _second(changed))
    written.add("dtstart", starts.astimezone(UTC) if isinstance(starts, datetime) else starts)
    written.add("dtend", ends.astimezone(UTC) if isinstance(ends, datetime) else ends)
    written.add("summary", summary)
    written.add("status", "CONFIRMED")
    return written


def change(written: Event, now: datetime) -> None:
    """It is a later version of itself."""
    written["sequence"], written["dtstamp"] = icalendar.vInt(written.sequence + 1), icalendar.vDatetime(_second(now))


def call_off(written: Event, summary: str) -> None:
    """It does not take place: also for programs that read no status, and for who is looked up as free or busy."""
    written["status"], written["summary"] = icalendar.vText("CANCELLED"), icalendar.vText(summary)
    written["transp"] = icalendar.vText("TRANSPARENT")


def _second(moment: datetime) -> datetime:
    """The same moment, as exact as calendars are."""
    return moment.astimezone(UTC).replace(microsecond=0)
