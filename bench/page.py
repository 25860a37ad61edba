"""The page of results: what was measured is written anew, what people wrote below it stays."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench.shape import Goal, Growth, Measurement, Rounds, Section

BY_HAND = "<!-- What stands below this line is written by hand; a new run leaves it as it is. -->"


def page(sections: Iterable[Section], facts: Mapping[str, str], by_hand: str = "") -> str:
    """All of it, as markdown. `facts` are what the figures hang on; `by_hand` is what is to stay."""
    lines = ["# How fast it is", ""]
    lines += [f"- **{name.capitalize()}**: {value}" for name, value in facts.items()]
    lines += [
        "",
        "Ours and its floor take turns in one run, so a ratio says more than a figure: what disturbs the one disturbs",
        "the other. Shown are min · **median** · max over the rounds; goals are held against the median.",
        "",
    ]
    for section in sections:
        lines += [*_section(section), ""]
    return "\n".join([*lines, BY_HAND]) + "\n" + (by_hand or "\n")


def kept(path: Path) -> str:
    """What is written by hand on the page at `path`."""
    return path.read_text("utf-8").partition(BY_HAND + "\n")[2] if path.exists() else ""


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield section.about
    if section.not_run:
        yield ""
        yield f"**Not run**: {section.not_run}"
    if section.measurements:
        yield from _measurements(section.measurements)
    of = list(dict.fromkeys(growth.of for growth in section.growths))
    for each in of:
        yield from _growths([growth for growth in section.growths if growth.of == each])
    if section.lines:
        yield ""
        yield from section.lines


def _measurements(measurements: Sequence[Measurement]) -> Iterator[str]:
    yield ""
    yield "| | ours | floor | unit | ratio | goal |"
    yield "|---|---|---|---|---|---|"
    for each in measurements:
        goal = _goal(each.goal, each.good_enough) if each.goal is not None else ""
        cells = (each.name, spread(each.ours), spread(each.floor), each.unit, spread(each.ratios), goal)
        yield f"| {' | '.join(cells)} |"


def _growths(growths: Sequence[Growth]) -> Iterator[str]:
    amounts = list(dict.fromkeys(amount for growth in growths for amount in growth.costs))
    yield ""
    yield f"| {growths[0].of} | " + " | ".join(f"{amount:,}" for amount in amounts) + " | unit | grows as |"
    yield "|---" * (len(amounts) + 3) + "|"
    for each in growths:
        costs = " | ".join(spread(each.costs[amount]) for amount in amounts)
        yield f"| {each.name} | {costs} | {each.unit} | {grows(each)} |"


def _goal(goal: Goal, met: bool | None) -> str:
    return f"{'≤' if goal.at_most else '≥'} {number(goal.value)} {'✓' if met else '✗'}"


def grows(growth: Growth) -> str:
    """The powers of the amount, overall and at last, and the last one in words."""
    limits = ((0.2, "hardly"), (0.8, "slowly"), (1.2, "in proportion"))
    words = next((words for limit, words in limits if growth.at_last < limit), "faster than it")
    return f"n^{growth.exponent:.2f}, at last n^{growth.at_last:.2f}: {words}"


def spread(figures: Rounds) -> str:
    """The lowest, the middle and the highest."""
    if not figures:
        return ""
    low, high = number(min(figures)), number(max(figures))
    middle = f"**{number(statistics.median(figures))}**"
    return middle if low == high else f"{low} · {middle} · {high}"


def number(figure: float) -> str:
    """Three digits, or all of a whole number; never more than one can know."""
    size = abs(figure)
    if size >= 100 or figure == int(figure):
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if size >= 10 else f"{figure:.2f}" if size >= 0.1 else f"{figure:.3g}"
