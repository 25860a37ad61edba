"""A few short quotes, for who asked for them: without names, numbers and addresses, and never from a named channel."""

import hashlib

from bot.scan.bursts import Burst
from handlers.second import masked
from handlers.turn import CLIENT_PATTERNS, SUPPLIER_PATTERNS, Hearing

EACH = 3
"""So many of each pattern."""
LONGEST = 160
"""Letters of a quote."""


class Examples:
    """The quotes. Which ones is chosen by chance, but by the same chance every time."""

    def __init__(self) -> None:
        self._chosen: dict[str, dict[str, str]] = {}

    def heard(self, burst: Burst, hearing: Hearing) -> None:
        """Perhaps keep what was said here."""
        worth = hearing.nudge and hearing.label in SUPPLIER_PATTERNS + CLIENT_PATTERNS
        if not worth and hearing.label != "impact_feedback":
            return
        quote = " ".join(masked(hearing.quote or burst.text).split())
        if len(quote) > LONGEST:
            quote = quote[: LONGEST - 1].rstrip() + "…"
        if not quote:
            return
        chosen = self._chosen.setdefault(hearing.label, {})
        chosen[hashlib.sha256(quote.encode()).hexdigest()] = quote
        if len(chosen) > EACH:
            del chosen[max(chosen)]

    def chosen(self) -> dict[str, list[str]]:
        """The quotes of each pattern."""
        return {pattern: [chosen[name] for name in sorted(chosen)] for pattern, chosen in sorted(self._chosen.items())}
