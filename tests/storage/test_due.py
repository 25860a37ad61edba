"""What the passing of time brings is found by looking, however long nobody looked."""

import asyncio
import threading
from datetime import datetime, timedelta

from people import CHANNEL, NOW, TENANT, arrived, project, put
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import due, nudges, outbox, recent
from storage.database import EVERYWHERE, Database, opened
from storage.outbox import LEASE
from storage.tables import Channel, Member

SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)


async def upcoming(store: Database) -> due.Upcoming:
    return await store.read(EVERYWHERE, due.upcoming)


async def test_in_an_empty_house_nothing_is_ever_due(store: Database) -> None:
    assert await upcoming(store) == due.Upcoming(came_in=False, due=None, leaving=None)
    assert (await upcoming(store)).moment is None
    assert await store.read(EVERYWHERE, lambda db: due.find(db, NOW + timedelta(days=9999))) == []


async def test_each_thing_is_due_at_its_own_moment_the_longest_due_first(store: Database) -> None:
    def prepare(db: Session) -> None:
        channel = project(db)
        member = db.scalars(select(Member).where(Member.tenant == TENANT)).first()
        assert member is not None
        channel.paused_until = LATER
        recent.start_burst(db, channel, member.id, None, NOW, SOON)
        nudges.add(
            db,
            channel,
            member,
            thread=None,
            message="m1",
            pattern="normalising",
            tip="one",
            quote=None,
            held_back=False,
            invitation=False,
            now=NOW,
        )

    await store.write(TENANT, prepare)
    assert (await upcoming(store)).moment == SOON
    moments = {"silence": SOON, "pause_over": LATER, "unanswered": NOW + nudges.OPEN}
    for look in (NOW, SOON - timedelta(microseconds=1), SOON, LATER, NOW + timedelta(days=400)):
        found = await store.read(EVERYWHERE, lambda db, look=look: due.find(db, look))  # type: ignore[misc]
        expected = [(what, TENANT, moment) for what, moment in moments.items() if moment <= look]
        assert [(each.what, each.tenant, each.at) for each in found] == expected


async def test_what_came_in_is_seen_until_it_is_decided(store: Database) -> None:
    await store.write(TENANT, project)
    await store.take_in(arrived("deaf", channel="CDEAF"))
    assert not (await upcoming(store)).came_in
    await store.take_in(arrived("Ev1"))
    assert (await upcoming(store)).came_in


async def test_what_leaves_is_awaited_and_a_lease_too(store: Database) -> None:
    await store.write(EVERYWHERE, lambda db: put(db, "one", now=SOON))
    assert (await upcoming(store)).leaving == SOON
    await store.write(EVERYWHERE, lambda db: outbox.claim(db, SOON, 1))
    assert (await upcoming(store)).leaving == SOON + LEASE
    assert (await upcoming(store)).moment == SOON + LEASE


async def test_a_pause_that_was_lifted_is_not_due(store: Database) -> None:
    def prepare(db: Session) -> None:
        project(db).paused_until = SOON

    def resume(db: Session) -> None:
        db.scalars(
            select(Channel).where(Channel.tenant == TENANT, Channel.channel == CHANNEL)
        ).one().paused_until = None

    await store.write(TENANT, prepare)
    await store.write(TENANT, resume)
    assert await store.read(EVERYWHERE, lambda db: due.find(db, LATER)) == []


async def test_what_another_replica_is_at_is_not_waited_for(postgres_url: str) -> None:
    with opened(postgres_url) as one, opened(postgres_url) as other:
        channel = await one.write(TENANT, lambda db: _paused(db).id)
        at_it, done = asyncio.Event(), threading.Event()
        loop = asyncio.get_running_loop()

        def slow(db: Session) -> bool:
            ours = due.hold(db, TENANT, "pause_over", channel, LATER)
            loop.call_soon_threadsafe(at_it.set)
            return done.wait(timeout=30) and ours

        first = asyncio.create_task(one.write(TENANT, slow))
        await at_it.wait()
        assert not await other.write(TENANT, lambda db: due.hold(db, TENANT, "pause_over", channel, LATER))
        done.set()
        assert await first
        # It died of it, or changed nothing: it is still due.
        assert await other.write(TENANT, lambda db: due.hold(db, TENANT, "pause_over", channel, LATER))


def _paused(db: Session) -> Channel:
    channel = project(db)
    channel.paused_until = SOON
    return channel


async def test_what_rests_is_due_again_later_unless_somebody_chose_another_moment(store: Database) -> None:
    await store.write(TENANT, _paused)
    first = (await upcoming(store)).due
    assert first is not None
    now = (first.tenant, first.what, first.row, first.at)
    await store.write(TENANT, lambda db: due.rest(db, *now, LATER))
    await store.write(TENANT, lambda db: due.rest(db, *now, LATER + timedelta(days=1)))
    assert (await upcoming(store)).moment == LATER


async def test_it_is_seen_whether_more_is_due_after_the_first(store: Database) -> None:
    await store.write(TENANT, _paused)
    assert (await upcoming(store)).after is None
    for team, moment in (("slack:TTWO", LATER), ("slack:TTHREE", NOW)):

        def prepare(db: Session, team: str = team, moment: datetime = moment) -> None:
            project(db, team).paused_until = moment

        await store.write(team, prepare)
    found = await upcoming(store)
    assert (found.moment, found.after) == (NOW, SOON)
