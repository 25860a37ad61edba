"""The last messages of a channel that agreed to be heard: context for what is written next, and gone in two hours."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.tables import Burst, Channel, Member, Recent

KEPT = 20
"""Messages of one channel."""
FOR = timedelta(hours=2)


def find(db: Session, channel: Channel, message: str) -> Recent | None:
    """A message that was written a short while ago."""
    return db.scalar(select(Recent).where(Recent.channel == channel.channel, Recent.message == message))


def add(
    db: Session, channel: Channel, member: Member, *, thread: str | None, message: str, text: str, at: datetime
) -> Recent:
    """Remember a message for a short while; the channel's oldest make room for it."""
    row = Recent(
        tenant=channel.tenant,
        project_id=channel.project_id,
        channel=channel.channel,
        thread=thread,
        message=message,
        member_id=member.id,
        side=member.side,
        text=text,
        written_at=at,
    )
    db.add(row)
    db.flush()
    surplus = (
        select(Recent.id).where(Recent.channel == channel.channel, Recent.burst_id.is_(None)).order_by(Recent.id.desc())
    )
    db.execute(
        delete(Recent)
        .where(Recent.id.in_(surplus.offset(KEPT).limit(100)))
        .execution_options(synchronize_session=False)
    )
    return row


def conversation(db: Session, channel: Channel, thread: str | None, until: datetime) -> list[Recent]:
    """What was said before `until` in a thread (with the message that started it) or in the flat channel."""
    said = select(Recent).where(
        Recent.channel == channel.channel, Recent.written_at <= until, Recent.written_at > until - FOR
    )
    if thread is None:
        said = said.where(Recent.thread.is_(None))
    else:
        said = said.where((Recent.thread == thread) | (Recent.message == thread))
    return list(db.scalars(said.order_by(Recent.written_at, Recent.id)))


def remove(db: Session, row: Recent) -> None:
    """Forget one message."""
    db.delete(row)
    db.flush()


def forget_channel(db: Session, tenant: str, channel: str) -> None:
    """Forget everything that was said in a channel, and what was about to be judged."""
    for table in (Recent, Burst):
        db.execute(delete(table).where(table.tenant == tenant, table.channel == channel))


def forget_member(db: Session, member: Member) -> None:
    """Forget everything that one person said."""
    for table in (Recent, Burst):
        db.execute(delete(table).where(table.member_id == member.id))


def forget(db: Session, now: datetime) -> int:
    """Forget what was said more than two hours ago. Returns how many messages."""
    db.execute(delete(Burst).where(Burst.last_at < now - FOR))
    gone = db.execute(delete(Recent).where(Recent.written_at < now - FOR))
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]


# --- bursts: what one author writes in one go


def burst(db: Session, row: int) -> Burst | None:
    """A burst that is not judged yet."""
    return db.scalar(select(Burst).where(Burst.id == row))


def open_burst(db: Session, channel: Channel, member_id: int, thread: str | None) -> Burst | None:
    """What this author is still writing in this conversation."""
    here = Burst.thread.is_(None) if thread is None else Burst.thread == thread
    return db.scalar(select(Burst).where(Burst.channel == channel.channel, Burst.member_id == member_id, here).limit(1))


def start_burst(db: Session, channel: Channel, member_id: int, thread: str | None, at: datetime) -> Burst:
    """Begin to wait for this author's silence; the caller sets when it is due."""
    row = Burst(
        tenant=channel.tenant,
        project_id=channel.project_id,
        channel=channel.channel,
        thread=thread,
        member_id=member_id,
        first_at=at,
        last_at=at,
        due_at=at,
    )
    db.add(row)
    db.flush()
    return row


def of_burst(db: Session, row: Burst) -> list[Recent]:
    """The messages of a burst, in order."""
    return list(db.scalars(select(Recent).where(Recent.burst_id == row.id).order_by(Recent.written_at, Recent.id)))


def end_burst(db: Session, row: Burst) -> None:
    """Stop waiting: it was judged, or there is nothing left to judge."""
    for message in of_burst(db, row):
        message.burst_id = None
    db.delete(row)
    db.flush()
