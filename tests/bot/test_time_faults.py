"""What can happen to time: a tick fails, a machine is off, clocks change, step or differ. What is due is said once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from registers import changes, plans
from sqlalchemy import select
from story import PLATFORM, Story, form, reply, words

from bot import clock, delivery, engine, saying
from bot.app import living
from bot.mouth import Errand, Mouth, Sent
from handlers import routes
from handlers.meetings import kinds, timely
from handlers.meetings.kinds import Post
from handlers.routes import Route
from handlers.turn import Turn
from handlers.vocabulary import Card, Due, Say, Text, Whisper
from storage import outbox
from storage.database import opened
from storage.tables import Item, Member, Project, Series

HOUR = timedelta(hours=1)


def agendas(story: Story) -> list[str]:
    return [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]


async def said_until(story: Story, until: str) -> list[datetime]:
    """When agendas are said while time passes."""
    said: list[datetime] = []
    end = datetime.fromisoformat(until)
    while (moment := (await engine.settle(story.house)).moment) is not None and moment <= end:
        story.now = max(story.now, moment)
        before = len(agendas(story))
        await engine.settle(story.house)
        said += [story.now] * (len(agendas(story)) - before)
    story.now = end
    return said


async def moves(story: Story, code: str, date: str, time: str) -> None:
    (item,) = [row for row in await story.rows(Item) if row.kind == "meeting" and row.number == int(code)]
    asked = form(await story.presses("karim", "postpone", str(item.id)))
    await story.fills_in("karim", asked, date=date, time=time, reason="Dan kan iedereen")


# --- F20: the tick itself


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "TICK", 0.02)
    monkeypatch.setattr(clock, "TOO_LONG", 0.4)


async def nothing() -> None:
    """Housekeeping, where it does not matter."""


@pytest.mark.parametrize("how", ["raises", "hangs"])
@pytest.mark.usefixtures("quick")
async def test_f20_after_a_tick_that_raises_or_hangs_there_is_another(how: str) -> None:
    ticks, third = 0, asyncio.Event()

    async def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 3:
            third.set()
        if ticks < 3 and how == "raises":
            raise OSError("the disk does not answer")
        if ticks < 3:
            await asyncio.Event().wait()

    async with clock.running(tick, nothing, clock.Pulse()):
        await asyncio.wait_for(third.wait(), 60)


@pytest.mark.usefixtures("quick")
async def test_f20_a_clock_that_stands_still_is_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    begin, again = clock._start, asyncio.Event()

    def start(*work: Any) -> Any:
        scheduler = begin(*work)
        started.append(scheduler)
        if len(started) == 1:
            scheduler.pause()  # as APScheduler does without a word when one of its jobs cannot be updated
        else:
            again.set()
        return scheduler

    monkeypatch.setattr(clock, "_start", start)
    async with clock.running(nothing, nothing, clock.Pulse()):
        await asyncio.wait_for(again.wait(), 60)


# --- F21, F22: off for a while, and another release


async def test_f21_a_machine_that_was_off_says_what_is_still_useful_once_and_asks_about_the_rest(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical", "demo")
    await changes(story, "demo", weekday="TH")
    await said_until(story, "2027-03-08T12:00:00+01:00")
    # The tactical one, whose agenda is then due on Tuesday at nine, as that of the demo is.
    (tactical,) = [row for row in await story.rows(Item) if row.kind == "meeting" and "tactisch" in row.words["what"]]
    await moves(story, str(tactical.number), "2027-03-10", "15:00")
    story.sent.clear()
    # Off from Monday noon until Tuesday noon: the weekly meeting of Tuesday morning came and went.
    await story.sleeps_through(hours=24)
    said = agendas(story)
    assert sorted("tactisch" in each.lower() for each in said) == [False, True]
    assert sorted("demo" in each.lower() for each in said) == [False, True]
    (weekly,) = [
        row for row in await story.rows(Item) if row.words.get("what") == "werkoverleg" and row.state == "over"
    ]
    asked = [words(e.card) for e in story.sent if isinstance(e, Whisper)]
    assert any(f"OV-{weekly.number}" in each and "Wat kwam eruit?" in each for each in asked)
    story.sent.clear()
    await said_until(story, "2027-03-09T20:00:00+01:00")
    assert agendas(story) == []


async def test_f22_another_release_finds_all_that_waits_whatever_its_functions_are_called(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical", "demo")

    def renamed(event: Due, turn: Turn) -> Any:
        return tuple(timely.passed(event, turn))

    kept = await story.everything()
    assert not [name for name in ("handlers.", "timely", "passed", "planning.") if name in kept]
    monkeypatch.setitem(routes.DUE, "meeting", Route(renamed))  # type: ignore[attr-defined]
    story.sent.clear()
    await said_until(story, "2027-03-09T10:00:00+01:00")
    assert len(agendas(story)) == 3  # a draft, and two agendas


# --- F23, F24, F25: clocks that go forward and back


async def daily(story: Story, monkeypatch: pytest.MonkeyPatch, zone: str, minutes: int, first: str) -> None:
    """A meeting every day, whose agenda goes out on the day itself at an awkward hour."""
    every_day = replace(
        kinds.OPERATIONAL,
        rule="FREQ=DAILY",
        supplier_prep=None,
        agenda_out=(Post("final", 0, minutes),),
        on_holiday="keep",
    )
    monkeypatch.setitem(kinds.KINDS, "operational", every_day)  # type: ignore[arg-type]

    def there(db: Any) -> None:
        for project in db.scalars(select(Project)):
            project.zone, project.country, project.work_days = zone, "", "1234567"

    await story.write(there)
    await said_until(story, f"{first}T00:00:00+00:00")
    await plans(story, "operational", first=first)


@pytest.mark.parametrize(
    ("zone", "minutes", "first", "last"),
    [
        ("Europe/Berlin", 150, "2027-03-25", "2027-04-01"),
        ("Europe/Berlin", 150, "2027-10-28", "2027-11-04"),
        ("Africa/Cairo", 30, "2027-04-27", "2027-05-03"),
        ("Australia/Lord_Howe", 135, "2027-10-01", "2027-10-06"),
        ("Australia/Lord_Howe", 105, "2027-04-02", "2027-04-07"),
    ],
    ids=["F23 gap", "F23 fold", "F24 no midnight", "F24 half an hour forward", "F24 half an hour back"],
)
async def test_when_the_clock_changes_there_is_one_agenda_a_local_day(
    story: Story, monkeypatch: pytest.MonkeyPatch, zone: str, minutes: int, first: str, last: str
) -> None:
    await story.agreed()
    await daily(story, monkeypatch, zone, minutes, first)
    said = await said_until(story, f"{last}T12:00:00+00:00")
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in said]
    assert len(set(days)) == len(days)
    assert {after - before for before, after in pairwise(days)} == {timedelta(days=1)}
    assert len(days) >= 5


async def test_f25_nine_in_new_york_is_shown_in_berlin_as_it_is_there_and_said_once(story: Story) -> None:
    await story.agreed()

    def there(db: Any) -> None:
        for project in db.scalars(select(Project)):
            project.zone, project.country = "America/New_York", "US"
        for member in db.scalars(select(Member)):
            member.zone = "Europe/Berlin" if member.person == "sanne" else "America/New_York"

    await story.write(there)
    await plans(story, "operational", at="09:00")
    seen, said = {}, 0
    while story.now < datetime.fromisoformat("2027-04-07T00:00:00+00:00"):
        said += len(await said_until(story, (story.now + timedelta(days=1)).isoformat()))
        rows = [row for row in await story.rows(Item) if row.kind == "meeting" and row.state == "planned"]
        for row in rows:
            shown = reply(await story.asks("sanne", "open", f"OV-{row.number}"))
            seen[row.words["starts"][:10]] = next(hour for hour in ("14:00", "15:00", "none") if hour in shown + "none")
    assert {day: seen[day] for day in ("2027-03-09", "2027-03-16", "2027-03-23", "2027-03-30", "2027-04-06")} == {
        "2027-03-09": "15:00",
        "2027-03-16": "14:00",
        "2027-03-23": "14:00",
        "2027-03-30": "15:00",
        "2027-04-06": "15:00",
    }
    assert said == 5
    (series,) = await story.rows(Series)
    assert series.zone == "America/New_York"


# --- F28, F29: clocks that step, and clocks that differ


@pytest.mark.parametrize("step", [HOUR, -HOUR])
async def test_f28_a_clock_that_steps_while_nothing_happens_doubles_nothing_and_forgets_nothing(
    story: Story, step: timedelta
) -> None:
    await story.agreed()
    await plans(story, "operational")
    story.sent.clear()
    await said_until(story, "2027-03-08T13:30:00+01:00")
    story.now += step
    await story.settle()
    # Forward it stepped past the moment, and it is said at the next tick; back, it waits for its moment.
    assert len(agendas(story)) == (1 if step > timedelta(0) else 0)
    story.now -= step
    await said_until(story, "2027-03-08T14:30:00+01:00")
    story.now -= HOUR
    await said_until(story, "2027-03-08T16:00:00+01:00")
    assert len(agendas(story)) == 1


@pytest.fixture
async def replicas(postgres_url: str) -> AsyncIterator[tuple[Story, Story]]:
    with opened(postgres_url) as one, opened(postgres_url) as other:
        yield Story(one), Story(other)


async def test_f29_of_two_replicas_whose_clocks_differ_by_ninety_seconds_one_says_it(
    replicas: tuple[Story, Story],
) -> None:
    story, ahead = replicas
    await story.agreed()
    await plans(story, "operational")
    story.sent.clear()
    end = datetime.fromisoformat("2027-03-09T12:00:00+01:00")
    said: list[datetime] = []
    while story.now < end:
        story.now = min(end, story.now + timedelta(minutes=30))
        ahead.now = story.now + timedelta(seconds=90)
        before = len(agendas(story)) + len(agendas(ahead))
        await asyncio.gather(engine.settle(story.house), engine.settle(ahead.house))
        said += [story.now] * (len(agendas(story)) + len(agendas(ahead)) - before)
    # A replica goes by its own clock: at most so much too early, never twice.
    assert said == [datetime.fromisoformat("2027-03-08T14:00:00+01:00")]
    private = [e.key for each in replicas for e in each.sent if isinstance(e, Whisper)]
    assert len(private) == len(set(private))


@pytest.mark.parametrize("private", [True, False], ids=["in private", "for everyone"])
async def test_f29_however_far_ahead_a_machine_is_what_another_is_still_sending_is_left_to_it(
    replicas: tuple[Story, Story], private: bool
) -> None:
    story, ahead = replicas
    await story.agreed()
    own, far = clock.Shared(), clock.Shared(lambda: clock.now() + 3 * outbox.LEASE)
    await own.compare(story.database)
    await far.compare(ahead.database)
    place, card = story.place(), Card("Hallo", (Text("Hallo"),))
    effect = Whisper(place, story.person("karim"), card, "tip:1") if private else Say(place, card, "hello")
    await story.write(lambda db: saying.put(db, story.tenant, effect, own.now()))
    arrived: list[str] = []
    leaves, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(_errand: Errand) -> Sent:
        leaves.set()
        await goes_on.wait()
        arrived.append("late")
        return Sent("sent", ref="late")

    async def send(_errand: Errand) -> Sent:
        arrived.append("ahead")
        return Sent("sent", ref="ahead")

    async def find(_errand: Errand) -> str | None:
        return "late" if "late" in arrived else None

    def mouth(send: Any) -> dict[str, Mouth]:
        return {PLATFORM: replace(story.house.mouths[PLATFORM], send=send, find=find)}

    sending = asyncio.create_task(delivery.deliver(replace(story.house, now=own.now, mouths=mouth(slow))))
    await leaves.wait()
    await delivery.deliver(replace(ahead.house, now=far.now, mouths=mouth(send)))
    goes_on.set()
    await sending
    assert arrived == ["late"]


async def test_f29_a_house_goes_by_the_clock_of_its_database_and_says_that_its_own_is_wrong(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(postgres_url) as database:
        async with living(database, {}, {}, clock.Pulse(), lambda: clock.now() + timedelta(seconds=90)) as house:
            assert abs(house.now() - clock.now()) < clock.TOO_FAR
    assert [each.message for each in caplog.records if "clock" in each.message] == [
        "the clock of this machine is 90 s ahead of the database's; that one counts. Set it right"
    ]


async def test_f29_a_file_has_no_clock_of_its_own(story: Story) -> None:
    shared = clock.Shared(lambda: story.now)
    await shared.compare(story.database)
    assert shared.now() == story.now
