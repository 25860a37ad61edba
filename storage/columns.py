"""How a column is declared: with a type, a privacy class and a retention, or it cannot be declared at all."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator


class Privacy(Enum):
    """Whose it is: what decides who may see a column, and whether it is part of a person's export."""

    TECHNICAL = "technical"
    """Says nothing of anyone: ids of rows, counters, moments of the machine."""
    ORGANISATION = "organisation"
    """Of an organisation or a project, not of a person."""
    PERSON = "person"
    """Points to a person or says something of one: exported and erased with them."""
    TEXT = "text"
    """Words that somebody wrote. Passes through; see the retention."""


class Keep(Enum):
    """How long a value may stay. `storage.retention` carries it out."""

    DECIDED = "until the event is decided, then blanked"
    SENT = "until it is sent or dropped, then blanked"
    TWO_HOURS = "two hours, and the last twenty messages of a channel"
    TWO_DAYS = "two days: as long as a platform may deliver the same event again"
    THIRTY_DAYS = "thirty days"
    YEAR = "a year, without anything that points to a person after thirty days"
    PROJECT = "as long as the project"
    BARRED = "until the platform lets the bot in again"
    FOR_GOOD = "for good: only that something was erased, by its hash"
    MEMBER = "as long as the person takes part, or until erased"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as whole microseconds since 1970 in UTC: the same on every database, and sortable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone cannot be stored: {value!r}")
        delta = value - _EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromtimestamp(value // 1_000_000, UTC).replace(microsecond=value % 1_000_000)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

RowId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only in a column that is called INTEGER."""


class Base(DeclarativeBase):
    """What every table is made from."""

    type_annotation_map = {datetime: UtcDateTime, int: BigInteger, str: String}  # noqa: RUF012  (read by SQLAlchemy)


def column(*args: Any, privacy: Privacy, keep: Keep, **options: Any) -> MappedColumn[Any]:
    """Declare a column with the two decisions that every column needs."""
    return mapped_column(*args, info={"privacy": privacy, "keep": keep}, **options)


def row_id(keep: Keep) -> MappedColumn[Any]:
    """The primary key of a table."""
    return column(RowId, primary_key=True, autoincrement=True, privacy=Privacy.TECHNICAL, keep=keep)


class Scoped:
    """A row of one tenant: one installation of the bot on one platform, such as `slack:T0123`."""

    tenant: Mapped[str] = column(privacy=Privacy.ORGANISATION, keep=Keep.PROJECT, nullable=False)
