"""Who proposed a step of the ladder hears that the other side does not agree yet."""

from collections.abc import Iterable
from dataclasses import replace

from handlers import phrases
from handlers.register import card, notices, rungs
from handlers.turn import Turn
from handlers.vocabulary import Effect, Text
from storage import items, members
from storage.tables import Item, Member


def declined(turn: Turn, item: Item, by: Member) -> Iterable[Effect]:
    """The last proposal was answered with not yet."""
    history = items.history(turn.db, item)
    proposal = next((entry for entry in reversed(history) if entry.step in rungs.PROPOSALS), None)
    row = proposal.member_id if proposal is not None else None
    member = members.by_id(turn.db, item.tenant, row) if row is not None else None
    if member is not None and history:
        book, shown = phrases.reader(member), card.own(turn, item, member)
        said = Text(book.say("escalation.not_yet_told", side=book.say(f"consent.side.{by.side}")))
        whole = replace(shown, parts=(Text(book.say("register.only_you"), "note"), said, *shown.parts))
        yield from notices.or_held(turn, item, member, f"not_yet:{by.side}", whole, f"not_yet:{history[-1].id}")
