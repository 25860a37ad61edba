"""Commands, button presses, forms and shortcuts as Slack sends them, translated to what happened."""

from collections.abc import Mapping
from datetime import date, datetime

from bot.payload import split_command
from bot.slack.markup import plain
from bot.slack.pack import AGAIN, Ticket, pressed_button, remembered
from bot.slack.payload import at, group, need, person, place_in, word
from handlers.vocabulary import ButtonPress, Command, Person, Submission


def slash(body: Mapping[str, object], now: datetime) -> Command:
    """A slash command, sent as a form."""
    tenant = word(body, "enterprise_id") if word(body, "is_enterprise_install") == "true" else ""
    tenant = tenant or need(body, "team_id")
    trigger = need(body, "trigger_id")
    first, rest = split_command(plain(word(body, "text")))
    return Command(
        id=f"command:{trigger}",
        at=now,
        place=place_in(tenant, need(body, "channel_id"), "", ""),
        who=person(need(body, "user_id"), word(body, "team_id"), tenant),
        word=first,
        text=rest,
        ticket=Ticket("slash", trigger, word(body, "response_url")).packed(),
    )


def shortcut(body: Mapping[str, object], now: datetime) -> Command:
    """A shortcut is a command without typing; one on a message carries the text of that message.

    A global shortcut has no channel: the channel of its place is empty, and only a form can answer it.
    """
    trigger = need(body, "trigger_id")
    message = word(body, "message_ts") or word(body, "message", "ts")
    return Command(
        id=f"shortcut:{trigger}",
        at=now,
        place=place_in(_tenant(body), word(body, "channel", "id"), word(body, "message", "thread_ts"), message),
        who=_presser(body),
        word=need(body, "callback_id").lower(),
        text=plain(word(body, "message", "text")),
        ticket=Ticket("shortcut", trigger, word(body, "response_url")).packed(),
        message=message,
    )


def pressed(body: Mapping[str, object], now: datetime) -> ButtonPress | Command | None:
    """A press on a button of ours, on a card or in a view; None for any other element."""
    button = pressed_button(at(body, "actions", 0))
    if button is None:
        return None
    name, about = button
    trigger, who = need(body, "trigger_id"), _presser(body)
    answers: Mapping[str, str] = {}
    if isinstance(at(body, "view"), Mapping):
        view = group(body, "view")
        place, purpose = remembered(view)
        about, answers = about or purpose, _answers(view)
        ticket = _view_ticket(view, trigger, submission=False)
    else:
        message = word(body, "container", "message_ts") or word(body, "message", "ts")
        thread = word(body, "container", "thread_ts") or word(body, "message", "thread_ts")
        channel = word(body, "channel", "id") or need(body, "container", "channel_id")
        place = place_in(_tenant(body), channel, thread, message)
        ticket = Ticket("message", trigger, word(body, "response_url"))
    if name.startswith(AGAIN):
        return Command(f"command:{trigger}", now, place, who, name.removeprefix(AGAIN), about, ticket.packed())
    return ButtonPress(f"action:{trigger}", now, place, who, name, about, answers, ticket.packed())


def submitted(body: Mapping[str, object], now: datetime) -> Submission:
    """A form that was sent. Its id is the view and the hash of its state: sent twice, it is still one form."""
    view = group(body, "view")
    place, about = remembered(view)
    return Submission(
        id=f"view:{need(view, 'id')}:{need(view, 'hash')}",
        at=now,
        place=place,
        who=_presser(body),
        form=need(view, "callback_id"),
        about=about,
        answers=_answers(view),
        ticket=_view_ticket(view, word(body, "trigger_id"), submission=True).packed(),
    )


def _tenant(body: Mapping[str, object]) -> str:
    if at(body, "is_enterprise_install") is True:
        return need(body, "enterprise", "id")
    return word(body, "team", "id") or need(body, "user", "team_id")


def _presser(body: Mapping[str, object]) -> Person:
    return person(need(body, "user", "id"), word(body, "user", "team_id"), word(body, "team", "id"), _tenant(body))


def _view_ticket(view: Mapping[str, object], trigger: str, *, submission: bool) -> Ticket:
    if word(view, "type") == "home":
        return Ticket("home", trigger)
    blocks = at(view, "blocks")
    fields = {
        word(block, "element", "action_id"): word(block, "block_id")
        for block in (blocks if isinstance(blocks, list) else [])
        if word(block, "type") == "input"
    }
    return Ticket(
        kind="submission" if submission else "modal",
        trigger=trigger,
        view=need(view, "id"),
        title=word(view, "title", "text"),
        close=word(view, "close", "text"),
        blocks={name: block for name, block in fields.items() if name and block},
    )


def _answers(view: Mapping[str, object]) -> dict[str, str]:
    # Slack groups by block; a field's name is the action id, and unique in a form.
    values = at(view, "state", "values")
    return {
        str(name): _answer(state)
        for fields in (values.values() if isinstance(values, Mapping) else [])
        if isinstance(fields, Mapping)
        for name, state in fields.items()
        if isinstance(state, Mapping)
    }


def _answer(state: Mapping[str, object]) -> str:
    several = at(state, "selected_options")
    if isinstance(several, list):
        return " ".join(filter(None, (word(option, "value") for option in several)))
    return (
        word(state, "value")
        or word(state, "selected_option", "value")
        or word(state, "selected_user")
        or _day(word(state, "selected_date"))
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        return ""
