"""From what Slack sends to what happened: pure translation, nothing is looked up."""

from collections.abc import Mapping
from datetime import datetime

from bot.payload import split_command
from bot.slack.interact import pressed, shortcut, slash, submitted
from bot.slack.markup import plain
from bot.slack.payload import Unreadable, at, group, moment, need, person, place_in, word
from handlers.vocabulary import (
    Archived,
    Arrived,
    Barred,
    Command,
    Deleted,
    Edited,
    HomeOpened,
    Joined,
    Left,
    Message,
    Moved,
    Person,
    Place,
    Unarchived,
    Uninstalled,
    Unshared,
)

_SPOKEN = {"", "file_share", "thread_broadcast", "me_message"}
"""Subtypes of a message that a person wrote; all others are Slack or software talking."""


def translate(body: Mapping[str, object], now: datetime) -> Arrived | None:
    """The event in a decoded request body, or None when it is nothing of ours (a bot's message, a closed view).

    `now` dates what Slack does not date. Raises Unreadable for what Slack would never send.
    """
    match word(body, "type"):
        case "event_callback":
            return _happened(body)
        case "block_actions":
            return pressed(body, now)
        case "view_submission":
            return submitted(body, now)
        case "shortcut" | "message_action":
            return shortcut(body, now)
        case "" if word(body, "command"):
            return slash(body, now)
    return None


def _happened(body: Mapping[str, object]) -> Arrived | None:
    event = group(body, "event")
    match word(event, "type"):
        case "message":
            return _message(body, event)
        case "member_joined_channel":
            return Joined(need(body, "event_id"), _when(body), _place(body, event), _member(body, event))
        case "member_left_channel":
            return Left(need(body, "event_id"), _when(body), _place(body, event), _member(body, event))
        case "channel_left" | "group_left":
            return Left(need(body, "event_id"), _when(body), _place(body, event))
        case "channel_archive" | "group_archive" | "channel_deleted" | "group_deleted":
            return Archived(need(body, "event_id"), _when(body), _place(body, event))
        case "channel_unarchive" | "group_unarchive":
            return Unarchived(need(body, "event_id"), _when(body), _place(body, event))
        case "channel_unshared":
            organisation = word(event, "previously_connected_team_id") or None
            return Unshared(need(body, "event_id"), _when(body), _place(body, event), organisation)
        case "channel_id_changed":
            place = place_in(_tenant(body), need(event, "old_channel_id"), "", "")
            return Moved(need(body, "event_id"), _when(body), place, need(event, "new_channel_id"))
        case "app_uninstalled":
            return Uninstalled(need(body, "event_id"), _when(body), place_in(_tenant(body), "", "", ""))
        case "tokens_revoked" if at(event, "tokens", "bot"):  # those of people are not ours
            return Barred(need(body, "event_id"), _when(body), place_in(_tenant(body), "", "", ""))
        case "app_home_opened" if word(event, "tab") == "home":
            who = person(need(event, "user"), *_homes(body, event))
            return HomeOpened(need(body, "event_id"), _when(body), _place(body, event), who)
    return None


def _message(body: Mapping[str, object], event: Mapping[str, object]) -> Arrived | None:
    subtype = word(event, "subtype")
    if subtype == "message_changed":
        return _edited(body, event)
    if subtype == "message_deleted":
        return _deleted(body, event, need(event, "deleted_ts"), at(event, "previous_message"))
    if subtype not in _SPOKEN or at(event, "hidden") is True or _by_software(body, event):
        return None
    text = plain(word(event, "text"))
    if not text.strip():
        return None
    event_id, message = need(body, "event_id"), need(event, "ts")
    place, who = _place(body, event, event), person(need(event, "user"), *_homes(body, event))
    if _direct(event):
        first, rest = split_command(text)
        return Command(event_id, moment(message), place, who, first, rest)
    return Message(event_id, moment(message), place, who, message, text)


def _edited(body: Mapping[str, object], event: Mapping[str, object]) -> Arrived | None:
    new, old = group(event, "message"), at(event, "previous_message")
    if word(new, "subtype") == "tombstone":  # what is left of a deleted message that has replies
        return _deleted(body, event, need(new, "ts"), old)
    if word(new, "subtype") not in _SPOKEN or _by_software(body, new) or _direct(event):
        return None
    text = plain(word(new, "text"))
    # Slack says "changed" for a link preview as well: only a new text is an edit.
    if not isinstance(at(new, "edited"), Mapping) or text == plain(word(old, "text")):
        return None
    return Edited(
        need(body, "event_id"),
        moment(need(new, "edited", "ts")),
        _place(body, event, new),
        person(need(new, "user"), *_homes(body, new)),
        need(new, "ts"),
        text,
        moment(need(new, "ts")),
    )


def _deleted(body: Mapping[str, object], event: Mapping[str, object], message: str, old: object) -> Arrived | None:
    if _by_software(body, old) or _direct(event):
        return None
    place = place_in(_tenant(body), need(event, "channel"), word(old, "thread_ts"), message)
    return Deleted(need(body, "event_id"), _when(body), place, message)


def _tenant(body: Mapping[str, object]) -> str:
    # The outer team_id is often the author's; the authorization names the installation that sees the event.
    install = at(body, "authorizations", 0)
    if at(install, "is_enterprise_install") is True:
        return need(install, "enterprise_id")
    return word(install, "team_id") or need(body, "team_id")


def _place(body: Mapping[str, object], event: Mapping[str, object], message: object = None) -> Place:
    return place_in(_tenant(body), need(event, "channel"), word(message, "thread_ts"), word(message, "ts"))


def _homes(body: Mapping[str, object], said: Mapping[str, object]) -> tuple[str, ...]:
    own = (word(said, "user_team"), word(said, "team"), word(said, "source_team"), word(said, "user_profile", "team"))
    return (*own, word(body, "team_id"), _tenant(body))


def _member(body: Mapping[str, object], event: Mapping[str, object]) -> Person | None:
    user = need(event, "user")
    return None if user == word(body, "authorizations", 0, "user_id") else person(user, *_homes(body, event))


def _when(body: Mapping[str, object]) -> datetime:
    seconds = word(body, "event", "event_ts") or str(at(body, "event_time"))
    return moment(seconds)


def _by_software(body: Mapping[str, object], said: object) -> bool:
    if word(said, "subtype") == "bot_message" or any(word(said, mark) for mark in ("bot_id", "app_id")):
        return True
    user, install = word(said, "user"), at(body, "authorizations", 0)
    return user == "USLACKBOT" or (at(install, "is_bot") is True and user == word(install, "user_id") != "")


def _direct(event: Mapping[str, object]) -> bool:
    return word(event, "channel_type") in {"im", "app_home"} or word(event, "channel").startswith("D")


__all__ = ["Unreadable", "translate"]
