"""Answering a command, a press or a form on the spot: in the reply to Slack's request, or beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.api import Slack, call, respond
from bot.slack.markup import shortened
from bot.slack.pack import AGAIN, Ticket, unpacked
from bot.slack.pages import pages
from bot.slack.render import blocks, card_view, home, text, view
from bot.slack.render_limits import LIMITS
from handlers.vocabulary import (
    Answer,
    Button,
    ButtonPress,
    Buttons,
    Card,
    Command,
    Event,
    Form,
    OpenForm,
    Refusal,
    Reply,
    Submission,
    Text,
    Update,
)

Body = dict[str, Any]


async def answer(slack: Slack, answers: Sequence[Answer], event: Event) -> Mapping[str, Any] | None:
    """Give `answers` to who caused `event`; what comes back is the body of the HTTP reply, if it must have one.

    Raises Unanswered: Slack then shows the person that something went wrong, which beats silence.
    """
    if not isinstance(event, Command | ButtonPress | Submission):
        return None
    ticket = unpacked(event.ticket)
    body: Body | None = None
    # A form first: the trigger that opens it lives for 3 s.
    for each in sorted(answers, key=lambda one: not isinstance(one, OpenForm)):
        match each:
            case OpenForm():
                given = await _open(slack, each.form, event, ticket)
            case Reply():
                given = await _reply(slack, each.card, event, ticket)
            case Update():
                given = await _update(slack, each.card, event, ticket)
            case Refusal():
                given = await _refuse(slack, each.reasons, event, ticket)
        body = given or body
    return body


async def _open(slack: Slack, form: Form, event: Command | ButtonPress | Submission, ticket: Ticket) -> Body | None:
    if ticket.kind == "submission":
        return {"response_action": "update", "view": view(form, event.place)}
    if ticket.kind == "modal":
        await call(slack.client.views_update(view_id=ticket.view, view=view(form, event.place)))
    elif ticket.trigger:
        await call(slack.client.views_open(trigger_id=ticket.trigger, view=view(form, event.place)))
    elif isinstance(event, Command):
        # Words typed in a direct message cannot open a form; a press on a button that repeats them can.
        again = Button(f"{AGAIN}{event.word}", form.title, shortened(event.text, LIMITS["value"]), "primary")
        await _post(slack, Card(form.title, (Text(form.title), Buttons((again,)))), event)
    return None


async def _reply(slack: Slack, card: Card, event: Command | ButtonPress | Submission, ticket: Ticket) -> Body | None:
    told: Body = {"response_type": "ephemeral", "text": text(card), "blocks": blocks(card)}
    match ticket.kind:
        case "slash":
            return told
        case "submission":
            return {"response_action": "update", "view": card_view(card, event.place, ticket.title, ticket.close)}
        case "modal":
            shown = card_view(card, event.place, ticket.title, ticket.close)
            await call(slack.client.views_push(trigger_id=ticket.trigger, view=shown))
        case "typed":
            await _post(slack, card, event)
        case _ if ticket.url:
            told |= {"replace_original": False} | _in_thread(event)
            await respond(slack, ticket.url, told)
        case _:  # a page or a global shortcut has no message to answer to
            await call(slack.client.views_open(trigger_id=ticket.trigger, view=card_view(card, event.place)))
    return None


async def _update(slack: Slack, card: Card, event: Command | ButtonPress | Submission, ticket: Ticket) -> Body | None:
    if ticket.kind == "message":
        shown = {"replace_original": True, "text": text(card), "blocks": blocks(card)}
        await respond(slack, ticket.url, shown)
        return None
    if ticket.kind == "modal":
        shown = card_view(card, event.place, ticket.title, ticket.close)
        await call(slack.client.views_update(view_id=ticket.view, view=shown))
        return None
    if ticket.kind == "home":
        await call(slack.client.views_publish(user_id=event.who.id, view=home(card, event.place)))
        return None
    return await _reply(slack, card, event, ticket)


async def _refuse(
    slack: Slack, reasons: Mapping[str, str], event: Command | ButtonPress | Submission, ticket: Ticket
) -> Body | None:
    if ticket.kind != "submission" or not ticket.blocks:
        told = tuple(Text(reason) for reason in reasons.values())
        return await _reply(slack, Card(" ".join(reasons.values()), told), event, ticket)
    # Slack shows a reason at a field only: what is about the whole form stands at the first.
    first = next(iter(ticket.blocks.values()))
    errors: dict[str, str] = {}
    for name, reason in reasons.items():
        block = ticket.blocks.get(name, first)
        errors[block] = shortened(f"{errors[block]} {reason}" if block in errors else reason, LIMITS["error"])
    return {"response_action": "errors", "errors": errors}


async def _post(slack: Slack, card: Card, event: Command | ButtonPress | Submission) -> None:
    place = event.place
    for shown in pages(card):
        post = slack.client.chat_postMessage(
            channel=place.channel,
            thread_ts=place.thread,
            text=text(card),
            blocks=shown,
            unfurl_links=False,
            unfurl_media=False,
        )
        await call(post)


def _in_thread(event: Command | ButtonPress | Submission) -> Body:
    return {"thread_ts": event.place.thread} if event.place.thread else {}
