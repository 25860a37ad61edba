"""Who may do what with a project's register as a whole: one table beside that of the steps."""

from collections.abc import Mapping
from typing import Literal

from handlers.register import steps
from handlers.turn import Turn
from handlers.vocabulary import Refused
from storage import members
from storage.tables import Member

Right = Literal["anyone", "client", "lead", "theirs", "their_lead"]
RIGHTS: Mapping[str, Right] = {
    "dossier": "anyone",
    "leaving": "anyone",
    "link_make": "client",
    "link_renew": "anyone",
    "link_stop": "anyone",
    "terms": "lead",
    "role": "theirs",
    "role_commits": "their_lead",
}
"""By what is done. anyone: who takes part in the project · client: anyone of that side · lead: who may commit for
their side · theirs: anyone of the same organisation and side as the person it is about · their_lead: of these who may
commit.
"""
REFUSED = {
    "link_make": "link.refused.client",
    "terms": "terms.refused_role",
    "role": "settings.refused.own_side",
    "role_commits": "settings.refused.lead",
}
"""What somebody hears who may not."""


def may(turn: Turn, action: str, member: Member, about: Member | None = None) -> bool:
    """Whether somebody may do this; `about` is the person that it is about."""
    everyone, right = members.of(turn.db, member.project), RIGHTS[action]

    def speaks_for(each: Member) -> tuple[str | None, int | None]:
        return each.side, steps.party(each, everyone)

    if right in ("theirs", "their_lead") and (about is None or speaks_for(about) != speaks_for(member)):
        return False
    if right in ("lead", "their_lead"):
        return steps.may_commit(member, everyone)
    return right != "client" or member.side == "client"


def check(turn: Turn, action: str, member: Member) -> None:
    """Refused where this is not for somebody to do."""
    if not may(turn, action, member):
        raise Refused({"": REFUSED[action]})
