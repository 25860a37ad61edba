"""What looks alike: who reports it is asked whether it is the same, and hears how the other one ended."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice

from handlers import phrases
from handlers.register import card, likeness, notices, steps
from handlers.register.kinds import OVER
from handlers.roster import row_named
from handlers.turn import Compare, Turn
from handlers.vocabulary import Button, Buttons, Card, Due, Effect, Text, Whisper
from storage import consents, items, members
from storage.tables import Item, Member

COMPARED = 60
"""So many items are compared by their meaning, the newest: meanwhile the ear hears nothing else."""
ASKED = ("feedback", "complaint")
"""Kinds of which the same is reported twice."""
LATER = timedelta(days=14)
"""What came in longer ago is no longer asked about."""


def suggested(turn: Turn, item: Item, member: Member) -> Iterable[Effect]:
    """Ask who filed something whether it is what was there already. It is filed, whatever they answer."""
    if item.kind not in ASKED:
        return
    # Words tell at once; what means the same in other words takes the ear a while.
    item.compare_at = turn.now
    yield from _asked(turn, item, member, [each for each in likeness.like(turn, item) if each.id < item.id])


def to_compare(event: Due, turn: Turn) -> Compare | None:
    """What was filed, and what it may mean the same as."""
    item = items.by_id(turn.db, event.tenant, event.row)
    if item is None or not likeness.words(item).strip():
        return None
    older = (each for each in likeness.beside(turn, item, over=True) if each.id < item.id)
    others = {each.id: likeness.words(each) for each in islice(older, COMPARED)}
    return Compare(likeness.words(item), others) if others else None


def compared(event: Due, turn: Turn) -> Iterable[Effect]:
    """The ear compared something with what was there: what means the same is remembered, and asked about once."""
    item = items.by_id(turn.db, event.tenant, event.row)
    if item is None:
        return
    item.compare_at = None
    keeps = item.project.ended_at is None and "registers" in consents.agreed(turn.db, item.project)
    if not turn.same or not keeps or (item.kind, item.state) in OVER:
        return
    before = {each.id for each in likeness.like(turn, item)}
    item.near = " ".join(map(str, turn.same))
    older = [each for each in likeness.like(turn, item) if each.id < item.id]
    if not any(each.id in before for each in older):
        yield from _asked_of(turn, item, older)
    yield from card.again(turn, item) if item.kind == "complaint" else ()


def _asked(turn: Turn, item: Item, member: Member, older: list[Item]) -> Iterable[Effect]:
    if older:
        book = phrases.reader(member)
        question = book.say("alike.question", line=card.line(book, older[0]), code=card.code(item))
        about = f"{item.id} {older[0].id}"
        names = ("same", "not_same")
        buttons = Buttons(tuple(Button(name, book.say(f"alike.button.{name}"), about) for name in names))
        shown = Card(question, (Text(book.say("register.only_you"), "note"), Text(question), buttons))
        yield Whisper(card.direct(item), phrases.person(member), shown, f"alike:{item.id}")
        # Of complaints both cards now have a button to see them together.
        yield from card.again(turn, older[0]) if item.kind == "complaint" else ()


def suggested_for(turn: Turn, item: Item) -> Iterable[Effect]:
    """Ask the same of what came in by the link, of which nobody is the author: who on that side handles such things.

    It asks one person, and nobody outside their working hours: then they are asked in the morning.
    """
    if item.kind in ASKED:
        item.compare_at = turn.now
        yield from _asked_of(turn, item, likeness.like(turn, item))


def _asked_of(turn: Turn, item: Item, older: list[Item]) -> Iterable[Effect]:
    """Ask its author, or where nobody is that, who handles it: when they are at work."""
    author = members.by_id(turn.db, item.tenant, item.author_id) if item.author_id is not None else None
    member = author or _handles(turn, item)
    if member is None or not older:
        return
    if author is not None or notices.now(turn, member):
        yield from _asked(turn, item, member, older)
    else:
        notices.in_the_morning(turn, member)


def asked_later(turn: Turn, member: Member) -> Iterable[Effect]:
    """Ask somebody in the morning what came in by the link while they were not at work."""
    since = max(turn.now - LATER, member.digested_at or turn.now - LATER)
    for item in items.by_link(turn.db, member.project, since):
        handles = _handles(turn, item) if item.state == "open" else None
        if handles is not None and handles.id == member.id:
            yield from suggested(turn, item, member)


def _handles(turn: Turn, item: Item) -> Member | None:
    """The one on its own side who handles what is reported."""
    found = steps.whom(item, "author", members.of(turn.db, item.project))
    return found[0] if found else None


def merged(turn: Turn, item: Item) -> list[Item]:
    """What became part of an item."""
    if not item.words.get("joined"):
        return []
    codes = item.words["joined"].split(", ")
    numbers = [row_named(code.partition("-")[2]) for code in codes]
    found = [items.numbered(turn.db, item.project, item.kind, number) for number in numbers]
    return [each for each in found if each is not None and each.state == "merged"]


def ended(turn: Turn, item: Item) -> Iterable[Effect]:
    """An item is over: who reported the same hears how it ended."""
    if (item.kind, item.state) not in OVER or item.state == "merged":
        return
    for each in merged(turn, item):
        member = members.by_id(turn.db, each.tenant, each.author_id) if each.author_id is not None else None
        if member is not None:
            book = phrases.reader(member)
            words = {"newer": card.code(each), "older": card.code(item), "state": card.state(book, item)}
            told = phrases.note(book, "alike.ended", **words)
            yield from notices.or_held(turn, each, member, f"same_ended:{item.id}", told, f"alike_ended:{each.id}")
