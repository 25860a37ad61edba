"""What a meeting is to talk about: its agenda, filled from what was agreed last time and what is open at its level."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from handlers import calendar, phrases
from handlers.meetings import agenda, attending, falling, layout, planning, preparing, registers, writing
from handlers.meetings.agenda import AgendaItem, Composed
from handlers.meetings.kinds import KINDS, Kind, Level
from handlers.meetings.registers import Looking
from handlers.register import card, criteria
from handlers.register.kinds import KINDS as REGISTERS
from handlers.register.kinds import UNSEEN, WAITING
from handlers.turn import Turn
from handlers.vocabulary import Effect
from prompts import Phrasebook
from storage import items, meetings
from storage.tables import Item, Meeting, Series, Topic

LINES = 5
"""Lines of one source that the agenda shows; of the others only how many."""
OF_A_LEVEL = ("feedback", "promise", "escalation")
"""Sources of which each level of meeting takes its own."""
WHOLE = {"items": criteria.MOST, "actions": 12, "parking": 12}
"""Sources of which more is shown."""
CARRIED = ("actions", "parking", "file", "prep")
"""Sources that are shown in any case: what is carried over until it is done, and what a side handed in."""
REPORTED = ("sent", "answered", "unanswered")
"""States of a progress report that everybody could read."""
UNWRITTEN = 12
"""Meetings without minutes that an agenda names."""
TOPIC_MINUTES = 5
"""What a topic takes unless people find out otherwise."""


def compose(turn: Turn, meeting: Meeting) -> Composed:
    """Compose the agenda as things stand now, and put it in the words of the meeting."""
    book, kind, topics = phrases.everyone(meeting.item.project), KINDS[meeting.series.kind], _topics(turn, meeting)
    listed = (*_items(book, meeting, kind), *_brought(turn, book, meeting, kind, topics))
    made = agenda.composed(*_by_level(turn, book, meeting, listed), meeting.series.minutes, kind.line_seconds)
    looking = _looking(turn, book, meeting)
    attending.tell(turn, meeting)
    told = {"agenda": layout.text(book, meeting, made, list(_left(looking, made)))}
    told |= {"unwritten": " ".join(str(each.item_id) for each in unwritten(turn, meeting))}
    meeting.item.words = {**meeting.item.words, **told, "topics": " ".join(str(topic.id) for topic in topics)}
    return made


def _topics(turn: Turn, meeting: Meeting) -> list[Topic]:
    """What waits for this time of the series: what stood on its agenda before and, while it is the next one, the rest.

    What people add from the moment that it has begun is for the time after it.
    """
    coming = meetings.next_of(turn.db, meeting.series, turn.now)
    is_next = coming is not None and coming.id == meeting.id
    return [each for each in meetings.topics(turn.db, meeting.series) if is_next or each.id in on_agenda(meeting)]


def on_agenda(meeting: Meeting) -> set[int]:
    """The topics on the agenda of a meeting as it was composed last (row ids)."""
    return {int(row) for row in meeting.item.words.get("topics", "").split()}


def _by_level(
    turn: Turn, book: Phrasebook, meeting: Meeting, listed: tuple[AgendaItem, ...]
) -> tuple[tuple[AgendaItem, ...], Mapping[str, tuple[str, ...]]]:
    """The items with what there is for them; an item of another level takes what stands open at that one."""
    here, there = KINDS[meeting.series.kind].level, dict(found(turn, book, meeting))
    for level in {item.level for item in listed if set(item.sources) & set(OF_A_LEVEL)} - {here}:
        at_it = found(turn, book, meeting, level=level)
        there |= {f"{level}:{source}": at_it[source] for source in OF_A_LEVEL}

    def named(item: AgendaItem) -> tuple[str, ...]:
        elsewhere = item.level != here
        return tuple(f"{item.level}:{each}" if elsewhere and each in OF_A_LEVEL else each for each in item.sources)

    return tuple(replace(item, sources=named(item)) for item in listed), there


def _items(book: Phrasebook, meeting: Meeting, kind: Kind) -> tuple[AgendaItem, ...]:
    """The agenda of the project, or the standard one; what no register can fill yet is talked about all the same."""
    own = meeting.series.agenda
    listed = writing.read(book, kind, own) if own else agenda.standard(book, kind)
    return tuple(replace(item, stays=item.stays or not set(item.sources) <= set(READ)) for item in listed)


def _brought(
    turn: Turn, book: Phrasebook, meeting: Meeting, kind: Kind, topics: Iterable[Topic]
) -> Iterable[AgendaItem]:
    """What people added, each an item of its own; and which meetings below this one have fallen out too often."""
    for line in _fallen(turn, book, meeting, kind):
        yield AgendaItem(line, "", TOPIC_MINUTES, "both", kind.level)
    for topic in topics:
        yield AgendaItem(topic.text, "", TOPIC_MINUTES, "client" if topic.side == "client" else "supplier", kind.level)


def _fallen(turn: Turn, book: Phrasebook, meeting: Meeting, kind: Kind) -> Iterable[str]:
    for series in meetings.series(turn.db, meeting.item.project):
        rule = falling.too_often(turn, series)
        if rule is not None and rule.to == kind.name:
            yield falling.in_words(book, series, rule)


def again(turn: Turn, series: Series, besides: Meeting | None = None) -> Iterable[Effect]:
    """The agenda of the next time of a series, where that was sent, shows how things stand now.

    `besides` is a meeting of which the card is shown again anyway.
    """
    meeting = meetings.next_of(turn.db, series, turn.now)
    if meeting is not None and meeting.item.words.get("announced") and (besides is None or besides.id != meeting.id):
        compose(turn, meeting)
        yield from card.again(turn, meeting.item)


def found(
    turn: Turn,
    book: Phrasebook,
    meeting: Meeting,
    at_most: int = LINES,
    of: Callable[[Item], bool] = lambda _: True,
    level: Level | None = None,
) -> Mapping[str, tuple[str, ...]]:
    """What there is to talk about, of these sources of an agenda: of each so many lines `at_most`, and how many more.

    `of` tells which items it is about, `level` at which level if not that of the meeting.
    """
    return _found(_looking(turn, book, meeting, of, level), at_most)


def _looking(
    turn: Turn,
    book: Phrasebook,
    meeting: Meeting,
    of: Callable[[Item], bool] = lambda _: True,
    level: Level | None = None,
) -> Looking:
    going_on = items.of_project(turn.db, meeting.item.project, WAITING)
    seen = [item for item in going_on if item.state not in UNSEEN and of(item)]
    today = calendar.day_of(planning.calendar_of(meeting.series), meeting.starts_at)
    kind = KINDS[meeting.series.kind]
    return Looking(turn, book, meeting, replace(kind, level=level or kind.level), tuple(seen), today, of)


def _found(looking: Looking, at_most: int) -> Mapping[str, tuple[str, ...]]:
    return {source: shortened(looking.book, read(looking), WHOLE.get(source, at_most)) for source, read in READ.items()}


def _left(looking: Looking, made: Composed) -> Iterable[str]:
    """What no item of the agenda takes and is still to be seen: what is carried over and, at the regular meeting of a
    level, all that waits for that level.
    """
    shown = {line for point in made.points for line in point.lines}
    for source, lines in made.left.items():
        if source in CARRIED:
            yield from (line for line in lines if line not in shown)
        elif source in REGISTERS and looking.kind.name == looking.kind.level:
            waiting = {registers.line(looking, item) for item in registers.of_level(looking, source)} - shown
            here = [line for line in READ[source](looking) if line.startswith(tuple(waiting))]
            yield from shortened(looking.book, here, LINES)


def shortened(book: Phrasebook, lines: list[str], at_most: int) -> tuple[str, ...]:
    """The first of these lines, and how many more there are."""
    more = len(lines) - at_most
    return tuple(lines[:at_most]) + ((book.say("meetings.more", count=str(more)),) if more > 0 else ())


def _last(looking: Looking) -> Meeting | None:
    return next(iter(meetings.before(looking.turn.db, looking.meeting, ("recorded",), 1)), None)


def _actions(looking: Looking) -> list[str]:
    """What people took upon them at earlier meetings until it is done, of the last one also what is done by now; by
    day. And that a meeting has no minutes, if so.
    """
    last, project = _last(looking), looking.meeting.item.project
    found = {item.id: item for item in registers.open_of(looking, "promise") if registers.came_of_this(looking, item)}
    for code in last.item.words.get("actions", "").split(", ") if last is not None else ():
        number = code.partition("-")[2]
        promise = items.numbered(looking.turn.db, project, "promise", int(number or 0))
        if promise is not None and promise.state not in UNSEEN:
            found[promise.id] = promise
    lines = [
        registers.line(looking, each) for each in sorted(found.values(), key=lambda each: (each.due_on or "", each.id))
    ]
    codes = ", ".join(card.code(each.item) for each in unwritten(looking.turn, looking.meeting))
    return [*lines, looking.book.say("meetings.no_minutes", codes=codes)] if codes else lines


def unwritten(turn: Turn, meeting: Meeting) -> list[Meeting]:
    """The earlier times of a meeting of which there are no minutes yet, the first first."""
    return meetings.before(turn.db, meeting, ("over",), UNWRITTEN)[::-1]


def _decisions(looking: Looking) -> list[str]:
    last = _last(looking)
    said = last.item.words.get("decisions", "") if last is not None else ""
    return [looking.book.say("meetings.decided", said=line) for line in criteria.lines(said)]


def _parking(looking: Looking) -> list[str]:
    """What was parked at any earlier meeting of this kind and nobody struck since."""
    parked = meetings.topics(looking.turn.db, looking.meeting.series, parked=True)
    return [looking.book.say("meetings.parked", said=topic.text) for topic in parked]


def _handed_in(side: str) -> Callable[[Looking], list[str]]:
    return lambda looking: preparing.lines(looking.turn, looking.book, looking.meeting, side)


def _kept(looking: Looking) -> list[str]:
    """Promises that were kept since the last time, or lately where this is the first."""
    project = looking.meeting.item.project
    since = next(iter(meetings.before(looking.turn.db, looking.meeting, REPORTED, 1)), None)
    after = since.done_at if since is not None and since.done_at is not None else looking.turn.now - registers.SOON
    listed = items.in_states(looking.turn.db, project, "promise", ("kept",), 100)
    return [card.line(looking.book, item) for item in listed if item.changed_at > after and looking.of(item)]


def _shown(looking: Looking) -> list[str]:
    listed = preparing.shown(looking.turn, looking.meeting)
    return listed or preparing.lines(looking.turn, looking.book, looking.meeting, "supplier")


READ: Mapping[str, Callable[[Looking], list[str]]] = {
    "actions": _actions,
    "complaint": registers.complaints,
    "decisions": _decisions,
    "declined": registers.declined,
    "escalation": registers.at_this_level("escalation"),
    "feedback": registers.feedback,
    "file": _handed_in("supplier"),
    "improvement": registers.improvements,
    "items": _shown,
    "kept": _kept,
    "parking": _parking,
    "prep": _handed_in("client"),
    "promise": registers.promises,
    "request": registers.everything("request"),
    "scenario": _handed_in("supplier"),
    "warning": registers.everything("warning"),
}
"""The sources of an agenda that can be read."""
