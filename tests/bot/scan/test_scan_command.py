"""The command as its user meets it: counts on stdout, help on stderr, and an exit status."""

import json
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bot.scan import scan_command
from handlers.turn import Listen

PEOPLE = [{"id": "S1", "team_id": "TMAKER"}, {"id": "C1", "team_id": "TUSER", "profile": {"email": "a@use.example"}}]


def ear(whats: Iterable[Listen]) -> Iterator[Any]:
    for what in whats:
        yield SimpleNamespace(label="normalising" if what.side == "supplier" else "none", nudge=True, lang="en")


@pytest.fixture
def export(channel, say):
    return channel(
        say("2024-03-04T09:00:00", "C1", "my own secret sentence"),
        say("2024-03-04T09:05:00", "S1", "an answer"),
        users=PEOPLE,
        **{"support/2024-03-05.json": b"["},
    )


def test_json_goes_to_stdout_and_problems_to_stderr(export, capsys):
    assert scan_command(export, ("TMAKER",), ("use.example", "typo.example"), True, ear) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["patterns"]["normalising"] == {"heard": 1, "worth_a_tip": 1}
    assert "support/2024-03-05.json: is not valid JSON, skipped" in err
    assert "typo.example: nobody in the export matches it" in err
    assert "secret" not in out + err
    assert "S1" not in out + err


def test_without_json_there_is_a_table_to_read(export, capsys):
    assert scan_command(export, ("TMAKER",), ("use.example",), False, ear) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 messages from 2024-03-04 to 2024-03-04: supplier 1, client 1, unknown 0"
    assert "normalising                    1             1" in lines
    assert "  support               normalising 1" in lines
    assert "  2024-W10              normalising 1" in lines
    assert lines[-1] == "skipped: broken_files 1"


def refused(capsys: Any, *arguments: Any) -> str:
    assert scan_command(*arguments, True, ear) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return str(err)


def test_a_wrong_path_is_told_with_what_was_looked_for(tmp_path, capsys):
    assert "nowhere does not exist" in refused(capsys, tmp_path / "nowhere", ("T1",), ())
    (tmp_path / "half").mkdir()
    assert "looked for CHANNEL/YYYY-MM-DD.json" in refused(capsys, tmp_path / "half", ("T1",), ())


@pytest.mark.parametrize("given", [((), ()), (("TWRONG",), ("wrong.example",))])
def test_who_does_not_know_the_sides_gets_a_list_to_choose_from(export, capsys, given):
    told = refused(capsys, export, *given)
    assert "1  team TMAKER, no e-mail address known" in told
    assert "1  team TUSER, e-mail at use.example" in told
    assert "secret" not in told


def test_nobody_can_be_on_both_sides(export, capsys):
    assert "use.example cannot be supplier and client" in refused(
        capsys, export, ("T1", "Use.Example"), ("@use.example",)
    )


def test_names_from_an_export_cannot_command_the_terminal(tmp_path, write, say, capsys):
    path = write(
        tmp_path / "export.zip",
        {
            "users.json": [{"id": "S1", "team_id": "T\x1b[2J", "profile": {"email": "x@a.example\x1b]0;"}}],
            "red\x1b[31m/2024-03-04.json": [say("2024-03-04T09:00:00", "S1", "hello")],
            "red\x1b[31m/2024-03-05.json": b"{",
        },
    )
    assert scan_command(path, ("TWRONG",), (), False, ear) == 2
    assert scan_command(path, ("T\x1b[2J",), (), False, ear) == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
