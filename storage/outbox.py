"""What is to be said, and how far each of it is. The row is the truth; sending follows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, and_, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from storage.columns import UtcDateTime
from storage.tables import Barred, Leaving, Outbox, Tombstone

LEASE = timedelta(seconds=30)
"""How long a sender may take; its HTTP call gets less than a third of it."""

WORTH = timedelta(days=7)
"""How long a card without an end of its own may wait for a platform that lets us do nothing."""

LASTING = ("consent:", "item:")
"""How the names of cards begin that are shown anew as long as the project lasts."""
LAST_WORDS = "erased:"
"""How the cards begin that are sent about what is no more: gone as soon as they are sent."""


@dataclass(frozen=True)
class Claimed:
    """A row that is ours to send while `fence` is still its fence."""

    id: int
    tenant: str
    channel: str
    card: str
    kind: str
    body: str
    fence: int
    attempts: int
    created_at: datetime
    expires_at: datetime | None
    ambiguous: bool
    """An earlier sender may have sent it and died."""


_SAME = select(Outbox.id).where(Outbox.dedup_key == bindparam("key"))
_PUT = insert(Outbox)


def put(
    db: Session,
    tenant: str,
    *,
    channel: str,
    card: str,
    kind: str,
    whose: str | None,
    body: str,
    dedup_key: str,
    now: datetime,
    expires_at: datetime | None,
) -> bool:
    """Add one thing to say. False when the same was already put here."""
    connection = db.connection()
    if connection.execute(_SAME, {"key": dedup_key}).first() is not None:
        return False
    row = {
        "tenant": tenant,
        "dedup_key": dedup_key,
        "channel": channel,
        "card": card,
        "kind": kind,
        "whose": whose,
        "body": body,
        "created_at": now,
        "due_at": now,
        "expires_at": expires_at,
        "state": Leaving.WAITING,
        "fence": 0,
        "attempts": 0,
    }
    connection.execute(_PUT, row)
    return True


_earlier = aliased(Outbox)
_UNFINISHED = (Leaving.WAITING, Leaving.LEAVING)
_NOW = bindparam("now", type_=UtcDateTime)
_CLAIMABLE = (
    select(Outbox.__table__)
    .where(
        or_(
            (Outbox.state == Leaving.WAITING) & (Outbox.due_at <= _NOW),
            (Outbox.state == Leaving.LEAVING) & (Outbox.lease_until <= _NOW),
        ),
        Outbox.tenant.not_in(select(Barred.tenant)),
        ~exists().where(
            _earlier.tenant == Outbox.tenant,
            _earlier.channel == Outbox.channel,
            _earlier.state.in_(_UNFINISHED),
            _earlier.id < Outbox.id,
        ),
    )
    .order_by(Outbox.id)
    .limit(bindparam("at_most", type_=Integer))
)
_CLAIM = (
    update(Outbox)
    .where(Outbox.id == bindparam("row"), Outbox.fence == bindparam("seen"), Outbox.state.in_(_UNFINISHED))
    .values(
        state=Leaving.LEAVING,
        fence=Outbox.fence + 1,
        attempts=Outbox.attempts + 1,
        lease_until=bindparam("lease", type_=UtcDateTime),
    )
)
_FINISH = (
    update(Outbox)
    .where(Outbox.id == bindparam("row"), Outbox.fence == bindparam("ours"), Outbox.state == Leaving.LEAVING)
    .values(state=bindparam("how"), body=None, lease_until=None, ref=bindparam("at"), problem=bindparam("why"))
)


def claim(db: Session, now: datetime, limit: int) -> list[Claimed]:
    """Take what is due, at most one row of each channel so that the order there is kept; the lease starts now."""
    connection = db.connection()
    claimed = []
    for row in connection.execute(_CLAIMABLE, {"now": now, "at_most": limit}).all():
        won = connection.execute(_CLAIM, {"row": row.id, "seen": row.fence, "lease": now + LEASE})
        if won.rowcount == 1:
            claimed.append(
                Claimed(
                    id=row.id,
                    tenant=row.tenant,
                    channel=row.channel,
                    card=row.card,
                    kind=row.kind,
                    body=row.body or "",
                    fence=row.fence + 1,
                    attempts=row.attempts + 1,
                    created_at=row.created_at,
                    expires_at=row.expires_at,
                    ambiguous=row.state == Leaving.LEAVING,
                )
            )
    return claimed


def finish(
    db: Session, claimed: Claimed, state: Leaving, *, ref: str | None = None, problem: str | None = None
) -> bool:
    """Write down how it went, and blank the text. False when the row is no longer ours."""
    how = {"row": claimed.id, "ours": claimed.fence, "how": state, "at": ref, "why": problem}
    return db.connection().execute(_FINISH, how).rowcount == 1


def again(db: Session, claimed: Claimed, due_at: datetime, problem: str) -> bool:
    """Put a row that was refused for now back, to be sent at `due_at`. False when the row is no longer ours."""
    back = db.execute(
        update(Outbox)
        .where(Outbox.id == claimed.id, Outbox.fence == claimed.fence, Outbox.state == Leaving.LEAVING)
        .values(state=Leaving.WAITING, due_at=due_at, lease_until=None, problem=problem)
    )
    return back.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def ref_of(db: Session, tenant: str, card: str) -> tuple[str | None, int] | None:
    """Where the platform put a card, and how far it is; None when there never was such a card."""
    row = db.execute(
        select(Outbox.ref, Outbox.state)
        .where(Outbox.tenant == tenant, Outbox.card == card, Outbox.kind.in_(("say", "whisper", "share")))
        .order_by(Outbox.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def unsent(db: Session, tenant: str, card: str) -> bool:
    """Take back a card that has not left yet. True when it had not."""
    dropped = db.execute(
        update(Outbox)
        .where(
            Outbox.tenant == tenant,
            Outbox.card == card,
            Outbox.state == Leaving.WAITING,
            Outbox.kind == "whisper",
        )
        .values(state=Leaving.DROPPED, body=None, problem="withdrawn")
    )
    return dropped.rowcount > 0  # type: ignore[attr-defined, no-any-return]


def drop_whispers(db: Session, tenant: str, channel: str) -> None:
    """Take back everything private that has not left yet in a channel."""
    waiting = (Outbox.tenant == tenant, Outbox.channel == channel, Outbox.state == Leaving.WAITING)
    db.execute(
        update(Outbox)
        .where(*waiting, Outbox.kind == "whisper")
        .values(state=Leaving.DROPPED, body=None, problem="withdrawn")
    )


def drop(db: Session, tenant: str) -> None:
    """Take back everything that has not left yet in an installation where nothing can be said any more."""
    waiting = (Outbox.tenant == tenant, Outbox.state == Leaving.WAITING)
    db.execute(update(Outbox).where(*waiting).values(state=Leaving.DROPPED, body=None, problem="uninstalled"))


def backlog(db: Session) -> dict[str, int]:
    """How many rows are in each state."""
    counts = db.execute(select(Outbox.state, func.count()).group_by(Outbox.state))
    return {Leaving(state).name.lower(): count for state, count in counts}


def forget(db: Session, now: datetime) -> int:
    """Drop what was said thirty days ago, and the last words at once. Returns how many rows.

    Where a card stands that is shown anew as long as the project lasts is not forgotten before it.
    """
    finished = Outbox.state.not_in((Leaving.WAITING, Leaving.LEAVING))
    stands = and_(Outbox.kind == "say", or_(*(Outbox.card.startswith(name) for name in LASTING)))
    old = and_(Outbox.created_at < now - timedelta(days=30), ~stands)
    # Last words are said only where something was erased. Asked so, and each by itself, an index finds them: to read
    # all that was ever said holds up everything else that is to be written.
    last = Outbox.tenant.in_(select(Tombstone.tenant)) & Outbox.card.startswith(LAST_WORDS)
    return sum(
        db.execute(delete(Outbox).where(which, finished)).rowcount  # type: ignore[attr-defined]
        for which in (old, last)
    )


def forget_parked(db: Session, now: datetime) -> None:
    """Drop the words of what waits for a platform that lets us do nothing, once nobody needs them any more.

    Elsewhere what comes too late is dropped when its turn comes; there no turn comes.
    """
    closed = Outbox.tenant.in_(select(Barred.tenant))
    worthless = or_(Outbox.expires_at < now, Outbox.created_at < now - WORTH)
    late = {"state": Leaving.DROPPED, "body": None, "problem": "too late to be of use"}
    db.execute(update(Outbox).where(Outbox.state == Leaving.WAITING, closed, worthless).values(late))
