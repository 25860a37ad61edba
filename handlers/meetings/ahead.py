"""What is coming, by the reader's own clock: of every series the next time, to look at, to move and to call off."""

from collections.abc import Iterable

from handlers import dates, phrases
from handlers.register import card
from handlers.turn import Turn
from handlers.vocabulary import Button, Buttons, Card, Part, Text
from prompts import Phrasebook
from storage import meetings
from storage.tables import Meeting, Member, Project, Series

SHOWN = 10
"""Meetings that are shown, of every series at least the next."""
CHANGES = ("postpone", "call_off")
"""What can be done with a meeting straight from the list; the rest stands on its card."""


def shown(turn: Turn, book: Phrasebook, project: Project, member: Member) -> Card:
    """The next meetings, each with its number and buttons, and the topics that wait for them."""
    title = book.say("meetings.ahead")
    parts: list[Part] = [Text(title, "heading")]
    nexts = {each.id: each for series in meetings.series(turn.db, project) if (each := _next(turn, series))}
    soon = meetings.coming(turn.db, project, turn.now, SHOWN)
    others = [each for each in soon if each.id not in nexts][: max(0, SHOWN - len(nexts))]
    listed = sorted([*nexts.values(), *others], key=lambda each: (each.starts_at, each.id))
    for meeting in listed:
        parts += _meeting(turn, book, meeting, member, topics=meeting.id in nexts)
    if not listed:
        parts.append(Text(book.say("meetings.nothing_ahead")))
    parts.append(Text(book.say("meetings.how_to_add"), "note"))
    if turn.public_url is not None:
        parts.append(Buttons((Button("calendar", book.say("home.buttons.calendar"), str(project.id)),)))
    return Card(title, tuple(parts))


def _next(turn: Turn, series: Series) -> Meeting | None:
    return meetings.next_of(turn.db, series, turn.now)


def _meeting(turn: Turn, book: Phrasebook, meeting: Meeting, member: Member, *, topics: bool) -> Iterable[Part]:
    when = dates.moment_in_words(meeting.starts_at, book.language, phrases.zone_of(member))
    name = book.say(f"meetings.kind.{meeting.series.kind}")
    line = book.say("meetings.first_on", name=name, when=when)
    yield Text(book.say("meetings.ahead_line", code=card.code(meeting.item), line=line))
    if topics:
        yield from (Text(topic.text, "quote") for topic in meetings.topics(turn.db, meeting.series))
    details = Button("open_item", book.say("meetings.details"), str(meeting.item_id))
    buttons = card.own_buttons(turn, book, meeting.item, member, card.LISTED)
    yield Buttons((details, *(each for each in buttons if each.name in CHANGES)))
