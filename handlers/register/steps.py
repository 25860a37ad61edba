"""Who may take a step with an item, and for whom it waits. Everything is checked here; what it comes to: `taking`.

`everyone` is who is known in the project, asked for once and not for every item.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers import hours
from handlers.register import disputes, rungs
from handlers.register.kinds import ANSWERS, ARRANGES, KINDS, MAY_COMMIT, UNSEEN, Step, Who
from handlers.turn import Turn
from handlers.vocabulary import Refused
from storage import consents, members, sheets
from storage.tables import Item, Member, Project

COMMITS = ("lead", "own_lead", "other_lead", "second")
"""Those of `Who` that stand for who may commit for a side."""
TAKES = ("take_up", "take_over")
"""Steps by which somebody says that it is they who do it from now on."""
ACROSS = {"client": "supplier", "supplier": "client"}


def check_keeping(turn: Turn, project: Project) -> None:
    """Refused where not everyone agreed to keeping a register, or the project is over."""
    if project.ended_at is not None:
        raise Refused({"": "ending.refused.over"})
    if "registers" not in consents.agreed(turn.db, project):
        raise Refused({"": "register.refused.scope"})


def waits_for(item: Item) -> Who | None:
    """Whose turn it is; None when it is over."""
    if disputes.waits_for_author(item):
        return "author"
    return "answering" if rungs.proposed(item) else KINDS[item.kind].waits.get(item.state)


def side_of(item: Item, who: Who) -> str:
    """The side that a word of `Who` stands for."""
    match who:
        case "doer" | "owner" | "lead":
            return item.doer
        case "other" | "other_lead":
            return ACROSS[item.side]
        case "receiver":
            return ACROSS[item.doer]
        case "disagreed":
            return disputes.disagreed(item)
        case "client":
            return "client"
        case "answering":
            return ACROSS.get(rungs.proposed_by(item), "")
        case "second":
            return item.words.get("asked_side", item.side)
        case _:
            return item.side


def left_to_reporter(item: Item) -> bool:
    """Whether it is first for who reported something through the link to judge the answer, on their own page.

    Their colleagues leave it to them until it was told once in vain: for timing.SILENT working days.
    """
    return item.receipt is not None and waits_for(item) == "author" and not item.late


def arranges(kind: str, member: Member, everyone: Sequence[Member]) -> bool:
    """Whether somebody may arrange a kind of meeting: they have a role for it, or nobody of theirs there has one."""
    roles = arranging(kind, str(member.side))
    mine = party(member, everyone)
    there = [each for each in everyone if each.side == member.side and party(each, everyone) == mine]
    return member.role in roles or not any(each.role in roles for each in there)


def arranging(kind: str, side: str) -> tuple[str, ...]:
    """The roles on a side that arrange a kind of meeting: who must be there, and who may commit."""
    return tuple(dict.fromkeys((*ARRANGES[kind].get(side, ()), *MAY_COMMIT)))


def may(item: Item, step: Step, member: Member, everyone: Sequence[Member]) -> bool:
    """Whether somebody may take a step with an item, as it stands now."""
    here = item.state in step.before and of_kind(item, step) and rungs.open_to(item, step)
    if not here or member.project_id != item.project_id:
        return False
    if step.who == "both":
        return member.side is not None
    if step.who == "owners":
        return _answers_for(item, member, everyone)
    if member.side is None or (step.who not in ("either", "arranger") and member.side != side_of(item, step.who)):
        return False
    if step.who == "second" and _on_side(item, "second", item.second_id, everyone):
        return item.second_id == member.id
    if step.who == "author" and left_to_reporter(item):
        return False
    if step.who == "receiver" and _received_elsewhere(item, member, everyone):
        return False
    if not of_theirs(item, member, everyone):
        return step.who == "author" and item.author_id == member.id
    if step.who == "author" and item.author_id is not None and not item.words.get("behalf"):
        if _on_side(item, "author", item.author_id, everyone):
            return item.author_id == member.id
        # Of a promise that moved it is the side that changed: what was agreed on is not simply withdrawn by the other.
        return not (item.kind == "promise" and item.moved)
    if step.who == "arranger":
        return arranges(item.words.get("kind", "progress"), member, everyone)
    if step.commits and step.name == "withdraw" and item.author_id == member.id:
        return True
    if step.who in COMMITS or step.commits or _binds(item, step):
        return may_commit(member, everyone)
    if step.name == "take_over" and item.owner_id == member.id:
        return False
    if step.who == "doer" and _taken_up_elsewhere(item, member, everyone):
        return step.name in TAKES and member.role in (*MAY_COMMIT, *ANSWERS[item.kind])
    return True


def _taken_up_elsewhere(item: Item, member: Member, everyone: Sequence[Member]) -> bool:
    """Whether another organisation on their side took it up: then it is its own, until who has a role takes it over."""
    owner = next((each for each in everyone if each.id == item.owner_id and each.side == item.doer), None)
    return owner is not None and party(owner, everyone) != party(member, everyone)


def _received_elsewhere(item: Item, member: Member, everyone: Sequence[Member]) -> bool:
    """Whether another organisation on their side wrote down what is done for it: then that is the one to judge it."""
    there = side_of(item, "receiver")
    author = next((each for each in everyone if each.id == item.author_id and each.side == there), None)
    return author is not None and party(author, everyone) != party(member, everyone)


def _on_side(item: Item, who: Who, row: int | None, everyone: Sequence[Member]) -> bool:
    """Whether somebody who is named is still there, on the side that this stands for."""
    return any(each.id == row and each.side == side_of(item, who) for each in everyone)


def of_kind(item: Item, step: Step) -> bool:
    """Whether its kind of meeting has a step."""
    return not step.only or item.words.get("kind") in step.only


def _answers_for(item: Item, member: Member, everyone: Sequence[Member]) -> bool:
    """Whether somebody is one of the two who answer for an item, or of a side whose one is gone."""
    named = [each for each in everyone if each.id in (item.owner_id, item.second_id)]
    if member.side is None or any(each.id == member.id for each in named):
        return member.side is not None
    return all(each.side != member.side for each in named)


def _binds(item: Item, step: Step) -> bool:
    """Whether a step promises something on behalf of one's own side: saying yes to what the other side wrote down."""
    binds = item.kind == "promise" and item.words.get("kind") != "come_back"
    return binds and step.name == "confirm" and ACROSS[item.side] == item.doer


