"""What we put in Slack's free fields when we render, and find back in them when somebody reacts."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from bot.slack.payload import PLATFORM, Unreadable, at, is_direct, need, word
from handlers.vocabulary import Place

MENU = "menu"
"""The action id of a "…" menu; its options say which button they are."""

OPENS = "opens:"
"""Before the action id of a button that opens an address: Slack tells of the press, and it is not for us."""

AGAIN = "command:"
"""A button so named types a command once more: a press may open a form, a typed message may not."""

Kind = Literal["slash", "shortcut", "typed", "message", "modal", "home", "submission"]


@dataclass(frozen=True)
class Ticket:
    """How an interaction can be answered: `kind` says where it happened, the rest what Slack lends us for it.

    `trigger` opens a form within 3 s; `url` takes 5 answers within 30 min. Of a modal: its id in `view`, its title and
    close label, and in `blocks` the block that holds each field.
    """

    kind: Kind
    trigger: str = ""
    url: str = ""
    view: str = ""
    title: str = ""
    close: str = ""
    blocks: Mapping[str, str] = field(default_factory=dict)

    def packed(self) -> str:
        """As the `ticket` of an event."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))


def unpacked(ticket: str) -> Ticket:
    """The ticket of an event that this folder made."""
    return Ticket(**json.loads(ticket)) if ticket else Ticket("typed")


def option_value(name: str, about: str) -> str:
    """The value of a menu option."""
    return f"{name}|{about}"


def pressed_button(action: object) -> tuple[str, str] | None:
    """The name and `about` of a pressed button; None for what is no button of ours, such as a date picker."""
    kind = word(action, "type")
    if kind == "overflow":
        name, _, about = need(action, "selected_option", "value").partition("|")
        return name, about
    if kind == "button" and not word(action, "action_id").startswith(OPENS):
        # Of two buttons with one name on a card, render calls the second "name#2".
        return need(action, "action_id").partition("#")[0], word(action, "value")
    return None


def metadata(place: Place, about: str) -> str:
    """What a view remembers: where it was opened, and what for."""
    return json.dumps(
        {"team": place.team, "channel": place.channel, "thread": place.thread, "about": about}, separators=(",", ":")
    )


def remembered(view: object) -> tuple[Place, str]:
    """The place and `about` that `metadata` put in a view. Raises Unreadable."""
    try:
        kept = json.loads(need(view, "private_metadata"))
    except (json.JSONDecodeError, RecursionError) as error:
        raise Unreadable("the view carries private_metadata that is not ours") from error
    channel = at(kept, "channel")
    if not isinstance(channel, str):
        raise Unreadable("the view carries private_metadata that is not ours")
    thread = word(kept, "thread") or None
    return Place(PLATFORM, need(kept, "team"), channel, thread, is_direct(channel)), word(kept, "about")
