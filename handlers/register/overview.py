"""What is open: what waits for you, what your side owes, what the other side owes; the oldest first."""

from collections.abc import Iterable

from handlers import dates, phrases
from handlers.register import card, finding, steps, waiting
from handlers.register.kinds import WAITING
from handlers.roster import known, meant, row_named, typed
from handlers.turn import Turn
from handlers.vocabulary import Button, ButtonPress, Buttons, Card, Command, Effect, Part, Refused, Reply, Text
from prompts import Phrasebook
from storage import items, meetings, members, projects
from storage.tables import Item, Member

PAGE = 10
"""Items on one page of a list."""
MEETINGS = 3
"""Meetings that are shown with it."""
LISTS = ("mine", "ours", "theirs")


def asked(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show somebody what is open in a project, a page of each list; or the one item that a code names."""
    _, member = meant(turn, event)
    book = phrases.reader(member)
    wanted = (
        event.word if isinstance(event, Command) and finding.named(event.word) is not None else typed(event).strip()
    )
    if wanted:
        yield Reply(card.own(turn, finding.item(turn, member, wanted), member))
        return
    title = book.say("register.open.title")
    parts = (*of_member(turn, book, member, PAGE // 2), *coming(turn, book, member))
    yield Reply(Card(title, (Text(title, "heading"), *parts)))


def coming(turn: Turn, book: Phrasebook, member: Member) -> list[Part]:
    """The next meetings of a project, by the reader's own clock."""
    ahead = meetings.coming(turn.db, member.project, turn.now, MEETINGS)
    lines = [
        Text(
            book.say(
                "meetings.first_on",
                name=card.title(book, meeting.item),
                when=dates.moment_in_words(meeting.starts_at, book.language, phrases.zone_of(member)),
            )
        )
        for meeting in ahead
    ]
    return [Text(book.say("meetings.ahead"), "heading"), *lines] if lines else []


def shown(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """One item of a list, with what somebody can do with it."""
    item, member = finding.theirs(turn, event, event.about)
    yield Reply(card.own(turn, item, member))


def of_member(turn: Turn, book: Phrasebook, member: Member, at_most: int) -> list[Part]:
    """The three lists of somebody in a project, with a button where there is more."""
    found = _lists(turn, member)
    if not any(found.values()):
        return [Text(book.say("register.open.nothing"))]
    parts: list[Part] = []
    for name, listed in found.items():
        if listed:
            parts.append(Text(book.say(f"register.open.{name}", count=str(len(listed))), "heading"))
            parts += _lines(book, listed[:at_most])
            if len(listed) > at_most:
                parts.append(Buttons((_more(book, member, name, 0),)))
    return parts


def _lists(turn: Turn, member: Member) -> dict[str, list[Item]]:
    everyone = members.of(turn.db, member.project)
    found: dict[str, list[Item]] = {name: [] for name in LISTS}
    for item in items.of_project(turn.db, member.project, WAITING):
        who = steps.waits_for(item)
        if any(each.id == member.id for each in waiting.asked(turn, item, everyone)):
            found["mine"].append(item)
        elif who is not None and steps.knows_of(item, member, everyone):
            found["ours" if steps.side_of(item, who) == member.side else "theirs"].append(item)
    return found


def _lines(book: Phrasebook, listed: list[Item]) -> list[Part]:
    lines = (Text(_line(book, item)) for item in listed)
    return [*lines, Buttons(tuple(Button("open_item", card.code(item), str(item.id)) for item in listed))]


def _line(book: Phrasebook, item: Item) -> str:
    if item.due_on is None:
        return card.line(book, item)
    return book.say("register.open.due", line=card.line(book, item), day=card.day(book, item.due_on))


def _more(book: Phrasebook, member: Member, name: str, page: int) -> Button:
    return Button("open_more", book.say("register.open.more"), f"{member.project_id} {name} {page}")


def more(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """One page of one list; what comes after it has a button of its own."""
    project_id, _, rest = event.about.partition(" ")
    name, _, number = rest.partition(" ")
    project = projects.by_id(turn.db, event.place.tenant, row_named(project_id))
    member = known(turn, project, event.who) if project is not None else None
    if member is None or name not in LISTS:
        raise Refused({"": "register.refused.gone"})
    book, listed, page = phrases.reader(member), _lists(turn, member)[name], row_named(number)
    there = listed[page * PAGE : (page + 1) * PAGE]
    title = book.say(f"register.open.{name}", count=str(len(listed)))
    parts: list[Part] = [Text(title, "heading"), *_lines(book, there)]
    if len(listed) > (page + 1) * PAGE:
        parts.append(Buttons((_more(book, member, name, page + 1),)))
    yield Reply(Card(title, tuple(parts)))
