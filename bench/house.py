"""Houses of any size to measure in: channels, people, rows that are kept and rows that wait, without a platform."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from bot import dispatch, engine
from bot.house import Ear, House
from bot.mouth import Errand, Mouth, Sent
from handlers.turn import Hearing, Listen
from handlers.vocabulary import Command, Member, Message, Person, Place
from storage import due, retention
from storage.database import EVERYWHERE, Database, opened
from storage.migrate import upgrade
from storage.tables import (
    Burst,
    Channel,
    Consent,
    Inbox,
    Leaving,
    Nudge,
    Organisation,
    Outbox,
    Outcome,
    Project,
    Recent,
    Waiting,
)
from storage.tables import Member as MemberRow

PLATFORM, TEAM = "bench", "T1"
TENANT = f"{PLATFORM}:{TEAM}"
MONDAY = datetime(2027, 3, 1, 10, tzinfo=UTC)
"""An hour at which tips are given, long after everyone agreed."""
AGREED = MONDAY - timedelta(days=200)
DEFERRAL = "We nemen het mee in een volgende release."


@dataclass(frozen=True)
class Size:
    """How much there is in a house."""

    channels: int = 10
    """Each is a project of its own."""
    people: int = 10
    """In each channel, and others in each."""
    together: int = 10
    """In how many channels the same people are instead, those who write among them."""
    kept: int = 1_000
    """Events that are decided, and cards that are sent; for each hundred of them a tip that was answered."""
    waiting: int = 100
    """Bursts, cards and tips without an answer, each, whose moment is still to come."""


async def hears_a_tip(_listen: Listen) -> Hearing:
    """An ear that takes no time, and always hears reason for a tip."""
    return Hearing("vague_deferral", 0.97, nudge=True, lang="nl", quote=DEFERRAL)


@dataclass
class Measured:
    """A house whose clock stands still, in which things happen one at a time."""

    database: Database
    size: Size
    ear: Ear = hears_a_tip
    now: datetime = MONDAY
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    last: dict[Any, int] = field(default_factory=dict)
    """Of each table in which something happens, the last row of the beginning."""

    @property
    def house(self) -> House:
        """The house, as it stands now."""

        async def send(errand: Errand) -> Sent:
            return Sent("sent", ref=str(errand.mark))

        async def find(_errand: Errand) -> str | None:
            return None

        async def roster(_place: Place, _who: Person | None) -> tuple[Member, ...]:
            return ()

        return House(
            database=self.database,
            ear=self.ear,
            mouths={PLATFORM: Mouth(send, find, roster)},
            now=lambda: self.now,
            dice=lambda: 0.99,
            wake=lambda: None,
            policies={},
        )

    def message(self, words: str = DEFERRAL) -> Message:
        """Somebody writes: in the same ten channels, and the same ten people in them, however large the house is."""
        number = next(self.numbers)
        place = Place(PLATFORM, TEAM, f"C{number % 10}")
        person = Person(PLATFORM, "TSUP", f"U{number // 10 % 10}")
        return Message(f"e{number}", self.now, place, person, f"m{number}", words)

    async def taken_in(self, times: int) -> None:
        """So many messages come in, one after the other."""
        for _ in range(times):
            await dispatch.take(self.house, self.message())

    async def decided(self) -> None:
        """All that came in is decided."""
        while await dispatch.decide_waiting(self.house):
            pass

    async def judged(self) -> None:
        """A minute goes by: all that was written is heard, tips are weighed and sent."""
        self.now += timedelta(seconds=61)
        await engine.settle(self.house)

    async def looked(self, times: int) -> None:
        """The clock ticks so often, and there is nothing to do."""
        for _ in range(times):
            await self.database.read(EVERYWHERE, due.upcoming)

    async def asked(self, times: int) -> None:
        """Somebody asks so often for the status."""
        for _ in range(times):
            number = next(self.numbers)
            place, who = Place(PLATFORM, TEAM, "C0"), Person(PLATFORM, "TSUP", "U0")
            answers = await dispatch.handle(self.house, Command(f"e{number}", self.now, place, who, "status", ""))
            if not answers:
                raise RuntimeError("nobody answered")

    async def tidied(self) -> None:
        """The house is kept once, as every minute."""
        await self.database.write(EVERYWHERE, lambda db: retention.forget(db, self.now))

    async def as_it_was(self) -> None:
        """Everything that happened is forgotten, so that each round begins alike."""

        def forget(db: Session) -> None:
            for table in _HAPPENS:
                db.execute(delete(table).where(table.id > self.last[table]))

        await self.database.write(EVERYWHERE, forget)
        self.now = MONDAY

    # --- what it is compared with: the same door, and next to nothing behind it

    async def bare_reads(self, times: int) -> None:
        """So many reads of nothing."""
        for _ in range(times):
            await self.database.read(EVERYWHERE, lambda db: db.connection().exec_driver_sql("SELECT 1").scalar())

    async def bare_commits(self, times: int) -> None:
        """So many commits of one changed row."""
        change = text("UPDATE project SET work_from = 1 - work_from WHERE id = 1")
        for _ in range(times):
            await self.database.write(EVERYWHERE, lambda db: db.execute(change))


@contextmanager
def measured(url: str, size: Size) -> Iterator[Measured]:
    """A house of this size on a new database."""
    with opened(url) as database:
        upgrade(database.writing)
        last = database.write_now(EVERYWHERE, lambda db: _filled(db, size))
        if database.writing.dialect.name == "postgresql":
            asyncio.run(database.alone(lambda db: _analyze(db)))
        yield Measured(database, size, last=last)


def _analyze(writing: Any) -> None:
    with writing.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


_HAPPENS: Final = (Outcome, Nudge, Recent, Burst, Outbox, Inbox)


def _filled(db: Session, size: Size) -> dict[Any, int]:
    """Fill a house; returns the last row of each table in which something happens."""
    channels = max(size.channels, size.together)

    def add(table: Any, rows: Iterator[dict[str, Any]]) -> None:
        listed = [{"tenant": TENANT} | row for row in rows]
        if listed:
            db.execute(insert(table), listed)

    add(Project, (_project(number) for number in range(channels)))
    add(Channel, (_channel(number) for number in range(channels)))
    add(Organisation, (_organisation(number, side) for number in range(channels) for side in (0, 1)))
    add(Consent, (_consent(number, side, s) for number in range(channels) for side in (0, 1) for s in _SCOPES))
    add(MemberRow, (_member(number, who, size) for number in range(channels) for who in range(size.people)))
    add(Recent, (_recent(number, each) for number in range(channels) for each in range(10)))
    add(Inbox, (_decided(number) for number in range(size.kept)))
    add(Outbox, (_sent(number) for number in range(size.kept)))
    tips = range(1, size.kept // 100 + 1)
    add(Nudge, (_answered(number, size) for number in tips))
    add(Outcome, ({"nudge_id": number, "kind": "helped", "at": _before(number)} for number in tips))
    add(Burst, (_burst(number, size) for number in range(size.waiting)))
    add(Outbox, (_leaving(number) for number in range(size.waiting)))
    add(Nudge, (_open(number, size) for number in range(tips.stop, tips.stop + size.waiting)))
    if db.get_bind().dialect.name == "postgresql":
        # Rows came with an id of their own; the next ones must not get the same.
        for table in ("project", "channel", "organisation", "member", "nudge"):
            db.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"))
    return {table: db.scalar(select(func.max(table.id))) or 0 for table in _HAPPENS}


_SCOPES = ("hear", "tip", "registers", "pulses", "measure")


def _before(number: int) -> datetime:
    return MONDAY - timedelta(days=40 + number % 300)


def _project(number: int) -> dict[str, Any]:
    hours = {"work_from": 0, "work_until": 1439, "work_days": "1234567"}
    where = {"language": "nl", "zone": "Europe/Amsterdam", "country": "NL"}
    return {"id": number + 1, "created_at": AGREED, "agreed_at": AGREED} | hours | where


def _channel(number: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "project_id": number + 1,
        "channel": f"C{number}",
        "listening": True,
        "joined_at": AGREED,
    }


def _organisation(number: int, side: int) -> dict[str, Any]:
    key = ("TSUP", "TCLI")[side]
    return {
        "id": 2 * number + side + 1,
        "project_id": number + 1,
        "key": key,
        "name": key.title(),
        "side": ("supplier", "client")[side],
    }


def _consent(number: int, side: int, scope: str) -> dict[str, Any]:
    return {
        "project_id": number + 1,
        "organisation_id": 2 * number + side + 1,
        "scope": scope,
        "given_by": "U0",
        "given_by_team": "TSUP",
        "role": "contract",
        "given_at": AGREED,
    }


def _member(number: int, who: int, size: Size) -> dict[str, Any]:
    return {
        # Of the supplier, all of them: only who writes costs anything.
        "project_id": number + 1,
        "organisation_id": 2 * number + 1,
        "team": "TSUP",
        "person": f"U{who}" if number < size.together else f"U{number}-{who}",
        "language": "nl",
        "zone": "Europe/Amsterdam",
        "off": False,
        "tips": "yes",
        "asked_at": AGREED,
        "first_tip_at": AGREED,
        "direct": False,
    }


def _recent(number: int, each: int) -> dict[str, Any]:
    return {
        "project_id": number + 1,
        "channel": f"C{number}",
        "message": f"before{each}",
        "member_id": 1,
        "side": "client",
        "text": "De wachtkamer zit vol.",
        "written_at": MONDAY - timedelta(minutes=30 + each),
    }


def _decided(number: int) -> dict[str, Any]:
    return {
        "event_key": f"{PLATFORM}:before{number}",
        "channel": f"C{number % 10}",
        "state": Waiting.DONE,
        "received_at": MONDAY - timedelta(seconds=number % 80_000),
    }


def _card(name: str, channel: str, state: Leaving, at: datetime) -> dict[str, Any]:
    return {
        "dedup_key": f"{TENANT}/{name}",
        "channel": channel,
        "card": name,
        "kind": "whisper",
        "whose": "U0",
        "created_at": MONDAY - timedelta(days=5),
        "due_at": at,
        "state": state,
        "fence": 1,
        "attempts": 1,
    }


def _sent(number: int) -> dict[str, Any]:
    return _card(f"sent{number}", f"C{number % 10}", Leaving.SENT, MONDAY - timedelta(days=5))


def _leaving(number: int) -> dict[str, Any]:
    return _card(f"waits{number}", f"CWAITS{number}", Leaving.WAITING, MONDAY + timedelta(days=2)) | {"body": "{}"}


def _nudge(number: int, size: Size, at: datetime) -> dict[str, Any]:
    channel = number % size.channels
    return {
        "id": number,
        "project_id": channel + 1,
        "channel": f"C{channel}",
        "side": "supplier",
        "pattern": "vague_deferral",
        "tip": "one",
        "held_back": False,
        "invitation": False,
        "at": at,
    }


def _answered(number: int, size: Size) -> dict[str, Any]:
    return _nudge(number, size, _before(number))


def _open(number: int, size: Size) -> dict[str, Any]:
    # Of somebody who left: their tips wait for an answer, and hold nobody else back.
    return _nudge(number, size, MONDAY - timedelta(days=10)) | {"open_until": MONDAY + timedelta(days=2)}


def _burst(number: int, size: Size) -> dict[str, Any]:
    channel = number % size.channels
    return {
        "project_id": channel + 1,
        "channel": f"C{channel}",
        "thread": f"thread{number}",
        "member_id": 1,
        "first_at": MONDAY,
        "last_at": MONDAY,
        "due_at": MONDAY + timedelta(days=2),
        "left_alone": False,
    }
