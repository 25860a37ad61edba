"""Meetings of a project that are at the same time: for who plans, moves or looks at them to know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from handlers import calendar, dates, phrases
from handlers.calendar import NoWorkingTime
from handlers.meetings import outlook, planning
from handlers.meetings.kinds import PROGRESS
from handlers.meetings.outlook import Expected
from handlers.turn import Turn
from prompts import Phrasebook
from storage import meetings
from storage.tables import Meeting, Series

AHEAD = timedelta(days=366)
"""How far ahead is looked."""


@dataclass(frozen=True)
class Together:
    """Two series, and the first time that they are both held."""

    series: tuple[Series, Series]
    starts: datetime


def first_of_each(turn: Turn, running: Iterable[Series]) -> list[Together]:
    """Of every two series that come to be at the same time within a year, when that is first."""
    held = [(each, _times(turn, each)) for each in running if each.kind != PROGRESS.name]
    found = ((one, other, _first(times, those)) for (one, times), (other, those) in combinations(held, 2))
    return [Together((one, other), starts) for one, other, starts in found if starts is not None]


def _times(turn: Turn, series: Series) -> list[Expected]:
    today = calendar.day_of(planning.calendar_of(series), turn.now)
    try:
        return outlook.expected(turn.db, series, today, today + AHEAD, turn.now)
    except NoWorkingTime:
        return []


def _first(times: Sequence[Expected], others: Sequence[Expected]) -> datetime | None:
    """When one of each is first held at the same time; both are in order."""
    left, right = list(times), list(others)
    while left and right:
        one, other = left[0], right[0]
        if one.starts < other.ends and other.starts < one.ends:
            return max(one.starts, other.starts)
        (left if one.ends <= other.ends else right).pop(0)
    return None


def lines(book: Phrasebook, found: Iterable[Together]) -> Iterable[str]:
    """The same in words, a line for each."""
    for each in found:
        one, other = (book.say(f"meetings.kind.{series.kind}") for series in each.series)
        when = dates.moment_in_words(each.starts, book.language, planning.calendar_of(each.series[0]).zone)
        yield phrases.titled(book.say("meetings.together", one=one, other=other, when=when))


def with_meeting(turn: Turn, meeting: Meeting) -> list[Series]:
    """The other series of a project that are held while this meeting is."""
    found = []
    for series in meetings.series(turn.db, meeting.item.project):
        if series.id != meeting.series_id and series.kind != PROGRESS.name:
            day = calendar.day_of(planning.calendar_of(series), meeting.starts_at)
            times = outlook.expected(turn.db, series, day, day, turn.now)
            if any(each.starts < meeting.ends_at and meeting.starts_at < each.ends for each in times):
                found.append(series)
    return found
