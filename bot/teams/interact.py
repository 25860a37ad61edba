"""Presses, forms, dialogs and the message extension as Teams sends them, translated to what happened."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.payload import at, group, word
from bot.teams.markup import plain
from bot.teams.pack import pressed, submitted
from bot.teams.payload import author_of, event_id, moment_of, place_of, tenant_of
from bot.teams.ticket import Kind, ticket_for
from handlers.vocabulary import Asked, ButtonPress, Command, Submission

KEPT = "samenspraak_form"
"""Where a form travels along with its own buttons, to be shown again should it be refused: no dialog is sent back."""
ONCE = "samenspraak_once"
"""Where each showing of a form has a mark of its own: from one showing a form is taken once."""
_MARK = 64


def invoked(activity: Mapping[str, object], now: datetime) -> Asked | None:
    """What an invoke asks for; None for one that is not ours."""
    match word(activity, "name"):
        case "task/fetch" | "task/submit":
            return interacted(activity, at(activity, "value", "data"), "dialog", now)
        case "composeExtension/submitAction":
            return interacted(activity, at(activity, "value", "data"), "extension", now)
        case "composeExtension/fetchTask":
            return _extension(activity, now)
        case "adaptiveCard/action":
            return interacted(activity, at(activity, "value", "action", "data"), "execute", now)
    return None


def interacted(
    activity: Mapping[str, object], data: object, kind: Kind, now: datetime
) -> ButtonPress | Submission | None:
    """A press on a button of ours, or a form that was sent; None for any other data."""
    filled, button = submitted(data, tenant_of(activity)), pressed(data)
    here = place_of(activity, word(activity, "replyToId"))
    if filled is not None and filled.place.direct and filled.place != here:
        # A chat is private: nobody may name another's.
        filled = replace(filled, place=here)
    happened, when, who = event_id(activity), moment_of(activity, now), author_of(activity)
    ticket = ticket_for(activity, kind, word(data, KEPT))
    if button is not None:
        place = filled.place if filled is not None else here
        answers = filled.answers if filled is not None else {}
        return ButtonPress(happened, when, place, who, *button, answers, ticket)
    if filled is not None:
        # Whoever presses twice sends two messages with the same form.
        once = word(data, ONCE)[:_MARK]
        if once.isalnum():
            happened = f"{tenant_of(activity)}:{word(activity, 'conversation', 'id')}:form:{once}"
        return Submission(happened, when, filled.place, who, filled.form, filled.about, filled.answers, ticket)
    return None


def _extension(activity: Mapping[str, object], now: datetime) -> Command:
    """A command of the message extension: without a text in the compose box, with that of a message elsewhere."""
    asked = group(activity, "value")
    text = plain(word(asked, "messagePayload", "body", "content"))
    return Command(
        id=event_id(activity),
        at=moment_of(activity, now),
        place=place_of(activity, word(asked, "messagePayload", "id")),
        who=author_of(activity),
        word=word(asked, "commandId").lower(),
        text=text,
        ticket=ticket_for(activity, "extension"),
        message=word(asked, "messagePayload", "id"),
    )
