"""The meetings of a project, all at a glance: how often each is, when it is next, and a button to change it."""

from collections.abc import Iterable

from handlers import dates, hours, phrases
from handlers.meetings import outlook, recurring, starting
from handlers.meetings.kinds import KINDS
from handlers.register import steps
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import Button, ButtonPress, Buttons, Card, Command, Effect, Facts, Part, Reply, Text
from prompts import Phrasebook
from storage import meetings
from storage.tables import Member, Series


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
    if len(running) < len(KINDS):
        add = Button("meeting_add", book.say("meetings.running.add"), str(channel.project_id))
        parts.append(Buttons((add,)))
    yield Reply(Card(title, tuple(parts)))


def _series(turn: Turn, book: Phrasebook, series: Series, member: Member) -> Iterable[Part]:
    name = book.say(f"meetings.kind.{series.kind}")
    yield Text(titled(name), "heading")
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
    change = Button("series", book.say("meetings.running.change", name=name), f"{series.project_id} {series.id}")
    yield Buttons((change,))


def at(book: Phrasebook, series: Series, read_by: str) -> str:
    """At what time a series is, how long it takes, and by which clock if that is not by which it is read."""
    said = book.say("meetings.running.time", time=hours.clock(series.at), minutes=series.minutes)
    return said if series.zone == read_by else f"{said} ({series.zone})"


def titled(name: str) -> str:
    """A name as it stands above something."""
    return name[:1].upper() + name[1:]
