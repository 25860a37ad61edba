"""What a transaction needs more than once it asks once, and anew when rows came, went or were taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

from people import CHANNEL, NOW, TENANT, project
from sqlalchemy import event
from sqlalchemy.orm import Session

from storage import items, members, projects
from storage.database import Database
from storage.tables import Item, Project


@contextmanager
def asked(store: Database) -> Iterator[list[str]]:
    """The questions that are asked meanwhile."""
    questions: list[str] = []

    def before(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        questions.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(store.writing, "before_cursor_execute", before)
    yield questions
    event.remove(store.writing, "before_cursor_execute", before)


def _here(db: Session) -> Project:
    channel = projects.channel(db, TENANT, CHANNEL)
    assert channel is not None
    return channel.project


def _filed(db: Session, here: Project) -> Item:
    words = {"what": "x"}
    side = {"side": "client", "doer": "supplier", "state": "open", "author": None, "owner": None, "due_on": None}
    place = {"channel": CHANNEL, "thread": None, "message": None}
    return items.add(db, here, "feedback", words=words, now=NOW, **side, **place)  # type: ignore[arg-type]


async def test_it_is_asked_once_in_a_transaction_and_again_in_the_next(store: Database) -> None:
    await store.write(TENANT, project)

    def twice(db: Session) -> None:
        here = _here(db)
        with asked(store) as questions:
            assert members.of(db, here) == members.of(db, here)
        assert len(questions) == 1

    await store.write(TENANT, twice)
    await store.write(TENANT, twice)


async def test_what_is_added_is_seen(store: Database) -> None:
    await store.write(TENANT, project)

    def add(db: Session) -> None:
        here = _here(db)
        before = members.of(db, here)
        (organisation, *_) = projects.organisations(db, here)
        known = members.add(db, here, organisation, "T", "UNEW")
        assert members.of(db, here) == [*before, known]
        item = _filed(db, here)
        assert [entry.step for entry in items.history(db, item)] == ["filed"]
        items.happened(db, item, known, "contest", {"note": "n"}, NOW)
        assert [entry.step for entry in items.history(db, item)] == ["filed", "contest"]
        assert len(items.notes(db, item, "contest")) == 1

    await store.write(TENANT, add)


async def test_what_was_taken_back_is_no_longer_seen(store: Database) -> None:
    await store.write(TENANT, project)

    def back(db: Session) -> None:
        item = _filed(db, _here(db))
        savepoint = db.begin_nested()
        items.happened(db, item, None, "contest", {}, NOW)
        assert len(items.history(db, item)) == 2
        savepoint.rollback()
        assert len(items.history(db, item)) == 1

    await store.write(TENANT, back)


async def test_what_was_changed_need_not_be_written_before_it_is_asked_and_is_seen(store: Database) -> None:
    await store.write(TENANT, project)

    def change(db: Session) -> None:
        here = _here(db)
        (first, *_) = members.of(db, here)
        first.role = "lead"
        with asked(store) as questions:
            assert members.by_id(db, TENANT, first.id) is first
        assert len(questions) == 1
        assert members.of(db, here)[0].role == "lead"

    await store.write(TENANT, change)
