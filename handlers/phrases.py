"""The words for one reader: their language, their clock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from handlers.turn import Turn
from handlers.vocabulary import Card, Person, Place, Text, Words
from prompts import Phrasebook, phrasebook
from storage import members
from storage.tables import Member, Project

LOCALES = {"nl": "nl_NL", "en": "en_GB"}
"""How days and times are written in each language."""


_chosen: dict[str, str] = {}


def asked_by(commands: Mapping[str, str]) -> None:
    """From now on the bot is asked things by another command than the usual one, on the platforms that are named.

    Of the whole process, as whoever runs it set it: every sentence that names the command is to name this one.
    """
    _chosen.clear()
    _chosen.update(commands)


def titled(words: str) -> str:
    """Words as they begin a heading or a sentence."""
    return words[:1].upper() + words[1:]


def reader(member: Member) -> Phrasebook:
    """The phrasebook of a person: their own language, or else the project's."""
    return _called(phrasebook(member.language or member.project.language), member.tenant)


def asker(turn: Turn, who: Person, place: Place) -> Phrasebook:
    """The phrasebook of whoever asks something, wherever they ask it, known or not."""
    member = members.somewhere(turn.db, place.tenant, who.id)
    return reader(member) if member is not None else _called(phrasebook(turn.language), place.tenant)


def everyone(project: Project) -> Phrasebook:
    """The phrasebook for what all in the project read."""
    return _called(phrasebook(project.language), project.tenant)


def _called(book: Phrasebook, tenant: str) -> Phrasebook:
    """The same, naming the command as it is given on the platform of a tenant."""
    platform = tenant.partition(":")[0]
    if platform in _chosen:
        return replace(book, command=_chosen[platform])
    own = f"commands.name.{platform}"
    return replace(book, command=book.say(own)) if book.has(own) else book


def zone_of(member: Member) -> ZoneInfo:
    """The zone in which a person reads the clock."""
    return ZoneInfo(member.zone or member.project.zone)


def report(language: str) -> Phrasebook:
    """The phrasebook of a page that is read outside any chat."""
    return phrasebook(language)


def number(book: Phrasebook, value: float, decimals: int = 0) -> str:
    """A number as people write it: 1.234,5 in Dutch."""
    shape = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(round(value, decimals), format=shape, locale=LOCALES[book.language])


def day(book: Phrasebook, moment: datetime, zone: ZoneInfo) -> str:
    """A day as people write it: 1 maart 2027."""
    return format_date(moment.astimezone(zone), format="long", locale=LOCALES[book.language])


def day_and_time(book: Phrasebook, moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people write it, short: ma 1 mrt 14:00."""
    return format_datetime(moment.astimezone(zone), format="EEE d MMM HH:mm", locale=LOCALES[book.language])


def time(moment: datetime, zone: ZoneInfo) -> str:
    """A time of day: 14:00."""
    return f"{moment.astimezone(zone):%H:%M}"


def note(book: Phrasebook, key: str, **values: str | Person) -> Card:
    """A card of one sentence, that may begin with a person; its summary names no one, as plain text cannot."""
    words: Words = book.parts(key, **values)
    summary = "".join(part if isinstance(part, str) else book.say("choices.someone") for part in words)
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
