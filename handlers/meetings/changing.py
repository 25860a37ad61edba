"""A series changes, or the days on which work is done: what was planned of it follows, and what was sent stays.

What people moved by hand stays where they put it. What the rule no longer gives is called off, with the same number and
history; should the rule give that day again, it is planned again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from handlers import calendar, clocks, consent, ical, phrases
from handlers.meetings import feed, gathering, inviting, outlook, planning, preparing
from handlers.meetings.rhythm import Occurrence, moves_to
from handlers.register import card
from handlers.turn import Turn
from handlers.vocabulary import Effect, Person, Say
from prompts import Phrasebook
from storage import consents, items, meetings, projects
from storage.tables import Channel, Meeting, Project, Series

SHOWN = 3
"""Next times that everyone is told of."""


@dataclass(frozen=True)
class Replanned:
    """What came of planning a series anew."""

    effects: tuple[Effect, ...]
    """The cards of what everyone was told of before."""
    changed: bool
    """Whether anything that was planned is different now."""


def replan(turn: Turn, series: Series, moved: Collection[str] = ()) -> Replanned:
    """Let what is planned of a series follow its rule, its clock and the working days of its project.

    Of the extra times that `moved` names the day itself is another: that follows whatever people did with it.
    """
    today = calendar.day_of(planning.calendar_of(series), turn.now)
    rows = meetings.still_ahead(turn.db, series, turn.now, today.isoformat())
    given = _given(turn, series, today, rows)
    begun = _begun(turn, series, given)
    effects: list[Effect] = []
    changed = False
    for row in rows:
        called_off, follows = row.item.state == "called_off", row.ruled in moved
        if row.own_time and not called_off and not follows:
            others = {name for each in rows if each is not row for name in (each.ruled, each.named_on) if name}
            changed |= _taken_over(row, given, begun | others)
            continue
        if called_off and row.item.words.get("off") != "series" and not follows:
            continue  # people called it off, and so it stays
        occurrence = given.get(row.ruled)
        if occurrence is None:
            if not called_off:
                effects += call_off(turn, row, "series")
                changed = True
        elif called_off or (row.starts_at, row.ends_at) != (occurrence.starts, occurrence.ends):
            effects += _put(turn, row, occurrence)
            changed = True
    planning.plan(turn, series)
    return Replanned(tuple(effects), changed)


def _given(turn: Turn, series: Series, today: date, rows: list[Meeting]) -> dict[str, Occurrence]:
    """What the rule gives from now on, by the day that it names, as far ahead as something was planned."""
    if series.stopped_at is not None:
        return {}
    rhythm = planning.rhythm_of(series)
    named = [planning.ruled_day(series, row.ruled) for row in rows]
    days = [moves_to(rhythm, day) or day for day in named if day is not None]
    days += [calendar.day_of(rhythm.calendar, row.starts_at) for row in rows if row.own_time]
    found = planning.times(series, today, max(days, default=today))
    return {each.name: each for each in found if each.starts > turn.now}


def _begun(turn: Turn, series: Series, given: dict[str, Occurrence]) -> set[str]:
    """What stands for a day that the rule gives though it has begun: a day off can put its day ahead of now again."""
    if not given:
        return set()
    first = calendar.at(planning.calendar_of(series), min(each.ruled for each in given.values()), 0)
    return meetings.days_planned(turn.db, series, first)


def _taken_over(row: Meeting, given: dict[str, Occurrence], known: set[str]) -> bool:
    """Of what was moved by hand to a day that the rule gives by now, that is the time it is: there are not two."""
    if row.ruled in given:
        return False
    day = calendar.day_of(planning.calendar_of(row.series), row.starts_at)
    ruled = next((name for name, each in given.items() if each.day == day and name not in known), None)
    if ruled is None:
        return False
    # Calendars know it by the day that it was planned for.
    row.named_on = row.named_on or row.ruled
    row.ruled = ruled
    return True


def _put(turn: Turn, meeting: Meeting, occurrence: Occurrence) -> Iterable[Effect]:
    """A meeting takes place when the rule says."""
    item = meeting.item
    announced = bool(item.words.get("announced"))
    again = item.state == "called_off"
    before = item.due_on
    meeting.starts_at, meeting.ends_at = occurrence.starts, occurrence.ends
    meeting.look_at = turn.now
    meeting.own_time = False
    meeting.sequence += 1
    if item.words.get("announced") != "final":
        # What comes due by the new time may lie before what was done by the old one.
        meeting.done_at = None
    item.state, item.due_on = "planned", occurrence.day.isoformat()
    item.words = {name: said for name, said in item.words.items() if name != "off"} | {
        "starts": occurrence.starts.isoformat()
    }
    told = {"before": before, "date": item.due_on} if before and before != item.due_on else {}
    preparing.taken_up(turn, item)
    preparing.follow(turn, meeting)
    items.happened(turn.db, item, None, "planned_again" if again else "follows", told, turn.now)
    if announced:
        gathering.compose(turn, meeting)
        yield from card.again(turn, item)


def call_off(turn: Turn, meeting: Meeting, why: str) -> Iterable[Effect]:
    """A meeting does not take place, because its series changed or stopped: `why` is series or stopped."""
    item = meeting.item
    announced = bool(item.words.get("announced"))
    meeting.look_at = None
    meeting.sequence += 1
    item.state, item.words = "called_off", {**item.words, "off": why}
    items.happened(turn.db, item, None, f"off_{why}", {}, turn.now)
    preparing.let_go(turn, item)
    if announced:
        yield from card.again(turn, item)


def stop(turn: Turn, series: Series) -> Iterable[Effect]:
    """A series takes place no more. What has begun goes on."""
    series.stopped_at, series.plan_at = turn.now, None
    today = calendar.day_of(planning.calendar_of(series), turn.now)
    for row in meetings.still_ahead(turn.db, series, turn.now, today.isoformat()):
        if row.item.state == "planned":
            yield from call_off(turn, row, "stopped")


def known(turn: Turn, project: Project) -> Mapping[int, feed.Known]:
    """What stands in calendars of each series of a project that goes on, by its row id."""
    return {each.id: feed.ahead(turn, [each]) for each in meetings.series(turn.db, project)}


def follow(turn: Turn, channel: Channel, zone_before: str, known_before: Mapping[int, feed.Known]) -> Iterable[Effect]:
    """The days off, the holidays or the clock of a project changed: all of its series follow, and people are told."""
    project, moved = channel.project, []
    stood: dict[str, ical.Event] = {}
    if project.ended_at is not None:
        return
    for series in meetings.series(turn.db, project):
        if series.zone == zone_before:
            series.zone = project.zone
        # Calendars hold more of it than was planned: they are to see that it may be at another time.
        before = known_before.get(series.id, {})
        series.revision += 1
        replanned = replan(turn, series)
        yield from replanned.effects
        if replanned.changed or feed.times(before) != feed.times(feed.ahead(turn, [series])):
            moved.append(series)
            stood |= before
    if moved and "registers" in consents.agreed(turn.db, project):
        book = phrases.everyone(project)
        told = "\n".join(f"{book.say(f'meetings.kind.{each.kind}')}: {coming(turn, book, each)}" for each in moved)
        yield from said(turn, channel, moved, stood, "meetings.changed.follow", meetings=told)


def drifted(turn: Turn, meeting: Meeting) -> bool:
    """Whether a meeting is no longer at the local time of its series: the rules of its clock changed (tzdata)."""
    item, series = meeting.item, meeting.series
    if meeting.own_time or item.state != "planned" or item.due_on is None or meeting.starts_at <= turn.now:
        return False
    meant = calendar.at(planning.calendar_of(series), date.fromisoformat(item.due_on), series.at)
    return series.stopped_at is None and meeting.starts_at != meant


def put_right(turn: Turn, series: Series) -> Iterable[Effect]:
    """The rules of a clock changed: what was planned by the old ones follows, and everyone is told."""
    channel, stood = projects.channel(turn.db, series.tenant, series.channel), feed.ahead(turn, [series])
    series.revision += 1
    yield from replan(turn, series).effects
    if channel is not None and channel.left_at is None and channel.halted is None:
        book = phrases.everyone(series.project)
        told = f"{book.say(f'meetings.kind.{series.kind}')}: {coming(turn, book, series)}"
        yield from said(turn, channel, [series], stood, "meetings.changed.follow", meetings=told)


def said(
    turn: Turn, channel: Channel, series: list[Series], stood: feed.Known | None, key: str, **values: str | Person
) -> Iterable[Effect]:
    """What everyone is told of series; where they move, with the file that tells calendars what stood there before."""
    place, name = consent.place_of(channel), f"series:{uuid4().hex}"
    note = phrases.note(phrases.everyone(channel.project), key, **values)
    goes_on = stood is not None and any(each.stopped_at is None for each in series)
    yield Say(place, inviting.with_calendar(turn, note, channel.project) if goes_on else note, name)
    if stood is not None:
        yield from inviting.of_series(turn, channel.project, place, name, series, stood)


def coming(turn: Turn, book: Phrasebook, series: Series) -> str:
    """The next times of a series, in words, by its own clock."""
    zone = planning.calendar_of(series).zone
    found = outlook.coming(turn.db, series, turn.now, SHOWN)
    return "; ".join(clocks.everyone(turn, series.project, each.starts, zone) for each in found)
