"""The ladder of an escalation: on which step it stands, what is proposed, and what may be done there.

Both stand in the words of the item: they are of both sides, and in the record of both.
"""

from handlers.register.kinds import Kind, Step
from storage.tables import Item

FIRST, TOP = 1, 6
"""Ringing each other; mediation or court. Before the first comes reading the agreement again: that is filing it."""
MEETINGS = {2: "tactical", 3: "strategic"}
"""The meeting that an item waits for from a step on."""
ROLES = {1: ("service", "contract"), 2: ("service", "contract"), 3: ("sponsor", "contract")}
"""Whom a step concerns, on both sides; a later one concerns the same people as the third."""
PROPOSALS = ("skip", "settle")
"""Steps that count only once the other side agrees."""


def begin(kind: Kind) -> dict[str, str]:
    """What stands in the words of an item that is filed: of an escalation its first step."""
    return {"rung": str(FIRST)} if kind.name == "escalation" else {}


def rung(item: Item) -> int:
    """The step of the ladder on which an item stands; 0 when it is no escalation."""
    return int(item.words.get("rung", "0"))


def roles(item: Item) -> tuple[str, ...]:
    """The roles that an escalation concerns now; of anything else none."""
    return ROLES[min(rung(item), max(ROLES))] if rung(item) else ()


def proposed(item: Item) -> str:
    """What one side proposes and the other has not answered: one of PROPOSALS; empty when nothing is."""
    return item.words.get("proposed", "")


def proposed_by(item: Item) -> str:
    """The side that proposes it."""
    return item.words.get("proposed_by", "")


def open_to(item: Item, step: Step) -> bool:
    """Whether a step can be taken here, whoever takes it: it fits this place on the ladder, and what is proposed."""
    if step.rungs and rung(item) not in step.rungs:
        return False
    if step.who == "either":
        return not proposed(item)
    if step.who == "answering":
        return bool(proposed(item)) and step.name in (f"agree_{proposed(item)}", "not_yet")
    return True


def taken(item: Item, step: Step, side: str, reason: str) -> None:
    """A step was taken: climb, or note what is proposed, or that it was answered."""
    if step.name in PROPOSALS:
        item.words = {**item.words, "proposed": step.name, "proposed_by": side, "because": reason}
        return
    if step.who == "answering" or step.to in ("open", "settled", "withdrawn"):
        _answered(item)
    if step.to == "open":
        item.words = {**item.words, "rung": str(rung(item) + 1)}
        item.level = MEETINGS.get(rung(item), item.level)
        item.due_on = None


def day_passed(item: Item) -> None:
    """Its day is over: there is nothing left to skip."""
    if proposed(item) == "skip":
        _answered(item)


def _answered(item: Item) -> None:
    item.words = {name: said for name, said in item.words.items() if name not in ("proposed", "proposed_by", "because")}
