"""People on a known side of a project, and what they chose for themselves.

Within a tenant somebody is known by their id alone, as the platform itself looks them up: of one and the same person it
may name a workspace as their home in a press and a whole company in a message.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, bindparam, func, select
from sqlalchemy.orm import Session, lazyload

from storage.once import once
from storage.tables import Channel, Member, Organisation, Project

CHOSEN = (
    *("language", "zone", "off", "tips", "asked_at", "first_tip_at", "quiet_until", "away_until", "direct"),
    *("work_from", "work_until", "work_days"),
)
"""What holds for somebody in all projects."""
_MEMBER = select(Member).where(
    Member.tenant == bindparam("tenant"),
    Member.project_id == bindparam("project"),
    Member.person == bindparam("person"),
)
_ANYWHERE = (
    select(Member).where(Member.tenant == bindparam("tenant"), Member.person == bindparam("person")).order_by(Member.id)
)
_SOMEWHERE = _ANYWHERE.limit(1)
_OF = (
    select(Member)
    .where(Member.project_id == bindparam("project"))
    .order_by(Member.id)
    .options(lazyload(Member.project))  # who asks has it
)
_BY_ID = select(Member).where(Member.tenant == bindparam("tenant"), Member.id == bindparam("row"))
_AUTHOR: Executable = (
    select(
        Channel.tenant,
        Channel.channel,
        Channel.project_id,
        Channel.listening,
        Channel.left_at,
        Channel.paused_until,
        Member.id,
        func.coalesce(Member.own_side, Organisation.side),
        Member.off,
        Member.last_tip_at,
    )
    .join(Member, Member.project_id == Channel.project_id)
    .join(Organisation, Organisation.id == Member.organisation_id)
    .where(Channel.tenant == bindparam("tenant"), Channel.channel == bindparam("channel"))
    .where(Member.tenant == Channel.tenant, Member.person == bindparam("person"))
)


@dataclass(frozen=True)
class Author:
    """Who writes in a channel, and all that decides whether it is heard, in one look: it is taken at every message."""

    tenant: str
    channel: str
    project_id: int
    listening: bool
    left_at: datetime | None
    paused_until: datetime | None
    member_id: int
    side: str | None
    off: bool
    last_tip_at: datetime | None


def author(db: Session, tenant: str, channel: str, person: str) -> Author | None:
    """The person in the project of this channel; None where the bot is not, and of whom is not (yet) known."""
    who = {"tenant": tenant, "channel": channel, "person": person}
    found = db.connection().execute(_AUTHOR, who).first()
    return Author(*found) if found is not None else None


def find(db: Session, project: Project, person: str) -> Member | None:
    """The person in this project; None when they are not (yet) known."""
    return db.scalar(_MEMBER, {"tenant": project.tenant, "project": project.id, "person": person})


def by_id(db: Session, tenant: str, row: int) -> Member | None:
    """The person of a row id."""
    return once(db, Member, (tenant, row), lambda: db.scalar(_BY_ID, {"tenant": tenant, "row": row}))


def anywhere(db: Session, tenant: str, person: str) -> list[Member]:
    """The person in every project of the tenant: what they choose holds everywhere."""
    return list(db.scalars(_ANYWHERE, {"tenant": tenant, "person": person}))


def somewhere(db: Session, tenant: str, person: str) -> Member | None:
    """The person in the first project of the tenant that they are in: enough to know what holds everywhere."""
    return db.scalar(_SOMEWHERE, {"tenant": tenant, "person": person})


def prefers_direct(db: Session, tenant: str, person: str) -> bool:
    """Whether the person chose to get tips as direct messages, in whichever project."""
    chose = select(Member.id).where(Member.tenant == tenant, Member.person == person, Member.direct)
    return db.scalar(chose.limit(1)) is not None


def of(db: Session, project: Project) -> list[Member]:
    """Everyone known in the project."""
    return list(once(db, Member, project.id, lambda: db.scalars(_OF, {"project": project.id}).all()))


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
    """The person in this project, made known if they were not: then with what they chose in others already."""
    known = find(db, project, person)
    if known is not None:
        known.language = known.language or language
        known.zone = known.zone or zone
        return known
    chosen = {"language": language, "zone": zone, "off": False, "tips": "new", "direct": False}
    for elsewhere in anywhere(db, project.tenant, person)[-1:]:
        chosen |= {name: value for name in CHOSEN if (value := getattr(elsewhere, name)) is not None}
    row = Member(
        tenant=project.tenant,
        project_id=project.id,
        organisation_id=organisation.id,
        team=team,
        person=person,
        **chosen,
    )
    db.add(row)
    db.flush()
    return row
