"""A row is sent by one sender at a time, in order, and loses its words as soon as it is done."""

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import CHANNEL, NOW, outbox_row, put
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from storage import outbox
from storage.database import EVERYWHERE, Database
from storage.outbox import LEASE, Claimed
from storage.tables import Base, Leaving

LATER = NOW + LEASE


async def claim(store: Database, now: datetime = NOW, limit: int = 20) -> list[Claimed]:
    return await store.write(EVERYWHERE, lambda db: outbox.claim(db, now, limit))


async def finish(store: Database, claimed: Claimed, state: Leaving = Leaving.SENT) -> bool:
    return await store.write(EVERYWHERE, lambda db: outbox.finish(db, claimed, state, ref="C/1.2"))


async def test_the_same_is_put_once(store: Database) -> None:
    assert [await store.write(EVERYWHERE, lambda db: put(db, "tip:1")) for _ in range(2)] == [True, False]
    assert len(await claim(store)) == 1


async def test_two_senders_never_have_the_same_row(store: Database) -> None:
    for number in range(20):
        await store.write(EVERYWHERE, lambda db, n=number: put(db, f"tip:{n}", channel=f"C{n}"))  # type: ignore[misc]
    ids: list[int] = []
    # Who looks at the very moment at which another takes gets fewer, and finds the rest when it looks again.
    while claims := [claimed.id for each in await _all_at_once(store) for claimed in each]:
        ids += claims
    assert len(ids) == len(set(ids)) == 20


async def _all_at_once(store: Database) -> list[list[Claimed]]:
    return await asyncio.gather(*(claim(store, limit=7) for _ in range(8)))


async def test_a_channel_gets_one_thing_at_a_time_and_in_order(store: Database) -> None:
    for card in ("one", "two", "three"):
        await store.write(EVERYWHERE, lambda db, card=card: put(db, card))  # type: ignore[misc]
    await store.write(EVERYWHERE, lambda db: put(db, "elsewhere", channel="COTHER"))
    sent = []
    for _ in range(3):
        here, *others = await claim(store)
        assert await claim(store) == []
        sent.append(here.card)
        for each in (here, *others):
            await finish(store, each)
    assert sent == ["one", "two", "three"]


async def test_what_waits_for_its_moment_holds_up_its_channel_and_no_other(store: Database) -> None:
    await store.write(EVERYWHERE, lambda db: put(db, "one"))
    await store.write(EVERYWHERE, lambda db: put(db, "two"))
    (first,) = await claim(store)
    due = NOW + timedelta(seconds=5)
    assert await store.write(EVERYWHERE, lambda db: outbox.again(db, first, due, "ratelimited"))
    await store.write(EVERYWHERE, lambda db: put(db, "elsewhere", channel="COTHER"))
    assert [each.card for each in await claim(store)] == ["elsewhere"]
    again = await claim(store, due)
    assert [(each.card, each.attempts, each.ambiguous) for each in again] == [("one", 2, False)]


async def test_a_lease_that_is_over_makes_the_row_free_and_says_that_it_may_have_been_sent(store: Database) -> None:
    await store.write(EVERYWHERE, lambda db: put(db, "tip:1"))
    (frozen,) = await claim(store)
    assert await claim(store, LATER - timedelta(seconds=1)) == []
    (mine,) = await claim(store, LATER)
    assert (mine.id, mine.fence, mine.ambiguous) == (frozen.id, frozen.fence + 1, True)
    assert not await finish(store, frozen, Leaving.UNKNOWN)
    assert not await store.write(EVERYWHERE, lambda db: outbox.again(db, frozen, LATER, "too late"))
    assert await finish(store, mine)
    assert not await finish(store, mine)


@pytest.mark.parametrize("state", [Leaving.SENT, Leaving.DROPPED, Leaving.UNKNOWN, Leaving.REFUSED])
async def test_what_is_done_has_no_words_left(store: Database, state: Leaving) -> None:
    await store.write(EVERYWHERE, lambda db: put(db, "tip:1"))
    (mine,) = await claim(store)
    assert mine.body == "the words of tip:1"
    await finish(store, mine, state)
    row = await store.read(EVERYWHERE, lambda db: outbox_row(db, "tip:1"))
    assert (row.body, row.state, row.lease_until, row.ref) == (None, state, None, "C/1.2")
    assert await claim(store, LATER) == []


async def test_the_state_is_counted_and_old_rows_go(store: Database) -> None:
    for card in ("one", "two"):
        await store.write(EVERYWHERE, lambda db, card=card: put(db, card, channel=card))  # type: ignore[misc]
    await finish(store, (await claim(store, limit=1))[0])
    assert await store.read(EVERYWHERE, outbox.backlog) == {"sent": 1, "waiting": 1}
    month = NOW + timedelta(days=30, seconds=1)
    assert await store.write(EVERYWHERE, lambda db: outbox.forget(db, month)) == 1
    assert await store.read(EVERYWHERE, outbox.backlog) == {"waiting": 1}


# --- whatever two senders do, in whatever order

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.integers(0, 1)),
        st.tuples(st.just("finish"), st.integers(0, 1)),
        st.tuples(st.just("again"), st.integers(0, 1)),
        st.tuples(st.just("wait"), st.integers(1, 40)),
        st.tuples(st.just("put"), st.integers(0, 2)),
    ),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_a_row_has_one_owner_keeps_its_place_and_is_finished_once(steps: list[tuple[str, int]]) -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    now, number = NOW, 0
    held: list[list[Claimed]] = [[], []]
    leases: dict[int, tuple[int, datetime]] = {}
    finished: list[tuple[str, int]] = []
    with Session(engine, info={"tenant": EVERYWHERE}) as db:
        for step, which in steps:
            match step:
                case "put":
                    number += 1
                    put(db, f"card:{number}", channel=f"C{which}", now=now)
                case "wait":
                    now += timedelta(seconds=which)
                case "claim":
                    for each in outbox.claim(db, now, 5):
                        owner = leases.get(each.id)
                        assert owner is None or owner[1] <= now, "two senders hold the same row"
                        leases[each.id] = (each.fence, now + LEASE)
                        held[which].append(each)
                case "finish" if held[which]:
                    mine = held[which].pop(0)
                    if outbox.finish(db, mine, Leaving.SENT):
                        assert leases.pop(mine.id)[0] == mine.fence
                        finished.append((mine.channel, mine.id))
                case "again" if held[which]:
                    mine = held[which].pop(0)
                    if outbox.again(db, mine, now + timedelta(seconds=3), "busy"):
                        assert leases.pop(mine.id)[0] == mine.fence
            db.expire_all()
    engine.dispose()
    assert len(finished) == len(set(finished))
    for channel in {channel for channel, _ in finished}:
        order = [row for each, row in finished if each == channel]
        assert order == sorted(order)


async def test_a_card_is_found_by_our_name_and_by_the_platforms(store: Database) -> None:
    await store.write(EVERYWHERE, lambda db: put(db, "tip:1"))
    await finish(store, (await claim(store))[0])
    row = await store.read(EVERYWHERE, lambda db: outbox_row(db, "tip:1"))
    assert (row.channel, row.ref) == (CHANNEL, "C/1.2")
