"""Counts what the ear hears in an export, channel after channel. No person and no text comes out."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import tee
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.scan.bursts import bursts
from bot.scan.examples import Examples
from bot.scan.export import Written, read
from bot.scan.follow import Following, Promised
from bot.scan.sides import Sides
from bot.scan.state import State
from bot.scan.tally import ENOUGH, WHOLE, Counted, Tally, total
from handlers.turn import Hearing, Listen

Hear = Callable[[Iterable[Listen]], Iterator[Hearing]]
"""Hears many, in their order."""
Progress = Callable[[int, int], None]
"""Told the bytes done and the bytes in all."""


@dataclass(frozen=True)
class Ears:
    """What the scan listens with, and whom it tells how far it is."""

    hear: Hear
    promised: Promised
    progress: Progress
    problems: Callable[[str], None]
    examples: Examples | None = None


@dataclass(frozen=True)
class Scanned:
    """The outcome of a scan."""

    counted: Counted
    skipped: Counter[str]
    resumed: int
    """How many channels had been done before."""


class TooFew(Exception):
    """So few people of a side wrote anything, that figures would be about persons."""

    def __init__(self, sides: Sequence[str]) -> None:
        super().__init__(f"fewer than {ENOUGH} people of the {' and of the '.join(sides)} wrote something")


def scan(path: Path, sides: Sides, zone: ZoneInfo, ears: Ears, state: State) -> Scanned:
    """Count the export at `path`, but for the channels that are done. Weeks and days are those of `zone`.

    Raises NotAnExport.
    """
    skipped: Counter[str] = Counter()
    before = dict(state.done)
    reading = _Reading(sides, frozenset(before))
    messages = reading.noted(read(path, ears.problems, skipped, ears.progress))
    told, written = tee(bursts(messages, sides.of))
    hearings = ears.hear(Listen(burst.text, burst.side, burst.context) for burst in written)
    counted = list(before.values())
    following: Following | None = None

    def finished(one: Following) -> Counted:
        done = one.ended() + reading.taken(one.channel)
        state.add(one.channel, done)
        return done

    salted = _salted(state.salt)
    for burst, hearing in zip(told, hearings, strict=True):
        if following is None or following.channel != burst.channel:
            if following is not None:
                counted.append(finished(following))
            following = Following(burst.channel, zone, salted, ears.promised)
        following.heard(burst, hearing)
        if ears.examples is not None:
            ears.examples.heard(burst, hearing)
    if following is not None:
        counted.append(finished(following))
    counted += map(reading.taken, reading.left())
    return Scanned(total(counted), skipped, len(before))


def survey(path: Path, sides: Sides, progress: Progress, problems: Callable[[str], None]) -> None:
    """Look who is there before anything is heard, for that takes long. Raises NotAnExport, NobodyMatched and TooFew."""
    people: dict[str, set[str]] = {"supplier": set(), "client": set()}
    for message in read(path, problems, None, progress):
        side = sides.met(message)
        if side and len(people[side]) < ENOUGH:
            people[side].add(message.author)
    sides.check()
    for value in sides.unmatched():
        problems(f"{value}: nobody in the export matches it")
    few = [side for side, some in people.items() if len(some) < ENOUGH]
    if few:
        raise TooFew(few)


class _Reading:
    """Counts messages as they are read, which is ahead of what is heard."""

    def __init__(self, sides: Sides, done: frozenset[str]) -> None:
        self._sides, self._done = sides, done
        self._read: dict[str, tuple[Counter[str], datetime, datetime]] = {}

    def noted(self, messages: Iterable[Written]) -> Iterator[Written]:
        """The messages of channels that are not done yet."""
        for message in messages:
            side = self._sides.of(message)
            if message.channel in self._done:
                continue
            counts, first, last = self._read.get(message.channel, (Counter(), message.ts, message.ts))
            counts[f"messages/{side or 'unknown'}"] += 1
            self._read[message.channel] = counts, min(first, message.ts), max(last, message.ts)
            yield message

    def left(self) -> list[str]:
        """Channels of which nothing was taken yet: nobody of either side wrote there."""
        return list(self._read)

    def taken(self, channel: str) -> Counted:
        """What was read of a channel."""
        counts, first, last = self._read.pop(channel)
        counted = Counted(first=first, last=last)
        counted.parts[WHOLE][WHOLE] = Tally(counts)
        return counted


def _salted(salt: bytes) -> Callable[[str], int]:
    def number(name: str) -> int:
        return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), key=salt, digest_size=6).digest())

    return number
