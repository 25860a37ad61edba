"""Projects that meet for months on a machine that dies, sleeps and starts again: what was promised of it is kept."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, update

from bot.metrics import DECIDED
from storage.database import EVERYWHERE, Database, opened
from storage.migrate import upgrade
from storage.tables import Item, Meeting
from tests.year import Found, Nemesis, Year, checked, hasty

BEFORE_THE_CLOCK_CHANGES = datetime(2027, 3, 1, 6, tzinfo=UTC)
"""In New York two weeks later, in Europe four, in Sydney five; and Easter is in between."""
SECOND = timedelta(seconds=1)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Database]:
    with opened(f"sqlite:///{tmp_path / 'year.db'}") as database:
        upgrade(database.writing)
        hasty(database)
        yield database


async def ledger(year: Year) -> Found:
    return await year.database.read(EVERYWHERE, lambda db: checked(year, db))


async def test_when_nothing_goes_wrong_all_is_said_within_the_second(fresh: Database) -> None:
    year = Year(fresh, Nemesis(random.Random(1)), 1, begin=BEFORE_THE_CLOCK_CHANGES)
    await year.begins(2)
    statements, before = [0], DECIDED.labels("Due")._value.get()
    for each in (fresh.writing, fresh._reading):
        event.listen(each, "before_cursor_execute", lambda *_args: statements.__setitem__(0, statements[0] + 1))
    await year.passes(year.begin + timedelta(days=33), by_hand=0)
    # With all that looking, planning, telling and sending costs; a figure that no machine can be too slow for.
    assert statements[0] / (DECIDED.labels("Due")._value.get() - before) < 26
    found = await ledger(year)
    assert found.broken == ()
    assert found.posts > 10
    assert found.preparations > 10
    assert max(found.late) <= SECOND
    await a_ledger_that_is_wrong_is_found(year)


async def a_ledger_that_is_wrong_is_found(year: Year) -> None:
    """A checker that is never wrong proves nothing."""
    right = list(year.said)
    posts = [each for each in right if not each.private and each.key.startswith("item:")]
    year.said = [*right, posts[3]]
    assert any("2 times" in each for each in (await ledger(year)).broken)
    year.said = [each for each in right if each is not posts[3]]
    assert any("was not said" in each for each in (await ledger(year)).broken)
    year.said = [each if each is not posts[3] else replace(each, at=each.at + timedelta(days=9)) for each in right]
    assert any("after it began" in each for each in (await ledger(year)).broken)
    year.said = right
    for what, change in (
        ("have", update(Item).where(Item.kind == "preparation", Item.number == 1).values(number=1000)),
        ("not in its rule", update(Meeting).where(Meeting.id == 3).values(ruled="2027-03-07")),
        ("nobody noticed", update(Item).where(Item.kind == "meeting", Item.number == 1).values(state="planned")),
    ):
        await year.database.write(EVERYWHERE, lambda db, change=change: db.execute(change))  # type: ignore[misc]
        assert any(what in each for each in (await ledger(year)).broken), what


@pytest.mark.parametrize("seed", [12, 14])
async def test_a_machine_that_dies_and_sleeps_keeps_what_was_promised(fresh: Database, seed: int) -> None:
    nemesis = Nemesis(
        random.Random(seed),
        dies_in_statement=4e-4,
        raises_in_statement=1e-3,
        dies_while_sending=0.01,
        refuses=0.03,
        sleeps=0.03,
    )
    year = Year(fresh, nemesis, seed, begin=BEFORE_THE_CLOCK_CHANGES)
    await year.begins(3)
    await year.passes(year.begin + timedelta(days=40), by_hand=20)
    found = await ledger(year)
    assert found.broken == ()
    assert found.posts > 10
    assert nemesis.struck["died"] + nemesis.struck["died before sending"] + nemesis.struck["died after sending"] > 0
    assert nemesis.struck["raised"] > 0
    assert nemesis.struck["slept"] > 0
    assert nemesis.struck["by hand: postpone"] > 0


async def test_two_replicas_say_everything_once(postgres_url: str) -> None:
    with opened(postgres_url) as one, opened(postgres_url) as other:
        nemesis = Nemesis(random.Random(5), dies_in_statement=2e-4, raises_in_statement=5e-4, refuses=0.02, sleeps=0.02)
        year = Year(one, nemesis, 5, second=other, begin=BEFORE_THE_CLOCK_CHANGES)
        await year.begins(2)
        await year.passes(year.begin + timedelta(days=20), by_hand=6)
        found = await ledger(year)
        assert found.broken == ()
        assert found.posts > 5
