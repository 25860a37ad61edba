"""Tunes the encoder to the corpus: `python -m bench.ear.tune`, about two hours on two cores.

Needs PyTorch (its build for the processor), which nothing else here needs. Deterministic on one kind of machine. Writes
`prompts/ear/tuned.npz`: the tuned layers and the weights of each label, in eight bits.

First the upper half learns: the lower layers stay as they are, so what comes out of them is kept. Then all layers do.
Three things are learnt at once: the label from features (each as strong as in the word where it is strongest: one
defensive sentence makes a friendly mail defensive), the label from the mean of all words, and what the quote is.
"""

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bench.ear.corpus import LABELS, Row, rows
from prompts.ear.encoder import LONGEST, TUNED, one_line
from prompts.ear.image import Image, packed
from prompts.ear.text import own_words

HALF = 6
"""How many layers stay as they are while the upper ones learn."""
TOKENS = 2400
FEATURES = 64
"""How many things are looked for in every word."""


class Linear(nn.Module):
    """Weights and a bias."""

    def __init__(self, weights: torch.Tensor, bias: torch.Tensor) -> None:
        super().__init__()
        self.w, self.b = nn.Parameter(weights), nn.Parameter(bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.linear(x, self.w, self.b)


class Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self, image: Image, number: int) -> None:
        super().__init__()
        self.heads, width = image.heads, image.width

        def linear(name: str, out: int, into: int) -> Linear:
            weights = torch.from_numpy(image.numbers(f"l{number}.{name}.w").reshape(out, into).copy())
            return Linear(weights, torch.from_numpy(image.numbers(f"l{number}.{name}.b").copy()))

        def norm(name: str) -> nn.LayerNorm:
            found = nn.LayerNorm(width, image.eps)
            found.weight.data = torch.from_numpy(image.numbers(f"l{number}.{name}.w").copy())
            found.bias.data = torch.from_numpy(image.numbers(f"l{number}.{name}.b").copy())
            return found

        self.q, self.k, self.v, self.ao = (linear(name, width, width) for name in ("q", "k", "v", "ao"))
        self.fi, self.fo = linear("fi", image.inner, width), linear("fo", width, image.inner)
        self.aln, self.oln = norm("aln"), norm("oln")
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        many, long, width = x.shape

        def split(y: torch.Tensor) -> torch.Tensor:
            return y.view(many, long, self.heads, -1).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(
            split(self.q(x)), split(self.k(x)), split(self.v(x)), attn_mask=there[:, None, None, :]
        )
        x = self.aln(x + self.drop(self.ao(seen.transpose(1, 2).reshape(many, long, width))))
        return self.oln(x + self.drop(self.fo(functional.gelu(self.fi(x)))))


