"""What the coach would have said: the moments that were worth a tip, weighed by the very rules that it lives by."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.scan.tally import Slip
from handlers.hours import Hours
from handlers.restraint import FIRST_WEEK, Situation, weigh


@dataclass
class _Given:
    """The tips that would have been given until now."""

    times: dict[int, deque[datetime]] = field(default_factory=dict)
    first: dict[int, datetime] = field(default_factory=dict)
    threads: set[tuple[int, int, int]] = field(default_factory=set)
    channels: dict[int, datetime] = field(default_factory=dict)

    def give(self, slip: Slip, now: datetime) -> None:
        self.times.setdefault(slip.author, deque(maxlen=10)).appendleft(now)
        self.first.setdefault(slip.author, now)
        self.channels[slip.channel] = now
        self.threads |= {(slip.author, slip.channel, thread) for thread in (slip.thread, slip.message) if thread}


@dataclass(frozen=True)
class _Earlier:
    """The same, as seen from one moment. What people would have judged of tips is not known, so nothing is silenced."""

    given: _Given
    slip: Slip

    def to_reader(self, since: datetime) -> Sequence[datetime]:
        return [at for at in self.given.times.get(self.slip.author, ()) if at > since]

    def first_to_reader(self) -> datetime | None:
        return self.given.first.get(self.slip.author)

    def in_thread(self) -> bool:
        slip = self.slip
        return bool(slip.thread) and (slip.author, slip.channel, slip.thread) in self.given.threads

    def in_channel(self, since: datetime) -> bool:
        last = self.given.channels.get(self.slip.channel)
        return last is not None and last > since

    def silenced(self) -> bool:
        return False


def would(slips: Iterable[Slip], hours: Hours, first: datetime) -> Counter[str]:
    """How many tips there would have been (`given/SIDE/PATTERN`), and why not more (`held/REASON`).

    As if both organisations had agreed a week before `first`, and everybody had said yes to tips.
    """
    given, counts = _Given(), Counter[str]()
    for slip in sorted(slips):
        now = datetime.fromtimestamp(slip.at, UTC)
        situation = Situation(
            now=now,
            side=slip.side,
            signs=frozenset(slip.signs.split()),
            agreed_at=first - FIRST_WEEK - timedelta(days=1),
            hours=hours,
        )
        reason = weigh(situation, _Earlier(given, slip))
        if reason is None:
            given.give(slip, now)
            counts[f"given/{slip.side}/{slip.pattern}"] += 1
        else:
            counts[f"held/{reason}"] += 1
    return counts
