"""What the bot remembers of somebody: see it, take it along, have it erased."""

import json
from collections.abc import Iterable

from handlers import phrases
from handlers.turn import Turn
from handlers.vocabulary import Button, ButtonPress, Buttons, Card, Command, Effect, Reply, Share, Text
from storage import privacy


def show(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Say in words what is kept of who asks, and for how long."""
    book = phrases.asker(turn, event.who, event.place)
    kept = privacy.export(turn.db, event.place.tenant, event.who.team, event.who.id)
    lines = [
        Text(book.say(f"privacy.kept.{table}", count=str(len(kept[table]))))
        for table in ("member", "consent", "recent", "nudge")
        if table in kept
    ]
    erase = Button("privacy_erase", book.say("privacy.erase"), style="danger", confirm=book.say("privacy.confirm"))
    buttons = (Button("privacy_export", book.say("privacy.export")), erase)
    rules = [Text(line, "note") for line in book.list("privacy.rules")]
    title = book.say("privacy.title" if lines else "privacy.nothing")
    yield Reply(Card(title, (Text(title, "heading"), *lines, *([Buttons(buttons)] if lines else []), *rules)))


def export(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Send somebody a file with everything that is kept of them."""
    book = phrases.asker(turn, event.who, event.place)
    kept = privacy.export(turn.db, event.place.tenant, event.who.team, event.who.id)
    content = json.dumps(kept, indent=2, ensure_ascii=False)
    yield Share(event.place, event.who, "samenspraak.json", content, f"export:{event.id}")
    yield Reply(phrases.note(book, "privacy.sent"))


def erase(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Wipe somebody out."""
    book = phrases.asker(turn, event.who, event.place)
    privacy.erase(turn.db, event.place.tenant, event.who.team, event.who.id)
    yield Reply(phrases.note(book, "privacy.erased"))
