"""What a meeting is to talk about: its agenda, filled from what was agreed last time and what is open at its level."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from handlers import calendar, phrases
from handlers.meetings import agenda, attending, planning, preparing, writing
from handlers.meetings.agenda import AgendaItem, Composed
from handlers.meetings.kinds import KINDS, Kind
from handlers.register import attendance, card, criteria
from handlers.register.kinds import UNSEEN, WAITING
from handlers.turn import Turn
from prompts import Phrasebook
from storage import items, meetings
from storage.tables import Item, Meeting

LONGEST = 5000
"""Letters of an agenda on a card; platforms take no card that is much longer."""
LINES = 5
"""Lines of one source that the agenda shows; of the others only how many."""
WHOLE = {"items": criteria.MOST}
"""Sources of which more is shown."""
REPORTED = ("sent", "answered", "unanswered")
"""States of a progress report that everybody could read."""
SOON = timedelta(days=14)
"""So near, a promise is talked about beforehand."""
MONTH = timedelta(days=30)
TOPIC_MINUTES = 5
"""What a topic takes unless people find out otherwise."""


def compose(turn: Turn, meeting: Meeting) -> Composed:
    """Compose the agenda as things stand now, and put it in the words of the meeting."""
    book, kind = phrases.everyone(meeting.item.project), KINDS[meeting.series.kind]
    listed = (*_items(book, meeting, kind), *_brought(turn, book, meeting, kind))
    sources = {source for item in listed for source in item.sources}
    made = agenda.composed(listed, found(turn, book, meeting, sources), meeting.series.minutes, kind.line_seconds)
    attending.tell(turn, meeting)
    lines = list(_written(book, meeting, made))
    meeting.item.words = {**meeting.item.words, "agenda": _as_fits(book, lines)}
    return made


def _items(book: Phrasebook, meeting: Meeting, kind: Kind) -> tuple[AgendaItem, ...]:
    """The agenda of the project, or the standard one; what no register can fill yet is talked about all the same."""
    own = meeting.series.agenda
    listed = writing.read(book, kind, own) if own else agenda.standard(book, kind)
    return tuple(replace(item, stays=item.stays or not set(item.sources) <= set(READ)) for item in listed)


def _brought(turn: Turn, book: Phrasebook, meeting: Meeting, kind: Kind) -> Iterable[AgendaItem]:
    """What people added, each an item of its own; and which meetings below this one have fallen out too often."""
    for line in _fallen(turn, book, meeting, kind):
        yield AgendaItem(line, "", TOPIC_MINUTES, "both", kind.level)
    for topic in meetings.topics(turn.db, meeting.series):
        yield AgendaItem(topic.text, "", TOPIC_MINUTES, "client" if topic.side == "client" else "supplier", kind.level)


def _fallen(turn: Turn, book: Phrasebook, meeting: Meeting, kind: Kind) -> Iterable[str]:
    for series in meetings.series(turn.db, meeting.item.project):
        rule = KINDS[series.kind].falls_out
        if rule is not None and rule.to == kind.name:
            states = meetings.last_states(turn.db, series, turn.now, rule.times)
            if len(states) == rule.times and set(states) <= {"called_off", "fallen"}:
                name = book.say(f"meetings.kind.{series.kind}")
                yield book.say("meetings.fell_out", name=name, times=str(rule.times))


def _as_fits(book: Phrasebook, lines: list[str]) -> str:
    """As many lines as fit on a card, and how many more there are."""
    count = len(lines)
    while len("\n".join(lines[:count])) > LONGEST:
        count -= 1
    more = [book.say("meetings.more", count=str(len(lines) - count))] if count < len(lines) else []
    return "\n".join([*lines[:count], *more])


def _written(book: Phrasebook, meeting: Meeting, made: Composed) -> Iterable[str]:
    """The agenda as lines: when each item begins, how long it takes, whose it is, and what there is to talk about."""
    at = meeting.starts_at.astimezone(planning.calendar_of(meeting.series).zone)
    for point in made.points:
        owner = book.say(f"meetings.owner.{point.item.owner}")
        yield book.say(
            "meetings.line", time=f"{at:%H:%M}", title=point.item.title, minutes=str(point.minutes), owner=owner
        )
        yield from (f"   • {line}" for line in point.lines)
        at += timedelta(minutes=point.minutes)
    if not made.fits:
        yield book.say("meetings.agenda.over", over=str(made.over))


# --- what the registers say


@dataclass(frozen=True)
class Looking:
    """What is looked through for an agenda."""

    turn: Turn
    book: Phrasebook
    meeting: Meeting
    kind: Kind
    open: tuple[Item, ...]
    today: date
    of: Callable[[Item], bool]

    @cached_property
    def last(self) -> Meeting | None:
        """The last time of which there are minutes."""
        return next(iter(meetings.before(self.turn.db, self.meeting, ("recorded",), 1)), None)


def found(
    turn: Turn,
    book: Phrasebook,
    meeting: Meeting,
    sources: Collection[str],
    at_most: int = LINES,
    of: Callable[[Item], bool] = lambda _: True,
) -> Mapping[str, tuple[str, ...]]:
    """What there is to talk about, of these sources of an agenda: of each so many lines `at_most`, and how many more.

    `of` tells which items it is about.
    """
    going_on = items.of_project(turn.db, meeting.item.project, WAITING)
    seen = [item for item in going_on if item.state not in UNSEEN and of(item)]
    today = calendar.day_of(planning.calendar_of(meeting.series), meeting.starts_at)
    looking = Looking(turn, book, meeting, KINDS[meeting.series.kind], tuple(seen), today, of)
    wanted = [(source, read) for source, read in READ.items() if source in sources]
    return {source: shortened(book, read(looking), WHOLE.get(source, at_most)) for source, read in wanted}


def shortened(book: Phrasebook, lines: list[str], at_most: int) -> tuple[str, ...]:
    """The first of these lines, and how many more there are."""
    more = len(lines) - at_most
    return tuple(lines[:at_most]) + ((book.say("meetings.more", count=str(more)),) if more > 0 else ())


def _line(looking: Looking, item: Item) -> str:
    line = card.line(looking.book, item)
    return (
        line
        if item.due_on is None
        else looking.book.say("register.open.due", line=line, day=card.day(looking.book, item.due_on))
    )


def _at_this_level(kind: str) -> Callable[[Looking], list[str]]:
    def read(looking: Looking) -> list[str]:
        return [_line(looking, item) for item in _open(looking, kind) if item.level == looking.kind.level]

    return read


def _open(looking: Looking, kind: str) -> list[Item]:
    return [item for item in looking.open if item.kind == kind]


def _feedback(looking: Looking) -> list[str]:
    """What costs most comes first, by the minutes and people that it tells of."""

    def effect(item: Item) -> int:
        minutes, people = item.words.get("minutes", "0"), item.words.get("people", "1")
        return int(minutes) * int(people)

    listed = [item for item in _open(looking, "feedback") if item.level == looking.kind.level]
    return [_line(looking, item) for item in sorted(listed, key=effect, reverse=True)]


def _promises(looking: Looking) -> list[str]:
    """At the daily work what is due soon; higher up what is late, was moved, or nobody agrees on."""
    listed = _open(looking, "promise")
    if looking.kind.level == "operational":
        soon = (looking.today + SOON).isoformat()
        return [_line(looking, item) for item in listed if (item.due_on or "") <= soon]
    late = looking.today.isoformat()
    return [
        _line(looking, item)
        for item in listed
        if item.level == looking.kind.level or item.moved or (item.due_on is not None and item.due_on < late)
    ]


def _everything(kind: str) -> Callable[[Looking], list[str]]:
    def read(looking: Looking) -> list[str]:
        return [_line(looking, item) for item in _open(looking, kind)]

    return read


def _improvements(looking: Looking) -> list[str]:
    """All of them; what is only spoken of with both who answer for it says so when one of them cannot come."""
    if not looking.kind.both_accountable:
        return [_line(looking, item) for item in _open(looking, "improvement")]
    away = {each.member.id for each in attendance.absent(looking.turn, looking.meeting.item)}
    return [
        looking.book.say("meetings.next_time", line=_line(looking, item))
        if away & {item.owner_id, item.second_id}
        else _line(looking, item)
        for item in _open(looking, "improvement")
    ]


def _complaints(looking: Looking) -> list[str]:
    """Those that are open, after how many there were this month and the one before."""
    now = looking.turn.now
    filed = items.newest(looking.turn.db, looking.meeting.item.project, "complaint", 500)
    last = sum(now - MONTH <= item.created_at for item in filed)
    earlier = sum(now - 2 * MONTH <= item.created_at < now - MONTH for item in filed)
    lines = [_line(looking, item) for item in _open(looking, "complaint")]
    trend = looking.book.say("meetings.trend", last=str(last), earlier=str(earlier))
    return [trend, *lines] if last or earlier else lines


def _declined(looking: Looking) -> list[str]:
    return [_line(looking, item) for item in looking.open if item.state == "declined"]


def _actions(looking: Looking) -> list[str]:
    """What was promised at the last meeting, however it stands now; and that it has no minutes, if so."""
    last, lines = looking.last, []
    for code in last.item.words.get("actions", "").split(", ") if last is not None else ():
        number = code.partition("-")[2]
        promise = items.numbered(looking.turn.db, looking.meeting.item.project, "promise", int(number or 0))
        if promise is not None and promise.state not in UNSEEN:
            lines.append(_line(looking, promise))
    without = meetings.before(looking.turn.db, looking.meeting, ("over",), 1)
    return [*lines, *(looking.book.say("meetings.no_minutes", code=card.code(each.item)) for each in without)]


def _of_last(name: str) -> Callable[[Looking], list[str]]:
    def read(looking: Looking) -> list[str]:
        last = looking.last
        said = last.item.words.get(name, "") if last is not None else ""
        return [line.strip() for line in said.splitlines() if line.strip()]

    return read


def _handed_in(side: str) -> Callable[[Looking], list[str]]:
    return lambda looking: preparing.lines(looking.turn, looking.book, looking.meeting, side)


def _kept(looking: Looking) -> list[str]:
    """Promises that were kept since the last time, or lately where this is the first."""
    project = looking.meeting.item.project
    since = next(iter(meetings.before(looking.turn.db, looking.meeting, REPORTED, 1)), None)
    after = since.done_at if since is not None and since.done_at is not None else looking.turn.now - SOON
    listed = items.in_states(looking.turn.db, project, "promise", ("kept",), 100)
    return [card.line(looking.book, item) for item in listed if item.changed_at > after and looking.of(item)]


def _shown(looking: Looking) -> list[str]:
    return preparing.shown(looking.turn, looking.meeting)


READ: Mapping[str, Callable[[Looking], list[str]]] = {
    "actions": _actions,
    "complaint": _complaints,
    "decisions": _of_last("decisions"),
    "declined": _declined,
    "escalation": _at_this_level("escalation"),
    "feedback": _feedback,
    "file": _handed_in("supplier"),
    "improvement": _improvements,
    "items": _shown,
    "kept": _kept,
    "parking": _of_last("parking"),
    "prep": _handed_in("client"),
    "promise": _promises,
    "request": _everything("request"),
    "scenario": _handed_in("supplier"),
    "warning": _everything("warning"),
}
"""The sources of an agenda that can be read."""
