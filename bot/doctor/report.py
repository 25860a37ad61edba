"""What the doctor found, for the terminal and for programs."""

import json
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import click

from bot.doctor.check import Check

COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}
NARROW, WIDE = 60, 100


def status(checks: Sequence[Check]) -> int:
    """The exit status: 0 when all is well, 1 when something needs attention."""
    return int(any(check.state != "ok" for check in checks))


def as_json(checks: Sequence[Check], at: datetime) -> str:
    """All findings, for programs."""
    found = {"at": at.isoformat(timespec="seconds"), "status": status(checks), "checks": [*map(asdict, checks)]}
    return json.dumps(found, indent=2, ensure_ascii=False)


def as_words(checks: Sequence[Check], at: datetime, width: int | None = None) -> str:
    """All findings, to read, `width` characters wide: as wide as the terminal unless given."""
    width = min(max(width or shutil.get_terminal_size().columns, NARROW), WIDE)
    margin = " " * (len("problem  ") + max((len(check.name) for check in checks), default=0) + 2)
    lines = [click.style(f"Samenspraak, {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC", bold=True), ""]
    for check in checks:
        mark = click.style(f"{check.state:<7}", fg=COLOURS[check.state], bold=check.state != "ok")
        head = f"{mark}  {check.name:<{len(margin) - 9}}"
        told = _wrapped(check.words, width - len(margin))
        told += [
            click.style(line, bold=True) for line in _wrapped(f"→ {check.todo}", width - len(margin)) if check.todo
        ]
        lines += [head + told[0], *(margin + line for line in told[1:])]
    return "\n".join((*lines, "", _summary(checks)))


def _wrapped(words: str, width: int) -> list[str]:
    lines = []
    for line in words.splitlines():
        further = "  " if line.startswith(("- ", "→ ")) else ""
        lines += textwrap.wrap(line, width, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)
    return lines


def _summary(checks: Sequence[Check]) -> str:
    number = {state: sum(check.state == state for check in checks) for state in COLOURS}
    if not status(checks):
        return "All is well."
    return f"{number['problem']} to mend, {number['warning']} to look at, {number['ok']} well."
