"""The agenda of a meeting: the standard one in the reader's words, and what it becomes when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from handlers.meetings.kinds import Kind, Level
from prompts import LANGUAGES, Phrasebook, phrasebook

Owner = Literal["supplier", "client", "both"]
OWNERS: tuple[Owner, ...] = get_args(Owner)
SOURCES = frozenset(
    {
        *("feedback", "declined", "promise", "kept", "request", "warning", "complaint", "escalation", "improvement"),
        *("actions", "decisions", "parking", "topics", "notes", "agreements", "success", "form", "pulse", "report"),
        *("prep", "sla", "changes", "file", "criteria", "items", "scenario"),
    }
)
"""What can fill an item of an agenda: registers, what meetings left behind, and what people hand in.

declined: feedback that got an honest no · kept: promises kept since the last time · form: how both sides work together
· report: what was held back, in numbers · items: what is shown in a demo · prep: what the client prepared · file: what
the supplier handed in or linked to.
"""


@dataclass(frozen=True)
class AgendaItem:
    """One item. `name` is that in the standard agenda; it is empty for what people thought of themselves."""

    title: str
    goal: str
    minutes: int
    owner: Owner
    level: Level
    sources: tuple[str, ...] = ()
    name: str = ""
    article: str = ""
    """Number of the article that it comes from."""
    stays: bool = False
    """Remains on the agenda, even if its sources have nothing: it is what the meeting is for."""


@dataclass(frozen=True)
class Point:
    """An item as it stands on the agenda of one meeting: its minutes there, and what its sources have for it."""

    item: AgendaItem
    minutes: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Composed:
    """The agenda of one meeting. All in minutes: `total` is planned, `spare` is free, `over` is what it lacks."""

    points: tuple[Point, ...]
    total: int
    spare: int
    over: int
    left: Mapping[str, tuple[str, ...]]
    """What was found that no item takes, by source."""

    @property
    def fits(self) -> bool:
        """Whether all that stands on it can be spoken of."""
        return self.over == 0


def standard(book: Phrasebook, kind: Kind) -> tuple[AgendaItem, ...]:
    """The standard agenda of a kind of meeting, in the words of the reader."""
    return tuple(
        AgendaItem(
            row["title"],
            row["goal"],
            row["minutes"],
            row["owner"],
            row["level"],
            row["from"],
            name,
            row["article"],
            row.get("stays", False),
        )
        for name, row in book.table(f"agendas.{kind.name}").items()
    )


def translated(book: Phrasebook, kind: Kind, items: tuple[AgendaItem, ...]) -> tuple[AgendaItem, ...]:
    """The same items: the words of the standard agenda in the language of the reader, those of people as they are."""
    rows = book.table(f"agendas.{kind.name}")
    goals = {goal for language in LANGUAGES for goal in _goals(language, kind)}
    return tuple(
        replace(item, title=row["title"], goal=row["goal"] if item.goal in goals else item.goal)
        if (row := rows.get(item.name))
        else item
        for item in items
    )


def _goals(language: str, kind: Kind) -> tuple[str, ...]:
    return tuple(row["goal"] for row in phrasebook(language).table(f"agendas.{kind.name}").values())


def composed(
    items: tuple[AgendaItem, ...], found: Mapping[str, tuple[str, ...]], minutes: int, line_seconds: int
) -> Composed:
    """What an agenda becomes with what was found for its sources, in a meeting of so many minutes.

    An item for which nothing was found vanishes, unless it stays or has no source. What several items take stands at
    the first of them; the others stay. The minutes that this leaves go one by one to the item that lacks most, if every
    line takes `line_seconds`; what is lacking after that is what the agenda is over.
    """
    points, taken = [], set[str]()
    for item in items:
        lines = tuple(line for source in item.sources if source not in taken for line in found.get(source, ()))
        taken.update(item.sources)
        if item.stays or not item.sources or any(found.get(source) for source in item.sources):
            points.append(Point(item, item.minutes, lines))
    needed = [max(point.minutes, -(-len(point.lines) * line_seconds // 60)) for point in points]
    planned = [point.minutes for point in points]
    spare = max(0, minutes - sum(planned))
    while spare and (lacks := [need - has for need, has in zip(needed, planned, strict=True)]) and max(lacks) > 0:
        planned[lacks.index(max(lacks))] += 1
        spare -= 1
    return Composed(
        tuple(replace(point, minutes=has) for point, has in zip(points, planned, strict=True)),
        sum(planned),
        spare,
        max(0, sum(needed) - minutes),
        {source: lines for source, lines in found.items() if lines and source not in taken},
    )
