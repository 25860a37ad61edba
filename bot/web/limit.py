"""How often something may be done, counted in memory and forgotten soon; of who does it only a keyed hash is known."""

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp import web

MOST_KEYS = 10_000
"""Counted at once; beyond that the oldest count is forgotten."""


@dataclass
class Limit:
    """At most so many times within so long, for each key."""

    most: int
    within: timedelta
    seen: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)
    """Since when is counted, and how many times it was: the oldest count first."""

    def allows(self, key: str, now: datetime) -> bool:
        """Count one more time; False when that is one too many."""
        since, times = self.seen.get(key, (now, 0))
        if now - since >= self.within:
            self.seen.pop(key)
            since, times = now, 0
        self.seen[key] = since, times + 1
        while len(self.seen) > MOST_KEYS:
            self.seen.popitem(last=False)
        return times < self.most


@dataclass(frozen=True)
class Visitors:
    """Tells visitors apart as long as the process lives, and never by their address."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def name(self, request: web.Request) -> str:
        """A name for who sent a request, or for the network that they share an address with."""
        return hashlib.blake2b(_network(request).encode(), key=self.key, digest_size=16).hexdigest()


def _network(request: web.Request) -> str:
    """The address, or of IPv6 the part that one household or office has to itself."""
    # Who comes in through a proxy of our own network is named by that proxy, as the last in the row.
    near = _parsed(request.remote or "")
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    address = _parsed(named) if near is None or near.is_private else None
    found = address or near
    return found.exploded[:19] if isinstance(found, IPv6Address) else str(found)


def _parsed(written: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(written)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
