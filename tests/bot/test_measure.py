"""How the ear is measured: arithmetic that was counted by hand, and what always holds."""

import json
from io import StringIO

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.measure import Labelled, Unlabelled, decision, macro_f1, rates, read, report
from prompts.ear import Hearing

LABELS = ("none", "normalising", "vague_deferral")


def message(label: str, heard: str, nudge: bool = False, confidence: float = 0.9) -> Labelled:
    return Labelled("supplier", "nl", 80, label, Hearing(heard, confidence, nudge, "nl"))


MESSAGES = st.lists(
    st.builds(
        message, st.sampled_from(LABELS), st.sampled_from(LABELS), st.booleans(), st.floats(0, 1, allow_nan=False)
    ),
    min_size=1,
)


def test_each_label_has_its_own_rates_and_counts_as_much_as_the_others() -> None:
    found = [
        message("none", "none"), message("none", "none"), message("none", "none"), message("none", "normalising"),
        message("normalising", "normalising"), message("normalising", "none"),
    ]  # fmt: skip
    by_label = rates(found)
    assert (by_label["none"].precision, by_label["none"].recall) == (0.75, 0.75)
    assert (by_label["normalising"].precision, by_label["normalising"].recall) == (0.5, 0.5)
    assert macro_f1(found) == (0.75 + 0.5) / 2


def test_a_tip_is_right_on_any_pattern_and_a_false_alarm_on_none() -> None:
    made = decision(
        [
            message("vague_deferral", "normalising", nudge=True),
            message("normalising", "none"),
            message("none", "normalising", nudge=True),
            message("none", "none"),
        ]
    )
    assert (made.precision, made.recall, made.false_alarms) == (0.5, 0.5, 0.5)


@given(MESSAGES)
def test_every_figure_is_a_share(found: list[Labelled]) -> None:
    assert 0 <= macro_f1(found) <= 1
    made = decision(found)
    for share in (made.precision, made.recall, made.false_alarms):
        assert 0 <= share <= 1
    assert made.wanted + made.good == len(found)


@given(MESSAGES)
def test_who_hears_all_is_perfect(found: list[Labelled]) -> None:
    perfect = [message(each.label, each.label) for each in found]
    assert macro_f1(perfect) == 1


@pytest.mark.parametrize("wrong", ["{oops", '{"id": 1}', '{"id": 1, "side": "client", "text": "hoi"}'])
def test_a_line_that_cannot_be_measured_is_named(wrong: str) -> None:
    good = json.dumps({"id": 1, "side": "client", "text": "hoi", "label": "none"})
    with pytest.raises(Unlabelled, match="line 2"):
        list(read(StringIO(f"{good}\n{wrong}\n"), lambda *_: Hearing("none", 1.0, nudge=False, lang="nl")))


def test_the_report_names_both_sides_their_languages_lengths_and_thresholds() -> None:
    lines = [
        {"id": 1, "side": "supplier", "lang": "nl", "text": "Dat is gewoon even wennen.", "label": "normalising"},
        {"id": 2, "side": "client", "lang": "en", "text": "Thanks!", "label": "none"},
    ]
    done = CliRunner().invoke(main, ["hear", "--evaluate"], input="\n".join(map(json.dumps, lines)))
    assert done.exit_code == 0
    for words in (
        "supplier: 1 messages, macro-F1 1.000",
        "client: 1 messages",
        "0-59 characters",
        "from 0.50 on",
        "en",
    ):
        assert words in done.output
    failed = CliRunner().invoke(main, ["hear", "--evaluate"], input='{"id": 1}')
    assert failed.exit_code == 1
    assert "side, text missing" in failed.output


def test_a_report_of_nothing_is_empty() -> None:
    assert list(report([])) == []
