"""Where the time of one message goes: step by step, and within the slowest steps function by function."""

import asyncio
import cProfile
import json
import pstats
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from bench import growth
from bench.ear.speed import CHAT, heard
from bench.house import Measured, Size, measured
from bench.servers import on_disk
from bench.shape import Measurement, Run, Section, milliseconds, say

HEARD = "heard by the ear"
STEPS = (growth.TAKEN, growth.DECIDED, growth.LOOKED, HEARD, growth.JUDGED)
ROOT = Path(__file__).parents[1]
OURS = tuple(f"{ROOT / room}/" for room in ("bot", "handlers", "prompts", "storage"))
FUNCTIONS = 16
"""How many are shown of a profile."""
ABOUT = (
    "The way of one message of ordinary chat through the usual house on SQLite. The floor is the whole way, so\n"
    "the ratio is a step's share of it. Then where the time goes within the two steps that take longest (the\n"
    "database in memory, so that one thread does it all). Under the profiler everything is slower, small\n"
    "functions most: read the shares, not the times."
)


def slowest(run: Run) -> Section:
    """The steps of a message, and a profile of the two that take longest."""
    chat = [json.loads(line) for line in CHAT.open(encoding="utf-8")][: run.sizes.chat]

    def hear_all() -> None:
        for row in chat:
            heard(row)

    def way() -> growth.Costs:
        return {**growth.one_round(house, run.sizes.times), HEARD: milliseconds(hear_all) / len(chat)}

    hear_all()
    with measured(on_disk(run.folder), Size()) as house:
        rounds = run.turns({"the way of a message": way})["the way of a message"]
    whole = tuple(sum(each[name] for name in STEPS) for each in rounds)
    measurements = tuple(Measurement(name, "ms", tuple(each[name] for each in rounds), whole) for name in STEPS)
    ranked = sorted(measurements, key=lambda each: sum(each.ours), reverse=True)
    lines: list[str] = []
    for name in (each.name for each in ranked[:2]):
        say(f"  profile: {name}")
        profile = _of_hearing(hear_all) if name == HEARD else _of_step(name, run.sizes.times)
        lines += [f"| {name}: with what it calls | by itself | calls | function |", "|---|---|---|---|"]
        lines += [*_functions(profile), ""]
    return Section("The slowest step", ABOUT, measurements, lines=tuple(lines[:-1]))


def _of_hearing(hear_all: Callable[[], None]) -> cProfile.Profile:
    profile = cProfile.Profile()
    profile.runcall(hear_all)
    return profile


def _of_step(name: str, times: int) -> cProfile.Profile:
    profile = cProfile.Profile()

    async def steps(house: Measured) -> None:
        works = {
            growth.LOOKED: lambda: house.looked(times),
            growth.TAKEN: lambda: house.taken_in(times),
            growth.DECIDED: house.decided,
            growth.JUDGED: house.judged,
        }
        for each, work in works.items():
            if each == name:
                profile.enable()
            await work()
            profile.disable()
        await house.as_it_was()

    with measured("sqlite://", Size()) as house:
        asyncio.run(steps(house))  # once to wake up
        profile.clear()
        asyncio.run(steps(house))
    return profile


def _functions(profile: cProfile.Profile) -> Iterator[str]:
    """Our own functions that take most time, as rows of a table."""
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    whole = sum(own for _, _, own, _, _ in stats.values())
    ours = {place: took for place, took in stats.items() if place[0].startswith(OURS)}
    ranked = sorted(ours.items(), key=lambda item: item[1][3], reverse=True)
    for place, (_, calls, own, total, _) in islice(ranked, FUNCTIONS):
        yield f"| {total / whole:.0%} | {own / whole:.0%} | {calls:,} | `{named(*place)}` |"


def named(file: str, line: int, function: str) -> str:
    """A function by name, without where this machine keeps it."""
    return f"{Path(file).relative_to(ROOT)}:{line} {function}"
