"""The command as its user meets it: the report on stdout, help on stderr, and an exit status."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scan_ear import FakeEar, promised

from bot.__main__ import main
from bot.scan import Asked, scan_command


@pytest.fixture
def export(channel, say, crowd, hellos):
    return channel(
        *hellos("2024-03-04"),
        say("2024-03-04T10:00:00", "C1", "my own secret sentence, impactless_complaint for sure"),
        say("2024-03-04T10:05:00", "S1", "normalising for sure"),
        say("2024-03-04T10:20:00", "S2", "acknowledges, promise with owner and date"),
        users=crowd,
        **{"support/2024-03-05.json": b"["},
    )


@pytest.fixture
def asked(export) -> Asked:
    return Asked(export, ("TMAKER",), ("use.example", "typo.example"), may=True)


def run(asked: Asked) -> int:
    return scan_command(asked, FakeEar(), promised)


def test_without_permission_nothing_is_read_and_all_that_is_needed_is_told(asked, capsys):
    ear = FakeEar()
    assert scan_command(replace(asked, may=False), ear, promised) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert ear.asked == []
    assert "--i-may" in err
    for needed in ("BOTH organisations", "Mandate", "Works councils", "DPIA", "processing agreement", "Purpose"):
        assert needed in err
    assert "Deletion" in err
    assert max(map(len, err.splitlines())) <= 120


def test_the_command_line_asks_for_permission_too(export):
    told = CliRunner().invoke(main, ["scan", str(export), "--supplier", "TMAKER", "--client", "use.example"])
    assert told.exit_code == 2
    assert "--i-may" in told.stderr


def test_json_goes_to_stdout_and_problems_to_stderr_once(asked, capsys):
    assert run(replace(asked, as_json=True)) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["patterns"]["normalising"]["sure"] == 1
    assert told["messages"] == {"supplier": 8, "client": 7, "unknown": 0}
    assert told["promises"]["supplier"] == {"made": 1, "owner": 1, "date": 1, "both": 1}
    assert told["answers"]["all"]["acknowledged"] == 1
    assert told["answers"]["all"]["within"]["1_hour"] == 1
    assert told["answers"]["all"]["minutes"] is None, "one wait would be the wait of one person"
    assert told["skipped"] == {"broken_files": 1}
    assert err.count("support/2024-03-05.json: is not valid JSON, skipped") == 1
    assert err.count("typo.example: nobody in the export matches it") == 1


def test_nothing_that_anybody_wrote_and_nobody_who_wrote_comes_out(asked, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert run(replace(asked, as_json=True, html=page)) == 0
    assert run(asked) == 0
    everything = "".join(capsys.readouterr()) + page.read_text()
    assert "secret" not in everything
    assert not re.search(r"\b[SC][1-6]\b", everything)
    assert "use.example" not in everything.replace("typo.example", "")


def test_the_report_for_the_terminal_fits_eighty_columns(asked, capsys):
    assert run(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "What was heard from 2024-03-04 to 2024-03-04" in lines
    assert "  0 of 1 complaints say what it does to the work." not in lines, "what goes well begins with what is there"
    assert any(line.split()[:3] == ["normalising", "1", "0"] for line in lines)
    assert any(line.strip() == "1 of 1 promises of the supplier say who and when." for line in lines)
    assert max(map(len, lines)) <= 80


def refused(capsys: Any, asked: Asked) -> str:
    assert run(replace(asked, as_json=True)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return str(err)


def test_a_wrong_path_is_told_with_what_was_looked_for(tmp_path, asked, capsys):
    assert "nowhere does not exist" in refused(capsys, replace(asked, path=tmp_path / "nowhere"))
    (tmp_path / "half").mkdir()
    assert "looked for CHANNEL/YYYY-MM-DD.json" in refused(capsys, replace(asked, path=tmp_path / "half"))


@pytest.mark.parametrize("given", [((), ()), (("TWRONG",), ("wrong.example",)), (("TMAKER",), ())])
def test_who_does_not_know_the_sides_gets_a_list_to_choose_from(asked, capsys, given):
    told = refused(capsys, replace(asked, supplier=given[0], client=given[1]))
    assert "both --supplier and --client" in told
    assert "8  team TMAKER, no e-mail address known" in told
    assert "7  team TUSER, e-mail at use.example" in told
    assert "secret" not in told


def test_nobody_can_be_on_both_sides(asked, capsys):
    told = refused(capsys, replace(asked, supplier=("T1", "Use.Example"), client=("@use.example",)))
    assert "use.example cannot be supplier and client" in told


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../../etc/passwd", ""])
def test_a_zone_that_is_none_is_refused(asked, capsys, zone):
    assert "is no time zone" in refused(capsys, replace(asked, zone=zone))


def test_so_few_that_figures_would_be_about_persons_get_no_figures(channel, say, crowd, asked, capsys):
    few = channel(
        *(say(f"2024-03-04T10:0{n}:00", f"S{n}", "normalising") for n in range(1, 7)),
        *(say(f"2024-03-04T11:0{n}:00", f"C{n}", "hello") for n in range(1, 5)),
        users=crowd,
    )
    assert "fewer than 5 people of the client wrote" in refused(capsys, replace(asked, path=few))


def test_a_page_that_cannot_be_written_is_told_before_anything_is_heard(asked, tmp_path, capsys):
    ear = FakeEar()
    where = tmp_path / "no" / "such" / "folder.html"
    assert scan_command(replace(asked, html=where), ear, promised) == 2
    assert "folder.html cannot be read or written" in capsys.readouterr().err
    assert ear.asked == []


def test_names_from_an_export_cannot_command_the_terminal_or_the_page(tmp_path, write, crowd, hellos, capsys):
    path = write(
        tmp_path / "export.zip",
        {
            "users.json": [*crowd, {"id": "X1", "team_id": "T\x1b[2J", "profile": {"email": "x@a.example\x1b]0;"}}],
            "red\x1b[31m<script>alert(1)<\u2044script>/2024-03-04.json": hellos("2024-03-04"),
            "red\x1b[31m/2024-03-05.json": b"{",
        },
    )
    asked = Asked(path, ("TMAKER",), ("TWRONG",), may=True)
    assert run(asked) == 2
    page = tmp_path / "page.html"
    assert run(replace(asked, client=("TUSER",), html=page)) == 0
    assert run(replace(asked, client=("TUSER",))) == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err + page.read_text()
    assert "<script" not in page.read_text()


# --- examples


def test_examples_come_only_when_asked_for_and_then_without_names(channel, say, crowd, hellos, tmp_path, capsys):
    path = channel(
        *hellos("2024-03-04"),
        say("2024-03-04T10:00:00", "S1", "Dear Willem and <@C1>, normalising for sure, call 0612345678"),
        users=crowd,
    )
    page = tmp_path / "page.html"
    asked = Asked(path, ("TMAKER",), ("TUSER",), may=True, html=page, as_json=True, language="en")
    assert run(asked) == 0
    assert "for sure" not in page.read_text() + capsys.readouterr().out
    assert run(replace(asked, examples=True)) == 0
    out = capsys.readouterr().out
    (quote,) = json.loads(out)["examples"]["normalising"]
    assert "for sure" in quote
    assert not any(name in out + page.read_text() for name in ("Willem", "C1", "0612"))
    assert "Keep it on this computer" in page.read_text()


# --- stopped, and gone on with


@pytest.fixture
def two_channels(tmp_path: Path, write: Any, say: Any, crowd: Any, hellos: Any) -> Path:
    return write(
        tmp_path / "export",
        {
            "users.json": crowd,
            "alpha/2024-03-04.json": [*hellos("2024-03-04"), say("2024-03-04T11:00:00", "S1", "normalising for sure")],
            "beta/2024-03-05.json": [
                *hellos("2024-03-05"),
                say("2024-03-05T11:00:00", "C1", "impact_feedback"),
                say("2024-03-05T11:10:00", "S1", "acknowledges, own words"),
            ],
            "gamma/2024-03-06.json": [say("2024-03-06T11:00:00", "X9", "a stranger")],
        },
    )


@pytest.mark.parametrize("stops_at", [0, 5, 13, 14, 20, 26])
def test_who_stops_it_can_go_on_later_and_gets_the_same(two_channels, own_cache, capsys, stops_at):
    asked = Asked(two_channels, ("TMAKER",), ("TUSER",), may=True, as_json=True)
    assert run(asked) == 0
    whole = capsys.readouterr().out
    assert scan_command(asked, FakeEar(stops_at=stops_at), promised) == 130
    out, err = capsys.readouterr()
    assert out == ""
    assert "run the same command again" in err
    kept = "".join(file.read_text() for file in own_cache.rglob("*.jsonl"))
    assert "own words" not in kept
    assert not re.search(r"\b[SCX][1-9]\b", kept)
    again = FakeEar()
    assert scan_command(asked, again, promised) == 0
    out, err = capsys.readouterr()
    assert out == whole
    assert len(again.asked) == (27 if stops_at < 14 else 14)
    assert ("Goes on where it was stopped" in err) == (stops_at >= 14)
    assert list(own_cache.rglob("*.jsonl")) == []


def test_an_export_that_has_changed_is_heard_anew(two_channels, say, hellos, capsys):
    asked = Asked(two_channels, ("TMAKER",), ("TUSER",), may=True, as_json=True)
    assert scan_command(asked, FakeEar(stops_at=20), promised) == 130
    (two_channels / "alpha/2024-03-07.json").write_text(json.dumps([say("2024-03-07T11:00:00", "S1", "normalising")]))
    again = FakeEar()
    assert scan_command(asked, again, promised) == 0
    out, err = capsys.readouterr()
    assert "the export has changed" in err
    assert len(again.asked) == 28
    assert json.loads(out)["patterns"]["normalising"]["heard"] == 2


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"print": "x"}', "\x00"])
def test_a_state_that_cannot_be_read_is_no_reason_to_fail(two_channels, own_cache, capsys, spoilt):
    asked = Asked(two_channels, ("TMAKER",), ("TUSER",), may=True, as_json=True)
    assert scan_command(asked, FakeEar(stops_at=20), promised) == 130
    (state,) = own_cache.rglob("*.jsonl")
    state.write_text(spoilt)
    assert run(asked) == 0
    assert json.loads(capsys.readouterr().out)["judged"] == {"supplier": 14, "client": 13}


def test_half_a_line_is_forgotten_and_what_stands_before_it_counts(two_channels, own_cache, capsys):
    asked = Asked(two_channels, ("TMAKER",), ("TUSER",), may=True, as_json=True)
    assert scan_command(asked, FakeEar(stops_at=20), promised) == 130
    (state,) = own_cache.rglob("*.jsonl")
    state.write_text(state.read_text() + '["beta", {"parts": {"al')
    assert scan_command(asked, FakeEar(stops_at=5), promised) == 130
    again = FakeEar()
    assert scan_command(asked, again, promised) == 0
    assert len(again.asked) == 14


def test_what_is_kept_in_between_is_for_its_owner_only(two_channels, own_cache):
    asked = Asked(two_channels, ("TMAKER",), ("TUSER",), may=True)
    assert scan_command(asked, FakeEar(stops_at=20), promised) == 130
    (state,) = own_cache.rglob("*.jsonl")
    assert state.stat().st_mode & 0o077 == 0


def test_where_nothing_can_be_kept_it_goes_on_without(two_channels, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert run(Asked(two_channels, ("TMAKER",), ("TUSER",), may=True)) == 0
