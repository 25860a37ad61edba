"""Listens along: remembers the last messages for a short while, and waits until their author has fallen silent."""

from collections.abc import Iterable
from datetime import datetime

from handlers import effect
from handlers.register import following
from handlers.turn import Listen, Turn
from handlers.vocabulary import Deleted, Due, Edited, Effect, Message, Withdraw
from prompts.ear import Hearing, own_words
from prompts.ear import hear as _hear
from prompts.ear.trained import trained
from storage import inbox, members, nudges, projects, recent
from storage.members import Author
from storage.recent import Said, Writing
from storage.tables import Channel, Nudge, Recent

CONTEXT_LENGTH = 2_000
"""Characters of what the other side said that are weighed, at most."""


def hear(text: str, side: str, context: str | None = None) -> Hearing:
    """The ear itself, for whoever stands outside this house's ears: the command line and the ear's own process."""
    return _hear(text, side, context)  # type: ignore[arg-type]


def hears_fully() -> bool:
    """Whether the trained part of the ear is there; without it the ear hears by its rules alone, and nudges nobody."""
    return trained() is not None


def listening(channel: Channel | Author | None, now: datetime) -> bool:
    """Whether the bot may hear what is written in a channel."""
    return (
        channel is not None
        and channel.listening
        and channel.left_at is None
        and (channel.paused_until is None or channel.paused_until <= now)
    )


def nudge_key(nudge: Nudge) -> str:
    """Our name of the card of a tip."""
    return f"tip:{nudge.id}"


def gone_key(channel: Channel | Author, message: str) -> str:
    """Under which key it is remembered that a message was deleted, should it arrive after its own deletion."""
    return f"gone:{channel.tenant}:{channel.channel}:{message}"


def said(event: Message, turn: Turn) -> Iterable[Effect]:
    """Somebody wrote something: keep it as context, and wait for their silence."""
    author = members.author(turn.db, event.place.tenant, event.place.channel, event.who.id)
    if author is None or not listening(author, turn.now) or author.side is None or author.off:
        return
    if recent.known(turn.db, author, event.message, gone_key(author, event.message)):
        return
    thread = event.place.thread
    heard = bool(own_words(event.text).strip())
    burst = _wait_for_silence(turn, author, thread, event.at) if heard else None
    recent.add(
        turn.db,
        author,
        thread=thread,
        message=event.message,
        text=event.text,
        at=event.at,
        burst=burst,
    )
    effect.wrote_on(turn, author, thread)
    yield from ()


def _wait_for_silence(turn: Turn, author: Author, thread: str | None, at: datetime) -> int:
    burst = recent.open_burst(turn.db, author, author.member_id, thread)
    if burst is None:
        return recent.start_burst(turn.db, author, author.member_id, thread, at, at + turn.policy.silence)
    last_at = max(burst.last_at, at)
    due_at = min(last_at + turn.policy.silence, burst.first_at + turn.policy.burst)
    recent.wait_longer(turn.db, burst, last_at, due_at)
    return burst.id


def edited_text(event: Edited, turn: Turn) -> Listen | None:
    """What to hear of an edit: only of a message about which there was a tip, to know whether it still needs one."""
    channel = projects.channel(turn.db, event.place.tenant, event.place.channel)
    nudge = nudges.of_message(turn.db, channel, event.message) if channel is not None else None
    if channel is None or nudge is None:
        return None
    row = recent.find(turn.db, channel, event.message)
    written_at = row.written_at if row is not None else nudge.at
    before = recent.conversation(turn.db, channel.tenant, channel.channel, nudge.thread, written_at)
    return Listen(event.text, nudge.side, context_of(before, nudge.side))


