"""Where conversations are reached, for platforms that do not find them by their id alone."""

from dataclasses import dataclass

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from storage.tables import Leaving, Member, Outbox, Project, Reference, Tombstone


@dataclass(frozen=True)
class Reached:
    """Where one conversation is reached; `person` is whose chat with the bot it is, `team` what a channel is in."""

    channel: str
    service_url: str
    team: str | None = None
    person: str | None = None
    reachable: bool = True


def keep(db: Session, tenant: str, reached: Reached) -> None:
    """Remember where a conversation is reached now."""
    row = _find(db, tenant, reached.channel)
    if row is None:
        row = Reference(tenant=tenant, channel=reached.channel)
        db.add(row)
    row.service_url, row.reachable = reached.service_url, reached.reachable
    row.team, row.person = reached.team or row.team, reached.person or row.person
    db.flush()


def of(db: Session, tenant: str, channel: str) -> Reached | None:
    """Where a conversation is reached; None when nothing was ever heard from there."""
    row = _find(db, tenant, channel)
    return _reached(row) if row is not None else None


def chat(db: Session, tenant: str, person: str) -> Reached | None:
    """The chat of a person with the bot; None when there is none yet."""
    mine = select(Reference).where(Reference.tenant == tenant, Reference.person == person)
    row = db.scalar(mine.order_by(Reference.id.desc()).limit(1))
    return _reached(row) if row is not None else None


def shared(db: Session, tenant: str, team: str | None = None) -> list[Reached]:
    """Every conversation that more than one person reads: of one team of channels, or all."""
    found = select(Reference).where(Reference.tenant == tenant, Reference.person.is_(None))
    if team is not None:
        found = found.where(Reference.team == team)
    return [_reached(row) for row in db.scalars(found.order_by(Reference.id))]


def refused(db: Session, tenant: str, channel: str) -> None:
    """Nothing can be said there any more, until something is heard from there."""
    here = (Reference.tenant == tenant, Reference.channel == channel)
    db.execute(update(Reference).where(*here).values(reachable=False))


def forget(db: Session) -> int:
    """Drop the chats of people who take part in nothing (any more), once all is said to them; and all of what is
    installed where the last project was erased. Returns how many.
    """
    knows = exists().where(Member.tenant == Reference.tenant, Member.person == Reference.person)
    unfinished = Outbox.state.in_((Leaving.WAITING, Leaving.LEAVING))
    told = exists().where(Outbox.tenant == Reference.tenant, Outbox.whose == Reference.person, unfinished)
    nobody = and_(Reference.person.is_not(None), ~knows, ~told)
    erased = exists().where(Tombstone.tenant == Reference.tenant)
    running = exists().where(Project.tenant == Reference.tenant)
    speaking = exists().where(Outbox.tenant == Reference.tenant, unfinished)
    gone = db.execute(delete(Reference).where(or_(nobody, and_(erased, ~running, ~speaking))))
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]


def _find(db: Session, tenant: str, channel: str) -> Reference | None:
    return db.scalar(select(Reference).where(Reference.tenant == tenant, Reference.channel == channel))


def _reached(row: Reference) -> Reached:
    return Reached(row.channel, row.service_url, row.team, row.person, row.reachable)
