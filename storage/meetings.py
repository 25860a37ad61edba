"""Meetings that come back, each time that they take place, and the topics for them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Integer, and_, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from storage.columns import UtcDateTime
from storage.tables import Item, Meeting, Project, Series, Topic

_NOW = bindparam("now", type_=UtcDateTime)
_IN_SERIES = Meeting.series_id == bindparam("series")
_KNOWN = (lazyload(Meeting.series), joinedload(Meeting.item, innerjoin=True).lazyload(Item.project))
"""Who asks for other times of a series has the series and its project."""
_BY_ID = (
    select(Meeting)
    .where(Meeting.tenant == bindparam("tenant"), Meeting.id == bindparam("row"))
    .with_for_update(of=Meeting)
)
_SERIES_BY_ID = (
    select(Series).where(Series.tenant == bindparam("tenant"), Series.id == bindparam("row")).with_for_update(of=Series)
)
_GOING_ON = (
    select(Series).where(Series.project_id == bindparam("project"), Series.stopped_at.is_(None)).order_by(Series.id)
)
_NEXT = (
    select(Meeting)
    .join(Meeting.item)
    .where(_IN_SERIES, Meeting.starts_at > _NOW, Item.state == "planned")
    .order_by(Meeting.starts_at, Meeting.id)
    .limit(1)
    .options(*_KNOWN)
)
_BEFORE = (
    select(Meeting)
    .join(Meeting.item)
    .where(_IN_SERIES, Meeting.starts_at < _NOW, Item.state.in_(bindparam("states", expanding=True)))
    .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    .limit(bindparam("at_most", type_=Integer))
    .options(*_KNOWN)
)
_LAST_STATES = (
    select(Item.state)
    .join(Meeting, Meeting.item_id == Item.id)
    .where(
        _IN_SERIES,
        or_(Meeting.ends_at <= _NOW, Item.state == "called_off"),
        Item.words["off"].as_string().is_(None),
    )
    .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    .limit(bindparam("at_most", type_=Integer))
)


def start(
    db: Session,
    project: Project,
    kind: str,
    *,
    channel: str,
    side: str,
    first_on: str,
    rule: str,
    at: int,
    minutes: int,
    zone: str,
    on_holiday: str,
    where: str | None,
    agenda: str | None,
    uid: str,
    now: datetime,
    organisation: int | None = None,
) -> Series:
    """A new series, to be planned at once."""
    row = Series(
        tenant=project.tenant,
        project=project,
        kind=kind,
        channel=channel,
        side=side,
        organisation_id=organisation,
        first_on=first_on,
        rule=rule,
        at=at,
        minutes=minutes,
        zone=zone,
        on_holiday=on_holiday,
        where=where,
        agenda=agenda,
        uid=uid,
        revision=0,
        plan_at=now,
        created_at=now,
    )
    db.add(row)
    db.flush()
    return row


def series_by_id(db: Session, tenant: str, row: int) -> Series | None:
    """The series of a row id, held until the end of the transaction."""
    return db.scalar(_SERIES_BY_ID, {"tenant": tenant, "row": row})


def series(db: Session, project: Project) -> list[Series]:
    """The series of a project that go on, in order of appearance."""
    return list(db.scalars(_GOING_ON, {"project": project.id}))


def all_series(db: Session, project: Project) -> list[Series]:
    """Every series that a project ever had."""
    return list(db.scalars(select(Series).where(Series.project_id == project.id).order_by(Series.id)))


def of_series(db: Session, series: Series, since: datetime) -> list[Meeting]:
    """The times of a series that are planned or were, as far back as a moment."""
    mine = select(Meeting).where(Meeting.series_id == series.id, Meeting.ends_at > since)
    return list(db.scalars(mine.order_by(Meeting.starts_at, Meeting.id)))


def calendar_leads_to(db: Session, key: str) -> tuple[str, int] | None:
    """The tenant and the row id of the project to which the address of a calendar leads, in any tenant."""
    row = db.execute(select(Project.tenant, Project.id).where(Project.calendar_key == key)).first()
    return (row.tenant, row.id) if row is not None else None


def address_leads_to(db: Session, item: int) -> tuple[str, int, str | None] | None:
    """Of the item of a meeting, in any tenant: its tenant, the row id of the meeting, and its project's secret."""
    wanted = select(Meeting.tenant, Meeting.id, Project.calendar_key).join(Project, Project.id == Meeting.project_id)
    row = db.execute(wanted.where(Meeting.item_id == item)).first()
    return (row.tenant, row.id, row.calendar_key) if row is not None else None


def seen(db: Session, tenant: str, row: int) -> Meeting | None:
    """The meeting of a row id, only to be looked at."""
    return db.scalar(select(Meeting).where(Meeting.tenant == tenant, Meeting.id == row))


def plan(
    db: Session, series: Series, item: Item, ruled: str, starts_at: datetime, ends_at: datetime, look_at: datetime
) -> Meeting:
    """One time of a series."""
    row = Meeting(
        tenant=series.tenant,
        project_id=series.project_id,
        series=series,
        item=item,
        ruled=ruled,
        starts_at=starts_at,
        ends_at=ends_at,
        own_time=False,
        sequence=0,
        look_at=look_at,
    )
    db.add(row)
    db.flush()
    return row


