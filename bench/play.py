"""How long does a script take? Most lines are a burst of their own; the ear aside."""

import asyncio
import io
import json
import sqlite3
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from unittest import mock

import bot.play
from bench.shape import Goal, Measurement, Run, Section, milliseconds
from handlers.coaching import hear
from handlers.turn import Hearing, Listen

BEGINNING = datetime.fromisoformat("2027-03-01T09:00:00+01:00")
TEXTS = (
    "Sinds maandag staan veertig mensen te wachten",
    "Dank je wel, ik kijk er vanmiddag naar en bel je om drie uur",
    "Dat is gewoon even wennen, dat heeft iedereen in het begin",
    "Waardeloos traag, niet te doen",
    "Goedemorgen",
    "prima",
    "We pakken het op in een van de volgende releases",
)
ABOUT = (
    "Ours is `samenspraak play` over a long script in ten channels: nearly every message is a burst of its own\n"
    "and one in six earns a tip (`restraint` off). The ear is left out: what it hears is known beforehand. The\n"
    "floor reads the same lines and writes each down with the bare driver, in a transaction of its own, in memory\n"
    "too. The goal is 10,000 lines in a minute."
)


def script_played(run: Run) -> Section:
    """A script, for each of its lines."""
    lines = list(script(run.sizes.lines))
    for text in TEXTS:
        for side in ("supplier", "client"):
            _hearing(text, side)
    effects: list[int] = []
    took = run.turns({"play": lambda: _played(lines, effects), "the floor": lambda: _written_down(lines)})
    ours = took["play"]
    return Section(
        "Playing a script",
        ABOUT,
        (
            Measurement(f"a line, of {len(lines):,}", "ms", ours, took["the floor"]),
            Measurement("10,000 such lines", "s", tuple(10 * each for each in ours), goal=Goal(60, at_most=True)),
        ),
        lines=(f"- {effects[0]:,} effects came of it.",),
    )


def script(length: int, channels: int = 10) -> Iterator[str]:
    """A script of so many lines: people of both sides write in turn in ten channels, a message every twenty seconds."""
    lines: list[dict[str, object]] = [{"do": "set", "lang": "nl", "restraint": False, "holdback": False}]
    for number in range(channels):
        sides = {side: [f"{side[0]}{number}{each}" for each in range(3)] for side in ("supplier", "client")}
        lines.append({"do": "join", "place": f"C{number}", **sides, "consent": True})
    lines += (
        {
            "do": "say",
            "id": f"m{number}",
            "at": (BEGINNING + timedelta(seconds=20 * number)).isoformat(),
            "who": f"{'sc'[number // 7 % 2]}{number % channels}{number // channels % 3}",
            "place": f"C{number % channels}",
            "text": TEXTS[(number * 5 + number // channels) % len(TEXTS)],
        }
        for number in range(length - len(lines))
    )
    return (json.dumps(line) for line in lines)


def _played(lines: list[str], effects: list[int]) -> float:
    """Milliseconds for each line; notes how many effects there were."""
    out = io.StringIO()
    with mock.patch.object(bot.play, "here", _heard_before):
        took = milliseconds(lambda: asyncio.run(bot.play.play(lines, out, sys.stderr)))
    effects.append(out.getvalue().count("\n"))
    return took / len(lines)


async def _heard_before(what: Listen) -> Hearing:
    return _hearing(what.text, what.side)


@cache
def _hearing(text: str, side: str) -> Hearing:
    return hear(text, side)


def _written_down(lines: list[str]) -> float:
    """Milliseconds for each line with nothing but the driver."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, line TEXT)")

    def write_down() -> None:
        for line in lines:
            said = json.loads(line)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO said (line) VALUES (?)", (json.dumps(said),))
            connection.execute("COMMIT")

    took = milliseconds(write_down)
    connection.close()
    return took / len(lines)