class Ear(nn.Module):
    """The encoder with what it is to learn."""

    def __init__(self, image: Image) -> None:
        super().__init__()
        width = image.width
        self.image = image
        self.layers = nn.ModuleList(Layer(image, number) for number in range(image.layers))
        self.features = Linear(torch.randn(FEATURES, width) * 0.05, torch.zeros(FEATURES))
        self.out, self.mean, self.tag = (nn.Linear(size, len(LABELS)) for size in (FEATURES, width, width))
        self.drop = nn.Dropout(0.1)

    def low(self, tokens: torch.Tensor, there: torch.Tensor, frozen: int) -> torch.Tensor:
        """What the frozen layers make of tokens; without any, what the tokens are where they stand."""
        image, width = self.image, self.image.width

        def table(name: str) -> torch.Tensor:
            return torch.from_numpy(image.numbers(name)).reshape(-1, width)

        if not hasattr(self, "words"):
            self.words, self.places = table("emb.word"), table("emb.pos") + table("emb.type")[0]
        x = self.words[tokens] + self.places[: tokens.shape[1]]
        x = functional.layer_norm(x, (width,), table("emb.ln.w")[0], table("emb.ln.b")[0], image.eps)
        for layer in self.layers[:frozen]:
            x = layer(x, there)
        return x

    def forward(
        self, x: torch.Tensor, there: torch.Tensor, frozen: int
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The label from the features, the label from the mean, and a label for every token."""
        for layer in self.layers[frozen:]:
            x = layer(x, there)
        length = there.sum(1)
        said = there.clone()
        # The engine leaves out the first and the last token, which stand for no word.
        said[:, 0] = False
        said[torch.arange(len(x)), length - 1] = False
        strongest = functional.relu(self.features(x)).masked_fill(~said[:, :, None], 0.0).amax(1)
        mean = (x * there[:, :, None]).sum(1) / length[:, None]
        return self.out(self.drop(strongest)), self.mean(self.drop(mean)), self.tag(x)


@dataclass(frozen=True)
class Example:
    """A message as the encoder gets it: tokens, label, and which label each token speaks for (-100: unknown)."""

    tokens: list[int]
    label: int
    side: str
    speaks: list[int]


def example(image: Image, row: Row) -> Example:
    """A row of the corpus as an example."""
    side, own = row["side"], own_words(row["text"])
    answered = own_words(row["context"]) if row["context"] else None
    line = one_line(side, own, answered)
    tokens = [image.first, *image.tokens(line)[: LONGEST - 2], image.last]
    label, none = LABELS.index((side, row["label"])), LABELS.index((side, "none"))
    speaks = [none if row["label"] == "none" else -100] * len(tokens)
    quote = " ".join((row["quote"] or "").split())
    if quote and quote in line:
        start = line.index(quote)
        begin = 1 + len(image.tokens(line[:start].rstrip()))
        end = 1 + len(image.tokens(line[: start + len(quote)]))
        speaks = [label if begin <= place < end else none for place in range(len(tokens))]
    return Example(tokens, label, side, speaks)


def batches(order: Sequence[int], lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Numbers in groups that take at most so many tokens when each is as long as the longest."""
    group: list[int] = []
    longest = 0
    for number in order:
        if group and max(longest, lengths[number]) * (len(group) + 1) > most:
            yield group
            group, longest = [], 0
        group.append(number)
        longest = max(longest, lengths[number])
    if group:
        yield group


def side_by_side(states: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """States of several lines as one block, and where it holds something."""
    long = max(map(len, states))
    block = torch.zeros(len(states), long, *states[0].shape[1:], dtype=states[0].dtype)
    there = torch.zeros(len(states), long, dtype=torch.bool)
    for row, state in enumerate(states):
        block[row, : len(state)] = state
        there[row, : len(state)] = True
    return block, there


def learn(ear: Ear, examples: Sequence[Example], epochs: int, rate: float, frozen: int) -> None:
    """Let the layers above the frozen ones learn; says how far it is."""
    lengths = [len(each.tokens) for each in examples]
    states: list[torch.Tensor] = [torch.empty(0)] * len(examples)
    ear.eval()
    with torch.no_grad():
        for group in batches(sorted(range(len(examples)), key=lengths.__getitem__), lengths, 6000):
            block, there = side_by_side([torch.tensor(examples[number].tokens) for number in group])
            found = ear.low(block, there, frozen).half()
            for row, number in enumerate(group):
                states[number] = found[row, : lengths[number]].clone()
    ear.train()
    upper = [weights for layer in ear.layers[frozen:] for weights in layer.parameters()]
    heads = [weights for part in (ear.features, ear.out, ear.mean, ear.tag) for weights in part.parameters()]
    way = torch.optim.AdamW([{"params": upper, "lr": rate}, {"params": heads, "lr": 1e-3}], weight_decay=0.01)
    steps = epochs * len(list(batches(range(len(examples)), lengths, TOKENS)))
    pace = torch.optim.lr_scheduler.LambdaLR(
        way, lambda step: min(1, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps)
    )
    possible = {side: torch.tensor([side == other for other, _ in LABELS]) for side in ("supplier", "client")}
    for epoch in range(epochs):
        order = random.sample(range(len(examples)), len(examples))
        alike = [sorted(order[start : start + 400], key=lengths.__getitem__) for start in range(0, len(order), 400)]
        groups = [group for numbers in alike for group in batches(numbers, lengths, TOKENS)]
        random.shuffle(groups)
        begun = time.monotonic()
        for step, group in enumerate(groups, start=1):
            block, there = side_by_side([states[number] for number in group])
            labels = torch.tensor([examples[number].label for number in group])
            speaks, _ = side_by_side([torch.tensor(examples[number].speaks) for number in group])
            speaks = speaks.masked_fill(~there, -100)
            strongest, mean, tags = ear(block.float(), there, frozen)
            other = ~torch.stack([possible[examples[number].side] for number in group])
            loss = functional.cross_entropy(strongest.masked_fill(other, -30.0), labels)
            loss = loss + functional.cross_entropy(mean.masked_fill(other, -30.0), labels)
            if (speaks >= 0).any():
                loss = loss + 0.5 * functional.cross_entropy(tags.flatten(0, 1), speaks.flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(upper + heads, 1.0)
            way.step()
            way.zero_grad()
            pace.step()
            left = (time.monotonic() - begun) / step * (len(groups) * (epochs - epoch) - step) / 60
            sys.stderr.write(
                f"\r{epoch + 1}/{epochs} {step}/{len(groups)}: {float(loss.detach()):.3f}, {left:.0f} minutes left "
            )
            sys.stderr.flush()
        sys.stderr.write("\n")


def written(ear: Ear) -> dict[str, Any]:
    """What was learnt, matrices in eight bits with a step for each row."""
    found: dict[str, Any] = {
        "base": np.frombuffer(sha256(ear.image.raw.tobytes()).digest(), np.uint8),
        "labels": np.array([f"{side} {label}" for side, label in LABELS]),
    }
    for name, values in ear.named_parameters():
        owner, _, kind = name.rpartition(".")
        first, _, rest = owner.partition(".")
        if first == "layers":
            number, _, part = rest.partition(".")
            owner = f"l{number}.{part}"
        numbers, key = values.detach().numpy().astype(np.float32), f"{owner}.{kind[0]}"
        if numbers.ndim == 2:
            steps = np.abs(numbers).max(axis=1, keepdims=True) / 127
            found[key], found[f"{key} steps"] = np.rint(numbers / steps).astype(np.int8), steps
        else:
            found[key] = numbers
    return found


def main() -> None:
    """Tune on the corpus and write what was learnt."""
    random.seed(0)
    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    image = Image(packed())
    ear = Ear(image)
    data = rows("train")
    # First what is hard to tell apart; then, slowly, with all the ordinary chat in between; then the lower half too.
    hard = [row for row in data if row["file"] not in ("chat-plain", "odd-plain")]
    learn(ear, [example(image, row) for row in hard], 4, 2e-4, HALF)
    learn(ear, [example(image, row) for row in data], 1, 8e-5, HALF)
    before = {name: values.clone() for name, values in ear.state_dict().items()}
    learn(ear, [example(image, row) for row in data], 2, 1e-4, 0)
    # Halfway hears more evenly than either end.
    ear.load_state_dict({name: (values + before[name]) / 2 for name, values in ear.state_dict().items()})
    np.savez(str(TUNED), **written(ear))


if __name__ == "__main__":
    main()
