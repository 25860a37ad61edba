"""Answering a command, a press or a form on the spot: in the reply to Teams' request, or beside it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from bot import wire
from bot.mouth import Sent
from bot.teams.api import Teams, Unanswered, call, path
from bot.teams.chats import chat
from bot.teams.interact import KEPT, ONCE
from bot.teams.render import people, text
from bot.teams.render_form import card_dialog, dialog, inputs
from bot.teams.roster import names
from bot.teams.send import OPENS, attempt, message, post
from bot.teams.ticket import Ticket, unpacked
from handlers.vocabulary import (
    Answer,
    Asked,
    Card,
    Command,
    Form,
    OpenForm,
    Person,
    PersonField,
    Refusal,
    Reply,
    Submission,
    Text,
    Update,
)

Body = dict[str, Any]
_IN_DIALOG = ("dialog", "extension")


async def answer(teams: Teams, answers: Sequence[Answer], event: Asked) -> Mapping[str, Any] | None:
    """Give `answers` to who caused `event`; what comes back is the body of the HTTP reply, if it must have one.

    Raises Unanswered: Teams then shows the person that something went wrong, which beats silence.
    """
    ticket = unpacked(event.ticket)
    body: Body | None = None
    for each in answers:
        match each:
            case OpenForm():
                given = await _open(teams, each.form, event, ticket)
            case Reply():
                given = await _reply(teams, each.card, event, ticket)
            case Update():
                given = await _update(teams, each.card, event, ticket)
            case Refusal():
                given = await _refuse(teams, each.reasons, event, ticket)
        body = given or body
    taken = isinstance(event, Submission) and all(isinstance(each, Reply) for each in answers)
    if ticket.kind == "pressed" and taken and _is_theirs(ticket):
        # The card with the form has done its work.
        where = path("conversations", ticket.conversation, "activities", ticket.card)
        await attempt(call(teams, "DELETE", ticket.service_url, where), ticket.conversation)
    return body


async def _open(
    teams: Teams,
    form: Form,
    event: Asked,
    ticket: Ticket,
    reasons: Mapping[str, str] = {},
    answers: Mapping[str, str] = {},
) -> Body | None:
    picks = any(isinstance(part, PersonField) for part in form.parts) or bool(people(form))
    called = await _names(teams, event) if picks else {}
    if ticket.kind in _IN_DIALOG:
        shown = dialog(form, event.place, reasons, answers, called)
        return _continued(shown | {"card": _carrying(shown["card"], form)})
    card = _carrying(inputs(form, event.place, reasons, answers, called, OPENS), form)
    said = {"type": "message", "summary": form.title, "attachments": [card]}
    if ticket.form and _is_theirs(ticket):
        await _put(teams, said, ticket)
    else:
        private = await _chat(teams, event, ticket)
        where = path("conversations", private[1], "activities")
        _told(await attempt(call(teams, "POST", private[0], where, said), private[1]))
    return None


async def _reply(teams: Teams, card: Card, event: Asked, ticket: Ticket) -> Body | None:
    if ticket.kind in _IN_DIALOG:
        called = await _names(teams, event) if people(card) else {}
        return _continued(card_dialog(card, names=called))
    if ticket.kind == "execute":
        return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text(card)}
    service_url, conversation = await _chat(teams, event, ticket)
    _told(await post(teams, service_url, conversation, card, event.place, event.who))
    return None


async def _update(teams: Teams, card: Card, event: Asked, ticket: Ticket) -> Body | None:
    if _is_theirs(ticket):
        await _put(teams, await message(teams, card, event.place, event.who), ticket)
        if ticket.kind not in _IN_DIALOG:
            return None
    return await _reply(teams, card, event, ticket)


async def _refuse(teams: Teams, reasons: Mapping[str, str], event: Asked, ticket: Ticket) -> Body | None:
    form = _carried(ticket)
    if form is not None and not isinstance(event, Command):
        with suppress(ValueError):  # a form that somebody has tampered with may not be one that can be shown
            return await _open(teams, form, event, ticket, reasons, event.answers)
    return await _reply(teams, Card(" ".join(reasons.values()), tuple(map(Text, reasons.values()))), event, ticket)


async def _chat(teams: Teams, event: Asked, ticket: Ticket) -> tuple[str, str]:
    """Service URL and conversation where only who asked reads along."""
    if ticket.direct:
        return ticket.service_url, ticket.conversation
    private = await chat(teams, event.place, event.who, ticket.address, ticket.service_url)
    return private.service_url, private.channel


def _is_theirs(ticket: Ticket) -> bool:
    """Whether only who asked sees the card: one that others see too stays as it is, whatever anybody sends about it."""
    return ticket.direct and bool(ticket.card)


async def _names(teams: Teams, event: Asked) -> dict[Person, str]:
    return await names(teams, event.place, event.who)


async def _put(teams: Teams, said: Body, ticket: Ticket) -> None:
    where = path("conversations", ticket.conversation, "activities", ticket.card)
    said = said | {"id": ticket.card}
    _told(await attempt(call(teams, "PUT", ticket.service_url, where, said), ticket.conversation))


def _told(sent: Sent) -> None:
    if sent.outcome != "sent":
        raise Unanswered(sent)


def _continued(shown: Body) -> Body:
    return {"task": {"type": "continue", "value": shown}}


def _carried(ticket: Ticket) -> Form | None:
    """The form that came along with its button; None when there was none, or somebody has tampered with it."""
    try:
        return wire.loads_form(ticket.form) if ticket.form else None
    except ValueError:
        return None


def _carrying(attached: Body, form: Form) -> Body:
    """The card with the form itself, and a mark of this showing of it, in the data of each of its buttons."""
    card = attached["content"]
    carried = {KEPT: wire.dumps_form(form), ONCE: uuid4().hex}

    def carrying(action: Body) -> Body:
        return action | {"data": action["data"] | carried} if action["type"] == "Action.Submit" else action

    actions = [carrying(action) for action in card.get("actions", [])]
    body = [
        element | {"actions": [carrying(action) for action in element["actions"]]}
        if element["type"] == "ActionSet"
        else element
        for element in card["body"]
    ]
    shown = card | {"body": body} | ({"actions": actions} if actions else {})
    return attached | {"content": shown}
