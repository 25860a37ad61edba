"""The file for one's own calendar that goes with what is said of a meeting: each takes the place of the one before."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import icalendar
from ical.calendar_stream import IcsCalendarStream
from registers import changes, plans
from sqlalchemy import select
from story import Story, form, names, refused, words

from bot.play.shape import buttons
from handlers.meetings import feed
from handlers.turn import Turn
from handlers.vocabulary import Attach, Button, Replace, Reply, Say, Share
from storage.database import EVERYWHERE
from storage.tables import Meeting, Project

HOSTILE = "Zaal 1;\r\nATTENDEE:mailto:x@example.com\r\nSUMMARY:weg, \\n " + "é" * 90


def files(story: Story) -> list[Attach]:
    """The files that hang below what was said."""
    return [e for e in story.sent if isinstance(e, Attach)]


def events(*given: Attach) -> list[icalendar.Event]:
    """What is in these files, each of them read by two libraries."""
    found: list[icalendar.Event] = []
    for each in given:
        assert all(len(line) <= 75 for line in each.content.encode().split(b"\r\n"))
        assert IcsCalendarStream.calendar_from_ics(each.content).events
        read = icalendar.Calendar.from_ical(each.content)
        assert (read["METHOD"], "X-WR-CALNAME" in read) == ("PUBLISH", False)
        found += read.walk("VEVENT")
    return found


async def in_feed(story: Story) -> dict[str, icalendar.Event]:
    """What whoever subscribed sees."""

    def read(db: object) -> bytes:
        (project,) = db.scalars(select(Project))  # type: ignore[attr-defined]
        return feed.of_project(Turn(db, story.now, story.policy, lambda: 0.5), project)  # type: ignore[arg-type]

    whole = icalendar.Calendar.from_ical(await story.database.read(EVERYWHERE, read))
    return {str(event["UID"]): event for event in whole.walk("VEVENT")}


async def first(story: Story) -> Meeting:
    return min((row for row in await story.rows(Meeting) if row.item.state == "planned"), key=lambda row: row.starts_at)


async def moves(story: Story, day: str = "2027-03-10") -> None:
    asked = form(await story.presses("sanne", "postpone", str((await first(story)).item_id)))
    assert await story.fills_in("sanne", asked, date=day, time="15:30", reason="Dinsdag kan niet") == []


async def calls_off(story: Story) -> None:
    asked = form(await story.presses("sanne", "call_off", str((await first(story)).item_id)))
    assert await story.fills_in("sanne", asked, reason="Vakantie") == []


def below(story: Story, file: Attach) -> Say:
    """What a file hangs below: said before it, and in the same place."""
    (said,) = [e for e in story.sent if isinstance(e, Say) and e.key == file.to]
    assert said.place == file.place
    assert story.sent.index(said) < story.sent.index(file)
    return said


async def test_the_first_agenda_brings_its_file_and_the_second_none(story: Story) -> None:
    await story.agreed()
    await plans(story, "tactical")
    story.sent.clear()
    await story.until("2027-03-11T08:00:00+01:00")
    said = [e for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]
    assert len(said) == 2
    (file,) = files(story)
    assert below(story, file) == said[0]
    assert (file.name, file.until) == ("OV-1.ics", (await first(story)).starts_at)
    (event,) = events(file)
    assert event.start == datetime(2027, 3, 11, 9, 0, tzinfo=UTC)
    assert event["SEQUENCE"] == 0
    assert str(event["UID"]) in await in_feed(story)
    assert "Vorige" in event["DESCRIPTION"] or "10:00" in event["DESCRIPTION"]


async def test_a_move_and_a_calling_off_bring_the_same_meeting_counted_up(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.until("2027-03-08T15:00:00+01:00")
    (planned,) = events(*files(story)[1:])
    story.sent.clear()
    await moves(story)
    (moved_file,) = files(story)
    await calls_off(story)
    (_, off_file) = files(story)
    (moved,), (off,) = events(moved_file), events(off_file)
    assert {str(each["UID"]) for each in (planned, moved, off)} == {str(planned["UID"])}
    assert [each["SEQUENCE"] for each in (planned, moved, off)] == [0, 1, 2]
    assert moved.start == datetime(2027, 3, 10, 14, 30, tzinfo=UTC)
    assert (off["STATUS"], off["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert str(off["SUMMARY"]).startswith("Gaat niet door: ")
    assert "verzet" in words(below(story, moved_file).card)
    assert "afgezegd" in words(below(story, off_file).card)
    assert len({file.to for file in (moved_file, off_file)}) == 2


async def test_a_rhythm_brings_the_year_and_what_is_only_written_stands_in_no_calendar(story: Story) -> None:
    await story.agreed()
    story.sent.clear()
    await plans(story, "operational", "demo", "progress")
    (file,) = files(story)
    assert "ritme" in words(below(story, file).card)
    assert file.name == "overleggen.ics"
    brought = {str(event["UID"]): event.start for event in events(file)}
    assert brought == {uid: event.start for uid, event in (await in_feed(story)).items()}
    assert 70 <= len(brought) <= 90
    story.sent.clear()
    await plans(story, "tactical")
    assert not {str(event["UID"]) for event in events(*files(story))} & set(brought)


async def test_of_a_progress_report_there_is_no_file(story: Story) -> None:
    await story.agreed()
    await plans(story, "progress")
    await moves(story)
    await calls_off(story)
    await story.later(days=20)
    assert files(story) == []


async def test_a_series_that_changes_or_stops_takes_out_what_is_no_longer_there(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    story.sent.clear()
    await changes(story, "operational", weekday="TH")
    (file,) = files(story)
    below(story, file)
    gone = [event for event in events(file) if event["STATUS"] == "CANCELLED"]
    assert {date.fromisoformat(str(event["UID"])[-22:-12]).isoweekday() for event in gone} == {2}
    assert len(gone) > 50
    assert all(event["SEQUENCE"] >= 1 for event in events(file))
    story.sent.clear()
    await changes(story, "operational", agenda="Rondvraag | 45 | allebei")
    assert files(story) == []
    await changes(story, "operational", stop="yes")
    (last,) = files(story)
    assert {str(event["STATUS"]) for event in events(last)} == {"CANCELLED"}
    (said,) = [e for e in story.sent if isinstance(e, Say) and e.key == last.to]
    assert names(said.card) == []


def imported(given: Sequence[Attach]) -> dict[str, icalendar.Event]:
    """The calendar of somebody who opens every file: of each name the newest counts, and what is called off goes."""
    kept: dict[str, icalendar.Event] = {}
    for event in events(*given):
        uid = str(event["UID"])
        if uid not in kept or (event["SEQUENCE"], event["DTSTAMP"].dt) >= (
            kept[uid]["SEQUENCE"],
            kept[uid]["DTSTAMP"].dt,
        ):
            kept[uid] = event
    return {uid: event for uid, event in kept.items() if event["STATUS"] != "CANCELLED"}


async def test_who_opens_every_file_has_what_the_calendar_of_the_project_has(story: Story) -> None:
    await story.agreed()

    async def alike() -> None:
        theirs = {uid: each.start for uid, each in imported(files(story)).items() if each.start > story.now}
        last = max(theirs.values())
        shown = (await in_feed(story)).items()
        ours = {uid: e.start for uid, e in shown if story.now < e.start <= last and e["STATUS"] != "CANCELLED"}
        assert theirs == ours

    await plans(story, "operational", "demo")
    await alike()
    await moves(story)
    await alike()
    await changes(story, "operational", weekday="WE")
    await alike()
    await calls_off(story)
    await story.later(days=9)
    await alike()
    setup = form(await story.asks("karim", "setup"))
    await story.fills_in("karim", setup, days_off="2027-07-07 t/m 2027-07-30")
    await alike()
    await changes(story, "demo", weekday="FR", at="09:00")
    await moves(story, "2027-03-22")
    await changes(story, "operational", weekday="MO")
    await alike()
    await changes(story, "operational", stop="yes")
    await alike()


async def test_what_people_write_stays_words(story: Story) -> None:
    await story.agreed()
    setup = form(await story.asks("karim", "setup"))
    await story.fills_in("karim", setup, name=HOSTILE[:80])
    await plans(story, "operational", where=HOSTILE)
    await story.asks("ahmed", "agenda", "Punt\r\nBEGIN:VALARM\r\nACTION:AUDIO; 🙂, \\")
    await story.until("2027-03-08T15:00:00+01:00")
    await moves(story)
    for event in events(*files(story)):
        assert "ATTENDEE" not in event
        assert event.subcomponents == []
        assert "ATTENDEE:mailto" in str(event["LOCATION"])


async def test_the_local_time_stays_when_the_clock_goes_forward(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    starts = sorted(event.start for event in events(*files(story)))
    assert starts[2:5:2] == [datetime(2027, 3, 23, 9, 0, tzinfo=UTC), datetime(2027, 4, 6, 8, 0, tzinfo=UTC)]


def address(card: object) -> str | None:
    """Where the button for one's own calendar leads."""
    (button,) = [each for each in buttons(card.parts) if each.name == "to_calendar"]  # type: ignore[attr-defined]
    return button.url


