"""The playground as the rest of the house sees it: a mouth, a door, and a conversation that is already going on."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aiohttp import web

from bot import dispatch, files
from bot.ear import compares_here, here
from bot.house import House
from bot.mouth import Errand, Mouth, Sent
from bot.play.script import Script
from bot.play.stage import Stage
from bot.playground import opening, serve
from bot.playground.cast import PLATFORM, SCENES, TEAM, members
from bot.playground.hands import Hands, after
from bot.playground.hands import forward as pass_time
from bot.playground.send import Room, apply, open_rooms
from handlers import phrases
from handlers.turn import Policy
from handlers.vocabulary import Answer, Arrived, Member, Person, Place, Share
from storage.database import Database

POLICIES = {PLATFORM: Policy(restraint=False, holdback=False, silence=timedelta(seconds=3))}
"""Whoever tries it out should see a tip every time, and soon."""


def mouths(rooms: Mapping[str, Room]) -> dict[str, Mouth]:
    """The playground as a platform."""

    async def send(errand: Errand) -> Sent:
        held = await files.content(errand.effect) if isinstance(errand.effect, Share) else b""
        return Sent("sent", ref=apply(rooms, errand.effect, held))

    async def find(_errand: Errand) -> str | None:
        return None

    async def roster(place: Place, who: Person | None) -> tuple[Member, ...]:
        return tuple(member for member in members(place.channel) if who is None or member.person == who)

    return {PLATFORM: Mouth(send, find, roster)}


def door(rooms: Mapping[str, Room], house: House, hands: Hands) -> list[web.RouteDef]:
    """All that the browser asks for."""

    async def take(event: Arrived) -> None:
        await dispatch.take(house, event)

    async def handle(event: Arrived) -> Sequence[Answer]:
        return await dispatch.handle(house, event)

    async def forward(step: str) -> datetime:
        return await pass_time(house, hands, after(step, hands.now()))

    return serve.routes(rooms, phrases.page, take, handle, house.now, forward)


def hang_up(rooms: Mapping[str, Room]) -> Callable[[web.Application], Awaitable[None]]:
    """What to do when the application stops: let go of the browsers, or their streams hold it up."""

    async def on_shutdown(_app: web.Application) -> None:
        for room in rooms.values():
            room.hang_up()

    return on_shutdown


async def opened(database: Database, now: Callable[[], datetime]) -> dict[str, Room]:
    """The rooms, each with its opening conversation, which is a script that ends now."""
    rooms: dict[str, Room] = {}
    for scene in SCENES:
        stage = Stage(lambda _line: None, platform=PLATFORM, team=TEAM, language=scene.language)
        rooms |= {scene.channel: open_rooms(lambda stage=stage: stage.now)[scene.channel]}  # type: ignore[misc]
        stage.record = rooms[scene.channel].record
        house = House(
            database=database,
            ear=here,
            compares=compares_here,
            mouths=mouths(rooms),
            now=lambda stage=stage: stage.now,  # type: ignore[misc]
            dice=random.random,
            wake=lambda: None,
            policies=POLICIES,
        )
        await Script(stage, house).play_all(opening.lines(scene.language, now()))
        rooms[scene.channel] = replace(rooms[scene.channel], now=now)
    return rooms
