"""What the passing of time brings: found by a query on a column, never by a timer that could be lost."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, select, union_all, update
from sqlalchemy.orm import Session

from storage.columns import UtcDateTime
from storage.tables import (
    Barred,
    Burst,
    Channel,
    Inbox,
    Item,
    Leaving,
    Meeting,
    Member,
    Nudge,
    Outbox,
    Project,
    Series,
    Waiting,
)

_DUE: dict[str, tuple[Any, Any]] = {
    "silence": (Burst, Burst.due_at),
    "unanswered": (Nudge, Nudge.open_until),
    "pause_over": (Channel, Channel.paused_until),
    "erase": (Project, Project.erase_at),
    "promotion": (Project, Project.promote_at),
    "item": (Item, Item.look_at),
    "alike": (Item, Item.compare_at),
    "digest": (Member, Member.digest_at),
    "planning": (Series, Series.plan_at),
    "meeting": (Meeting, Meeting.look_at),
}
KINDS = tuple(_DUE)
"""What time brings, by name."""
AT_ONCE = 200
_NOW = bindparam("now", type_=UtcDateTime)


@dataclass(frozen=True)
class Appointment:
    """A row for which a moment is set: what happens then, and to whom it belongs."""

    what: str
    tenant: str
    row: int
    at: datetime


@dataclass(frozen=True)
class Upcoming:
    """What there is to do: something came in, what is due first, and when something leaves."""

    came_in: bool
    due: Appointment | None
    leaving: datetime | None
    after: datetime | None = None
    """When something is due next after what is due first."""

    @property
    def moment(self) -> datetime | None:
        """When time alone brings something next."""
        due = self.due.at if self.due is not None else None
        return min((moment for moment in (due, self.leaving) if moment is not None), default=None)


NOTHING = Upcoming(came_in=False, due=None, leaving=None)
"""There is nothing to do."""
CAME_IN = Upcoming(came_in=True, due=None, leaving=None)
"""Something came in just now; more may be due."""


def _appointments(what: str, table: Any, moment: Any, condition: Any, order: tuple[Any, ...], at_most: int) -> Any:
    """The first moments of a kind, straight from an index."""
    columns = (literal(what).label("what"), table.tenant.label("tenant"), table.id.label("row"), moment.label("at"))
    return select(select(*columns).where(condition).order_by(*order).limit(at_most).subquery())


# Each by itself: what waits is found by an index on its moment, and few are on their way.
_LEAVES = ((Leaving.WAITING, Outbox.due_at), (Leaving.LEAVING, Outbox.lease_until))
_OPEN = Outbox.tenant.not_in(select(Barred.tenant))


def look(kinds: Collection[str]) -> Any:
    """The query for what came in, what is due first and second of each of these `KINDS`, and what leaves."""
    chosen = [(what, *_DUE[what]) for what in kinds]
    return union_all(
        _appointments("came_in", Inbox, Inbox.received_at, Inbox.state == Waiting.NEW, (Inbox.attempts, Inbox.id), 1),
        *(_appointments(what, table, at, at.is_not(None), (at, table.id), 2) for what, table, at in chosen),
        *(_appointments("leaving", Outbox, at, (Outbox.state == state) & _OPEN, (at,), 1) for state, at in _LEAVES),
    )


_UPCOMING = look(KINDS)
_FOUND = union_all(
    *(_appointments(what, table, at, at <= _NOW, (at, table.id), AT_ONCE) for what, (table, at) in _DUE.items())
).subquery()
_STILL = {
    what: select(table.id)
    .where(table.tenant == bindparam("whose"), table.id == bindparam("number"), at <= _NOW)
    .with_for_update(skip_locked=True)
    for what, (table, at) in _DUE.items()
}
_DUE_NOW = select(_FOUND).order_by(_FOUND.c.at, _FOUND.c.row).limit(AT_ONCE)


def upcoming(db: Session) -> Upcoming:
    """What there is to do, now or later, in one query."""
    found = db.connection().execute(_UPCOMING).all()
    due = sorted((row for row in found if row.what in _DUE), key=lambda row: (row.at, row.row))
    return Upcoming(
        any(row.what == "came_in" for row in found),
        Appointment(*due[0]) if due else None,
        min((row.at for row in found if row.what == "leaving"), default=None),
        due[1].at if due[1:] else None,
    )


def find(db: Session, now: datetime) -> list[Appointment]:
    """What is due, the longest due first."""
    return [Appointment(*row) for row in db.connection().execute(_DUE_NOW, {"now": now})]


def hold(db: Session, tenant: str, what: str, row: int, now: datetime) -> bool:
    """Whether this is still due, and nobody is at it. If so nobody else decides it before this transaction is over."""
    return db.connection().execute(_STILL[what], {"whose": tenant, "number": row, "now": now}).first() is not None


def rest(db: Session, tenant: str, what: str, row: int, moment: datetime, until: datetime) -> None:
    """Nothing can come of what is due: it is due again later. Who set another moment than it had meanwhile has it."""
    table, at = _DUE[what]
    mine = (table.tenant == tenant, table.id == row, at == moment)
    db.execute(update(table).where(*mine).values({at: until}))
