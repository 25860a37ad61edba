"""How long does a script take? Ten thousand lines, most of them a burst of their own; the ear aside."""

import asyncio
import io
import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import click

import bot.play
from bot.ear import here
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


@click.command
@click.option("--lines", default=10_000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(lines: int, rounds: int) -> None:
    """Play a long script, a few times."""
    hearing = 0.0

    async def timed(what: Listen) -> Hearing | None:
        nonlocal hearing
        began = time.perf_counter()
        found = await here(what)
        hearing += time.perf_counter() - began
        return found

    bot.play.here = timed
    for number in range(1, rounds + 1):
        hearing, out = 0.0, io.StringIO()
        began = time.perf_counter()
        asyncio.run(bot.play.play(script(lines), out, sys.stderr))
        took = time.perf_counter() - began
        click.echo(
            f"round {number}: {took:.1f} s, of which the ear {hearing:.1f} s, so {took - hearing:.1f} s for "
            f"{lines} lines; {out.getvalue().count(chr(10))} effects"
        )


if __name__ == "__main__":
    main()
