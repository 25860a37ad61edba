"""Somebody's own working hours, and leave."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from registers import files
from story import NORMALISING, Story, form, refused

from handlers.hours import at_work, clock, digest, hours_of, minutes
from handlers.register.kinds import KINDS
from handlers.vocabulary import Form
from storage.tables import Member, Project

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def moment(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"2027-03-{day}T{time}").replace(tzinfo=AMSTERDAM)


async def hours_form(story: Story) -> Form:
    return form(await story.presses("karim", "worktime", about=""))


async def test_the_form_shows_the_hours_of_the_project_at_first(story: Story) -> None:
    await story.agreed()
    shown = {field.name: field.value for field in (await hours_form(story)).fields}
    assert shown == {"days": "1 2 3 4 5", "work_from": "08:30", "work_until": "17:30", "back": ""}


@pytest.mark.parametrize(
    ("day", "time", "speaks"),
    [("06", "23:30", True), ("07", "05:30", True), ("06", "12:00", False), ("02", "23:30", False)],
)
async def test_a_night_shift_in_the_weekend_gets_its_tips_then(story: Story, day: str, time: str, speaks: bool) -> None:
    await story.agreed()
    await story.fills_in("karim", await hours_form(story), days="6 7", work_from="22:00", work_until="06:00")
    await story.until(moment(day, time))
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert bool(story.tips) is speaks


async def test_who_is_on_leave_gets_no_tips_until_the_day_they_are_back(story: Story) -> None:
    await story.agreed()
    await story.fills_in("karim", await hours_form(story), back="2027-03-04")
    await story.until(moment("03", "10:00"))
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == []
    await story.until(moment("04", "10:00"))
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert len(story.tips) == 1


async def test_hours_that_are_none_are_refused(story: Story) -> None:
    await story.agreed()
    wrong = {"days": "", "work_from": "late", "work_until": "25:00", "back": "soon"}
    assert set(refused(await story.fills_in("karim", await hours_form(story), **wrong))) == set(wrong)


async def test_a_stranger_has_no_hours(story: Story) -> None:
    await story.agreed()
    assert refused(await story.presses("vera", "worktime", about=""))
    assert refused(await story.sends("vera", "worktime", {}))


@pytest.mark.parametrize("written", ["08:30", "00:00", "23:59", "24:00"])
def test_a_time_comes_back_as_it_was_written(written: str) -> None:
    assert clock(minutes(written) or 0) == written


# --- by whose calendar


def somebody(**own: object) -> Member:
    """Who works by the calendar of a Dutch project, but for what is their own. The project is closed on 4 March."""
    project = Project(zone="Europe/Amsterdam", country="NL", work_from=510, work_until=1050, work_days="12345")
    project.days_off = "2027-03-04/2027-03-04 moving house"
    return Member(project=project, **own)


@pytest.mark.parametrize(
    ("own", "now", "reads"),
    [
        ({}, "01T12:00", "02T09:00"),
        ({}, "03T12:00", "05T09:00"),  # a day off of the project
        ({}, "25T12:00", "30T09:00"),  # Good Friday and Easter
        ({"work_days": "45"}, "25T12:00", "26T09:00"),  # and on holidays too
        ({"work_days": "1234"}, "03T12:00", "04T09:00"),  # who has days of their own works on it
        ({"work_days": "67", "work_from": 22 * 60, "work_until": 6 * 60}, "01T12:00", "06T09:00"),
        ({"away_until": moment("10", "00:00")}, "01T12:00", "10T09:00"),
        ({"away_until": moment("13", "00:00")}, "01T12:00", "15T09:00"),
        ({"away_until": moment("01", "00:00")}, "02T12:00", "03T09:00"),  # long back
        ({"zone": "Europe/London"}, "01T12:00", "02T10:00"),
    ],
)
def test_what_has_waited_is_read_at_nine_on_ones_next_working_day(own: dict[str, object], now: str, reads: str) -> None:
    assert digest(moment(*now.split("T")), somebody(**own)) == moment(*reads.split("T"))


def test_nobody_is_at_work_on_a_day_off_of_their_project() -> None:
    assert at_work(moment("03", "10:00"), hours_of(somebody()))
    assert not at_work(moment("04", "10:00"), hours_of(somebody()))
    assert at_work(moment("04", "10:00"), hours_of(somebody(work_days="1234")))


async def test_who_is_back_early_reads_what_waits_the_next_morning(story: Story) -> None:
    await story.agreed()
    await story.fills_in("karim", await hours_form(story), back="2027-04-19")
    await story.fills_in("lotte", form(await story.presses("lotte", "worktime", about="")), back="2027-04-19")
    await story.later(days=1)
    await files(story, KINDS["request"], date="2027-06-01")
    await story.later(days=1)
    story.sent.clear()
    await story.fills_in("karim", await hours_form(story), back="")
    await story.until(moment("04", "09:30"))
    assert [who.who.id for who in story.whispers if who.key.startswith("digest:")] == ["karim"]
