"""A channel gets another id from its platform: everything that names it goes along."""

import json

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from storage.tables import Burst, Channel, Inbox, Nudge, Outbox, Recent


def move(db: Session, channel: Channel, to: str) -> None:
    """Call a channel by its new id wherever it is named, also in what still waits to be decided or sent."""
    tenant, old = channel.tenant, channel.channel
    channel.channel = to
    db.flush()
    for table in (Burst, Recent, Nudge, Inbox, Outbox):
        db.execute(update(table).where(table.tenant == tenant, table.channel == old).values(channel=to))
    # Within the quotes of a JSON text a quote is escaped, so nobody's words can look like the name of a field.
    before, after = (f'"channel": {json.dumps(name)}' for name in (old, to))
    for table in (Inbox, Outbox):
        here = (table.tenant == tenant, table.channel == to)
        db.execute(update(table).where(*here).values(body=func.replace(table.body, before, after)))
    gone_before, gone_after = (f"gone:{tenant}:{name}:" for name in (old, to))
    inbox, outbox = (Inbox.tenant == tenant, Inbox.channel == to), (Outbox.tenant == tenant, Outbox.channel == to)
    db.execute(update(Inbox).where(*inbox).values(event_key=func.replace(Inbox.event_key, gone_before, gone_after)))
    db.execute(update(Outbox).where(*outbox).values(ref=func.replace(Outbox.ref, old, to)))
