"""Everything that dispatch and delivery need, in one value; put together where a platform begins to live."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.mouth import Mouth
from handlers.turn import Compare, Hearing, Listen, Policy
from storage.database import Database

Ear = Callable[[Listen], Awaitable[Hearing | None]]
"""Hears; None when it cannot, in which case nothing is judged."""

Compares = Callable[[Compare], Awaitable[tuple[int, ...]]]
"""Finds what means the same; nothing when it cannot, in which case words alone tell."""

Second = Callable[[Listen, Hearing], Awaitable[Hearing]]
"""Asked when the ear is unsure; what it answers may be surer."""


@dataclass(frozen=True)
class House:
    """The parts that work together. `policies` is by platform; what is not named there is fully restrained."""

    database: Database
    ear: Ear
    mouths: Mapping[str, Mouth]
    now: Callable[[], datetime]
    dice: Callable[[], float]
    wake: Callable[[], None]
    """Something may be waiting to be decided or sent."""
    policies: Mapping[str, Policy]
    language: str = "nl"
    compares: Compares | None = None
    second: Second | None = None
    public_url: str | None = None
    """Where our pages are reached from outside, with a slash at its end."""

    def policy(self, platform: str) -> Policy:
        """How restrained the coach is on a platform."""
        return self.policies.get(platform) or Policy()
