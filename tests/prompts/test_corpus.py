"""The corpus of the ear: every row says what it must, and nothing but the words betrays the label."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from prompts.ear import CLIENT_PATTERNS, SUPPLIER_PATTERNS

CORPUS = Path(__file__).parents[2] / "prompts" / "ear" / "corpus"
LABELS = {
    "supplier": {"none", *SUPPLIER_PATTERNS},
    "client": {"none", "impact_feedback", *CLIENT_PATTERNS},
}
KEYS = ["id", "side", "lang", "label", "text", "quote", "context", "domain", "pair"]


@cache
def rows(part: str) -> list[dict[str, Any]]:
    files = sorted((CORPUS / part).glob("*.jsonl"))
    return [json.loads(line) | {"file": file.stem} for file in files for line in file.open(encoding="utf-8")]


def everywhere() -> list[dict[str, Any]]:
    return rows("train") + rows("dev")


def test_every_row_is_whole() -> None:
    assert len({row["id"] for row in everywhere()}) == len(everywhere())
    for row in everywhere():
        assert [key for key in row if key != "file"] == KEYS, row["id"]
        assert row["label"] in LABELS[row["side"]], row["id"]
        assert row["lang"] in ("nl", "en"), row["id"]
        assert row["text"].strip(), row["id"]
        assert (row["quote"] is None) == (row["label"] == "none"), row["id"]
        assert row["quote"] is None or row["quote"] in row["text"], row["id"]
        assert row["context"] is None or row["context"].strip(), row["id"]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _shingles(text: str, size: int = 4) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def _alike() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Rows that share much of their runs of four words, and are no minimal pair of each other."""
    holding: dict[tuple[str, ...], list[int]] = defaultdict(list)
    all_rows = everywhere()
    shingles = [_shingles(row["text"]) for row in all_rows]
    for number, found in enumerate(shingles):
        for shingle in found:
            holding[shingle].append(number)
    shared = Counter(
        (one, other) for numbers in holding.values() for i, one in enumerate(numbers) for other in numbers[i + 1 :]
    )
    for (one, other), count in shared.items():
        a, b = all_rows[one], all_rows[other]
        if a["pair"] is not None and a["pair"] == b["pair"] and a["file"] == b["file"]:
            continue
        if count >= 3 and count > 0.4 * len(shingles[one] | shingles[other]):
            yield a, b


def test_no_two_messages_are_nearly_the_same() -> None:
    found = [f"{a['id']} / {b['id']}: {a['text'][:60]}" for a, b in _alike()]
    assert found == []


def test_the_development_set_was_written_apart() -> None:
    train = {row["text"].casefold().strip() for row in rows("train")}
    assert not [row["id"] for row in rows("dev") if row["text"].casefold().strip() in train]
    assert not {row["id"] for row in rows("dev")} & {row["id"] for row in rows("train")}


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("side", ["supplier", "client"])
def test_there_is_enough_of_every_label_and_length_does_not_betray_it(side: str, lang: str) -> None:
    here = [row for row in rows("train") if (row["side"], row["lang"]) == (side, lang)]
    by_label = {label: [row for row in here if row["label"] == label] for label in LABELS[side]}
    assert len(here) > 1_000
    assert 0.35 <= len(by_label["none"]) / len(here) <= 0.6
    for label, those in by_label.items():
        assert len(those) >= 0.05 * len(here), label
        ratio = median(len(row["text"]) for row in those) / median(len(row["text"]) for row in here)
        assert 0.6 <= ratio <= 1.6, label


@pytest.mark.parametrize("side", ["supplier", "client"])
def test_that_something_is_answered_is_no_sign(side: str) -> None:
    shares = {}
    for label in LABELS[side] - {"technical_diversion"}:
        those = [row for row in rows("train") if (row["side"], row["label"]) == (side, label)]
        shares[label] = sum(row["context"] is not None for row in those) / len(those)
    assert max(shares.values()) - min(shares.values()) < 0.1, shares
