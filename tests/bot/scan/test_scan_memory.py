"""Reading takes memory for what is being looked at, not for how much there is."""

import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.scan import teams_export
from bot.scan.export import read

FIRST = datetime(2024, 1, 1, 9, tzinfo=UTC)
DAY = 1_000


def slack(path: Path, size: int) -> Path:
    """One channel, a file for each day, a thousand messages a day."""
    (path / "support").mkdir(parents=True)
    (path / "users.json").write_text("[]")
    for number in range(size // DAY):
        at = FIRST + timedelta(days=number)
        rows = [
            {"type": "message", "user": "U1", "ts": f"{at.timestamp() + n:.6f}", "text": f"message {n} of the day"}
            for n in range(DAY)
        ]
        (path / "support" / f"{at:%Y-%m-%d}.json").write_text(json.dumps(rows))
    return path


def teams(path: Path, size: int) -> Path:
    """One channel, one file: a single answer of Graph that never seems to end."""
    path.mkdir(parents=True)
    with (path / "messages.json").open("w") as file:
        file.write('{"@odata.count": 1, "value": [')
        for n in range(size):
            row = {
                "id": str(n),
                "messageType": "message",
                "createdDateTime": (FIRST + timedelta(seconds=n)).isoformat(),
            }
            row |= {"from": {"user": {"id": "u1"}}, "body": {"contentType": "text", "content": f"message {n}"}}
            row |= {"channelIdentity": {"teamId": "t", "channelId": "c"}}
            file.write(("," if n else "") + json.dumps(row))
        file.write("]}")
    return path


def peak(path: Path, size: int) -> int:
    """Bytes that Python took at most."""
    tracemalloc.start()
    try:
        assert sum(1 for _ in read(path, lambda problem: None)) == size
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("write", "size"), [(slack, 20_000), (teams, 12_000)])
def test_three_times_as_many_messages_take_no_more_memory(
    tmp_path: Path, write: Callable[[Path, int], Path], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Python does not see what the database takes; it may have a megabyte here, so that it has to use the disk.
    monkeypatch.setattr(teams_export, "_CACHE", 2**20)
    peak(write(tmp_path / "first", DAY), DAY)
    small, large = (peak(write(tmp_path / str(many), many), many) for many in (size, 3 * size))
    assert large < 1.1 * small
