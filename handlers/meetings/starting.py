"""The rhythm of a project: which meetings it has from now on, each with what is usual for its kind."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import uuid4

from handlers import calendar, clocks, consent, hours, phrases
from handlers.meetings import going_live, inviting, planning, rights, rule, subscribing, together, topics
from handlers.meetings.kinds import KINDS
from handlers.register import blanks, steps
from handlers.roster import meant, typed
from handlers.turn import Turn
from handlers.vocabulary import (
    ButtonPress,
    ChoiceField,
    Command,
    DateField,
    Effect,
    Form,
    OpenForm,
    Refused,
    Reply,
    Say,
    Submission,
    Text,
    TextField,
)
from prompts import Phrasebook
from storage import meetings, members, projects
from storage.tables import Channel, Member, Project, Series

USUAL = ("operational", "tactical", "strategic", "demo", "progress")
"""What most projects need."""
AT = 10 * 60
"""When a meeting begins unless people choose otherwise, in minutes after midnight."""

MONTH, YEARS = timedelta(days=32), timedelta(days=2 * 366)
"""More than any month has, and so far away the first time is looked for."""


def asked(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Ask which meetings a project wants."""
    channel, member = meant(turn, event)
    steps.check_keeping(turn, channel.project)
    book = phrases.reader(member)
    running = {series.kind for series in meetings.series(turn.db, channel.project)}
    missing = [kind for kind in KINDS if kind not in running]
    if not missing:
        raise Refused({"": "meetings.refused.all_running"})
    mine = [kind for kind in missing if rights.may(turn, "meeting_add", member, (kind,))]
    if not mine:
        rights.check(turn, "meeting_add", member, missing)
    kinds = tuple((kind, book.say(f"meetings.offered.{kind}")) for kind in mine)
    # A button can name the one that is missed, and the topic for which that is.
    missed, _, topic = typed(event).partition(" ") if isinstance(event, ButtonPress) else ("", "", "")
    usual = missed if missed in mine else " ".join(kind for kind in USUAL if kind in mine)
    sides = tuple((side, book.say(f"consent.side.{side}")) for side in ("supplier", "client"))
    first = _monday(turn, channel.project)
    yield OpenForm(
        Form(
            "rhythm",
            book.say("meetings.rhythm.title"),
            book.say("meetings.rhythm.submit"),
            book.say("register.close"),
            (
                Text(book.say("meetings.rhythm.intro")),
                ChoiceField("kinds", book.say("meetings.rhythm.kinds"), kinds, value=usual, many=True),
                DateField("first", book.say("meetings.rhythm.first"), value=first.isoformat()),
                TextField("at", book.say("meetings.rhythm.at"), value=hours.clock(AT), longest=hours.LONGEST),
                TextField(
                    "where",
                    book.say("meetings.rhythm.where"),
                    required=False,
                    hint=book.say("meetings.rhythm.where_hint"),
                    longest=500,
                ),
                ChoiceField("side", book.say("meetings.rhythm.side"), sides, value="supplier"),
                going_live.field(book, channel.project),
                Text(book.say("meetings.rhythm.later"), "note"),
            ),
            about=f"{channel.project_id} {topic}".strip(),
        )
    )


def _monday(turn: Turn, project: Project) -> date:
    """The next Monday, by the project's clock."""
    today = calendar.day_of(calendar.of_project(project), turn.now)
    return today + timedelta(days=7 - today.weekday())


