"""One event, one transaction, into the outbox."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot import barring, beforehand, saying, wire
from bot.house import House
from bot.metrics import DECIDED, FAILED, TAKEN_IN
from bot.mouth import Unreachable
from handlers import phrases, roster, routes, which, workless
from handlers.calendar import NoWorkingTime
from handlers.turn import Turn
from handlers.vocabulary import (
    Answer,
    Arrived,
    Asked,
    ButtonPress,
    Due,
    Edited,
    Effect,
    Event,
    Joined,
    Message,
    OpenForm,
    Outside,
    Refusal,
    Refused,
    Reply,
    Sending,
    Submission,
    Update,
)
from storage import due, inbox
from storage.database import EVERYWHERE
from storage.due import Appointment
from storage.inbox import Taken

log = logging.getLogger(__name__)
Seen = TypeVar("Seen")
_FETCHED, AT_ONCE = 50, 20
"""Inbox rows fetched together, and due rows decided before anything is sent; each in a transaction of its own."""


# --- taking in: what needs no answer


async def take(house: House, event: Arrived) -> None:
    """Save an event to be decided a moment later. Returns after the commit; a repeat is absorbed."""
    if isinstance(event, Joined) and event.who is None:
        # Who is taken into a channel has been let in.
        await barring.lift(house, event.place.tenant)
    await house.database.take_in(_row(wire.tidy(event), house.now()))
    TAKEN_IN.inc()
    house.wake()


def _row(event: Arrived, now: datetime) -> dict[str, Any]:
    who = getattr(event, "who", None)
    notice = wire.dumps_notice(event) if isinstance(event, Message | Edited) else None
    return {
        "tenant": event.place.tenant,
        "event_key": f"{event.place.platform}:{event.id}",
        "channel": event.place.channel,
        "person": who.id if who is not None else "",
        "has_text": int(notice is not None),
        "body": wire.dumps(event),
        "notice": notice,
        "received_at": int(now.timestamp()) * 1_000_000 + now.microsecond,
    }


async def decide_waiting(house: House, first: Callable[[Taken], Awaitable[None]] | None = None) -> int:
    """Decide what was taken in, in order; `first` is awaited before each. Returns how many events were decided."""
    taken = await house.database.read(EVERYWHERE, lambda db: inbox.waiting(db, _FETCHED))
    decided = 0
    for each in taken:
        if first is not None:
            await first(each)
        decided += await _decided(house, each)
    return decided


async def _decided(house: House, taken: Taken) -> bool:
    """Decide one event. False when it could not be now and is left for later."""
    try:
        await _decide(house, wire.loads(taken.body), taken.tenant, taken=taken.id)
        return True
    except Unreachable as problem:
        log.warning("event %s waits until the platform answers: %s", taken.id, problem)
        tries = inbox.UNREACHABLE_TRIES
    except Exception:
        FAILED.inc()
        log.exception("event %s could not be decided", taken.id)
        tries = inbox.FAILED_TRIES
    aside = await house.database.write(EVERYWHERE, lambda db: inbox.failed(db, taken.id, tries))
    if aside:
        log.error("event %s is set aside", taken.id)
    return False


# --- handling: what needs an answer


async def handle(house: House, event: Arrived) -> tuple[Answer, ...]:
    """Decide an event now. Returns what is to be answered; the rest is in the outbox, committed."""
    answers = await _decide(house, wire.tidy(event), event.place.tenant)
    house.wake()
    return answers or ()


async def tick(house: House, first: Appointment, *, more: bool) -> int:
    """Time has passed: decide what waited for it the longest; and some others, if `more` is due. Returns how many."""
    decided = int(await _in_time(house, first))
    if decided and not more:
        return 1
    # What stays due is mended by somebody; what comes after it must not wait for that.
    for each in await house.database.read(EVERYWHERE, lambda db: due.find(db, house.now())):
        if decided < AT_ONCE:
            decided += each != first and await _in_time(house, each)
    return decided


async def _in_time(house: House, appointment: Appointment) -> bool:
    """Decide what is due. False when it could not be, or another replica is at it."""
    what, row = appointment.what, appointment.row
    try:
        return await _decide(house, Due(house.now(), appointment.tenant, what, row), appointment.tenant) is not None
    except NoWorkingTime:
        log.warning("%s %s waits for a calendar with working days", what, row)
        tenant, again = appointment.tenant, house.now() + workless.AGAIN
        await house.database.write(tenant, lambda db: due.rest(db, tenant, what, row, appointment.at, again))
    except Exception:
        FAILED.inc()
        log.exception("%s %s is due and could not be decided", what, row)
        return False
    return True


# --- the one way in which everything is decided


async def _decide(house: House, event: Event, tenant: str, taken: int | None = None) -> tuple[Answer, ...] | None:
    """Decide an event. None where it is not ours to decide: somebody did, or is at it."""
    route = routes.find(event)
    if route is None:
        return ()
    turn = _turn(house, tenant)
    try:
        turn = await beforehand.found(house, event, tenant, route, turn)

        def work(db: Session) -> tuple[Answer, ...] | None:
            if not _ours(db, event, tenant, taken, turn.now):
                return None
            answers, sendings = _sorted(which.answered(route.handler, event, replace(turn, db=db)))
            for effect in sendings:
                saying.put(db, tenant, effect, turn.now)
            return answers

        answers = await house.database.write(tenant, work)
        if answers is None:
            return None
        if route.recount and isinstance(event, ButtonPress | Submission):
            press = event
            there = await house.database.read(tenant, lambda db: roster.counted(press, replace(turn, db=db)))
            # Later, from the inbox: to ask a platform for everyone takes longer than anybody waits for an answer.
            if there is not None:
                await take(house, Joined(f"{event.id}:recount", event.at, there))
    except Refused as refused:
        if not isinstance(event, Asked | Outside):
            raise
        answers = (await _refusal(house, turn, event, tenant, refused),)
    DECIDED.labels(type(event).__name__).inc()
    return answers


def _turn(house: House, tenant: str) -> Turn:
    """A turn that has no database yet."""
    policy = house.policy(tenant.partition(":")[0])
    return Turn(None, house.now(), policy, house.dice, house.language, house.public_url)  # type: ignore[arg-type]


async def look(house: House, tenant: str, at: Callable[[Turn], Seen]) -> Seen:
    """What a handler makes of how things stand, for a page; nothing happens."""
    return await house.database.read(tenant, lambda db: at(replace(_turn(house, tenant), db=db)))


def _ours(db: Session, event: Event, tenant: str, taken: int | None, now: datetime) -> bool:
    """Whether this event is still to be decided: nobody did so before."""
    if taken is not None:
        return inbox.settle(db, taken)
    if isinstance(event, Due):
        return due.hold(db, tenant, event.what, event.row, now)
    return inbox.first_time(db, tenant, f"{event.place.platform}:{event.id}", event.place.channel, now)


def _sorted(effects: Iterable[Effect]) -> tuple[tuple[Answer, ...], tuple[Sending, ...]]:
    answers: list[Answer] = []
    sendings: list[Sending] = []
    for effect in effects:
        if isinstance(effect, OpenForm | Reply | Update | Refusal):
            answers.append(effect)
        else:
            sendings.append(effect)
    return tuple(answers), tuple(sendings)


async def _refusal(house: House, turn: Turn, event: Asked | Outside, tenant: str, refused: Refused) -> Refusal:
    def words(db: Session) -> Refusal:
        if isinstance(event, Outside):
            book = phrases.outsider(event.language)
        else:
            book = phrases.asker(replace(turn, db=db), event.who, event.place)
        return Refusal(
            {field: book.say(key, **refused.values.get(field, {})) for field, key in refused.reasons.items()}
        )

    return await house.database.read(tenant, words)
