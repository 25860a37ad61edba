"""`samenspraak meetings preview --project`: what will happen in a project, and then it happens just so."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from registers import changes, plans
from story import MONDAY, NewStory, Story, copied, form, words

from bot import clock
from bot.__main__ import main
from handlers.vocabulary import Say
from storage.tables import Meeting, Project


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks asks on the day on which stories begin."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


async def kept(story: Story, folder: Path) -> Path:
    """The database of a story, as a file."""
    path = folder / "samenspraak.db"
    await story.database.alone(lambda engine: copied(engine, path))
    return path


def shown(database: Path, *more: str, project: str = "1", last: str = "2027-03-31") -> Result:
    """What the command says of March."""
    asked = ["--project", project, "--from", "2027-03-01", "--to", last, "--database", f"sqlite:///{database}"]
    return CliRunner().invoke(main, ["meetings", "preview", *asked, *more])


def read(database: Path, **more: str) -> list[dict[str, Any]]:
    result = shown(database, "--json", **more)
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout))


async def test_all_meetings_of_a_project_with_everything_that_is_sent_of_them(story: Story, tmp_path: Path) -> None:
    await story.agreed()
    await story.write(lambda db: setattr(db.query(Project).one(), "name", "Loket"))
    await plans(story, "operational", "demo")
    database = await kept(story, tmp_path)
    found = read(database, last="2027-03-12", project="Loket")
    assert found == read(database, last="2027-03-12")
    assert [(each["kind"], each["local_date"]) for each in found] == [
        ("operational", "2027-03-09"),
        ("demo", "2027-03-10"),
    ]
    assert found[0] == {
        "kind": "operational",
        "start": "2027-03-09T10:00:00+01:00",
        "end": "2027-03-09T10:45:00+01:00",
        "local_date": "2027-03-09",
        "moved_from": None,
        "reminders": ["2027-03-05T09:00:00+01:00", "2027-03-08T14:00:00+01:00", "2027-03-09T10:45:00+01:00"],
    }
    listed = shown(database, last="2027-03-12").output
    assert listed.startswith("2 meetings\nTue 2027-03-09 10:00-10:45  operational\n")
    assert "\n    Fri 2027-03-05 09:00  the supplier is asked to prepare\n" in listed


async def test_what_people_moved_and_called_off_is_shown_where_it_is(story: Story, tmp_path: Path) -> None:
    await story.agreed()
    await plans(story, "operational", "demo")
    first, second = await story.rows(Meeting)
    asked = form(await story.presses("karim", "postpone", str(first.item_id)))
    await story.fills_in("karim", asked, date="2027-03-10", time="15:30", reason="Ziek")
    asked = form(await story.presses("karim", "call_off", str(second.item_id)))
    await story.fills_in("karim", asked, reason="Ziek")
    found = read(await kept(story, tmp_path))
    assert [(each["start"][:16], each["moved_from"]) for each in found] == [
        ("2027-03-10T15:30", "2027-03-09"),
        ("2027-03-16T10:00", None),
        ("2027-03-23T10:00", None),
        ("2027-03-24T10:00", None),
        ("2027-03-30T10:00", None),
    ]


async def test_it_happens_as_it_was_shown(story: Story, tmp_path: Path) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical", "demo", "audit")
    await changes(story, "tactical", often="last_working_day")
    found = read(await kept(story, tmp_path), last="2027-05-09")
    posts: list[datetime] = []
    while story.now < datetime.fromisoformat("2027-05-10T00:00:00+02:00"):
        story.sent.clear()
        before = story.now
        await story.later(hours=1)
        posts += [before for e in story.sent if isinstance(e, Say) and "Agenda" in words(e.card)]
    held = [row for row in await story.rows(Meeting) if row.item.state == "over"]
    assert sorted(row.starts_at for row in held) == [datetime.fromisoformat(each["start"]) for each in found]
    reminders = {datetime.fromisoformat(moment) for each in found for moment in each["reminders"]}
    assert len(posts) > len(found)
    assert all(any(0 <= (moment - post).total_seconds() <= 3600 for moment in reminders) for post in posts)


async def test_a_project_or_database_that_is_not_there_is_told_of(new_story: NewStory, tmp_path: Path) -> None:
    with new_story() as story:
        await story.agreed()
        database = await kept(story, tmp_path)
    assert shown(database).output == "No meetings\n"
    missing = shown(database, project="Balie")
    assert (missing.exit_code, "There is no project “Balie”" in missing.stderr) == (1, True)
    assert shown(tmp_path / "nothing.db").exit_code == 1


def test_one_of_the_two_is_to_be_said() -> None:
    for asked in ([], ["--spec", "-", "--project", "1"]):
        told = CliRunner().invoke(main, ["meetings", "preview", "--from", "2027-01-01", "--to", "2027-01-02", *asked])
        assert told.exit_code == 2
        assert "--spec FILE or --project" in told.stderr
