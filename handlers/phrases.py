"""The words for one reader: their language, their clock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from handlers.turn import Turn
from handlers.vocabulary import Card, Person, Place, Text, Words
from prompts import Phrasebook, phrasebook
from storage import members
from storage.tables import Member, Project

LOCALES = {"nl": "nl_NL", "en": "en_GB"}
"""How days and times are written in each language."""


def reader(member: Member) -> Phrasebook:
    """The phrasebook of a person: their own language, or else the project's."""
    return _called(phrasebook(member.language or member.project.language), member.tenant)


def asker(turn: Turn, who: Person, place: Place) -> Phrasebook:
    """The phrasebook of whoever asks something, wherever they ask it, known or not."""
    for member in members.anywhere(turn.db, place.tenant, who.id):
        return reader(member)
    return _called(phrasebook(turn.language), place.tenant)


def everyone(project: Project) -> Phrasebook:
    """The phrasebook for what all in the project read."""
    return _called(phrasebook(project.language), project.tenant)


def _called(book: Phrasebook, tenant: str) -> Phrasebook:
    """The same, naming the command as it is given on the platform of a tenant."""
    own = f"commands.name.{tenant.partition(':')[0]}"
    return replace(book, command=book.say(own)) if book.has(own) else book


def zone_of(member: Member) -> ZoneInfo:
    """The zone in which a person reads the clock."""
    return ZoneInfo(member.zone or member.project.zone)


def day(book: Phrasebook, moment: datetime, zone: ZoneInfo) -> str:
    """A day as people write it: 1 maart 2027."""
    return format_date(moment.astimezone(zone), format="long", locale=LOCALES[book.language])


def day_and_time(book: Phrasebook, moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people write it, short: 1 mrt 14:00."""
    return format_datetime(moment.astimezone(zone), format="d MMM HH:mm", locale=LOCALES[book.language])


def time(moment: datetime, zone: ZoneInfo) -> str:
    """A time of day: 14:00."""
    return f"{moment.astimezone(zone):%H:%M}"


def note(book: Phrasebook, key: str, **values: str | Person) -> Card:
    """A card of one sentence."""
    words: Words = book.parts(key, **values)
    summary = "".join(part for part in words if isinstance(part, str))
    return Card(summary, (Text(words),))


def person(member: Member) -> Person:
    """A known person in the words of the platform."""
    return Person(member.tenant.partition(":")[0], member.team, member.person)


def page(language: str) -> Mapping[str, str]:
    """Everything that the playground's page says."""
    return phrasebook(language).table("playground")


def outsider(language: str) -> Phrasebook:
    """The phrasebook of somebody of whom only is known in which language they read."""
    return phrasebook(language)


def menus(language: str) -> Mapping[str, Any]:
    """What the platforms' own menus say of the app, its commands and its shortcuts."""
    return phrasebook(language).table("manifest")


def word(language: str, ability: str) -> str:
    """The word by which an ability is asked for."""
    return phrasebook(language).list(f"commands.words.{ability}")[0]
