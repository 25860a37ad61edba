"""What one side keeps to itself. Every question names the side that asks: there is no way to read the other one's."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import Item, Project, Sheet


def keep(
    db: Session, project: Project, item: Item | None, side: str, step: str, words: Mapping[str, str], now: datetime
) -> None:
    """Keep what a side wrote, in the place of what it wrote for the same thing before."""
    row = _find(db, project, item, side, step)
    if row is None:
        row = Sheet(
            tenant=project.tenant, project_id=project.id, item_id=item.id if item else None, side=side, step=step
        )
        db.add(row)
    row.words, row.at = dict(words), now
    db.flush()


def read(db: Session, project: Project, item: Item | None, side: str, step: str) -> dict[str, str]:
    """What a side wrote for something; empty when it wrote nothing."""
    row = _find(db, project, item, side, step)
    return dict(row.words) if row is not None else {}


def _find(db: Session, project: Project, item: Item | None, side: str, step: str) -> Sheet | None:
    about = Sheet.item_id.is_(None) if item is None else Sheet.item_id == item.id
    return db.scalar(select(Sheet).where(Sheet.project_id == project.id, about, Sheet.side == side, Sheet.step == step))
