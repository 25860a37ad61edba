"""What came in, by whichever door: saved or handled first, and only then acknowledged."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.slack.api import Home
from bot.slack.receive import translate
from handlers.vocabulary import (
    Answer,
    Arrived,
    Barred,
    ButtonPress,
    Command,
    Event,
    Joined,
    Left,
    Submission,
    Uninstalled,
)


@dataclass(frozen=True)
class Inside:
    """What stands behind both doors. `take` saves what needs no answer, `handle` decides what does, and `answer` gives
    it: what it returns goes into the acknowledgement.
    """

    take: Callable[[Arrived], Awaitable[None]]
    handle: Callable[[Arrived], Awaitable[Sequence[Answer]]]
    answer: Callable[[Sequence[Answer], Event], Awaitable[Mapping[str, Any] | None]]
    now: Callable[[], datetime]
    home: Callable[[], Home] = Home
    """The installation that we speak as; empty while that is not known."""


def _at_home(event: Arrived | None, home: Home) -> Arrived | None:
    """What happened in a channel in which the app is twice, because both organisations installed it.

    Slack tells it once, in the name of either installation. We speak as one of them, and that is where it belongs;
    what becomes of the other copy itself is nothing to us.
    """
    if event is None or not home.team or event.place.team == home.team:
        return event
    ours = replace(event, place=replace(event.place, team=home.team))
    if isinstance(ours, Joined | Left):
        if ours.who is None:
            return None
        # To the other copy we are just somebody.
        return replace(ours, who=None) if ours.who.id == home.bot else ours
    return None if isinstance(ours, Uninstalled | Barred) else ours


async def come_in(inside: Inside, body: Mapping[str, object]) -> Mapping[str, Any] | None:
    """Take in what Slack sent; once this returns it may be acknowledged, with this body if there is one.

    Raises Unreadable for what Slack would never send. Whatever else is raised: it was not taken in, and Slack should
    bring it again.
    """
    event = _at_home(translate(body, inside.now()), inside.home())
    if event is None:
        return None
    if not isinstance(event, Command | ButtonPress | Submission):
        await inside.take(event)
        return None
    return await inside.answer(await inside.handle(event), event)
