"""What remains when a project is over: nothing but a hash, so that nothing of it rises again."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Select, delete, or_, select
from sqlalchemy.orm import Session

from storage.columns import Base
from storage.tables import (
    Burst,
    Channel,
    Consent,
    Entry,
    Inbox,
    Item,
    Link,
    Meeting,
    Member,
    Nudge,
    Numbering,
    Organisation,
    Outbox,
    Outcome,
    Project,
    Recent,
    Series,
    Sheet,
    Tombstone,
    Topic,
)

OWN_AFFAIR = ("asked", "asked_first", "lead", "held", "call", "let_be", "draft", "lapsed")
"""States of an item that only the side knows of that it is in."""

_PARTS: tuple[type[Any], ...] = (
    *(Nudge, Recent, Burst, Consent, Topic, Meeting, Series, Entry, Sheet, Item, Numbering, Link),
    *(Member, Channel, Organisation),
)
"""What a project consists of; what points to another comes before it."""


def erase(db: Session, project: Project) -> dict[str, int]:
    """Erase everything of a project, and what came in or went out in its channels. Returns how many rows, by table."""
    db.flush()
    tenant, project_id = project.tenant, project.id
    channels = select(Channel.channel).where(Channel.tenant == tenant, Channel.project_id == project_id)
    nudges = select(Nudge.id).where(Nudge.tenant == tenant, Nudge.project_id == project_id)
    said_to = (Outbox.channel.in_(channels), Outbox.whose.in_(_only_here(tenant, project_id)))
    emptied: dict[type[Base], Delete] = {
        Outbox: delete(Outbox).where(Outbox.tenant == tenant, or_(*said_to)),
        Inbox: delete(Inbox).where(Inbox.tenant == tenant, Inbox.channel.in_(channels)),
        Outcome: delete(Outcome).where(Outcome.nudge_id.in_(nudges)),
    }
    for table in _PARTS:
        emptied[table] = delete(table).where(table.tenant == tenant, table.project_id == project_id)
    emptied[Project] = delete(Project).where(Project.tenant == tenant, Project.id == project_id)
    counts = {}
    for kind, statement in emptied.items():
        gone = db.execute(statement.execution_options(synchronize_session=False))
        counts[kind.__tablename__] = int(gone.rowcount)  # type: ignore[attr-defined]
    return counts


def _only_here(tenant: str, project_id: int) -> Select[str]:
    """People who take part in no other project of the tenant."""
    elsewhere = select(Member.person).where(Member.tenant == tenant, Member.project_id != project_id)
    here = select(Member.person).where(Member.tenant == tenant, Member.project_id == project_id)
    return here.where(Member.person.not_in(elsewhere))


def export(db: Session, project: Project, organisation: Organisation) -> dict[str, Any]:
    """What is an organisation's: the project, who takes part, and what they agreed to. Of people only who did that.

    What an organisation keeps to itself is only in its own.
    """
    settings = ("name", "language", "zone", "country", "work_from", "work_until", "work_days", "emergency_line")
    moments = ("created_at", "agreed_at", "ended_at", "erase_at")
    given = select(Consent).where(Consent.organisation_id == organisation.id).order_by(Consent.id)
    others = select(Organisation).where(Organisation.project_id == project.id).order_by(Organisation.id)
    filed = select(Item).where(Item.project_id == project.id, ~Item.state.in_(OWN_AFFAIR)).order_by(Item.id)
    own = (
        select(Sheet).where(Sheet.project_id == project.id, Sheet.organisation_id == organisation.id).order_by(Sheet.id)
    )
    # What happened to it while only one side knew of it stays with that side.
    known = (Entry.item_id.in_(filed.with_only_columns(Item.id)), ~Entry.state.in_(OWN_AFFAIR))
    told = select(Entry).where(*known).order_by(Entry.id)
    record = ("id", "kind", "number", "state", "level", "side", "words", "due_on", "reference", "created_at")
    line = ("item_id", "at", "side", "step", "state", "words")
    note = ("item_id", "at", "step", "words")
    shown = ("scope", "given_by_team", "given_by", "role", "given_at", "withdrawn_at")
    return {
        "project": {name: _plain(getattr(project, name)) for name in (*settings, *moments)},
        "organisation": organisation.name,
        "organisations": [{"name": each.name, "side": each.side} for each in db.scalars(others)],
        "record": [{name: _plain(getattr(each, name)) for name in record} for each in db.scalars(filed)],
        "history": [{name: _plain(getattr(each, name)) for name in line} for each in db.scalars(told)],
        "own": [{name: _plain(getattr(each, name)) for name in note} for each in db.scalars(own)],
        "agreements": [{name: _plain(getattr(each, name)) for name in shown} for each in db.scalars(given)],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


# --- tombstones


@dataclass(frozen=True)
class Grave:
    """A tombstone as a plain value, to carry from one database to another."""

    tenant: str
    place: str
    erased_at: datetime
    certificate: str


def hash_of(tenant: str, channel: str) -> str:
    """What a tombstone knows a channel by."""
    return hashlib.sha256(f"{tenant}/{channel}".encode()).hexdigest()


def bury(db: Session, tenant: str, channel: str, certificate: str, now: datetime) -> None:
    """Remember that what was in a channel has been erased."""
    place = hash_of(tenant, channel)
    db.add(Tombstone(tenant=tenant, place=place, erased_at=now, certificate=certificate))
    db.flush()


def erased_at(db: Session, tenant: str, channel: str) -> datetime | None:
    """When what was in a channel was last erased: whatever happened before that is over."""
    here = select(Tombstone.erased_at).where(Tombstone.tenant == tenant, Tombstone.place == hash_of(tenant, channel))
    return db.scalar(here.order_by(Tombstone.erased_at.desc()).limit(1))


def buried(db: Session) -> list[Grave]:
    """Everything that is known to have been erased."""
    rows = db.scalars(select(Tombstone).order_by(Tombstone.id))
    return [Grave(row.tenant, row.place, row.erased_at, row.certificate) for row in rows]


def keep_buried(db: Session, graves: list[Grave]) -> None:
    """Remember of these too that they have been erased, where that was not known."""
    known = set(buried(db))
    db.add_all(Tombstone(**asdict(grave)) for grave in graves if grave not in known)
    db.flush()


def find_risen(db: Session, now: datetime) -> int:
    """Have erased anew what was erased and is there again, out of a backup. Returns how many projects.

    They become due at this moment, and nothing is heard in them until then.
    """
    graves = {(grave.tenant, grave.place): grave.erased_at for grave in buried(db)}
    if not graves:
        return 0
    risen = set()
    for row in db.scalars(select(Channel)):
        last = graves.get((row.tenant, hash_of(row.tenant, row.channel)))
        if last is not None and row.joined_at <= last:
            row.listening = False
            risen.add(row.project)
    for project in risen:
        project.erase_at = min(project.erase_at or now, now)
    return len(risen)
