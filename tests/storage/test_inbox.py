"""What comes in is kept only as far as consent goes, decided once, and then without its words."""

import asyncio
from datetime import timedelta
from itertools import product

from people import CHANNEL, NOW, TENANT, Row, arrived, inbox_rows, micros, project
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import inbox
from storage.database import EVERYWHERE, Database
from storage.tables import Inbox, Member, Organisation, Waiting

AUTHORS = ("known", "corrected by hand", "off", "of no side", "stranger")


async def test_words_are_kept_only_with_consent_and_of_who_wants_to_be_heard(store: Database) -> None:
    """Every combination of a channel, an author and an event."""
    places = {
        "absent": None,
        "deaf": (False, 0),
        "listens": (True, 0),
        "paused": (True, 1),
        "pause is over": (True, -1),
    }
    for name, state in places.items():
        if state is None:
            continue

        def prepare(db: Session, name: str = name, state: tuple[bool, int] = state) -> None:
            channel = project(db, channel=name, listening=state[0])
            channel.paused_until = NOW + timedelta(minutes=state[1]) if state[1] else None
            unknown = Organisation(tenant=TENANT, project_id=channel.project_id, key="TNEW", name="New")
            db.add(unknown)
            db.flush()
            common = {"tenant": TENANT, "project_id": channel.project_id, "tips": "new", "direct": False}
            supplier = db.scalar(
                select(Organisation.id).where(
                    Organisation.project_id == channel.project_id, Organisation.side == "supplier"
                )
            )
            db.add(Member(**common, organisation_id=supplier, team="T", person="known", off=False))
            db.add(Member(**common, organisation_id=supplier, team="T", person="off", off=True))
            db.add(Member(**common, organisation_id=unknown.id, team="T", person="of no side", off=False))
            by_hand = {"person": "corrected by hand", "own_side": "client"}
            db.add(Member(**common, organisation_id=unknown.id, team="T", off=False, **by_hand))

        await store.write(TENANT, prepare)
    cases = list(product(places, AUTHORS, (0, 1)))
    for place, author, has_text in cases:
        key = f"{place}/{author}/{has_text}"
        await store.take_in(arrived(key, channel=place, person=author, has_text=has_text))

    for row, (place, author, has_text) in zip(await inbox_rows(store), cases, strict=True):
        key = f"{place}/{author}/{has_text}"
        open_ears = place in ("listens", "pause is over")
        if not has_text or (open_ears and author in ("known", "corrected by hand")):
            expected = Row(key, f"the words of {key}", Waiting.NEW)
        elif author == "stranger" and (open_ears or place == "paused"):
            expected = Row(key, f"somebody wrote {key}", Waiting.NEW)
        else:
            expected = Row(key, None, Waiting.DONE)
        assert row == expected


async def test_the_same_channel_of_another_tenant_gives_no_consent(store: Database) -> None:
    await store.write(TENANT, project)
    await store.take_in(arrived("Ev1", tenant="slack:TOTHER"))
    assert await inbox_rows(store) == [Row("Ev1", None, Waiting.DONE)]


async def test_a_repeat_is_absorbed_whenever_it_comes(store: Database) -> None:
    await store.write(TENANT, project)
    await asyncio.gather(*(store.take_in(arrived("Ev1")) for _ in range(4)), store.take_in(arrived("Ev2")))
    assert [row.key for row in await inbox_rows(store)] == ["Ev1", "Ev2"]
    await _settle(store)
    await store.take_in(arrived("Ev1", body="the words once more"))
    assert await inbox_rows(store) == [Row("Ev1", None, Waiting.DONE), Row("Ev2", "the words of Ev2", Waiting.NEW)]


async def _settle(store: Database) -> bool:
    def first(db: Session) -> bool:
        return inbox.settle(db, inbox.waiting(db, 1)[0].id)

    return await store.write(EVERYWHERE, first)


async def test_odd_letters_survive(store: Database) -> None:
    await store.write(TENANT, project)
    body = 'één "quote" \\ back, 雪 and \U0001f600\n'
    await store.take_in(arrived("Ev1", body=body))
    assert (await inbox_rows(store))[0].body == body


async def test_decided_in_order_once_and_blanked(store: Database) -> None:
    await store.write(TENANT, project)
    for number in range(5):
        await store.take_in(arrived(f"Ev{number}"))
    waiting = await store.read(EVERYWHERE, lambda db: inbox.waiting(db, 3))
    assert [each.body for each in waiting] == ["the words of Ev0", "the words of Ev1", "the words of Ev2"]
    assert (waiting[0].tenant, waiting[0].channel, waiting[0].received_at) == (TENANT, CHANNEL, NOW)
    row = waiting[0].id
    settled = await asyncio.gather(*(store.write(EVERYWHERE, lambda db: inbox.settle(db, row)) for _ in range(4)))
    assert sorted(settled) == [False, False, False, True]
    assert (await inbox_rows(store))[0] == Row("Ev0", None, Waiting.DONE)


async def test_what_cannot_be_decided_is_set_aside_without_its_words(store: Database) -> None:
    await store.write(TENANT, project)
    await store.take_in(arrived("Ev1"))
    row = (await store.read(EVERYWHERE, lambda db: inbox.waiting(db, 1)))[0].id
    tries = inbox.FAILED_TRIES
    asides = [await store.write(EVERYWHERE, lambda db: inbox.failed(db, row, tries)) for _ in range(tries)]
    assert asides == [False, False, True]
    assert await inbox_rows(store) == [Row("Ev1", None, Waiting.FAILED)]


async def test_what_is_answered_at_once_is_remembered_too(store: Database) -> None:
    def decide(db: Session) -> bool:
        return inbox.first_time(db, TENANT, "view:1", CHANNEL, NOW)

    assert [await store.write(TENANT, decide) for _ in range(2)] == [True, False]
    await store.take_in(arrived("view:1"))
    assert await inbox_rows(store) == [Row("view:1", None, Waiting.DONE)]


async def test_two_at_once_answer_only_one(store: Database) -> None:
    decided = await asyncio.gather(
        *(store.write(TENANT, lambda db: inbox.first_time(db, TENANT, "view:1", CHANNEL, NOW)) for _ in range(8))
    )
    assert decided.count(True) == 1


async def test_keys_are_forgotten_after_two_days_but_never_what_waits(store: Database) -> None:
    await store.write(TENANT, project)
    long_ago = micros(NOW - timedelta(days=2, seconds=1))
    await store.take_in(arrived("done", channel="CDEAF", received_at=long_ago))
    await store.take_in(arrived("waits", received_at=long_ago))
    await store.take_in(arrived("new", channel="CDEAF"))
    assert await store.write(EVERYWHERE, lambda db: inbox.forget(db, NOW)) == 1
    kept = await store.read(EVERYWHERE, lambda db: sorted(db.scalars(select(Inbox.event_key))))
    assert kept == ["new", "waits"]
