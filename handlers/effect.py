"""What follows a tip, noted in one and the same way whether it was given or held back.

`samenspraak effect` counts it; docs/effect.md says what for. Nothing here knows which of the two a tip was.
"""

from datetime import datetime, timedelta

from handlers.turn import Turn
from prompts.ear import CLIENT_PATTERNS, SUPPLIER_PATTERNS, Hearing
from storage import consents, nudges, projects
from storage.members import Author
from storage.recent import Writing
from storage.tables import Channel, Member, Nudge

PATTERNS = {"supplier": SUPPLIER_PATTERNS, "client": CLIENT_PATTERNS}
FOLLOW_UP = timedelta(hours=1)
"""A message that comes this soon after a tip, in the same conversation, counts as a follow-up."""
DAY = timedelta(days=1)
FORTNIGHT = timedelta(days=14)
"""Who writes on the same pattern within this time repeats it."""
_GOOD = frozenset(("acknowledges", "asks", "commits"))
"""What a supplier can do in a next message that was missing in the one before."""


def wrote_on(turn: Turn, author: Author, thread: str | None) -> None:
    """Somebody writes in a conversation in which there was reason for a tip for them."""
    if author.last_tip_at is None or turn.now >= author.last_tip_at + DAY:
        return
    for nudge in nudges.awaiting_answer(turn.db, author, thread, turn.now - DAY):
        if turn.now < nudge.at + FOLLOW_UP:
            nudges.happened(turn.db, nudge, "followed_up", turn.now)
        elif nudge.measured and _agreed(turn, nudge):
            nudges.note(turn.db, nudge, "came_back", turn.now)


def heard(turn: Turn, burst: Writing, hearing: Hearing) -> None:
    """What was heard repeats the pattern of an earlier tip, or makes good what was missing then.

    Every hearing of a pattern counts, however sure: only of some is a second opinion asked, and that depends on
    whether there may be a tip now.
    """
    pattern = hearing.label in SUPPLIER_PATTERNS + CLIENT_PATTERNS
    if not (pattern or hearing.label == "impact_feedback" or hearing.signs & _GOOD):
        return
    for nudge in _measured(turn, burst.tenant, burst.member_id, burst.last_at - FORTNIGHT):
        if nudge.at >= burst.last_at:
            continue
        if hearing.label == nudge.pattern:
            nudges.note(turn.db, nudge, "repeated", burst.last_at)
        elif not pattern and burst.last_at < nudge.at + DAY and _together(nudge, burst) and _good(nudge, hearing):
            nudges.note(turn.db, nudge, "made_good", burst.last_at)


def filed(turn: Turn, member: Member, channel: Channel) -> None:
    """Somebody files a promise or feedback: that makes good what they wrote in that channel today."""
    for nudge in _measured(turn, member.tenant, member.id, turn.now - DAY):
        if nudge.channel == channel.channel:
            nudges.note(turn.db, nudge, "made_good", turn.now)


def switched_off(turn: Turn, member: Member) -> None:
    """Somebody is not heard any more: nobody can tell what follows their tips of the last fortnight."""
    for nudge in _measured(turn, member.tenant, member.id, turn.now - FORTNIGHT):
        nudges.note(turn.db, nudge, "off", turn.now)


def _measured(turn: Turn, tenant: str, member: int, since: datetime) -> list[Nudge]:
    """The tips of a person of which the effect is measured, as long as all agree to that."""
    found = nudges.measured_since(turn.db, tenant, member, since)
    return found if found and _agreed(turn, found[0]) else []


def _agreed(turn: Turn, nudge: Nudge) -> bool:
    project = projects.by_id(turn.db, nudge.tenant, nudge.project_id)
    return project is not None and "measure" in consents.agreed(turn.db, project)


def _together(nudge: Nudge, burst: Writing) -> bool:
    """Whether they are in one conversation: the same thread or flat channel, or the thread under the message."""
    return nudge.channel == burst.channel and burst.thread in (nudge.thread, nudge.message)


def _good(nudge: Nudge, hearing: Hearing) -> bool:
    return hearing.label == "impact_feedback" if nudge.side == "client" else bool(hearing.signs & _GOOD)
