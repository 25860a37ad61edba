"""A series is planned a little ahead: always its next time, and each time before anything has to be done for it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import cast
from zoneinfo import ZoneInfo

from handlers import calendar, phrases, workless
from handlers.calendar import Calendar
from handlers.meetings import moments, roles
from handlers.meetings.kinds import KINDS, PROGRESS
from handlers.meetings.rhythm import Apart, Occurrence, OnHoliday, Rhythm, occurrences
from handlers.turn import Turn
from handlers.vocabulary import Due, Effect
from storage import items, meetings
from storage.tables import Meeting, Series

AHEAD = timedelta(hours=48)
"""So long before anything has to be done for a meeting it is planned."""
AT_ONCE = 40
"""Meetings that are planned in one go; the others follow at once."""
MARGIN = timedelta(days=21)
"""So far behind a stretch of days the next time is looked for."""
STRETCH, FAR = timedelta(days=92), 40
"""How many days are looked at in one go for the next time, and how often before giving up: ten years."""
LIVE = "live"
"""How the name begins of a time that is held because the service goes live."""
BEFORE, AFTER = timedelta(weeks=12), timedelta(weeks=6)
"""So near before the first and after the last of such times the rule names none: they take its place."""


def calendar_of(series: Series) -> Calendar:
    """The working days of the project, by the clock of the series."""
    return replace(calendar.of_project(series.project), zone=ZoneInfo(series.zone))


def rhythm_of(series: Series) -> Rhythm:
    """When a series takes place."""
    extra = tuple((name, date.fromisoformat(day)) for name, day in (series.extra or {}).items())
    return Rhythm(
        date.fromisoformat(series.first_on),
        series.rule,
        series.at,
        series.minutes,
        calendar_of(series),
        cast(OnHoliday, series.on_holiday),
        extra=extra,
        apart=_apart(series, [day for name, day in extra if name.startswith(LIVE)]),
    )


def _apart(series: Series, live: list[date]) -> Apart | None:
    """What is held because the service goes live takes the place of what the rule names around it.

    Of the rule nothing comes between these times, and from the last of them on it counts anew. What begins before going
    live begins with that one.
    """
    first_on = date.fromisoformat(series.first_on)
    if not live or max(live) <= first_on:
        return None
    first = first_on if min(KINDS[series.kind].go_live_weeks, default=0) < 0 else min(live) - BEFORE
    return Apart(first, max(live) + AFTER, max(live))


def ruled_day(series: Series, name: str) -> date | None:
    """The day that a series gives to a time of this name; None for an extra one that it no longer has."""
    day = (series.extra or {}).get(name, name)
    return date.fromisoformat(day) if day[:1].isdigit() else None


def times(series: Series, first: date, last: date) -> list[Occurrence]:
    """When a series takes place from one local day to another.

    Once a day at most: of what days off move to one day, one is held. What a holiday moves close to the next one is
    left out, for the kinds of which that is said.
    """
    rhythm, within = rhythm_of(series), KINDS[series.kind].skip_within
    found = _once_a_day(occurrences(rhythm, first, last + (MARGIN if within is not None else timedelta(0))))
    if within is not None:
        pairs = zip_longest(found, found[1:])
        found = [each for each, after in pairs if not _crowded(rhythm.calendar, each, after, within)]
    return [each for each in found if each.day <= last]


def _once_a_day(found: list[Occurrence]) -> list[Occurrence]:
    """Of each day the one that people chose for it last, or that belongs there, or that comes from nearest by."""
    nearest_last = sorted(found, key=lambda each: (bool(each.extra), -abs(each.day - each.ruled)))
    return sorted({each.day: each for each in nearest_last}.values(), key=lambda each: each.day)


def _crowded(works: Calendar, each: Occurrence, after: Occurrence | None, within: int) -> bool:
    moved = each.day != each.ruled and not each.extra
    return moved and after is not None and calendar.working_days_between(works, each.day, after.day) <= within


def ahead(series: Series, now: datetime) -> Iterator[Occurrence]:
    """The times of a series that have not begun, in order, as far as ten years away."""
    first = calendar.day_of(calendar_of(series), now)
    for _ in range(FAR):
        last = first + STRETCH
        yield from (each for each in times(series, first, last) if each.starts > now)
        first = last + timedelta(days=1)


def planned(event: Due, turn: Turn) -> Iterable[Effect]:
    """It is time to plan a series further."""
    series = meetings.series_by_id(turn.db, event.tenant, event.row)
    if series is not None and series.plan_at is not None and series.plan_at <= turn.now and _goes_on(series):
        yield from _plan(turn, series)


def _goes_on(series: Series) -> bool:
    """Whether there is anything left to plan; if not, nobody looks again."""
    series.plan_at = None
    return series.stopped_at is None and series.project.ended_at is None


def plan(turn: Turn, series: Series) -> None:
    """Plan what has to be planned now, and decide when to look again; where nobody ever works, in a day."""
    if not _goes_on(series):
        return
    if workless.all_or_none(turn, f"series {series.id}", lambda: _plan(turn, series)) is None:
        series.plan_at = turn.now + workless.AGAIN


def _plan(turn: Turn, series: Series) -> Iterable[Effect]:
    known = meetings.days_planned(turn.db, series, turn.now - AHEAD)
    next_one = meetings.next_of(turn.db, series, turn.now)
    for count, occurrence in enumerate(each for each in ahead(series, turn.now) if each.name not in known):
        found = moments_of(series, occurrence.starts, occurrence.ends)
        begins = found[0].at - AHEAD
        # What was planned before may be further away by now, when the rule or the days off changed.
        has_next = next_one is not None and next_one.starts_at <= occurrence.starts
        if (begins > turn.now and has_next) or count >= AT_ONCE:
            # Once the next one has begun another becomes the next, however far away.
            soonest = min(begins, next_one.starts_at) if next_one is not None else begins
            series.plan_at = max(soonest, turn.now)
            break
        meeting = _add(turn, series, occurrence, found)
        next_one = next_one if has_next else meeting
    return ()


def moments_of(series: Series, starts: datetime, ends: datetime) -> tuple[moments.Moment, ...]:
    """All that time brings to one time of a series."""
    return moments.moments(KINDS[series.kind], starts, ends, calendar_of(series))


def of_meeting(meeting: Meeting) -> tuple[moments.Moment, ...]:
    """All that time brings to a meeting as it is planned now."""
    return moments_of(meeting.series, meeting.starts_at, meeting.ends_at)


def roles_of(series: Series, side: str) -> tuple[str, ...]:
    """The roles that must be there on a side, in order: who of them is there first is asked."""
    return tuple(role for group in roles.needed(series).get(side, ()) for role in group)


def _add(turn: Turn, series: Series, occurrence: Occurrence, found: tuple[moments.Moment, ...]) -> Meeting:
    book = phrases.everyone(series.project)
    written = series.kind == PROGRESS.name
    words = {"what": book.say(f"meetings.kind.{series.kind}")}
    if not written:
        words |= {
            "starts": occurrence.starts.isoformat(),
            "kind": series.kind,
            "roles": " ".join(roles_of(series, series.side)),
        }
    item = items.add(
        turn.db,
        series.project,
        "report" if written else "meeting",
        state="planned",
        side="supplier" if written else series.side,
        doer="client" if written else series.side,
        author=None,
        owner=None,
        organisation=series.organisation_id,
        words=words | ({"where": series.where} if series.where else {}),
        due_on=occurrence.day.isoformat(),
        channel=series.channel,
        thread=None,
        message=None,
        now=turn.now,
    )
    return meetings.plan(turn.db, series, item, occurrence.name, occurrence.starts, occurrence.ends, found[0].at)
