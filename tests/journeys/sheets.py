"""What somebody sees on a platform, as far as a story cares: words, buttons and fields."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from storage import due
from storage.database import EVERYWHERE, Database
from storage.tables import Leaving, Outbox

MONDAY = datetime.fromisoformat("2027-03-01T09:30:00+01:00")
PATIENCE = 20.0
"""Seconds that the wheel may take, on a machine that has more to do."""


@dataclass(frozen=True)
class Sheet:
    """A card, a form or a page. What `buttons` and `place` hold is the platform's own."""

    text: str
    buttons: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    """What is filled in beforehand, by the name of the field."""
    place: Any = None
    file: str | None = None


@dataclass(frozen=True)
class Refused:
    """A form was not taken; why, for each field."""

    reasons: Mapping[str, str]


@dataclass
class Time:
    """What time it is; only a story makes it pass."""

    moment: datetime = MONDAY

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=100)
        return self.moment


class World(Protocol):
    """A platform with one channel in it, in which both sides have said yes a week ago. People go by their names."""

    time: Time
    database: Database
    takes_back: bool
    """Whether what one person alone was shown can be taken away again."""

    async def says(self, who: str, text: str) -> str: ...
    async def edits(self, who: str, message: str, text: str) -> None: ...
    async def deletes(self, who: str, message: str) -> None: ...
    async def asks(self, who: str, words: str) -> Sheet | Refused | None:
        """Somebody types a command."""
        ...

    async def presses(self, who: str, sheet: Sheet, button: str, **answers: str) -> Sheet | Refused | None: ...
    async def sends(self, who: str, sheet: Sheet, /, **answers: str) -> Sheet | Refused | None: ...
    async def home(self, who: str) -> Sheet: ...
    def named(self, who: str) -> str:
        """Somebody, as a field in which a person is chosen holds them."""
        ...

    async def sees(self, who: str) -> list[Sheet]:
        """Every card and file that somebody can see in the channel and in their direct messages, oldest first."""
        ...


async def settled(database: Database, time: Time) -> None:
    """Until all is decided and sent that can be at this moment."""
    async with asyncio.timeout(PATIENCE):
        while True:
            todo = await database.read(EVERYWHERE, due.upcoming)
            sending = await database.read(
                EVERYWHERE,
                lambda db: db.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == Leaving.LEAVING)),
            )
            later = todo.moment is None or todo.moment > time.moment
            if not todo.came_in and later and not sending:
                return
            await asyncio.sleep(0.05)


async def passes(world: World, **passed: float) -> None:
    """Let time pass, stopping wherever something is due."""
    until = world.time.moment + timedelta(**passed)
    await settled(world.database, world.time)
    while (moment := (await world.database.read(EVERYWHERE, due.upcoming)).moment) is not None and moment <= until:
        world.time.moment = max(moment, world.time.moment)
        await settled(world.database, world.time)
    world.time.moment = until
    await settled(world.database, world.time)


async def until(world: World, moment: str) -> None:
    """Let time pass until a moment, by the clock in Amsterdam."""
    await passes(world, seconds=(_there(moment) - world.time.moment).total_seconds())


def _there(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


async def card(world: World, who: str, button: str) -> Sheet | None:
    """The last card with this button that somebody can see."""
    return next((sheet for sheet in reversed(await world.sees(who)) if button in sheet.buttons), None)


async def latest(world: World, who: str, code: str) -> Sheet:
    """The card of an item as somebody sees it now."""
    return [sheet for sheet in await world.sees(who) if sheet.text.startswith(f"{code} ·")][-1]


async def tips(world: World, who: str) -> list[Sheet]:
    """The tips that somebody can see."""
    return [sheet for sheet in await world.sees(who) if "misheard" in sheet.buttons]


def shown(given: Sheet | Refused | None) -> Sheet:
    """What was shown, where nothing else would do."""
    assert isinstance(given, Sheet), given
    return given
