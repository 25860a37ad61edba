"""What both sides are to get, whoever runs the bot can hand over when it can send nothing any more."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session
from story import CLIENT, SUPPLIER, Story

from bot.__main__ import main
from bot.doctor import projects
from handlers.vocabulary import Archived, Uninstalled
from storage.database import opened
from storage.migrate import upgrade
from storage.tables import Consent, Member, Organisation, Project, Tombstone


def ending(folder: Path, *words: str) -> Result:
    """What the command says and does."""
    command = ["ending", *words, "--database", f"sqlite:///{folder / 'live.db'}"]
    return CliRunner().invoke(main, command)


async def lived(folder: Path, happens: str) -> None:
    """A project that was agreed to, and what happened to it then."""
    with opened(f"sqlite:///{folder / 'live.db'}") as database:
        upgrade(database.writing)
        story = Story(database)
        await story.agreed()
        match happens:
            case "uninstalled":
                await story.befalls(Uninstalled)
            case "removed":
                await story.leaves()
            case "closed":
                await story.befalls(Archived)


async def rows(folder: Path) -> dict[str, int]:
    """How much is left of everything."""
    with opened(f"sqlite:///{folder / 'live.db'}") as database:
        story = Story(database)
        kinds = (Project, Member, Consent, Tombstone)
        return {kind.__tablename__: len(await story.rows(kind)) for kind in kinds}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder to write in."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def files(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir())


def is_private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("happens", ["uninstalled", "removed"])
async def test_where_it_is_gone_each_organisation_gets_its_own_part_all_the_same(
    tmp_path: Path, out: Path, happens: str
) -> None:
    await lived(tmp_path, happens)
    listed = ending(tmp_path, "list").output
    assert f"1  story:T1  ({SUPPLIER.title()}, {CLIENT.title()}): the bot is out of it; erased on 2027-03-31" in listed
    assert "hand over" in listed
    assert ending(tmp_path, "export", "1", "-o", str(out)).exit_code == 0
    parts = {json.loads(path.read_text())["organisation"]: path for path in out.iterdir()}
    assert parts.keys() == {SUPPLIER.title(), CLIENT.title()}
    assert all(is_private(path) for path in parts.values())
    given = json.loads(parts[CLIENT.title()].read_text())["agreements"]
    assert {each["given_by"] for each in given} == {"sanne"}
    assert (await rows(tmp_path))["project"] == 1


async def test_it_is_erased_with_a_certificate_that_anybody_can_check(tmp_path: Path, out: Path) -> None:
    await lived(tmp_path, "uninstalled")
    assert ending(tmp_path, "erase", "1", "-o", str(out), "--yes").exit_code == 0
    (certificate,) = out.iterdir()
    assert is_private(certificate)
    text = certificate.read_text()
    (facts,) = (line.strip() for line in text.splitlines() if line.startswith("    "))
    assert f"SHA-256: {hashlib.sha256(facts.encode()).hexdigest()}" in text
    assert json.loads(facts)["erased"]["member"] == 4
    assert await rows(tmp_path) == {"project": 0, "member": 0, "consent": 0, "tombstone": 1}
    assert ending(tmp_path, "list").output == "There are no projects.\n"


@pytest.mark.parametrize(("happens", "why"), [("nothing", "still in its channel"), ("closed", "opened again")])
async def test_what_is_not_over_is_not_erased(tmp_path: Path, out: Path, happens: str, why: str) -> None:
    await lived(tmp_path, happens)
    refused = ending(tmp_path, "erase", "1", "-o", str(out), "--yes")
    assert refused.exit_code == 1
    assert why in refused.output
    assert (await rows(tmp_path))["project"] == 1
    assert files(out) == []


async def test_what_cannot_be_written_down_is_not_erased(tmp_path: Path, out: Path) -> None:
    await lived(tmp_path, "uninstalled")
    (out / "1-samenspraak-gewist.md").write_text("something else")
    refused = ending(tmp_path, "erase", "1", "-o", str(out), "--yes")
    assert "exists already" in refused.output
    assert (await rows(tmp_path))["project"] == 1
    assert "no such project" in ending(tmp_path, "export", "2", "-o", str(out)).output


async def test_a_name_that_people_thought_of_leads_nowhere_else(tmp_path: Path, out: Path) -> None:
    await lived(tmp_path, "removed")
    with opened(f"sqlite:///{tmp_path / 'live.db'}") as database:

        def rename(db: Session) -> None:
            for number, name in ((1, "../../etc/passwd\n"), (2, "日本")):
                organisation = db.get(Organisation, number)
                assert organisation is not None
                organisation.name = name

        await Story(database).write(rename)
    assert ending(tmp_path, "export", "1", "-o", str(out)).exit_code == 0
    assert files(out) == ["1-etc-passwd-1-samenspraak-ons-deel.json", "1-organisation-2-samenspraak-ons-deel.json"]
    assert len(ending(tmp_path, "list").output.splitlines()) == 1


async def test_the_doctor_says_it_beforehand(story: Story) -> None:
    await story.agreed()
    assert (await projects.endings(story.database)).state == "ok"
    await story.befalls(Uninstalled)
    found = await projects.endings(story.database)
    assert (found.state, found.words.splitlines()[1:]) == ("warning", ["- project 1, on 2027-03-31"])
    assert "samenspraak ending export" in found.todo
