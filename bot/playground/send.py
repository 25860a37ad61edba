"""What the page shows: a room in memory that keeps messages and cards, and tells browsers what they may see."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, assert_never

from bot.playground import render
from bot.playground.cast import SCENES, name_of
from bot.playground.receive import Event
from handlers.vocabulary import (
    Attach,
    Card,
    Deleted,
    Edited,
    Message,
    Person,
    Replace,
    Reply,
    Say,
    Sending,
    Share,
    ShowHome,
    Update,
    Whisper,
    Withdraw,
)

Json = dict[str, Any]
MOST_ENTRIES = 500
"""Older ones are forgotten: the page is for trying things out, and memory must stay flat."""
MOST_WAITING = 200
"""Changes a browser may be behind; one that is slower is hung up on, and gets a whole snapshot when it returns."""


@dataclass(frozen=True)
class Entry:
    """One thing in the channel: a message (`who` and `text`), a card, or a file. `only` is who alone may see it."""

    id: str
    at: datetime
    thread: str | None
    who: Person | None = None
    text: str = ""
    edited: bool = False
    card: Card | None = None
    file: str | None = None
    """The name of a file; its content is the text, in base64."""
    only: Person | None = None


@dataclass(frozen=True)
class Listener:
    """A browser that watches as `who`; `None` in the queue hangs up."""

    who: Person
    changes: asyncio.Queue[Json | None]


@dataclass
class Room:
    """One shared channel. Entries stand in the order in which they came."""

    channel: str
    name_of: render.NameOf
    now: Callable[[], datetime]
    entries: dict[str, Entry] = field(default_factory=dict)
    updates: dict[tuple[Person, str], Card] = field(default_factory=dict)
    """How a card looks now for who pressed a button on it, while everyone else still sees the card itself."""
    homes: dict[Person, Card] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    replies: int = 0

    def check(self, event: Event, who: Person) -> None:
        """Raises ValueError where a person tries what the page would not let them: it is the platform's own rule."""
        thread = event.place.thread
        if thread is not None and (found := self.entries.get(thread)) is not None and found.thread is not None:
            raise ValueError("thread is itself a reply in a thread")
        match event:
            case Message() if (found := self.entries.get(event.message)) is not None:
                if (found.who, found.text) != (who, event.text):
                    raise ValueError("this id was used before")
            case Message() if thread is not None and thread not in self.entries:
                raise ValueError("thread is not a message in this room")
            case Edited() | Deleted():
                found = self.entries.get(event.message)
                if found is None or found.who != who:
                    raise ValueError("message is not one of this person's own")
            case _:
                pass

    def record(self, event: Event) -> None:
        """Shows to everyone what a person wrote, changed or took away; other events leave no trace."""
        match event:
            case Message():
                self._put(Entry(event.message, event.at, event.place.thread, event.who, event.text))
            case Edited() if event.message in self.entries:
                self._put(replace(self.entries[event.message], text=event.text, edited=True))
            case Deleted():
                self._drop(event.message)
            case _:
                pass

    def apply(self, effect: Sending, content: bytes = b"") -> str:
        """Does it, and returns what the page knows it by. The same key again replaces; an unknown key does nothing.

        `content` is what a file holds.
        """
        match effect:
            case Say():
                self._put(self._card(effect.key, effect.card, effect.place.thread, None))
                return effect.key
            case Whisper():
                self._put(self._card(effect.key, effect.card, effect.place.thread, effect.who))
                return effect.key
            case Replace():
                if (found := self.entries.get(effect.key)) is not None:
                    self._forget_updates(effect.key)
                    self._put(replace(found, card=effect.card))
                return effect.key
            case Withdraw():
                self._drop(effect.key)
                return effect.key
            case ShowHome():
                self._show_home(effect.who, effect.card)
                return f"home:{effect.who.id}"
            case Share():
                held = b64encode(content).decode()
                self._put(Entry(effect.key, self.now(), None, text=held, file=effect.name, only=effect.who))
                return effect.key
            case Attach():
                held = b64encode(effect.content.encode()).decode()
                self._put(Entry(effect.key, self.now(), effect.to, text=held, file=effect.name))
                return effect.key
            case _:
                assert_never(effect)

    def answer(self, answer: Reply | Update, event: Event, who: Person) -> None:
        """Shows `who`, and nobody else, what was answered to something they did."""
        match answer:
            case Reply():
                self.replies += 1
                self._put(self._card(f"reply:{self.replies}", answer.card, event.place.thread, who))
            case Update():
                key = getattr(event, "ticket", "")
                found = self.entries.get(key)
                if key == "home":
                    self._show_home(who, answer.card)
                elif found is not None and found.card is not None and found.only in (None, who):
                    self.updates[who, key] = answer.card
                    self._put(found)

    def snapshot(self, who: Person) -> Json:
        """All that `who` may see, as the page wants it."""
        return {
            "kind": "all",
            "entries": [self._json(entry, who) for entry in self.entries.values() if entry.only in (None, who)],
            "home": self._home(who),
        }

    async def watch(self, who: Person) -> AsyncGenerator[Json, None]:
        """A snapshot, and from then on every change that `who` may see, until they leave or are hung up on."""
        listener = Listener(who, asyncio.Queue(MOST_WAITING))
        self.listeners.append(listener)
        try:
            yield self.snapshot(who)
            while (change := await listener.changes.get()) is not None:
                yield change
        finally:
            self._let_go(listener)

    def hang_up(self) -> None:
        """Ends every stream, so that the application can stop."""
        for listener in tuple(self.listeners):
            self._let_go(listener)
            _cut(listener)

    def _card(self, key: str, card: Card, thread: str | None, only: Person | None) -> Entry:
        """A card at the place where it stood before, or new at the end."""
        self._forget_updates(key)
        found = self.entries.get(key)
        return Entry(key, found.at if found else self.now(), thread, card=card, only=only)

    def _put(self, entry: Entry) -> None:
        self.entries[entry.id] = entry
        self._tell(entry.only, lambda who: {"kind": "put", "entry": self._json(entry, who)})
        while len(self.entries) > MOST_ENTRIES:
            self._drop(next(iter(self.entries)))

    def _drop(self, id: str) -> None:
        entry = self.entries.pop(id, None)
        if entry is not None:
            self._forget_updates(id)
            self._tell(entry.only, lambda who: {"kind": "drop", "id": id})

    def _show_home(self, who: Person, card: Card) -> None:
        self.homes[who] = card
        self._tell(who, lambda who: {"kind": "home", "card": self._home(who)})

    def _forget_updates(self, key: str) -> None:
        for pair in [pair for pair in self.updates if pair[1] == key]:
            del self.updates[pair]

    def _tell(self, only: Person | None, change: Callable[[Person], Json]) -> None:
        for listener in tuple(self.listeners):
            if only in (None, listener.who):
                try:
                    listener.changes.put_nowait(change(listener.who))
                except asyncio.QueueFull:
                    self._let_go(listener)
                    _cut(listener)

    def _let_go(self, listener: Listener) -> None:
        if listener in self.listeners:
            self.listeners.remove(listener)

    def _home(self, who: Person) -> Json | None:
        card = self.homes.get(who)
        return None if card is None else render.card(card, self.name_of)

    def _json(self, entry: Entry, who: Person) -> Json:
        shown = self.updates.get((who, entry.id), entry.card)
        return {
            "id": entry.id,
            "at": entry.at.isoformat(),
            "thread": entry.thread,
            "who": None if entry.who is None else {"id": entry.who.id, "name": self.name_of(entry.who)},
            "side": None if entry.who is None else entry.who.team,
            "mine": entry.who == who,
            "text": entry.text,
            "edited": entry.edited,
            "card": None if shown is None else render.card(shown, self.name_of),
            "file": entry.file,
            "private": entry.only is not None,
        }


def open_rooms(now: Callable[[], datetime]) -> dict[str, Room]:
    """The rooms of the playground by channel id, all of them empty."""
    return {scene.channel: Room(scene.channel, name_of, now) for scene in SCENES}


def apply(rooms: Mapping[str, Room], effect: Sending, content: bytes = b"") -> str:
    """Does it in the room it is meant for; the app Home, which is of no room, is shown in every one of them.

    `content` is what a file holds.
    """
    room = rooms.get(effect.place.channel)
    if room is not None:
        return room.apply(effect, content)
    if isinstance(effect, ShowHome):
        for each in rooms.values():
            each.apply(effect)
        return f"home:{effect.who.id}"
    raise ValueError(f"the playground has no channel {effect.place.channel!r}")


def _cut(listener: Listener) -> None:
    """Drops what is waiting, so that there is room for the word that ends the stream."""
    while not listener.changes.empty():
        listener.changes.get_nowait()
    listener.changes.put_nowait(None)
