"""A series in a file, shown before it happens: what comes out, what is said beside it, and what is refused."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot import meeting_spec
from bot.__main__ import main
from handlers.meetings import rule

ROOT = Path(__file__).parents[2]
WEEKLY: dict[str, Any] = {
    "kind": "operational",
    "start": "2027-01-05",
    "rrule": "FREQ=WEEKLY;BYDAY=TU",
    "time": "10:00",
    "minutes": 60,
    "zone": "Europe/Amsterdam",
    "country": "NL",
    "on_holiday": "skip",
    "remind": [{"working_days": 5}, {"days": 1}, {"minutes": 15}],
}
NEEDED = {"start": "2027-01-05", "rrule": "FREQ=WEEKLY", "time": "10:00"}


def shown(spec: object, first: str = "2027-01-01", last: str = "2027-01-31", *more: str) -> Result:
    """What the command says of a spec: an object, or text as it would stand in a file."""
    written = spec if isinstance(spec, str | bytes) else json.dumps(spec)
    return CliRunner().invoke(
        main, ["meetings", "preview", "--spec", "-", "--from", first, "--to", last, *more], written
    )


def read(spec: object, first: str = "2027-01-01", last: str = "2027-01-31") -> list[dict[str, Any]]:
    """The meetings of a spec, as somebody's program reads them."""
    result = shown(spec, first, last, "--json")
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout))


def refused(spec: object, first: str = "2027-01-01", last: str = "2027-01-31") -> list[str]:
    """What is said to be wrong."""
    result = shown(spec, first, last, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr.splitlines()


# --- What comes out


def test_every_meeting_and_reminder_as_it_will_happen() -> None:
    assert read(WEEKLY, "2027-03-26", "2027-03-31") == [
        {
            "start": "2027-03-30T10:00:00+02:00",
            "end": "2027-03-30T11:00:00+02:00",
            "local_date": "2027-03-30",
            "moved_from": None,
            "reminders": ["2027-03-19T09:00:00+01:00", "2027-03-29T10:00:00+02:00", "2027-03-30T09:45:00+02:00"],
        }
    ]


def test_a_meeting_that_moves_says_from_where() -> None:
    mondays = {**WEEKLY, "rrule": "FREQ=WEEKLY;BYDAY=MO", "on_holiday": "after", "remind": []}
    easter = read(mondays, "2027-03-29", "2027-03-30")
    assert [(each["local_date"], each["moved_from"]) for each in easter] == [("2027-03-30", "2027-03-29")]
    assert read({**mondays, "on_holiday": "skip"}, "2027-03-29", "2027-03-30") == []
    assert read({**mondays, "country": ""}, "2027-03-29", "2027-03-29")[0]["moved_from"] is None


def test_what_may_be_left_out() -> None:
    (first, *_) = read({**NEEDED, "rrule": "FREQ=DAILY"}, "2027-03-28", "2027-04-30")
    assert first == {
        "start": "2027-03-28T10:00:00+02:00",  # a Sunday, Easter: kept
        "end": "2027-03-28T11:00:00+02:00",
        "local_date": "2027-03-28",
        "moved_from": None,
        "reminders": [],
    }


def test_nothing_in_a_stretch_is_an_empty_list() -> None:
    result = shown(WEEKLY, "2026-01-01", "2026-12-31", "--json")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "[]\n", "")


def test_a_month_without_a_31st_is_told_beside_the_list() -> None:
    result = shown({**NEEDED, "rrule": "FREQ=MONTHLY;BYMONTHDAY=31"}, "2027-01-01", "2027-04-30", "--json")
    assert [each["local_date"] for each in json.loads(result.stdout)] == ["2027-01-31", "2027-03-31"]
    assert result.stderr == "No 31st in 2027-02, 2027-04: no meeting for it there.\n"


@pytest.mark.parametrize(
    ("rrule", "told"),
    [
        ("FREQ=MONTHLY;BYDAY=5FR", "No 5th Friday in 2027-02: no meeting for it there."),
        ("FREQ=MONTHLY;BYMONTHDAY=-31", "No 31st-last day in 2027-02: no meeting for it there."),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "No 29th in 2027-02: no meeting for it there."),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ""),
    ],
)
def test_what_else_a_month_lacks(rrule: str, told: str) -> None:
    assert shown({**NEEDED, "rrule": rrule}, "2027-02-01", "2027-02-28").stderr.strip() == told


