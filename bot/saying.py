"""What was decided to be said goes into the outbox, in the transaction of the decision."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from bot import wire
from handlers.vocabulary import Say, Sending, Share, ShowHome, Whisper, Withdraw
from storage import outbox


def put(db: Session, tenant: str, effect: Sending, now: datetime) -> None:
    """Save an effect to be sent after the commit; what was put there under the same name already is not repeated."""
    kind = type(effect).__name__.lower()
    card = "home" if isinstance(effect, ShowHome) else effect.key
    whose = effect.who.id if isinstance(effect, Whisper | ShowHome | Share) else None
    if isinstance(effect, Withdraw):
        outbox.unsent(db, tenant, card)
    outbox.put(
        db,
        tenant,
        channel=effect.place.channel,
        card=card,
        kind=kind,
        whose=whose,
        body=wire.dumps_sending(effect),
        # What is said once has a name of its own; what shows a card anew may be said as often as it changes.
        dedup_key=f"{tenant}/{card}" if kind in ("say", "whisper", "share") else f"{tenant}/{card}/{uuid4()}",
        now=now,
        expires_at=effect.until if isinstance(effect, Say | Whisper) else None,
    )
