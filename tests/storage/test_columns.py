"""Every column has a privacy class and a retention, and the migrations make exactly these tables."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Table

from storage import tables
from storage.columns import Base, Keep, Privacy, UtcDateTime, column
from storage.database import Database
from storage.migrate import is_current

TABLES = list(Base.metadata.sorted_tables)
COLUMNS = [column for table in TABLES for column in table.columns]


@pytest.mark.parametrize("each", COLUMNS, ids=str)
def test_every_column_has_a_privacy_class_and_a_retention(each: Column[object]) -> None:
    assert isinstance(each.info.get("privacy"), Privacy)
    assert isinstance(each.info.get("keep"), Keep)


def test_a_column_cannot_be_declared_without_the_two_decisions() -> None:
    with pytest.raises(TypeError):
        column()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        column(privacy=Privacy.TEXT)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        column(keep=Keep.SENT)  # type: ignore[call-arg]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_row_names_its_tenant(table: Table) -> None:
    assert not table.columns["tenant"].nullable
    mapped = next(m.class_ for m in Base.registry.mappers if m.local_table is table)
    assert issubclass(mapped, tables.Scoped)


def test_words_of_people_are_kept_shortest_of_all() -> None:
    texts = [each for each in COLUMNS if each.info["privacy"] is Privacy.TEXT]
    assert {str(each) for each in texts} == {"inbox.body", "outbox.body", "recent.text"}
    assert {each.info["keep"] for each in texts} <= {Keep.DECIDED, Keep.SENT, Keep.TWO_HOURS}


def test_what_points_to_a_person_is_not_kept_for_a_year() -> None:
    for each in COLUMNS:
        if each.info["privacy"] is Privacy.PERSON:
            assert each.info["keep"] is not Keep.YEAR, str(each)


def test_the_migrations_make_exactly_these_tables(database: Database) -> None:
    with database.writing.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
    assert found == []
    assert is_current(database.writing)


# --- moments


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_a_moment_comes_back_as_the_same_moment_in_utc(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    kind = UtcDateTime()
    stored = kind.process_bind_param(moment, None)  # type: ignore[arg-type]
    back = kind.process_result_value(stored, None)  # type: ignore[arg-type]
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


def test_a_moment_without_a_zone_cannot_be_stored() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(datetime(2027, 3, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001
