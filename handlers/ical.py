"""iCalendar (RFC 5545): how an event is written so that Outlook, Google and others read it alike."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import icalendar

Event = icalendar.Event
PRODUCT = "-//Samenspraak//Samenspraak//NL"
FRESH = timedelta(hours=1)
"""How often a calendar should look again."""


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """A calendar with these events in it."""
    whole = icalendar.Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
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
    written.add("dtstamp", changed.astimezone(UTC).replace(microsecond=0))
    written.add("dtstart", starts.astimezone(UTC) if isinstance(starts, datetime) else starts)
    written.add("dtend", ends.astimezone(UTC) if isinstance(ends, datetime) else ends)
    written.add("summary", summary)
    written.add("status", "CONFIRMED")
    return written


def call_off(written: Event) -> None:
    """It does not take place: who has it sees that."""
    written["status"] = icalendar.vText("CANCELLED")
