"""Taking a step with an item: what it comes to, and who is to hear of it."""

from collections.abc import Mapping
from datetime import date

from handlers.register import disputes, rungs, steps, timing
from handlers.register.kinds import Step
from handlers.turn import Turn
from storage import items, members, sheets
from storage.tables import Item, Member


def take(turn: Turn, item: Item, member: Member, step: Step, words: Mapping[str, str]) -> None:
    """Take a step; `words` is what its form asked. Refused when it is not theirs to take."""
    steps.check(item, step, member, members.of(turn.db, item.project))
    if step.aside:
        if step.name == "reference":
            item.reference = _reference(words)
        items.happened(turn.db, item, member, step.name, words, turn.now)
        return
    before = item.due_on
    own = {blank.name for blank in step.asks if blank.private}
    if own:
        kept = {name: words[name] for name in words if name in own}
        sheets.keep(turn.db, item.project, item, steps.whose(turn, member), step.name, kept, turn.now)
    if step.private:
        timing.prepare(item, step, words, member)
        return
    waited_for = steps.waits_for(item)
    agreed_once = item.kind != "promise" or bool(items.notes(turn.db, item, "confirm"))
    apply(item, member, step, words, puts_off=agreed_once)
    told = {name: value for name, value in words.items() if name not in own}
    if rungs.rung(item):
        told["rung"] = item.words["rung"]
    elif before is not None and item.due_on != before:
        told["before"] = before
    items.happened(turn.db, item, member, step.name, told, turn.now)
    who = steps.waits_for(item)
    # Whoever took the step knows of it; who was asked first took it for nobody but themselves.
    across = who == "owners" or step.who == "second" or (who is not None and steps.side_of(item, who) != member.side)
    everyone = members.of(turn.db, item.project)
    to_colleague = who != waited_for and any(each.id != member.id for each in steps.people(item, everyone))
    timing.begin(item, turn.now, tell=across or to_colleague)


def apply(item: Item, member: Member | None, step: Step, words: Mapping[str, str], *, puts_off: bool = True) -> None:
    """What a step changes. Without a member it was taken by somebody on the side of whose word it is."""
    side = str(member.side) if member is not None else item.side
    item.state = step.to or item.state
    item.late = 0
    if step.tactical:
        item.level = "tactical"
    disputes.taken(item, step, side)
    if item.kind == "escalation":
        rungs.taken(item, step, side, words.get("reason", ""))
    if step.who == "second" or item.kind == "escalation":
        # They have answered, or rang, and are not part of it any further.
        item.second_id = None
    if step.name == "move":
        item.due_on = date.fromisoformat(words["date"]).isoformat()
        # A day on which the two had yet to agree is not put off by another one.
        item.moved += puts_off
        item.side = side if item.kind == "promise" else item.side
        if item.moved >= timing.TOO_OFTEN:
            item.level = "tactical"
    elif step.name == "confirm" and item.moved < timing.TOO_OFTEN:
        # They agree after all: there is nothing left to talk about at a meeting.
        item.level = "operational"
    elif step.name == "decide_later":
        item.due_on = date.fromisoformat(words["date"]).isoformat()
    elif step.name == "reconsider":
        item.due_on = None
    elif step.name == "reference":
        item.reference = _reference(words)
    elif step.name in ("outcome", "postpone"):
        item.due_on = date.fromisoformat(words["date"]).isoformat()
    elif step.name == "not_right":
        # Whatever runs elsewhere, it is followed here again.
        item.reference = None
    elif step.name in steps.TAKES or (item.kind == "complaint" and step.name == "acknowledge"):
        item.owner_id = member.id if member is not None else None


def _reference(words: Mapping[str, str]) -> str:
    """Where it runs elsewhere, as an item keeps it: the system, the number there and a link, each on a line."""
    return "\n".join(words.get(part, "") for part in ("system", "number", "link")).rstrip("\n")
