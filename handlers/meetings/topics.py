"""What people want to talk about: put on the next agenda, and moved to another meeting where it belongs there."""

from collections.abc import Iterable

from handlers import dates, phrases
from handlers.meetings import ahead
from handlers.meetings.kinds import KINDS, PROGRESS
from handlers.register import blanks, steps
from handlers.register.kinds import Blank
from handlers.roster import known, meant, row_named, typed
from handlers.turn import Turn
from handlers.vocabulary import Button, ButtonPress, Buttons, Card, Command, Effect, Part, Refused, Reply, Text, Update
from prompts import Phrasebook
from storage import meetings
from storage.tables import Member, Project, Series, Topic

TOPIC = Blank("topic", required=True)
LEVELS = ("strategic", "tactical", "operational")


def asked(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Put a topic on the next agenda; without one, show what is coming."""
    channel, member = meant(turn, event)
    steps.check_keeping(turn, channel.project)
    book = phrases.reader(member)
    text = " ".join(typed(event).split())
    running = _held(turn, channel.project)
    if not running:
        raise Refused({"": "meetings.refused.none"})
    if not text:
        yield Reply(ahead.shown(turn, book, channel.project, member))
        return
    for why in blanks.refusals(turn, member, (TOPIC,), {"topic": text}).values():
        raise Refused({"": why})
    soonest = min(running, key=lambda series: _next(turn, series))
    topic = meetings.add_topic(turn.db, soonest, str(member.side), text, turn.now)
    yield Reply(_placed(turn, book, topic, soonest, running, member))


def _held(turn: Turn, project: Project) -> list[Series]:
    """The series in which people talk: a progress report is written."""
    return [each for each in meetings.series(turn.db, project) if each.kind != PROGRESS.name]


def _next(turn: Turn, series: Series) -> tuple[bool, str]:
    """By when its next meeting is; what has none comes last."""
    found = meetings.next_of(turn.db, series, turn.now)
    return (found is None, found.starts_at.isoformat() if found is not None else "")


def moved(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Put a topic on the agenda of another meeting: whoever added it, or somebody of that side."""
    topic_id, _, series_id = event.about.partition(" ")
    topic = meetings.topic_by_id(turn.db, event.place.tenant, row_named(topic_id))
    series = meetings.series_by_id(turn.db, event.place.tenant, row_named(series_id))
    if topic is None or series is None or series.project_id != topic.project_id or series.stopped_at is not None:
        raise Refused({"": "register.refused.gone"})
    steps.check_keeping(turn, series.project)
    member = known(turn, series.project, event.who)
    if member is None or member.side != topic.side:
        raise Refused({"": "register.refused.side"})
    if topic.meeting_id is not None:
        raise Refused({"": "register.refused.changed"})
    topic.series_id = series.id
    book, running = phrases.reader(member), _held(turn, series.project)
    yield Update(_placed(turn, book, topic, series, running, member))


def _placed(turn: Turn, book: Phrasebook, topic: Topic, series: Series, running: list[Series], member: Member) -> Card:
    """Where a topic stands now, a hint where it seems to belong elsewhere, and the other meetings as buttons."""
    summary = book.say("meetings.topic_added", when=_when(turn, book, series, member))
    parts: list[Part] = [Text(summary), Text(topic.text, "quote")]
    level = _level(book, topic.text)
    better = next((each for each in running if each.kind == level), None)
    if better is not None and KINDS[series.kind].level != level:
        parts.append(Text(book.say("meetings.belongs", name=book.say(f"meetings.kind.{better.kind}")), "note"))
    others = sorted((each for each in running if each.id != series.id), key=lambda each: each is not better)
    if others:
        parts.append(
            Buttons(
                tuple(
                    Button(
                        "topic_move",
                        book.say("meetings.move_topic", name=book.say(f"meetings.kind.{each.kind}")),
                        f"{topic.id} {each.id}",
                        menu=each is not better,
                    )
                    for each in others
                )
            )
        )
    return Card(summary, tuple(parts))


def _level(book: Phrasebook, text: str) -> str:
    """The level that a topic seems to be for, by its words; empty when they tell nothing."""
    said = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    padded = f" {' '.join(said.split())} "
    for level in LEVELS:
        if any(f" {word}" in padded for word in book.list(f"meetings.words_of.{level}")):
            return level
    return ""


def _when(turn: Turn, book: Phrasebook, series: Series, member: Member) -> str:
    name, found = book.say(f"meetings.kind.{series.kind}"), meetings.next_of(turn.db, series, turn.now)
    if found is None:
        return name
    when = dates.moment_in_words(found.starts_at, book.language, phrases.zone_of(member))
    return book.say("meetings.first_on", name=name, when=when)
