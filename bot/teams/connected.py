"""Teams as the rest of the house sees it: a mouth to speak with, and a door to come in by."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy.orm import Session

from bot import barring, dispatch
from bot.house import House
from bot.mouth import Errand, Mouth, Sent, Unreachable
from bot.settings import TeamsSettings
from bot.teams import places
from bot.teams.answer import answer
from bot.teams.api import Teams, Unanswered
from bot.teams.app import BODY_LIMIT, Guard, endpoint, guarded, unguarded
from bot.teams.credentials import no_token, token_for
from bot.teams.roster import roster
from bot.teams.send import send
from bot.teams.trust import Keys
from handlers.vocabulary import Answer, Arrived, Asked, Member, Person, Place
from storage import projects
from storage.database import Database

_REPEATABLE = frozenset({"replace", "withdraw"})
"""A page is one more message in somebody's chat."""


def connect(settings: TeamsSettings | None, session: aiohttp.ClientSession, database: Database) -> Teams:
    """The bot in Teams; without settings it trusts everyone and speaks only to a server on this machine."""
    if settings is None:
        return Teams(session, no_token, database, loopback=True)
    return Teams(session, token_for(settings), database)


def mouth(teams: Teams) -> Mouth:
    """Teams as a platform."""

    async def _send(errand: Errand) -> Sent:
        return await send(teams, errand.effect, errand.ref)

    async def _roster(place: Place, who: Person | None) -> tuple[Member, ...]:
        return await roster(teams, place, who)

    async def _knock(_tenant: str) -> bool:
        try:
            await teams.token(fresh=True)
        except Unanswered:
            return False
        return True

    # To read back what was said takes a permission that no owner would give for that.
    return Mouth(_send, None, _roster, _knock, teams.people.forget, _REPEATABLE)


def door(
    teams: Teams, house: House, settings: TeamsSettings | None, now: Callable[[], datetime]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of POST /api/messages; without settings, whoever comes in is believed to be Teams."""

    async def met(activity: Mapping[str, object]) -> Sequence[str]:
        return await places.met(teams, activity)

    async def take(event: Arrived) -> None:
        await dispatch.take(house, event)

    async def enter(event: Arrived) -> None:
        """Where it was not yet, it introduces itself before it answers what it is asked there."""
        here = event.place

        def is_in(db: Session) -> bool:
            channel = projects.channel(db, here.tenant, here.channel)
            return channel is not None and channel.left_at is None

        if not await house.database.read(here.tenant, is_in):
            await barring.lift(house, here.tenant)
            with suppress(Unreachable):
                await dispatch.handle(house, event)
        await take(event)

    async def handle(event: Arrived) -> Sequence[Answer]:
        return await dispatch.handle(house, event)

    async def reply(answers: Sequence[Answer], event: Asked) -> Mapping[str, Any] | None:
        return await answer(teams, answers, event)

    guard: Guard = unguarded
    if settings is not None:
        guard = guarded(Keys(teams.session, settings.keys_url), settings.app_id, settings.tenant)
    return endpoint(guard, met, take, enter, handle, reply, now)


__all__ = ["BODY_LIMIT", "connect", "door", "mouth"]
