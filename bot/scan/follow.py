"""Follows one channel in order of time, and counts; what was said is weighed, and forgotten with the next words."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.scan.bursts import Burst
from bot.scan.tally import WHOLE, Counted, Slip, Tally
from bot.scan.waits import Waits
from handlers.commitment import Commitment
from handlers.restraint import in_emergency, moment, shared
from handlers.turn import CLIENT_PATTERNS, SUPPLIER_PATTERNS, Hearing
from storage.recent import FOR, KEPT, Said

_TALKS, _MESSAGES = 1_000, 5_000
_YEARS, _YEARS_BEYOND = range(2000, 2100), "no date"
_PARTS_OF_DAY = ((6, "night"), (12, "morning"), (18, "afternoon"), (24, "evening"))


Promised = Callable[[str, str], Commitment | None]
"""What is promised in a text of a language."""


class Following:
    """The channel as it is heard. `salted` makes a number of a name, of which the name cannot be found back."""

    def __init__(self, channel: str, zone: ZoneInfo, salted: Callable[[str], int], promised: Promised) -> None:
        self.channel = channel
        self._zone, self._salted, self._promised = zone, salted, promised
        self._waits = Waits()
        self._slips: list[Slip] = []
        self._counted = Counted()
        self._counted.parts[WHOLE][WHOLE] = Tally()
        self._counted.parts["channels"][channel] = Tally()
        self._talks: OrderedDict[str | None, deque[Said]] = OrderedDict()
        self._said: OrderedDict[str, Said] = OrderedDict()
        self._emergency: datetime | None = None

    def heard(self, burst: Burst, hearing: Hearing) -> None:
        """The next burst of this channel, and what was heard in it."""
        author = self._salted(burst.author)
        keys = list(self._keys(burst, hearing))
        for part, name in self._groups(burst, hearing):
            tally = self._counted.parts[part].setdefault(name, Tally())
            tally.wrote(burst.side, author)
            tally.counts.update(keys)
        self._count_waits(self._waits.heard(burst, hearing))
        self._weigh(burst, hearing, author)

    def ended(self) -> Counted:
        """Everything that was counted, once nothing comes any more."""
        self._count_waits(self._waits.over())
        return self._counted + Counted(slips=tuple(self._slips))

    def _groups(self, burst: Burst, hearing: Hearing) -> Iterator[tuple[str, str]]:
        local = burst.at.astimezone(self._zone)
        yield WHOLE, WHOLE
        yield "channels", self.channel
        # A clock that ran wild must not make a week of its own out of every message.
        yield "weeks", local.strftime("%G-W%V") if local.year in _YEARS else _YEARS_BEYOND
        yield "moments", f"{local.isoweekday()} {next(name for until, name in _PARTS_OF_DAY if local.hour < until)}"
        yield "languages", hearing.lang

    def _count_waits(self, keys: Iterable[str]) -> None:
        for key in keys:
            for tally in (self._counted.whole, self._counted.parts["channels"][self.channel]):
                tally.counts[key] += 1

    def _keys(self, burst: Burst, hearing: Hearing) -> Iterator[str]:
        yield f"judged/{burst.side}"
        if hearing.label != "none":
            yield f"heard/{hearing.label}"
            if hearing.nudge:
                yield f"sure/{hearing.label}"
        yield from (f"sign/{burst.side}/{sign}" for sign in sorted(hearing.signs & {"acknowledges", "commits"}))
        promise = self._promised(burst.text, hearing.lang)
        if promise is not None:
            yield f"promise/{burst.side}/made"
            yield from (f"promise/{burst.side}/{what}" for what in _told(promise))

    def _weigh(self, burst: Burst, hearing: Hearing, author: int) -> None:
        """Keep the moment when it was worth a tip, and this was the moment for it."""
        conversation = [row for row in self._talk(burst.thread) if row.written_at > burst.judged_at - FOR]
        said = Said(
            burst.messages[-1], burst.side, "", burst.until, None, hearing.label, " ".join(sorted(hearing.signs))
        )
        self._talks[burst.thread].append(said)
        self._said.update(dict.fromkeys(burst.messages, said))
        while len(self._said) > _MESSAGES:
            self._said.popitem(last=False)
        if "emergency" in hearing.signs:
            self._emergency = burst.judged_at
        if not hearing.nudge or hearing.label not in SUPPLIER_PATTERNS + CLIENT_PATTERNS:
            return
        why_not = (
            "emergency" if in_emergency(self._emergency, burst.judged_at) else moment(hearing, burst.side, conversation)
        )
        if why_not:
            self._counted.whole.counts[f"held/{why_not}"] += 1
            return
        self._slips.append(
            Slip(
                at=int(burst.judged_at.timestamp()),
                author=author,
                channel=self._salted(f"#{self.channel}"),
                thread=self._salted(burst.thread) if burst.thread else 0,
                message=self._salted(burst.messages[-1]),
                side=burst.side,
                pattern=hearing.label,
                signs=" ".join(sorted(hearing.signs | shared(burst.side, conversation))),
            )
        )

    def _talk(self, thread: str | None) -> deque[Said]:
        """The last of a conversation; a thread begins with the message that it replies to."""
        if thread not in self._talks:
            first = self._said.get(thread) if thread else None
            self._talks[thread] = deque([first] if first else [], maxlen=KEPT)
        self._talks.move_to_end(thread)
        while len(self._talks) > _TALKS:
            self._talks.popitem(last=False)
        return self._talks[thread]


def _told(promise: Commitment) -> Iterator[str]:
    if promise.owner:
        yield "owner"
    if promise.date:
        yield "date"
    if promise.owner and promise.date:
        yield "both"
