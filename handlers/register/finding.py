"""Finding an item by what people call it: FB-12."""

from handlers.register import steps
from handlers.register.kinds import KINDS, Kind
from handlers.roster import row_named
from handlers.turn import Turn
from handlers.vocabulary import Refused
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
