"""What Slack writes in its own way: timestamps, channels and people."""

import re
from datetime import UTC, datetime, timedelta

from bot.payload import Unreadable as Unreadable
from bot.payload import at as at
from bot.payload import group as group
from bot.payload import need as need
from bot.payload import word as word
from handlers.vocabulary import Person, Place

PLATFORM = "slack"
_TIMESTAMP = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?")


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
