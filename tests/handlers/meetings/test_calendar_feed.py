"""The calendar to which Outlook and Google subscribe: every meeting once, moved and called off under the same name."""

from datetime import UTC, datetime

import icalendar
from registers import plans
from sqlalchemy import select
from story import Story, form, refused, words

from handlers.meetings import feed
from handlers.turn import Turn
from handlers.vocabulary import Reply, Say, Share
from storage.database import EVERYWHERE
from storage.tables import Meeting, Project

HOSTILE = "Zaal 1;\r\nATTENDEE:mailto:x@example.com\r\nSUMMARY:weg, \\n"


async def published(story: Story) -> icalendar.Calendar:
    """The calendar as it is now, read by the library that other programs use."""

    def read(db: object) -> bytes:
        (project,) = db.scalars(select(Project))  # type: ignore[attr-defined]
        return feed.of_project(Turn(db, story.now, story.policy, lambda: 0.5), project)  # type: ignore[arg-type]

    written = await story.database.read(EVERYWHERE, read)
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    return icalendar.Calendar.from_ical(written)


def events(calendar: icalendar.Calendar) -> dict[str, icalendar.Event]:
    """The events by their name; each name once."""
    found = list(calendar.walk("VEVENT"))
    named = {str(event["UID"]): event for event in found}
    assert len(named) == len(found)
    return named


async def test_every_meeting_of_a_year_stands_in_it_at_its_own_local_time(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    starts = [event.start for event in events(await published(story)).values()]
    assert 50 <= len(starts) <= 60
    assert min(starts) == datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
    # After the clock went forward it is still ten in the morning there.
    assert datetime(2027, 3, 30, 8, 0, tzinfo=UTC) in starts


async def test_a_meeting_that_moves_keeps_its_name_and_counts_up(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    before = events(await published(story))
    first = min(await story.rows(Meeting), key=lambda row: row.starts_at)
    asked = form(await story.presses("sanne", "postpone", str(first.item_id)))
    await story.fills_in("sanne", asked, date="2027-03-10", time="15:30", reason="Dinsdag kan niet")
    after = events(await published(story))
    assert set(before) == set(after)
    (changed,) = [uid for uid in after if after[uid].start != before[uid].start]
    assert after[changed].start == datetime(2027, 3, 10, 14, 30, tzinfo=UTC)
    assert after[changed]["SEQUENCE"] == before[changed]["SEQUENCE"] + 1


async def test_a_meeting_that_is_called_off_stays_in_it_as_cancelled(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    first = min(await story.rows(Meeting), key=lambda row: row.starts_at)
    asked = form(await story.presses("sanne", "call_off", str(first.item_id)))
    await story.fills_in("sanne", asked, reason="Vakantie")
    cancelled = [event for event in events(await published(story)).values() if event["STATUS"] == "CANCELLED"]
    assert [event["SEQUENCE"] for event in cancelled] == [1]


async def test_a_meeting_that_was_not_held_is_cancelled_in_it_as_well(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    first = min(await story.rows(Meeting), key=lambda row: row.starts_at)
    await story.until("2027-03-09T12:00:00+01:00")
    asked = form(await story.presses("sanne", "fell_out", str(first.item_id)))
    await story.fills_in("sanne", asked, reason="Niemand kwam")
    (event,) = [each for uid, each in events(await published(story)).items() if "2027-03-09" in uid]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


async def test_what_people_write_cannot_become_a_line_of_its_own(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", where=HOSTILE)
    for event in events(await published(story)).values():
        assert "ATTENDEE" not in event
        assert "ATTENDEE:mailto" in str(event["LOCATION"])


async def test_the_address_is_shown_again_renewed_and_stopped_and_everyone_hears_of_that(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.asks("sanne", "agenda")
    (first,), (again,) = await story.presses("sanne", "calendar"), await story.presses("karim", "calendar")
    assert isinstance(first, Reply)
    assert isinstance(again, Reply)
    key = (await story.rows(Project))[0].calendar_key
    assert f"/c/{key}.ics" in words(first.card)
    assert f"/c/{key}.ics" in words(again.card)
    story.sent.clear()
    await story.presses("karim", "calendar_renew")
    assert (await story.rows(Project))[0].calendar_key not in (key, None)
    await story.presses("karim", "calendar_stop")
    assert (await story.rows(Project))[0].calendar_key is None
    told = [words(e.card) for e in story.sent if isinstance(e, Say)]
    assert len(told) == 2
    assert not any(key in said for said in told)


async def test_one_meeting_is_taken_along_as_a_file_for_oneself(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    first = min(await story.rows(Meeting), key=lambda row: row.starts_at)
    await story.presses("ahmed", "to_calendar", str(first.item_id))
    (share,) = [e for e in story.sent if isinstance(e, Share)]
    assert (share.who.id, share.name) == ("ahmed", "OV-1.ics")
    (event,) = icalendar.Calendar.from_ical(share.content).walk("VEVENT")
    assert str(event["UID"]) in events(await published(story))


async def test_a_stranger_gets_neither_address_nor_file(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    first = min(await story.rows(Meeting), key=lambda row: row.starts_at)
    assert refused(await story.presses("stranger", "calendar", "1"))
    assert refused(await story.presses("stranger", "to_calendar", str(first.item_id)))
    assert not [e for e in story.sent if isinstance(e, Share)]
