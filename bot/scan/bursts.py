"""Groups what people wrote into bursts: short messages in a row that are judged as one, with what came before."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.scan.export import Written
from handlers.vocabulary import Side

PAUSE = timedelta(seconds=60)
"""Longer silence ends a burst."""
LONGEST = timedelta(minutes=5)
"""A burst lasts no longer, from its first message to its last."""
RECENT = timedelta(hours=2)
"""In a channel older messages are no context any more; in a thread they are."""
CONTEXT = 2000
"""Letters of context."""
_REMEMBERED = 20
_OPEN_THREADS = 1000
# The thread that was silent the longest is forgotten first, so that memory stays flat whatever a channel holds.


@dataclass(frozen=True)
class Burst:
    """What one author wrote in one go. `context` is what the other side wrote before it, newest first.

    `messages` are the ids of what it is made of, `at` and `until` the times of the first and the last of them.
    """

    channel: str
    at: datetime
    until: datetime
    side: Side
    author: str
    thread: str | None
    messages: tuple[str, ...]
    text: str
    context: str | None

    @property
    def judged_at(self) -> datetime:
        """When its author has been silent for long enough, or has gone on for too long."""
        return min(self.until + PAUSE, self.at + LONGEST)


@dataclass
class _Conversation:
    """A thread, or the channel itself: the burst going on, and what each side said last."""

    burst: list[Written] = field(default_factory=list)
    context: str | None = None
    said: dict[Side, deque[Written]] = field(default_factory=dict)


def bursts(messages: Iterable[Written], side_of: Callable[[Written], Side | None]) -> Iterator[Burst]:
    """Everything that is to be judged, of people whose side is known, in the order in which it ended.

    Wants the messages channel after channel, and is in the order of time as far as they are.
    """
    channel: str | None = None
    talks: OrderedDict[str | None, _Conversation] = OrderedDict()
    going: OrderedDict[str | None, _Conversation] = OrderedDict()  # where somebody is still writing
    for message in messages:
        if message.channel != channel:
            for talk in going.values():
                yield from _ended(talk, side_of)
            channel, talks, going = message.channel, OrderedDict(), OrderedDict()
        while going and message.ts - next(iter(going.values())).burst[-1].ts > PAUSE:
            yield from _ended(going.popitem(last=False)[1], side_of)
        side = side_of(message)
        talk = talks.get(message.thread) or _begun(message.thread, talks.get(None))
        talks[message.thread] = going[message.thread] = talk
        talks.move_to_end(message.thread)
        going.move_to_end(message.thread)
        if not _continues(talk.burst, message):
            yield from _ended(talk, side_of)
            if side:
                talk.context = _context(talk, side, None if message.thread else message.ts - RECENT)
        talk.burst.append(message)
        if side:
            _remember(talk, side, message)
            if message.opens:
                _remember(talks.setdefault(message.id, _Conversation()), side, message)
        while len(talks) > _OPEN_THREADS:
            thread, talk = talks.popitem(last=False)
            going.pop(thread, None)
            yield from _ended(talk, side_of)
    for talk in going.values():
        yield from _ended(talk, side_of)


def _begun(thread: str | None, channel: _Conversation | None) -> _Conversation:
    """A thread starts with the message it replies to; old exports do not mark that one."""
    talk = _Conversation()
    for side, said in (channel.said if channel else {}).items():
        for message in said:
            if message.id == thread:
                _remember(talk, side, message)
    return talk


def _continues(burst: list[Written], message: Written) -> bool:
    # Replies may stand in the file of another day, so time can seem to run back; that is never one go.
    return (
        bool(burst)
        and burst[-1].author == message.author
        and timedelta() <= message.ts - burst[-1].ts <= PAUSE
        and message.ts - burst[0].ts <= LONGEST
    )


def _ended(talk: _Conversation, side_of: Callable[[Written], Side | None]) -> Iterator[Burst]:
    if talk.burst and (side := side_of(talk.burst[0])):
        first = talk.burst[0]
        yield Burst(
            channel=first.channel,
            at=first.ts,
            until=talk.burst[-1].ts,
            side=side,
            author=first.author,
            thread=first.thread,
            messages=tuple(message.id for message in talk.burst),
            text="\n".join(message.text for message in talk.burst),
            context=talk.context,
        )
    talk.burst = []


def _remember(talk: _Conversation, side: Side, message: Written) -> None:
    said = talk.said.setdefault(side, deque(maxlen=_REMEMBERED))
    said.append(message if len(message.text) <= CONTEXT else replace(message, text=message.text[:CONTEXT]))
    while len(said) > 1 and sum(len(earlier.text) for earlier in said) > 2 * CONTEXT:
        said.popleft()


def _context(talk: _Conversation, side: Side, since: datetime | None) -> str | None:
    other: Side = "client" if side == "supplier" else "supplier"
    parts: list[str] = []
    room = CONTEXT
    for message in reversed(talk.said.get(other, ())):
        if room <= 0 or (since and message.ts < since):
            break
        parts.append(message.text[:room])
        room -= len(message.text) + 1
    return "\n".join(parts) or None
