"""Exports made of plain data, as a folder or as a zip, and messages in Slack's own shape."""

import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from scan_ear import CROWD

Files = Mapping[str, Any]
Say = Callable[..., dict[str, Any]]
Write = Callable[[Path, Files], Path]


def _say(at: str, user: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "ts": f"{datetime.fromisoformat(at + '+00:00').timestamp():.6f}", "user": user} | {
        "text": text,
        **more,
    }


def _bytes(content: Any) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content).encode()


def _write(path: Path, files: Files) -> Path:
    """To a zip when the path says so, else to a folder. Bytes are written as they are, all else as JSON."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, _bytes(content))
        return path
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(_bytes(content))
    return path


@pytest.fixture(scope="session")
def crowd() -> list[dict[str, Any]]:
    return CROWD


@pytest.fixture(scope="session")
def hellos() -> Callable[..., list[dict[str, Any]]]:
    """Everybody says hello on a day, a few minutes after each other, so that all groups are large enough."""

    def make(day: str, hour: int = 9) -> list[dict[str, Any]]:
        return [_say(f"{day}T{hour:02}:{at:02}:00", person["id"], "hello") for at, person in enumerate(CROWD)]

    return make


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a scan remembers while it runs."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def say() -> Say:
    return _say


@pytest.fixture(scope="session")
def write() -> Write:
    return _write


@pytest.fixture
def channel(tmp_path: Path) -> Callable[..., Path]:
    """An export with one channel, #support, and one day-file."""

    def make(*rows: dict[str, Any], users: list[dict[str, Any]] | None = None, **others: Any) -> Path:
        return _write(
            tmp_path / "export",
            {
                "users.json": users or [],
                "channels.json": [{"id": "C1", "name": "support"}],
                "support/2024-03-04.json": list(rows),
                **others,
            },
        )

    return make
