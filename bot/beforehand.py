"""What is found out before an event is decided, outside any transaction: what is heard, what is alike, who is there."""

import asyncio
import logging
from dataclasses import replace

from bot import barring
from bot.house import House
from bot.mouth import Unreachable
from handlers import nudges, roster
from handlers.routes import Route
from handlers.turn import Hearing, Listen, Turn
from handlers.vocabulary import Arrived, Asked, Due, Event, Member, Person, Place
from storage import barred

log = logging.getLogger(__name__)
ANSWERED_WITHIN = 2.0
"""Seconds that who asked something waits for what the answer can do without; after three the platform gives up."""


async def found(house: House, event: Event, tenant: str, route: Route, turn: Turn) -> Turn:
    """The turn with all that its route asks for. Raises Unreachable where that cannot be had and cannot be missed."""
    if route.listens is not None:
        listens = route.listens
        listen = await house.database.read(tenant, lambda db: listens(event, replace(turn, db=db)))
        turn = replace(turn, hearing=await _heard(house, event, listen, turn) if listen is not None else None)
    if route.compares is not None and house.compares is not None:
        compares = route.compares
        compare = await house.database.read(tenant, lambda db: compares(event, replace(turn, db=db)))
        turn = replace(turn, same=await house.compares(compare) if compare is not None else ())
    if route.roster and not isinstance(event, Due):
        try:
            async with asyncio.timeout(ANSWERED_WITHIN if route.without else None):
                turn = replace(turn, roster=await _present(house, event, turn))
        except (Unreachable, TimeoutError):
            if not route.without:
                raise
    return turn


async def _present(house: House, event: Arrived, turn: Turn) -> tuple[Member, ...]:
    """Who is in the place: all of them, or only who did it, where somebody did."""
    who = getattr(event, "who", None)
    named = await house.database.read(event.place.tenant, lambda db: roster.claimed(event, replace(turn, db=db)))
    if who is None or named is None:
        return await _roster(house, event.place, who)
    return tuple(each for each in await _roster(house, named, None) if each.person.id == who.id)


async def _roster(house: House, place: Place, who: Person | None) -> tuple[Member, ...]:
    if await house.database.read(place.tenant, lambda db: barred.is_barred(db, place.tenant)):
        raise Unreachable("the platform lets us do nothing there")
    try:
        return await house.mouths[place.platform].roster(place, who)
    except Unreachable as problem:
        if problem.barred:
            await barring.bar(house, place.tenant, problem.barred)
        raise


async def _heard(house: House, event: Event, listen: Listen, turn: Turn) -> Hearing | None:
    if isinstance(event, Asked):
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                return await house.ear(listen)
        except TimeoutError:
            log.warning(
                "somebody asked, and the ear took more than %s seconds; they are answered without it", ANSWERED_WITHIN
            )
            return None
    heard = await house.ear(listen)
    if heard is not None and heard.unsure and house.second is not None and isinstance(event, Due):
        due_event = event
        doubtful = replace(turn, hearing=heard)
        if await house.database.read(
            due_event.tenant, lambda db: nudges.may_ask_a_model(due_event, replace(doubtful, db=db))
        ):
            return await house.second(listen, heard)
    return heard
