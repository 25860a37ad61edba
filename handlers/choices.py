"""What people choose for themselves, or for a while for everyone: off and on, tips as direct messages, a pause."""

import re
from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from handlers import consent, effect, home, phrases
from handlers.roster import channel_for, known, made_for, typed
from handlers.turn import Turn
from handlers.vocabulary import Button, ButtonPress, Buttons, Card, Command, Due, Effect, Refused, Reply, Say, Text
from storage import members, projects, recent

LONGEST_PAUSE = timedelta(days=14)


def off(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Somebody switches themselves off: what they write is not heard any more, in no channel."""
    book = phrases.asker(turn, event.who, event.place)
    everywhere = members.anywhere(turn.db, event.place.tenant, event.who.id)
    for member in everywhere:
        member.off = True
        effect.switched_off(turn, member)
        recent.forget_member(turn.db, member)
    yield Reply(phrases.note(book, "choices.off" if everywhere else "choices.unknown"))
    if isinstance(event, ButtonPress) and everywhere and not event.about:  # pressed on that page
        yield home.page(turn, event.who, event.place)


def on(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """The way back: heard again, and tips are welcome."""
    book = phrases.asker(turn, event.who, event.place)
    everywhere = members.anywhere(turn.db, event.place.tenant, event.who.id)
    for member in everywhere:
        member.off, member.tips, member.quiet_until, member.asked_at = False, "yes", None, turn.now
    yield Reply(phrases.note(book, "choices.on" if everywhere else "choices.unknown"))
    if isinstance(event, ButtonPress) and everywhere and not event.about:  # pressed on that page
        yield home.page(turn, event.who, event.place)


def direct(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Tips in a direct message from now on, or in the channel again."""
    book = phrases.asker(turn, event.who, event.place)
    everywhere = members.anywhere(turn.db, event.place.tenant, event.who.id)
    for member in everywhere:
        member.direct = event.button == "direct_on"
    yield Reply(phrases.note(book, f"choices.{event.button}" if everywhere else "choices.unknown"))
    if everywhere:
        yield home.page(turn, event.who, event.place)


def length(text: str) -> timedelta | None:
    """How long a pause is meant to take: "4u", "30 min", "2 dagen"; four hours when nothing is said."""
    if not text.strip():
        return timedelta(hours=4)
    found = re.fullmatch(r"\s*(\d{1,3})\s*([a-z]*)\s*", text.lower()[:40])
    if found is None:
        return None
    number, unit = int(found[1]), found[2]
    hours = {"": 1.0, "u": 1, "uur": 1, "uren": 1, "h": 1, "hr": 1, "hour": 1, "hours": 1}
    minutes = {"m": 1 / 60, "min": 1 / 60, "minuten": 1 / 60, "minutes": 1 / 60}
    days = {"d": 24.0, "dag": 24, "dagen": 24, "day": 24, "days": 24}
    factor = (hours | minutes | days).get(unit)
    pause = timedelta(hours=number * factor) if factor else None
    return pause if pause and timedelta(0) < pause <= LONGEST_PAUSE else None


def pause(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """The channel has other things on its mind: deaf for everyone, for a while."""
    channel = channel_for(turn, event)
    book = phrases.asker(turn, event.who, event.place)
    if channel is None or known(turn, channel.project, event.who) is None:
        yield Reply(phrases.note(book, "choices.unknown"))
        return
    wanted = length(typed(event))
    if wanted is None:
        raise Refused({"": "choices.refused.pause"})
    channel.paused_until = turn.now + wanted
    recent.forget_channel(turn.db, channel.tenant, channel.channel)
    everyone = phrases.everyone(channel.project)
    until = phrases.day_and_time(everyone, channel.paused_until, ZoneInfo(channel.project.zone))
    said = everyone.say("choices.paused", until=until)
    resume = Button("resume", everyone.say("choices.resume"), str(channel.id))
    card = Card(said, (Text(said), Buttons((resume,))))
    yield Say(consent.place_of(channel), card, f"pause:{channel.id}:{event.id}")
    yield from consent.announce(turn, channel)


def resume(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """The pause may end now."""
    channel = made_for(turn, event)
    if channel is None or known(turn, channel.project, event.who) is None:
        raise Refused({"": "choices.unknown"})
    if channel.paused_until is not None:
        channel.paused_until = None
        yield from consent.announce(turn, channel, "choices.pause_over")
    yield from consent.shown(event, turn, channel)


def pause_over(event: Due, turn: Turn) -> Iterable[Effect]:
    """The pause has ended by itself."""
    channel = projects.channel_by_id(turn.db, event.tenant, event.row)
    if channel is None or channel.paused_until is None or channel.paused_until > turn.now:
        return
    channel.paused_until = None
    if channel.listening and channel.left_at is None:
        yield from consent.announce(turn, channel, "choices.pause_over")
