"""What came in and still has to be decided."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Integer, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.tables import Inbox, Waiting

_TAKE_IN: Final = """
    INSERT INTO inbox (tenant, event_key, channel, body, state, attempts, received_at)
    SELECT tenant, event_key, channel,
           CASE WHEN heard THEN body WHEN stranger THEN notice END,
           CASE WHEN heard OR stranger THEN 0 ELSE 1 END,
           0, received_at
    FROM (
        SELECT
            arrived.*,
            arrived.has_text = 0
            OR COALESCE(
                channel.listening AND COALESCE(channel.paused_until, 0) <= arrived.received_at
                AND NOT member.off AND COALESCE(member.own_side, own.side) IS NOT NULL,
                (1 = 0)
            ) AS heard,
            arrived.has_text = 1 AND COALESCE(channel.listening AND member.id IS NULL, (1 = 0)) AS stranger
        FROM ({arrived}) AS arrived
        LEFT JOIN channel ON channel.tenant = arrived.tenant AND channel.channel = arrived.channel
        LEFT JOIN member ON member.project_id = channel.project_id
                        AND member.tenant = channel.tenant AND member.person = arrived.person
        LEFT JOIN organisation AS own ON own.id = member.organisation_id
    ) AS looked
    WHERE true
    ORDER BY number
    ON CONFLICT (event_key) DO NOTHING
    """
_COLUMNS: Final = {"received_at": "BIGINT", "has_text": "INTEGER"} | dict.fromkeys(
    ("tenant", "event_key", "channel", "person", "body", "notice"), "TEXT"
)
_EACH: Final = {
    "sqlite": "SELECT key AS number, {columns} FROM json_each(?)",
    "postgresql": "SELECT number, {columns} FROM json_array_elements(CAST(%s AS JSON)) "
    "WITH ORDINALITY AS listed (value, number)",
}
_STATEMENTS: Final = {
    database: _TAKE_IN.format(
        arrived=each.format(
            columns=", ".join(f"CAST(value ->> '{name}' AS {kind}) AS {name}" for name, kind in _COLUMNS.items())
        )
    )
    for database, each in _EACH.items()
}


def take_in(engine: Engine, arrived: Sequence[Mapping[str, Any]]) -> None:
    """Save what arrived, in order and in a transaction of its own; repeats are absorbed. Raises the driver's errors.

    A body is kept only if it carries nobody's words, or if the channel agreed to be heard and the author is on a known
    side and has not switched off: consent is looked up in the very statement that saves. An author not seen before
    leaves a notice instead, so that somebody can find out who that is.
    """
    # One statement for all of it: SQLite then works through the whole batch without once asking for the interpreter,
    # which the event loop needs. And straight to the driver: SQLAlchemy's way costs more than all of SQLite's work.
    connection = engine.raw_connection()
    try:
        connection.cursor().execute(_STATEMENTS[engine.dialect.name], (json.dumps(arrived),))
        connection.commit()
    finally:
        connection.close()


FAILED_TRIES, UNREACHABLE_TRIES = 3, 600
"""How often an event is tried that cannot be decided, or that needs an answer of a platform that gives none: at each
tick of the clock, after all that was not tried yet. Then it is set aside."""


@dataclass(frozen=True)
class Taken:
    """An event that waits for its decision."""

    id: int
    tenant: str
    channel: str
    body: str
    received_at: datetime


_WAITING = (
    select(Inbox.id, Inbox.tenant, Inbox.channel, Inbox.body, Inbox.received_at)
    .where(Inbox.state == Waiting.NEW)
    .order_by(Inbox.attempts, Inbox.id)
    .limit(bindparam("at_most", type_=Integer))
)
_SETTLE = (
    update(Inbox)
    .where(Inbox.id == bindparam("row"), Inbox.state == Waiting.NEW)
    .values(state=Waiting.DONE, body=None)
    .execution_options(synchronize_session=False)
)


def waiting(db: Session, limit: int) -> list[Taken]:
    """The events to decide next, in the order in which they came."""
    rows = db.connection().execute(_WAITING, {"at_most": limit})
    return [Taken(row_id, tenant, channel, body or "", at) for row_id, tenant, channel, body, at in rows]


def settle(db: Session, row: int) -> bool:
    """Mark an event as decided and blank it. False when somebody else already did: then there is nothing to do."""
    settled = db.connection().execute(_SETTLE, {"row": row})
    return settled.rowcount == 1


def failed(db: Session, row: int, tries: int) -> bool:
    """Count a failed decision; True when the event is now set aside, after so many `tries`."""
    attempts = db.scalar(select(Inbox.attempts).where(Inbox.id == row)) or 0
    aside = attempts + 1 >= tries
    values = {"attempts": attempts + 1} | ({"state": Waiting.FAILED, "body": None} if aside else {})
    db.execute(update(Inbox).where(Inbox.id == row).values(**values))
    return aside


def first_time(db: Session, tenant: str, event_key: str, channel: str, now: datetime) -> bool:
    """Remember an event that is decided at once; False when it was decided before."""
    try:
        with db.begin_nested():
            db.execute(
                insert(Inbox).values(
                    tenant=tenant, event_key=event_key, channel=channel, state=Waiting.DONE, received_at=now
                )
            )
    except IntegrityError:
        return False
    return True


def forget(db: Session, now: datetime) -> int:
    """Drop decided events that no platform delivers again. Returns how many."""
    gone = db.execute(delete(Inbox).where(Inbox.received_at < now - timedelta(days=2), Inbox.state != Waiting.NEW))
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]
