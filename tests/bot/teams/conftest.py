"""A bot in Teams with a Connector on this machine, and a channel that it knows."""

from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio
from teams_driver import CHANNEL, TEAM, TENANT, Connector, connector

from bot.teams.api import Teams
from handlers.vocabulary import Place
from storage import references
from storage.database import Database
from storage.references import Reached

DESK = Place("teams", TENANT, CHANNEL)


@pytest_asyncio.fixture
async def front() -> AsyncIterator[Connector]:
    """A Connector with four people: two of the host, a guest and somebody from a tenant of their own."""
    async with connector() as made:
        made.people = [
            {"id": "29:sam", "aadObjectId": "sam", "name": "Sam", "email": "sam@brugwerk.example", "tenantId": TENANT,
             "userPrincipalName": "sam@brugwerk.example", "userRole": "user"},
            {"id": "29:bram", "aadObjectId": "bram", "givenName": "Bram", "surname": "Bos", "tenantId": TENANT,
             "userPrincipalName": "bram@brugwerk.example", "userRole": "user"},
            {"id": "29:robin", "aadObjectId": "robin", "name": "Robin", "tenantId": TENANT, "userRole": "guest",
             "userPrincipalName": "robin_smit_oeverland.example#EXT#@brugwerk.onmicrosoft.com"},
            {"id": "29:vera", "aadObjectId": "vera", "name": "Vera", "email": "vera@lindehof.example",
             "tenantId": "77777777-1111-4222-8333-444455556666", "userRole": "user"},
        ]  # fmt: skip
        yield made


@pytest_asyncio.fixture
async def teams(front: Connector, database: Database) -> AsyncIterator[Teams]:
    """The bot, which has been spoken to in the channel."""

    async def token() -> str:
        return "made-up"

    here = Reached(CHANNEL, front.url, TEAM)
    await database.write(DESK.tenant, lambda db: references.keep(db, DESK.tenant, here))
    async with aiohttp.ClientSession() as session:
        yield Teams(session, token, database, loopback=True)
