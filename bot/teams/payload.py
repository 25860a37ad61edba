"""What Teams writes in its own way: conversations with a thread in their name, tenants, people and moments."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.payload import Unreadable, at, need, word
from handlers.vocabulary import Person, Place

PLATFORM = "teams"
_THREAD = ";messageid="


def tenant_of(activity: Mapping[str, object]) -> str:
    """The tenant in which the conversation is: the host's, whoever speaks. Raises Unreadable when it is not said."""
    found = word(activity, "channelData", "tenant", "id") or word(activity, "conversation", "tenantId")
    if not found:
        raise Unreadable("the payload has no tenant")
    return found


def channel_of(activity: Mapping[str, object]) -> str:
    """The conversation without the thread in it."""
    return need(activity, "conversation", "id").partition(_THREAD)[0]


def is_direct(activity: Mapping[str, object]) -> bool:
    """Whether it happened in somebody's own chat with the bot."""
    return word(activity, "conversation", "conversationType") == "personal"


def mentions_only(activity: Mapping[str, object]) -> bool:
    """Whether a bot reads only what mentions it there, as in a shared or a private channel."""
    return word(activity, "channelData", "channel", "type").lower() in ("shared", "private")


def place_of(activity: Mapping[str, object], message: str = "") -> Place:
    """The channel or thread of `message`. The first of a thread is in the channel, as it was at first."""
    channel, _, thread = need(activity, "conversation", "id").partition(_THREAD)
    inside = thread if thread and thread != message else None
    return Place(PLATFORM, tenant_of(activity), channel, inside, is_direct(activity))


def conversation_in(place: Place) -> str:
    """The name of the conversation in which something is said at a place."""
    return f"{place.channel}{_THREAD}{place.thread}" if place.thread else place.channel


def person_in(account: object, activity: Mapping[str, object]) -> Person | None:
    """Somebody, by the id that is theirs for every bot; None for software and for who has not signed in.

    Of nobody does an activity say which organisation they are from: all are people of the host until the roster tells.
    """
    found = word(account, "aadObjectId") or word(account, "objectId")
    return Person(PLATFORM, tenant_of(activity), found) if found and not is_software(account) else None


def author_of(activity: Mapping[str, object]) -> Person:
    """Who did it. Raises Unreadable when that is not said."""
    who = person_in(at(activity, "from"), activity)
    if who is None:
        raise Unreadable("the payload does not say who did it")
    return who


def is_bot(account: object, activity: Mapping[str, object]) -> bool:
    """Whether this account is the bot itself."""
    return word(account, "id") == word(activity, "recipient", "id") != ""


def moment_of(activity: Mapping[str, object], now: datetime) -> datetime:
    """When it happened; `now` where that is not said, or is in no zone."""
    try:
        found = datetime.fromisoformat(word(activity, "timestamp"))
    except ValueError:
        return now
    return found.astimezone(UTC) if found.tzinfo is not None else now


def event_id(activity: Mapping[str, object], *more: str) -> str:
    """A name for this happening, the same when it is delivered again and another for each edit of a message."""
    edited = word(activity, "timestamp") if word(activity, "type") != "message" else ""
    named = (
        tenant_of(activity),
        word(activity, "conversation", "id"),
        word(activity, "type"),
        need(activity, "id"),
        edited,
        *more,
    )
    return ":".join(named)


def is_software(account: object) -> bool:
    """Whether this account is no person's."""
    return word(account, "role") == "bot" or word(account, "id").startswith("28:")
