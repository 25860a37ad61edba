"""The recorded shapes of what Slack sends, filled with people and sentences of our own."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_FILES = {
    path.stem: json.loads(path.read_text()) for path in sorted((Path(__file__).parent / "payloads").glob("*.json"))
}

NAMES = tuple(_FILES)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def payload(name: str) -> dict[str, Any]:
    return deepcopy(_FILES[name])
