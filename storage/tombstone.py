"""The one table of what is no more."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from storage.columns import Base, Keep, Privacy, Scoped, column, row_id


class Tombstone(Scoped, Base):
    """That a project was erased: so that nothing of it rises again. Says nothing of what was in it."""

    __tablename__ = "tombstone"
    __table_args__ = (Index("tombstone_place", "tenant", "place"),)

    id: Mapped[int] = row_id(Keep.FOR_GOOD)
    place: Mapped[str] = column(privacy=Privacy.TECHNICAL, keep=Keep.FOR_GOOD)
    """Hash of the channel."""
    erased_at: Mapped[datetime] = column(privacy=Privacy.TECHNICAL, keep=Keep.FOR_GOOD)
    certificate: Mapped[str] = column(privacy=Privacy.TECHNICAL, keep=Keep.FOR_GOOD)
    """Hash of the certificate that both sides got."""
