"""Trains the judge that counts pieces, and measures the ear: `python -m bench.ear.train [FILE…]`. A minute or two.

Deterministic; needs the test packages. Writes `prompts/ear/supplier.npz` and `client.npz`. The dear half, the encoder,
is tuned apart (`bench.ear.tune`). Files of labelled messages that are named are measured beside the development set.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from bench.ear.corpus import Row, rows
from bot.measure import Labelled, report
from prompts import ear
from prompts.ear.head import PIECES_OF_CONTEXT
from prompts.ear.pieces import BUCKETS, pieces, plain

HERE = Path(ear.__file__).parent
SETS = {"observed": "observed-*.jsonl", "scene": "scene-*.jsonl", "thread": "thread.jsonl"}
"""The parts of the development set, which are reported apart."""


def _counted(texts: Sequence[str | None]) -> sparse.csr_matrix:
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for text in texts:
        found = pieces(plain(text)) if text else {}
        indices += found
        data += found.values()
        starts.append(len(indices))
    return sparse.csr_matrix((np.array(data, np.float32), indices, starts), shape=(len(texts), BUCKETS))


def _rarity(counts: sparse.csr_matrix) -> Any:
    often = np.bincount(counts.indices, minlength=BUCKETS)
    rare = np.log((1 + counts.shape[0]) / (1 + often)) + 1
    rare[often < 2] = 0
    return rare


def _weighted(counts: sparse.csr_matrix, rarity: Any) -> sparse.csr_matrix:
    weighted = counts @ sparse.diags(rarity)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    return sparse.diags(1 / lengths) @ weighted


def train(data: Sequence[Row]) -> dict[str, Any]:
    """The weights of the judge that counts, learnt from the rows of one side."""
    text, context = _counted([row["text"] for row in data]), _counted([row["context"] for row in data])
    rarity = np.stack([_rarity(text), _rarity(context)])
    seen = sparse.hstack([_weighted(text, rarity[0]), PIECES_OF_CONTEXT * _weighted(context, rarity[1])]).tocsr()
    learnt = LogisticRegression(C=2, tol=1e-3, max_iter=500, class_weight="balanced").fit(
        seen, [row["label"] for row in data]
    )
    return {
        "labels": np.array(learnt.classes_),
        "rarity": rarity.astype(np.float16),
        "pieces": learnt.coef_.T.reshape(2, BUCKETS, -1).astype(np.float16),
        "pieces_bias": learnt.intercept_.astype(np.float32),
    }


def measured(messages: Sequence[Row]) -> Iterator[Labelled]:
    """What the ear makes of labelled messages."""
    for row in messages:
        heard = ear.hear(row["text"], row["side"], row.get("context"))
        yield Labelled(row["side"], row["lang"], len(row["text"]), row["label"], heard)


def main(files: Sequence[str]) -> None:
    """Train both sides, write the weights, and measure."""
    data = rows("train")
    for side in ("supplier", "client"):
        np.savez_compressed(HERE / f"{side}.npz", **train([row for row in data if row["side"] == side]))
    sets = {name: rows("dev", pattern) for name, pattern in SETS.items()}
    sets |= {file: [json.loads(line) for line in Path(file).read_text("utf-8").splitlines()] for file in files}
    for name, messages in sets.items():
        sys.stdout.write(f"=== {name}\n" + "\n".join(report(list(measured(messages)))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
