"""A backup is put back, and what was erased after it was made does not come back with it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from story import Story, form

from bot import app
from bot.__main__ import main
from storage import retention
from storage.database import opened
from storage.migrate import upgrade
from storage.tables import Member, Project, Tombstone


def restore(folder: Path, source: str = "backup.db") -> str:
    """What the command says."""
    command = ["restore", str(folder / source), "--database", f"sqlite:///{folder / 'live.db'}", "--yes"]
    return CliRunner().invoke(main, command).output


async def lived(folder: Path, *, ends: bool) -> None:
    """A project was agreed to, copied, and then perhaps ended and erased."""
    with opened(f"sqlite:///{folder / 'live.db'}") as database:
        upgrade(database.writing)
        story = Story(database)
        await story.agreed()
        await database.alone(lambda engine: retention.backup(engine, folder / "backup.db"))
        if ends:
            await story.fills_in("karim", form(await story.asks("karim", "einde")), days="7", mandate="yes")
            await story.fills_in("sanne", form(await story.presses("sanne", "end")), mandate="yes")
            await story.later(days=8)
            assert await story.rows(Project) == []
        else:
            await story.leaves("ahmed")


async def test_a_backup_is_there_again_with_all_that_was_in_it(tmp_path: Path) -> None:
    await lived(tmp_path, ends=False)
    assert restore(tmp_path) == f"{tmp_path / 'backup.db'} is now {tmp_path / 'live.db'}.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "live.db", "live.db.lock"]
    with opened(f"sqlite:///{tmp_path / 'live.db'}") as database:
        story = Story(database)
        assert {row.person for row in await story.rows(Member)} == {"karim", "lotte", "sanne", "ahmed"}
        assert await story.listens()


async def test_what_was_erased_since_is_not_heard_and_erased_anew(tmp_path: Path) -> None:
    await lived(tmp_path, ends=True)
    assert "will be again: 1" in restore(tmp_path)
    with opened(f"sqlite:///{tmp_path / 'live.db'}") as database:
        story = Story(database)
        assert not await story.listens()
        # The story is set in a later year than the clock of the command.
        await story.settle()
        assert await story.rows(Project) == await story.rows(Member) == []
        assert len(await story.rows(Tombstone)) == 2


@pytest.mark.parametrize("there", [b"", b"this was a database once, before the disk gave up on it" * 100])
async def test_a_database_that_is_broken_or_empty_can_be_replaced(tmp_path: Path, there: bytes) -> None:
    await lived(tmp_path, ends=False)
    for path in tmp_path.glob("live.db*"):
        path.unlink()
    (tmp_path / "live.db").write_bytes(there)
    assert "is now" in restore(tmp_path)
    with opened(f"sqlite:///{tmp_path / 'live.db'}") as database:
        assert len(await Story(database).rows(Member)) == 4


@pytest.mark.parametrize("source", [b"", b"this is no database at all, and long enough to be taken for one" * 20])
async def test_what_is_no_backup_changes_nothing(tmp_path: Path, source: bytes) -> None:
    await lived(tmp_path, ends=False)
    before = (tmp_path / "live.db").read_bytes()
    (tmp_path / "notes.txt").write_bytes(source)
    assert "Nothing was changed" in restore(tmp_path, "notes.txt")
    assert (tmp_path / "live.db").read_bytes() == before
    assert not list(tmp_path.glob("*.partial*"))


async def test_a_database_in_use_is_left_alone(tmp_path: Path) -> None:
    await lived(tmp_path, ends=False)
    with app.alone(f"sqlite:///{tmp_path / 'live.db'}"):
        assert "another Samenspraak is using" in restore(tmp_path)
