"""Tips of which the effect is measured, and what followed them: for `samenspraak effect`, which counts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import consents
from storage.tables import Member, Nudge, Outcome, Project


@dataclass(frozen=True)
class Measured:
    """A tip that chance gave or held back."""

    side: str
    pattern: str
    at: datetime
    held_back: bool
    followed: Mapping[str, timedelta]
    """What followed it, and how soon for the first time."""
    person: str | None = None
    """Whose it was, while that is known: to count people, never to tell them apart."""


def agreed(db: Session) -> list[Project]:
    """The projects of all tenants whose organisations agree to measure, now."""
    every = db.scalars(select(Project).order_by(Project.id))
    return [project for project in every if "measure" in consents.agreed(db, project)]


def measured(db: Session, projects: list[Project], since: datetime) -> list[Measured]:
    """The tips in these projects that chance decided on since a moment, the oldest first."""
    mine = (Nudge.project_id.in_([project.id for project in projects]), Nudge.measured, Nudge.at >= since)
    followed: dict[int, dict[str, datetime]] = {}
    outcomes = select(Outcome.nudge_id, Outcome.kind, Outcome.at).join(Nudge, Nudge.id == Outcome.nudge_id)
    for row, kind, at in db.execute(outcomes.where(*mine).order_by(Outcome.at.desc())):
        followed.setdefault(row, {})[kind] = at
    tips = select(Nudge.id, Nudge.side, Nudge.pattern, Nudge.at, Nudge.held_back, Member.person)
    rows = db.execute(tips.outerjoin(Member, Member.id == Nudge.member_id).where(*mine).order_by(Nudge.at, Nudge.id))
    return [
        Measured(side, pattern, at, held_back, {k: then - at for k, then in followed.get(row, {}).items()}, person)
        for row, side, pattern, at, held_back, person in rows
    ]
