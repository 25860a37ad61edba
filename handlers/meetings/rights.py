"""Who may arrange the meetings of a project: the table of what is done with a series, beside that of the steps."""

from collections.abc import Collection, Mapping
from typing import Literal

from handlers.meetings.kinds import KINDS
from handlers.register import steps
from handlers.turn import Turn
from handlers.vocabulary import Refused
from storage import members
from storage.tables import Member

RIGHTS: Mapping[str, Literal["arranger", "lead", "both"]] = {
    "meeting_add": "arranger",
    "series": "arranger",
    "extra": "arranger",
    "go_live": "arranger",
    "calendar": "both",
    "calendar_renew": "lead",
    "calendar_stop": "lead",
    "to_calendar": "both",
}
"""By the name of the button; `arranger`, `lead` and `both` are as in the table of steps."""
LIVE = tuple(kind.name for kind in KINDS.values() if kind.go_live_weeks)
"""The kinds that are held because the service goes live."""


def may(turn: Turn, action: str, member: Member, kinds: Collection[str] = ()) -> bool:
    """Whether somebody may do this, with meetings of each of these kinds."""
    if member.side is None:
        return False
    everyone = members.of(turn.db, member.project)
    match RIGHTS[action]:
        case "arranger":
            return all(steps.arranges(kind, member, everyone) for kind in kinds)
        case "lead":
            return steps.may_commit(member, everyone)
        case "both":
            return True


def check(turn: Turn, action: str, member: Member, kinds: Collection[str] = (), field: str = "") -> None:
    """Refused, at a field if it is one that says which, where something is not for somebody to do."""
    if not may(turn, action, member, kinds):
        raise Refused({field: f"meetings.refused.{RIGHTS[action]}"})
