"""Who cannot come to a meeting, and who goes in their place. Of what somebody said of themselves the last counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handlers import phrases
from handlers.register.kinds import Step
from handlers.roster import row_named
from handlers.turn import Turn
from handlers.vocabulary import Person, Words
from prompts import Phrasebook
from storage import items, members
from storage.tables import Item, Member


@dataclass(frozen=True)
class Absent:
    """Somebody who cannot come."""

    member: Member
    stand_in: Member | None
    """Who goes in their place, and did not say that they cannot either."""


def absent(turn: Turn, item: Item) -> list[Absent]:
    """Who cannot come to a meeting, in the order in which they said so."""
    said = sorted(
        (*items.notes(turn.db, item, "cannot"), *items.notes(turn.db, item, "can")), key=lambda entry: entry.id
    )
    last = {entry.member_id: entry for entry in said if entry.member_id is not None}
    away = {row: entry.words.get("stand_in", "") for row, entry in last.items() if entry.step == "cannot"}
    found = []
    for row, chosen in away.items():
        member = members.by_id(turn.db, item.tenant, row)
        stand_in = members.by_id(turn.db, item.tenant, row_named(chosen))
        if member is not None:
            goes = stand_in is not None and stand_in.id not in away
            found.append(Absent(member, stand_in if goes else None))
    return found


def is_absent(turn: Turn, item: Item, member: Member) -> bool:
    """Whether somebody said that they cannot come, and did not take it back."""
    return any(each.member.id == member.id for each in absent(turn, item))


def said_no(turn: Turn, item: Item, member: Member) -> bool:
    """Whether somebody ever said that they cannot come."""
    return any(entry.member_id == member.id for entry in items.notes(turn.db, item, "cannot"))


def asked_before(turn: Turn, item: Item, member: Member) -> list[Member]:
    """Who was to go in the place of somebody, who can come after all."""
    said = [each for each in items.notes(turn.db, item, "cannot") if each.member_id == member.id]
    named = max(said, key=lambda entry: entry.id).words.get("stand_in", "") if said else ""
    stand_in = members.by_id(turn.db, item.tenant, row_named(named))
    return [stand_in] if stand_in is not None else []


def facts(turn: Turn, book: Phrasebook, item: Item) -> Iterable[tuple[str, Words]]:
    """The same as a line on the card of a meeting."""
    words: list[str | Person] = []
    for each in absent(turn, item):
        away = phrases.person(each.member)
        words.append(", " if words else "")
        if each.stand_in is None:
            words.append(away)
        else:
            words += book.parts("meeting.instead", who=phrases.person(each.stand_in), away=away)
    if words:
        yield book.say("meeting.cannot_come"), tuple(word for word in words if word != "")


def refusals(turn: Turn, member: Member, step: Step, filled: Mapping[str, str]) -> dict[str, str]:
    """Who stands in for somebody is somebody else of the same side."""
    if step.name != "cannot" or not filled.get("stand_in"):
        return {}
    found = members.find(turn.db, member.project, filled["stand_in"])
    fits = found is not None and found.side == member.side and found.id != member.id
    return {} if fits else {"stand_in": "meetings.refused.stand_in"}


def kept(turn: Turn, member: Member, filled: Mapping[str, str]) -> dict[str, str]:
    """What was filled in as it is kept: who stands in by the id of their row, so that nothing is left once they go."""
    found = members.find(turn.db, member.project, filled["stand_in"]) if "stand_in" in filled else None
    return dict(filled) | ({"stand_in": str(found.id)} if found is not None else {})
