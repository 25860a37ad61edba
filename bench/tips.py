"""Tips that never were, and what followed them, to see `samenspraak effect` at work.

`python -m bench.tips FILE` writes a database with a year of them; then `samenspraak effect --database sqlite:///FILE`.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot import clock
from bot.effect.count import round_of
from handlers.effect import PATTERNS
from handlers.nudges import HELD_BACK
from handlers.restraint import A_WEEK
from storage import consents, members, projects
from storage.database import EVERYWHERE, opened
from storage.effect import Measured
from storage.migrate import upgrade
from storage.tables import Channel, Member, Nudge, Outcome

PEOPLE, WEEKS = 60, 52
"""On each side; so many are needed for every question to be answered within a year."""
GOOD, BETTER = 0.2, 0.25
"""How often an author makes good what was missing without a tip, and how much more often with one."""
MOMENT = timedelta(minutes=20)


def made_up(
    dice: Random, since: datetime, *, people: int = PEOPLE, weeks: int = WEEKS, good: float = GOOD, better: float = 0.0
) -> list[Measured]:
    """Tips on both sides, as many as restraint allows; authors differ much in how often they make something good."""
    tips = []
    for side, patterns in PATTERNS.items():
        for number in range(people):
            own = min(1 - better, dice.betavariate(2, 2 / good - 2))
            for at in _moments(dice, since, weeks):
                held_back = dice.random() < HELD_BACK
                followed = dict(_followed(dice, own + (0 if held_back else better), held_back))
                pattern = dice.choice(patterns)
                tips.append(Measured(side, pattern, at, held_back, followed, f"{side}-{number}"))
    return sorted(tips, key=lambda tip: tip.at)


def _moments(dice: Random, since: datetime, weeks: int) -> Iterator[datetime]:
    # At an hour of their own, so that there are never more in seven days on end than restraint allows.
    hours = dice.uniform(9, 17)
    for week in range(weeks):
        for day in range(A_WEEK):
            yield since + timedelta(weeks=week, days=2 * day, hours=hours)


def _followed(dice: Random, good: float, held_back: bool) -> Iterator[tuple[str, timedelta]]:
    if dice.random() < good:
        yield dice.choice(("repaired", "made_good")), MOMENT
    if dice.random() < 0.5:
        yield "followed_up", MOMENT
    if dice.random() < 0.3:
        yield "repeated", timedelta(days=3)
    if not held_back and dice.random() < 0.3:
        yield dice.choices(("helped", "fine", "misheard"), (6, 3, 1))[0], MOMENT


def fill(db: Session, tips: Sequence[Measured], now: datetime) -> None:
    """Write the tips into a database, in a project in which everybody agreed."""
    channel = projects.start(
        db, "made-up:1", "C1", language="nl", zone="Europe/Amsterdam", country="NL", now=tips[0].at
    )
    channel.project.name = "Made up"
    known: dict[str, Member] = {}
    for side in PATTERNS:
        organisation, _ = projects.add_organisation(db, channel.project, side, side.title())
        organisation.side = side
        consents.give(db, organisation, {*consents.SCOPES}, team=side, person="", role="contract", now=tips[0].at)
        for person in sorted({tip.person for tip in tips if tip.side == side and tip.person is not None}):
            known[person] = members.add(db, channel.project, organisation, side, person)
    rows = db.scalars(
        insert(Nudge).returning(Nudge.id, sort_by_parameter_order=True), _nudges(channel, tips, known, now)
    )
    outcomes = [
        {"tenant": channel.tenant, "nudge_id": row, "kind": kind, "at": tip.at + after}
        for row, tip in zip(rows.all(), tips, strict=True)
        for kind, after in tip.followed.items()
    ]
    db.execute(insert(Outcome), outcomes)


def _nudges(
    channel: Channel, tips: Sequence[Measured], known: dict[str, Member], now: datetime
) -> list[dict[str, object]]:
    return [
        {
            "tenant": channel.tenant,
            "project_id": channel.project_id,
            "channel": channel.channel,
            "member_id": known[tip.person].id if tip.person and tip.at > now - timedelta(days=30) else None,
            "side": tip.side,
            "pattern": tip.pattern,
            "tip": "made up",
            "held_back": tip.held_back,
            "invitation": False,
            "measured": True,
            "at": tip.at,
        }
        for tip in tips
    ]


def main(path: str) -> None:
    """Write a database with all that there could have been this year until now."""
    now = clock.now().astimezone(UTC)
    tips = [tip for tip in made_up(Random(1), round_of(now), better=BETTER) if tip.at < now]
    with opened(f"sqlite:///{path}") as database:
        upgrade(database.writing)
        database.write_now(EVERYWHERE, lambda db: fill(db, tips, now))
    print(f"{len(tips):,} tips in {path}. Now: samenspraak effect --database sqlite:///{path}")


if __name__ == "__main__":
    main(sys.argv[1])
