"""A moment as everyone reads it: by one clock, that of who live elsewhere beside it; and an agenda by another clock."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from handlers import dates, phrases
from handlers.turn import Turn
from prompts import Phrasebook
from storage import members
from storage.tables import Project

ELSEWHERE = 3
"""Other clocks that are named."""
_BEGINS = re.compile(r"^(\d\d):(\d\d)(?= )", re.MULTILINE)


def everyone(turn: Turn, project: Project, moment: datetime, zone: ZoneInfo) -> str:
    """A moment by one clock; where somebody on a side lives by another, both clocks are named."""
    book = phrases.everyone(project)
    said = dates.moment_in_words(moment, book.language, zone)
    local = moment.astimezone(zone)
    others: dict[timedelta | None, ZoneInfo] = {}
    for member in members.of(turn.db, project):
        theirs = phrases.zone_of(member)
        if member.side is not None and moment.astimezone(theirs).utcoffset() != local.utcoffset():
            others.setdefault(moment.astimezone(theirs).utcoffset(), theirs)
    if not others:
        return said
    beside = [
        _named(book, _short(book, moment, each, same_day=moment.astimezone(each).date() == local.date()), each)
        for each in list(others.values())[:ELSEWHERE]
    ]
    return " · ".join([_named(book, said, zone), *beside])


def _short(book: Phrasebook, moment: datetime, zone: ZoneInfo, *, same_day: bool) -> str:
    return phrases.time(moment, zone) if same_day else phrases.day_and_time(book, moment, zone)


def _named(book: Phrasebook, when: str, zone: ZoneInfo) -> str:
    city = get_timezone_location(zone, locale=phrases.LOCALES[book.language], return_city=True)
    return book.say("meetings.by_clock", when=when, place=city)


def read(words: Mapping[str, str], name: str, zone: ZoneInfo) -> str:
    """What an item holds by a name, with an agenda by the clock of a zone."""
    starts = words.get("starts", "") if name == "agenda" else ""
    return agenda(words.get(name, ""), datetime.fromisoformat(starts), zone) if starts else words.get(name, "")


def agenda(text: str, starts: datetime, zone: ZoneInfo) -> str:
    """An agenda of which each item stands with the time at which it begins, by the clock of a zone.

    By whose clock and for which day it was written does not matter: its first item begins when the meeting does.
    """
    first = _BEGINS.match(text)
    if first is None:
        return text
    local = starts.astimezone(zone)
    later = local.hour * 60 + local.minute - _minutes(first)

    def put(found: re.Match[str]) -> str:
        at = (_minutes(found) + later) % (24 * 60)
        return f"{at // 60:02}:{at % 60:02}"

    return _BEGINS.sub(put, text)


def _minutes(found: re.Match[str]) -> int:
    return int(found[1]) * 60 + int(found[2])
