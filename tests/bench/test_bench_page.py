"""The arithmetic of what is measured, and the page that shows it."""

import math
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bench import __main__ as command
from bench.page import BY_HAND, grows, kept, number, page, spread
from bench.profile import ROOT, named
from bench.shape import QUICK, Goal, Growth, Measurement, NotRun, Run, Section

FACTS = {"date": "2027-03-01", "load": "0.1 0.1 0.1"}
FIGURES = st.floats(0.001, 1e6)


def growth(costs: dict[int, tuple[float, ...]]) -> Growth:
    return Growth("a message", "ms", "channels", costs)


def test_a_ratio_is_taken_within_a_round() -> None:
    measured = Measurement("a rate", "events/s", ours=(80, 30, 90), floor=(100, 50, 100))
    assert measured.ratios == (0.8, 0.6, 0.9)


def test_a_floor_of_other_rounds_is_no_floor() -> None:
    with pytest.raises(ValueError, match="zip"):
        _ = Measurement("a rate", "events/s", ours=(80, 30), floor=(100,)).ratios


@pytest.mark.parametrize(
    ("ours", "floor", "goal", "met"),
    [
        ((60, 80, 90), (100, 100, 100), Goal(0.7), True),
        ((60, 65, 90), (100, 100, 100), Goal(0.7), False),
        ((3, 3, 9), (2, 2, 2), Goal(2, at_most=True), True),
        ((61,), (), Goal(60, at_most=True), False),
        ((59,), (), Goal(60, at_most=True), True),
        ((59,), (), None, None),
    ],
)
def test_the_middle_decides_whether_a_goal_is_met(
    ours: tuple[float, ...], floor: tuple[float, ...], goal: Goal | None, met: bool | None
) -> None:
    assert Measurement("it", "ms", ours, floor, goal).good_enough is met


@given(st.floats(-1, 3), FIGURES)
def test_the_power_with_which_a_cost_grows_is_found_back(power: float, once: float) -> None:
    found = growth({amount: (once * amount**power,) for amount in (10, 100, 1_000)}).exponent
    assert math.isclose(found, power, abs_tol=1e-6)


def test_one_disturbed_round_does_not_change_how_a_cost_grows() -> None:
    assert growth({10: (1, 1, 900), 100: (1, 1, 1)}).exponent == 0


@pytest.mark.parametrize(
    ("power", "words"),
    [(-0.2, "hardly"), (0.05, "hardly"), (0.5, "slowly"), (1.0, "in proportion"), (2.0, "faster than it")],
)
def test_growth_is_told_in_words(power: float, words: str) -> None:
    assert grows(growth({amount: (amount**power,) for amount in (10, 100)})).endswith(words)


def test_what_is_fixed_does_not_hide_what_grows() -> None:
    found = growth({amount: (20 + 0.3 * amount,) for amount in (10, 100, 1_000)})
    assert found.exponent < 0.6
    assert grows(found).endswith("in proportion")


@given(st.lists(FIGURES, min_size=1))
def test_the_middle_stands_between_the_least_and_the_most(figures: list[float]) -> None:
    shown = spread(tuple(figures)).replace("*", "").replace(",", "").split(" · ")
    values = [float(each) for each in shown]
    assert values == sorted(values)
    assert len(values) in (1, 3)


@pytest.mark.parametrize(
    ("figure", "shown"),
    [(12345.6, "12,346"), (3, "3"), (12.34, "12.3"), (0.7, "0.70"), (0.01234, "0.0123"), (0, "0")],
)
def test_a_figure_is_shown_with_no_more_digits_than_it_deserves(figure: float, shown: str) -> None:
    assert number(figure) == shown


