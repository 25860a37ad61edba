"""The last messages of a channel that agreed to be heard: context for what is written next, and gone in two hours."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, or_, select, union_all, update
from sqlalchemy.orm import Session

from storage.columns import UtcDateTime
from storage.members import Author
from storage.tables import Burst, Channel, Inbox, Member, Recent

KEPT = 20
"""Messages of one channel."""
FOR = timedelta(hours=2)


@dataclass(frozen=True)
class Writing:
    """What one author is writing in one go, until it is judged."""

    id: int
    tenant: str
    channel: str
    thread: str | None
    member_id: int
    first_at: datetime
    last_at: datetime
    due_at: datetime
    left_alone: bool


# What is asked for every message is written down once; to build a statement takes longer than to run it.
_HERE = (Recent.tenant == bindparam("tenant"), Recent.channel == bindparam("channel"))
_FIND = select(Recent).where(*_HERE, Recent.message == bindparam("message"))
_KNOWN = union_all(
    select(Recent.id).where(*_HERE, Recent.message == bindparam("message")),
    select(Inbox.id).where(Inbox.event_key == bindparam("gone")),
)
_SAID = (
    select(Recent.message, Recent.side, Recent.text, Recent.written_at, Recent.burst_id, Recent.label, Recent.signs)
    .where(
        *_HERE,
        Recent.written_at <= bindparam("until", type_=UtcDateTime),
        Recent.written_at > bindparam("since", type_=UtcDateTime),
    )
    .order_by(Recent.written_at, Recent.id)
)
_SAID_FLAT = _SAID.where(Recent.thread.is_(None))
_SAID_IN_THREAD = _SAID.where(or_(Recent.thread == bindparam("thread"), Recent.message == bindparam("thread")))
_SURPLUS = delete(Recent).where(
    # What is still to be judged stays, but takes one of the places.
    Recent.burst_id.is_(None),
    Recent.id.in_(select(Recent.id).where(*_HERE).order_by(Recent.id.desc()).limit(100).offset(KEPT)),
)
# As plain values: to make an object that follows its row takes three times as long, and nearly every message asks.
_BURST_OF = select(*(getattr(Burst, each.name) for each in fields(Writing))).where(Burst.tenant == bindparam("tenant"))
_WRITING = _BURST_OF.where(
    Burst.channel == bindparam("channel"),
    Burst.member_id == bindparam("member"),
)
_WRITING_FLAT = _WRITING.where(Burst.thread.is_(None)).limit(1)
_WRITING_IN_THREAD = _WRITING.where(Burst.thread == bindparam("thread")).limit(1)
_NOT_JUDGED = (
    update(Recent)
    .where(Recent.tenant == bindparam("whose"), Recent.burst_id == bindparam("burst"))
    .values(burst_id=None)
)
_JUDGED = _NOT_JUDGED.values(label=bindparam("label"), signs=bindparam("signs"))
_START = insert(Burst).returning(Burst.id)
_END = delete(Burst).where(Burst.tenant == bindparam("whose"), Burst.id == bindparam("burst"))
_BURST = _BURST_OF.where(Burst.id == bindparam("row"))
_WAIT = update(Burst).where(Burst.tenant == bindparam("whose"), Burst.id == bindparam("burst"))
_LONGER = _WAIT.values(last_at=bindparam("last", type_=UtcDateTime), due_at=bindparam("due", type_=UtcDateTime))
_ALONE = _WAIT.values(left_alone=True)


@dataclass(frozen=True)
class Said:
    """A message of a conversation, and what was heard in it if it was judged already."""

    message: str
    side: str
    text: str
    written_at: datetime
    burst_id: int | None
    label: str | None
    signs: str | None


def find(db: Session, channel: Channel, message: str) -> Recent | None:
    """A message that was written a short while ago."""
    return db.scalar(_FIND, {"tenant": channel.tenant, "channel": channel.channel, "message": message})


def add(
    db: Session,
    author: Author,
    *,
    thread: str | None,
    message: str,
    text: str,
    at: datetime,
    burst: int | None,
) -> None:
    """Remember a message for a short while; the channel's oldest make room for it."""
    connection = db.connection()
    connection.execute(
        insert(Recent),
        {
            "tenant": author.tenant,
            "project_id": author.project_id,
            "channel": author.channel,
            "thread": thread,
            "message": message,
            "member_id": author.member_id,
            "side": author.side,
            "text": text,
            "written_at": at,
            "burst_id": burst,
        },
    )
    connection.execute(_SURPLUS, {"tenant": author.tenant, "channel": author.channel})


