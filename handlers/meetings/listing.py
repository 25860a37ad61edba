"""The meetings of a project, all at a glance: how often each is, when it is next, and a button to change it."""

from collections.abc import Iterable, Sequence
from datetime import date

from handlers import dates, hours, phrases
from handlers.meetings import outlook, recurring, rights, starting, together
from handlers.meetings.kinds import KINDS, PROGRESS
from handlers.register import steps
from handlers.roster import meant, row_named
from handlers.turn import Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    Command,
    Effect,
    Facts,
    Part,
    Refused,
    Reply,
    Submission,
    Text,
)
from prompts import Phrasebook
from storage import meetings, members
from storage.tables import Channel, Member, Series


def asked(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show which meetings there are; where there are none yet, ask which ones a project wants."""
    channel, member = meant(turn, event)
    steps.check_keeping(turn, channel.project)
    running = meetings.series(turn.db, channel.project)
    if not running:
        yield from starting.asked(event, turn)
        return
    book = phrases.reader(member)
    title = book.say("meetings.running.title")
    parts: list[Part] = [Text(title, "heading")]
    for series in running:
        parts += _series(turn, book, series, member)
    parts += [Text(line, "note") for line in together.lines(book, together.first_of_each(turn, running))]
    parts += _of_project(turn, book, running, member)
    yield Reply(Card(title, tuple(parts)))


def _of_project(turn: Turn, book: Phrasebook, running: Sequence[Series], member: Member) -> Iterable[Part]:
    """What is about all of them: when it goes live, and what is not held yet."""
    project, kinds, buttons = member.project, [each.kind for each in running], []
    if live := [kind for kind in kinds if kind in rights.LIVE]:
        day = project.goes_live_on
        known = dates.in_words(date.fromisoformat(day), book.language) if day else book.say("meetings.live.unknown")
        yield Facts(((book.say("meetings.live.title"), known),))
        if rights.may(turn, "go_live", member, live):
            buttons.append(Button("go_live", book.say("meetings.live.button"), str(project.id)))
    if any(rights.may(turn, "meeting_add", member, (kind,)) for kind in KINDS if kind not in kinds):
        buttons.append(Button("meeting_add", book.say("meetings.running.add"), str(project.id)))
    if buttons:
        yield Buttons(tuple(buttons))


def _series(turn: Turn, book: Phrasebook, series: Series, member: Member) -> Iterable[Part]:
    name = book.say(f"meetings.kind.{series.kind}")
    yield Text(phrases.titled(name), "heading")
    found = outlook.coming(turn.db, series, turn.now, 1)
    zone = phrases.zone_of(member)
    when = dates.moment_in_words(found[0].starts, book.language, zone) if found else book.say("meetings.running.none")
    yield Facts(
        (
            (book.say("meetings.running.often"), recurring.in_words(book, series.rule)),
            (book.say("meetings.running.at"), at(book, series, zone.key)),
            (book.say("meetings.running.next"), when),
            (book.say("meetings.running.side"), book.say(f"consent.side.{series.side}")),
        )
    )
    about = f"{series.project_id} {series.id}"
    buttons = [Button("series", book.say("meetings.running.change", name=name), about)]
    if series.kind != PROGRESS.name:
        buttons.append(Button("extra", book.say("meetings.running.extra", name=name), about, menu=True))
    if rights.may(turn, "series", member, (series.kind,)):
        yield Buttons(tuple(buttons))


def meant_series(turn: Turn, event: ButtonPress | Submission) -> tuple[Channel, Member, Series]:
    """The series that a button or form is for, and who asks; refused where it is not one of theirs, or is over."""
    channel, member = meant(turn, event)
    steps.check_keeping(turn, channel.project)
    series = meetings.series_by_id(turn.db, channel.tenant, row_named(event.about.partition(" ")[2]))
    if series is None or series.project_id != channel.project_id:
        raise Refused({"": "register.refused.gone"})
    if series.stopped_at is not None:
        raise Refused({"": "meetings.refused.stopped"})
    theirs = steps.party(member, members.of(turn.db, series.project))
    if member.side == series.side and series.organisation_id not in (None, theirs):
        raise Refused({"": "register.refused.side"})
    return channel, member, series


def at(book: Phrasebook, series: Series, read_by: str) -> str:
    """At what time a series is, how long it takes, and by which clock if that is not by which it is read."""
    clock = hours.clock(series.at)
    # A report is read, not held.
    written = series.kind == PROGRESS.name
    said = clock if written else book.say("meetings.running.time", time=clock, minutes=series.minutes)
    return said if series.zone == read_by else f"{said} ({series.zone})"
