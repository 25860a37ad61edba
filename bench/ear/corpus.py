"""The messages to learn from and to measure with."""

import json
from pathlib import Path
from typing import Any

from prompts.ear import CLIENT_PATTERNS, SUPPLIER_PATTERNS

CORPUS = Path(__file__).parents[2] / "prompts" / "ear" / "corpus"
LABELS = (
    ("supplier", "none"),
    *(("supplier", label) for label in SUPPLIER_PATTERNS),
    ("client", "none"),
    *(("client", label) for label in CLIENT_PATTERNS),
    ("client", "impact_feedback"),
)
"""Every side with every label, in the order in which the encoder's weights have them."""

Row = dict[str, Any]


def rows(part: str, pattern: str = "*.jsonl") -> list[Row]:
    """The rows of a part of the corpus, in a fixed order, each with the name of its file."""
    return [
        json.loads(line) | {"file": file.stem}
        for file in sorted((CORPUS / part).glob(pattern))
        for line in file.open(encoding="utf-8")
    ]
