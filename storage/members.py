"""People on a known side of a project, and what they chose for themselves."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.tables import Member, Organisation, Project

_MEMBER = select(Member).where(
    Member.project_id == bindparam("project"), Member.team == bindparam("team"), Member.person == bindparam("person")
)
_BY_ID = select(Member).where(Member.tenant == bindparam("tenant"), Member.id == bindparam("row"))


def find(db: Session, project: Project, team: str, person: str) -> Member | None:
    """The person in this project; None when they are not (yet) known."""
    return db.scalar(_MEMBER, {"project": project.id, "team": team, "person": person})


def by_id(db: Session, tenant: str, row: int) -> Member | None:
    """The person of a row id."""
    return db.scalar(_BY_ID, {"tenant": tenant, "row": row})


def anywhere(db: Session, tenant: str, team: str, person: str) -> list[Member]:
    """The person in every project of the tenant: what they choose holds everywhere."""
    found = select(Member).where(Member.tenant == tenant, Member.team == team, Member.person == person)
    return list(db.scalars(found.order_by(Member.id)))


def of(db: Session, project: Project) -> list[Member]:
    """Everyone known in the project."""
    return list(db.scalars(select(Member).where(Member.project_id == project.id).order_by(Member.id)))


def add(
    db: Session,
    project: Project,
    organisation: Organisation,
    team: str,
    person: str,
    *,
    language: str | None = None,
    zone: str | None = None,
) -> Member:
    """The person in this project, made known if they were not."""
    known = find(db, project, team, person)
    if known is not None:
        known.language = known.language or language
        known.zone = known.zone or zone
        return known
    row = Member(
        tenant=project.tenant,
        project_id=project.id,
        organisation_id=organisation.id,
        team=team,
        person=person,
        language=language,
        zone=zone,
        off=False,
        tips="new",
        direct=False,
    )
    db.add(row)
    db.flush()
    return row
