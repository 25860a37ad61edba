"""Finding an item: by what people call it (FB-12), or by the button that was pressed on it."""

from handlers.register import steps
from handlers.register.kinds import KINDS, Kind
from handlers.roster import known, row_named
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Refused, Submission
from storage import items, members
from storage.tables import Item, Member


def named(text: str) -> tuple[Kind, int] | None:
    """The kind and the number of a code; None where a text is anything else, or more than that."""
    letters, _, number = text.strip().upper().partition("-")
    kind = next((kind for kind in KINDS.values() if kind.code == letters), None)
    return (kind, row_named(number)) if kind is not None and row_named(number) else None


def item(turn: Turn, member: Member, text: str) -> Item:
    """The item that a code names, in a project of somebody who may see it; refused where there is none."""
    found = named(text)
    row = items.numbered(turn.db, member.project, found[0].name, found[1]) if found is not None else None
    if row is None or not steps.knows_of(row, member, members.of(turn.db, member.project)):
        raise Refused({"": "register.refused.no_such"})
    return row


def theirs(turn: Turn, event: ButtonPress | Submission, about: str) -> tuple[Item, Member]:
    """The item that a button is for, and who pressed it, who must take part in its project on a known side."""
    item = items.by_id(turn.db, event.place.tenant, row_named(about.partition(" ")[0]))
    member = known(turn, item.project, event.who) if item is not None else None
    if item is None or member is None or not steps.knows_of(item, member, members.of(turn.db, item.project)):
        raise Refused({"": "register.refused.gone"})
    if item.project.ended_at is not None:
        raise Refused({"": "ending.refused.over"})
    return item, member
