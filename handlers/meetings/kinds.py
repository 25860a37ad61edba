"""Every kind of meeting as data: its rhythm, length and level, who prepares what, who is there, when it goes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from handlers.meetings.rhythm import OnHoliday
from handlers.vocabulary import Side

Level = Literal["operational", "tactical", "strategic"]


@dataclass(frozen=True)
class Prep:
    """When one side is asked to prepare and when that is due, in working days before the meeting; below 0: after it."""

    asked: int
    due: int


@dataclass(frozen=True)
class Post:
    """The agenda in the channel: so many working days before the meeting, at this minute of its local day."""

    what: Literal["draft", "final"]
    working_days: int
    at: int = 9 * 60


@dataclass(frozen=True)
class FallsOut:
    """A meeting that fell out so many times in a row is told to the next level, or to the sponsors of both sides."""

    times: int
    to: Literal["tactical", "strategic", "sponsors"]


@dataclass(frozen=True)
class Kind:
    """A kind of meeting, as it is until a project adapts it; its name is that of its agenda in the phrasebook."""

    name: str
    rule: str
    """How often, as an iCalendar RRULE. No two kinds are on one day, but for a holiday: all begin at one time."""
    minutes: int
    """How long it takes; for a progress report, how long it takes to read."""
    line_seconds: int
    """What one line from a register takes, about."""
    level: Level
    supplier_prep: Prep | None
    client_prep: Prep | None
    agenda_out: tuple[Post, ...]
    on_holiday: OnHoliday
    needed: Mapping[Side, tuple[tuple[str, ...], ...]]
    """Who must be there of each side: of each group of roles, one is enough."""
    falls_out: FallsOut | None = None
    skip_within: int | None = None
    """When it moves for a holiday: it is skipped if the next one is so many working days away, or fewer."""
    no_stand_in_twice: bool = False
    """Whoever must be there cannot send a stand-in two times in a row."""
    both_accountable: bool = False
    """An improvement is only spoken of when both who answer for it are there."""
    verdict_again: int | None = None
    """Working days after it on which a verdict that stayed away is asked for once more."""
    go_live_weeks: tuple[int, ...] = ()
    """Held once more, so many weeks after the service goes live; below 0: before."""


OPERATIONAL = Kind(
    "operational",
    rule="FREQ=WEEKLY;BYDAY=TU",
    minutes=45,
    line_seconds=90,
    level="operational",
    supplier_prep=Prep(2, 1),
    client_prep=None,
    agenda_out=(Post("final", 1, 14 * 60),),
    on_holiday="after",
    needed={"supplier": (("service",),), "client": (("it",), ("key_user",))},
    falls_out=FallsOut(3, "tactical"),
    skip_within=2,
)
TACTICAL = Kind(
    "tactical",
    rule="FREQ=MONTHLY;BYDAY=2TH",
    minutes=75,
    line_seconds=150,
    level="tactical",
    supplier_prep=Prep(10, 5),
    client_prep=Prep(5, 2),
    agenda_out=(Post("draft", 5), Post("final", 1)),
    on_holiday="after",
    needed={"supplier": (("service",),), "client": (("contract", "it"),)},
    falls_out=FallsOut(2, "strategic"),
    both_accountable=True,
)
STRATEGIC = Kind(
    "strategic",
    rule="FREQ=MONTHLY;INTERVAL=3;BYDAY=3TH",
    minutes=90,
    line_seconds=240,
    level="strategic",
    supplier_prep=Prep(15, 10),
    client_prep=Prep(10, 5),
    agenda_out=(Post("draft", 10), Post("final", 2)),
    on_holiday="before",
    needed={"supplier": (("sponsor",),), "client": (("sponsor",),)},
    falls_out=FallsOut(1, "sponsors"),
    no_stand_in_twice=True,
    both_accountable=True,
)
DEMO = Kind(
    "demo",
    rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
    minutes=60,
    line_seconds=180,
    level="operational",
    supplier_prep=Prep(3, 2),
    client_prep=Prep(3, 1),
    agenda_out=(Post("final", 2),),
    on_holiday="before",
    needed={"supplier": (("responder", "service"),), "client": (("product_owner",), ("key_user",))},
    falls_out=FallsOut(2, "tactical"),
    verdict_again=2,
)
"""Makers have no role of their own: on the supplier's side it is who answers feedback."""
PROGRESS = Kind(
    "progress",
    rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    minutes=14,
    line_seconds=20,
    level="operational",
    supplier_prep=Prep(2, 0),
    client_prep=Prep(0, -3),
    agenda_out=(),
    on_holiday="before",
    needed={"supplier": (("service",),), "client": (("it",),)},
)
"""Written, not held: the supplier's draft is sent on the day, and the client answers it."""
EVALUATION = Kind(
    "evaluation",
    rule="FREQ=MONTHLY;INTERVAL=6;BYDAY=1TH",
    minutes=90,
    line_seconds=180,
    level="tactical",
    supplier_prep=Prep(10, 5),
    client_prep=Prep(10, 5),
    agenda_out=(Post("draft", 5), Post("final", 1)),
    on_holiday="after",
    needed={"supplier": (("service",),), "client": (("key_user",), ("it", "contract"))},
    go_live_weeks=(6, 13),
)
SIMULATION = Kind(
    "simulation",
    rule="FREQ=MONTHLY;INTERVAL=12;BYDAY=2MO",
    minutes=120,
    line_seconds=120,
    level="operational",
    supplier_prep=Prep(15, 5),
    client_prep=Prep(15, 5),
    agenda_out=(Post("draft", 10), Post("final", 2)),
    on_holiday="after",
    needed={"supplier": (("responder", "service"),), "client": (("key_user",),)},
    go_live_weeks=(-4,),
)
AUDIT = Kind(
    "audit",
    rule="FREQ=MONTHLY;INTERVAL=6;BYDAY=4TH",
    minutes=60,
    line_seconds=120,
    level="tactical",
    supplier_prep=Prep(10, 5),
    client_prep=Prep(5, 2),
    agenda_out=(Post("final", 5),),
    on_holiday="after",
    needed={"supplier": (("quality",), ("service",)), "client": (("quality",),)},
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (OPERATIONAL, TACTICAL, STRATEGIC, DEMO, PROGRESS, EVALUATION, SIMULATION, AUDIT)
}
"""By name."""
