"""How long a complaint waits for an answer that takes it up. Yields keys to count; durations are rounded down."""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.scan.bursts import Burst
from handlers.turn import SUPPLIER_PATTERNS, Hearing

COMPLAINTS = ("impact_feedback", "impactless_complaint")
"""What a client can say that waits for an answer: with the effect it has, and without."""
LONGEST = timedelta(days=14)
"""What has no answer after this long never gets one."""
MOST_OPEN, MOST_MESSAGES = 100, 5_000
"""Of one channel. More complaints at a time count as never answered, the oldest first."""


@dataclass
class _Asked:
    """A complaint that waits."""

    at: datetime
    kind: str
    replied: bool = False
    done: bool = False


class Waits:
    """The complaints of one channel that still wait."""

    def __init__(self) -> None:
        self._open: OrderedDict[str | None, deque[_Asked]] = OrderedDict()
        self._by_message: OrderedDict[str, _Asked] = OrderedDict()

    def heard(self, burst: Burst, hearing: Hearing) -> Iterator[str]:
        """The next of what was written, in order of time."""
        if burst.side == "supplier":
            yield from self._answered(burst, hearing)
        elif hearing.label in COMPLAINTS:
            yield from self._asked(burst, hearing)

    def over(self) -> Iterator[str]:
        """Nothing comes any more: what waits is named with its day, to be told from what never got an answer."""
        for waiting in self._open.values():
            for asked in waiting:
                if not asked.done:
                    yield f"open/{asked.kind}/{asked.at.date().isoformat()}"

    def _asked(self, burst: Burst, hearing: Hearing) -> Iterator[str]:
        yield f"complaint/{hearing.label}"
        asked = _Asked(burst.until, hearing.label)
        waiting = self._open.setdefault(burst.thread, deque())
        self._open.move_to_end(burst.thread)
        waiting.append(asked)
        # Whoever answers in a thread, answers the message that it began with.
        for message in burst.messages:
            self._by_message[message] = asked
        while len(self._by_message) > MOST_MESSAGES:
            self._by_message.popitem(last=False)
        if sum(map(len, self._open.values())) > MOST_OPEN:
            yield from self._tidied(burst.until)

    def _answered(self, burst: Burst, hearing: Hearing) -> Iterator[str]:
        waiting = list(self._open.get(burst.thread, ()))
        if burst.thread is not None and burst.thread in self._by_message:
            waiting.append(self._by_message[burst.thread])
        for asked in waiting:
            if asked.done or burst.at < asked.at:
                continue
            wait = burst.at - asked.at
            if wait > LONGEST:
                asked.done = True
                yield f"never/{asked.kind}"
                continue
            if not asked.replied:
                asked.replied = True
                yield f"reply/{asked.kind}/{rounded(wait)}"
            if hearing.label not in SUPPLIER_PATTERNS:
                asked.done = True
                yield f"acknowledged/{asked.kind}/{rounded(wait)}"
                if hearing.signs & {"acknowledges", "commits"}:
                    yield f"named/{asked.kind}"
        if burst.thread in self._open:
            self._open[burst.thread] = deque(asked for asked in self._open[burst.thread] if not asked.done)

    def _tidied(self, now: datetime) -> Iterator[str]:
        for thread, waiting in list(self._open.items()):
            for asked in waiting:
                if not asked.done and now - asked.at > LONGEST:
                    asked.done = True
                    yield f"never/{asked.kind}"
            self._open[thread] = deque(asked for asked in waiting if not asked.done)
            if not self._open[thread]:
                del self._open[thread]
        while sum(map(len, self._open.values())) > MOST_OPEN:
            thread, waiting = min(self._open.items(), key=lambda item: item[1][0].at)
            asked = waiting.popleft()
            asked.done = True
            yield f"never/{asked.kind}"
            if not waiting:
                del self._open[thread]


def rounded(wait: timedelta) -> int:
    """In minutes: to the minute within an hour, to five minutes within a day, to the hour beyond."""
    minutes = int(wait.total_seconds() // 60)
    step = 1 if minutes < 60 else 5 if minutes < 24 * 60 else 60
    return minutes - minutes % step


def quantile(waits: Counter[int], share: float) -> int | None:
    """The wait that this share of all waits is no longer than; None without any."""
    total = waits.total()
    seen = 0
    for wait in sorted(waits):
        seen += waits[wait]
        if seen >= share * total:
            return wait
    return None