def by_id(db: Session, tenant: str, row: int) -> Meeting | None:
    """The meeting of a row id, held until the end of the transaction."""
    return db.scalar(_BY_ID, {"tenant": tenant, "row": row})


def of_item(db: Session, item: Item) -> Meeting | None:
    """The meeting that an item tells of."""
    return db.scalar(select(Meeting).where(Meeting.tenant == item.tenant, Meeting.item_id == item.id))


def days_planned(db: Session, series: Series, since: datetime) -> set[str]:
    """Which days that its rule gave stand for a time of a series that is planned; of the past only what is recent."""
    day = since.date().isoformat()
    recent = or_(Meeting.starts_at > since, Meeting.ruled >= day, Meeting.named_on >= day)
    rows = db.execute(select(Meeting.ruled, Meeting.named_on).where(Meeting.series_id == series.id, recent))
    return {day for row in rows for day in row if day is not None}


def next_of(db: Session, series: Series, now: datetime) -> Meeting | None:
    """The next time of a series that is planned."""
    return db.scalar(_NEXT, {"series": series.id, "now": now})


def before(db: Session, meeting: Meeting, states: Collection[str], at_most: int) -> list[Meeting]:
    """The times of the same series before a meeting that stand like this, the last first."""
    earlier = {"series": meeting.series_id, "now": meeting.starts_at, "states": list(states), "at_most": at_most}
    return list(db.scalars(_BEFORE, earlier))


def last_states(db: Session, series: Series, now: datetime, at_most: int) -> list[str]:
    """How the last times of a series stand that are past or that people called off, the last first."""
    return list(db.scalars(_LAST_STATES, {"series": series.id, "now": now, "at_most": at_most}))


def coming(db: Session, project: Project, now: datetime, at_most: int) -> list[Meeting]:
    """The next meetings of a project, the first first."""
    ahead = (Meeting.project_id == project.id, Meeting.ends_at > now, Item.state == "planned")
    mine = select(Meeting).join(Meeting.item).where(*ahead)
    return list(db.scalars(mine.order_by(Meeting.starts_at, Meeting.id).limit(at_most)))


def add_topic(db: Session, series: Series, side: str, text: str, now: datetime, *, parked: bool = False) -> Topic:
    """Something to talk about at the next time of a series, or to keep on its parking list."""
    row = Topic(
        tenant=series.tenant,
        project_id=series.project_id,
        series_id=series.id,
        parked=parked,
        side=side,
        text=text,
        created_at=now,
    )
    db.add(row)
    db.flush()
    return row


def topic_by_id(db: Session, tenant: str, row: int) -> Topic | None:
    """The topic of a row id, held until the end of the transaction."""
    return db.scalar(select(Topic).where(Topic.tenant == tenant, Topic.id == row).with_for_update())


def talked_about(db: Session, meeting: Meeting, rows: Collection[int], *, parked: bool = False) -> list[Topic]:
    """Of these topics (row ids) those that waited were talked about at a meeting, or struck from its parking list."""
    found = [topic for topic in topics(db, meeting.series, parked=parked) if topic.id in rows]
    for topic in found:
        topic.meeting_id = meeting.id
    db.flush()
    return found


def topics(db: Session, series: Series, *, parked: bool = False) -> list[Topic]:
    """The topics that wait for the next time of a series, or its parking list; in order.

    With what still waits of a series of that kind that was stopped: the project has such a meeting again.
    """
    same = (Series.project_id == series.project_id, Series.kind == series.kind)
    waiting = (Topic.meeting_id.is_(None), Topic.parked.is_(parked))
    mine = select(Topic).join(Series, Series.id == Topic.series_id).where(*same, *waiting)
    return list(db.scalars(mine.order_by(Topic.id)))


def states_of(db: Session, series: Series, names: Collection[str]) -> dict[str, str]:
    """How the times of a series stand that were ever planned of these: the name of each, and the state of its item."""
    mine = select(Meeting.ruled, Item.state).join(Meeting.item)
    rows = db.execute(mine.where(Meeting.series_id == series.id, Meeting.ruled.in_(list(names))))
    return {row.ruled: row.state for row in rows}


def still_ahead(db: Session, series: Series, now: datetime, day: str) -> list[Meeting]:
    """The times of a series that have not begun, planned or called off, and those called off of a day (YYYY-MM-DD)
    or later; in order, held until the end of the transaction.
    """
    ahead = or_(Meeting.starts_at > now, and_(Item.state == "called_off", Meeting.ruled >= day))
    mine = select(Meeting).join(Meeting.item).where(Meeting.series_id == series.id, ahead)
    wanted = mine.where(Item.state.in_(["planned", "called_off"])).order_by(Meeting.starts_at, Meeting.id)
    return list(db.scalars(wanted.with_for_update(of=(Meeting, Item))))


def within(
    db: Session, series: Series, first: str, last: str, begin: datetime, end: datetime, extra: Collection[str]
) -> list[Meeting]:
    """The times of a series that its rule put between two days (YYYY-MM-DD), or that begin between two moments.

    With them its `extra` ones, by what those are called.
    """
    ruled = or_(and_(Meeting.ruled >= first, Meeting.ruled <= last), Meeting.ruled.in_(list(extra)))
    named = Meeting.named_on.between(first, last)
    held = and_(Meeting.starts_at >= begin, Meeting.starts_at < end)
    return list(db.scalars(select(Meeting).where(Meeting.series_id == series.id, or_(ruled, named, held))))
