"""When the coach keeps quiet: every reason not to give a tip, in the order in which it is weighed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.hours import at_work
from handlers.turn import Turn
from prompts.ear import Hearing
from storage import members, nudges
from storage.recent import Said
from storage.tables import Channel, Member, Nudge

FIRST_WEEK = timedelta(days=7)
FORTNIGHT = timedelta(days=14)
A_DAY, A_WEEK, A_WEEK_AT_FIRST = 1, 3, 2
EMERGENCY = timedelta(hours=2)
CHANNEL_PAUSE = timedelta(hours=1)
JUDGED_ENOUGH, TOO_OFTEN_WRONG, TOO_OFTEN_LEFT = 10, 0.10, 0.40
JUDGED_OVER = timedelta(days=90)
"""A silenced pattern comes back by itself when the judgements on it are this old."""


def moment(hearing: Hearing, member: Member, conversation: list[Said]) -> str | None:
    """Why this is not the moment, whatever else: these rules hold without any other restraint too."""
    if "banter" in hearing.signs:
        return "banter"
    own = [row for row in conversation if row.side == member.side]
    other = [row for row in conversation if row.side != member.side]
    if member.side == "client":
        if any(row.label == "impact_feedback" for row in own):
            return "impact already given"
        if other and _signs(other[-1]) & {"acknowledges", "commits"}:
            return "already in hand"
    elif hearing.label == "technical_diversion" and other:
        answered = [row for row in own if row.written_at >= other[-1].written_at]
        if any("acknowledges" in _signs(row) for row in answered):
            return "already acknowledged"
    return None


def _signs(row: Said) -> set[str]:
    return set((row.signs or "").split())


def emergency(turn: Turn, channel: Channel, hearing: Hearing) -> bool:
    """Danger to a patient, a client or data, anywhere in the channel: then there are no tips, to anyone."""
    if "emergency" in hearing.signs:
        channel.emergency_at = turn.now
    return channel.emergency_at is not None and turn.now < channel.emergency_at + EMERGENCY


def restrained(
    turn: Turn, channel: Channel, member: Member, hearing: Hearing, thread: str | None, conversation: list[Said]
) -> str | None:
    """Why this person gets no tip now; None when they may."""
    project, now = channel.project, turn.now
    if project.agreed_at is None or now < project.agreed_at + FIRST_WEEK:
        return "first week"
    if member.role == "sponsor" and member.tips != "yes":
        return "sponsor did not ask"
    if not wanted(member, now):
        return "no answer to the invitation"
    if not at_work(now, member):
        return "outside working hours"
    if member.side == "client" and _burdened(hearing, conversation):
        return "client has enough on their mind"
    return (
        _capped(turn, member, now)
        or ("once per thread" if thread and nudges.in_thread(turn.db, channel, member, thread) else None)
        or ("channel had one" if nudges.in_channel_since(turn.db, channel, now - CHANNEL_PAUSE) else None)
        or ("silenced in this channel" if silenced(turn.db, channel, hearing.label, now) else None)
    )


def _burdened(hearing: Hearing, conversation: list[Said]) -> bool:
    """Whether a client says, or their side just said, that they wait, that it is not the first time, or all is down."""
    said = set().union(*(_signs(row) for row in conversation if row.side == "client"))
    return bool((hearing.signs | said) & {"waiting", "umpteenth", "outage"})


def wanted(member: Member, now: datetime) -> bool:
    """Whether a person said yes to tips, or may (still) be asked: once, and once more after two weeks."""
    if member.tips in ("new", "yes"):
        return True
    return member.tips == "asked" and member.asked_at is not None and now >= member.asked_at + FORTNIGHT


def _capped(turn: Turn, member: Member, now: datetime) -> str | None:
    everywhere = members.anywhere(turn.db, member.tenant, member.person)
    week = nudges.given_since(turn.db, everywhere, now - timedelta(days=7))
    zone = ZoneInfo(member.zone or member.project.zone)
    today = [n for n in week if n.at.astimezone(zone).date() == now.astimezone(zone).date()]
    first = min((m.first_tip_at for m in everywhere if m.first_tip_at), default=now)
    if len(today) >= A_DAY:
        return "one a day"
    return "enough this week" if len(week) >= (A_WEEK_AT_FIRST if now < first + FORTNIGHT else A_WEEK) else None


def silenced(db: Session, channel: Channel, pattern: str, now: datetime) -> bool:
    """Whether the people in a channel judged tips on a pattern so badly that there are none for a while."""
    judged, wrong, left = nudges.judged(db, channel, pattern, now - JUDGED_OVER)
    return judged >= JUDGED_ENOUGH and (wrong / judged > TOO_OFTEN_WRONG or left / judged > TOO_OFTEN_LEFT)


def unanswered(turn: Turn, latest: list[Nudge]) -> bool:
    """Whether the last three tips that a person saw were all ignored."""
    seen = [nudge for nudge in latest if not nudge.held_back][:3]
    kinds = nudges.kinds_of(turn.db, seen)
    return len(seen) == 3 and all(kinds[nudge.id] - nudges.ONLY_NOTED == {"ignored"} for nudge in seen)
