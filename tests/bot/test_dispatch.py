"""Everything that happens is decided once, by itself, and in a transaction of its own."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import beforehand, dispatch, engine
from bot.house import House
from bot.mouth import Errand, Mouth, Sent
from handlers import routes
from handlers.routes import Route
from handlers.turn import Hearing, Listen, Turn
from handlers.vocabulary import (
    Card,
    Command,
    Left,
    Message,
    Person,
    Place,
    Refusal,
    Refused,
    Reply,
    Say,
    Submission,
    Text,
)
from prompts import phrasebook
from storage import members, projects
from storage.database import EVERYWHERE, Database
from storage.tables import Burst, Channel, Inbox, Recent, Waiting

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
HELP = Place("fake", "TSUP", "CHELP")
SAM = Person("fake", "TSUP", "USAM")
DEFENSIVE = "Dat is even wennen, dat zien we bij elke klant."


@dataclass
class World:
    """A house with one channel that listens, and a platform that keeps what it is told."""

    database: Database
    now: datetime = NOW
    sent: list[Errand] = field(default_factory=list)
    heard: list[Listen] = field(default_factory=list)
    hearing: Any = None
    numbers: int = 0

    def __post_init__(self) -> None:
        async def send(errand: Errand) -> Sent:
            self.sent.append(errand)
            return Sent("sent", ref=str(len(self.sent)))

        async def find(_errand: Errand) -> None:
            return None

        async def roster(_place: Place, _who: Person | None) -> tuple[()]:
            return ()

        async def ear(listen: Listen) -> Hearing | None:
            self.heard.append(listen)
            return await self.hearing() if callable(self.hearing) else self.hearing

        self.house = House(
            database=self.database,
            ear=ear,
            mouths={"fake": Mouth(send, find, roster)},
            now=lambda: self.now,
            dice=lambda: 0.5,
            wake=lambda: None,
            policies={},
        )

    async def begin(self) -> None:
        def start(db: Session) -> None:
            row = projects.start(db, HELP.tenant, "CHELP", language="nl", zone="UTC", country="NL", now=NOW)
            organisation, _ = projects.add_organisation(db, row.project, "TSUP", "Supplier")
            organisation.side = "supplier"
            members.add(db, row.project, organisation, "TSUP", "USAM")
            projects.listen(db, row.project, True)

        await self.database.write(HELP.tenant, start)

    def says(self, text: str, event_id: str = "") -> Message:
        self.numbers += 1
        return Message(event_id or f"Ev{self.numbers}", self.now, HELP, SAM, f"m{self.numbers}", text)

    async def count(self, table: type) -> int:
        return await self.database.read(EVERYWHERE, lambda db: len(db.execute(select(table.id)).all()))  # type: ignore[attr-defined]

    async def inbox(self) -> list[tuple[str, int, bool]]:
        columns = select(Inbox.event_key, Inbox.state, Inbox.body.is_not(None)).order_by(Inbox.id)
        return [tuple(row) for row in await self.database.read(EVERYWHERE, lambda db: db.execute(columns).all())]


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    await made.begin()
    return made


async def test_an_event_that_is_delivered_four_times_happens_once(world: World) -> None:
    message = world.says("Het verslag staat in de map.")
    await asyncio.gather(*(dispatch.take(world.house, message) for _ in range(3)))
    await engine.settle(world.house)
    await dispatch.take(world.house, message)
    await engine.settle(world.house)
    assert await world.count(Recent) == 1
    assert await world.inbox() == [("fake:Ev1", Waiting.DONE, False)]


async def test_events_are_decided_in_the_order_in_which_they_came(world: World) -> None:
    for number in range(60):
        await dispatch.take(world.house, world.says(f"Bericht {number}."))
    await engine.settle(world.house)
    texts = await world.database.read(EVERYWHERE, lambda db: list(db.scalars(select(Recent.text).order_by(Recent.id))))
    assert texts == [f"Bericht {number}." for number in range(60) if f"Bericht {number}." in texts]
    assert texts[-1] == "Bericht 59."


def fails_on(words: str, route: Route) -> Route:
    """The same route, with a handler that breaks on some words after it changed something."""

    def handler(event: Any, turn: Turn) -> Any:
        effects = list(route.handler(event, turn) or ())
        if words in event.text:
            raise ZeroDivisionError("on the way")
        return effects

    return replace(route, handler=handler)


async def test_an_event_that_cannot_be_decided_is_set_aside_and_blocks_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(routes.HAPPENED, Message, fails_on("breekt", routes.HAPPENED[Message]))
    for text in ("Dit breekt.", "Dit gaat goed.", "Dit ook."):
        await dispatch.take(world.house, world.says(text))
    await engine.settle(world.house)
    assert await world.count(Recent) == 2
    assert (await world.inbox())[0] == ("fake:Ev1", Waiting.NEW, True)
    for _ in range(5):
        await engine.settle(world.house)
    assert [state for _, state, _ in await world.inbox()] == [Waiting.FAILED, Waiting.DONE, Waiting.DONE]
    assert not any(body for _, _, body in await world.inbox())
    assert await world.count(Recent) == 2
    assert "breekt" not in caplog.text


async def test_an_event_of_another_release_is_set_aside(world: World) -> None:
    await dispatch.take(world.house, world.says("Hallo"))

    def spoil(db: Session) -> None:
        db.scalars(select(Inbox)).one().body = '{"is": "Song"}'

    await world.database.write(EVERYWHERE, spoil)
    for _ in range(5):
        await engine.settle(world.house)
    assert [state for _, state, _ in await world.inbox()] == [Waiting.FAILED]


def submission(number: int, name: str) -> Submission:
    return Submission(f"view:{number}", NOW, HELP, SAM, "naming", "", {"name": name})


def naming(event: Submission, turn: Turn) -> Any:
    """Names the project and tells everyone; refuses an empty name, though it has already been written."""
    channel = projects.channel(turn.db, HELP.tenant, "CHELP")
    assert channel is not None
    channel.project.name = event.answers["name"]
    turn.db.flush()
    yield Say(HELP, Card("Named", (Text(event.answers["name"]),)), f"name:{event.id}")
    if not event.answers["name"]:
        raise Refused({"name": "settings.refused.zone"})
    yield Reply(Card("Thanks", ()))


async def name_of(world: World) -> str | None:
    channel = await world.database.read(HELP.tenant, lambda db: projects.channel(db, HELP.tenant, "CHELP"))
    assert channel is not None
    return channel.project.name


async def test_a_refusal_saves_nothing_says_why_and_touches_no_neighbour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(routes.FORMS, "naming", Route(naming))
    good, bad, message = submission(1, "De Brug"), submission(2, ""), world.says("Het verslag staat er.")
    answers = await asyncio.gather(
        dispatch.handle(world.house, good), dispatch.handle(world.house, bad), dispatch.take(world.house, message)
    )
    assert answers[0] == (Reply(Card("Thanks", ())),)
    (refusal,) = answers[1]
    assert isinstance(refusal, Refusal)
    assert len(refusal.reasons["name"]) > 10
    await engine.settle(world.house)
    assert await name_of(world) == "De Brug"
    assert [errand.effect.key for errand in world.sent if isinstance(errand.effect, Say)] == ["name:view:1"]
    assert await world.count(Recent) == 1


async def test_a_refused_form_may_be_sent_again_and_an_accepted_one_counts_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(routes.FORMS, "naming", Route(naming))
    await dispatch.handle(world.house, submission(1, ""))
    await dispatch.handle(world.house, submission(1, "De Brug"))
    await dispatch.handle(world.house, submission(1, "Te laat"))
    assert await name_of(world) == "De Brug"
    await engine.settle(world.house)
    assert len(world.sent) == 1


async def test_a_command_that_breaks_is_not_said_to_be_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(routes.COMMANDS, "status", fails_on("", routes.COMMANDS["status"]))
    with pytest.raises(ZeroDivisionError):
        await dispatch.handle(world.house, Command("c1", NOW, HELP, SAM, "status", ""))
    assert await world.inbox() == []


async def test_what_nobody_answers_any_more_is_no_trouble(world: World) -> None:
    assert await dispatch.handle(world.house, replace(submission(1, "x"), form="of an older release")) == ()


async def _dead() -> None:
    return None


@pytest.mark.parametrize("hearing", [None, _dead], ids=["says nothing", "is dead"])
async def test_without_an_ear_nothing_is_judged_and_all_is_decided(world: World, hearing: Any) -> None:
    world.hearing = hearing
    await dispatch.take(world.house, world.says(DEFENSIVE))
    await engine.settle(world.house)
    assert await world.count(Burst) == 1
    world.now += timedelta(seconds=61)
    await engine.settle(world.house)
    assert [listen.text for listen in world.heard] == [DEFENSIVE]
    assert await world.count(Burst) == 0
    assert world.sent == []


async def test_what_cannot_be_judged_keeps_nothing_else_waiting(world: World) -> None:
    async def fails_at_first() -> Hearing:
        if world.heard[-1].text == DEFENSIVE:
            raise RuntimeError("this one again and again")
        return Hearing("none", 1.0, nudge=False, lang="nl")

    world.hearing = fails_at_first
    await dispatch.take(world.house, world.says(DEFENSIVE))
    await engine.settle(world.house)
    world.now += timedelta(seconds=1)
    await dispatch.take(world.house, replace(world.says("Dank je wel."), place=replace(HELP, thread="t1")))
    world.now += timedelta(seconds=90)
    await engine.settle(world.house)
    assert "Dank je wel." in [listen.text for listen in world.heard]
    assert await world.count(Burst) == 1


async def test_while_the_ear_takes_its_time_others_are_answered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(routes.FORMS, "naming", Route(naming))
    listens, hold = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        listens.set()
        await hold.wait()

    world.hearing = slow
    await dispatch.take(world.house, world.says(DEFENSIVE))
    await engine.settle(world.house)
    world.now += timedelta(seconds=61)
    wheel = asyncio.create_task(engine.settle(world.house))
    await listens.wait()
    await dispatch.handle(world.house, submission(1, "De Brug"))
    await dispatch.take(world.house, world.says("En nog iets."))
    assert await name_of(world) == "De Brug"
    assert not wheel.done()
    hold.set()
    await wheel


async def test_who_asks_is_answered_without_the_ear_when_it_takes_too_long(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beforehand, "ANSWERED_WITHIN", 0.01)
    world.hearing = asyncio.Event().wait
    (answer,) = await dispatch.handle(world.house, Command("Ev1", NOW, HELP, SAM, "check", DEFENSIVE))
    assert [listen.text for listen in world.heard] == [DEFENSIVE]
    assert phrasebook("nl").say("checking.cannot_now") in str(answer)


async def test_an_effect_and_its_rows_are_saved_together_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(event: Left, turn: Turn) -> Any:
        yield Say(HELP, Card("Bye", (Text("Bye"),)), "bye")
        projects.listen(
            turn.db, turn.db.scalars(select(Channel).where(Channel.tenant == HELP.tenant)).one().project, False
        )
        raise ZeroDivisionError("on the way")

    monkeypatch.setitem(routes.HAPPENED, Left, Route(breaks))
    await dispatch.take(world.house, Left("Ev1", NOW, HELP, SAM))
    for _ in range(4):
        await engine.settle(world.house)
    assert world.sent == []
    channel = await world.database.read(HELP.tenant, lambda db: projects.channel(db, HELP.tenant, "CHELP"))
    assert channel is not None
    assert channel.listening
