"""The storyteller: lets things happen in a house of its own, and remembers what was said, and to whom."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from bot import dispatch, engine
from bot.ear import compares_here
from bot.ear import here as real_ear
from bot.house import Compares, Ear, House, Second
from bot.mouth import Errand, Mouth, Sent, Unreachable
from bot.play.shape import buttons, plain
from handlers.turn import Hearing, Listen, Policy
from handlers.vocabulary import (
    Answer,
    Archived,
    Button,
    ButtonPress,
    Card,
    Command,
    Deleted,
    Edited,
    Facts,
    Form,
    HomeOpened,
    Joined,
    Left,
    Member,
    Message,
    Moved,
    OpenForm,
    Person,
    Place,
    Refusal,
    Replace,
    Reply,
    Say,
    Sending,
    ShowHome,
    Submission,
    Text,
    Unarchived,
    Uninstalled,
    Unshared,
    Update,
    Whisper,
    Withdraw,
)
from storage import retention
from storage.columns import Base
from storage.database import EVERYWHERE, Database
from storage.tables import Channel, Nudge, Outcome

PLATFORM, TEAM, CHANNEL = "story", "T1", "C1"
MONDAY = datetime.fromisoformat("2027-03-01T09:30:00+01:00")
"""When most stories happen: half an hour into an ordinary working week, a week after everybody said yes."""
USUAL = "hear tip registers pulses measure"
ZONE = "Europe/Amsterdam"

# What people write. All of it is heard by the real ear.
IMPACT = "Bij de balie duurt een inschrijving nu twaalf minuten in plaats van vijf. De wachtkamer zit vol."
NORMALISING = "Dat is even wennen, dat zien we bij elke klant."
DEFERRAL = "Het staat op de roadmap, we kijken er in een volgende release naar."
BLAME = "Dat valt buiten de scope, dat ligt aan jullie eigen omgeving."
COMPLAINT = "Dit is echt waardeloos, het werkt voor geen meter."
GOOD = "Vervelend dat jullie hierdoor zoveel tijd kwijt zijn. Karim zoekt het uit en belt jullie vrijdag."
CHAT = "Het verslag van gisteren staat in de map."
EMERGENCY = "Een patiënt loopt gevaar, de medicatielijst klopt niet!"


def member(name: str, organisation: str, *, language: str | None = "nl", zone: str | None = ZONE) -> Member:
    """Somebody in the channel, as the platform knows them."""
    return Member(Person(PLATFORM, organisation, name), organisation, organisation.title(), zone, language)


SUPPLIER, CLIENT, SECOND_SUPPLIER = "bouwlicht", "waterveen", "kabelaar"
CAST = (member("karim", SUPPLIER), member("lotte", SUPPLIER), member("sanne", CLIENT), member("ahmed", CLIENT))


@dataclass
class Story:
    """What happens in one channel. Everything goes through dispatch, the real database and the outbox."""

    database: Database
    now: datetime = MONDAY
    dice: float = 0.99
    """What every throw gives: below 0.1 a tip is held back."""
    ear: Ear = real_ear
    compares: Compares = compares_here
    second: Second | None = None
    """Who is asked for a second opinion."""
    policy: Policy = field(default_factory=Policy)
    language: str = "nl"
    cast: list[Member] = field(default_factory=lambda: list(CAST))
    outside: list[Member] = field(default_factory=list)
    """People whom the platform knows, and who are not in the channel."""
    hangs: bool = False
    """The platform never tells who is there."""
    down: bool = False
    """The platform takes nothing at the moment."""
    sent: list[Sending] = field(default_factory=list)
    directly: list[Whisper] = field(default_factory=list)
    """The whispers that went out as direct messages."""
    answers: list[Answer] = field(default_factory=list)
    channel: str = CHANNEL
    team: str = TEAM
    public_url: str | None = "https://samenspraak.example/"
    """Where people outside reach the pages."""
    beginnings: Path | None = None
    """Where the usual beginning is kept from one story to the next; SQLite only."""
    numbers: Iterator[int] = field(default_factory=count)
    """Where deliveries and messages get their ids from."""
    _authors: dict[str, tuple[Person, str | None]] = field(default_factory=dict)
    _written: dict[str, datetime] = field(default_factory=dict)

    @property
    def tenant(self) -> str:
        """The installation in which the story happens."""
        return f"{PLATFORM}:{self.team}"

    @property
    def house(self) -> House:
        """The house, as it stands now."""

        async def send(errand: Errand) -> Sent:
            if self.down:
                return Sent("retry", seconds=150)
            self.sent.append(errand.effect)
            if errand.direct and isinstance(errand.effect, Whisper):
                self.directly.append(errand.effect)
            return Sent("sent", ref=f"ref-{errand.mark}")

        async def find(_errand: Errand) -> str | None:
            return None

        async def roster(_place: Place, who: Person | None) -> tuple[Member, ...]:
            if self.hangs:
                await asyncio.Event().wait()
            if self.down:
                raise Unreachable("it tells nothing at the moment")
            known = self.cast if who is None else [*self.cast, *self.outside]
            return tuple(m for m in known if who is None or m.person == who)

        return House(
            database=self.database,
            ear=lambda listen: self.ear(listen),
            compares=self.compares,
            mouths={PLATFORM: Mouth(send, find, roster)},
            now=lambda: self.now,
            dice=lambda: self.dice,
            wake=lambda: None,
            policies={PLATFORM: self.policy},
            language=self.language,
            second=self.second,
            public_url=self.public_url,
        )

    # --- who and where

    def person(self, name: str) -> Person:
        """Somebody by name; whoever is not in the cast is somebody the platform cannot place."""
        return next(
            (m.person for m in [*self.cast, *self.outside] if m.person.id == name), Person(PLATFORM, "nowhere", name)
        )

    def place(self, thread: str | None = None) -> Place:
        """The channel, or a thread in it."""
        return Place(PLATFORM, self.team, self.channel, thread)

    def event_id(self) -> str:
        """A delivery of its own."""
        return f"{self.team}-{self.channel}-event-{next(self.numbers)}"

    # --- what happens

    async def joins(self, *newcomers: Member) -> None:
        """The bot comes into the channel, or these people do."""
        self.cast += newcomers
        arrivals: list[Person | None] = [m.person for m in newcomers]
        for who in arrivals or [None]:
            await dispatch.take(self.house, Joined(self.event_id(), self.now, self.place(), who))
            await self.settle()

    async def leaves(self, who: str | None = None) -> None:
        """The bot leaves, or a person does."""
        person = self.person(who) if who else None
        await dispatch.take(self.house, Left(self.event_id(), self.now, self.place(), person))
        await self.settle()

    async def befalls(self, kind: type[Archived | Unarchived | Moved | Unshared | Uninstalled], **more: Any) -> None:
        """Something happens to the channel, or to the bot itself."""
        place = replace(self.place(), channel="") if kind is Uninstalled else self.place()
        await dispatch.take(self.house, kind(self.event_id(), self.now, place, **more))
        await self.settle()

    async def agrees(self, who: str, side: str, **answers: str) -> list[Answer]:
        """Somebody says yes for their organisation."""
        filled_in = {"side": side, "role": "contract", "scopes": USUAL, "mandate": "yes"} | answers
        return await self.sends(who, "consent", filled_in)

    async def both_agree(self, **answers: str) -> None:
        """Supplier and client say yes."""
        await self.agrees("karim", "supplier", **answers)
        await self.agrees("sanne", "client", **answers)

    async def agreed(self, *, welcome: bool = True, **answers: str) -> None:
        """Everybody said yes a week ago and, unless not `welcome`, said that tips are welcome too."""
        usual = welcome and not answers and (self.channel, self.team, self.cast) == (CHANNEL, TEAM, list(CAST))
        sqlite = self.database.writing.dialect.name == "sqlite"
        kept = self.beginnings / "agreed.db" if usual and sqlite and self.beginnings is not None else None
        if kept is not None and kept.exists():
            # What happened in an earlier story in just this way need not happen again.
            await self.database.alone(lambda engine: copied(engine, kept, back=True))
            self.now, self.numbers = MONDAY, count(1_000)
            return
        self.now = MONDAY - timedelta(days=7, hours=1)
        await self.joins()
        await self.both_agree(**answers)
        if welcome:
            for each in self.cast:
                await self.asks(each.person.id, "aan")
        await self.until(MONDAY)
        self.sent.clear()
        self.answers.clear()
        if kept is not None:
            await self.database.alone(lambda engine: copied(engine, kept))

    async def says(
        self, who: str, words: str, *, thread: str | None = None, message: str | None = None, late: float = 0
    ) -> str:
        """Somebody writes something; it arrives `late` seconds after that. Returns the platform's id of it."""
        message = message or f"m{next(self.numbers)}"
        self._authors[message] = self.person(who), thread
        written = self._written[message] = self.now - timedelta(seconds=late)
        await dispatch.take(
            self.house, Message(self.event_id(), written, self.place(thread), self.person(who), message, words)
        )
        await self.settle()
        return message

    async def edits(self, message: str, words: str, who: str | None = None) -> None:
        """The author changes a message."""
        author, thread = self._authors.get(message, (self.person(who or ""), None))
        edit = Edited(self.event_id(), self.now, self.place(thread), author, message, words, self._written.get(message))
        await dispatch.take(self.house, edit)
        await self.settle()

    async def deletes(self, message: str) -> None:
        """A message is deleted."""
        _, thread = self._authors.get(message, (None, None))
        await dispatch.take(self.house, Deleted(self.event_id(), self.now, self.place(thread), message))
        await self.settle()

    async def asks(self, who: str, word: str, words: str = "", thread: str | None = None) -> list[Answer]:
        """Somebody types a command."""
        return await self._ask(Command(self.event_id(), self.now, self.place(thread), self.person(who), word, words))

    async def asks_about(self, message: str, who: str, word: str, words: str) -> list[Answer]:
        """Somebody asks something in the menu of a message."""
        place = self.place(self._authors[message][1])
        command = Command(self.event_id(), self.now, place, self.person(who), word, words, message=message)
        return await self._ask(command)

    async def presses(self, who: str, button: str, about: str | None = None, **answers: str) -> list[Answer]:
        """Somebody presses a button: the last one of that name that was shown, or one with an `about` of its own."""
        about = self.button(button).about if about is None else about
        return await self._ask(
            ButtonPress(self.event_id(), self.now, self.place(), self.person(who), button, about, answers)
        )

    async def sends(self, who: str, form: str, answers: dict[str, str], about: str = "") -> list[Answer]:
        """Somebody sends a form."""
        return await self._ask(
            Submission(self.event_id(), self.now, self.place(), self.person(who), form, about, answers)
        )

    async def fills_in(self, who: str, opened: Form, /, **answers: str) -> list[Answer]:
        """Somebody sends a form that was opened, with what was filled in beforehand unless they change it."""
        before = {f.name: f.value for f in opened.fields}
        return await self.sends(who, opened.name, before | answers, opened.about)

    async def opens_home(self, who: str) -> Card:
        """Somebody opens the bot's own page."""
        await dispatch.take(self.house, HomeOpened(self.event_id(), self.now, self.place(), self.person(who)))
        await self.settle()
        return next(e.card for e in reversed(self.sent) if isinstance(e, ShowHome))

    async def _ask(self, event: Command | ButtonPress | Submission) -> list[Answer]:
        given = list(await dispatch.handle(self.house, event))
        self.answers += given
        await self.settle()
        return given

    # --- the passing of time

    async def settle(self) -> None:
        """Do all that can be done at this moment."""
        await engine.settle(self.house)

    async def until(self, moment: datetime | str) -> None:
        """Let time pass, stopping wherever something is due; what has had its time is forgotten."""
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        while (upcoming := (await engine.settle(self.house)).moment) is not None and self.now < upcoming <= moment:
            self.now = upcoming
        self.now = moment
        await self.database.write(EVERYWHERE, lambda db: retention.forget(db, self.now))

    async def later(self, **passed: float) -> None:
        """Let this much time pass."""
        await self.until(self.now + timedelta(**passed))

    async def sleeps_through(self, **passed: float) -> None:
        """The machine was off all this time, and is on again."""
        self.now += timedelta(**passed)
        await self.settle()

    # --- what there is to see

    @property
    def whispers(self) -> list[Whisper]:
        """What was whispered, in order."""
        return [e for e in self.sent if isinstance(e, Whisper)]

    @property
    def tips(self) -> list[tuple[str, str]]:
        """Who got a tip, and for what."""
        return [(w.who.id, w.tip.pattern) for w in self.whispers if w.tip is not None]

    @property
    def tip(self) -> Whisper:
        """The last tip."""
        return next(w for w in reversed(self.whispers) if w.tip is not None)

    @property
    def withdrawn(self) -> list[str]:
        """The cards that were taken away."""
        return [e.key for e in self.sent if isinstance(e, Withdraw)]

    @property
    def said(self) -> list[str]:
        """What all could read, in order."""
        return [words(e.card) for e in self.sent if isinstance(e, Say)]

    @property
    def consent_card(self) -> Card:
        """The card in the channel that says whether the bot listens, as it is now."""
        return next(
            e.card for e in reversed(self.sent) if isinstance(e, Say | Replace) and e.key.startswith("consent:")
        )

    def button(self, name: str) -> Button:
        """The last button of that name that was shown anywhere."""
        shown: list[Any] = [*self.sent, *self.answers]
        cards = [e.form if isinstance(e, OpenForm) else getattr(e, "card", None) for e in shown]
        return next(b for c in reversed(cards) if c is not None for b in buttons(c.parts) if b.name == name)

    async def rows(self, table: type[Base]) -> list[Any]:
        """All rows of a table."""
        return await self.database.read(EVERYWHERE, lambda db: list(db.scalars(select(table))))

    async def outcomes(self) -> list[str]:
        """What happened after tips, in order."""
        found = await self.database.read(EVERYWHERE, lambda db: db.scalars(select(Outcome).order_by(Outcome.id)).all())
        return [row.kind for row in found]

    async def member(self, name: str) -> Any:
        """What is kept of somebody; None when they are not known."""
        rows = await self.rows(_table("member"))
        return next((row for row in rows if row.person == name), None)

    async def held_back(self) -> list[bool]:
        """For each tip that there was reason for: whether it was held back."""
        return [row.held_back for row in await self.rows(Nudge)]

    async def listens(self) -> bool:
        """Whether the channel's ears are open."""
        return any(row.listening for row in await self.rows(Channel) if row.channel == self.channel)

    async def everything(self) -> str:
        """All that stands in the database, as text."""

        def dump(db: Session) -> str:
            return "\n".join(
                str(row) for table in Base.metadata.sorted_tables for row in db.execute(text(f"SELECT * FROM {table}"))
            )

        return await self.database.read(EVERYWHERE, dump)

    async def write(self, work: Callable[[Session], Any]) -> Any:
        """Change rows by hand, for what happened long before the story."""
        return await self.database.write(self.tenant, work)


