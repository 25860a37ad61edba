"""Who is in several projects, and asks something in their own chat with the bot, is asked which one they mean."""

from collections.abc import Callable, Iterable
from typing import Any

from handlers import naming, phrases, routes
from handlers.register import finding
from handlers.register.kinds import KINDS
from handlers.roster import Unclear, typed
from handlers.turn import Turn
from handlers.vocabulary import Button, ButtonPress, Buttons, Card, Command, Effect, Event, Part, Reply, Text

AT_MOST = 5
"""Projects to choose from: so many buttons stand in one row everywhere."""
CARRIED = 1_900
"""Bytes of what was typed that a button carries: a button of Slack holds 2,000 characters, a card of Teams 28 KB."""


def answered(handler: Callable[[Any, Turn], Iterable[Effect] | None], event: Event, turn: Turn) -> Iterable[Effect]:
    """What a handler does about an event; where it cannot know which project is meant, that question instead."""
    try:
        return tuple(handler(event, turn) or ())
    except Unclear as unclear:
        return (Reply(_question(turn, unclear)),)


def _question(turn: Turn, unclear: Unclear) -> Card:
    """A button for each project, that asks the same once more, with what was typed."""
    event = unclear.event
    book = phrases.asker(turn, event.who, event.place)
    asking, text = _asking(event)
    carried = text.encode()[:CARRIED].decode(errors="ignore")
    running_first = sorted(unclear.theirs, key=lambda member: member.project.ended_at is not None)
    buttons = tuple(
        Button(asking, label, f"{member.project_id} {carried}")
        for member, label in zip(running_first, naming.called(turn, book, running_first), strict=True)
    )
    title = book.say("which.title")
    parts: list[Part] = [Text(title), Buttons(buttons[:AT_MOST])]
    if len(buttons) > AT_MOST:
        parts.append(Text(book.say("which.more"), "note"))
    if carried != text:
        parts.append(Text(book.say("which.cut"), "note"))
    return Card(title, tuple(parts))


def _asking(event: Command | ButtonPress) -> tuple[str, str]:
    """The button that asks the same, and what was typed; what is called by its code (FB-12) is looked up."""
    text = typed(event).strip()
    if isinstance(event, ButtonPress):
        return event.button, text
    if finding.named(event.word) is not None:
        return "open", event.word
    ability = routes.words()[event.word.casefold()]
    if ability not in KINDS:
        return ability, text
    called = finding.named(text)
    return ("open", text) if called is not None and called[0].name == ability else (f"file_{ability}", text)