def test_the_page_shows_what_was_measured() -> None:
    section = Section(
        "Taking in",
        "Ours is this, the floor is that.",
        (Measurement("a rate", "events/s", (70, 80, 90), (100, 100, 100), Goal(0.7)),),
        (growth({10: (1, 2, 3), 100: (10, 20, 30)}),),
        ("- And this.",),
    )
    shown = page([section], FACTS)
    assert "- **Date**: 2027-03-01" in shown
    assert "## Taking in\nOurs is this, the floor is that." in shown
    row = "| a rate | 70 · **80** · 90 | **100** | events/s | 0.70 · **0.80** · 0.90 | ≥ 0.70 ✓ |"
    assert row in shown
    assert "| channels | 10 | 100 | unit | grows as |" in shown
    assert "| a message | 1 · **2** · 3 | 10 · **20** · 30 | ms | n^1.00, at last n^1.00: in proportion |" in shown
    assert "- And this." in shown


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    section = Section(
        "It",
        "",
        (Measurement("with a floor", "ms", (1, 2), (1, 1)), Measurement("without", "s", (1, 2))),
        (growth({10: (1,), 100: (2,)}),),
    )
    rows = [line.count("|") for line in page([section], FACTS).splitlines() if line.startswith("|")]
    assert rows == [7] * 4 + [6] * 3


def test_a_part_that_was_not_run_says_so_and_why() -> None:
    def without(_run: Run) -> Section:
        raise NotRun("no PostgreSQL here")

    def broken(_run: Run) -> Section:
        raise ValueError("a secret that belongs in the log")

    run = Run(QUICK, ROOT)
    shown = page([command.measured("intake", without, run), command.measured("scan", broken, run)], FACTS)
    assert "## Intake\n\n\n**Not run**: no PostgreSQL here" in shown
    assert "**Not run**: it failed: ValueError" in shown
    assert "secret" not in shown


def test_what_was_written_by_hand_stays(tmp_path: Path) -> None:
    path = tmp_path / "performance.md"
    assert kept(path) == ""
    path.write_text("figures of long ago\n" + BY_HAND + "\n\n## What was tried\nMuch.\n")
    path.write_text(page([Section("It", "new")], FACTS, kept(path)))
    path.write_text(page([Section("It", "newer")], FACTS, kept(path)))
    assert path.read_text().endswith(BY_HAND + "\n\n## What was tried\nMuch.\n")
    assert path.read_text().count(BY_HAND) == 1
    assert "long ago" not in path.read_text()


def test_the_page_of_this_release_has_a_part_that_is_kept() -> None:
    assert "## What was tried" in kept(ROOT / command.PAGE)


def test_everything_takes_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.shape.wait_for_quiet", lambda patience: 0.1)
    numbers, run = count(), Run(replace(QUICK, rounds=3), ROOT)
    rounds = run.turns({"ours": lambda: next(numbers), "floor": lambda: next(numbers)})
    assert rounds == {"ours": (0, 2, 4), "floor": (1, 3, 5)}
    assert run.busy == [0.1] * 3


def test_a_function_is_named_without_where_this_machine_keeps_it() -> None:
    assert named(str(ROOT / "bot/ear.py"), 7, "hear") == "bot/ear.py:7 hear"


def test_a_whole_run_writes_the_page_and_a_short_look_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    target = tmp_path / "performance.md"
    monkeypatch.setattr(command, "PAGE", target)
    monkeypatch.setattr(command, "BENCHES", {"intake": lambda run: Section("Taking in", "measured")})
    printed = CliRunner().invoke(command.main, ["--quick"])
    assert printed.exit_code == 0
    assert "## Taking in" in printed.output
    assert not target.exists()
    for whole in ([], ["--quick", "--write"]):
        target.unlink(missing_ok=True)
        assert CliRunner().invoke(command.main, whole).exit_code == 0
        assert "## Taking in\nmeasured" in target.read_text()


def test_a_part_is_never_written_as_if_it_were_the_page() -> None:
    assert CliRunner().invoke(command.main, ["intake", "--write"]).exit_code == 2


def test_a_run_that_is_not_whole_ends_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(_run: Run) -> Section:
        raise NotRun("no PostgreSQL here")

    monkeypatch.setattr(command, "BENCHES", {"intake": without})
    ended = CliRunner().invoke(command.main, ["--quick"])
    assert ended.exit_code == 1
    assert "no PostgreSQL here" in ended.output
