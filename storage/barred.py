"""Installations in which the platform lets us do nothing: what is to be said there waits until it does."""

from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session

from storage.columns import Base, Keep, Privacy, Scoped, column, row_id

AGAIN = timedelta(minutes=10)
"""How long after a knock in vain the next may come."""


class Barred(Scoped, Base):
    """An installation in which the platform lets us do nothing: its token was revoked, or the app taken out."""

    __tablename__ = "barred"
    __table_args__ = (UniqueConstraint("tenant"),)

    id: Mapped[int] = row_id(Keep.BARRED)
    problem: Mapped[str] = column(privacy=Privacy.TECHNICAL, keep=Keep.BARRED)
    """The platform's own word for it."""
    since: Mapped[datetime] = column(privacy=Privacy.TECHNICAL, keep=Keep.BARRED)
    told: Mapped[bool] = column(privacy=Privacy.TECHNICAL, keep=Keep.BARRED)
    """Who looks after us was told."""
    knocked_at: Mapped[datetime] = column(privacy=Privacy.TECHNICAL, keep=Keep.BARRED)
    """When it was last tried whether we are let in again."""


UNINSTALLED = "app_uninstalled"
"""The problem of an installation that the app was taken out of."""


def bar(db: Session, tenant: str, problem: str, now: datetime) -> None:
    """Remember that nothing can be done in an installation, unless that is known. `problem` is the platform's word."""
    row = {"tenant": tenant, "since": now, "problem": problem, "told": False, "knocked_at": now}
    try:
        with db.begin_nested():
            db.execute(insert(Barred).values(row))
    except IntegrityError:
        return  # somebody else found the door closed in the same moment


def is_barred(db: Session, tenant: str) -> bool:
    """Whether nothing can be done there at the moment."""
    return bool(db.scalar(select(exists().where(Barred.tenant == tenant))))


def is_uninstalled(db: Session, tenant: str) -> bool:
    """Whether the app was taken out of an installation, so that nothing is left to speak with."""
    gone = (Barred.tenant == tenant, Barred.problem == UNINSTALLED)
    return bool(db.scalar(select(exists().where(*gone))))


def everywhere(db: Session) -> dict[str, str]:
    """The problem of each installation in which nothing can be done."""
    rows = db.execute(select(Barred.tenant, Barred.problem).order_by(Barred.tenant))
    return {row.tenant: row.problem for row in rows}


def untold(db: Session) -> dict[str, str]:
    """Those of which the administrator was not told; from now on they count as told."""
    told = update(Barred).where(~Barred.told).values(told=True).returning(Barred.tenant, Barred.problem)
    return {row.tenant: row.problem for row in db.execute(told)}


def to_knock(db: Session, now: datetime) -> list[str]:
    """Where it is time to see whether we are let in again; that counts as done."""
    due = or_(Barred.knocked_at <= now - AGAIN, Barred.knocked_at > now)
    return list(db.scalars(update(Barred).where(due).values(knocked_at=now).returning(Barred.tenant)))


def lift(db: Session, tenant: str) -> None:
    """We are let in again."""
    db.execute(delete(Barred).where(Barred.tenant == tenant))


def count(db: Session) -> int:
    """In how many installations nothing can be done."""
    return db.scalar(select(func.count()).select_from(Barred)) or 0
