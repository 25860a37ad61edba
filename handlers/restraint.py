"""When the coach keeps quiet: every reason not to give a tip, in the order in which it is weighed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from handlers.hours import Hours, at_work, hours_of
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


def moment(hearing: Hearing, side: str | None, conversation: Sequence[Said]) -> str | None:
    """Why this is not the moment, whatever else: these rules hold without any other restraint too."""
    if "banter" in hearing.signs:
        return "banter"
    own = [row for row in conversation if row.side == side]
    other = [row for row in conversation if row.side != side]
    if side == "client":
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
    return in_emergency(channel.emergency_at, turn.now)


def in_emergency(since: datetime | None, now: datetime) -> bool:
    """Whether the danger that was last spoken of at `since` still keeps everyone in the channel from getting tips."""
    return since is not None and now < since + EMERGENCY


@dataclass(frozen=True)
class Situation:
    """What is weighed for one tip, as plain values: whoever has no database can weigh it too."""

    now: datetime
    side: str | None
    signs: frozenset[str]
    agreed_at: datetime | None
    """When all organisations had said yes."""
    hours: Hours
    sponsor: bool = False
    """Steers from afar, and did not ask for tips."""
    wanted: bool = True
    """Said yes to tips, or may be asked."""


class Earlier(Protocol):
    """The tips that were there before, asked for only as far as it comes to that."""

    def to_reader(self, since: datetime) -> Sequence[datetime]:
        """When the same person got tips since a moment, in any channel."""

    def first_to_reader(self) -> datetime | None:
        """When they got their first."""

    def in_thread(self) -> bool:
        """Whether they got one in this thread; never when it is none."""

    def in_channel(self, since: datetime) -> bool:
        """Whether anyone got one in this channel since a moment."""

    def silenced(self) -> bool:
        """Whether the channel judged tips like this so badly that there are none for a while."""


def restrained(
    turn: Turn, channel: Channel, member: Member, hearing: Hearing, thread: str | None, conversation: list[Said]
) -> str | None:
    """Why this person gets no tip now; None when they may."""
    situation = Situation(
        now=turn.now,
        side=member.side,
        signs=hearing.signs | shared(member.side, conversation),
        agreed_at=channel.project.agreed_at,
        hours=hours_of(member),
        sponsor=member.role == "sponsor" and member.tips != "yes",
        wanted=wanted(member, turn.now),
    )
    return weigh(situation, _Remembered(turn, channel, member, thread, hearing.label))


def shared(side: str | None, conversation: list[Said]) -> set[str]:
    """What a client's own side said just before counts as if they said it themselves."""
    own = [row for row in conversation if row.side == "client" == side]
    return set().union(*(_signs(row) for row in own))


def weigh(it: Situation, earlier: Earlier) -> str | None:
    """Why there is no tip, for the first reason of all; None when there may be one."""
    if it.agreed_at is None or it.now < it.agreed_at + FIRST_WEEK:
        return "first week"
    if it.sponsor:
        return "sponsor did not ask"
    if not it.wanted:
        return "no answer to the invitation"
    if not at_work(it.now, it.hours):
        return "outside working hours"
    if it.side == "client" and it.signs & {"waiting", "umpteenth", "outage"}:
        return "client has enough on their mind"
    return (
        _capped(it, earlier)
        or ("once per thread" if earlier.in_thread() else None)
        or ("channel had one" if earlier.in_channel(it.now - CHANNEL_PAUSE) else None)
        or ("silenced in this channel" if earlier.silenced() else None)
    )


def _capped(it: Situation, earlier: Earlier) -> str | None:
    week = earlier.to_reader(it.now - timedelta(days=7))
    zone = it.hours.works.zone
    today = [at for at in week if at.astimezone(zone).date() == it.now.astimezone(zone).date()]
    first = earlier.first_to_reader() or it.now
    if len(today) >= A_DAY:
        return "one a day"
    return "enough this week" if len(week) >= (A_WEEK_AT_FIRST if it.now < first + FORTNIGHT else A_WEEK) else None


@dataclass(frozen=True)
class _Remembered:
    """Earlier tips as the database knows them."""

    turn: Turn
    channel: Channel
    member: Member
    thread: str | None
    pattern: str

    def _everywhere(self) -> list[Member]:
        return members.anywhere(self.turn.db, self.member.tenant, self.member.person)

    def to_reader(self, since: datetime) -> list[datetime]:
        return [nudge.at for nudge in nudges.given_since(self.turn.db, self._everywhere(), since)]

    def first_to_reader(self) -> datetime | None:
        return min((each.first_tip_at for each in self._everywhere() if each.first_tip_at), default=None)

    def in_thread(self) -> bool:
        return self.thread is not None and nudges.in_thread(self.turn.db, self.channel, self.member, self.thread)

    def in_channel(self, since: datetime) -> bool:
        return bool(nudges.in_channel_since(self.turn.db, self.channel, since))

    def silenced(self) -> bool:
        return silenced(self.turn.db, self.channel, self.pattern, self.turn.now)


def wanted(member: Member, now: datetime) -> bool:
    """Whether a person said yes to tips, or may (still) be asked: once, and once more after two weeks."""
    if member.tips in ("new", "yes"):
        return True
    return member.tips == "asked" and member.asked_at is not None and now >= member.asked_at + FORTNIGHT


def silenced(db: Session, channel: Channel, pattern: str, now: datetime) -> bool:
    """Whether the people in a channel judged tips on a pattern so badly that there are none for a while."""
    judged, wrong, left = nudges.judged(db, channel, pattern, now - JUDGED_OVER)
    return judged >= JUDGED_ENOUGH and (wrong / judged > TOO_OFTEN_WRONG or left / judged > TOO_OFTEN_LEFT)


def unanswered(turn: Turn, latest: list[Nudge]) -> bool:
    """Whether the last three tips that a person saw were all ignored."""
    seen = [nudge for nudge in latest if not nudge.held_back][:3]
    kinds = nudges.kinds_of(turn.db, seen)
    return len(seen) == 3 and all(kinds[nudge.id] - nudges.ONLY_NOTED == {"ignored"} for nudge in seen)
