"""One event, one transaction, into the outbox."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy.orm import Session

from bot import barring, beforehand, wire
from bot.house import House
from bot.metrics import DECIDED, FAILED, TAKEN_IN
from bot.mouth import Unreachable
from handlers import phrases, roster, routes, which
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
    Share,
    ShowHome,
    Submission,
    Update,
    Whisper,
    Withdraw,
)
from storage import due, inbox, outbox
from storage.database import EVERYWHERE
from storage.due import Appointment
from storage.inbox import Taken

log = logging.getLogger(__name__)
Seen = TypeVar("Seen")
_AT_ONCE = 50
"""Inbox rows that are fetched together; each is still decided in a transaction of its own."""


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
        "received_at": _micros(now),
    }


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


async def decide_waiting(house: House, first: Callable[[Taken], Awaitable[None]] | None = None) -> int:
    """Decide what was taken in, in order; `first` is awaited before each. Returns how many events were decided."""
    taken = await house.database.read(EVERYWHERE, lambda db: inbox.waiting(db, _AT_ONCE))
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
    return answers


async def tick(house: House, first: Appointment) -> int:
    """Time has passed: decide what waited for it the longest. Returns how many things were decided."""
    if await _in_time(house, first):
        return 1
    # It stays due, and what comes after it must not wait until somebody has mended that.
    others = await house.database.read(EVERYWHERE, lambda db: due.find(db, house.now()))
    return sum([await _in_time(house, each) for each in others if each != first])


async def _in_time(house: House, appointment: Appointment) -> bool:
    """Decide what is due. False when it could not be."""
    try:
        await _decide(
            house, Due(house.now(), appointment.tenant, appointment.what, appointment.row), appointment.tenant
        )
        return True
    except Exception:
        FAILED.inc()
        log.exception("%s %s is due and could not be decided", appointment.what, appointment.row)
        return False


# --- the one way in which everything is decided


async def _decide(house: House, event: Event, tenant: str, taken: int | None = None) -> tuple[Answer, ...]:
    route = routes.find(event)
    if route is None:
        return ()
    turn = _turn(house, tenant)
    try:
        turn = await beforehand.found(house, event, tenant, route, turn)

        def work(db: Session) -> tuple[Answer, ...]:
            if not _ours(db, event, tenant, taken, turn.now):
                return ()
            answers, sendings = _sorted(which.answered(route.handler, event, replace(turn, db=db)))
            for effect in sendings:
                _put(db, tenant, effect, turn.now)
            return answers

        answers = await house.database.write(tenant, work)
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


def _put(db: Session, tenant: str, effect: Sending, now: datetime) -> None:
    kind = type(effect).__name__.lower()
    card = "home" if isinstance(effect, ShowHome) else effect.key
    whose = effect.who.id if isinstance(effect, Whisper | ShowHome | Share) else None
    if isinstance(effect, Withdraw):
        outbox.unsent(db, tenant, card)
    outbox.put(
        db,
        tenant,
        channel=effect.place.channel,
        card=card,
        kind=kind,
        whose=whose,
        body=wire.dumps_sending(effect),
        # What is said once has a name of its own; what shows a card anew may be said as often as it changes.
        dedup_key=f"{tenant}/{card}" if kind in ("say", "whisper", "share", "attach") else f"{tenant}/{card}/{uuid4()}",
        now=now,
        expires_at=getattr(effect, "until", None),
    )


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
