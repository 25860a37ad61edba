"""A channel is closed, no longer shared or called differently, or the bot is taken out: it stands still, says so once,

and goes on only when somebody presses a button. What was agreed stays, and what was said is forgotten.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from handlers import consent, phrases
from handlers.roster import known, made_for, spokespeople
from handlers.turn import Turn
from handlers.vocabulary import (
    Archived,
    Barred,
    ButtonPress,
    Buttons,
    Card,
    Effect,
    Moved,
    Refused,
    Reply,
    Say,
    Text,
    Unarchived,
    Uninstalled,
    Unshared,
    Whisper,
)
from prompts import Phrasebook
from storage import barred, consents, endings, members, moving, outbox, projects, recent
from storage.tables import Channel, Member, Project

UNINSTALLED_FOR = timedelta(days=30)
"""How long everything is kept for a bot that may be installed or taken in again."""


def archived(event: Archived, turn: Turn) -> Iterable[Effect]:
    """The channel is closed: nothing can be said there, so who agreed to listening is told in a direct message."""
    channel = _channel(turn, event)
    if channel is not None:
        yield from gone(turn, channel, "archived", event.id)


def unarchived(event: Unarchived, turn: Turn) -> Iterable[Effect]:
    """The channel is open again."""
    channel = _channel(turn, event)
    if channel is not None and channel.left_at is not None and channel.halted in ("archived", None):
        channel.joined_at = event.at
        yield from back(turn, channel, event.id)


def unshared(event: Unshared, turn: Turn) -> Iterable[Effect]:
    """An organisation is no longer in the channel: those who still are read it there, the others privately."""
    channel = _channel(turn, event)
    if channel is None or channel.left_at is not None:
        return
    first = _halt(turn, channel, "unshared")
    if channel.halted is None:
        return
    # Slack may name a workspace of a company that we know as a whole: then nobody could ever be who was away.
    away = projects.organisation(turn.db, channel.project, event.organisation) if event.organisation else None
    channel.missing = away.key if away is not None else None
    yield from consent.announce(turn, channel)
    if first:
        yield Say(consent.place_of(channel), _card(turn, channel), f"halted:{channel.id}:{event.id}")
        theirs = [m for m in spokespeople(turn, channel.project) if m.organisation.key == event.organisation]
        yield from _privately(channel, "unshared", event.id, theirs)


def moved(event: Moved, turn: Turn) -> Iterable[Effect]:
    """The channel is called differently: all that is known of it goes along, and it asks whether it may go on."""
    channel = _channel(turn, event)
    if channel is None or event.to == event.place.channel:
        return
    there = projects.channel(turn.db, event.place.tenant, event.to)
    if there is not None:
        if consents.given(turn.db, there.project):
            return  # people have begun anew there, and that counts
        endings.erase(turn.db, there.project)
    moving.move(turn.db, channel, event.to)
    if channel.left_at is not None:
        return  # it says so when it is back
    first = _halt(turn, channel, "moved")
    yield from consent.announce(turn, channel)
    if channel.halted is not None and first:
        yield Say(consent.place_of(channel), _card(turn, channel), f"halted:{channel.id}:{event.id}")


def uninstalled(event: Uninstalled, turn: Turn) -> Iterable[Effect]:
    """The bot is gone from the whole installation. Unless it comes back in time, everything is erased.

    Where it has come back already this comes too late, and then it is no longer gone from the whole of it.
    """
    returned = False
    for project in projects.of_tenant(turn.db, event.place.tenant):
        channels = projects.channels(turn.db, project, left=True)
        before = [channel for channel in channels if channel.joined_at <= event.at]
        for channel in before:
            if channel.left_at is None:
                _halt(turn, channel, "removed")
                channel.left_at = turn.now
        if before == channels:
            project.erase_at = project.erase_at or turn.now + UNINSTALLED_FOR
        else:
            returned = True
    if not returned:
        outbox.drop(turn.db, event.place.tenant)
        barred.bar(turn.db, event.place.tenant, barred.UNINSTALLED, turn.now)
    yield from ()


def barred_from(event: Barred, turn: Turn) -> Iterable[Effect]:
    """The bot may do nothing in the whole installation for now: what it has to say waits."""
    barred.bar(turn.db, event.place.tenant, "tokens_revoked", turn.now)
    yield from ()


def _channel(turn: Turn, event: Archived | Unarchived | Unshared | Moved) -> Channel | None:
    """The channel it happened to; None where the bot is not, or came in later: then it was another life."""
    channel = projects.channel(turn.db, event.place.tenant, event.place.channel)
    return channel if channel is not None and channel.joined_at <= event.at else None


def gone(turn: Turn, channel: Channel, why: str, event_id: str) -> Iterable[Effect]:
    """The bot can no longer hear or speak in a channel. Taken out of the last one, it forgets the project in time."""
    first = _halt(turn, channel, why)
    channel.left_at = channel.left_at or turn.now
    counts = why == "removed" and channel.project.erase_at is None and not projects.channels(turn.db, channel.project)
    if counts:
        channel.project.erase_at = turn.now + UNINSTALLED_FOR
    if (first or counts) and channel.halted is not None:
        yield from _privately(channel, why, event_id, spokespeople(turn, channel.project))


def back(turn: Turn, channel: Channel, event_id: str) -> Iterable[Effect]:
    """The bot can be in a channel again. It shows how things stand, and asks whether it may go on."""
    channel.left_at = None
    if channel.project.ended_at is not None:
        return
    channel.project.erase_at = None
    yield from consent.announce(turn, channel)
    if channel.halted is not None:
        yield Say(consent.place_of(channel), _card(turn, channel), f"back:{channel.id}:{event_id}")


def together_again(turn: Turn, channel: Channel, member: Member, event_id: str) -> Iterable[Effect]:
    """Somebody comes in: the first of an organisation that was away reads that they can let it go on."""
    colleagues = [m for m in members.of(turn.db, channel.project) if m.organisation_id == member.organisation_id]
    if channel.halted is not None and channel.missing == member.organisation.key and colleagues == [member]:
        yield Say(consent.place_of(channel), _card(turn, channel), f"back:{channel.id}:{event_id}")


def go_on(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Somebody lets it go on; where an organisation was away, only they can."""
    channel = made_for(turn, event)
    member = known(turn, channel.project, event.who) if channel is not None else None
    if channel is None or member is None:
        raise Refused({"": "choices.unknown"})
    if channel.project.ended_at is not None:
        raise Refused({"": "ending.refused.over"})
    if channel.halted is None or channel.left_at is not None:
        return
    if channel.missing is not None and member.organisation.key != channel.missing:
        away = projects.organisation(turn.db, channel.project, channel.missing)
        name = away.name if away is not None else channel.missing
        yield Reply(phrases.note(phrases.reader(member), "halting.waits", organisation=name))
        return
    channel.halted = channel.missing = None
    reason = consent.weigh(turn, channel.project)
    yield from consent.announce(turn, channel, "halting.resumed" if reason is None else None)
    yield from consent.shown(event, turn, channel)


