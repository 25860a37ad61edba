"""What delivery and dispatch need of a platform, and how a sending can end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handlers.vocabulary import Member, Person, Place, Sending

Outcome = Literal["sent", "retry", "refused", "unknown", "unsupported", "barred"]


@dataclass(frozen=True)
class Errand:
    """One thing to send. `mark` is ours, to find it back by; `ref` is where the card is that it changes."""

    effect: Sending
    mark: int
    created_at: datetime
    ref: str | None = None
    direct: bool = False
    """The reader chose direct messages."""


@dataclass(frozen=True)
class Sent:
    """How a sending ended. `ref` is the platform's own id of what was sent.

    `retry`: certainly not sent, try again after `seconds`; `refused`: never will be, `error` is the platform's code;
    `unknown`: perhaps sent; `unsupported`: the platform has no way to do this; `barred`: certainly not sent, and
    nothing else will be in this installation, until somebody lets us in again.
    """

    outcome: Outcome
    ref: str | None = None
    error: str | None = None
    seconds: float | None = None


class Unreachable(Exception):
    """The platform did not answer; what was asked of it may be asked again later."""

    barred: str | None = None
    """The platform's word for why it lets us do nothing in this installation, where that is so."""


@dataclass(frozen=True)
class Mouth:
    """A platform: how to send, how to find back what may have been sent, and who is in a place.

    `find` and `roster` raise Unreachable; `send` says so in its answer.
    """

    send: Callable[[Errand], Awaitable[Sent]]
    find: Callable[[Errand], Awaitable[str | None]] | None
    """Where it is, or None when it certainly is not there. Without it the platform has no way to look."""
    roster: Callable[[Place, Person | None], Awaitable[tuple[Member, ...]]]
    knock: Callable[[str], Awaitable[bool]] | None = None
    """Whether we are let in to an installation (again). Never raises for the platform's sake."""
    forget: Callable[[], None] | None = None
    """Drops what is remembered of people for too long."""
    repeatable: frozenset[str] = frozenset({"replace", "withdraw", "showhome"})
    """Kinds that may be sent twice without anyone noticing."""