def possible(item: Item, member: Member, everyone: Sequence[Member]) -> list[Step]:
    """The steps that somebody may take with an item, in order."""
    return [step for step in KINDS[item.kind].steps if may(item, step, member, everyone)]


def party(member: Member, everyone: Sequence[Member]) -> int | None:
    """The organisation for which somebody speaks on their side: row id of their own, or of the only one there.

    None for who was put on a side where there are several, none of them theirs.
    """
    if member.organisation.side == member.side:
        return member.organisation_id
    there = {each.organisation_id for each in everyone if each.organisation.side == member.side}
    return there.pop() if len(there) == 1 else None


def whose(turn: Turn, member: Member) -> sheets.Whose:
    """For whom somebody keeps something that nobody else is to see."""
    return sheets.Whose(str(member.side), party(member, members.of(turn.db, member.project)))


def of_theirs(item: Item, member: Member, everyone: Sequence[Member]) -> bool:
    """Whether an item can be somebody's as far as their organisation goes: of several on a side it is one's alone."""
    side = item.doer if item.kind in ("promise", "preparation") else item.side
    return item.organisation_id is None or member.side != side or party(member, everyone) == item.organisation_id


def may_commit(member: Member, everyone: Sequence[Member]) -> bool:
    """Whether somebody may promise something for theirs: by their role, or because nobody there has such a role."""
    mine = party(member, everyone)
    there = [each for each in everyone if each.side == member.side and each.role in MAY_COMMIT]
    leads = [each for each in there if party(each, everyone) == mine]
    return not leads or member.role in MAY_COMMIT


def people(item: Item, everyone: Sequence[Member], now: datetime | None = None) -> list[Member]:
    """Whom it waits for; nobody where it is over, or where who reported it through the link is to judge it first."""
    who = waits_for(item)
    return whom(item, who, everyone, now) if who is not None and not left_to_reporter(item) else []


def whom(item: Item, who: Who, everyone: Sequence[Member], now: datetime | None = None) -> list[Member]:
    """Whom a word of `Who` comes down to: the person it names, or else who has the role for it on that side.

    Where nobody has that role: who has any, for they spoke for their side before; the whole side only as a last resort.
    Who is away at `now` is passed over while somebody else there can act.
    """
    if who == "owners":
        return [each for each in everyone if each.id in (item.owner_id, item.second_id)] or list(everyone)
    side = [each for each in everyone if each.side == side_of(item, who) and of_theirs(item, each, everyone)]
    here = side if who == "second" else hours.here(now, side)
    # Who planned the call is to ring, and that need not be who filed it.
    author = item.second_id if item.state == "call" and item.second_id is not None else item.author_id
    named_as = {"owner": item.owner_id, "doer": item.owner_id, "author": author, "receiver": author}
    named = item.second_id if who == "second" else named_as.get(who)
    there = here if who in ("owner", "doer") else side
    if named is not None and (found := [each for each in there if each.id == named]):
        return found
    yes = KINDS[item.kind].step("confirm", item.state)
    commits = who in COMMITS or (yes is not None and yes.who == who and _binds(item, yes))
    roles = MAY_COMMIT if commits else rungs.roles(item) or _own_roles(item) or ANSWERS[item.kind]
    # What only these roles can do, or are to read, goes to nobody else.
    for group in (here, side) if commits or rungs.rung(item) else (here,):
        for role in roles:
            if found := [each for each in group if each.role == role]:
                return found
    return [each for each in here if each.role is not None] or here


def _own_roles(item: Item) -> tuple[str, ...]:
    """The roles that it is for, where it was made for some."""
    return tuple(item.words.get("roles", "").split())


def knows_of(item: Item, member: Member, everyone: Sequence[Member]) -> bool:
    """Whether somebody may see an item: an own affair only they whose it is, who filed it, and who is asked."""
    own = member.side == item.side and (item.author_id == member.id or of_theirs(item, member, everyone))
    return item.state not in UNSEEN or own or any(each.id == member.id for each in people(item, everyone))


def check(item: Item, step: Step, member: Member, everyone: Sequence[Member]) -> None:
    """Refused where a step is not for somebody to take; the reason says for whom it is."""
    if not may(item, step, member, everyone):
        raise Refused({"": f"register.refused.{_why_not(item, step, member)}"})


def _why_not(item: Item, step: Step, member: Member) -> str:
    if step.who == "author" and member.side == item.side and left_to_reporter(item):
        return "reporter"
    if _binds(item, step) and member.side == item.doer:
        return "lead"
    if step.who == "either" and rungs.proposed(item):
        return "proposed_by_us" if rungs.proposed_by(item) == member.side else "proposed_to_us"
    if step.who == "answering" and not rungs.proposed(item):
        return "answered"
    if step.rungs and rungs.rung(item) not in step.rungs and member.side == side_of(item, step.who):
        return "either"
    if step.commits and rungs.open_to(item, step) and (step.who == "either" or member.side == side_of(item, step.who)):
        return "lead"
    if step.who == "doer" and member.side == item.doer and item.state in step.before:
        return "yours" if item.owner_id == member.id else "taken_up"
    return step.who
