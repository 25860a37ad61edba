"""Everything in storage is tested on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from storage.migrate import upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'samenspraak.db'}"


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    """An empty database with this release's schema."""
    opened = open_database(database_url)
    upgrade(opened.writing)
    yield opened
    opened.close()
