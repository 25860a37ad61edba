"""What was filed on purpose, with its history: what an item was called and what happened to it is never changed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, lazyload

from storage.once import once
from storage.tables import Entry, Item, Member, Numbering, Project

_BY_ID = select(Item).where(Item.tenant == bindparam("tenant"), Item.id == bindparam("row")).with_for_update(of=Item)


def _counted(insert: Any) -> Any:
    """The query that gives out the next number, in the words of a database."""
    named = {"tenant": bindparam("tenant"), "project_id": bindparam("project"), "kind": bindparam("kind"), "last": 1}
    same = [Numbering.project_id, Numbering.kind]
    once_more = (
        insert(Numbering).values(named).on_conflict_do_update(index_elements=same, set_={"last": Numbering.last + 1})
    )
    return once_more.returning(Numbering.last)


_COUNTED = {"postgresql": _counted(postgresql_insert), "sqlite": _counted(sqlite_insert)}
_HISTORY = select(Entry).where(Entry.item_id == bindparam("item")).order_by(Entry.id)


def number(db: Session, project: Project, kind: str) -> int:
    """The next number of a kind in a project: it counts up, and no number is ever given out twice."""
    counted = {"tenant": project.tenant, "project": project.id, "kind": kind}
    return int(db.execute(_COUNTED[db.get_bind().dialect.name], counted).scalar_one())


def add(
    db: Session,
    project: Project,
    kind: str,
    *,
    state: str,
    side: str,
    doer: str,
    organisation: int | None = None,
    author: Member | None,
    owner: Member | None,
    second: Member | None = None,
    words: Mapping[str, str],
    due_on: str | None,
    channel: str,
    thread: str | None,
    message: str | None,
    now: datetime,
) -> Item:
    """File an item, with the first line of its history."""
    row = Item(
        tenant=project.tenant,
        project=project,
        kind=kind,
        number=number(db, project, kind),
        state=state,
        level="operational",
        side=side,
        doer=doer,
        organisation_id=organisation,
        author_id=author.id if author is not None else None,
        owner_id=owner.id if owner is not None else None,
        second_id=second.id if second is not None else None,
        words=dict(words),
        due_on=due_on,
        moved=0,
        late=0,
        channel=channel,
        thread=thread,
        message=message,
        created_at=now,
        changed_at=now,
    )
    db.add(row)
    db.flush()
    happened(db, row, author, "filed", {}, now)
    return row


def by_id(db: Session, tenant: str, row: int) -> Item | None:
    """The item of a row id, held until the end of the transaction: of two who change it at once, the second waits."""
    return once(db, Item, (tenant, row), lambda: db.scalar(_BY_ID, {"tenant": tenant, "row": row}))


def at_rows(db: Session, tenant: str, rows: Collection[int]) -> list[Item]:
    """The items of these row ids, in order of appearance; only to be looked at."""
    return list(db.scalars(select(Item).where(Item.tenant == tenant, Item.id.in_(rows)).order_by(Item.id)))


def of_receipt(db: Session, tenant: str, receipt: str, *, hold: bool = False) -> Item | None:
    """The item that was filed from outside under this receipt; to `hold` until the end of the transaction."""
    found = select(Item).where(Item.tenant == tenant, Item.receipt == receipt)
    return db.scalar(found.with_for_update(of=Item) if hold else found)


def of_project(db: Session, project: Project, only: tuple[tuple[str, str], ...] | None = None) -> list[Item]:
    """The items of a project, the oldest first; `only` those that are in one of these (kind, state)."""
    return list(db.scalars(_of_project(only), {"project": project.id}))


@cache
def _of_project(only: tuple[tuple[str, str], ...] | None) -> Select[Item]:
    """The query: to write down what is asked takes longer than to ask it."""
    mine = select(Item).where(Item.project_id == bindparam("project")).order_by(Item.created_at, Item.id)
    if only is not None:
        # Also by its state alone, of which there is an index: what is over is not looked through.
        states = sorted({state for _, state in only})
        mine = mine.where(Item.state.in_(states), tuple_(Item.kind, Item.state).in_(list(only)))
    # Who asks has the project.
    return mine.options(lazyload(Item.project))


def anything(
    db: Session,
    project: Project,
    since: datetime,
    until: str,
    *,
    without: tuple[Collection[str], Collection[str], Collection[tuple[str, str]]],
) -> bool:
    """Whether an item of a project changed after a moment, or is open and due on a day (YYYY-MM-DD) or earlier.

    Of no account are these kinds, items in these states, and for what is due those that are over: (kind, state).
    """
    kinds, states, over = without
    is_due = and_(Item.due_on <= until, ~tuple_(Item.kind, Item.state).in_(list(over)))
    mine = (Item.project_id == project.id, Item.kind.not_in(list(kinds)), Item.state.not_in(list(states)))
    return db.scalar(select(Item.id).where(*mine, or_(Item.changed_at > since, is_due)).limit(1)) is not None


def newest(db: Session, project: Project, kind: str, at_most: int) -> list[Item]:
    """The items of a kind in a project, the newest first."""
    mine = select(Item).where(Item.project_id == project.id, Item.kind == kind)
    return list(db.scalars(mine.order_by(Item.id.desc()).limit(at_most)))


def in_states(db: Session, project: Project, kind: str, states: Collection[str], at_most: int) -> list[Item]:
    """The items of a kind in a project that stand in one of these states, the newest first."""
    mine = select(Item).where(Item.project_id == project.id, Item.kind == kind, Item.state.in_(list(states)))
    return list(db.scalars(mine.order_by(Item.id.desc()).limit(at_most)))


def to_be_told(db: Session, project: Project, since: datetime | None) -> list[Item]:
    """The items of a project, over or not, that are worth telling of since a moment; the oldest first."""
    mine = select(Item).where(Item.project_id == project.id, Item.remind_at.is_not(None))
    if since is not None:
        mine = mine.where(Item.remind_at > since)
    return list(db.scalars(mine.order_by(Item.created_at, Item.id)))


def by_link(db: Session, project: Project, since: datetime) -> list[Item]:
    """The items of a project that came in by the link since a moment; the oldest first."""
    mine = select(Item).where(Item.project_id == project.id, Item.receipt.is_not(None), Item.created_at > since)
    return list(db.scalars(mine.order_by(Item.id)))


def numbered(db: Session, project: Project, kind: str, number: int) -> Item | None:
    """The item of a kind with a number, as people call it."""
    named = (Item.project_id == project.id, Item.kind == kind, Item.number == number)
    return db.scalar(select(Item).where(*named))


def of_message(db: Session, tenant: str, channel: str, message: str) -> list[Item]:
    """The items that began with a message."""
    here = (Item.tenant == tenant, Item.channel == channel, Item.message == message)
    return list(db.scalars(select(Item).where(*here).order_by(Item.id)))


def happened(
    db: Session,
    item: Item,
    member: Member | None,
    step: str,
    words: Mapping[str, str],
    now: datetime,
    side: str | None = None,
) -> Entry:
    """Add a line to the history of an item, as it stands now.

    Without a member it was time that did it, or somebody on a `side` of whom nobody knows who they are.
    """
    row = Entry(
        tenant=item.tenant,
        project_id=item.project_id,
        item_id=item.id,
        at=now,
        member_id=member.id if member is not None else None,
        side=member.side if member is not None else side,
        step=step,
        state=item.state,
        words=dict(words),
    )
    item.changed_at = now
    db.add(row)
    db.flush()
    return row


def history(db: Session, item: Item) -> list[Entry]:
    """What happened to an item, in order."""
    return list(once(db, Entry, item.id, lambda: db.scalars(_HISTORY, {"item": item.id}).all()))


def entries(db: Session, project: Project) -> list[Entry]:
    """What happened to all items of a project, in order."""
    return list(db.scalars(select(Entry).where(Entry.project_id == project.id).order_by(Entry.id)))


def notes(db: Session, item: Item, step: str) -> list[Entry]:
    """The lines in the history of an item that a step added, in order."""
    return [entry for entry in history(db, item) if entry.step == step]


def count(db: Session, project: Project) -> dict[str, int]:
    """How many items of each kind a project has."""
    rows = db.execute(select(Item.kind, func.count()).where(Item.project_id == project.id).group_by(Item.kind))
    return {row.kind: row[1] for row in rows}


def held_by(db: Session, member: Member) -> list[Item]:
    """The items that name somebody: who does it, who reported it, or who is asked or answers for it beside them."""
    theirs = or_(Item.owner_id == member.id, Item.author_id == member.id, Item.second_id == member.id)
    return list(db.scalars(select(Item).where(Item.tenant == member.tenant, theirs).order_by(Item.id)))


def let_go(db: Session, member: Member) -> None:
    """Somebody is forgotten: what they filed and did stays, as done by somebody of their side."""
    mine = {"synchronize_session": "fetch"}
    db.execute(update(Item).where(Item.owner_id == member.id).values(owner_id=None), execution_options=mine)
    db.execute(update(Item).where(Item.author_id == member.id).values(author_id=None), execution_options=mine)
    db.execute(update(Item).where(Item.second_id == member.id).values(second_id=None), execution_options=mine)
    db.execute(update(Entry).where(Entry.member_id == member.id).values(member_id=None), execution_options=mine)