def known(db: Session, channel: Channel | Author, message: str, gone_key: str) -> bool:
    """Whether a message was written here before, or was deleted before it came."""
    where = {"tenant": channel.tenant, "channel": channel.channel, "message": message, "gone": gone_key}
    return db.connection().execute(_KNOWN, where).first() is not None


def conversation(db: Session, tenant: str, channel: str, thread: str | None, until: datetime) -> list[Said]:
    """What was said up to `until` in a thread (with the message that started it) or in the flat channel."""
    where = {"tenant": tenant, "channel": channel, "until": until, "since": until - FOR}
    if thread is None:
        rows = db.connection().execute(_SAID_FLAT, where)
    else:
        rows = db.connection().execute(_SAID_IN_THREAD, where | {"thread": thread})
    return [Said(*row) for row in rows]


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
        db.execute(delete(table).where(table.tenant == member.tenant, table.member_id == member.id))


def forget(db: Session, now: datetime) -> int:
    """Forget what was said more than two hours ago. Returns how many messages."""
    db.execute(delete(Burst).where(Burst.last_at < now - FOR))
    gone = db.execute(delete(Recent).where(Recent.written_at < now - FOR))
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]


# --- bursts: what one author writes in one go


def burst(db: Session, tenant: str, row: int) -> Writing | None:
    """A burst that is not judged yet."""
    found = db.connection().execute(_BURST, {"tenant": tenant, "row": row}).first()
    return Writing(*found) if found is not None else None


def open_burst(db: Session, channel: Channel | Author, member_id: int, thread: str | None) -> Writing | None:
    """What this author is still writing in this conversation."""
    where: dict[str, object] = {"tenant": channel.tenant, "channel": channel.channel, "member": member_id}
    if thread is None:
        found = db.connection().execute(_WRITING_FLAT, where).first()
    else:
        found = db.connection().execute(_WRITING_IN_THREAD, where | {"thread": thread}).first()
    return Writing(*found) if found is not None else None


def wait_longer(db: Session, row: Writing, last_at: datetime, due_at: datetime) -> None:
    """The author goes on writing."""
    db.connection().execute(_LONGER, {"whose": row.tenant, "burst": row.id, "last": last_at, "due": due_at})


def leave_alone(db: Session, row: Writing) -> None:
    """The author is mending it already: it is heard, but there is no tip."""
    db.connection().execute(_ALONE, {"whose": row.tenant, "burst": row.id})


def start_burst(
    db: Session, channel: Channel | Author, member_id: int, thread: str | None, at: datetime, due_at: datetime
) -> int:
    """Begin to wait for this author's silence; returns the row of the burst."""
    row = {
        "tenant": channel.tenant,
        "project_id": channel.project_id,
        "channel": channel.channel,
        "thread": thread,
        "member_id": member_id,
        "first_at": at,
        "last_at": at,
        "due_at": due_at,
        "left_alone": False,
    }
    return int(db.connection().execute(_START, row).scalar_one())


def end_burst(db: Session, row: Writing, label: str | None = None, signs: str | None = None) -> None:
    """Stop waiting: it was judged, as this, or there is nothing left to judge."""
    this = {"whose": row.tenant, "burst": row.id}
    if label is not None:
        db.connection().execute(_JUDGED, this | {"label": label, "signs": signs})
    else:
        db.connection().execute(_NOT_JUDGED, this)
    db.connection().execute(_END, this)
