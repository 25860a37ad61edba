"""What a handler is given beside the event: the database, the moment, and what was found out beforehand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.vocabulary import Member
from prompts.ear import CLIENT_PATTERNS as CLIENT_PATTERNS
from prompts.ear import SUPPLIER_PATTERNS as SUPPLIER_PATTERNS
from prompts.ear import Hearing as Hearing


@dataclass(frozen=True)
class Policy:
    """How restrained the coach is. Only scripts and the playground loosen it."""

    restraint: bool = True
    """Caps, once per thread, hours, silencing, the first week, the invitation and the guards."""
    holdback: bool = True
    """One in ten tips is held back at random, where everyone agreed to measure."""
    silence: timedelta = timedelta(seconds=60)
    """How long an author must be silent before what they wrote is judged."""
    burst: timedelta = timedelta(minutes=5)
    """How long one burst can last at most."""
    worth: timedelta = timedelta(minutes=10)
    """How long after the message a tip is still worth something."""


@dataclass(frozen=True)
class Listen:
    """Something to hear before the event is handled: outside any transaction, for the ear takes its time."""

    text: str
    side: str
    context: str | None = None


@dataclass(frozen=True)
class Compare:
    """Something of which to find out what means the same before the event is handled, also outside any transaction."""

    text: str
    others: Mapping[int, str]
    """By row."""


@dataclass(frozen=True)
class Turn:
    """One event's turn: one transaction."""

    db: Session
    now: datetime
    policy: Policy
    dice: Callable[[], float]
    """A random number from 0 up to 1."""
    language: str = "nl"
    """Spoken to whoever has no language of their own yet."""
    public_url: str | None = None
    """Where our pages are reached from outside, with a slash at its end; None where the operator did not say."""
    hearing: Hearing | None = None
    """What the ear made of what the route asked it to hear."""
    same: tuple[int, ...] = ()
    """Rows of what means the same, the nearest first, where the route asked for that."""
    roster: tuple[Member, ...] = field(default=())
    """Who is in the place, where the route asked for it."""
