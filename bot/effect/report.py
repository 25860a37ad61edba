"""What there is to tell of the effect of tips, for the terminal and for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from bot.effect.count import NEEDED_GIVEN, NEEDED_HELD_BACK, Compared, Group, Said
from bot.shares import interval

WORDS = {
    "too early": "too early to say",
    "helps": "It helps.",
    "helps too little": "It helps, but less than would matter.",
    "harms": "It does harm: stop it until it is mended (docs/effect.md, what we do then).",
    "no difference that matters": "If it helps at all, then less than would matter.",
    "undecided": "Undecided: it may help or not. It is asked anew in the next round.",
}


def as_json(told: Mapping[str, Sequence[Group]], projects: Sequence[int], since: datetime, now: datetime) -> str:
    """All counts, for programs; nothing of a side with too few people."""
    found = {
        "at": now.isoformat(timespec="seconds"),
        "round": since.date().isoformat(),
        "projects": list(projects),
        "needed": {"held_back": NEEDED_HELD_BACK, "given": NEEDED_GIVEN},
        "sides": {side: [asdict(group) for group in groups] for side, groups in told.items()},
    }
    return json.dumps(found, indent=2)


def as_words(
    told: Mapping[str, Sequence[Group]], names: Sequence[str], since: datetime, now: datetime, first: datetime
) -> str:
    """All that may be told, to read; the `first` tip of the round shows how long it takes at this pace."""
    until = f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    lines = [
        click.style(f"Does a tip help? Round of {since.year}, until {until}", bold=True),
        f"Projects that agreed to measure: {', '.join(names)}",
        "",
        f"Nothing is compared before {NEEDED_HELD_BACK:,} tips on a question were held back and {NEEDED_GIVEN:,} were",
        "given, a day ago or longer: who looks sooner sees chance. Why, and what counts: docs/effect.md.",
    ]
    for side, groups in told.items():
        lines += ["", click.style(side, bold=True)]
        lines += (
            _side(groups) if groups else ["  Nothing is shown: these may be tips of fewer than five people, or none."]
        )
    every = [group for groups in told.values() for group in groups]
    if all(group.answer in ("", "too early") for group in every):
        lines += ["", "It is too early to say whether tips help, and nothing above says anything about it."]
        lines += _pace(every, now - first)
    return "\n".join(lines)


def _pace(groups: Sequence[Group], passed: timedelta) -> Iterator[str]:
    """How long the first answer takes, if it goes on like this: who has few tips will never know, and may know that."""
    done = max((min(group.held_back / NEEDED_HELD_BACK, group.given / NEEDED_GIVEN) for group in groups), default=0.0)
    if done:
        months = passed / done / timedelta(days=30)
        yield f"At this pace the first answer takes about {months:,.0f} months of tips; a round has twelve."


def _side(groups: Sequence[Group]) -> Iterator[str]:
    for group in groups:
        many = f"{group.held_back:>6,} held back {group.given:>7,} given"
        early = WORDS["too early"] if group.answer == "too early" else ""
        yield f"  {_name(group):<22}{many}   {early}".rstrip()
        if group.compared:
            yield f"    {click.style(WORDS[group.answer], bold=True)}"
            yield f"    {'':<42}{'given':>14}{'held back':>14}  {'difference':<13}{'sure':>6}"
            yield from (f"    {_compared(each)}" for each in group.compared)
    yield "  What people said of the tips that they got:"
    yield from (f"  {_name(group):<22}{_said(group.said)}" for group in groups)


def _name(group: Group) -> str:
    return {None: "all patterns", "other": "other patterns"}.get(group.pattern, str(group.pattern))


def _compared(each: Compared) -> str:
    arms = "".join(f"{f'{_percent(hits, of)} of {of:,}':>14}" for hits, of in (each.given, each.held_back))
    points = f"{each.low * 100:+.0f} to {each.high * 100:+.0f}"
    return f"{each.what:<42}{arms}  {points:<13}{each.sure:>6.1%}"


def _said(said: Said) -> str:
    if not said.judged:
        return f"none of {said.given:,} judged"
    wrong, left = (_with_interval(count, said.judged) for count in (said.misheard, said.left))
    return f"{said.judged:,} of {said.given:,} judged: not right {wrong}, leave it {left}"


def _with_interval(count: int, of: int) -> str:
    low, high = interval(count / of, of)
    return f"{_percent(count, of)} ({low * 100:.0f}-{high * 100:.0f})"


def _percent(count: int, of: int) -> str:
    return f"{100 * count / of:.0f} %" if of else "-"