def started(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Begin the meetings that were chosen, plan the first of each, and tell everyone."""
    channel, member = meant(turn, event)
    project, answers = channel.project, event.answers
    steps.check_keeping(turn, project)
    projects.hold(turn.db, project)
    running = {series.kind for series in meetings.series(turn.db, project)}
    chosen = [kind for kind in answers.get("kinds", "").split() if kind in KINDS and kind not in running]
    at, first = hours.minutes(answers.get("at", "")), blanks.day_written(answers.get("first", ""))
    today = calendar.day_of(calendar.of_project(project), turn.now)
    side, where = answers.get("side", ""), answers.get("where", "").strip()
    wrong = {
        "kinds": ("meetings.refused.kinds", not chosen),
        "first": ("meetings.refused.first", first is None or not today <= first <= today + timedelta(days=366)),
        "at": ("register.refused.time", at is None or at >= 24 * 60),
        "side": ("register.refused.choice", side not in steps.ACROSS),
        "where": ("register.refused.long", len(where) > 500),
        "live": ("register.refused.date", going_live.wrong(turn, project, answers.get("live", ""))),
    }
    reasons = {field: why for field, (why, is_wrong) in wrong.items() if is_wrong}
    if reasons or first is None or at is None:
        raise Refused(reasons)
    rights.check(turn, "meeting_add", member, chosen, "kinds")
    if not meetings.all_series(turn.db, project):
        # Once somebody stopped it, nobody gets one unasked.
        subscribing.make(project)
    yield from going_live.settled(turn, channel, member, answers.get("live", project.goes_live_on or ""))
    begun = [_start(turn, channel, kind, first, at, where, side, member) for kind in chosen]
    book = phrases.everyone(project)
    clashes = [each for each in together.first_of_each(turn, meetings.series(turn.db, project)) if _one_of(begun, each)]
    told = "\n".join((*(_line(turn, book, series) for series in begun), *together.lines(book, clashes)))
    note = phrases.note(book, "meetings.rhythm.started", who=phrases.person(member), meetings=told)
    place, key = consent.place_of(channel), f"rhythm:{uuid4().hex}"
    yield Say(place, inviting.with_calendar(turn, note, project), key)
    yield from inviting.of_series(turn, project, place, key, begun, {})
    if set(chosen) & set(rights.LIVE) and going_live.too_late(turn, project):
        yield Reply(phrases.note(phrases.reader(member), "meetings.live.too_late"))
    yield from topics.taken_along(turn, member, event.about.partition(" ")[2], begun)


def _start(
    turn: Turn, channel: Channel, kind: str, first: date, at: int, where: str, side: str, member: Member
) -> Series:
    """A series with what is usual for its kind, planned from its first day."""
    usual = KINDS[kind]
    series = meetings.start(
        turn.db,
        channel.project,
        kind,
        channel=channel.channel,
        side=side,
        first_on=first.isoformat(),
        rule=usual.rule,
        at=at,
        minutes=usual.minutes,
        zone=channel.project.zone,
        on_holiday=usual.on_holiday,
        where=where or None,
        agenda=None,
        uid=uuid4().hex,
        now=turn.now,
        organisation=steps.party(member, members.of(turn.db, channel.project)) if member.side == side else None,
    )
    going_live.begun(turn, series)
    if not series.extra:
        series.first_on = _counts_from(turn, series, first).isoformat()
    planning.plan(turn, series)
    return series


def _counts_from(turn: Turn, series: Series, first: date) -> date:
    """From which day the months of a series count: what comes every few of them would else be that long away.

    A later month counts where that brings the first time sooner, with time to prepare it.
    """
    ruled, works = rule.read(series.rule), planning.calendar_of(series)
    if ruled.frequency != "MONTHLY" or ruled.interval == 1:
        return first
    preps = (KINDS[series.kind].supplier_prep, KINDS[series.kind].client_prep)
    asked = max(prep.asked for prep in preps if prep is not None)
    try:
        prepared = calendar.working_days_after(works, calendar.day_of(works, turn.now), asked + 1)
    except calendar.NoWorkingTime:
        return first
    months = [first]
    for _ in range(ruled.interval):
        months.append((months[-1].replace(day=1) + MONTH).replace(day=1))
    found = {each: next(iter(rule.days(series.rule, each, each, each + YEARS)), date.max) for each in months}
    return min((each for each in months if each == first or found[each] >= prepared), key=lambda each: found[each])


def _one_of(series: list[Series], found: together.Together) -> bool:
    return any(each in series for each in found.series)


def _line(turn: Turn, book: Phrasebook, series: Series) -> str:
    """A series and when its first meeting is."""
    first = meetings.next_of(turn.db, series, turn.now)
    name = book.say(f"meetings.kind.{series.kind}")
    if first is None:
        return name
    when = clocks.everyone(turn, series.project, first.starts_at, planning.calendar_of(series).zone)
    return book.say("meetings.first_on", name=name, when=when)
