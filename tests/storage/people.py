"""A project with a channel that listens, and some people in it, for tests of what is remembered."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import members, outbox, projects
from storage.database import EVERYWHERE, Database
from storage.tables import Channel, Inbox, Outbox

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TENANT, CHANNEL = "slack:TSUP", "CHELP"


def project(db: Session, tenant: str = TENANT, channel: str = CHANNEL, listening: bool = True) -> Channel:
    """A project with a supplier (Sam) and a client (Cleo), who agreed."""
    row = projects.start(db, tenant, channel, language="nl", zone="Europe/Amsterdam", country="NL", now=NOW)
    for team, side, person in (("TSUP", "supplier", "USAM"), ("TCLI", "client", "UCLEO")):
        organisation, _ = projects.add_organisation(db, row.project, team, team.title())
        organisation.side = side
        members.add(db, row.project, organisation, team, person)
    projects.listen(db, row.project, listening)
    return row


def arrived(key: str, **more: Any) -> dict[str, Any]:
    """A message of Sam's, as dispatch takes it in."""
    row = {
        "tenant": TENANT,
        "event_key": key,
        "channel": CHANNEL,
        "person": "USAM",
        "has_text": 1,
        "body": f"the words of {key}",
        "notice": f"somebody wrote {key}",
        "received_at": micros(NOW),
    }
    return row | more


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


@dataclass(frozen=True)
class Row:
    key: str
    body: str | None
    state: int


async def inbox_rows(database: Database) -> list[Row]:
    """What is in the inbox, in order."""

    def look(db: Session) -> list[Row]:
        columns = db.execute(select(Inbox.event_key, Inbox.body, Inbox.state).order_by(Inbox.id))
        return [Row(*row) for row in columns]

    return await database.read(EVERYWHERE, look)


def put(db: Session, card: str, channel: str = CHANNEL, kind: str = "whisper", **more: Any) -> bool:
    """Put something to say in the outbox."""
    values: dict[str, Any] = {
        "channel": channel,
        "card": card,
        "kind": kind,
        "whose": "USAM",
        "body": f"the words of {card}",
        "dedup_key": card,
        "now": NOW,
        "expires_at": None,
    }
    return outbox.put(db, TENANT, **(values | more))


def outbox_row(db: Session, card: str) -> Outbox:
    """The outbox row of a card."""
    return db.scalars(select(Outbox).where(Outbox.card == card).order_by(Outbox.id.desc())).first()  # type: ignore[return-value]
