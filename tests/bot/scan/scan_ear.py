"""A cheap ear for where only counting is tested, and the people who write."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from bot.scan.figures import SIDE
from handlers.turn import Listen


@dataclass
class FakeEar:
    """Hears in a message the pattern and the signs whose names stand in it, surely where it says so."""

    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    stops_at: int | None = None
    """After so many it is stopped with Ctrl+C."""

    def __call__(self, whats: Iterable[Listen]) -> Iterator[Any]:
        for what in whats:
            if len(self.asked) == self.stops_at:
                raise KeyboardInterrupt
            self.asked.append((what.text, what.side, what.context))
            signs = {"acknowledges", "commits", "emergency", "banter", "waiting", "umpteenth"}
            yield SimpleNamespace(
                label=next((name for name in SIDE if name in what.text and SIDE[name] == what.side), "none"),
                nudge="sure" in what.text and "impact_feedback" not in what.text,
                lang="nl" if "hoi" in what.text else "en",
                signs=frozenset(sign for sign in signs if sign in what.text),
                quote=None,
            )


def promised(text: str, lang: str) -> Any:
    """Finds a promise where one is said to be."""
    return SimpleNamespace(owner="owner" in text, date="date" in text) if "promise" in text else None


CROWD = [{"id": f"S{n}", "team_id": "TMAKER"} for n in range(1, 7)] + [
    {"id": f"C{n}", "team_id": "TUSER", "profile": {"email": f"c{n}@use.example"}} for n in range(1, 7)
]
"""Six people on each side."""
