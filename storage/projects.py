"""Projects, their organisations and their channels."""

from datetime import datetime

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from storage.once import once
from storage.tables import Channel, Organisation, Project

_CHANNEL = select(Channel).where(Channel.tenant == bindparam("tenant"), Channel.channel == bindparam("channel"))
# By its tenant, of which there is an index: all channels of all others are not looked through.
_CHANNELS = (
    select(Channel)
    .where(Channel.tenant == bindparam("tenant"), Channel.project_id == bindparam("project"))
    .order_by(Channel.id)
)
_ORGANISATIONS = select(Organisation).where(Organisation.project_id == bindparam("project")).order_by(Organisation.id)


def channel(db: Session, tenant: str, channel_id: str) -> Channel | None:
    """The channel with its project, or None where the bot is not."""
    return db.scalar(_CHANNEL, {"tenant": tenant, "channel": channel_id})


def channel_by_id(db: Session, tenant: str, row: int) -> Channel | None:
    """The channel of a row id."""
    return db.scalar(select(Channel).where(Channel.tenant == tenant, Channel.id == row))


def channels(db: Session, project: Project, *, left: bool = False) -> list[Channel]:
    """All channels of a project in which the bot still is; with `left`, those that it left too."""
    found = db.scalars(_CHANNELS, {"tenant": project.tenant, "project": project.id})
    return [channel for channel in found if left or channel.left_at is None]


def by_id(db: Session, tenant: str, row: int) -> Project | None:
    """The project of a row id."""
    return db.scalar(select(Project).where(Project.tenant == tenant, Project.id == row))


def hold(db: Session, project: Project) -> None:
    """Let nobody else hold this project until the end of the transaction: of two who begin at once, one waits."""
    db.execute(select(Project.id).where(Project.tenant == project.tenant, Project.id == project.id).with_for_update())


def tenants(db: Session) -> dict[int, str]:
    """The tenant of each project, by its row id; for the command line, which is told only that."""
    return {row.id: row.tenant for row in db.execute(select(Project.id, Project.tenant).order_by(Project.id))}


def of_tenant(db: Session, tenant: str) -> list[Project]:
    """All projects of a tenant."""
    return list(db.scalars(select(Project).where(Project.tenant == tenant).order_by(Project.id)))


def everywhere(db: Session) -> list[Project]:
    """All projects of all tenants."""
    return list(db.scalars(select(Project).order_by(Project.id)))


def start(
    db: Session, tenant: str, channel_id: str, *, language: str, zone: str, country: str, now: datetime
) -> Channel:
    """A new project with its first channel; deaf until everyone has agreed."""
    project = Project(
        tenant=tenant,
        language=language,
        zone=zone,
        country=country,
        work_from=8 * 60 + 30,
        work_until=17 * 60 + 30,
        work_days="12345",
        created_at=now,
    )
    row = Channel(tenant=tenant, project=project, channel=channel_id, listening=False, joined_at=now)
    db.add_all((project, row))
    db.flush()
    return row


def organisations(db: Session, project: Project) -> list[Organisation]:
    """Every organisation in the project, suppliers and client alike, in order of appearance."""
    return list(once(db, Organisation, project.id, lambda: db.scalars(_ORGANISATIONS, {"project": project.id}).all()))


def organisation(db: Session, project: Project, key: str) -> Organisation | None:
    """The organisation with this key in the project."""
    return db.scalar(select(Organisation).where(Organisation.project_id == project.id, Organisation.key == key))


def add_organisation(db: Session, project: Project, key: str, name: str) -> tuple[Organisation, bool]:
    """The organisation with this key, and whether it is new to the project."""
    known = organisation(db, project, key)
    if known is not None:
        return known, False
    row = Organisation(tenant=project.tenant, project_id=project.id, key=key, name=name, side=None)
    db.add(row)
    db.flush()
    return row, True


def listen(db: Session, project: Project, listening: bool) -> None:
    """Open or close the ears in all channels of the project: never where the bot is not, or stands still."""
    there = and_(Channel.left_at.is_(None), Channel.halted.is_(None))
    mine = update(Channel).where(Channel.project_id == project.id)
    db.execute(mine.values(listening=there if listening else False))


def count(db: Session) -> int:
    """How many channels listen now."""
    return db.scalar(select(func.count()).select_from(Channel).where(Channel.listening)) or 0
