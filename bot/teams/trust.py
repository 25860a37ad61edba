"""Whether a request really comes from Teams: the token in it, checked against the keys that Microsoft publishes."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
from yarl import URL

from bot.payload import word

CHANNEL = "msteams"
ISSUER = "https://api.botframework.com"
"""Who signs what Teams sends, whatever the type of the app: its type only says where the bot's own token is from."""
LEEWAY = 300
"""Seconds that clocks may differ."""
_TIMEOUT = aiohttp.ClientTimeout(total=5)
_FRESH, _PAUSE, _SHORT_PAUSE = 24 * 3600.0, 60.0, 5.0
"""Seconds for which keys are good, and between two times that they are asked for (the shorter while there are none)."""


class Distrusted(Exception):
    """The request is refused with this HTTP status; the message says why, without any of its content."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Key:
    """A key, and the channels that what it signs may come from."""

    key: Any
    endorsements: frozenset[str]


class Keys:
    """The keys that Microsoft signs with now. A new one is found at the first request that it signs."""

    def __init__(
        self, session: aiohttp.ClientSession, metadata_url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._asked_at = self._told_at = float("-inf")
        self._asking = asyncio.Lock()

    async def find(self, name: str) -> Key | None:
        """The key of this name; None when there is none. Raises Distrusted (503) when nobody could say."""
        if name in self._keys and not self._stale:
            return self._keys[name]
        async with self._asking:
            # Whoever waited here may find that another asked; and nobody makes us ask more than once a minute.
            pause = _PAUSE if self._keys else _SHORT_PAUSE
            if (name not in self._keys or self._stale) and self._clock() - self._asked_at >= pause:
                self._asked_at = self._clock()
                await self._ask()
        if not self._keys:
            raise Distrusted(503, "the keys of the Bot Framework could not be fetched")
        return self._keys.get(name)

    @property
    def _stale(self) -> bool:
        return self._clock() - self._told_at >= _FRESH

    async def _ask(self) -> None:
        try:
            metadata = await self._get(self._metadata_url)
            where = URL(word(metadata, "jwks_uri"))
            # Keys from anywhere else would be anybody's.
            if where.scheme != "https" and where.origin() != URL(self._metadata_url).origin():
                return
            published = await self._get(str(where))
            listed = published.get("keys") if isinstance(published, dict) else None
            found = {word(each, "kid"): key for each in listed or () if (key := _key(each)) is not None}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return  # what was known stays good
        if found:
            self._keys, self._told_at = found, self._clock()

    async def _get(self, url: str) -> Any:
        async with self._session.get(url, allow_redirects=False, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


def _key(published: object) -> Key | None:
    if not isinstance(published, dict) or not word(published, "kid") or word(published, "kty") != "RSA":
        return None
    try:
        key = jwt.PyJWK.from_dict(published, algorithm="RS256")
    except jwt.PyJWTError:
        return None
    endorsed = published.get("endorsements")
    return Key(key.key, frozenset(each for each in endorsed or () if isinstance(each, str)))


@dataclass(frozen=True)
class Vouched:
    """What a good token vouches for."""

    service_url: str
    endorsements: frozenset[str]


async def vouched(keys: Keys, authorization: str, app_id: str) -> Vouched:
    """What the token of a request vouches for. Raises Distrusted when there is none that is good."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Distrusted(401, "there is no token")
    try:
        header = jwt.get_unverified_header(token)
        name = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(name, str):
            raise Distrusted(401, "the token is not signed as it should be")
        key = await keys.find(name)
        if key is None:
            raise Distrusted(401, "the token is signed with an unknown key")
        claims: Mapping[str, object] = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=app_id,
            issuer=ISSUER,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Distrusted(401, f"the token is not good: {type(error).__name__}") from error
    return Vouched(word(claims, "serviceurl"), key.endorsements)


def check(activity: Mapping[str, object], claims: Vouched) -> None:
    """Whether this activity is what the token was given for. Raises Distrusted."""
    # An Azure Bot may have other channels, such as a web chat, in which anybody writes down who and where they are.
    if word(activity, "channelId") != CHANNEL:
        raise Distrusted(403, "this does not come from Teams")
    if CHANNEL not in claims.endorsements:
        raise Distrusted(403, "the key is not endorsed for the channel that this says it comes from")
    if not claims.service_url or word(activity, "serviceUrl") != claims.service_url:
        raise Distrusted(403, "the token is for another service URL")
