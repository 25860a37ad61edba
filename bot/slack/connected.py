"""Slack as the rest of the house sees it: a mouth to speak with, and two doors to come in by."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import web

from bot import dispatch
from bot.house import House
from bot.mouth import Errand, Mouth, Sent
from bot.slack.answer import answer
from bot.slack.api import TIMEOUT, Slack, Unanswered, ask, connect
from bot.slack.app import BODY_LIMIT, endpoint, slack_app
from bot.slack.inside import Inside
from bot.slack.payload import PLATFORM
from bot.slack.roster import roster
from bot.slack.send import find, send
from bot.slack.socket import Lines, Patience, listening
from handlers.vocabulary import Answer, Arrived, Event, Member, Person, Place

log = logging.getLogger(__name__)

ASK_AGAIN = 60.0
"""Seconds until Slack is asked again whose token we have."""


def mouth(slack: Slack) -> Mouth:
    """Slack as a platform."""

    async def _send(errand: Errand) -> Sent:
        return await send(slack, errand.effect, errand.mark, errand.ref, errand.direct)

    async def _find(errand: Errand) -> str | None:
        return await find(slack, errand.effect, errand.mark, errand.created_at, errand.direct, errand.ref)

    async def _roster(place: Place, who: Person | None) -> tuple[Member, ...]:
        return await roster(slack, place, who)

    async def _knock(tenant: str) -> bool:
        try:
            told = await ask(slack, "auth.test")
        except Unanswered:
            return False
        return tenant in {f"{PLATFORM}:{told.get(key)}" for key in ("team_id", "enterprise_id")}

    return Mouth(_send, _find, _roster, _knock, slack.people.forget)


def door(
    slack: Slack, house: House, signing_secret: str, now: Callable[[], datetime]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of POST /slack/events."""
    return endpoint(slack_app(signing_secret, _inside(slack, house, now)), now)


def sockets(
    slack: Slack, house: House, app_token: str, now: Callable[[], datetime], patience: Patience | None = None
) -> AbstractAsyncContextManager[Lines]:
    """Connections by which Slack tells what happens, without an address of ours, while they are kept up."""
    return listening(slack, app_token, _inside(slack, house, now), patience)


def _inside(slack: Slack, house: House, now: Callable[[], datetime]) -> Inside:
    async def take(event: Arrived) -> None:
        await dispatch.take(house, event)

    async def handle(event: Arrived) -> Sequence[Answer]:
        return await dispatch.handle(house, event)

    async def reply(answers: Sequence[Answer], event: Event) -> Mapping[str, Any] | None:
        return await answer(slack, answers, event)

    return Inside(take, handle, reply, now, lambda: slack.home)


@asynccontextmanager
async def settling_in(slack: Slack) -> AsyncIterator[None]:
    """Find out, as soon as Slack tells, which installation is ours."""
    asking = asyncio.create_task(_find_home(slack))
    try:
        yield
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def _find_home(slack: Slack) -> None:
    while True:
        try:
            told = await ask(slack, "auth.test")
        except Unanswered as problem:
            log.warning("Slack does not tell yet whose token this is: %s", problem)
            await asyncio.sleep(ASK_AGAIN)
        else:
            slack.home.bot = str(told.get("user_id") or "")
            slack.home.team = str(told.get("enterprise_id" if told.get("is_enterprise_install") else "team_id") or "")
            return


__all__ = ["BODY_LIMIT", "TIMEOUT", "connect", "door", "mouth", "settling_in", "sockets"]
