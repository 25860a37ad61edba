"""How an agenda reads: when each item begins, what it is for, what there is to talk about, and whether it all fits."""

from collections.abc import Iterable
from datetime import timedelta

from handlers.meetings import planning
from handlers.meetings.agenda import Composed
from prompts import Phrasebook
from storage.tables import Meeting

LONGEST = 5000
"""Letters of an agenda on a card; platforms take no card that is much longer."""


def text(book: Phrasebook, meeting: Meeting, made: Composed, left: list[str]) -> str:
    """The agenda of a meeting, with what is `left`: it has no item, and no time."""
    lines = [*_points(book, meeting, made), *_left(book, left)]
    return as_fits(book, lines, [] if made.fits else [book.say("meetings.agenda.over", over=str(made.over))])


def _points(book: Phrasebook, meeting: Meeting, made: Composed) -> Iterable[str]:
    """Each item with its time, how long it takes, whose it is, and what its sources have for it."""
    at = meeting.starts_at.astimezone(planning.calendar_of(meeting.series).zone)
    for point in made.points:
        owner = book.say(f"meetings.owner.{point.item.owner}")
        yield book.say(
            "meetings.line", time=f"{at:%H:%M}", title=point.item.title, minutes=str(point.minutes), owner=owner
        )
        if point.item.goal:
            yield f"   {book.say('meetings.goal', goal=point.item.goal)}"
        yield from (f"   • {line}" for line in point.lines)
        at += timedelta(minutes=point.minutes)


def _left(book: Phrasebook, left: list[str]) -> Iterable[str]:
    if left:
        yield book.say("meetings.left")
        yield from (f"   • {line}" for line in left)


def as_fits(book: Phrasebook, lines: list[str], end: list[str]) -> str:
    """As many lines as fit on a card, how many more there are, and in any case what is to stand at the `end`."""
    count = len(lines)
    while len(whole := "\n".join([*lines[:count], *_more(book, len(lines) - count), *end])) > LONGEST and count:
        count -= 1
    return whole


def _more(book: Phrasebook, count: int) -> list[str]:
    return [book.say("meetings.more", count=str(count))] if count else []
