"""Sending to Teams: one attempt for each effect, that says how it ended."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from bot.mouth import Sent
from bot.payload import word
from bot.teams.api import Teams, Unanswered, call, path
from bot.teams.chats import chat
from bot.teams.payload import conversation_in
from bot.teams.places import reached, refused
from bot.teams.render import attachment, people, text
from bot.teams.roster import names
from handlers import routes
from handlers.vocabulary import (
    Attach,
    Card,
    Person,
    Place,
    Replace,
    Say,
    Sending,
    Share,
    ShowHome,
    Text,
    Whisper,
    Withdraw,
)

OPENS = frozenset(name for name, route in routes.BUTTONS.items() if route.opens)
"""Buttons whose press asks for a form, for which Teams must know beforehand that there will be one."""
_PIECE = 2_500
"""Characters of a file that fit in one block of a card, and with room for the rest around it."""
_PIECES = 6
_GONE = ("http_403", "http_404")
_TAKEN_OUT = "BotNotInConversationRoster"


async def send(teams: Teams, effect: Sending, ref: str | None = None) -> Sent:
    """Carry out `effect` once. Never raises for Teams' sake. `ref` is what Replace and Withdraw are about."""
    try:
        match effect:
            case Say():
                here = await reached(teams, effect.place)
                return await post(teams, here.service_url, conversation_in(effect.place), effect.card, effect.place)
            case Whisper() | ShowHome():
                # In their own chat: nothing private is ever said in a channel.
                private = await chat(teams, effect.place, effect.who)
                return await post(teams, private.service_url, private.channel, effect.card, effect.place)
            case Share():
                return await _share(teams, effect)
            case Attach():
                # A bot cannot put a file in a channel; where there is an address for it, the card has that.
                return Sent("unsupported")
            case Replace():
                return await _replace(teams, effect, ref)
            case Withdraw():
                return await _withdraw(teams, effect, ref)
    except Unanswered as nothing_sent_yet:
        sent = nothing_sent_yet.sent
        # To begin a chat or to ask for names shows nothing to anybody: cut off there, nothing has been sent.
        return Sent("retry", error=sent.error, seconds=5) if sent.outcome == "unknown" else sent


async def message(teams: Teams, card: Card, place: Place, who: Person | None = None) -> dict[str, Any]:
    """The activity that shows a card at a place; in their own chat, `who` sees it."""
    called = await names(teams, place, who) if people(card) else {}
    return {"type": "message", "summary": text(card), "attachments": [attachment(card, OPENS, called)]}


async def post(
    teams: Teams, service_url: str, conversation: str, card: Card, place: Place, who: Person | None = None
) -> Sent:
    """Say a card in a conversation."""
    said = await message(teams, card, place, who)
    where = path("conversations", conversation, "activities")
    sent = await attempt(call(teams, "POST", service_url, where, said), conversation)
    channel, _, thread = conversation.partition(";")
    code = sent.error or ""
    # Of a thread it may be only the thread that is gone.
    if sent.outcome == "refused" and code.startswith(_GONE) and (not thread or code.endswith(_TAKEN_OUT)):
        await refused(teams, place.tenant, channel)
    return sent


async def attempt(request: Awaitable[Any], conversation: str, ref: str = "") -> Sent:
    """How a call ended that shows something; its answer names what was sent, unless `ref` does."""
    try:
        answer = await request
    except Unanswered as unanswered:
        return unanswered.sent
    return Sent("sent", ref=ref or f"{conversation}/{word(answer, 'id')}")


async def _replace(teams: Teams, effect: Replace, ref: str | None) -> Sent:
    service_url, conversation, activity = await _sent_before(teams, effect.place, ref)
    shown = await message(teams, effect.card, effect.place) | {"id": activity}
    where = path("conversations", conversation, "activities", activity)
    return await attempt(call(teams, "PUT", service_url, where, shown), conversation, f"{conversation}/{activity}")


async def _withdraw(teams: Teams, effect: Withdraw, ref: str | None) -> Sent:
    service_url, conversation, activity = await _sent_before(teams, effect.place, ref)
    where = path("conversations", conversation, "activities", activity)
    sent = await attempt(call(teams, "DELETE", service_url, where), conversation, f"{conversation}/{activity}")
    # Gone already: taken away by an earlier try that seemed to fail.
    return Sent("sent", ref=ref) if (sent.error or "").startswith("http_404") else sent


async def _sent_before(teams: Teams, place: Place, ref: str | None) -> tuple[str, str, str]:
    """Where a card was put, and its name there. Raises Unanswered."""
    conversation, _, activity = (ref or "").rpartition("/")
    if not conversation or not activity:
        raise Unanswered(Sent("unsupported"))
    here = await reached(teams, replace(place, channel=conversation.partition(";")[0]))
    return here.service_url, conversation, activity


async def _share(teams: Teams, effect: Share) -> Sent:
    # As text to copy: a file would need a place in their OneDrive, and their consent each time.
    private = await chat(teams, effect.place, effect.who)
    if effect.instead is not None:
        return await post(teams, private.service_url, private.channel, effect.instead, effect.place)
    pieces = [effect.content[first : first + _PIECE] for first in range(0, len(effect.content), _PIECE)]
    sent = Sent("sent")
    for first in range(0, len(pieces), _PIECES):
        shown = (Text(effect.name, "heading"), *(Text(each, "starter") for each in pieces[first : first + _PIECES]))
        sent = await post(teams, private.service_url, private.channel, Card(effect.name, shown), effect.place)
        if sent.outcome != "sent":
            # What went before is there: to send it all again would double that.
            return sent if first == 0 else Sent("unknown", error=sent.error)
    return sent
