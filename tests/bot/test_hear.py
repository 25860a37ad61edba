"""The command `samenspraak hear`: a line in, a line out."""

import json
from io import StringIO

from bot.hear import hear_lines
from prompts.ear import Hearing, hear


def run(*lines: str, ear=hear) -> tuple[int, list[dict[str, object]], str]:
    out, problems = StringIO(), StringIO()
    status = hear_lines((line + "\n" for line in lines), out, problems, ear)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], problems.getvalue()


def ask(name: object, text: str, side: str = "supplier", **more: str) -> str:
    return json.dumps({"id": name, "side": side, "text": text, **more})


def test_every_line_gets_one_answer_in_order() -> None:
    status, answers, problems = run(
        ask("a", "Dat is gewoon even wennen."),
        ask(7, "", "client"),
        ask("c", "Das ist doch ganz normal, geben Sie uns bitte etwas Zeit."),
        ask("d", "x " * 20_000),
    )
    assert (status, problems) == (0, "")
    assert [answer["id"] for answer in answers] == ["a", 7, "c", "d"]
    assert [answer["label"] for answer in answers] == ["normalising", "none", "none", "none"]
    assert [list(answer) for answer in answers] == [["id", "label", "confidence", "nudge", "lang", "quote"]] * 4
    assert answers[2]["lang"] == "other"


def test_the_message_that_is_answered_goes_along() -> None:
    heard = []

    def ear(text: str, side: str, context: str | None) -> Hearing:
        heard.append((text, side, context))
        return Hearing("none", 1.0, nudge=False, lang="nl")

    run(ask(1, "hoi", "client", context="dag"), ask(2, "hoi"), ear=ear)
    assert heard == [("hoi", "client", "dag"), ("hoi", "supplier", None)]


def test_unreadable_lines_are_named_and_the_rest_is_heard() -> None:
    status, answers, problems = run(
        "{oops", "[1]", '{"id": 1, "text": "hoi"}', ask(2, "hoi", "vendor"), '{"id": 3, "side": "client", "text": 4}',
        '{"id": 4, "side": "client", "text": "hoi", "context": {}}', "", ask(5, "hoi"),
    )  # fmt: skip
    assert status == 1
    assert [answer["id"] for answer in answers] == [5]
    told = problems.splitlines()
    assert [line.split(":")[0] for line in told] == [f"line {number}" for number in (1, 2, 3, 4, 5, 6)]
    assert "side missing" in told[2]
    assert "supplier or client" in told[3]


def test_letters_stay_readable_and_half_a_character_does_no_harm() -> None:
    out = StringIO()
    hear_lines(
        [ask("één", "Dát is gewoon even wennen."), '{"id": "\\ud83d", "side": "client", "text": "\\ud83d"}'],
        out, StringIO(), hear,
    )  # fmt: skip
    assert "één" in out.getvalue()
    assert "Dát is gewoon even wennen" in out.getvalue()
    out.getvalue().encode()