def _halt(turn: Turn, channel: Channel, why: str) -> bool:
    """Close the ears and forget what was said. True unless it stood still already; what nobody agreed to just stops."""
    first = channel.halted is None
    channel.listening = False
    recent.forget_channel(turn.db, channel.tenant, channel.channel)
    outbox.drop_whispers(turn.db, channel.tenant, channel.channel)
    if consents.given(turn.db, channel.project) and channel.project.ended_at is None:
        channel.halted = why
    return first


def _card(turn: Turn, channel: Channel) -> Card:
    """Why it stands still, and the way on; all in the channel see it."""
    book = phrases.everyone(channel.project)
    said = book.say(f"halting.why.{channel.halted}")
    return Card(said, (Text(said), Buttons((consent.go_on_button(book, channel),))))


def _privately(channel: Channel, why: str, event_id: str, people: list[Member]) -> Iterable[Effect]:
    place = replace(consent.place_of(channel), direct=True)
    for member in people:
        book = phrases.reader(member)
        project = channel.project.name or book.say("halting.project")
        said = book.say(f"halting.told.{why}", project=project)
        then = book.say("halting.together" if why == "unshared" else "halting.again")
        card = Card(said, (Text(said), Text(_kept(book, channel.project)), Text(then, "note")))
        yield Whisper(place, phrases.person(member), card, f"halted:{event_id}:{member.id}")


def _kept(book: Phrasebook, project: Project) -> str:
    """How long everything is kept."""
    if project.erase_at is None:
        return book.say("halting.kept")
    return book.say("halting.kept_until", day=phrases.day(book, project.erase_at, ZoneInfo(project.zone)))
