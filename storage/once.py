"""What a transaction asked the database already: it is asked once, however many rows and sentences need it."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.unitofwork import UOWTransaction

T = TypeVar("T")
_ASKED = "asked"


def once(session: Session, table: type[Any], key: Hashable, ask: Callable[[], T]) -> T:
    """What `ask` finds in a table; for the same key in the same transaction, what it found the first time.

    Which rows it finds may depend on nothing that changes within a row: what changes shows in the rows themselves. So
    what was changed needs not be written before it; who adds or deletes a row does so at once. It is asked anew after
    that, and after a savepoint was undone.
    """
    found: dict[Hashable, Any] = session.info.setdefault(_ASKED, {}).setdefault(table, {})
    if key not in found:
        with session.no_autoflush:
            found[key] = ask()
    return found[key]  # type: ignore[no-any-return]


@event.listens_for(Session, "before_flush")
def _rows_come_and_go(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in (*session.new, *session.deleted):
        session.info.get(_ASKED, {}).pop(type(row), None)


@event.listens_for(Session, "after_soft_rollback")
def _undone(session: Session, _previous: object) -> None:
    session.info.pop(_ASKED, None)
