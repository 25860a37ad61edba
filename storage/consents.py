"""Which organisation said yes to what, by whom and when."""

from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from storage.tables import Consent, Organisation, Project

SCOPES = ("hear", "tip", "registers", "pulses", "measure", "model")
"""What an organisation can say yes to, each apart."""
_STANDING = (
    select(Consent)
    .where(Consent.project_id == bindparam("project"), Consent.withdrawn_at.is_(None))
    .order_by(Consent.id)
)

_PER_ORGANISATION = (
    select(Organisation.id, Consent.scope)
    .outerjoin(
        Consent,
        and_(
            Consent.project_id == Organisation.project_id,
            Consent.organisation_id == Organisation.id,
            Consent.withdrawn_at.is_(None),
        ),
    )
    .where(Organisation.project_id == bindparam("project"))
)


def given(db: Session, project: Project) -> list[Consent]:
    """Every yes that still stands, the oldest first."""
    return list(db.scalars(_STANDING, {"project": project.id}))


def ever(db: Session, project: Project) -> list[Consent]:
    """Every yes that was ever given, also those that were withdrawn, the oldest first."""
    return list(db.scalars(select(Consent).where(Consent.project_id == project.id).order_by(Consent.id)))


def scopes_of_all(db: Session, project: Project, organisations: list[Organisation]) -> frozenset[str]:
    """The scopes to which every one of these organisations has said yes."""
    standing = given(db, project)
    per_organisation = [{c.scope for c in standing if c.organisation_id == o.id} for o in organisations]
    return frozenset(set.intersection(*per_organisation)) if per_organisation else frozenset()


def agreed(db: Session, project: Project) -> frozenset[str]:
    """The scopes to which every organisation in the project has said yes."""
    said: dict[int, set[str]] = {}
    for organisation, scope in db.execute(_PER_ORGANISATION, {"project": project.id}):
        said.setdefault(organisation, set()).add(scope)
    return frozenset(set.intersection(*said.values())) - {None} if said else frozenset()


def give(
    db: Session, organisation: Organisation, scopes: set[str], *, team: str, person: str, role: str, now: datetime
) -> None:
    """Say yes to exactly these scopes: what stood before and is not among them is withdrawn."""
    withdraw(db, organisation, now)
    for scope in SCOPES:
        if scope in scopes:
            db.add(
                Consent(
                    tenant=organisation.tenant,
                    project_id=organisation.project_id,
                    organisation_id=organisation.id,
                    scope=scope,
                    given_by=person,
                    given_by_team=team,
                    role=role,
                    given_at=now,
                )
            )
    db.flush()


def withdraw(db: Session, organisation: Organisation, now: datetime) -> bool:
    """Take back every yes of an organisation. True when there was one."""
    standing = db.scalars(
        select(Consent).where(Consent.organisation_id == organisation.id, Consent.withdrawn_at.is_(None))
    ).all()
    for consent in standing:
        consent.withdrawn_at = now
    db.flush()
    return bool(standing)
