"""The clock of the playground: its hands can be put forward, to see what time brings."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import engine
from bot.house import House

STEPS = ("hour", "morning", "week")
"""How far it can be put forward in one go."""
MORNING = time(9, 5)
"""The bot says what waits at nine."""
CLOCK = ZoneInfo("Europe/Amsterdam")
"""By which the people of the playground live."""


class Hands:
    """A clock that runs like the real one, so far ahead of it."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self._real = real
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """What it says."""
        return self._real() + self._ahead

    def put(self, moment: datetime) -> None:
        """Put it forward; it is never put back."""
        self._ahead += max(moment - self.now(), timedelta(0))


def after(step: str, now: datetime) -> datetime:
    """The moment that one of STEPS leads to."""
    if step != "morning":
        return now + (timedelta(hours=1) if step == "hour" else timedelta(weeks=1))
    local = now.astimezone(CLOCK)
    this = datetime.combine(local.date(), MORNING, CLOCK)
    return this if local < this else datetime.combine(local.date() + timedelta(days=1), MORNING, CLOCK)


async def forward(house: House, hands: Hands, until: datetime) -> datetime:
    """Let time pass: whatever is due on the way happens at its own moment. Returns what the clock says then."""
    while True:
        next_one = (await engine.settle(house)).moment
        if hands.now() >= until:
            return hands.now()
        hands.put(min(until, next_one) if next_one is not None else until)