def edited(event: Edited, turn: Turn) -> Iterable[Effect]:
    """Somebody changed what they wrote. While the bot still waited, that is reason enough to leave them alone."""
    channel = projects.channel(turn.db, event.place.tenant, event.place.channel)
    if channel is None or not listening(channel, turn.now):
        return
    row = recent.find(turn.db, channel, event.message)
    if row is not None and row.text == event.text:
        return
    yield from following.message(event, turn)
    nudge = nudges.of_message(turn.db, channel, event.message)
    if row is None and nudge is not None:
        # The words are forgotten after two hours; that there was reason for a tip is not.
        author = members.author(turn.db, channel.tenant, channel.channel, event.who.id)
        if author is not None and not author.off and "deleted" not in nudges.outcomes(turn.db, nudge):
            yield from _changed(event, turn, nudge)
        return
    if row is None and event.written is not None and event.at - event.written >= turn.policy.worth:
        return  # it was written long ago, and what it said is forgotten
    if row is None:
        # The platforms promise no order: the edit may come first, and then it is the message.
        as_written = Message(event.id, event.at, event.place, event.who, event.message, event.text)
        yield from said(as_written, turn)
        return
    row.text = event.text
    burst = recent.burst(turn.db, channel.tenant, row.burst_id) if row.burst_id is not None else None
    if burst is not None:
        recent.leave_alone(turn.db, burst)
    elif nudge is not None:
        yield from _changed(event, turn, nudge)
    elif event.at - row.written_at < turn.policy.worth:
        _wait_again(turn, channel, row, event.at)


def _changed(event: Edited, turn: Turn, nudge: Nudge) -> Iterable[Effect]:
    """A message about which there was a tip now reads differently: it is repaired, or heard the same all the same."""
    # Without a hearing the tip was given while this was on its way: then it is about words that are gone.
    heard = turn.hearing
    if heard is not None and (heard.label == nudge.pattern or heard.nudge):
        nudges.happened(turn.db, nudge, "edited", turn.now)
        start = event.text.find(heard.quote) if heard.quote else -1
        nudge.quote_from = start if start >= 0 else None
        nudge.quote_until = start + len(heard.quote or "") if start >= 0 else None
    else:
        nudges.happened(turn.db, nudge, "repaired", turn.now)
        yield Withdraw(event.place, nudge_key(nudge))


def _wait_again(turn: Turn, channel: Channel, row: Recent, at: datetime) -> None:
    """A message that was fine and now reads differently is judged once more."""
    if recent.open_burst(turn.db, channel, row.member_id, row.thread) is None:
        due_at = at + turn.policy.silence
        row.burst_id = recent.start_burst(turn.db, channel, row.member_id, row.thread, at, due_at)


def deleted(event: Deleted, turn: Turn) -> Iterable[Effect]:
    """A message is gone: so is what was remembered of it, and its tip."""
    channel = projects.channel(turn.db, event.place.tenant, event.place.channel)
    if channel is None:
        return
    # What is on its way of it, the message itself or an edit, finds it gone.
    inbox.first_time(turn.db, channel.tenant, gone_key(channel, event.message), channel.channel, turn.now)
    row = recent.find(turn.db, channel, event.message)
    if row is not None:
        burst = recent.burst(turn.db, channel.tenant, row.burst_id) if row.burst_id is not None else None
        recent.remove(turn.db, row)
        if burst is not None and not written(turn, burst)[0]:
            recent.end_burst(turn.db, burst)
    yield from following.message(event, turn)
    nudge = nudges.of_message(turn.db, channel, event.message)
    if nudge is not None:
        nudges.happened(turn.db, nudge, "deleted", turn.now)
        yield Withdraw(event.place, nudge_key(nudge))


# --- what there is to hear once an author has fallen silent


def context_of(conversation: list[Said], side: str) -> str | None:
    """What the other side said in a conversation, newest first."""
    others = [row.text for row in reversed(conversation) if row.side != side]
    return "\n".join(others)[:CONTEXT_LENGTH] or None


def written(turn: Turn, burst: Writing) -> tuple[list[Said], list[Said]]:
    """The messages of a burst, and what was said before and between them."""
    said = recent.conversation(turn.db, burst.tenant, burst.channel, burst.thread, burst.last_at)
    return [row for row in said if row.burst_id == burst.id], [row for row in said if row.burst_id != burst.id]


def burst_text(event: Due, turn: Turn) -> Listen | None:
    """What to hear of a burst: all of it as one, against what the other side said."""
    burst = recent.burst(turn.db, event.tenant, event.row)
    if burst is None or burst.due_at > turn.now:
        return None
    messages, conversation = written(turn, burst)
    if not messages:
        return None
    side = messages[0].side
    return Listen("\n".join(m.text for m in messages), side, context_of(conversation, side))
