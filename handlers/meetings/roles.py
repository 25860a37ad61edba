"""Who must be there of each side, and who goes when they cannot: as is usual for a kind, or as a project chose."""

from collections.abc import Iterable, Mapping

from handlers.meetings.kinds import KINDS
from handlers.roster import row_named
from handlers.turn import Turn
from handlers.vocabulary import ChoiceField, FormPart, PersonField
from prompts import Phrasebook
from storage import members
from storage.tables import Member, Series

SIDES = ("supplier", "client")
Groups = tuple[tuple[str, ...], ...]
"""Of each group of roles, one is enough."""


def needed(series: Series) -> Mapping[str, Groups]:
    """Who must be there, by side. What was chosen keeps the roles together of which one is enough, as usual."""
    usual: Mapping[str, Groups] = {str(side): groups for side, groups in KINDS[series.kind].needed.items()}
    if series.needed is None:
        return usual
    chosen = {side: tuple(each for each in roles.split(",") if each) for side, roles in _pairs(series.needed, ":")}
    return {side: _grouped(usual[side], chosen.get(side, ())) for side in SIDES}


def _grouped(usual: Groups, chosen: tuple[str, ...]) -> Groups:
    whole = tuple(group for group in usual if set(group) <= set(chosen))
    known = {role for group in whole for role in group}
    return (*whole, *((role,) for role in chosen if role not in known))


def _pairs(written: str | None, mark: str) -> Iterable[tuple[str, str]]:
    for each in (written or "").split():
        name, _, value = each.partition(mark)
        yield name, value


def stand_in(turn: Turn, series: Series, side: str, group: tuple[str, ...]) -> Member | None:
    """Who always goes when nobody of a group can, if they are still on that side."""
    rows = dict(_pairs(series.stand_ins, "="))
    found = members.by_id(turn.db, series.tenant, row_named(rows.get(f"{side}/{group[0]}", "")))
    return found if found is not None and found.project_id == series.project_id and found.side == side else None


def stand_in_of(turn: Turn, series: Series, member: Member) -> Member | None:
    """Who always goes when somebody cannot, by the role that they have."""
    for group in needed(series).get(str(member.side), ()):
        if member.role in group:
            found = stand_in(turn, series, str(member.side), group)
            return found if found is not None and found.id != member.id else None
    return None


# --- In the form of a series


def fields(turn: Turn, book: Phrasebook, series: Series) -> Iterable[FormPart]:
    """Which roles must be there, and for each of them who goes in their place."""
    choices = tuple((role, book.say(f"settings.role.{role}")) for role in book.table("settings.role"))
    there = needed(series)
    for side in SIDES:
        label = book.say("meetings.series.needed", side=book.say(f"consent.side.{side}"))
        value = " ".join(role for group in there[side] for role in group)
        yield ChoiceField(f"needed_{side}", label, choices, required=False, value=value, many=True)
    for side in SIDES:
        for group in there[side]:
            found = stand_in(turn, series, side, group)
            label = book.say("meetings.series.stand_in", role=_in_words(book, group))
            yield PersonField(f"stand_in_{side}_{group[0]}", label, False, found.person if found is not None else "")


def read(
    turn: Turn, book: Phrasebook, series: Series, said: Mapping[str, str], reasons: dict[str, str]
) -> dict[str, str | None]:
    """The columns as they were filled in; adds to `reasons` what cannot be taken."""
    known, there = KINDS[series.kind], needed(series)
    chosen: dict[str, list[str]] = {}
    for side in SIDES:
        before = [role for group in there[side] for role in group]
        chosen[side] = said[f"needed_{side}"].split() if f"needed_{side}" in said else before
        if len(chosen[side]) > len(set(chosen[side])) or not set(chosen[side]) <= set(book.table("settings.role")):
            reasons[f"needed_{side}"] = "register.refused.choice"
    usual = {str(side): {role for group in groups for role in group} for side, groups in known.needed.items()}
    own = {side: set(roles) for side, roles in chosen.items()} != usual
    rows = []
    for side in SIDES:
        for group in there[side]:
            name = f"stand_in_{side}_{group[0]}"
            person = members.find(turn.db, series.project, said[name]) if said.get(name) else None
            if said.get(name) and (person is None or person.side != side):
                reasons[name] = "meetings.refused.of_side"
            rows += [f"{side}/{group[0]}={person.id}"] if person is not None else []
    written = " ".join(f"{side}:{','.join(roles)}" for side, roles in chosen.items())
    return {"needed": written if own else None, "stand_ins": " ".join(rows) or None}


def told(book: Phrasebook, series: Series) -> Iterable[tuple[str, object]]:
    """What of this everyone is told when it changes: a line, and what it tells of."""
    there = needed(series)
    for side in SIDES:
        label = book.say("meetings.series.needed", side=book.say(f"consent.side.{side}")).removesuffix("?")
        roles = ", ".join(_in_words(book, group) for group in there[side])
        yield f"{label}: {roles or '–'}", there[side]
    groups = {f"{side}/{group[0]}": group for side in SIDES for group in there[side]}
    names = [_in_words(book, groups[name]) for name, _ in _pairs(series.stand_ins, "=") if name in groups]
    yield f"{book.say('meetings.series.stand_ins')}: {', '.join(names) or '–'}", series.stand_ins


def _in_words(book: Phrasebook, group: tuple[str, ...]) -> str:
    return " / ".join(book.say(f"settings.role.{role}") for role in group)
