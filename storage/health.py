"""How the database is doing, and what in it waits or went wrong: counts and moments only, for `samenspraak doctor`."""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, exists, func, select
from sqlalchemy.orm import Session

from storage.tables import (
    Barred,
    Channel,
    Consent,
    Inbox,
    Leaving,
    Member,
    Nudge,
    Organisation,
    Outbox,
    Project,
    Reference,
    Waiting,
)

LATE = timedelta(minutes=10)
"""What has waited this long after its moment is stuck."""
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Room:
    """How much there is of what, in bytes; None where the database does not tell."""

    size: int
    log: int | None = None
    """What SQLite has yet to bring from its write-ahead log to the file itself."""
    free: int | None = None


def room(engine: Engine) -> Room:
    """How large the database is, and how much still fits on the disk."""
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database or "")
        log = file.with_name(file.name + "-wal")
        return Room(file.stat().st_size, log.stat().st_size if log.exists() else 0, shutil.disk_usage(file.parent).free)
    with engine.connect() as connection:
        return Room(connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one())


def clock(engine: Engine) -> datetime | None:
    """The moment by the clock of the database; None where that is a file, which has none of its own."""
    if engine.dialect.name == "sqlite":
        return None
    with engine.connect() as connection:
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)


@dataclass(frozen=True)
class Queue:
    """What waits to be decided or sent, and has gone wrong of late."""

    stuck: int
    """Waiting for much too long."""
    lost: int
    """Events that could not be decided; sendings of which nobody knows whether they arrived."""


def inbox(db: Session, now: datetime) -> Queue:
    """How deciding what came in is getting on; rows go back two days."""
    late = (Inbox.state == Waiting.NEW, Inbox.received_at < now - LATE)
    return Queue(_count(db, Inbox, *late), _count(db, Inbox, Inbox.state == Waiting.FAILED))


def outbox(db: Session, now: datetime) -> Queue:
    """How sending is getting on, where a platform lets us; what is in doubt goes back a week."""
    open_to_us = Outbox.tenant.not_in(select(Barred.tenant))
    waiting = _count(db, Outbox, Outbox.state == Leaving.WAITING, Outbox.due_at < now - LATE, open_to_us)
    leaving = _count(db, Outbox, Outbox.state == Leaving.LEAVING, Outbox.lease_until < now - LATE)
    lost = _count(db, Outbox, Outbox.state == Leaving.UNKNOWN, Outbox.created_at > now - LATELY)
    return Queue(waiting + leaving, lost)


def refused(db: Session, platform: str, now: datetime) -> Counter[str]:
    """What the platform refused in the last week: how often, by its own code."""
    rows = db.execute(
        select(Outbox.problem, func.count())
        .where(Outbox.tenant.startswith(f"{platform}:", autoescape=True), Outbox.state == Leaving.REFUSED)
        .where(Outbox.created_at > now - LATELY)
        .group_by(Outbox.problem)
    )
    return Counter({problem or "without a reason": count for problem, count in rows})


def last_received(db: Session, key: str) -> datetime | None:
    """When something last came in whose event key begins like this; None when nothing did in the last two days."""
    return db.scalar(select(func.max(Inbox.received_at)).where(Inbox.event_key.startswith(key, autoescape=True)))


def channels(db: Session, platform: str = "") -> list[Channel]:
    """Every channel in which the bot still is, of one platform or of all."""
    here = select(Channel).where(Channel.left_at.is_(None)).order_by(Channel.tenant, Channel.channel)
    return list(
        db.scalars(here.where(Channel.tenant.startswith(f"{platform}:", autoescape=True)) if platform else here)
    )


@dataclass(frozen=True)
class Reach:
    """How many conversations are at one address, private or not, and whether they still take anything."""

    service_url: str
    direct: bool
    reachable: bool
    number: int


def reached(db: Session, platform: str) -> list[Reach]:
    """Where the conversations of a platform are."""
    kinds = (Reference.service_url, Reference.person.is_not(None), Reference.reachable)
    here = Reference.tenant.startswith(f"{platform}:", autoescape=True)
    rows = db.execute(select(*kinds, func.count()).where(here).group_by(*kinds))
    return [Reach(url, bool(direct), reachable, number) for url, direct, reachable, number in rows]


def halted(db: Session) -> list[Channel]:
    """The channels in which it stands still, also those that it was taken out of."""
    return list(
        db.scalars(select(Channel).where(Channel.halted.is_not(None)).order_by(Channel.tenant, Channel.channel))
    )


def unsendable(db: Session) -> list[Project]:
    """The projects that are to be erased and that the bot is out of, where somebody agreed to something."""
    there = exists().where(Channel.project_id == Project.id, Channel.left_at.is_(None))
    agreed = exists().where(Consent.project_id == Project.id)
    found = select(Project).where(Project.erase_at.is_not(None), ~there, agreed)
    return list(db.scalars(found.order_by(Project.id)))


def barred(db: Session) -> list[Barred]:
    """The installations in which a platform lets us do nothing."""
    return list(db.scalars(select(Barred).order_by(Barred.tenant)))


def people(db: Session, channel: Channel) -> Counter[str]:
    """How many people are known in the project of a channel, by side."""
    side = func.coalesce(Member.own_side, Organisation.side)
    rows = db.execute(
        select(side, func.count())
        .select_from(Member)
        .join(Organisation, Organisation.id == Member.organisation_id)
        .where(Member.project_id == channel.project_id)
        .group_by(side)
    )
    return Counter({side or "unknown": count for side, count in rows})


def patterns(db: Session, channel: Channel) -> list[str]:
    """The patterns that tips were given on in a channel."""
    here = (Nudge.tenant == channel.tenant, Nudge.channel == channel.channel)
    return sorted(db.scalars(select(Nudge.pattern).where(*here).distinct()))


def _count(db: Session, table: type[Inbox] | type[Outbox], *conditions: object) -> int:
    return db.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]
