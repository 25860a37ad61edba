"""What waits too long, went wrong or came in last is counted right, on both databases, without reading any of it."""

from datetime import timedelta
from typing import Any

import pytest
from people import CHANNEL, NOW, TENANT, arrived, project, put
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import health, inbox, members, nudges, references
from storage.database import EVERYWHERE, Database
from storage.health import LATE, Queue, Reach
from storage.references import Reached
from storage.tables import Channel, Inbox, Leaving, Member, Outbox, Waiting

LATER = NOW + LATE + timedelta(seconds=1)


async def sent(store: Database, card: str, state: Leaving = Leaving.WAITING, **values: Any) -> None:
    """Something was put in the outbox, and got this far."""

    def work(db: Session) -> None:
        put(db, card, channel=card)
        db.execute(update(Outbox).where(Outbox.card == card).values(state=state, **values))

    await store.write(EVERYWHERE, work)


async def test_a_database_has_a_size(store: Database) -> None:
    room = await store.alone(health.room)
    assert room.size + (room.log or 0) > 10_000
    assert (room.free is None) == (room.log is None) == (store.writing.dialect.name == "postgresql")
    assert room.free is None or room.free > 0


async def test_what_came_in_is_stuck_after_ten_minutes_and_lost_when_set_aside(store: Database) -> None:
    await store.write(EVERYWHERE, project)
    for key in ("slack:Ev1", "slack:Ev2", "slack:Ev3"):
        await store.take_in(arrived(key))
    failed = update(Inbox).where(Inbox.event_key == "slack:Ev2").values(state=Waiting.FAILED)
    await store.write(EVERYWHERE, lambda db: db.execute(failed))
    assert await store.read(EVERYWHERE, lambda db: health.inbox(db, NOW + LATE)) == Queue(stuck=0, lost=1)
    assert await store.read(EVERYWHERE, lambda db: health.inbox(db, LATER)) == Queue(stuck=2, lost=1)
    (first, *_) = await store.read(EVERYWHERE, lambda db: inbox.waiting(db, 5))
    await store.write(EVERYWHERE, lambda db: inbox.settle(db, first.id))
    assert await store.read(EVERYWHERE, lambda db: health.inbox(db, LATER)) == Queue(stuck=1, lost=1)


async def test_what_is_to_leave_is_stuck_ten_minutes_after_its_moment(store: Database) -> None:
    await sent(store, "done", state=Leaving.SENT)
    await sent(store, "later", due_at=LATER)
    await sent(store, "waits")
    await sent(store, "hangs", state=Leaving.LEAVING, lease_until=NOW)
    await sent(store, "busy", state=Leaving.LEAVING, lease_until=LATER)
    await sent(store, "perhaps", state=Leaving.UNKNOWN)
    await sent(store, "long ago", state=Leaving.UNKNOWN, created_at=NOW - timedelta(days=8))
    assert await store.read(EVERYWHERE, lambda db: health.outbox(db, NOW)) == Queue(stuck=0, lost=1)
    assert await store.read(EVERYWHERE, lambda db: health.outbox(db, LATER)) == Queue(stuck=2, lost=1)


async def test_refusals_are_counted_by_reason_for_one_platform(store: Database) -> None:
    for number in range(3):
        await sent(store, f"out{number}", state=Leaving.REFUSED, problem="not_in_channel")
    await sent(store, "odd", state=Leaving.REFUSED)
    await sent(store, "old", state=Leaving.REFUSED, problem="is_archived", created_at=NOW - timedelta(days=8))
    await sent(store, "theirs", state=Leaving.REFUSED, problem="403", tenant="teams:T1")
    refused = await store.read(EVERYWHERE, lambda db: health.refused(db, "slack", NOW))
    assert refused == {"not_in_channel": 3, "without a reason": 1}


async def test_the_last_of_a_kind_that_came_in(store: Database) -> None:
    await store.take_in(arrived("slack:Ev1"))
    await store.take_in(arrived("slack:command:1", received_at=int(LATER.timestamp()) * 1_000_000))
    assert await store.read(EVERYWHERE, lambda db: health.last_received(db, "slack:Ev")) == NOW
    assert await store.read(EVERYWHERE, lambda db: health.last_received(db, "slack:")) == LATER
    # In a LIKE, the underscore would stand for any letter.
    assert await store.read(EVERYWHERE, lambda db: health.last_received(db, "slack_")) is None


@pytest.mark.parametrize(("platform", "found"), [("", [CHANNEL, "CTEAMS"]), ("slack", [CHANNEL]), ("sla", [])])
async def test_channels_in_which_it_still_is(store: Database, platform: str, found: list[str]) -> None:
    def work(db: Session) -> None:
        project(db)
        project(db, "slack:TSUP", "CLEFT").left_at = NOW
        project(db, "teams:TSUP", "CTEAMS")

    await store.write(EVERYWHERE, work)
    assert await store.read(EVERYWHERE, lambda db: [each.channel for each in health.channels(db, platform)]) == found


async def test_people_are_counted_by_side_and_patterns_by_channel(store: Database) -> None:
    def work(db: Session) -> None:
        here, there = project(db), project(db, channel="COTHER")
        sam, cleo = (db.scalars(select(Member).where(Member.person == who)).first() for who in ("USAM", "UCLEO"))
        assert sam is not None
        assert cleo is not None
        members.add(db, here.project, sam.organisation, "TSUP", "USUE")
        cleo.own_side = "supplier"
        for channel, who, pattern in ((here, sam, "normalising"), (here, sam, "blame_shifting"), (there, sam, "x")):
            tip(db, channel, who, pattern)

    await store.write(TENANT, work)
    here, _ = await store.read(EVERYWHERE, health.channels)
    assert await store.read(EVERYWHERE, lambda db: health.people(db, here)) == {"supplier": 3}
    assert await store.read(EVERYWHERE, lambda db: health.patterns(db, here)) == ["blame_shifting", "normalising"]


async def test_conversations_are_counted_by_where_they_are(store: Database) -> None:
    def work(db: Session) -> None:
        for channel, person in (("19:a", None), ("19:b", None), ("a:sam", "sam"), ("a:cleo", "cleo")):
            references.keep(db, "teams:T1", Reached(channel, "https://smba.example/", None, person))
        references.keep(db, "other:T1", Reached("x", "https://smba.example/"))
        references.refused(db, "teams:T1", "a:cleo")

    await store.write(EVERYWHERE, work)
    found = await store.read(EVERYWHERE, lambda db: health.reached(db, "teams"))
    assert set(found) == {
        Reach("https://smba.example/", direct=False, reachable=True, number=2),
        Reach("https://smba.example/", direct=True, reachable=True, number=1),
        Reach("https://smba.example/", direct=True, reachable=False, number=1),
    }


def tip(db: Session, channel: Channel, who: Member, pattern: str) -> None:
    about: dict[str, Any] = {"thread": None, "message": "1.1", "tip": "t", "quote": None}
    nudges.add(db, channel, who, pattern=pattern, held_back=False, invitation=False, now=NOW, **about)
