"""No storage function works without its tenant, and none sees or changes what belongs to another."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import files
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from story import CHAT, DEFERRAL, MONDAY, Story, copied

import storage
from handlers.register.kinds import KINDS
from storage import members, nudges, outbox, recent, references
from storage.columns import Base
from storage.database import EVERYWHERE, Database, Unscoped
from storage.members import Author
from storage.recent import Writing
from storage.references import Reached
from storage.sheets import Whose
from storage.tables import (
    Burst,
    Channel,
    Consent,
    Entry,
    Inbox,
    Item,
    Leaving,
    Meeting,
    Member,
    Nudge,
    Organisation,
    Outbox,
    Project,
    Recent,
    Reference,
    Series,
)

ENGINE = {
    "due.find",
    "due.upcoming",
    "effect.agreed",
    "effect.measured",
    "endings.buried",
    "endings.find_risen",
    "endings.keep_buried",
    "inbox.failed",
    "inbox.forget",
    "inbox.settle",
    "inbox.waiting",
    "meetings.calendar_leads_to",
    "links.filed_in",
    "links.leads_to",
    "nudges.forget",
    "outbox.again",
    "outbox.backlog",
    "outbox.claim",
    "outbox.finish",
    "outbox.forget",
    "privacy.tenants",
    "projects.count",
    "projects.everywhere",
    "recent.forget",
    "references.forget",
    "retention.forget",
}
"""What the engine and the command line do for all tenants at once. Handlers may not."""


def _functions() -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for module_info in pkgutil.iter_modules(storage.__path__):
        if module_info.ispkg:
            continue
        module = importlib.import_module(f"storage.{module_info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and get_type_hints(function).get("db") is Session:
                found[f"{module_info.name}.{name}"] = function
    return found


FUNCTIONS = _functions()
PER_TENANT = sorted(set(FUNCTIONS) - ENGINE)


@pytest_asyncio.fixture
async def two_tenants(database: Database, beginnings: Path) -> tuple[Story, Story]:
    """Two installations with the same people, channels and messages in one database."""
    both = Story(database, beginnings=beginnings), Story(database, team="T2")
    kept = beginnings / "two tenants.db" if database.writing.dialect.name == "sqlite" else None
    if kept is not None and kept.exists():
        copied(database.writing, kept, back=True)
        for each in both:
            each.now, each.numbers = MONDAY + timedelta(minutes=3), count(5_000)
        return both
    for each in both:
        await each.agreed()
        await each.says("karim", DEFERRAL, thread="t1", message="m1")
        await each.later(minutes=3)
        await each.says("karim", CHAT, thread="t1", message="m2")
        await files(each, KINDS["feedback"])
        await files(each, KINDS["meeting"])
        each.down = True
        await each.presses("karim", "privacy_export", about="")
        each.down = False
        chat = Reached("C1", "https://smba.trafficmanager.net/", "bouwlicht", "karim")
        await each.write(lambda db, tenant=each.tenant, here=chat: references.keep(db, tenant, here))
    if kept is not None:
        copied(database.writing, kept)
    return both


def test_there_are_functions_to_test() -> None:
    assert len(PER_TENANT) > 30
    assert set(FUNCTIONS) >= ENGINE


def _rows(db: Session, tenant: str) -> dict[type, list[Any]]:
    first = (Project, Organisation, Channel, Member, Consent, Nudge, Burst, Recent, Reference)
    kinds = (*first, Item, Entry, Series, Meeting, Outbox, Inbox)
    return {kind: list(db.scalars(select(kind).where(kind.tenant == tenant))) for kind in kinds}


def _own(db: Session, tenant: str) -> dict[type, list[Any]]:
    """Rows of one's own, and the values that are read from them."""
    rows = _rows(db, tenant)
    writing = [recent.burst(db, tenant, burst.id) for burst in rows[Burst]]
    author = members.author(db, tenant, "C1", "karim")
    return rows | {Author: [author], Writing: writing, Reached: [Reached("C1", "https://smba.trafficmanager.net/de/")]}


def _arguments(function: Callable[..., Any], mine: dict[type, list[Any]], row: int) -> dict[str, Any]:
    """Something for every parameter: rows of one's own, the names that both tenants know, and a row id."""
    known: dict[str, Any] = {
        "tenant": mine[Project][0].tenant,
        "channel": "C1",
        "channel_id": "C1",
        "message": "m1",
        "thread": "t1",
        "person": "karim",
        "team": "bouwlicht",
        "key": "bouwlicht",
        "card": "tip:1",
        "scopes": {"hear"},
        "organisations": mine[Organisation],
        "words": {"what": "x"},
        "only": (),
        "rows": (row,),
        "without": ((), (), ()),
        "what": "erase",
        "projects": mine[Project],
        "members": mine[Member],
        "nudges": mine[Nudge],
        "quote": (0, 3),
        "state": Leaving.SENT,
        "expires_at": None,
        "burst": None,
        "row": row,
        "member_id": row,
    }
    given: dict[str, Any] = {}
    for name, kind in get_type_hints(function).items():
        if name in ("db", "return"):
            continue
        either = get_args(kind) if isinstance(kind, UnionType) else (kind,)
        own = next((each for each in either if each in mine), None)
        if own is not None and mine[own]:
            given[name] = mine[own][0]
        elif name in known:
            given[name] = known[name]
        else:
            samples = {str: "x", int: 5, bool: True, Whose: Whose("client", 1)}
            given[name] = samples.get(kind, MONDAY if "datetime" in str(kind) else None)
            if given[name] is None and "str" in str(kind):
                given[name] = "x"
    return given


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
async def test_without_a_tenant_nothing_works(name: str, two_tenants: tuple[Story, Story]) -> None:
    story, _ = two_tenants
    mine = await story.database.read(EVERYWHERE, lambda db: _own(db, story.tenant))
    with Session(story.database.writing) as session, pytest.raises(Unscoped):
        FUNCTIONS[name](session, **_claimed(name, _arguments(FUNCTIONS[name], mine, 1)))


