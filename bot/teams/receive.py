"""From what Teams sends to what happened: pure translation, nothing is looked up."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from botbuilder.schema import ActivityTypes

from bot.payload import Unreadable, at, need, split_command, word
from bot.teams.interact import interacted, invoked
from bot.teams.markup import plain
from bot.teams.payload import (
    PLATFORM,
    author_of,
    channel_of,
    event_id,
    is_bot,
    is_direct,
    is_software,
    mentions_only,
    moment_of,
    person_in,
    place_of,
    tenant_of,
)
from bot.teams.ticket import ticket_for
from handlers.vocabulary import (
    Archived,
    Arrived,
    Command,
    Deleted,
    Edited,
    HomeOpened,
    Joined,
    Left,
    Message,
    Person,
    Place,
    SomeoneLeft,
    Unarchived,
)

_AT = re.compile(r"</?at(?:\s[^>]*)?>")
_CHANGED = frozenset({"", "editMessage", "undeleteMessage"})
"""Why a message may read differently now; anything else is Teams itself, such as a link that got a preview."""
_CLOSED = frozenset({"channelDeleted", "teamDeleted", "teamArchived", "teamarchived", "teamHardDeleted"})
_OPENED = frozenset({"channelRestored", "teamUnarchived", "teamunarchived", "teamRestored"})
"""After the one nobody can write in a channel, or in all of a team, and after the other they can again."""


def translate(activity: Mapping[str, object], now: datetime, channels: Sequence[str] = ()) -> tuple[Arrived, ...]:
    """What happened, in order; nothing when it is nothing of ours (a bot's message, a reaction, a new name).

    `channels` are the known ones of the team, to which belongs what Teams says of a team as a whole. `now` dates what
    is not dated. Raises Unreadable for what Teams would never send.
    """
    match word(activity, "type"):
        case ActivityTypes.message:
            return _message(activity, now)
        case ActivityTypes.message_update:
            return _edited(activity, now)
        case ActivityTypes.message_delete:
            return _deleted(activity, now)
        case ActivityTypes.conversation_update:
            return tuple(_changed(activity, now, channels))
        case ActivityTypes.installation_update:
            return tuple(_installed(activity, now, channels))
        case ActivityTypes.invoke:
            asked = invoked(activity, now)
            return (asked,) if asked is not None else ()
    return ()


def _message(activity: Mapping[str, object], now: datetime) -> tuple[Arrived, ...]:
    if isinstance(at(activity, "value"), Mapping):
        sent = interacted(activity, at(activity, "value"), "pressed", now)
        return (sent,) if sent is not None else ()
    if person_in(at(activity, "from"), activity) is None:
        return ()  # software, or somebody who has not signed in
    message = word(activity, "id")
    happened, when, who = event_id(activity), moment_of(activity, now), author_of(activity)
    place = place_of(activity, message)
    asked = _asked(activity)
    if asked is not None:
        first, rest = split_command(asked)
        command = Command(happened, when, place, who, first, rest, ticket_for(activity, "typed"))
        # Teams has no way of putting a bot in one channel of a team: to be spoken to is how it comes into another.
        joined = Joined(f"{happened}:joined", when, _at(activity, place.channel), None, mentions_only(activity))
        return (command,) if place.direct else (joined, command)
    text = _text(activity)
    return (Message(happened, when, place, who, message, text),) if text.strip() else ()


def _edited(activity: Mapping[str, object], now: datetime) -> tuple[Arrived, ...]:
    by_person = person_in(at(activity, "from"), activity) is not None
    if word(activity, "channelData", "eventType") not in _CHANGED or is_direct(activity) or not by_person:
        return ()
    if _asked(activity) is not None:
        return ()
    message = word(activity, "id")
    place, when = place_of(activity, message), moment_of(activity, now)
    return (Edited(event_id(activity), when, place, author_of(activity), message, _text(activity)),)


def _deleted(activity: Mapping[str, object], now: datetime) -> tuple[Arrived, ...]:
    if is_direct(activity):
        return ()
    message = word(activity, "id")
    return (Deleted(event_id(activity), moment_of(activity, now), place_of(activity, message), message),)


def _changed(activity: Mapping[str, object], now: datetime, channels: Sequence[str]) -> Iterator[Arrived]:
    if is_direct(activity):
        return
    change, when = word(activity, "channelData", "eventType"), moment_of(activity, now)
    if change in _CLOSED | _OPENED:
        one = word(activity, "channelData", "channel", "id") if change.startswith("channel") else ""
        became = Archived if change in _CLOSED else Unarchived
        for place in [_at(activity, one)] if one else _places(activity, channels):
            yield became(event_id(activity, place.channel), when, place)
        return
    for added in _accounts(activity, "membersAdded"):
        if is_bot(added, activity):
            # Of itself the bot is told the channel that was chosen, of people only the team.
            yield Joined(event_id(activity), when, _at(activity, channel_of(activity)), None, mentions_only(activity))
            continue
        # Whoever is named only in the way of this bot can be asked for by that, and is known by the other from then on.
        named = Person(PLATFORM, tenant_of(activity), need(added, "id"))
        newcomer = person_in(added, activity) or named
        for place in _places(activity, channels):
            yield Joined(event_id(activity, need(added, "id"), place.channel), when, place, newcomer)
    for removed in _accounts(activity, "membersRemoved"):
        who = person_in(removed, activity)
        for place in _places(activity, channels):
            happened = event_id(activity, need(removed, "id"), place.channel)
            if who is not None or is_bot(removed, activity):
                yield Left(happened, when, place, who)
            elif not is_software(removed):
                # Named only in the way of this bot, by which nobody can be asked for who is no longer there.
                yield SomeoneLeft(happened, when, place)


def _installed(activity: Mapping[str, object], now: datetime, channels: Sequence[str]) -> Iterator[Arrived]:
    when, gone = moment_of(activity, now), word(activity, "action").lower().startswith("remove")
    if is_direct(activity):
        if not gone:
            yield HomeOpened(event_id(activity), when, place_of(activity), author_of(activity))
    elif gone:
        for place in _places(activity, channels):
            yield Left(event_id(activity, place.channel), when, place)
    else:
        yield Joined(event_id(activity), when, _at(activity, channel_of(activity)), None, mentions_only(activity))


def _accounts(activity: Mapping[str, object], key: str) -> list[object]:
    found = at(activity, key)
    return list(found) if isinstance(found, list) else []


def _at(activity: Mapping[str, object], channel: str) -> Place:
    here = place_of(activity)
    return Place(here.platform, here.team, channel)


def _places(activity: Mapping[str, object], channels: Sequence[str]) -> list[Place]:
    return [_at(activity, each) for each in channels or (channel_of(activity),)]


# --- text


def _asked(activity: Mapping[str, object]) -> str | None:
    """What is asked of the bot itself: all that is written in its own chat, and what begins with its name elsewhere."""
    text = word(activity, "text")
    if is_direct(activity):
        return _plain(activity, text.replace(_mention(activity) or "\0", ""))
    if at(activity, "recipient", "isTargeted") is True:
        # A slash command in a channel: nobody else sees it, so it is never something that was said there.
        return _plain(activity, text.replace(_mention(activity) or "\0", "").lstrip().removeprefix("/"))
    mention = _mention(activity)
    if mention is None or not text.lstrip().startswith(mention):
        return None
    return _plain(activity, text.lstrip().removeprefix(mention))


def _mention(activity: Mapping[str, object]) -> str | None:
    """How the bot's own name stands in the text, if it does."""
    for entity in _accounts(activity, "entities"):
        if word(entity, "type") == "mention" and is_bot(at(entity, "mentioned"), activity):
            return word(entity, "text") or None
    return None


def _text(activity: Mapping[str, object]) -> str:
    """What was written: from the HTML that comes along, for only there quotes and code can be told apart."""
    for attachment in _accounts(activity, "attachments"):
        if word(attachment, "contentType") == "text/html" and word(attachment, "content"):
            return plain(word(attachment, "content"))
    return _plain(activity, word(activity, "text"))


def _plain(activity: Mapping[str, object], text: str) -> str:
    if word(activity, "textFormat") != "plain":
        return plain(text)
    # Not HTML, but for what Teams itself puts in.
    return _AT.sub("", text).replace("&nbsp;", " ").strip()


__all__ = ["Unreadable", "translate"]