def test_a_series_that_never_begins_says_so() -> None:
    result = shown(
        {**NEEDED, "start": "2027-01-30", "rrule": "FREQ=YEARLY;BYMONTH=2"}, "2027-03-01", "2027-03-31", "--json"
    )
    assert (result.exit_code, result.stdout) == (0, "[]\n")
    assert result.stderr == "No day ever fits FREQ=YEARLY;BYMONTH=2 from 2027-01-30 on: there will be no meeting.\n"


def test_a_day_that_no_year_has_is_told_and_is_no_meeting() -> None:
    result = shown({**NEEDED, "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "2027-01-01", "2037-12-31", "--json")
    assert (result.exit_code, result.stdout) == (0, "[]\n")
    assert "No day ever fits FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" in result.stderr


def test_holidays_that_nobody_knows_yet_are_told() -> None:
    japan = {**NEEDED, "country": "JP", "remind": [{"days": 1}]}
    told = "The holidays of JP are known up to 2099: after that, days off are missed.\n"
    assert shown(japan, "2099-12-01", "2100-01-31").stderr == told
    assert shown(japan, "2099-12-01", "2099-12-31").stderr == ""


def test_without_json_it_reads_like_a_list() -> None:
    spec = {**WEEKLY, "rrule": "FREQ=MONTHLY;BYMONTHDAY=6", "on_holiday": "before", "remind": [{"days": 1}]}
    assert shown(spec, "2027-02-01", "2027-03-31").stdout.splitlines() == [
        "2 meetings, by the clock in Europe/Amsterdam",
        "Fri 2027-02-05 10:00-11:00  moved from Sat 2027-02-06",
        "    remind Thu 2027-02-04 10:00",
        "Fri 2027-03-05 10:00-11:00  moved from Sat 2027-03-06",
        "    remind Thu 2027-03-04 10:00",
    ]
    assert shown(spec, "2026-02-01", "2026-03-31").stdout == "No meetings, by the clock in Europe/Amsterdam\n"


def test_it_needs_no_environment_and_no_database(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text("\ufeff" + json.dumps(WEEKLY), "utf-8")
    asked = ["--spec", "spec.json", "--from", "2027-01-01", "--to", "2027-01-31", "--json"]
    run = "import sys; sys.path.insert(0, sys.argv.pop(1)); from bot.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", run, str(ROOT), "meetings", "preview", *asked],
        env={}, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [each["local_date"] for each in json.loads(done.stdout)] == [f"2027-01-{day:02}" for day in (5, 12, 19, 26)]
    assert done.stderr == ""
    assert [each.name for each in tmp_path.iterdir()] == ["spec.json"]


# --- What is refused


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("kind", 3, "kind: 3 is no kind of meeting"),
        ("start", "2027-02-30", 'start: "2027-02-30" is no day on the calendar'),
        ("start", "20270105", 'start: "20270105" is no day on the calendar'),
        ("start", 20270105, "start: 20270105 is no day on the calendar"),
        ("start", "1492-10-12", "start: 1492-10-12 is too far away"),
        ("rrule", "FREQ=HOURLY", 'rrule: "HOURLY": meetings go by the day, week, month or year'),
        ("rrule", ["FREQ=DAILY"], 'rrule: ["FREQ=DAILY"] is no text'),
        ("time", "24:00", 'time: "24:00" is no time of day'),
        ("time", "9:30", 'time: "9:30" is no time of day'),
        ("time", 930, "time: 930 is no time of day"),
        ("minutes", 0, "minutes: 0 is no length of a meeting"),
        ("minutes", -5, "minutes: -5 is no length of a meeting"),
        ("minutes", True, "minutes: true is no length of a meeting"),
        ("minutes", 1.5, "minutes: 1.5 is no length of a meeting"),
        ("minutes", "60", 'minutes: "60" is no length of a meeting'),
        ("minutes", 10**30, "is no length of a meeting"),
        ("zone", "Mars/Olympus", 'zone: "Mars/Olympus" is no known time zone'),
        ("zone", "amsterdam", "was Europe/Amsterdam meant?"),
        ("zone", None, "zone: null is no known time zone"),
        ("country", "nl", 'country: "nl": its holidays are not known'),
        ("country", "XX", 'country: "XX": its holidays are not known'),
        ("country", None, "country: null: its holidays are not known"),
        ("on_holiday", "next", 'on_holiday: "next" says not what becomes'),
        ("on_holiday", ["skip"], 'on_holiday: ["skip"] says not what becomes'),
        ("remind", {"days": 1}, 'remind: {"days": 1} is no list'),
        ("remind", [{"days": 1}] * 21, "is no list of at most 20 reminders"),
        ("remind", [{"days": 1}, {"days": 1, "minutes": 5}], 'remind 2: {"days": 1, "minutes": 5} is not one amount'),
        ("remind", [{}], "remind 1: {} is not one amount"),
        ("remind", [15], "remind 1: 15 is not one amount"),
        ("remind", [{"weeks": 1}], 'remind 1: "weeks" is no unit of time'),
        ("remind", [{"days": -1}], "remind 1: -1 is no whole number from 0 to 366"),
        ("remind", [{"working_days": 10**6}], "remind 1: 1000000 is no whole number from 0 to 260"),
        ("remind", [{"minutes": "15"}], 'remind 1: "15" is no whole number'),
        (
            "on_holidays",
            "skip",
            '"on_holidays": a spec has no such field, so it would do nothing: was on_holiday meant?',
        ),
        ("x", "red", "leave it out, or use one of kind, start"),
        ("\u001b[2J\n", "x", '"\\u001b[2J\\n": a spec has no such field'),
    ],
)
def test_a_wrong_field_is_one_line_that_says_what_to_do(field: str, value: object, told: str) -> None:
    (line,) = refused({**WEEKLY, field: value})
    assert told in line
    assert ": " in line.replace(told, "", 1) or "?" in line


