"""Makes an export of any size, and measures the memory in which it is read: `python -m bench.export_million`.

One channel holds half of the messages, two hundred others the rest; a quarter are replies; every person has a row.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.scan.export import read

SIZES = (10_000, 100_000, 1_000_000)
_CHANNELS, _PEOPLE, _DAYS = 200, 400, 1_000
_FIRST = datetime(2020, 1, 1, 8, tzinfo=UTC)
_WORDS = (
    "de koppeling doet het",
    "weer niet",
    "we kijken er vandaag naar",
    "en laten het je weten",
    "this is",
    "about",
)


def messages(size: int) -> Iterator[tuple[str, datetime, int, str, int | None]]:
    """Channel after channel: its name, moment, author, text, and how many messages back it replies, if it does."""
    dice = random.Random(20260101)
    shares = [size // 2, *[size // 2 // _CHANNELS] * _CHANNELS]
    shares[0] += size - sum(shares)
    for number, share in enumerate(shares):
        for at in range(share):
            moment = _FIRST + timedelta(days=at * _DAYS // share, seconds=at * _DAYS * 30_000 // share % 30_000)
            back = dice.randint(1, min(at, 50)) if at and dice.random() < 0.25 else None
            text = " ".join(dice.choices(_WORDS, k=dice.randint(1, 12)))
            yield f"channel-{number:03}", moment, dice.randrange(_PEOPLE), text, back


def write_slack(path: Path, size: int) -> None:
    """An export as Slack makes it: a zip with a file for each day of each channel."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        people = [
            {"id": f"U{n}", "team_id": f"T{n % 2}", "profile": {"email": f"p{n}@side{n % 2}.example"}}
            for n in range(_PEOPLE)
        ]
        archive.writestr("users.json", json.dumps(people))
        day, rows, before = "", [], []
        for number, (channel, moment, author, text, back) in enumerate(messages(size)):
            name = f"{channel}/{moment:%Y-%m-%d}.json"
            if name != day:
                if rows:
                    archive.writestr(day, json.dumps(rows))
                day, rows = name, []
            ts = f"{moment.timestamp():.0f}.{number % 1_000_000:06}"
            before = [*before[-50:], ts]
            row = {
                "type": "message",
                "user": f"U{author}",
                "ts": ts,
                "text": text,
                "team": f"T{author % 2}",
                "blocks": [],
            }
            if back and back < len(before):
                row["thread_ts"] = before[-1 - back]
            rows.append(row)
        archive.writestr(day, json.dumps(rows))


def write_teams(path: Path, size: int) -> None:
    """The same as Graph gives it: one file of JSON lines, a page of fifty on each, the newest first within a page."""
    with path.open("w", encoding="utf-8") as file:
        page: list[dict[str, object]] = []
        for number, (channel, moment, author, text, back) in enumerate(messages(size)):
            user = {"id": f"u{author}", "tenantId": f"tenant{author % 2}", "userIdentityType": "aadUser"}
            row = {
                "id": str(number),
                "messageType": "message",
                "createdDateTime": moment.isoformat(),
                "from": {"user": user},
            }
            row |= {
                "replyToId": str(number - back) if back else None,
                "body": {"contentType": "html", "content": f"<p>{text}</p>"},
            }
            page.append(row | {"channelIdentity": {"teamId": "t", "channelId": f"19:{channel}@thread.tacv2"}})
            if len(page) == 50:
                file.write(json.dumps({"value": page[::-1]}) + "\n")
                page = []
        file.write(json.dumps({"value": page[::-1]}) + "\n")


def _peak() -> float:
    """MiB that this process took at most so far. The peak of `resource` would include that of who started it."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _measure(path: Path) -> None:
    """In a process of its own, for the peak of a process never goes down."""
    before, start = _peak(), time.perf_counter()
    number = sum(1 for _ in read(path, lambda problem: print(problem, file=sys.stderr)))
    seconds, peak = time.perf_counter() - start, _peak()
    print(f"{number:>9} messages {seconds:7.1f} s, peak {peak:6.1f} MiB, {peak - before:6.1f} of it for reading")


def main() -> None:
    """Writes an export of every size in both shapes, and reads each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--read", type=Path, help="only read what is there")
    chosen = parser.parse_args()
    if chosen.read:
        _measure(chosen.read)
        return
    with tempfile.TemporaryDirectory() as folder:
        for write, name in ((write_slack, "slack.zip"), (write_teams, "teams.jsonl")):
            for size in chosen.sizes:
                path = Path(folder, name)
                write(path, size)
                print(f"{name:<12}{path.stat().st_size / 2**20:7.1f} MiB ", end="", flush=True)
                subprocess.run([sys.executable, "-m", "bench.export_million", "--read", path], check=True)


if __name__ == "__main__":
    main()
