"""What a platform told of people a short while ago: asked for once, kept in memory only, and forgotten on time."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key")
Told = TypeVar("Told")

SECONDS = 600.0
"""How long nobody is asked for twice."""


@dataclass(frozen=True)
class Lately(Generic[Key, Told]):
    """What was told, by what it is about. `clock` is one that nobody can set, in seconds."""

    clock: Callable[[], float] = time.monotonic
    _told: dict[Key, tuple[float, Told]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._told)

    def get(self, key: Key) -> Told | None:
        """What was told of this; None when that is too long ago, or never was."""
        at, told = self._told.get(key, (None, None))
        return told if at is not None and self.clock() - at < SECONDS else None

    def keep(self, key: Key, told: Told) -> None:
        """Remember it from now on."""
        self._told[key] = self.clock(), told

    def forget(self) -> None:
        """Drop what was told too long ago, also when nobody asks for it any more."""
        now = self.clock()
        for key in [key for key, (at, _) in self._told.items() if now - at >= SECONDS]:
            del self._told[key]
