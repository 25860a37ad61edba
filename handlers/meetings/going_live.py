"""The day on which the service goes live, and what is held because of it: an exercise before, evaluations after."""

from collections.abc import Iterable
from datetime import date, timedelta

from handlers import calendar, dates, phrases
from handlers.calendar import DAY
from handlers.meetings import changing, feed, planning, rights
from handlers.meetings.kinds import KINDS
from handlers.register import blanks, steps
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import (
    ButtonPress,
    DateField,
    Effect,
    Form,
    OpenForm,
    Refused,
    Reply,
    Submission,
    Text,
)
from prompts import Phrasebook
from storage import meetings
from storage.tables import Channel, Member, Project, Series

FURTHEST = timedelta(days=3 * 366)
"""How far away it can be."""
NOT_HELD = ("planned", "called_off")
"""States of a time that was not held: it moves along."""


def asked(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Ask on which day the service goes live."""
    channel, member = meant(turn, event)
    steps.check_keeping(turn, channel.project)
    rights.check(turn, "go_live", member, _kinds(turn, channel.project))
    book = phrases.reader(member)
    yield OpenForm(
        Form(
            "go_live",
            book.say("meetings.live.title"),
            book.say("meetings.series.submit"),
            book.say("register.close"),
            (Text(book.say("meetings.live.intro")), field(book, channel.project)),
            about=str(channel.project_id),
        )
    )


def field(book: Phrasebook, project: Project) -> DateField:
    """The question on which day it goes live, with what is known."""
    known = project.goes_live_on or ""
    return DateField("live", book.say("meetings.live.field"), False, known, book.say("meetings.live.hint"))


def wrong(turn: Turn, project: Project, said: str) -> bool:
    """Whether what was filled in is no day at all, or one that is too far away to go by."""
    day, today = blanks.day_written(said), calendar.day_of(calendar.of_project(project), turn.now)
    return bool(said.strip()) and (day is None or not abs(day - today) <= FURTHEST)


def saved(event: Submission, turn: Turn) -> Iterable[Effect]:
    """It goes live on another day, or nobody knows any more."""
    channel, member = meant(turn, event)
    project, said = channel.project, event.answers.get("live", "")
    steps.check_keeping(turn, project)
    rights.check(turn, "go_live", member, _kinds(turn, project))
    if wrong(turn, project, said):
        raise Refused({"live": "register.refused.date"})
    if (said.strip() or None) == project.goes_live_on:
        yield Reply(phrases.note(phrases.reader(member), "meetings.changed.nothing"))
        return
    yield from settled(turn, channel, member, said)
    if too_late(turn, project):
        yield Reply(phrases.note(phrases.reader(member), "meetings.live.too_late"))


def settled(turn: Turn, channel: Channel, member: Member, said: str) -> Iterable[Effect]:
    """Where it goes live on another day than was known, what was not held moves along, and everyone is told."""
    project, day = channel.project, blanks.day_written(said)
    if (said.strip() or None) == project.goes_live_on:
        return
    rights.check(turn, "go_live", member, _kinds(turn, project), "live")
    project.goes_live_on = day.isoformat() if day is not None else None
    book, told, theirs = phrases.everyone(project), [], _theirs(turn, project)
    stood = feed.ahead(turn, theirs)
    for series in theirs:
        yield from _follow(turn, series)
        told.append(f"\n{book.say(f'meetings.kind.{series.kind}')}: {changing.coming(turn, book, series)}")
    key = "meetings.changed.live" if day is not None else "meetings.changed.no_live"
    when = dates.in_words(day, book.language) if day is not None else ""
    known, who = stood if theirs else None, phrases.person(member)
    yield from changing.said(turn, channel, theirs, known, key, who=who, day=when, meetings="".join(told))


def _follow(turn: Turn, series: Series) -> Iterable[Effect]:
    before = series.extra or {}
    begun(turn, series)
    now = series.extra or {}
    if now != before:
        series.revision += 1
        moved = [name for name, day in now.items() if before.get(name) != day]
        yield from changing.replan(turn, series, moved).effects


def begun(turn: Turn, series: Series) -> None:
    """Let a series be held around the day on which it goes live, as far as that was not done yet."""
    series.extra = _extra(turn, series) or None


def _theirs(turn: Turn, project: Project) -> list[Series]:
    return [each for each in meetings.series(turn.db, project) if each.kind in rights.LIVE]


def _kinds(turn: Turn, project: Project) -> list[str]:
    return [series.kind for series in _theirs(turn, project)]


def _extra(turn: Turn, series: Series) -> dict[str, str]:
    """The extra days of a series as they are to be now: what was held, and what people added, stays."""
    held = meetings.states_of(turn.db, series, series.extra or {})
    kept = {
        name: day
        for name, day in (series.extra or {}).items()
        if not name.startswith(planning.LIVE) or held.get(name, "planned") not in NOT_HELD
    }
    found = {f"{planning.LIVE}{weeks:+d}": _day(turn, series, weeks) for weeks in KINDS[series.kind].go_live_weeks}
    return {name: day.isoformat() for name, day in found.items() if day is not None} | kept


def _day(turn: Turn, series: Series, weeks: int) -> date | None:
    """The day so many weeks after going live; None where nobody knows that day, or this one is behind us.

    What is held before going live comes later where there would be no time to prepare it, yet before that day.
    """
    if series.project.goes_live_on is None:
        return None
    works, live = planning.calendar_of(series), date.fromisoformat(series.project.goes_live_on)
    today, day = calendar.day_of(works, turn.now), live + timedelta(weeks=weeks)
    if weeks < 0:
        preps = (KINDS[series.kind].supplier_prep, KINDS[series.kind].client_prep)
        asked = max(prep.asked for prep in preps if prep is not None)
        day = max(day, calendar.working_days_after(works, today, asked + 1))
        # Where a day off moves it, that is still before.
        return day if calendar.working_days_after(works, day - DAY, 1) < live else None
    return day if day > today else None


def too_late(turn: Turn, project: Project) -> bool:
    """Whether it goes live too soon for what is to be held before it."""
    today = calendar.day_of(calendar.of_project(project), turn.now).isoformat()
    before = [each for each in _theirs(turn, project) if min(KINDS[each.kind].go_live_weeks) < 0]
    return today < (project.goes_live_on or "") and any(
        f"{planning.LIVE}{weeks:+d}" not in (series.extra or {})
        for series in before
        for weeks in KINDS[series.kind].go_live_weeks
    )