def test_all_that_is_wrong_is_said_at_once() -> None:
    lines = refused({"zone": "Mars", "minutes": 0, "remind": [{"days": -1}, 3], "x": 1}, "2027-02-30", "tomorrow")
    assert [line.partition(":")[0] for line in lines] == [
        '"x"', "start", "rrule", "time", "minutes", "zone", "remind 1", "remind 2", "--from", "--to",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2027-02-01", "2027-01-01", "--to: 2027-01-01 is before --from 2027-02-01"),
        ("2027-01-01", "2048-01-01", "--to: this is more than 20 years after --from"),
        ("2027-1-1", "2027-01-31", '--from: "2027-1-1" is no day on the calendar'),
        ("2027-01-01", "9999-12-31", "--to: 9999-12-31 is too far away"),
    ],
)
def test_a_stretch_of_days_that_cannot_be(first: str, last: str, told: str) -> None:
    (line,) = refused(WEEKLY, first, last)
    assert line.startswith(told)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "the spec is no JSON (Expecting value, line 1, column 1)"),
        ('{"start": }', "the spec is no JSON (Expecting value, line 1, column 11)"),
        ("[]", "the spec is no JSON object"),
        ('{"time": "10:00", "time": "11:00"}', '"time": it is there twice'),
        ("[" * 5000, "the spec holds something no series has"),
        ('{"minutes": ' + "9" * 5000 + "}", "the spec holds something no series has"),
        (" " * 100_001, "the spec is longer than 100000 characters"),
        (b'{"kind": "\xff"}', "- is no text in UTF-8"),
    ],
)
def test_a_file_that_is_no_spec(written: str | bytes, told: str) -> None:
    (line,) = refused(written)
    assert line.startswith(told)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.json", "No such file or directory"), (tmp_path, "Is a directory")):
        asked = ["--spec", str(path), "--from", "2027-01-01", "--to", "2027-01-31"]
        result = CliRunner().invoke(main, ["meetings", "preview", *asked])
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"{path} cannot be read ({why}): give a file that can\n"


def test_every_reason_for_which_a_rule_is_refused_has_its_sentence() -> None:
    listed = (rule.BadRule.__doc__ or "").partition("whole.\n")[2].replace("\n", " ").strip(" .")
    # A rule that no day ever fits is no mistake in a file: there is no meeting, and that is told.
    assert {each.strip() for each in listed.split(",")} == {*meeting_spec.RULES, "never"}


# --- The page about it


def test_the_page_shows_a_spec_and_what_comes_out_as_it_is() -> None:
    page = (ROOT / "docs/meetings.md").read_text()
    spec, out = (part.partition("```")[0] for part in page.split("```json\n")[1:3])
    assert read(spec, "2027-01-01", "2027-01-10") == json.loads(out)
    assert all(f"| `{name}` |" in page for name in meeting_spec.FIELDS)
