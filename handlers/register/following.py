"""What happens elsewhere and matters to an item: its message is changed or deleted, somebody it names leaves."""

from collections.abc import Iterable

from handlers.register import card, waiting
from handlers.register.kinds import OVER
from handlers.turn import Turn
from handlers.vocabulary import Deleted, Edited, Effect
from storage import items
from storage.tables import Item, Member


def message(event: Edited | Deleted, turn: Turn) -> Iterable[Effect]:
    """The message that an item began with is not what it was: its card says so."""
    how = "edited" if isinstance(event, Edited) else "deleted"
    for item in items.of_message(turn.db, event.place.tenant, event.place.channel, event.message):
        if item.words.get("original") in (None, "edited") and item.words.get("original") != how:
            item.words = {**item.words, "original": how}
            items.happened(turn.db, item, None, how, {}, turn.now)
            yield from card.again(turn, item)


def held_by(turn: Turn, member: Member) -> list[Item]:
    """What is going on and names somebody; to be passed on once they have left."""
    return [item for item in items.held_by(turn.db, member) if (item.kind, item.state) not in OVER]


def vacant(turn: Turn, held: list[Item]) -> Iterable[Effect]:
    """Who was named in these has left: they go to who has the role for it, who hears of it in the morning."""
    for item in held:
        item.remind_at = turn.now
        items.happened(turn.db, item, None, "vacant", {}, turn.now)
        yield from waiting.tell(turn, item)
        yield from card.again(turn, item)
