"""What is remembered of one person: all of it, to take along or to wipe out."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage import items
from storage.columns import Base, Privacy
from storage.recent import forget_member
from storage.tables import (
    Consent,
    Entry,
    Inbox,
    Item,
    Leaving,
    Member,
    Nudge,
    Outbox,
    Outcome,
    Recent,
    Reference,
    Waiting,
)

_NOBODY = {"member_id": None, "thread": None, "message": None, "quote_from": None, "quote_until": None}
ERASED = "erased"
"""Stands where a person stood in a row that must stay, such as an organisation's yes."""


def tenants(db: Session, person: str) -> list[str]:
    """The tenants in which a person is remembered, for the command line, which is told only who."""
    found = select(Member.tenant).where(Member.person == person)
    given = select(Consent.tenant).where(Consent.given_by == person)
    return sorted(set(db.scalars(found.union(given))))


def export(db: Session, tenant: str, person: str) -> dict[str, list[dict[str, Any]]]:
    """Every row that points to a person, by table; only what is theirs or needed to read it."""
    rows = _rows(db, tenant, person)
    return {table: [_as_data(row) for row in found] for table, found in rows.items() if found}


def _rows(db: Session, tenant: str, person: str) -> dict[str, list[Any]]:
    mine = select(Member).where(Member.tenant == tenant, Member.person == person)
    consents = select(Consent).where(Consent.tenant == tenant, Consent.given_by == person)
    members = list(db.scalars(mine))
    ids = [member.id for member in members]
    nudges = list(db.scalars(select(Nudge).where(Nudge.member_id.in_(ids)).order_by(Nudge.id)))
    sent = select(Outbox).where(Outbox.tenant == tenant, Outbox.whose == person)
    chats = select(Reference).where(Reference.tenant == tenant, Reference.person == person)
    return {
        "member": list(members),
        "consent": list(db.scalars(consents.order_by(Consent.id))),
        "recent": list(db.scalars(select(Recent).where(Recent.member_id.in_(ids)).order_by(Recent.id))),
        "nudge": list(nudges),
        "outcome": list(db.scalars(select(Outcome).where(Outcome.nudge_id.in_([n.id for n in nudges])))),
        "item": list(
            db.scalars(
                select(Item)
                .where(Item.author_id.in_(ids) | Item.owner_id.in_(ids) | Item.second_id.in_(ids))
                .order_by(Item.id)
            )
        ),
        "entry": list(db.scalars(select(Entry).where(Entry.member_id.in_(ids)).order_by(Entry.id))),
        "outbox": list(db.scalars(sent.order_by(Outbox.id))),
        "reference": list(db.scalars(chats.order_by(Reference.id))),
    }


def _as_data(row: Base) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for column in row.__table__.columns:
        value = getattr(row, column.key)
        if value is not None and (column.info["privacy"] is not Privacy.TECHNICAL or column.primary_key):
            shown[column.key] = value.isoformat() if isinstance(value, datetime) else value
    return shown


def erase(db: Session, tenant: str, person: str) -> dict[str, int]:
    """Wipe a person out; counts of what was kept without them stay. Returns how many rows were theirs, by table."""
    rows = _rows(db, tenant, person)
    counts = {table: len(found) for table, found in rows.items() if found}
    for member in rows["member"]:
        forget_member(db, member)
    db.execute(
        update(Consent)
        .where(Consent.id.in_([c.id for c in rows["consent"]]))
        .values(given_by=ERASED, given_by_team=ERASED, role="other")
    )
    unsent = {"state": Leaving.DROPPED, "problem": "erased"}
    mine = Outbox.id.in_([row.id for row in rows["outbox"]])
    unfinished = Outbox.state.in_((Leaving.WAITING, Leaving.LEAVING))
    db.execute(update(Outbox).where(mine, unfinished).values(unsent))
    db.execute(update(Outbox).where(mine).values(whose=None, body=None))
    waiting = (Inbox.tenant == tenant, Inbox.state == Waiting.NEW, Inbox.body.contains(f'"{person}"', autoescape=True))
    db.execute(update(Inbox).where(*waiting).values(state=Waiting.DONE, body=None))
    for chat in rows["reference"]:
        db.delete(chat)
    for member in rows["member"]:
        leave(db, member)
    return counts


def leave(db: Session, member: Member) -> None:
    """Forget that somebody takes part; their tips stay as counts.

    Who does not want to be heard, or to get tips, must not be asked again when they come back: that alone is kept.
    """
    db.execute(update(Nudge).where(Nudge.member_id == member.id).values(_NOBODY))
    items.let_go(db, member)
    db.execute(delete(Reference).where(Reference.tenant == member.tenant, Reference.person == member.person))
    if member.off or member.tips == "quiet":
        member.role = member.language = member.zone = member.own_side = None
        member.asked_at = member.quiet_until = member.away_until = None
        member.first_tip_at = member.last_tip_at = None
        member.work_from = member.work_until = member.work_days = None
        member.digest_at = member.digested_at = None
        member.direct = False
    else:
        db.delete(member)
    db.flush()
