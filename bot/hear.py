"""`samenspraak hear`: messages as JSON lines in, what the ear heard in each as JSON lines out."""

import json
from collections.abc import Callable, Iterable
from typing import TextIO

from bot import jsonl
from handlers.turn import Hearing


def hear_lines(
    lines: Iterable[str], out: TextIO, problems: TextIO, hear: Callable[[str, str, str | None], Hearing]
) -> int:
    """Prints what `hear` makes of every line, in order; says on `problems` which lines it cannot read and why.

    A line is `{"id": …, "side": "supplier" | "client", "text": …, "context": …}`, without context if need be. Blank
    lines are skipped. Returns the exit status: 1 when a line could not be read, otherwise 0.
    """
    status = 0
    wrong: str | None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            asked, wrong = None, f"not JSON ({error}): write one JSON object on one line"
        else:
            wrong = mistake(asked)
        if wrong is not None:
            problems.write(f"line {number}: {wrong}\n")
            status = 1
            continue
        heard = hear(asked["text"], asked["side"], asked.get("context"))
        answer = {
            "id": asked["id"],
            "label": heard.label,
            "confidence": heard.confidence,
            "nudge": heard.nudge,
            "lang": heard.lang,
            "quote": heard.quote,
        }
        out.write(jsonl.line(answer) + "\n")
    return status


def mistake(asked: object) -> str | None:
    """What keeps this from being a message, and what to do about it; None when all is well."""
    if not isinstance(asked, dict):
        return "not an object: write {…} with id, side and text"
    missing = [name for name in ("id", "side", "text") if name not in asked]
    if missing:
        return f"{', '.join(missing)} missing: add {'it' if len(missing) == 1 else 'them'}"
    if asked["side"] not in ("supplier", "client"):
        return f"side is {json.dumps(asked['side'])}: make it supplier or client"
    if not isinstance(asked["text"], str):
        return "text is not a string: put it between quotes"
    if not isinstance(asked.get("context"), str | None):
        return "context is not a string: put the message that is answered between quotes, or leave it out"
    return None