def copied(engine: Engine, path: Path, *, back: bool = False) -> None:
    """Copy a whole SQLite database to a file, or `back`."""
    connection, other = engine.raw_connection(), sqlite3.connect(path)
    ours: Any = connection.driver_connection
    (other if back else ours).backup(ours if back else other)
    other.close()
    connection.close()


NewStory = Callable[[], AbstractContextManager[Story]]
"""Starts a story of its own, as often as a test wants one."""


def _table(name: str) -> type[Base]:
    return next(m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == name)


def words(card: Card | Form) -> str:
    """What is written on a card or form."""
    lines: list[str] = []
    for part in card.parts:
        if isinstance(part, Text):
            lines.append(plain(part.text))
        elif isinstance(part, Facts):
            lines += [f"{label}: {plain(value)}" for label, value in part.facts]
    return "\n".join(lines)


def names(card: Card | Form) -> list[str]:
    """The names of the buttons on a card or form."""
    return [button.name for button in buttons(card.parts)]


def starter(card: Card | Form) -> str:
    """The beginning that a tip offers to go on with."""
    return next(plain(part.text) for part in card.parts if isinstance(part, Text) and part.style == "starter")


def reply(answers: Sequence[Answer]) -> str:
    """What one person alone was told."""
    (answer,) = [a for a in answers if isinstance(a, Reply | Update)]
    return words(answer.card)


def form(answers: Sequence[Answer]) -> Form:
    """The form that was opened."""
    (answer,) = answers
    assert isinstance(answer, OpenForm), answer
    return answer.form


def refused(answers: Sequence[Answer]) -> dict[str, str]:
    """Why something was refused, by field."""
    (answer,) = answers
    assert isinstance(answer, Refusal), answer
    return dict(answer.reasons)


def hearing(label: str = "none", **more: Any) -> Ear:
    """An ear that hears the same in everything: for stories that are about something else."""

    async def ear(_listen: Listen) -> Hearing:
        return replace(Hearing(label, 0.95, nudge=label not in ("none", "impact_feedback"), lang="nl"), **more)

    return ear
