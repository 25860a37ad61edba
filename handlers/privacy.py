"""What the bot remembers of somebody: see it, take it along, have it erased."""

import json
from collections.abc import Iterable

from handlers import consent, phrases
from handlers.turn import Turn
from handlers.vocabulary import Button, ButtonPress, Buttons, Card, Command, Effect, Reply, Share, Text
from storage import members, privacy, projects


def show(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Say in words what is kept of who asks, and for how long."""
    book = phrases.asker(turn, event.who, event.place)
    kept = privacy.export(turn.db, event.place.tenant, event.who.id)
    lines = [
        Text(book.say(f"privacy.kept.{table}", count=str(len(kept[table]))))
        for table in ("member", "consent", "item", "recent", "nudge")
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
    kept = privacy.export(turn.db, event.place.tenant, event.who.id)
    content = json.dumps(kept, indent=2, ensure_ascii=False)
    yield Share(event.place, event.who, "samenspraak.json", content, f"export:{event.id}")
    yield Reply(phrases.note(book, "privacy.sent"))


def erase(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Wipe somebody out."""
    book = phrases.asker(turn, event.who, event.place)
    everywhere = members.anywhere(turn.db, event.place.tenant, event.who.id)
    still_off = any(member.off for member in everywhere)
    kept = privacy.erase(turn.db, event.place.tenant, event.who.id)
    if "consent" in kept:
        for project in {member.project_id: member.project for member in everywhere}.values():
            for channel in projects.channels(turn.db, project)[:1]:
                yield from consent.announce(turn, channel)
    yield Reply(phrases.note(book, "privacy.erased_but_off" if still_off else "privacy.erased"))
