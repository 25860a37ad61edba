"""`samenspraak play`: a script instead of a platform, with a virtual clock and every effect as a JSON line."""

import gc
import json
import random
from collections.abc import Iterable
from typing import Any, TextIO

from bot import jsonl
from bot.ear import compares_here, here
from bot.house import House
from bot.play.script import Mistake, Script
from bot.play.stage import PLATFORM, Stage
from storage.database import opened
from storage.migrate import upgrade


async def play(lines: Iterable[str], out: TextIO, problems: TextIO, database_url: str = "sqlite://") -> int:
    """Play a script. Returns 0, or 1 when a line could not be played: it is named, and the play goes on.

    Lines before the first one with a moment happen at that moment.
    """

    def write(line: Any) -> None:
        out.write(jsonl.line(line) + "\n")
        out.flush()

    # Nothing made so far goes away during the play, and to look through what comes and goes takes a fifth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    with opened(database_url) as database:
        upgrade(database.writing)
        stage = Stage(write)
        house = House(
            database=database,
            ear=here,
            compares=compares_here,
            mouths={PLATFORM: stage.mouth()},
            now=lambda: stage.now,
            dice=random.Random(0).random,  # noqa: S311  (a script must play the same every time)
            wake=lambda: None,
            policies={},
        )
        return await _play_all(Script(stage, house), lines, problems)


async def _play_all(script: Script, lines: Iterable[str], problems: TextIO) -> int:
    mistakes = 0
    early: list[tuple[int, dict[str, Any]]] = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = _read(text)
            if not script.begun and "at" not in line and "until" not in line:
                early.append((number, line))
                continue
            if not script.begun:
                script.start(line)
        except Mistake as mistake:
            problems.write(f"line {number}: {mistake}\n")
            mistakes += 1
            continue
        mistakes += await _some(script, [*early, (number, line)], problems)
        early.clear()
    mistakes += await _some(script, early, problems)
    return 1 if mistakes else 0


async def _some(script: Script, numbered: Iterable[tuple[int, dict[str, Any]]], problems: TextIO) -> int:
    """Play these lines; returns how many could not be."""
    mistakes = 0
    for number, line in numbered:
        try:
            await script.play(line, number)
        except Mistake as mistake:
            problems.write(f"line {number}: {mistake}\n")
            mistakes += 1
    return mistakes


def _read(text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Mistake(f"this is not JSON ({problem}); each line holds one object") from problem
    if not isinstance(line, dict):
        raise Mistake('each line holds one object, such as {"do":"wait","until":"…"}')
    return line
