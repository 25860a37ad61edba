"""The secret address of a project. Only a hash of the secret is kept: who loses the address makes a new one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import projects
from storage.tables import Channel, Item, Link, Project


@dataclass(frozen=True)
class Where:
    """What a secret belongs to, for who does not know yet which tenant that is."""

    tenant: str
    channel: str


def digest(secret: str) -> str:
    """What a secret is looked up by. How long that takes tells of the hash, from which there is no way back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def leads_to(db: Session, hashed: str) -> Where | None:
    """The channel to which an address leads, in any tenant; None when it leads nowhere (any more)."""
    row = db.scalar(select(Link).where(Link.digest == hashed))
    return Where(row.tenant, row.channel.channel) if row is not None else None


def filed_in(db: Session, hashed: str) -> Where | None:
    """Where the item of a receipt is, in any tenant."""
    row = db.scalar(select(Item).where(Item.receipt == hashed))
    return Where(row.tenant, row.channel) if row is not None else None


def of_digest(db: Session, tenant: str, hashed: str) -> Link | None:
    """The address with this hash, while it lasts."""
    return db.scalar(select(Link).where(Link.tenant == tenant, Link.digest == hashed))


def of_project(db: Session, project: Project) -> Link | None:
    """The address of a project, if it has one."""
    return db.scalar(select(Link).where(Link.tenant == project.tenant, Link.project_id == project.id))


def make(db: Session, channel: Channel, hashed: str, now: datetime) -> bool:
    """Give the project of a channel an address; the one it had stops. True when it had one."""
    projects.hold(db, channel.project)
    renewed = stop(db, channel.project)
    db.add(
        Link(tenant=channel.tenant, project_id=channel.project_id, channel_id=channel.id, digest=hashed, made_at=now)
    )
    db.flush()
    return renewed


def stop(db: Session, project: Project) -> bool:
    """The address of a project leads nowhere any more. True when it had one."""
    mine = delete(Link).where(Link.tenant == project.tenant, Link.project_id == project.id)
    return bool(db.execute(mine).rowcount)  # type: ignore[attr-defined]
