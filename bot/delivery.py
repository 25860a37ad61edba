"""Out of the outbox, to the platforms: claimed, committed, sent once, and written down."""

import asyncio
import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import barring, wire
from bot.house import House
from bot.metrics import SENT
from bot.mouth import Errand, Mouth, Sent, Unreachable
from handlers.vocabulary import Attach, Replace, Whisper, Withdraw
from storage import barred, members, outbox
from storage.database import EVERYWHERE
from storage.outbox import LEASE, Claimed
from storage.tables import Leaving, Outbox

log = logging.getLogger(__name__)

ATTEMPTS = 12
"""With the waits between them, over half an hour."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
FOUND_BACK = ("say", "attach")
"""Kinds that everybody can read back: what may have been sent is looked for, and sent where it is not there."""
TWICE = "perhaps sent; repeated once"
"""The problem of what is not repeated again."""


async def deliver(house: House) -> int:
    """Send what is due, one of each channel at a time. Returns how many rows were dealt with."""
    now = house.now()
    deadline = asyncio.get_running_loop().time() + LEASE.total_seconds() / 3
    claimed = await house.database.write(EVERYWHERE, lambda db: outbox.claim(db, now, 20))
    # One of each installation goes ahead: where that one finds the door closed, the others need not knock.
    ahead = list({each.tenant: each for each in reversed(claimed)}.values())
    await asyncio.gather(*(_try(house, each, deadline) for each in ahead))
    if others := [each for each in claimed if each not in ahead]:
        closed = await house.database.read(EVERYWHERE, barred.everywhere)
        await asyncio.gather(
            *(_again(house, each, now, closed[each.tenant]) for each in others if each.tenant in closed)
        )
        await asyncio.gather(*(_try(house, each, deadline) for each in others if each.tenant not in closed))
    return len(claimed)


async def _try(house: House, claimed: Claimed, deadline: float) -> None:
    """Send one row. What goes wrong here is tried again when its lease is over, and not for ever."""
    try:
        await _send(house, claimed, deadline)
    except Exception as problem:
        if isinstance(problem, Unreachable) and problem.barred:
            await barring.bar(house, claimed.tenant, problem.barred)
            return
        log.exception("%s %s could not be sent", claimed.kind, claimed.id)
        if claimed.attempts >= ATTEMPTS:
            await _finish(house, claimed, Leaving.UNKNOWN, problem=f"given up: {type(problem).__name__}")


async def _send(house: House, claimed: Claimed, deadline: float) -> None:
    now = house.now()
    if claimed.expires_at is not None and now > claimed.expires_at:
        await _finish(house, claimed, Leaving.DROPPED, problem="too late to be of use")
        return
    effect = wire.loads_sending(claimed.body)
    ref = None
    if isinstance(effect, Replace | Withdraw | Attach):
        about = effect.to if isinstance(effect, Attach) else effect.key
        found = await house.database.read(claimed.tenant, lambda db: outbox.ref_of(db, claimed.tenant, about))
        if found is None or found[0] is None:
            await _finish(house, claimed, Leaving.DROPPED, problem="there is no such card")
            return
        ref = found[0]
    direct = isinstance(effect, Whisper) and (
        effect.place.direct or await _prefers_direct(house, claimed.tenant, effect)
    )
    errand = Errand(effect, claimed.id, claimed.created_at, ref, direct)
    mouth = house.mouths[claimed.tenant.partition(":")[0]]
    if claimed.ambiguous and claimed.kind not in mouth.repeatable:
        # A sender died on it, or never heard how it ended: it may be there already.
        found_ref = await mouth.find(errand) if mouth.find and (claimed.kind in FOUND_BACK or direct) else None
        if found_ref is not None:
            await _finish(house, claimed, Leaving.SENT, ref=found_ref)
            return
        if claimed.kind not in FOUND_BACK:
            await _finish(house, claimed, Leaving.UNKNOWN, problem="perhaps sent; not repeated")
            return
        if mouth.find is None and not await house.database.write(EVERYWHERE, lambda db: _repeat(db, claimed)):
            await _finish(house, claimed, Leaving.UNKNOWN, problem=TWICE)
            return
    if asyncio.get_running_loop().time() > deadline:
        # This process stood still, and nothing has left. Unless another one took over, begin anew.
        await _again(house, claimed, now, "stood still")
        return
    sent = await mouth.send(errand)
    SENT.labels(claimed.kind, sent.outcome).inc()
    await _write_down(house, mouth, claimed, sent)


async def _write_down(house: House, mouth: Mouth, claimed: Claimed, sent: Sent) -> None:
    match sent.outcome:
        case "sent":
            await _finish(house, claimed, Leaving.SENT, ref=sent.ref)
        case "unsupported":
            await _finish(house, claimed, Leaving.DROPPED, problem=sent.error or "not possible on this platform")
        case "refused":
            log.warning("%s %s was refused: %s", claimed.kind, claimed.id, sent.error)
            await _finish(house, claimed, Leaving.REFUSED, problem=sent.error)
        case "barred":
            await house.database.write(EVERYWHERE, lambda db: _park(db, claimed, sent.error or "", house.now()))
            await barring.tell(house)
        case "retry" if claimed.attempts < ATTEMPTS:
            await _again(house, claimed, house.now() + _wait(claimed.attempts, sent.seconds, house.dice()), sent.error)
        case "retry":
            await _finish(house, claimed, Leaving.REFUSED, problem=f"given up: {sent.error}")
        case "unknown" if claimed.kind in mouth.repeatable and claimed.attempts < ATTEMPTS:
            await _again(house, claimed, house.now() + _wait(claimed.attempts, None, house.dice()), sent.error)
        case "unknown" if claimed.kind in FOUND_BACK and claimed.attempts < ATTEMPTS:
            log.info("%s %s may have arrived (%s); to be looked into", claimed.kind, claimed.id, sent.error)
        case "unknown":
            await _finish(house, claimed, Leaving.UNKNOWN, problem=sent.error)


def _park(db: Session, claimed: Claimed, problem: str, now: datetime) -> None:
    barred.bar(db, claimed.tenant, problem, now)
    _put_back(db, claimed, now, problem)


def _repeat(db: Session, claimed: Claimed) -> bool:
    """Whether what may be there already is sent once more: a doubled reminder beats a lost one, and that is enough."""
    row = db.get(Outbox, claimed.id)
    if row is None or row.fence != claimed.fence or row.problem == TWICE:
        return False
    row.problem = TWICE
    return True


def _put_back(db: Session, claimed: Claimed, due_at: datetime, problem: str) -> None:
    row = db.get(Outbox, claimed.id)
    repeated = row is not None and row.problem == TWICE
    outbox.again(db, claimed, due_at, TWICE if repeated else problem)


def _wait(attempts: int, seconds: float | None, dice: float) -> timedelta:
    """Twice as long every time, and never shorter than asked for: one that stays away is not given up in a minute.

    Give or take a quarter, so that all who wait do not come back in one moment.
    """
    doubled: timedelta = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return max(doubled * (0.75 + dice / 2), timedelta(seconds=seconds or 0))


async def _prefers_direct(house: House, tenant: str, effect: Whisper) -> bool:
    return await house.database.read(tenant, lambda db: members.prefers_direct(db, tenant, effect.who.id))


async def _finish(
    house: House, claimed: Claimed, state: Leaving, ref: str | None = None, problem: str | None = None
) -> None:
    await house.database.write(EVERYWHERE, lambda db: outbox.finish(db, claimed, state, ref=ref, problem=problem))


async def _again(house: House, claimed: Claimed, due_at: datetime, problem: str | None) -> None:
    await house.database.write(EVERYWHERE, lambda db: _put_back(db, claimed, due_at, problem or ""))
