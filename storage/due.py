"""What the passing of time brings: found by a query on a column, never by a timer that could be lost."""

from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from storage.tables import Burst, Channel, Leaving, Nudge, Outbox

_DUE: dict[str, tuple[Any, Any]] = {
    "silence": (Burst, Burst.due_at),
    "unanswered": (Nudge, Nudge.open_until),
    "pause_over": (Channel, Channel.paused_until),
}


def find(db: Session, now: datetime, limit: int = 200) -> list[tuple[str, str, int, datetime]]:
    """What is due: (what, tenant, row, since when), the longest due first."""
    queries = [
        select(literal(what).label("what"), table.tenant, table.id, moment.label("moment"))
        .where(moment.is_not(None), moment <= now)
        .order_by(moment)
        .limit(limit)
        .subquery()
        for what, (table, moment) in _DUE.items()
    ]
    everything = union_all(*(select(query) for query in queries)).subquery()
    rows = db.execute(select(everything).order_by(everything.c.moment, everything.c.id).limit(limit))
    return [(what, tenant, row, moment) for what, tenant, row, moment in rows]


def next_moment(db: Session) -> datetime | None:
    """When something is due next; None when nothing ever is."""
    moments = [
        select(moment.label("moment")).where(moment.is_not(None)).order_by(moment).limit(1).subquery()
        for _, moment in _DUE.values()
    ]
    leaving = (
        select(Outbox.due_at.label("moment"))
        .where(Outbox.state == Leaving.WAITING)
        .order_by(Outbox.due_at)
        .limit(1)
        .subquery()
    )
    everything = union_all(*(select(query) for query in (*moments, leaving))).subquery()
    return db.scalar(select(everything.c.moment).order_by(everything.c.moment).limit(1))
