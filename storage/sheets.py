"""What an organisation keeps to itself. Every question names who asks: there is no way to read another one's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import Item, Project, Sheet


@dataclass(frozen=True)
class Whose:
    """Who keeps something to themselves: an organisation (its row id) on a side, or who speaks there for none of it."""

    side: str
    organisation: int | None


def keep(
    db: Session, project: Project, item: Item | None, whose: Whose, step: str, words: Mapping[str, str], now: datetime
) -> None:
    """Keep what somebody wrote, in the place of what was written for the same thing before."""
    row = _find(db, project, item, whose, step)
    if row is None:
        row = Sheet(
            tenant=project.tenant,
            project_id=project.id,
            item_id=item.id if item else None,
            side=whose.side,
            organisation_id=whose.organisation,
            step=step,
        )
        db.add(row)
    row.words, row.at = dict(words), now
    db.flush()


def read(db: Session, project: Project, item: Item | None, whose: Whose, step: str) -> dict[str, str]:
    """What was written for something; empty when nothing was."""
    row = _find(db, project, item, whose, step)
    return dict(row.words) if row is not None else {}


def _find(db: Session, project: Project, item: Item | None, whose: Whose, step: str) -> Sheet | None:
    about = Sheet.item_id.is_(None) if item is None else Sheet.item_id == item.id
    theirs = (Sheet.side == whose.side, Sheet.organisation_id.is_not_distinct_from(whose.organisation))
    return db.scalar(select(Sheet).where(Sheet.project_id == project.id, about, *theirs, Sheet.step == step))
