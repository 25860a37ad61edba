"""How well the ear hears: what it made of labelled messages, counted. The arithmetic of `hear --evaluate`."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.hear import mistake
from bot.shares import interval
from handlers.turn import Hearing

NOT_WORTH_A_TIP = ("none", "impact_feedback")
LENGTHS = (0, 60, 140, 350, 1_000_000)
"""The bands of length, in characters."""
CONFIDENCES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
THRESHOLDS = tuple(step / 20 for step in range(8, 20))


@dataclass(frozen=True)
class Labelled:
    """A message, what readers hear in it, and what the ear heard."""

    side: str
    lang: str
    length: int
    label: str
    heard: Hearing

    @property
    def worth_a_tip(self) -> bool:
        """Whether readers hear a pattern in it."""
        return self.label not in NOT_WORTH_A_TIP


@dataclass(frozen=True)
class Rates:
    """How often one label was heard rightly: of what was heard, of what was there, and the two together."""

    precision: float
    recall: float
    there: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 when both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Unlabelled(ValueError):
    """A line that cannot be measured; says which and why."""


def read(lines: Iterable[str], hear: Callable[[str, str, str | None], Hearing]) -> Iterator[Labelled]:
    """Hear messages with labels: JSON lines with id, side, text, label, perhaps context and lang. Raises Unlabelled."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as problem:
            raise Unlabelled(f"line {number}: not JSON ({problem})") from problem
        found = mistake(row)
        if found is not None:
            raise Unlabelled(f"line {number}: {found}")
        if not isinstance(row.get("label"), str):
            raise Unlabelled(f"line {number}: label missing: add what readers hear in it")
        heard = hear(row["text"], row["side"], row.get("context"))
        yield Labelled(row["side"], row.get("lang") or heard.lang, len(row["text"]), row["label"], heard)


def rates(found: Sequence[Labelled]) -> dict[str, Rates]:
    """Of every label that occurs: how often it was heard rightly."""
    there = Counter(each.label for each in found)
    heard = Counter(each.heard.label for each in found)
    right = Counter(each.label for each in found if each.heard.label == each.label)
    return {
        label: Rates(right[label] / heard[label] if heard[label] else 0.0, right[label] / there[label], there[label])
        for label in sorted(there)
    }


def macro_f1(found: Sequence[Labelled]) -> float:
    """The mean F1 over the labels that occur, each counting as much; 0 of nothing."""
    each = [rate.f1 for rate in rates(found).values()]
    return sum(each) / len(each) if each else 0.0


@dataclass(frozen=True)
class Decision:
    """What comes of tipping from some confidence on."""

    tips: int
    right: int
    wanted: int
    good: int

    @property
    def precision(self) -> float:
        """The share of tips that are on a message that readers hear a pattern in; 1 when there are none."""
        return self.right / self.tips if self.tips else 1.0

    @property
    def recall(self) -> float:
        """The share of messages with a pattern that get a tip."""
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def false_alarms(self) -> float:
        """The share of good messages that get a tip."""
        return (self.tips - self.right) / self.good if self.good else 0.0


def decision(found: Iterable[Labelled], tipped: Callable[[Labelled], bool] = lambda each: each.heard.nudge) -> Decision:
    """Count what comes of tipping these."""
    tips = right = wanted = good = 0
    for each in found:
        wanted += each.worth_a_tip
        good += not each.worth_a_tip
        if tipped(each):
            tips += 1
            right += each.worth_a_tip
    return Decision(tips, right, wanted, good)


# --- as text


def report(found: Sequence[Labelled]) -> Iterator[str]:
    """Everything about each side, as lines of text."""
    for side in ("supplier", "client"):
        here = [each for each in found if each.side == side]
        if here:
            yield from _side(side, here)


def _side(side: str, found: list[Labelled]) -> Iterator[str]:
    yield f"{side}: {len(found)} messages, macro-F1 {macro_f1(found):.3f}"
    yield ""
    yield f"  {'label':22}{'precision':>10}{'recall':>8}{'F1':>7}{'there':>7}"
    for label, rate in rates(found).items():
        yield f"  {label:22}{rate.precision:>10.2f}{rate.recall:>8.2f}{rate.f1:>7.2f}{rate.there:>7}"
    yield ""
    yield from _confusion(found)
    yield "  language and length: macro-F1"
    groups = {lang: [each for each in found if each.lang == lang] for lang in sorted({each.lang for each in found})}
    for low, high in pairwise(LENGTHS):
        name = f"{low}-{high - 1} characters" if high != LENGTHS[-1] else f"from {low} characters"
        groups[name] = [each for each in found if low <= each.length < high]
    for name, group in groups.items():
        if group:
            yield f"    {name:24}{macro_f1(group):.3f}  ({len(group)})"
    yield ""
    yield "  calibration: of what was heard with this confidence, how much was right"
    for least, most in pairwise(CONFIDENCES):
        group = [each for each in found if least <= each.heard.confidence < most]
        if group:
            right = sum(each.heard.label == each.label for each in group) / len(group)
            yield f"    {least:.1f}-{min(most, 1.0):.1f}  {right:.2f}  ({len(group)})"
    yield ""
    yield from _decisions(found)
    yield ""


def _confusion(found: list[Labelled]) -> Iterator[str]:
    labels = sorted({each.label for each in found} | {each.heard.label for each in found})
    counts = Counter((each.label, each.heard.label) for each in found)
    yield "  there, and heard as"
    yield f"  {'':22}" + "".join(f"{label[:12]:>14}" for label in labels)
    for label in labels:
        yield f"  {label:22}" + "".join(f"{counts[label, heard]:>14}" for heard in labels)
    yield ""


def _decisions(found: list[Labelled]) -> Iterator[str]:
    yield "  tips: precision (95 % interval), recall, false alarms on good messages"
    yield "    " + _told("as decided", decision(found))
    for threshold in THRESHOLDS:

        def sure(each: Labelled, threshold: float = threshold) -> bool:
            return each.heard.label not in NOT_WORTH_A_TIP and each.heard.confidence >= threshold

        yield "    " + _told(f"from {threshold:.2f} on", decision(found, sure))


def _told(name: str, made: Decision) -> str:
    low, high = interval(made.precision, made.tips)
    return (
        f"{name:14}{made.precision:.3f} ({low:.2f}-{high:.2f}) {made.recall:>6.3f} {made.false_alarms:>6.3f}"
        f"   {made.right} right of {made.tips}, {made.wanted} wanted"
    )
