"""How fast is an export scanned? `samenspraak scan` on all cores, on one, and beside merely reading the files."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench.ear.speed import CHAT
from bench.shape import Goal, Measurement, Run, Section

BEGINNING = datetime(2027, 3, 1, 8, tzinfo=UTC)
A_DAY = 100
"""Messages in a day of a channel."""
READ = "import json, pathlib, sys; [json.loads(p.read_bytes()) for p in pathlib.Path(sys.argv[1]).rglob('*.json')]"
SIDES = ("--supplier", "TSUP", "--client", "TCLI", "--i-may")
PEOPLE = 7
"""Authors on each side: of fewer than five nothing is told."""
ABOUT = (
    "Ours is `samenspraak scan` over a made-up Slack export of ordinary chat, from its start to its last line, as\n"
    "a process of its own. The floor on one core is a process that only reads the same files as JSON; the floor\n"
    "on all cores is ours on one. Waking the ear takes a second or two of each, which a long export hardly\n"
    "notices."
)


def export(run: Run) -> Section:
    """An export, in messages a second."""
    amount, cores = run.sizes.export, sorted(os.sched_getaffinity(0))
    made = _made(run.folder / "export", amount)
    scanning = ["-m", "bot", "scan", str(made), *SIDES, "--json"]
    took = run.turns(
        {
            "only read": lambda: amount / _took(["-c", READ, str(made)], cores[:1]),
            "one core": lambda: amount / _took(scanning, cores[:1]),
            "all cores": lambda: amount / _took(scanning, cores),
        }
    )
    minutes = tuple(100_000 / rate / 60 for rate in took["all cores"])
    return Section(
        "Scanning an export",
        ABOUT,
        (
            Measurement("one core", "messages/s", took["one core"], took["only read"]),
            Measurement(f"all {len(cores)} cores", "messages/s", took["all cores"], took["one core"]),
            Measurement("100,000 messages, all cores", "minutes", minutes, goal=Goal(10, at_most=True)),
        ),
        lines=(f"- The export has {amount:,} messages.",),
    )


def _took(command: list[str], cores: list[int]) -> float:
    """Seconds that a process takes on these cores."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "the scan failed")
    return time.perf_counter() - began


def _made(folder: Path, amount: int) -> Path:
    """An export of so many messages of ordinary chat, in channels of some days."""
    chat = [json.loads(line) for line in CHAT.open(encoding="utf-8")]
    rows = [_row(number, row) for number, row in enumerate(islice(cycle(chat), amount))]
    users = [_user(f"U{side}{n}", f"T{side}") for side in ("SUP", "CLI") for n in range(PEOPLE)]
    files: dict[str, Any] = {"users.json": users, "channels.json": [{"id": "C1", "name": "support"}]}
    for start in range(0, amount, A_DAY):
        day = (BEGINNING + timedelta(days=start // A_DAY)).date()
        files[f"support/{day}.json"] = rows[start : start + A_DAY]
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), "utf-8")
    return folder


def _row(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """A message; every author waits long enough to be judged by it alone."""
    at = BEGINNING + timedelta(days=number // A_DAY, minutes=5 * (number % A_DAY))
    user = f"{'USUP' if row['side'] == 'supplier' else 'UCLI'}{number % PEOPLE}"
    return {"type": "message", "ts": f"{at.timestamp():.6f}", "user": user, "text": row["text"]}


def _user(person: str, team: str) -> dict[str, Any]:
    return {"id": person, "team_id": team, "name": person.lower(), "profile": {}}
