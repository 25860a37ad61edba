"""What the passing of time brings: found by a query on a column, never by a timer that could be lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, literal, select, union_all
from sqlalchemy.orm import Session

from storage.columns import UtcDateTime
from storage.tables import Burst, Channel, Inbox, Leaving, Nudge, Outbox, Waiting

_DUE: dict[str, tuple[Any, Any]] = {
    "silence": (Burst, Burst.due_at),
    "unanswered": (Nudge, Nudge.open_until),
    "pause_over": (Channel, Channel.paused_until),
}
AT_ONCE = 200


@dataclass(frozen=True)
class Upcoming:
    """What there is to do: something came in, and when something is due or leaves next."""

    came_in: bool
    due: datetime | None
    leaving: datetime | None

    @property
    def moment(self) -> datetime | None:
        """When time alone brings something next."""
        return min((moment for moment in (self.due, self.leaving) if moment is not None), default=None)


NOTHING = Upcoming(came_in=False, due=None, leaving=None)
"""There is nothing to do."""
CAME_IN = Upcoming(came_in=True, due=None, leaving=None)
"""Something came in just now; more may be due."""


def _first(what: str, moment: Any, condition: Any, order: tuple[Any, ...] = ()) -> Any:
    """The first moment of a kind: one row at most, straight from an index."""
    found = select(literal(what).label("what"), moment.label("moment")).where(condition)
    found = found.order_by(*(order or (moment,))).limit(1)
    return select(found.subquery())


def _due_before(what: str, table: Any, moment: Any) -> Any:
    columns = (literal(what).label("what"), table.tenant.label("tenant"), table.id.label("row"), moment.label("moment"))
    found = select(*columns).where(moment <= bindparam("now", type_=UtcDateTime)).order_by(moment).limit(AT_ONCE)
    return select(found.subquery())


_LEAVES = case((Outbox.state == Leaving.WAITING, Outbox.due_at), else_=Outbox.lease_until)
_UPCOMING = union_all(
    _first("came_in", Inbox.received_at, Inbox.state == Waiting.NEW, (Inbox.attempts, Inbox.id)),
    *(_first("due", moment, moment.is_not(None)) for _, moment in _DUE.values()),
    _first("leaving", _LEAVES, Outbox.state.in_((Leaving.WAITING, Leaving.LEAVING))),
)
_FOUND = union_all(*(_due_before(what, *where) for what, where in _DUE.items())).subquery()
_DUE_NOW = select(_FOUND).order_by(_FOUND.c.moment, _FOUND.c.row).limit(AT_ONCE)


def upcoming(db: Session) -> Upcoming:
    """What there is to do, now or later, in one query."""
    found: dict[str, datetime] = {}
    for what, moment in db.connection().execute(_UPCOMING):
        found[what] = min(moment, found.get(what, moment))
    return Upcoming("came_in" in found, found.get("due"), found.get("leaving"))


def find(db: Session, now: datetime) -> list[tuple[str, str, int, datetime]]:
    """What is due: (what, tenant, row, since when), the longest due first."""
    return [tuple(row) for row in db.connection().execute(_DUE_NOW, {"now": now})]
