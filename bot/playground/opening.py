"""The conversation that is already there when the page opens: a script, as `samenspraak play` reads them."""

import json
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any


def lines(language: str, ends: datetime) -> list[dict[str, Any]]:
    """The lines of the opening in this language, its moments moved as a whole so that the last one falls at `ends`."""
    text = (files(__package__) / f"opening.{language}.jsonl").read_text(encoding="utf-8")
    script = [json.loads(line) for line in text.splitlines() if line.strip()]
    shift = ends - max(datetime.fromisoformat(line["at"]) for line in script if "at" in line)
    return [line | {"at": _moved(line["at"], shift)} if "at" in line else line for line in script]


def _moved(at: str, shift: timedelta) -> str:
    return (datetime.fromisoformat(at) + shift).isoformat()
