"""What does a tick cost when ten meetings are due, among a hundred that are planned and among a hundred thousand?"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from bench.house import TENANT, Measured, Size, measured
from bench.servers import on_disk
from bench.shape import Growth, Measurement, Run, Section, say
from bot import engine
from storage import due
from storage.database import EVERYWHERE
from storage.tables import Item, Meeting, Series

NOON = datetime(2027, 3, 1, 13, tzinfo=UTC)
"""A Monday, two in the afternoon in Amsterdam: agendas of Tuesday's meetings go out."""
DUE = 10
TICKED, LOOKED, BEFORE, COMMIT = (
    "a tick with ten agendas due",
    "a tick with nothing due",
    "the same, were there no meetings to look at",
    "ten bare commits",
)

ABOUT = (
    "The real clock path on SQLite in a file: a look at what is due, ten agendas composed and each put on record in a\n"
    "transaction of its own, and sent. Of each series one meeting is planned, most of them for later. The floor of a\n"
    "tick is ten bare commits; of a look, the same query without its parts for planning and for meetings. In n^k, k\n"
    "is 0 where it does not grow with what is planned."
)


def on_sqlite(run: Run) -> Section:
    """How a tick grows with what is planned, with a database in a file."""
    amounts = run.sizes.amounts["series planned"]
    with ExitStack() as stack:
        houses = {}
        for amount in amounts:
            say(f"  {amount:,} series are planned")
            houses[amount] = stack.enter_context(planned(on_disk(run.folder), amount))
            one_round(houses[amount], 2)  # what is done for the first time takes longer
        rounds = run.turns({str(n): partial(one_round, house, run.sizes.times) for n, house in houses.items()})
    of_all = {n: rounds[str(n)] for n in amounts}
    growths = tuple(
        Growth(name, "ms", "series planned", {n: tuple(each[name] for each in of_all[n]) for n in amounts})
        for name in (TICKED, LOOKED)
    )
    largest = of_all[amounts[-1]]
    measurements = tuple(
        Measurement(
            f"{name}, {amounts[-1]:,} series", "ms", tuple(r[name] for r in largest), tuple(r[floor] for r in largest)
        )
        for name, floor in ((TICKED, COMMIT), (LOOKED, BEFORE))
    )
    return Section("What a tick costs, SQLite", ABOUT, measurements, growths)


@contextmanager
def planned(url: str, series: int) -> Iterator[Measured]:
    """A house with so many series, five to a project."""
    with measured(url, Size(channels=-(-series // 5), people=2, together=0, kept=0, waiting=0)) as house:
        house.now = NOON
        house.database.write_now(EVERYWHERE, lambda db: _filled(db, series))
        yield house


def one_round(house: Measured, times: int) -> Mapping[str, float]:
    """Milliseconds by what is done."""
    return asyncio.run(_one_round(house, times))


async def _one_round(house: Measured, times: int) -> Mapping[str, float]:
    looked = await _each(house, times, due.upcoming)
    before = await _each(house, times, lambda db: db.connection().execute(_WITHOUT).all())
    change = text("UPDATE project SET work_from = 1 - work_from WHERE id = 1")
    commit = DUE * await _each(house, times, lambda db: db.execute(change), writes=True)
    await house.database.write(EVERYWHERE, _make_due)
    loop = asyncio.get_running_loop()
    began = loop.time()
    left = await engine.settle(house.house)
    ticked = 1000 * (loop.time() - began)
    if left.moment is not None and left.moment <= house.now:
        raise RuntimeError("not all that was due was done")
    return {LOOKED: looked, BEFORE: before, COMMIT: commit, TICKED: ticked}


async def _each(house: Measured, times: int, work: Any, *, writes: bool = False) -> float:
    loop = asyncio.get_running_loop()
    door = house.database.write if writes else house.database.read
    began = loop.time()
    for _ in range(times):
        await door(EVERYWHERE, work)
    return 1000 * (loop.time() - began) / times


def _make_due(db: Session) -> None:
    """The agendas of ten meetings are due, as if none of them had been said."""
    first = select(Meeting.id).order_by(Meeting.id).limit(DUE)
    rows = {"look_at": NOON, "done_at": NOON - timedelta(days=1), "starts_at": _TUESDAY, "ends_at": _TUESDAY}
    db.execute(update(Meeting).where(Meeting.id.in_(first)).values(rows))
    items = select(Meeting.item_id).where(Meeting.id.in_(first))
    fresh = {"words": {"what": "werkoverleg", "kind": "operational"}, "state": "planned"}
    db.execute(update(Item).where(Item.id.in_(items)).values(fresh).execution_options(synchronize_session=False))
    db.execute(text("DELETE FROM outbox"))


_TUESDAY = NOON + timedelta(hours=20)


_WITHOUT = due.look([kind for kind in due.KINDS if kind not in ("planning", "meeting")])


def _filled(db: Session, series: int) -> None:
    rows = range(1, series + 1)
    for table, row in ((Series, _series), (Item, _item), (Meeting, _meeting)):
        db.execute(insert(table), [{"tenant": TENANT, "project_id": -(-n // 5), "id": n} | row(n) for n in rows])


def _series(number: int) -> dict[str, Any]:
    return {
        "channel": f"C{(number - 1) // 5}",
        "kind": "operational",
        "side": "supplier",
        "first_on": "2027-01-04",
        "rule": "FREQ=WEEKLY;BYDAY=TU",
        "at": 600,
        "minutes": 45,
        "zone": "Europe/Amsterdam",
        "on_holiday": "after",
        "uid": str(number),
        "revision": 0,
        "plan_at": NOON + timedelta(days=1, seconds=number),
        "created_at": NOON - timedelta(days=60),
    }


def _item(number: int) -> dict[str, Any]:
    return {
        "kind": "meeting",
        "number": 1 + (number - 1) % 5,
        "state": "planned",
        "level": "operational",
        "side": "supplier",
        "doer": "supplier",
        "words": {"what": "werkoverleg", "kind": "operational"},
        "moved": 0,
        "late": 0,
        "channel": f"C{(number - 1) // 5}",
        "created_at": NOON - timedelta(days=3),
        "changed_at": NOON - timedelta(days=3),
    }


def _meeting(number: int) -> dict[str, Any]:
    starts = NOON + timedelta(days=8, seconds=number)
    return {
        "series_id": number,
        "item_id": number,
        "ruled": "2027-03-09",
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=45),
        "own_time": False,
        "sequence": 0,
        "look_at": starts - timedelta(days=1),
    }
