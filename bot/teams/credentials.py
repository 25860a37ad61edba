"""The bot's own token: from Microsoft's library, which waits for the network, in a thread; asked for once at a time."""

import asyncio
from collections.abc import Callable

import msal
from botframework.connector.auth import ManagedIdentityAppCredentials, MicrosoftAppCredentials

from bot.mouth import Sent
from bot.settings import TeamsSettings
from bot.teams.api import Token, Unanswered

PATIENCE = 5.0
"""Seconds for one request of the library, which of itself would wait for ever."""


def token_for(settings: TeamsSettings) -> Token:
    """A token for every call, kept by the library until it is nearly over."""
    waits = asyncio.Lock()
    get = _getter(settings)

    async def token() -> str:
        async with waits:
            try:
                return await asyncio.to_thread(get)
            except Exception as problem:  # whatever the library meets on its way, nothing has been sent
                raise Unanswered(Sent("retry", error=f"no_token_{type(problem).__name__}", seconds=30)) from problem

    return token


async def no_token() -> None:
    """For who develops: the other side asks for none."""


def _getter(settings: TeamsSettings) -> Callable[[], str]:
    if settings.kind == "UserAssignedMSI":
        managed = ManagedIdentityAppCredentials(settings.app_id)
        return lambda: str(managed.get_access_token())
    tenant = settings.tenant if settings.kind == "SingleTenant" else None
    credentials = MicrosoftAppCredentials(settings.app_id, settings.password, tenant)

    def get() -> str:
        if credentials.app is None:
            # Made here, not there, for its time-out; and only now, for it already asks the network.
            credentials.app = msal.ConfidentialClientApplication(
                client_id=settings.app_id,
                client_credential=settings.password,
                authority=credentials.oauth_endpoint,
                timeout=PATIENCE,
            )
        return str(credentials.get_access_token())

    return get
