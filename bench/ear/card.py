"""The figures of docs/ear.md as they are now: `python -m bench.ear.card [FILE…]`. Prints the table, and with `--write`
also keeps the figures of the development set, which a test then holds. A few minutes."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.ear.corpus import rows
from bench.ear.train import SETS, measured
from bot.measure import Labelled, decision, interval, macro_f1

KEPT = Path("tests/prompts/ear_figures.toml")
HEADING = (
    "# How well the ear hears the development set, as in docs/ear.md. `python -m bench.ear.card --write` writes this."
)
DRAWS = 500
"""How often a set is drawn again from itself, for the interval of its macro-F1."""


def _spread(found: Sequence[Labelled]) -> tuple[float, float]:
    dice = np.random.default_rng(1)
    again = [macro_f1([found[each] for each in dice.integers(0, len(found), len(found))]) for _ in range(DRAWS)]
    low, high = np.percentile(again, (2.5, 97.5))
    return float(low), float(high)


def line(name: str, side: str, found: Sequence[Labelled]) -> str:
    """One row of the table."""
    low, high = _spread(found)
    languages = " | ".join(f"{macro_f1([each for each in found if each.lang == lang]):.2f}" for lang in ("nl", "en"))
    made = decision(found)
    right, wanted, good = (
        "{:.2f}–{:.2f}".format(*interval(made.precision, made.tips)),
        "{:.2f}–{:.2f}".format(*interval(made.recall, made.wanted)),
        "{:.3f}–{:.3f}".format(*interval(made.false_alarms, made.good)),
    )
    return (
        f"| {name} | {side} | {macro_f1(found):.3f} ({low:.2f}–{high:.2f}) | {languages} | {made.right} of {made.tips} "
        f"({right}) | {made.recall:.2f} ({wanted}) | {made.false_alarms:.3f} ({good}) |"
    )


def kept(name: str, side: str, found: Sequence[Labelled]) -> str:
    """The figures that must not get worse, as TOML."""
    made = decision(found)
    return (
        f"{name}.{side} = {{ macro_f1 = {macro_f1(found):.3f}, false_alarms = {made.false_alarms:.3f}, "
        f"precision = {made.precision:.3f}, recall = {made.recall:.3f} }}"
    )


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and write where that is asked."""
    files = [each for each in arguments if each != "--write"]
    sets = {name: rows("dev", pattern) for name, pattern in SETS.items()}
    sets |= {Path(file).stem: [json.loads(row) for row in Path(file).read_text("utf-8").splitlines()] for file in files}
    figures = [HEADING]
    for name, messages in sets.items():
        found = list(measured(messages))
        for side in ("supplier", "client"):
            here = [each for each in found if each.side == side]
            print(line(name, side, here), flush=True)
            if name in SETS:
                figures.append(kept(name, side, here))
    if "--write" in arguments:
        KEPT.write_text("\n".join(figures) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
