"""One database for all stories, wiped clean before each of them: what is costly is opening one, not emptying it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from story import NewStory, Story, copied

from prompts.ear import listen
from prompts.ear.trained import trained
from storage.database import Database, opened
from storage.migrate import upgrade

pytest_plugins = ["no_skips", "postgres"]


@pytest.fixture(scope="session", autouse=True)
def _encoded_once() -> Iterator[None]:
    """Stories say the same again and again, and to encode it takes longer than to tell the rest."""
    learnt = trained()
    assert learnt is not None
    remembered = replace(learnt, encode=cache(learnt.encode))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listen, "trained", lambda: remembered)
        yield


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with databases from which stories can begin: `empty.db` has the schema of this release and no rows."""
    folder = tmp_path_factory.mktemp("beginnings")
    with opened(f"sqlite:///{folder / 'empty.db'}") as database:
        upgrade(database.writing)
    return folder


@pytest.fixture(scope="session")
def shared_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database in which all stories happen, one after the other."""
    with opened(f"sqlite:///{tmp_path_factory.mktemp('stories') / 'samenspraak.db'}") as database:
        # Stories end with the test: nothing of them has to survive a power cut.
        connection = database.writing.raw_connection()
        connection.driver_connection.execute("PRAGMA synchronous=OFF")
        connection.close()
        yield database


@pytest.fixture
def database(shared_database: Database, beginnings: Path) -> Database:
    """A real SQLite database in a file, migrated and without rows."""
    copied(shared_database.writing, beginnings / "empty.db", back=True)
    return shared_database


@pytest.fixture
def story(database: Database, beginnings: Path) -> Story:
    """A channel in which nothing has happened yet."""
    return Story(database, beginnings=beginnings)


@pytest.fixture(scope="session")
def new_story(shared_database: Database, beginnings: Path) -> NewStory:
    """Stories of their own, one after the other, for tests that tell many."""

    @contextmanager
    def start() -> Iterator[Story]:
        copied(shared_database.writing, beginnings / "empty.db", back=True)
        yield Story(shared_database, beginnings=beginnings)

    return start
