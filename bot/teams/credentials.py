"""The bot's own token: from Microsoft's library, which waits for the network, in a thread; asked for once at a time."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import msal
import requests
from botframework.connector.auth import AuthenticationConstants, MicrosoftAppCredentials

from bot.mouth import Sent
from bot.settings import TeamsSettings
from bot.teams.api import Token, Unanswered

PATIENCE = 5.0
"""Seconds for one request of the library, which of itself would wait for ever."""

_BARRED = frozenset({"access_denied", "invalid_client", "unauthorized_client"})
"""Microsoft does not take this app, or its secret, any more: whoever looks after it has to do something."""


_NOT_THERE = frozenset({"invalid_client", "invalid_request", "unauthorized_client"})
"""The machine has no such identity. (An App Service says invalid_scope, and then a status.)"""


class NoIdentity(Exception):
    """The managed identity of the app is not, or no longer, one of this machine's."""


def token_for(settings: TeamsSettings) -> Token:
    """A token for every call, kept by the library until it is nearly over."""
    waits = asyncio.Lock()
    get = _getter(settings)

    async def token(*, fresh: bool = False) -> str:
        async with waits:
            try:
                return await asyncio.to_thread(get, fresh)
            except Exception as problem:  # whatever the library meets on its way, nothing has been sent
                raise Unanswered(_without(problem)) from problem

    return token


async def no_token(*, fresh: bool = False) -> None:
    """For who develops: the other side asks for none."""


def _without(problem: Exception) -> Sent:
    error = f"no_token_{type(problem).__name__}"
    if isinstance(problem, NoIdentity):
        return Sent("barred", error=error)
    # The library puts Microsoft's code in its words, and nowhere else.
    code = re.search(r"error: (\w+)", str(problem)) if isinstance(problem, PermissionError) else None
    if code is not None and code[1] in _BARRED:
        return Sent("barred", error=error)
    return Sent("retry", error=error, seconds=30)


def _getter(settings: TeamsSettings) -> Callable[[bool], str]:
    if settings.kind == "UserAssignedMSI":
        return _from_machine(settings.app_id)
    tenant = settings.tenant if settings.kind == "SingleTenant" else None
    credentials = MicrosoftAppCredentials(settings.app_id, settings.password, tenant)

    def get(fresh: bool) -> str:
        if credentials.app is None or fresh:
            # Made here, not there, for its time-out; and only now, for it already asks the network.
            credentials.app = msal.ConfidentialClientApplication(
                client_id=settings.app_id,
                client_credential=settings.password,
                authority=credentials.oauth_endpoint,
                timeout=PATIENCE,
            )
        return str(credentials.get_access_token())

    return get


def _from_machine(app_id: str) -> Callable[[bool], str]:
    """From the machine itself, which renews it: there is no secret that can end, but the identity can be taken away."""
    client: msal.ManagedIdentityClient | None = None

    def get(fresh: bool) -> str:
        nonlocal client
        if client is None or fresh:
            identity = msal.UserAssignedManagedIdentity(client_id=app_id)
            client = msal.ManagedIdentityClient(identity, http_client=_InTime())
        told = client.acquire_token_for_client(resource=AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE)
        if "access_token" in told:
            return str(told["access_token"])
        error, more = str(told.get("error")), str(told.get("error_description"))
        if error in _NOT_THERE or (error == "invalid_scope" and more.startswith("400")):
            raise NoIdentity(error)
        raise ConnectionError(error)

    return get


class _InTime:
    """Asks the machine for a token, and does not wait for ever."""

    def __init__(self) -> None:
        self._session = requests.Session()

    def get(self, url: str, **more: Any) -> Any:
        return self._session.get(url, timeout=PATIENCE, **more)

    def close(self) -> None:
        self._session.close()
