"""The machine on which is measured: what it is, and how busy others keep it."""

import os
import platform
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("aiohttp", "slack-bolt", "botbuilder-core", "sqlalchemy", "psycopg", "numpy")
QUIET = 0.12
"""The share of the machine that others may use without being waited for."""


def busy(seconds: float = 1.0) -> float:
    """The share of all processors that is in use, from 0 to 1; 0 where the system does not tell."""

    def used() -> tuple[int, int]:
        ticks = [int(each) for each in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
        return sum(ticks) - ticks[3] - ticks[4], sum(ticks)

    if not Path("/proc/stat").exists():
        return 0.0
    before, total_before = used()
    time.sleep(seconds)
    after, total = used()
    return (after - before) / max(1, total - total_before)


def wait_for_quiet(patience: float) -> float:
    """Wait until others leave the machine alone, but not for ever; returns how busy it still is."""
    until = time.monotonic() + patience
    while (share := busy(1.0 if patience else 0.2)) > QUIET and time.monotonic() < until:
        pass
    return share


def facts(folder: Path) -> Mapping[str, str]:
    """What the figures hang on; `folder` is where the databases are."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} cores, {_processor()}, {_memory()}; {_system()}",
        "versions": ", ".join(
            (
                f"commit {_commit()}",
                f"Python {platform.python_version()}",
                f"SQLite {sqlite3.sqlite_version}",
                *(f"{name} {version(name)}" for name in PACKAGES),
            )
        ),
        "disk": f"a write of 4 KiB with fdatasync takes {_fdatasync(folder):.2f} ms",
    }


def load() -> str:
    """How many processes want to run, over one, five and fifteen minutes."""
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def _first(file: str, key: str) -> str:
    """The first value of a key in a file of the system."""
    path = Path(file)
    lines = path.read_text().splitlines() if path.exists() else []
    found = (line.split(":" if ":" in line else "=", 1)[1] for line in lines if line.startswith(key))
    return next(found, "unknown").strip().strip('"')


def _processor() -> str:
    return _first("/proc/cpuinfo", "model name")


def _memory() -> str:
    kibibytes = _first("/proc/meminfo", "MemTotal").split()[0]
    return f"{int(kibibytes) / 2**20:.0f} GiB" if kibibytes.isdigit() else "memory unknown"


def _system() -> str:
    return _first("/etc/os-release", "PRETTY_NAME")


def _commit() -> str:
    told = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def _fdatasync(folder: Path) -> float:
    took = []
    path = folder / "fdatasync"
    with path.open("wb", buffering=0) as file:
        for _ in range(50):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            took.append(1000 * (time.perf_counter() - began))
    path.unlink()
    return statistics.median(took)
