"""How well the ear hears must not get worse unnoticed; and what it hears with can be made again from the corpus."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from bench.ear.corpus import rows
from bench.ear.train import SETS, measured, train
from bot.measure import decision, macro_f1
from prompts.ear.head import Head, head

FIGURES = tomllib.loads((Path(__file__).parent / "ear_figures.toml").read_text("utf-8"))
"""Macro-F1 and what comes of the tips, as docs/ear.md gives them, of every part of the development set."""
DROP = 0.01


@pytest.mark.parametrize("name", SETS)
def test_the_ear_hears_as_well_as_its_card_says(name: str) -> None:
    found = list(measured(rows("dev", SETS[name])))
    for side, figures in FIGURES[name].items():
        here = [each for each in found if each.side == side]
        assert macro_f1(here) >= figures["macro_f1"] - DROP, side
        tips = decision(here)
        assert tips.false_alarms <= figures["false_alarms"] + DROP, side
        assert tips.precision >= figures["precision"] - DROP, side
        assert tips.recall >= figures["recall"] - DROP, side


@pytest.mark.parametrize("side", ["supplier", "client"])
def test_the_judge_that_counts_can_be_made_again_from_the_corpus(side: str) -> None:
    again = train([row for row in rows("train") if row["side"] == side])
    shipped = head(side)
    made = Head(
        labels=tuple(map(str, again["labels"])),
        **{name: again[name].astype(np.float32) for name in ("rarity", "pieces", "pieces_bias")},
    )
    assert made.labels == shipped.labels
    here = [row for row in rows("dev") if row["side"] == side]
    apart = [
        float(np.abs(made.count(row["text"], row["context"]) - shipped.count(row["text"], row["context"])).max())
        for row in here
    ]
    assert max(apart) < DROP
