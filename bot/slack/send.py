"""Sending to Slack: one attempt for each effect, that says how it ended; and finding back what may have been sent."""

import json
from datetime import datetime

from bot import clock, files
from bot.mouth import Sent
from bot.slack.api import FAULTS, Slack, Unanswered, ask, call, fault, upload
from bot.slack.markup import escape
from bot.slack.pages import MARK, below, found, pages
from bot.slack.payload import at, word
from bot.slack.render import home, text
from handlers.vocabulary import Attach, Card, Person, Place, Replace, Say, Sending, Share, ShowHome, Whisper, Withdraw

_PAGES = 5
_REST = 120.0
"""Seconds after which somebody who does not want to be disturbed is looked at again."""
_ONLY_ONCE_SHOWN = "ephemeral/"
_MAY_NOT = "missing_scope"
"""What Slack answers where it lets us send no files."""


async def send(slack: Slack, effect: Sending, row_id: int | str, ref: str | None = None, direct: bool = False) -> Sent:
    """Carry out `effect` once. Never raises for Slack's sake.

    `row_id` marks the message, so that `find` can tell whether it arrived; `ref` is what Replace and Withdraw are
    about. A whisper shows in place, or as a direct message where `direct` says that this person chose so.
    """
    try:
        match effect:
            case Say():
                return await _post(slack, effect.place.channel, effect.place.thread, effect.card, row_id)
            case Whisper():
                return await _whisper(slack, effect, row_id, direct)
            case Replace():
                return await _replace(slack, effect.card, ref, effect.place.thread)
            case Withdraw():
                return await _withdraw(slack, ref)
            case ShowHome():
                await slack.client.views_publish(user_id=effect.who.id, view=home(effect.card, effect.place))
                return Sent("sent")
            case Share():
                return await _share(slack, effect, row_id)
            case Attach():
                return await _attach(slack, effect, ref)
    except Unanswered as nothing_sent_yet:
        return _again(nothing_sent_yet.sent)
    except FAULTS as error:
        return fault(error)


async def find(
    slack: Slack,
    effect: Sending,
    row_id: int | str,
    since: datetime | None = None,
    direct: bool = False,
    ref: str | None = None,
) -> str | None:
    """The ref under which an uncertain sending arrived after all, or None when it certainly did not.

    Only what everybody or a direct message shows can be read back. Raises Unanswered when Slack does not tell.
    """
    if isinstance(effect, Say):
        channel, thread = effect.place.channel, effect.place.thread
    elif isinstance(effect, Attach) and ref is not None:
        channel, _, thread = ref.partition("/")
    elif isinstance(effect, Whisper) and _is_direct(effect.place, direct):
        channel, thread = await _conversation(slack, effect.place, effect.who), None
    else:
        return None
    query: dict[str, str] = {"channel": channel, "include_all_metadata": "true", "limit": "100"}
    if thread is not None:
        query["ts"] = thread
    if since is not None:
        query["oldest"] = f"{since.timestamp():.6f}"
    for _ in range(_PAGES):
        page = await ask(slack, "conversations.replies" if thread else "conversations.history", **query)
        for message in page.get("messages") or ():
            if isinstance(effect, Attach) and _is_file(message, effect):
                return f"{channel}/{word(message, 'ts')}"
            if not isinstance(effect, Attach) and _is_marked(message, row_id):
                await _complete(slack, channel, word(message, "ts"), thread, effect.card)
                return f"{channel}/{word(message, 'ts')}"
        query["cursor"] = word(page.data, "response_metadata", "next_cursor")
        if not query["cursor"]:
            return None
    raise Unanswered(Sent("unknown", error="too_many_messages"))


def _is_marked(message: object, row_id: int | str) -> bool:
    mark = at(message, "metadata")
    return word(mark, "event_type") == MARK and word(mark, "event_payload", "outbox") == str(row_id)


def _is_file(message: object, effect: Attach) -> bool:
    """Whether this shows the file: one of our own carries no mark, and below a card there is but one of that name."""
    files = at(message, "files")
    named = any(word(each, "name") == effect.name for each in files) if isinstance(files, list) else False
    return named or word(message, "text") == escape(effect.note)


async def _complete(slack: Slack, channel: str, first: str, thread: str | None, card: Card) -> None:
    """Let what is below a card be there, and show how it is now. Raises Unanswered."""
    rest = pages(card)[1:]
    if rest:
        there = await found(slack, channel, first, thread or first)
        await call(below(slack, channel, first, thread or first, card, rest, there))


async def _post(slack: Slack, channel: str, thread: str | None, card: Card, row_id: int | str) -> Sent:
    shown, *rest = pages(card)
    answer = await slack.client.chat_postMessage(
        channel=channel,
        thread_ts=thread,
        text=text(card),
        blocks=shown,
        metadata={"event_type": MARK, "event_payload": {"outbox": str(row_id)}},
        unfurl_links=False,
        unfurl_media=False,
    )
    try:
        await below(slack, channel, str(answer["ts"]), thread or str(answer["ts"]), card, rest, {})
    except FAULTS as error:
        # The first page is there: who looks for it finds that, and completes it.
        return Sent("unknown", error=fault(error).error)
    return Sent("sent", ref=f"{channel}/{answer['ts']}")


