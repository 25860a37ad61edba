"""The calendar as other programs read it: byte by byte as RFC 5545 wants it, and by a parser that did not write it."""

import re
from datetime import UTC, datetime
from typing import Any

from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from registers import plans
from sqlalchemy import select
from story import Story, form

from handlers.meetings import feed
from handlers.turn import Turn
from storage.database import EVERYWHERE
from storage.tables import Meeting, Project

HOSTILE = "Zaal 1; naast de \\balie\\, 2e\r\nBEGIN:VALARM\nÉén trap op 🙂 " + "heel lang é" * 20


async def written(story: Story) -> bytes:
    """The calendar of the project as it is now."""

    def read(db: Any) -> bytes:
        (project,) = db.scalars(select(Project))
        return feed.of_project(Turn(db, story.now, story.policy, lambda: 0.5), project)

    return await story.database.read(EVERYWHERE, read)


async def with_everything(story: Story) -> bytes:
    """A calendar in which a meeting was moved, one was called off, one has its agenda, and the place is hostile."""
    await story.agreed()
    await plans(story, "operational", "demo", "progress", where=HOSTILE)
    first, second = sorted(await story.rows(Meeting), key=lambda row: row.starts_at)[:2]
    asked = form(await story.presses("sanne", "postpone", str(first.item_id)))
    await story.fills_in("sanne", asked, date="2027-03-10", time="15:30", reason="Dinsdag kan niet")
    asked = form(await story.presses("sanne", "call_off", str(second.item_id)))
    await story.fills_in("sanne", asked, reason="Vakantie")
    await story.until("2027-03-10T09:00:00+01:00")
    return await written(story)


def parsed(calendar: bytes) -> Calendar:
    """As the parser of Home Assistant reads it."""
    return IcsCalendarStream.calendar_from_ics(calendar.decode())


def blocks(calendar: bytes) -> list[list[str]]:
    """The events as unfolded lines."""
    whole = calendar.decode().replace("\r\n ", "")
    return [each.split("\r\n") for each in re.findall(r"BEGIN:VEVENT\r\n(.*?)\r\nEND:VEVENT", whole, re.DOTALL)]


async def test_lines_end_and_fold_as_they_should(story: Story) -> None:
    calendar = await with_everything(story)
    assert calendar.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in calendar.replace(b"\r\n", b"")
    assert b"\r" not in calendar.replace(b"\r\n", b"")
    lines = calendar.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
    assert all(re.match(r"[A-Z-]+[;:]", line) for line in calendar.decode().replace("\r\n ", "").split("\r\n")[:-1])


async def test_outlook_and_google_find_what_they_need(story: Story) -> None:
    calendar = await with_everything(story)
    head = calendar.decode().partition("BEGIN:VEVENT")[0].split("\r\n")
    assert head[0] == "BEGIN:VCALENDAR"
    assert {"VERSION:2.0", "METHOD:PUBLISH"} <= set(head)
    assert [line for line in head if line.startswith("PRODID:-//")]
    assert [line for line in head if line.startswith("X-WR-CALNAME:")]
    events = blocks(calendar)
    assert len(events) > 60
    for lines in events:
        names = [re.split("[;:]", line)[0] for line in lines]
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS"):
            assert names.count(name) == 1, (name, lines)
        values = dict(line.split(":", 1) for line in lines)
        for name in ("DTSTAMP", "DTSTART", "DTEND"):
            assert re.fullmatch(r"\d{8}T\d{6}Z", values[name]), lines
        assert values["DTSTART"] < values["DTEND"]
    uids = [line for lines in events for line in lines if line.startswith("UID:")]
    assert len(set(uids)) == len(uids)


async def test_another_parser_reads_the_same_from_it(story: Story) -> None:
    calendar = await with_everything(story)
    read = parsed(calendar)
    assert (read.version, read.method) == ("2.0", "PUBLISH")
    assert len(read.events) == len(blocks(calendar))
    assert len({event.uid for event in read.events}) == len(read.events)
    statuses = [str(event.status) for event in read.events]
    assert sum("CANCELLED" in each for each in statuses) == 1
    (moved,) = [event for event in read.events if event.dtstart == datetime(2027, 3, 10, 14, 30, tzinfo=UTC)]
    assert moved.sequence == 1
    begins = [line[:5] for line in str(moved.description).splitlines() if not line.startswith(" ")]
    assert begins == ["15:30", "15:33", "15:41"]
    one_line = " ".join(HOSTILE.split())
    for event in read.events:
        assert " ".join(str(event.location).split()) == one_line
        assert event.alarm == []


async def test_what_did_not_change_is_written_the_same(story: Story) -> None:
    assert await with_everything(story) == await written(story)
