"""Trains a candidate for the ear from the corpus, and measures it beside the rules: `python -m bench.ear.train`.

Deterministic; needs the test packages. Vectors are kept in a file beside the corpus (not in version control), for to
encode takes most of the time. Files of labelled messages that are named are measured too.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bench.ear import encoder
from bench.ear.grams import BUCKETS, grams, plain
from bench.ear.head import PIECES_OF_CONTEXT, Head, evidence, place
from bot.measure import NOT_WORTH_A_TIP, Labelled, report
from prompts.ear import Hearing, hear, own_words

CORPUS = Path(__file__).parents[2] / "prompts" / "ear" / "corpus"
VECTORS = CORPUS / "vectors.npz"
GAMMA, EXAMPLES, FOLDS = 0.6, 600, 5
WITH_A_RULE, ALONE = 0.7, 0.95
"""From this share of a pattern on it would be worth a tip: with a rule that tips on it too, or without."""
DOUBT = {"supplier": 1.65, "client": 1.0}
"""How much more `none` weighs than in the corpus: real exchanges hold more of it."""

Row = dict[str, Any]


def rows(part: str, side: str) -> list[Row]:
    """The rows of one side of a part of the corpus, in a fixed order."""
    found = []
    for file in sorted((CORPUS / part).glob("*.jsonl")):
        found += [json.loads(line) | {"file": file.stem} for line in file.open(encoding="utf-8")]
    return [row for row in found if row["side"] == side]


def said(text: str, longest: int) -> str:
    """What is encoded of a text."""
    return " ".join(own_words(text).split())[:longest]


class Vectors:
    """The vectors of texts, each encoded once."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        if VECTORS.exists():
            with np.load(VECTORS) as stored:
                self.known = dict(zip(map(str, stored["texts"]), stored["vectors"], strict=True))

    def learn(self, texts: Sequence[str]) -> None:
        """Encode what is new, and keep it; says how far it is."""
        new = sorted({text for text in texts if text and text not in self.known}, key=len)
        for start in range(0, len(new), 64):
            batch = new[start : start + 64]
            self.known |= dict(zip(batch, encoder.encode(batch).astype(np.float16), strict=True))
            sys.stderr.write(f"\rencoded {start + len(batch)} of {len(new)}")
            sys.stderr.flush()
            if start // 64 % 20 == 19 or start + 64 >= len(new):
                np.savez(VECTORS, texts=np.array(list(self.known)), vectors=np.array(list(self.known.values())))
        sys.stderr.write("\n")

    def of(self, text: str) -> Any:
        """The vector of a text that was learnt; zeros for nothing."""
        return self.known[text].astype(np.float32) if text else np.zeros(384, np.float32)


def _counted(texts: Sequence[str | None]) -> sparse.csr_matrix:
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for text in texts:
        found = grams(plain(text)) if text else {}
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


def _judges(text: Any, context: Any, vectors: Any, has: Any, labels: Any) -> dict[str, Any]:
    """Train the judge that counts and the judge that compares; returns their weights."""
    rarity = np.stack([_rarity(text), _rarity(context)])
    pieces = sparse.hstack([_weighted(text, rarity[0]), PIECES_OF_CONTEXT * _weighted(context, rarity[1])]).tocsr()
    counting = LogisticRegression(C=8, max_iter=500, class_weight="balanced").fit(pieces, labels)
    middle = np.stack([vectors[0].mean(axis=0), vectors[1][has].mean(axis=0)])
    spread: Any = np.stack([vectors[0].std(axis=0), vectors[1][has].std(axis=0)]) + np.float32(1e-6)
    placed = np.stack(
        [
            place(one, other if there else None, middle, spread)
            for one, other, there in zip(vectors[0], vectors[1], has, strict=True)
        ]
    )
    near = Nystroem(gamma=GAMMA, n_components=EXAMPLES, random_state=0).fit(placed)
    comparing = LogisticRegression(C=10, max_iter=1000).fit(near.transform(placed), labels)
    weights = counting.coef_.T.reshape(2, BUCKETS, -1)
    return {
        "labels": np.array(counting.classes_),
        "rarity": rarity,
        "pieces": weights,
        "pieces_bias": counting.intercept_,
        "middle": middle,
        "spread": spread,
        "examples": near.components_,
        "gamma": np.array(GAMMA),
        # The map of the method and the weights on it in one: what is left is a likeness to each example.
        "likeness": near.normalization_.T @ comparing.coef_.T,
        "likeness_bias": comparing.intercept_,
    }


