"""What the registers have for an agenda, source by source: what is open, at this level or at any."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.meetings.kinds import Kind
from handlers.register import attendance, card
from handlers.turn import Turn
from prompts import Phrasebook
from storage import items
from storage.tables import Item, Meeting

SOON = timedelta(days=14)
"""So near, a promise is talked about beforehand."""
MONTH = timedelta(days=30)


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


def line(looking: Looking, item: Item) -> str:
    """An item in one line, with its day where it has one."""
    said = card.line(looking.book, item)
    if item.due_on is None:
        return said
    return looking.book.say("register.open.due", line=said, day=card.day(looking.book, item.due_on))


def at_this_level(kind: str) -> Callable[[Looking], list[str]]:
    """What is open of a kind and waits for this level."""

    def read(looking: Looking) -> list[str]:
        return [line(looking, item) for item in of_level(looking, kind)]

    return read


def of_level(looking: Looking, kind: str) -> list[Item]:
    """The items of a kind that wait for this level."""
    return [item for item in open_of(looking, kind) if item.level == looking.kind.level]


def open_of(looking: Looking, kind: str) -> list[Item]:
    """The items of a kind that are open for both sides to see."""
    return [item for item in looking.open if item.kind == kind]


def feedback(looking: Looking) -> list[str]:
    """What costs most comes first, by the minutes and people that it tells of."""

    def effect(item: Item) -> int:
        minutes, people = item.words.get("minutes", "0"), item.words.get("people", "1")
        return int(minutes) * int(people)

    return [line(looking, item) for item in sorted(of_level(looking, "feedback"), key=effect, reverse=True)]


def promises(looking: Looking) -> list[str]:
    """At the daily work what is due soon; higher up what is late, was moved, or nobody agrees on.

    What came of an earlier meeting stands with its actions.
    """
    listed = [item for item in by_level(looking, "promise") if not came_of_this(looking, item)]
    if looking.kind.level == "operational":
        soon = (looking.today + SOON).isoformat()
        return [line(looking, item) for item in listed if (item.due_on or "") <= soon]
    late = looking.today.isoformat()
    return [
        line(looking, item)
        for item in listed
        if item.level == looking.kind.level or item.moved or (item.due_on is not None and item.due_on < late)
    ]


def everything(kind: str) -> Callable[[Looking], list[str]]:
    """All that is open of a kind."""

    def read(looking: Looking) -> list[str]:
        return [line(looking, item) for item in by_level(looking, kind)]

    return read


def by_level(looking: Looking, kind: str) -> list[Item]:
    """All that is open of a kind, first what waits for this level."""
    return sorted(open_of(looking, kind), key=lambda item: item.level != looking.kind.level)


def improvements(looking: Looking) -> list[str]:
    """All of them; what is only spoken of with both who answer for it says so when one of them cannot come."""
    if not looking.kind.both_accountable:
        return [line(looking, item) for item in by_level(looking, "improvement")]
    away = {each.member.id for each in attendance.absent(looking.turn, looking.meeting.item)}
    return [
        looking.book.say("meetings.next_time", line=line(looking, item))
        if away & {item.owner_id, item.second_id}
        else line(looking, item)
        for item in by_level(looking, "improvement")
    ]


def complaints(looking: Looking) -> list[str]:
    """Those that are open, after how many there were this month and the one before."""
    now = looking.turn.now
    filed = items.newest(looking.turn.db, looking.meeting.item.project, "complaint", 500)
    last = sum(now - MONTH <= item.created_at for item in filed)
    earlier = sum(now - 2 * MONTH <= item.created_at < now - MONTH for item in filed)
    lines = [line(looking, item) for item in by_level(looking, "complaint")]
    trend = looking.book.say("meetings.trend", last=str(last), earlier=str(earlier))
    return [trend, *lines] if last or earlier else lines


def declined(looking: Looking) -> list[str]:
    """What got an honest no, and is not agreed on yet."""
    return [line(looking, item) for item in looking.open if item.state == "declined"]


def came_of_this(looking: Looking, item: Item) -> bool:
    """Whether an item is an action of an earlier meeting of this kind."""
    return item.words.get("came_of") == looking.kind.name