def _claimed(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    if "claimed" not in arguments:
        return arguments
    claimed = outbox.Claimed(1, "story:T1", "C1", "tip:1", "whisper", "", 1, 1, MONDAY, None, ambiguous=False)
    return arguments | {"claimed": claimed}


def _dump(db: Session, tenant: str) -> list[str]:
    tables = Base.metadata.sorted_tables
    found = [(t.name, *r) for t in tables for r in db.execute(text(f"SELECT * FROM {t.name}")) if tenant in map(str, r)]
    return sorted(map(str, found))


@pytest.mark.parametrize("name", PER_TENANT)
async def test_what_belongs_to_another_tenant_is_neither_seen_nor_changed(
    name: str, two_tenants: tuple[Story, Story]
) -> None:
    story, other = two_tenants
    database = story.database
    before = await database.read(EVERYWHERE, lambda db: _dump(db, other.tenant))
    assert len(before) > 20
    theirs = await database.read(EVERYWHERE, lambda db: _rows(db, other.tenant))
    for row in {each.id for rows in theirs.values() for each in rows}:
        mine = await database.read(EVERYWHERE, lambda db: _own(db, story.tenant))
        returned = await _tried(database, story.tenant, FUNCTIONS[name], _arguments(FUNCTIONS[name], mine, row))
        for each in returned if isinstance(returned, list | tuple) else [returned]:
            assert getattr(each, "tenant", story.tenant) == story.tenant
        assert await database.read(EVERYWHERE, lambda db: _dump(db, other.tenant)) == before
        if {"row": int, "member_id": int}.items().isdisjoint(get_type_hints(FUNCTIONS[name]).items()):
            break  # it is not given a row id, so once is enough


async def _tried(database: Database, tenant: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    def work(db: Session) -> Any:
        here = {n: db.merge(a) if isinstance(a, Base) else a for n, a in arguments.items()}
        return function(db, **here)

    try:
        return await database.write(tenant, work)
    except IntegrityError:
        return None  # such a row is there already, or cannot be


async def test_a_row_of_another_tenant_cannot_be_read_written_or_changed(two_tenants: tuple[Story, Story]) -> None:
    story, other = two_tenants
    with pytest.raises(Unscoped):
        await story.database.read(story.tenant, lambda db: list(db.scalars(select(Member))))
    with pytest.raises(Unscoped):
        await story.database.write(
            story.tenant,
            lambda db: db.add(Organisation(tenant=other.tenant, project_id=1, key="x", name="x", side=None)),
        )
    theirs = await story.database.read(EVERYWHERE, lambda db: _rows(db, other.tenant)[Nudge][0])
    with pytest.raises(Unscoped):
        await story.database.write(story.tenant, lambda db: nudges.happened(db, theirs, "fine", MONDAY))


def test_handlers_use_nothing_that_works_for_all_tenants_at_once() -> None:
    handlers = Path(storage.__file__).parent.parent / "handlers"
    for path in handlers.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert f"{node.value.id}.{node.attr}" not in ENGINE, path.name


WORDS = st.sampled_from(["aan", "uit", "status", "privacy", "kanten", "check"])
BUTTONS = st.sampled_from(
    ["stop", "why", "fine", "misheard", "quiet_always", "more", "off", "direct_on", "resume", "privacy_erase"]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("asks"), WORDS),
        st.tuples(st.just("presses"), BUTTONS),
        st.tuples(st.just("says"), st.sampled_from([DEFERRAL, CHAT])),
        st.tuples(st.just("deletes"), st.sampled_from(["m1", "m2"])),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, who=st.sampled_from(["karim", "sanne"]))
async def test_whatever_people_do_in_one_tenant_the_other_stays_as_it_was(
    steps: list[tuple[str, str]], who: str, two_tenants: tuple[Story, Story]
) -> None:
    story, other = two_tenants
    theirs = await other.database.read(EVERYWHERE, lambda db: _dump(db, other.tenant))
    ids = [row.id for row in await other.rows(Nudge)]
    for do, what in steps:
        match do:
            case "asks":
                await story.asks(who, what, "4u")
            case "presses":
                for about in ids:
                    await story.presses(who, what, about=str(about))
            case "says":
                await story.says(who, what, thread="t1")
            case "deletes":
                await story.deletes(what)
    assert await other.database.read(EVERYWHERE, lambda db: _dump(db, other.tenant)) == theirs


async def test_a_busy_channel_pushes_out_no_messages_of_another_tenant(two_tenants: tuple[Story, Story]) -> None:
    story, other = two_tenants
    theirs = await other.database.read(EVERYWHERE, lambda db: _dump(db, other.tenant))

    def busy(db: Session) -> None:
        karim = members.author(db, story.tenant, "C1", "karim")
        assert karim is not None
        for number in range(25):
            words = {"message": f"busy-{number}", "text": CHAT, "thread": None}
            recent.add(db, karim, **words, at=MONDAY, burst=None)  # type: ignore[arg-type]

    await story.write(busy)
    mine = [row for row in await story.rows(Recent) if row.tenant == story.tenant and row.burst_id is None]
    assert len(mine) == recent.KEPT
    assert await other.database.read(EVERYWHERE, lambda db: _dump(db, other.tenant)) == theirs