def _head(weights: dict[str, Any], weighing: Any, bias: Any) -> Head:
    numbers = {k: np.asarray(v, np.float32) for k, v in weights.items() if k not in ("labels", "gamma")}
    return Head(
        labels=tuple(map(str, weights["labels"])),
        gamma=float(weights["gamma"]),
        weighing=np.asarray(weighing, np.float32),
        weighing_bias=np.asarray(bias, np.float32),
        **numbers,
    )


def ruled(text: str, side: str, context: str | None) -> dict[str, float]:
    """What the rules make of a message: the label that they hear, and how sure they are."""
    heard = hear(text, side, context)
    return {heard.label: heard.confidence}


def train(side: str) -> Head:
    """Train one side."""
    data = rows("train", side)
    labels = np.array([row["label"] for row in data])
    store = Vectors()
    words = [said(row["text"], encoder.TEXT) for row in data]
    answered = [said(row["context"] or "", encoder.CONTEXT) for row in data]
    store.learn(words + answered)
    vectors = np.stack([store.of(text) for text in words]), np.stack([store.of(text) for text in answered])
    has = np.array([bool(text) for text in answered])
    text, context = _counted([row["text"] for row in data]), _counted([row["context"] for row in data])
    cues = [ruled(row["text"], side, row["context"]) for row in data]

    # What the third judge learns from, the first two must not have seen.
    names = sorted(set(labels))
    signals = np.zeros((len(data), 3 * len(names)), np.float32)
    groups = np.array([f"{row['file']} {row['pair'] or row['id']}" for row in data])
    for seen, unseen in GroupKFold(FOLDS, shuffle=True, random_state=0).split(words, groups=groups):
        weights = _judges(text[seen], context[seen], (vectors[0][seen], vectors[1][seen]), has[seen], labels[seen])
        judge = _head(weights, 0.0, 0.0)
        for i in unseen:
            compared = judge.compared(vectors[0][i], vectors[1][i] if has[i] else None)
            counted = judge.count(data[i]["text"], data[i]["context"])
            signals[i] = np.concatenate(
                [evidence(counted), evidence(compared), [cues[i].get(label, 0.0) for label in names]]
            )
    third = LogisticRegression(C=1, max_iter=2000).fit(signals, labels)
    weights = _judges(text, context, vectors, has, labels)
    return _head(weights, third.coef_.T, third.intercept_)


def judged(head: Head, row: Row) -> Hearing:
    """What the candidate hears in a message."""
    text, context = row["text"], row.get("context")
    rule = hear(text, row["side"], context)
    compared = head.compare(said(text, encoder.TEXT), said(context or "", encoder.CONTEXT))
    shares = head.weigh(head.count(text, context), compared, {rule.label: rule.confidence})
    shares["none"] *= DOUBT[row["side"]]
    label = max(shares, key=lambda label: shares[label])
    share = shares[label] / sum(shares.values())
    enough = WITH_A_RULE if rule.nudge and rule.label == label else ALONE
    return Hearing(label, share, label not in NOT_WORTH_A_TIP and share >= enough, rule.lang)


def main(files: Sequence[str]) -> None:
    """Train both sides, and measure them on the development set and on the files that are named."""
    heads = {side: train(side) for side in ("supplier", "client")}
    measured = {"observed": "observed-*.jsonl", "scene": "scene-*.jsonl"}
    sets = {
        name: [json.loads(line) for file in sorted((CORPUS / "dev").glob(glob)) for line in file.open(encoding="utf-8")]
        for name, glob in measured.items()
    }
    sets |= {file: [json.loads(line) for line in Path(file).read_text("utf-8").splitlines()] for file in files}
    for name, messages in sets.items():
        for who, ear in (("rules", None), ("candidate", heads)):
            found = [
                Labelled(
                    row["side"],
                    row["lang"],
                    len(row["text"]),
                    row["label"],
                    judged(ear[row["side"]], row) if ear else hear(row["text"], row["side"], row.get("context")),
                )
                for row in messages
            ]
            sys.stdout.write(f"=== {name}, {who}\n" + "\n".join(report(found)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