async def test_the_button_leads_to_an_address_and_follows_when_that_is_renewed(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.until("2027-03-08T15:00:00+01:00")
    (said,) = [e for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]
    before = address(said.card)
    (key,) = [row.calendar_key for row in await story.rows(Project)]
    assert before is not None
    assert before.startswith(f"https://samenspraak.example/c/{(await first(story)).item_id}/")
    assert str(key) not in before
    await moves(story)
    assert address([e for e in story.sent if isinstance(e, Say)][-1].card) == before
    await story.presses("karim", "calendar", "")
    story.sent.clear()
    await story.presses("karim", "calendar_renew")
    (shown,) = [e for e in story.sent if isinstance(e, Replace)]
    assert address(shown.card) not in (before, None)
    story.sent.clear()
    await story.presses("karim", "calendar_stop")
    (shown,) = [e for e in story.sent if isinstance(e, Replace)]
    assert address(shown.card) is None
    story.sent.clear()
    # Nobody gets an address back that was stopped, until somebody asks for one.
    await plans(story, "demo")
    await story.later(hours=3)
    assert (await story.rows(Project))[0].calendar_key is None
    await story.presses("sanne", "calendar")
    shown = [e for e in story.sent if isinstance(e, Replace) and "to_calendar" in names(e.card)][-1]
    assert address(shown.card) is not None


async def test_where_nobody_outside_reaches_us_a_press_still_brings_the_file(story: Story) -> None:
    story.public_url = None
    await story.agreed()
    await plans(story, "operational")
    rhythm = [e for e in story.sent if isinstance(e, Say)][-1]
    assert names(rhythm.card) == []
    await story.until("2027-03-08T15:00:00+01:00")
    said = [e for e in story.sent if isinstance(e, Say)][-1]
    assert address(said.card) is None
    await moves(story)
    assert names([e for e in story.sent if isinstance(e, Say)][-1].card) == []
    await story.presses("ahmed", "to_calendar", str((await first(story)).item_id))
    assert len([e for e in story.sent if isinstance(e, Share)]) == 1


async def test_the_next_agenda_names_all_that_have_no_minutes_and_offers_to_write_each(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.until("2027-03-22T15:00:00+01:00")
    said = [e for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")][-1]
    assert "Nog zonder verslag: OV-1, OV-2" in words(said.card)
    offered: list[Button] = [each for each in buttons(said.card.parts) if each.name == "record"]
    assert [each.label for each in offered] == ["Verslag van OV-1", "Verslag van OV-2"]
    asked = form(await story.presses("karim", "record", offered[0].about))
    (own,) = await story.fills_in("karim", asked, decisions="We gaan door", right="yes")
    assert isinstance(own, Reply)
    shown = [e for e in story.sent if isinstance(e, Replace) and e.key == said.key][-1]
    assert "Nog zonder verslag: OV-2" in words(shown.card)
    assert [each.label for each in buttons(shown.card.parts) if each.name == "record"] == ["Verslag van OV-2"]


async def test_a_day_on_which_nobody_works_is_told_to_who_moves_a_meeting_there(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await moves(story, "2027-03-13")
    assert "geen werkdag" in words([e for e in story.sent if isinstance(e, Say)][-1].card)
    await moves(story, "2027-03-12")
    assert "geen werkdag" not in words([e for e in story.sent if isinstance(e, Say)][-1].card)


async def test_a_beginning_too_far_away_is_refused_for_that(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "meeting"))
    reasons = refused(await story.fills_in("karim", opened, kinds="demo", first="2029-01-01"))
    assert reasons == {"first": "Kies een dag van vandaag tot over een jaar."}
    await plans(story, "operational")
    assert refused(await changes(story, "operational", first="2029-01-01")) == reasons
