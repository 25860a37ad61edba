"""Counts what the ear hears in an export: per pattern, channel and week. No person, no text and no quote comes out."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from itertools import tee
from pathlib import Path

from bot.scan.bursts import bursts
from bot.scan.export import Written, read
from handlers.turn import Hearing, Listen
from handlers.vocabulary import Side

PATTERNS = (
    "normalising",
    "technical_diversion",
    "vague_deferral",
    "blame_shifting",
    "impactless_complaint",
    "impact_feedback",
)
"""Always counted, also when they are not heard, so that the keys are the same for every export."""

Hear = Callable[[Iterable[Listen]], Iterator[Hearing]]
"""Hears many, in their order."""
Progress = Callable[[int, int], None]
"""Told the bytes done and the bytes in all."""


Homes = Counter[tuple[str | None, str | None]]
"""Messages by the team id and the e-mail domain of their authors, as far as those are known."""


class NobodyMatched(Exception):
    """None of the messages is of a side that was given; `found` is what could have been given."""

    def __init__(self, found: Homes) -> None:
        super().__init__("none of the messages was written by someone of the sides given")
        self.found = found


def normal(value: str) -> str:
    """A team id or e-mail domain as it is compared: a domain in small letters, without `@` or what stands before."""
    value = value.strip()
    return value.rpartition("@")[2].lower() if "@" in value or "." in value else value


def scan(
    path: Path,
    suppliers: Collection[str],
    clients: Collection[str],
    hear: Hear,
    progress: Progress,
    problems: Callable[[str], None],
) -> dict[str, object]:
    """The counts of the export at `path`, ready for JSON; weeks are ISO weeks in UTC.

    `suppliers` and `clients` are team ids or e-mail domains; a domain goes before a team, because a guest is in
    someone else's workspace, and includes its subdomains. `problems` hears of broken files and of values that matched
    nobody. Raises NotAnExport and NobodyMatched.
    """
    given: dict[str, Side] = {normal(value): "supplier" for value in suppliers}
    given |= {normal(value): "client" for value in clients}
    matched: set[str] = set()
    found: Homes = Counter()
    sides: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    first: datetime | None = None
    last: datetime | None = None

    def side_of(message: Written) -> Side | None:
        value = _match(message, given)
        return given[value] if value else None

    def noted(message: Written) -> Written:
        nonlocal first, last
        value = _match(message, given)
        if value:
            matched.add(value)
        sides[given[value] if value else "unknown"] += 1
        found[message.team, message.domain] += 1
        first = min(first or message.ts, message.ts)
        last = max(last or message.ts, message.ts)
        return message

    languages: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    tips: Counter[str] = Counter()
    channels: dict[str, Counter[str]] = {}
    weeks: dict[str, Counter[str]] = {}
    judged = 0
    told, written = tee(bursts(map(noted, read(path, problems, skipped, progress)), side_of))
    hearings = hear(Listen(burst.text, burst.side, burst.context) for burst in written)
    for burst, hearing in zip(told, hearings, strict=True):
        judged += 1
        languages[hearing.lang] += 1
        channel = channels.setdefault(burst.channel, Counter())
        week = weeks.setdefault(burst.at.strftime("%G-W%V"), Counter())
        if hearing.label != "none":
            heard[hearing.label] += 1
            channel[hearing.label] += 1
            week[hearing.label] += 1
            tips[hearing.label] += hearing.nudge
    if not matched:
        raise NobodyMatched(found)
    for value in sorted(given.keys() - matched):
        problems(f"{value}: nobody in the export matches it")
    names = (*PATTERNS, *sorted(heard.keys() - set(PATTERNS)))
    return {
        "messages": sides.total(),
        "judged": judged,
        "sides": {side: sides[side] for side in ("supplier", "client", "unknown")},
        "languages": dict(sorted(languages.items())),
        "patterns": {name: {"heard": heard[name], "worth_a_tip": tips[name]} for name in names},
        "channels": {channel: {name: channels[channel][name] for name in names} for channel in sorted(channels)},
        "weeks": {week: {name: weeks[week][name] for name in names} for week in sorted(weeks)},
        "skipped": dict(sorted(skipped.items())),
        "from": first and first.isoformat(),
        "to": last and last.isoformat(),
    }


def who_is_there(path: Path, progress: Progress, problems: Callable[[str], None]) -> Homes:
    """What there is to choose sides from."""
    return Counter((message.team, message.domain) for message in read(path, problems, None, progress))


def _match(message: Written, given: dict[str, Side]) -> str | None:
    """The given value that tells the author's side: the nearest domain, or else the team."""
    domain = message.domain
    while domain:
        if domain in given:
            return domain
        domain = domain.partition(".")[2]
    return message.team if message.team in given else None
