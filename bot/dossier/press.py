"""Has a PDF made in a process of its own: what was needed for it stays in memory until the process ends."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from bot.dossier.paper import paper

Asked = tuple[Mapping[str, Any], str, bool]


class Unprinted(RuntimeError):
    """A PDF could not be made; the message says why as far as that is known."""


def printed(told: Mapping[str, Any], made: str, *, tagged: bool) -> bytes:
    """As `paper`. Raises Unprinted, as where there is too little memory."""
    asked: Asked = (told, made, tagged)
    done = subprocess.run(
        [sys.executable, "-m", "bot.dossier.press"], input=json.dumps(asked).encode(), stdout=subprocess.PIPE
    )
    if done.returncode:
        raise Unprinted(f"the PDF could not be made (exit status {done.returncode}); is there enough memory?")
    return done.stdout


def _print() -> None:
    told, made, tagged = json.load(sys.stdin)
    sys.stdout.buffer.write(paper(told, made, tagged=tagged))


if __name__ == "__main__":
    _print()
