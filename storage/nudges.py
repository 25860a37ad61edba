"""The tips that were given or held back, and what happened next. No text, ever."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from storage.columns import UtcDateTime
from storage.members import Author
from storage.tables import Channel, Member, Nudge, Outcome

OPEN = timedelta(hours=24)
"""After this a tip to which nothing happened counts as ignored."""
JUDGED = frozenset(("misheard", "fine", "helped", "promised", "repaired"))
"""By one of these a tip counts as judged by who got it."""
ONLY_NOTED = frozenset(("came_back", "made_good", "repeated", "off"))
"""What follows a tip without being an answer to it: written down to measure with."""

_AWAITING = select(Nudge).where(
    Nudge.tenant == bindparam("tenant"),
    Nudge.channel == bindparam("channel"),
    Nudge.member_id == bindparam("member"),
    Nudge.at > bindparam("since", type_=UtcDateTime),
    ~exists().where(Outcome.nudge_id == Nudge.id, Outcome.kind.in_(("followed_up", "came_back"))),
)
_GIVEN = (
    select(Nudge)
    .where(Nudge.member_id.in_(bindparam("members", expanding=True)), Nudge.at > bindparam("since", type_=UtcDateTime))
    .order_by(Nudge.at.desc(), Nudge.id.desc())
)
_AWAITING_FLAT = _AWAITING.where(Nudge.thread.is_(None))
_AWAITING_IN_THREAD = _AWAITING.where(or_(Nudge.thread == bindparam("thread"), Nudge.message == bindparam("thread")))
_MEASURED = (
    select(Nudge)
    .where(Nudge.tenant == bindparam("tenant"), Nudge.member_id == bindparam("member"), Nudge.measured)
    .where(Nudge.at > bindparam("since", type_=UtcDateTime))
    .order_by(Nudge.at, Nudge.id)
)


def _in(channel: Channel) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Nudge.tenant == channel.tenant, Nudge.channel == channel.channel


def add(
    db: Session,
    channel: Channel,
    member: Member,
    *,
    thread: str | None,
    message: str,
    pattern: str,
    tip: str,
    quote: tuple[int, int] | None,
    held_back: bool,
    invitation: bool,
    measured: bool = False,
    now: datetime,
) -> Nudge:
    """Remember that a tip was given, or that it would have been."""
    row = Nudge(
        tenant=channel.tenant,
        project_id=channel.project_id,
        channel=channel.channel,
        thread=thread,
        message=message,
        member_id=member.id,
        side=member.side,
        pattern=pattern,
        tip=tip,
        quote_from=quote[0] if quote else None,
        quote_until=quote[1] if quote else None,
        held_back=held_back,
        invitation=invitation,
        measured=measured,
        at=now,
        open_until=now + OPEN,
    )
    db.add(row)
    db.flush()
    return row


def by_id(db: Session, tenant: str, row: int) -> Nudge | None:
    """The tip of a row id."""
    return db.scalar(select(Nudge).where(Nudge.tenant == tenant, Nudge.id == row))


def of_message(db: Session, channel: Channel, message: str) -> Nudge | None:
    """The tip about a message."""
    return db.scalar(select(Nudge).where(*_in(channel), Nudge.message == message))


def given_since(db: Session, members: list[Member], since: datetime) -> list[Nudge]:
    """The tips that a person got or would have got since a moment, newest first."""
    return list(db.scalars(_GIVEN, {"members": [m.id for m in members], "since": since}))


def awaiting_answer(db: Session, author: Author, thread: str | None, since: datetime) -> list[Nudge]:
    """The tips of a person in this conversation since a moment after which they wrote nothing yet."""
    where = {"tenant": author.tenant, "channel": author.channel, "member": author.member_id, "since": since}
    if thread is None:
        return list(db.scalars(_AWAITING_FLAT, where))
    return list(db.scalars(_AWAITING_IN_THREAD, where | {"thread": thread}))


def in_channel_since(db: Session, channel: Channel, since: datetime) -> int:
    """How many tips were given in a channel since a moment, over both sides."""
    counted = select(func.count()).select_from(Nudge).where(*_in(channel), Nudge.at > since)
    return db.scalar(counted) or 0


def in_thread(db: Session, channel: Channel, member: Member, thread: str) -> bool:
    """Whether this person already got a tip in this thread."""
    here = or_(Nudge.thread == thread, Nudge.message == thread)
    theirs = select(Nudge.id).where(*_in(channel), here, Nudge.member_id == member.id)
    return db.scalar(theirs.limit(1)) is not None


def happened(db: Session, nudge: Nudge, kind: str, now: datetime) -> None:
    """Write down what happened after a tip; from then on it does not count as ignored."""
    db.add(Outcome(tenant=nudge.tenant, nudge_id=nudge.id, kind=kind, at=now))
    nudge.open_until = None
    db.flush()


def measured_since(db: Session, tenant: str, member: int, since: datetime) -> list[Nudge]:
    """The tips of a person since a moment of which the effect is measured, given or held back, the oldest first."""
    return list(db.scalars(_MEASURED, {"tenant": tenant, "member": member, "since": since}))


def note(db: Session, nudge: Nudge, kind: str, at: datetime) -> None:
    """Write down, once, what followed a tip without being an answer to it: it can still count as ignored."""
    if kind not in outcomes(db, nudge):
        db.add(Outcome(tenant=nudge.tenant, nudge_id=nudge.id, kind=kind, at=at))
        db.flush()


def outcomes(db: Session, nudge: Nudge) -> list[str]:
    """What happened after a tip, in order."""
    return list(db.scalars(select(Outcome.kind).where(Outcome.nudge_id == nudge.id).order_by(Outcome.id)))


def kinds_of(db: Session, nudges: list[Nudge]) -> dict[int, set[str]]:
    """What happened after each of these tips."""
    found: dict[int, set[str]] = {nudge.id: set() for nudge in nudges}
    rows = db.execute(select(Outcome.nudge_id, Outcome.kind).where(Outcome.nudge_id.in_(list(found))))
    for nudge_id, kind in rows:
        found[nudge_id].add(kind)
    return found


def judged(db: Session, channel: Channel, pattern: str, since: datetime) -> tuple[int, int, int]:
    """How tips on a pattern were judged in a channel: (judged at all, "not right", "leave it")."""
    rows = db.execute(
        select(Outcome.nudge_id, Outcome.kind)
        .join(Nudge, Nudge.id == Outcome.nudge_id)
        .where(*_in(channel), Nudge.pattern == pattern, Nudge.at > since, Nudge.held_back.is_(False))
        .where(Outcome.kind.in_(JUDGED))
    ).all()
    of_kind = {kind: {row.nudge_id for row in rows if row.kind == kind} for kind in ("misheard", "fine")}
    return len({row.nudge_id for row in rows}), len(of_kind["misheard"]), len(of_kind["fine"])


def forget(db: Session, now: datetime) -> None:
    """After thirty days nothing points to a person any more; after a year the rest goes too."""
    db.execute(
        update(Nudge)
        .where(Nudge.at < now - timedelta(days=30), Nudge.member_id.is_not(None))
        .values(member_id=None, thread=None, message=None, quote_from=None, quote_until=None)
    )
    old = select(Nudge.id).where(Nudge.at < now - timedelta(days=365))
    db.execute(delete(Outcome).where(Outcome.nudge_id.in_(old)))
    db.execute(delete(Nudge).where(Nudge.at < now - timedelta(days=365)))
