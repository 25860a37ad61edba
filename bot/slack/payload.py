"""Reading a Slack payload without trusting its shape: what is missing is named, and never a KeyError."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from handlers.vocabulary import Person, Place

PLATFORM = "slack"
_TIMESTAMP = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?")


class Unreadable(ValueError):
    """The payload is not what Slack promises to send; the message says what is wrong, without any of its content."""


def at(value: object, *path: str | int) -> object:
    """What stands at `path` (keys of objects, indexes of lists), or None."""
    # What JSON decodes to, and no more general: this runs some thirty times for every event.
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and len(value) > step:
            value = value[step]
        else:
            return None
    return value


def word(value: object, *path: str | int) -> str:
    """The text at `path`, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def need(value: object, *path: str | int) -> str:
    """The text at `path`. Raises Unreadable when there is none."""
    found = word(value, *path)
    if not found:
        raise Unreadable(f"the Slack payload has no text at {'.'.join(map(str, path))}")
    return found


def group(value: object, *path: str | int) -> Mapping[str, object]:
    """The object at `path`. Raises Unreadable when there is none."""
    found = at(value, *path)
    if not isinstance(found, Mapping):
        raise Unreadable(f"the Slack payload has no object at {'.'.join(map(str, path))}")
    return found


def moment(timestamp: str) -> datetime:
    """When a Slack timestamp ("1700000000.000100", seconds) was, in UTC. Raises Unreadable."""
    parts = _TIMESTAMP.fullmatch(timestamp)
    if parts is None:
        raise Unreadable("the Slack payload has a timestamp that is no number of seconds")
    # Ten digits reach to the year 2286, so that every one of them is a moment.
    return datetime.fromtimestamp(int(parts[1]), UTC) + timedelta(microseconds=int((parts[2] or "0").ljust(6, "0")))


def is_direct(channel: str) -> bool:
    """Whether a channel id is that of a direct message."""
    return channel.startswith("D")


def place_in(tenant: str, channel: str, thread: str, message: str) -> Place:
    """The channel or thread of `message`. The first of a thread is in the channel, as it was at first."""
    return Place(PLATFORM, tenant, channel, thread if thread and thread != message else None, is_direct(channel))


def person(user: str, *teams: str) -> Person:
    """`user`, at home in the first of `teams` that is known. Raises Unreadable when none is."""
    home = next((team for team in teams if team), None)
    if home is None:
        raise Unreadable("the Slack payload does not say which organisation its author belongs to")
    return Person(PLATFORM, home, user)
