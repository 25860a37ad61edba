"""The questions that who is to answer feedback can begin with: about what it leaves open."""

from collections.abc import Iterable
from dataclasses import replace

from handlers import phrases
from handlers.register import card, notices, steps
from handlers.turn import Turn
from handlers.vocabulary import Effect, Text, Whisper
from prompts import Phrasebook
from storage import members
from storage.tables import Item

OPENING = {
    "who": ("who", "people"),
    "since": ("since",),
    "work": ("work", "minutes"),
    "good": ("good", "date"),
    "next": (),
    "worst": (),
}
"""The questions to begin with, each with the fields that answer it, one of which is enough."""


def questions(turn: Turn, item: Item) -> Iterable[Effect]:
    """The best opening questions, for who is to answer feedback: about what it leaves open; or with their morning."""
    if item.kind != "feedback":
        return
    for member in steps.people(item, members.of(turn.db, item.project), turn.now)[:2]:
        if not notices.now(turn, member):
            item.remind_at = turn.now
            continue
        book, shown = phrases.reader(member), card.own(turn, item, member)
        intro = Text(book.say("feedback.questions", line=card.line(book, item)))
        buttons = tuple(part for part in shown.parts if not isinstance(part, Text))[-1:]
        whole = replace(
            shown, parts=(Text(book.say("register.only_you"), "note"), intro, *_lines(book, item), *buttons)
        )
        yield Whisper(card.direct(item), phrases.person(member), whole, f"questions:{item.id}:{member.id}")


def left(book: Phrasebook, item: Item) -> tuple[Text, ...]:
    """The same below feedback that came while they were not at work, and that nobody has answered yet."""
    fresh = item.kind == "feedback" and item.state == "open" and not item.late
    return (Text(book.say("feedback.to_begin"), "note"), *_lines(book, item)) if fresh else ()


def _lines(book: Phrasebook, item: Item) -> tuple[Text, ...]:
    known = {name for name, said in item.words.items() if said} | ({"date"} if item.due_on is not None else set())
    names = [name for name, told_by in OPENING.items() if known.isdisjoint(told_by)]
    return tuple(Text(book.say(f"feedback.question.{name}"), "starter") for name in names[:3])
