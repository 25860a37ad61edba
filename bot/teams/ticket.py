"""How an interaction can be answered: what Teams lends us for it. Never stored."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from bot.payload import word

Kind = Literal["typed", "pressed", "dialog", "extension", "execute"]


@dataclass(frozen=True)
class Ticket:
    """`kind` says how it came in: as a message that was typed, as a press that sent a message, in or for a dialog, from
    the message extension, or as an Action.Execute. Only the last three are answered with a body.

    `card` is the message that holds the button, `form` the form that was on it, `address` who it was in Teams' own way
    of naming people to this bot, and `bot` what it calls us.
    """

    kind: Kind
    service_url: str
    conversation: str
    address: str
    bot: str
    card: str = ""
    form: str = ""

    def packed(self) -> str:
        """As the `ticket` of an event."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))


def unpacked(ticket: str) -> Ticket:
    """The ticket of an event that this folder made."""
    return Ticket(**{"card": "", "form": ""} | json.loads(ticket))


def ticket_for(activity: Mapping[str, object], kind: Kind, form: str = "") -> str:
    """The ticket of what happened in `activity`."""
    return Ticket(
        kind=kind,
        service_url=word(activity, "serviceUrl"),
        conversation=word(activity, "conversation", "id"),
        address=word(activity, "from", "id"),
        bot=word(activity, "recipient", "id"),
        card=word(activity, "replyToId"),
        form=form,
    ).packed()
