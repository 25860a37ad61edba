"""`samenspraak dossier PROJECT -o FILE`, for who runs the bot."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dossiers import filed
from story import NewStory, copied

from bot.__main__ import main
from bot.dossier import press
from bot.dossier.verify import verify
from storage.tables import Project


@pytest.fixture
async def database(new_story: NewStory, tmp_path: Path) -> Path:
    """A database with a project in which something was filed."""
    path = tmp_path / "samenspraak.db"
    with new_story() as story:
        await story.agreed()
        await story.write(lambda db: setattr(db.query(Project).one(), "name", "Loket"))
        await filed(story, "sanne", "feedback", what="De balie staat stil", who="zes mensen")
        await story.database.alone(lambda engine: copied(engine, path))
    return path


def run(database: Path, *asked: str) -> Result:
    return CliRunner().invoke(main, ["dossier", *asked, "--database", f"sqlite:///{database}"])


@pytest.mark.parametrize("project", ["1", "Loket"])
def test_it_is_written_and_its_seal_is_told(database: Path, tmp_path: Path, project: str) -> None:
    target = tmp_path / "dossier.zip"
    done = run(database, project, "-o", str(target))
    assert done.exit_code == 0, done.output
    seal, found = verify(target.read_bytes())
    assert found == []
    assert done.stdout == f"Written to {target}.\nSeal: {seal}\n"
    assert done.stderr == "Reading what is on file …\nMaking dossier.pdf (1 of 1) …\n"


def test_it_speaks_the_projects_language_or_another(database: Path, tmp_path: Path) -> None:
    pages = []
    for more in ((), ("--language", "en")):
        run(database, "1", "-o", str(tmp_path / "dossier.zip"), *more)
        with zipfile.ZipFile(tmp_path / "dossier.zip") as archive:
            pages.append(archive.read("dossier.html").decode())
    assert 'lang="nl"' in pages[0]
    assert "What happened" in pages[1]
    assert all("De balie staat stil" in page for page in pages)


def test_a_project_that_is_not_there_is_told_with_those_that_are(database: Path, tmp_path: Path) -> None:
    done = run(database, "Balie", "-o", str(tmp_path / "dossier.zip"))
    assert done.exit_code == 1
    assert "There is no project “Balie”." in done.stderr
    assert "1  Loket" in done.stderr
    assert not (tmp_path / "dossier.zip").exists()


def test_where_the_pdf_cannot_be_made_it_says_so_and_writes_nothing(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press.sys, "executable", shutil.which("false"))
    done = run(database, "1", "-o", str(tmp_path / "dossier.zip"))
    assert done.exit_code == 1
    assert "is there enough memory? Nothing was written." in done.stderr
    assert not (tmp_path / "dossier.zip").exists()


def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    done = run(tmp_path / "none.db", "1", "-o", str(tmp_path / "dossier.zip"))
    assert done.exit_code == 1
    assert "There is no database" in done.stderr


def test_the_data_ends_where_the_manifest_says(database: Path, tmp_path: Path) -> None:
    run(database, "1", "-o", str(tmp_path / "dossier.zip"))
    with zipfile.ZipFile(tmp_path / "dossier.zip") as archive:
        facts = json.loads(archive.read("dossier.json"))
        manifest = json.loads(archive.read("manifest.json"))
    assert facts["entries"][-1]["hash"] == manifest["chain"]["last"]
    assert [each["name"] for each in facts["organisations"]] == ["Bouwlicht", "Waterveen"]