async def _whisper(slack: Slack, effect: Whisper, row_id: int | str, direct: bool) -> Sent:
    place = effect.place
    if effect.tip is not None and await _wants_rest(slack, effect.who):
        # Until the tip is worth nothing any more: then delivery drops it.
        return Sent("retry", error="do_not_disturb", seconds=_REST)
    if _is_direct(place, direct):
        return await _post(slack, await _conversation(slack, place, effect.who), None, effect.card, row_id)
    for shown in pages(effect.card):
        answer = await slack.client.chat_postEphemeral(
            channel=place.channel, user=effect.who.id, thread_ts=place.thread, text=text(effect.card), blocks=shown
        )
    return Sent("sent", ref=f"{_ONLY_ONCE_SHOWN}{place.channel}/{answer['message_ts']}")


async def _wants_rest(slack: Slack, who: Person) -> bool:
    """Whether somebody's do-not-disturb is on. Where Slack does not tell (no scope, a stranger) it counts as off."""
    try:
        told = await ask(slack, "dnd.info", user=who.id)
    except Unanswered:
        return False
    now = clock.now().timestamp()
    begins, ends = told.get("next_dnd_start_ts") or 0, told.get("next_dnd_end_ts") or 0
    return bool(told.get("dnd_enabled")) and float(begins) <= now < float(ends)


async def _replace(slack: Slack, card: Card, ref: str | None, thread: str | None) -> Sent:
    if ref is None or ref.startswith(_ONLY_ONCE_SHOWN):
        return Sent("unsupported")
    channel, _, ts = ref.partition("/")
    await slack.client.chat_update(channel=channel, ts=ts, text=text(card), blocks=pages(card)[0])
    await _complete(slack, channel, ts, thread, card)
    return Sent("sent", ref=ref)


async def _withdraw(slack: Slack, ref: str | None) -> Sent:
    if ref is None or ref.startswith(_ONLY_ONCE_SHOWN):
        return Sent("unsupported")
    channel, _, ts = ref.partition("/")
    try:
        await ask(slack, "chat.delete", channel=channel, ts=ts)
    except Unanswered as unanswered:
        # Gone already: taken away by its reader, or by an earlier try that seemed to fail.
        return Sent("sent", ref=ref) if unanswered.sent.error == "message_not_found" else unanswered.sent
    return Sent("sent", ref=ref)


async def _share(slack: Slack, effect: Share, row_id: int | str) -> Sent:
    channel = await _conversation(slack, effect.place, effect.who)
    try:
        return await _file(slack, effect.name, await files.content(effect), {"channel_id": channel})
    except Unanswered as unanswered:
        if effect.instead is None or unanswered.sent.error != _MAY_NOT:
            raise
    return await _post(slack, channel, None, effect.instead, row_id)


async def _attach(slack: Slack, effect: Attach, ref: str | None) -> Sent:
    channel, _, thread = (ref or "").partition("/")
    if not thread:
        return Sent("unsupported")
    below = {"channel_id": channel, "thread_ts": thread, "initial_comment": escape(effect.note)}
    try:
        return await _file(slack, effect.name, effect.content.encode(), below)
    except Unanswered as unanswered:
        if unanswered.sent.error != _MAY_NOT:
            raise
    return Sent("unsupported", error=_MAY_NOT)


async def _file(slack: Slack, name: str, content: bytes, where: dict[str, str]) -> Sent:
    """Upload a file and show it. Raises Unanswered where that ended before anybody could see it."""
    slot = await ask(slack, "files.getUploadURLExternal", filename=name, length=len(content))
    await upload(slack, str(slot["upload_url"]), content)
    # Only this last step shows it, so only this one can leave us in doubt.
    done = where | {"files": json.dumps([{"id": slot["file_id"], "title": name}])}
    await slack.client.api_call("files.completeUploadExternal", data=done)
    return Sent("sent", ref=f"{where['channel_id']}/{slot['file_id']}")


def _is_direct(place: Place, direct: bool) -> bool:
    return direct or place.channel.startswith("D")


async def _conversation(slack: Slack, place: Place, who: Person) -> str:
    """The direct message with `who`; opening it again is harmless."""
    if place.channel.startswith("D"):
        return place.channel
    opened = await ask(slack, "conversations.open", users=who.id)
    return str(opened["channel"]["id"])


def _again(sent: Sent) -> Sent:
    # Opening a conversation or uploading a file shows nothing to anybody: cut off there, nothing has been sent.
    return Sent("retry", error=sent.error, seconds=5) if sent.outcome == "unknown" else sent
