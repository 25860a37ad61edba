"""`samenspraak play`: lines in, effects out, on a clock that the script sets."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from bot.play import play

Line = dict[str, Any]
ROOT = Path(__file__).parents[2]
LOOSE: Line = {"do": "set", "lang": "en", "restraint": False, "holdback": False}
JOIN: Line = {"do": "join", "place": "C1", "supplier": ["s1", "s2"], "client": ["c1"], "consent": True}
IMPACT = "Since Tuesday each delivery note takes us twenty minutes. Nine drivers wait at the gate."
NORMALISING = "That is part of every go-live, people always need some time to adjust."
DEFERRAL = "We will have a look at that in a future release."
GOOD = "I see that nine drivers are waiting. Noor calls you at two today with a workaround."


def at(time: str) -> str:
    return f"2027-03-01T{time}+01:00"


def say(id: str, time: str, who: str, text: str, **more: str) -> Line:
    return {"do": "say", "id": id, "at": at(time), "who": who, "place": "C1", "text": text, **more}


def wait(time: str) -> Line:
    return {"do": "wait", "until": at(time)}


async def played(*lines: Line | str, database: str = "sqlite://") -> tuple[int, list[Line], list[str]]:
    """The exit status, what was shown, and what was said to be wrong."""
    out, problems = StringIO(), StringIO()
    written = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    status = await play(written, out, problems, database)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], problems.getvalue().splitlines()


def tips(shown: Iterable[Line]) -> list[Line]:
    return [line for line in shown if "pattern" in line]


def last(shown: list[Line], do: str) -> Line:
    return next(line for line in reversed(shown) if line["do"] == do)


BEGINNING = [LOOSE, JOIN, say("m1", "09:00:00", "c1", IMPACT), say("m2", "09:03:00", "s1", NORMALISING)]


async def test_a_tip_goes_to_the_author_alone_in_exactly_this_shape() -> None:
    status, shown, problems = await played(*BEGINNING, wait("09:10:00"))
    assert (status, problems) == (0, [])
    (tip,) = tips(shown)
    assert tip | {"text": "", "buttons": []} == {
        "effect": len(shown),
        "at": at("09:04:00"),
        "do": "whisper",
        "to": "s1",
        "place": "C1",
        "re": "m2",
        "text": "",
        "buttons": [],
        "pattern": "normalising",
        "quote": tip["quote"],
    }
    assert tip["quote"] in NORMALISING
    assert tip["quote"] in tip["text"]
    names = [button["name"] for button in tip["buttons"]]
    assert sorted(names) == sorted(["help", "why", "fine", "misheard", "quiet_today", "quiet_always"])
    assert all(button.keys() == {"name", "label"} and button["label"] for button in tip["buttons"])
    assert [line["effect"] for line in shown] == list(range(1, len(shown) + 1))


async def test_joining_introduces_and_with_consent_each_side_says_yes() -> None:
    _, shown, _ = await played(LOOSE, JOIN | {"at": at("09:00:00")})
    assert [(line["do"], line.get("of")) for line in shown] == [
        ("say", None), ("replace", 1), ("replace", 1), ("say", None),
    ]  # fmt: skip
    assert "software" in shown[0]["text"]
    _, deaf, _ = await played(LOOSE, JOIN | {"consent": False}, say("m1", "09:00:00", "s1", DEFERRAL), wait("10:00:00"))
    assert [line["do"] for line in deaf] == ["say"]


async def test_every_kind_of_line_and_every_kind_of_effect() -> None:
    tip = 5
    script = [
        *BEGINNING,
        wait("09:04:00"),
        {"do": "press", "who": "s1", "of": tip, "button": "why"},
        {"do": "press", "who": "s1", "of": tip, "button": "help"},
        {"do": "press", "who": "s1", "of": tip + 2, "button": "look_again", "answers": {"answer": DEFERRAL}},
        {"do": "submit", "who": "s1", "of": tip + 3, "answers": {"answer": " "}},
        {"do": "submit", "who": "s1", "of": tip + 3, "answers": {"answer": GOOD}},
        {"do": "edit", "id": "m2", "at": at("09:06:00"), "who": "s1", "place": "C1", "text": GOOD},
        {"do": "command", "id": "x1", "who": "s1", "place": "C1", "name": "check", "text": DEFERRAL},
        {"do": "command", "id": "x2", "who": "c1", "place": "C1", "name": "setup", "text": ""},
        {"do": "home", "who": "s1", "place": "C1"},
        {"do": "command", "id": "x3", "who": "s1", "place": "C1", "name": "privacy", "text": ""},
    ]
    status, shown, problems = await played(*script)
    assert (status, problems) == (0, [])
    status, shown, problems = await played(
        *script, {"do": "press", "who": "s1", "of": len(shown), "button": "privacy_export"}
    )
    assert (status, problems) == (0, [])
    kinds = ["whisper", "whisper", "form", "form", "refused", "form", "withdraw", "whisper", "form", "home", "whisper"]
    assert [line["do"] for line in shown[tip - 1 : -2]] == kinds
    assert {line["do"] for line in shown[-2:]} == {"whisper", "share"}
    why, form, again, refused, copy, withdrawn, check, setup, home = shown[tip : tip + 9]
    assert (why["to"], why["of"]) == ("s1", tip)
    assert (form["to"], form["of"]) == ("s1", tip)
    assert form["fields"][0] | {"label": "", "value": ""} == {
        "name": "answer", "label": "", "type": "text", "required": True, "value": "",
    }  # fmt: skip
    assert "drivers" in form["text"] + form["fields"][0]["value"]
    assert again["fields"][0]["value"] == DEFERRAL
    assert refused["reasons"].keys() == {"answer"}
    assert refused["of"] == again["effect"]
    assert GOOD in copy["text"]
    assert withdrawn == {"effect": withdrawn["effect"], "at": at("09:06:00"), "do": "withdraw", "of": tip}
    assert (check["re"], check["to"]) == ("x1", "s1")
    assert {field["type"] for field in setup["fields"]} == {"text", "choice", "person"}
    language = next(field for field in setup["fields"] if field["name"] == "language")
    assert language["choices"] == [["nl", language["choices"][0][1]], ["en", language["choices"][1][1]]]
    assert home["to"] == "s1"
    share = last(shown, "share")
    assert (share["to"], share["name"]) == ("s1", "samenspraak.json")
    json.loads(share["text"])
    assert len(tips(shown)) == 1


async def test_a_channel_has_a_life_of_its_own() -> None:
    here = {"place": "C1"}
    back = {"do": "join", "supplier": ["s1", "s2"], "client": ["c1"], **here}
    newcomer = {"do": "join", "supplier": ["s3"], **here}
    lines = [
        LOOSE,
        JOIN | {"at": at("09:00:00")},
        wait("09:05:00"),
        newcomer,
        {"do": "archive", **here},
        {"do": "unarchive", **here},
    ]
    lines += [
        {"do": "leave", "who": "s3", **here},
        {"do": "leave", **here},
        back,
        {"do": "unshare", "side": "client", **here},
    ]
    lines += [{"do": "move", "to": "C2", **here}, {"do": "uninstall", **here}]
    status, shown, problems = await played(*lines)
    assert (status, problems) == (0, [])
    private = [line["to"] for line in shown if line["do"] == "whisper"]
    # Closed is told, and taken out of it is told too: from then on there is a day on which all is erased.
    assert private == ["s3", "s1", "c1", "s1", "c1"]
    asked = [line for line in shown if line["do"] == "say" and "Go on" in str(line.get("buttons"))]
    assert [line["place"] for line in asked] == ["C1", "C1"]
    status, _, problems = await played(LOOSE, JOIN, {"do": "move", **here})
    assert status == 1
    assert '"to" is missing' in problems[0]


async def test_a_promise_is_shown_to_all_and_a_wrong_one_refused() -> None:
    script = [
        LOOSE, JOIN, say("m1", "09:00:00", "c1", IMPACT), say("m2", "09:03:00", "s1", DEFERRAL), wait("09:04:00"),
        {"do": "press", "who": "s1", "of": 5, "button": "promise"},
        {"do": "submit", "who": "s1", "of": 6, "answers": {"what": "Shorter notes", "date": "2027-02-01"}},
        {"do": "submit", "who": "s1", "of": 6, "answers": {"what": "Shorter notes", "date": "2027-03-12"}},
    ]  # fmt: skip
    _, shown, problems = await played(*script)
    assert problems == []
    assert tips(shown)[0]["pattern"] == "vague_deferral"
    form, refused, card = shown[5:]
    assert {field["name"]: field["type"] for field in form["fields"]} == {
        "what": "text", "owner": "person", "kind": "choice", "date": "date", "firm": "choice",
    }  # fmt: skip
    assert refused["do"] == "refused"
    assert refused["reasons"].keys() == {"date"}
    assert (card["do"], card["place"], card["re"]) == ("say", "C1", "m2")
    assert "Shorter notes" in card["text"]
    assert "s1" in card["text"]


async def test_the_clock_stops_wherever_something_is_due() -> None:
    _, shown, _ = await played(
        LOOSE,
        JOIN,
        say("m1", "09:00:00", "s1", DEFERRAL),
        say("m2", "09:00:17", "s2", NORMALISING),
        {"do": "command", "at": at("11:00:00"), "who": "c1", "place": "C1", "name": "pause", "text": "30 min"},
        wait("18:00:00"),
    )
    assert [(line["re"], line["at"]) for line in tips(shown)] == [("m1", at("09:01:00")), ("m2", at("09:01:17"))]
    assert shown[-1]["at"] == at("11:30:00")


async def test_a_line_without_a_moment_happens_now_and_early_lines_at_the_first_moment() -> None:
    _, shown, _ = await played(LOOSE, JOIN, wait("15:12:00"), {"do": "home", "who": "s1", "place": "C1"})
    assert {line["at"] for line in shown} == {at("15:12:00")}
    assert last(shown, "home")["to"] == "s1"


async def test_with_restraint_nobody_gets_a_tip_in_the_first_week() -> None:
    _, shown, _ = await played(LOOSE | {"restraint": True}, *BEGINNING[1:], wait("12:00:00"))
    assert tips(shown) == []


async def test_ids_come_back_as_they_were_written() -> None:
    who, place, message, thread = "Zoë van 't Hof <@1>", "#help & hoop/1", "m 1:é\u2028", "t\t0"
    _, shown, problems = await played(
        LOOSE,
        {"do": "join", "place": place, "supplier": [who], "client": ["c1"], "consent": True},
        {"do": "say", "id": message, "at": at("09:00:00"), "who": who, "place": place, "thread": thread,
         "text": DEFERRAL},
        wait("09:05:00"),
        {"do": "press", "who": who, "of": 5, "button": "why"},
    )  # fmt: skip
    assert problems == []
    (tip,) = tips(shown)
    assert (tip["to"], tip["place"], tip["re"], tip["thread"]) == (who, place, message, thread)
    assert (shown[-1]["to"], shown[-1]["of"]) == (who, 5)


async def test_only_the_tip_says_which_pattern_it_is() -> None:
    _, shown, _ = await played(
        *BEGINNING, wait("09:04:00"), {"do": "press", "who": "s1", "of": 5, "button": "why"},
        {"do": "command", "who": "s1", "place": "C1", "name": "check", "text": DEFERRAL},
        {"do": "press", "who": "s1", "of": 5, "button": "fine"},
    )  # fmt: skip
    assert [line["effect"] for line in shown if "pattern" in line or "quote" in line] == [5]


MISTAKES = {
    "{oops": "JSON",
    "[1, 2]": "object",
    '{"do":"sing"}': '"sing"',
    '{"do":"say","id":"m9","place":"C1","text":"hello"}': '"who"',
    '{"do":"say","who":"s1","place":"C1","text":"hello"}': '"id"',
    '{"do":"wait","until":"2027-02-01T09:00:00+01:00"}': "back",
    '{"do":"wait","until":"noon"}': '"until"',
    '{"do":"wait","until":"2027-03-01T10:00:00"}': "offset",
    '{"do":"wait","until":"9999-12-31T23:59:59-10:00"}': "2999",
    "[" * 100_000: "JSON",
    '{"do":"press","who":"s1","of":99,"button":"help"}': '"of"',
    '{"do":"press","who":"s1","of":1,"button":"dance"}': '"dance"',
    '{"do":"submit","who":"s1","of":1,"answers":{}}': "no form",
    '{"do":"set","lang":"fr"}': '"lang"',
    '{"do":"set","restraint":"no"}': '"restraint"',
    '{"do":"join","place":"C2","supplier":"s1"}': '"supplier"',
}


async def test_a_mistake_is_named_with_its_line_and_the_play_goes_on() -> None:
    status, shown, problems = await played(*BEGINNING, *MISTAKES, wait("09:10:00"))
    assert status == 1
    assert len(problems) == len(MISTAKES)
    for number, (problem, named) in enumerate(zip(problems, MISTAKES.values(), strict=True), len(BEGINNING) + 1):
        assert problem.startswith(f"line {number}: ")
        assert named in problem
    assert len(tips(shown)) == 1


async def test_mistakes_before_the_first_moment_and_empty_lines() -> None:
    status, shown, problems = await played("", '{"do":"sing"}', "   ", *BEGINNING, wait("09:10:00"))
    assert status == 1
    assert [problem.split(":")[0] for problem in problems] == ["line 2"]
    assert len(tips(shown)) == 1
    assert await played() == (0, [], [])


async def test_a_database_is_kept_and_can_be_played_into_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    _, first, _ = await played(*BEGINNING, wait("09:10:00"), database=url)
    assert len(tips(first)) == 1
    _, second, problems = await played(
        LOOSE,
        {"do": "command", "at": at("10:00:00"), "who": "s1", "place": "C1", "name": "status", "text": ""},
        say("m7", "10:01:00", "c1", IMPACT), say("m8", "10:02:00", "s1", NORMALISING), wait("10:10:00"),
        database=url,
    )  # fmt: skip
    assert problems == []
    assert "I am listening" in second[0]["text"]


async def test_the_same_script_plays_the_same_every_time(tmp_path: Path) -> None:
    script = [LOOSE | {"holdback": True}, *BEGINNING[1:], wait("09:10:00")]
    script += [say(f"a{hour}", f"{hour}:00:00", "s1", DEFERRAL, thread=f"t{hour}") for hour in range(10, 18)]
    script.append(wait("19:00:00"))
    _, once, _ = await played(*script)
    _, again, _ = await played(*script)
    assert once == again


async def test_a_thousand_lines_come_to_an_end() -> None:
    lines = [LOOSE, JOIN]
    for number in range(998):
        text = NORMALISING if number % 100 == 0 else f"Line {number % 6}: the minutes are in the folder."
        who = ("s1", "c1", "s2")[number % 3] if number % 100 else "s1"
        lines.append(say(f"m{number}", f"{8 + number // 120:02}:{number // 2 % 60:02}:{number % 2 * 30:02}", who, text))
    status, shown, problems = await played(*lines)
    assert (status, problems) == (0, [])
    assert 1 < len(tips(shown)) <= 10


def test_lines_come_in_one_by_one_and_effects_go_out_before_the_next() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "play", "-"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None

        def write(line: Line) -> None:
            process.stdin.write(json.dumps(line) + "\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]

        write(LOOSE | {"at": at("08:00:00")})
        write(JOIN)
        heard = [json.loads(process.stdout.readline()) for _ in range(4)]
        assert [line["do"] for line in heard] == ["say", "replace", "replace", "say"]
        write(say("m1", "09:00:00", "s1", DEFERRAL))
        write(wait("09:01:00"))
        tip = json.loads(process.stdout.readline())
        assert tip["pattern"] == "vague_deferral"
        write({"do": "press", "who": "s1", "of": tip["effect"], "button": "why"})
        assert json.loads(process.stdout.readline())["of"] == tip["effect"]
        write({"do": "sing"})
        assert process.stderr.readline().startswith("line 6: ")
        process.stdin.close()
        assert process.wait(timeout=60) == 1


async def test_the_example_in_the_documentation_plays() -> None:
    written = (ROOT / "docs" / "scripts.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```\n(.*?)^```", written, re.DOTALL | re.MULTILINE)
    status, shown, problems = await played(*example.splitlines())
    assert (status, problems) == (0, [])
    (tip,) = tips(shown)
    assert (tip["to"], tip["re"], tip["pattern"]) == ("sophie", "m2", "vague_deferral")
