"""What people want to talk about: put on the next agenda, and moved to another meeting where it belongs there."""

from collections.abc import Iterable
from uuid import uuid4

from handlers import consent, dates, phrases
from handlers.meetings import ahead, gathering, rights
from handlers.meetings.kinds import KINDS, PROGRESS
from handlers.register import answers, blanks, steps
from handlers.register.kinds import Blank
from handlers.roster import known, meant, row_named, typed
from handlers.turn import Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    Command,
    Effect,
    Part,
    Refused,
    Reply,
    Say,
    Text,
    Update,
)
from prompts import Phrasebook
from storage import meetings, projects
from storage.tables import Member, Project, Series, Topic

TOPIC = Blank("topic", required=True)
SHORT = 3
"""A word of so many letters counts only where it stands alone: many others begin like it."""
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
    yield from gathering.again(turn, soonest)


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
    topic = _topic(turn, event.place.tenant, topic_id)
    series = meetings.series_by_id(turn.db, event.place.tenant, row_named(series_id))
    if topic is None or series is None or series.project_id != topic.project_id or series.stopped_at is not None:
        raise Refused({"": "register.refused.gone"})
    steps.check_keeping(turn, series.project)
    member = known(turn, series.project, event.who)
    if member is None or member.side != topic.side:
        raise Refused({"": "register.refused.side"})
    if topic.meeting_id is not None:
        raise Refused({"": "register.refused.changed"})
    book, running = phrases.reader(member), _held(turn, series.project)
    put = list(_put(turn, topic, series))
    yield Update(_placed(turn, book, topic, series, running, member))
    yield from put


def _topic(turn: Turn, tenant: str, row: str) -> Topic | None:
    """The topic that a button names, untrusted; what is parked is no topic that somebody added."""
    topic = meetings.topic_by_id(turn.db, tenant, row_named(row))
    return topic if topic is not None and not topic.parked else None


def _put(turn: Turn, topic: Topic, series: Series) -> Iterable[Effect]:
    """Let a topic wait for another series. Agendas that were sent follow."""
    before = meetings.series_by_id(turn.db, topic.tenant, topic.series_id)
    topic.series_id = series.id
    turn.db.flush()
    for each in (before, series):
        if each is not None:
            yield from gathering.again(turn, each)


def taken_along(turn: Turn, member: Member, row: str, begun: list[Series]) -> Iterable[Effect]:
    """Meetings were added for a topic of somebody's side: it goes to the one where it seems to belong."""
    topic = _topic(turn, member.tenant, row)
    if topic is None or topic.project_id != member.project_id or topic.side != member.side or topic.meeting_id:
        return
    book = phrases.reader(member)
    level = _level(book, topic.text)
    for series in begun:
        if series.kind == level:
            yield from _put(turn, topic, series)
            yield Reply(_placed(turn, book, topic, series, _held(turn, series.project), member))


def passed_on(turn: Turn, series: Series) -> Iterable[Effect]:
    """What waited for a series that stopped goes to the soonest other one of its level, or else of the next level.

    Everyone is told where it is, also where there is no such series.
    """
    waiting = [*meetings.topics(turn.db, series), *meetings.topics(turn.db, series, parked=True)]
    channel = projects.channel(turn.db, series.tenant, series.channel)
    if not waiting:
        return

    def away(other: Series) -> int:
        return abs(LEVELS.index(KINDS[other.kind].level) - LEVELS.index(KINDS[series.kind].level))

    near = [each for each in _held(turn, series.project) if each.id != series.id and away(each) <= 1]
    to = min(near, key=lambda each: (away(each), _next(turn, each)), default=None)
    book, name = phrases.everyone(series.project), ""
    if to is not None:
        name = book.say(f"meetings.kind.{to.kind}")
        for topic in waiting:
            topic.series_id = to.id
        turn.db.flush()
        yield from gathering.again(turn, to)
    if channel is not None and channel.left_at is None and channel.halted is None:
        told = "\n".join(answers.cut(topic.text) for topic in waiting)
        key = "meetings.topics_stay" if to is None else "meetings.topics_go"
        said = phrases.note(book, key, topics=told, **({"name": name} if name else {}))
        yield Say(consent.place_of(channel), said, f"topics:{uuid4().hex}")


def _placed(turn: Turn, book: Phrasebook, topic: Topic, series: Series, running: list[Series], member: Member) -> Card:
    """Where a topic stands now, a hint where it seems to belong elsewhere, and the other meetings as buttons."""
    when = _when(turn, book, series, member)
    summary = book.say("meetings.topic_added", when=phrases.titled(when))
    parts: list[Part] = [Text(summary), Text(topic.text, "quote")]
    level = _level(book, topic.text)
    better = next((each for each in running if each.kind == level), None)
    if better is not None and KINDS[series.kind].level != level:
        parts.append(Text(book.say("meetings.belongs", name=book.say(f"meetings.kind.{better.kind}")), "note"))
    new: list[Button] = []
    if level and better is None and KINDS[series.kind].level != level:
        name = book.say(f"meetings.kind.{level}")
        may = rights.may(turn, "meeting_add", member, (level,))
        parts.append(Text(book.say("meetings.belongs_new" if may else "meetings.belongs_none", name=name), "note"))
        about = f"{series.project_id} {level} {topic.id}"
        new = [Button("meeting_add", book.say("meetings.add_meeting", name=name), about)] if may else []
    others = sorted((each for each in running if each.id != series.id), key=lambda each: each is not better)
    moves = [
        Button(
            "topic_move",
            book.say("meetings.move_topic", name=book.say(f"meetings.kind.{each.kind}")),
            f"{topic.id} {each.id}",
            menu=each is not better,
        )
        for each in others
    ]
    if new or moves:
        parts.append(Buttons((*new, *moves)))
    return Card(summary, tuple(parts))


def _level(book: Phrasebook, text: str) -> str:
    """The level that a topic seems to be for, by its words; empty when they tell nothing."""
    said = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    padded = f" {' '.join(said.split())} "
    for level in LEVELS:
        told = book.list(f"meetings.words_of.{level}")
        if any((f" {word} " if len(word) <= SHORT else f" {word}") in padded for word in told):
            return level
    return ""


def _when(turn: Turn, book: Phrasebook, series: Series, member: Member) -> str:
    name, found = book.say(f"meetings.kind.{series.kind}"), meetings.next_of(turn.db, series, turn.now)
    if found is None:
        return name
    when = dates.moment_in_words(found.starts_at, book.language, phrases.zone_of(member))
    return book.say("meetings.first_on", name=name, when=when)
