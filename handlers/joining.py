"""The bot or a person comes into a channel, or leaves it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from handlers import coaching, consent, halting, phrases
from handlers.register import following
from handlers.roster import enrol, known
from handlers.turn import Turn
from handlers.vocabulary import Button, Buttons, Card, Effect, Joined, Left, Say, SomeoneLeft, Text, Whisper
from handlers.zones import exists
from prompts import LANGUAGES
from storage import endings, members, privacy, projects, recent
from storage.tables import Channel, Member

TOGETHER = timedelta(minutes=1)
"""Who comes in this soon after the bot has its introduction before their eyes."""
COUNTRY = {"nl": "NL", "en": "GB"}
ZONE = {"nl": "Europe/Amsterdam", "en": "Europe/London"}


def joined(event: Joined, turn: Turn) -> Iterable[Effect]:
    """The bot introduces itself and stays deaf; a person of an organisation that is new here makes it deaf again."""
    channel = projects.channel(turn.db, event.place.tenant, event.place.channel)
    if channel is None and (event.who is not None or _over(event, turn)):
        return
    if channel is None:
        channel = _start(event, turn)
        enrol(turn, channel.project)
        card = consent.status_card(turn, channel, phrases.everyone(channel.project), introduce=True)
        yield Say(consent.place_of(channel), card, consent.card_key(channel))
        if event.mentions_only:
            yield Say(consent.place_of(channel), _limits(channel), f"mentions-only:{channel.id}")
        return
    if channel.left_at is not None and event.who is not None:
        return  # the bot is not there: this comes too late
    returned, channel.left_at = channel.left_at is not None, None
    if returned:
        channel.joined_at = event.at  # what is told only now of before is about a life that is over
    if channel.project.ended_at is not None:
        return  # who comes in now is no part of it
    before = known(turn, channel.project, event.who) if event.who is not None else None
    newcomers = enrol(turn, channel.project)
    member = known(turn, channel.project, event.who) if event.who is not None else None
    if member is not None and before is None:
        yield from halting.together_again(turn, channel, member, event.id)
        if event.at >= channel.joined_at + TOGETHER:
            yield _welcome(turn, channel, member, event.id)
    if newcomers:
        consent.weigh(turn, channel.project)
        yield from consent.announce(turn, channel, "consent.changed.newcomer", organisation=", ".join(newcomers))
    if returned:
        yield from halting.back(turn, channel, event.id)


def _limits(channel: Channel) -> Card:
    """Says that it reads little here, and offers what works all the same."""
    book = phrases.everyone(channel.project)
    said = phrases.note(book, "consent.intro.mentions_only")
    return Card(said.summary, (*said.parts, Buttons((Button("check", book.say("home.buttons.check")),))))


def _over(event: Joined, turn: Turn) -> bool:
    """Whether this is delivered again, from before everything in the channel was erased."""
    erased_at = endings.erased_at(turn.db, event.place.tenant, event.place.channel)
    return erased_at is not None and event.at <= erased_at


def _welcome(turn: Turn, channel: Channel, member: Member, event_id: str) -> Whisper:
    """Tells somebody who is new, privately: who reads what, and the way out. Software and strangers get no welcome."""
    book = phrases.reader(member)
    reads = "listening" if coaching.listening(channel, turn.now) else "deaf"
    project = channel.project.name or book.say("joining.project")
    lines = [Text(book.say("joining.welcome.hello", project=project))]
    lines += [Text(book.say(f"joining.welcome.{line}")) for line in ("what", reads, "private", "never", "choice")]
    out = Button("off", book.say("consent.buttons.off"), str(channel.id))
    card = Card(book.say("joining.welcome.summary"), (*lines, Buttons((out,))))
    place = replace(consent.place_of(channel), direct=True)
    return Whisper(place, phrases.person(member), card, f"welcome:{member.id}:{event_id}")


def _start(event: Joined, turn: Turn) -> Channel:
    languages = [found.language for found in turn.roster if found.language in LANGUAGES]
    zones = [found.zone for found in turn.roster if found.zone is not None and exists(found.zone)]
    language = max(LANGUAGES, key=languages.count) if languages else turn.language
    return projects.start(
        turn.db,
        event.place.tenant,
        event.place.channel,
        language=language,
        zone=max(sorted(set(zones)), key=zones.count) if zones else ZONE[language],
        country=COUNTRY[language],
        now=turn.now,
    )


def left(event: Left, turn: Turn) -> Iterable[Effect]:
    """Who is gone is forgotten, and their role is free; where the bot is gone, it forgets what was said."""
    channel = projects.channel(turn.db, event.place.tenant, event.place.channel)
    if channel is None:
        return
    if event.who is None and event.at < channel.joined_at:
        return
    if event.who is None:
        yield from halting.gone(turn, channel, "removed", event.id)
        return
    member = members.find(turn.db, channel.project, event.who.id)
    if member is not None:
        yield from _forget(turn, channel, member, event.id)


def someone_left(event: SomeoneLeft, turn: Turn) -> Iterable[Effect]:
    """Whoever is not there any more is gone. Where none of them is there, the platform just does not tell."""
    channel = projects.channel(turn.db, event.place.tenant, event.place.channel)
    if channel is None or channel.left_at is not None:
        return
    there = {found.person.id for found in turn.roster}
    everyone = members.of(turn.db, channel.project)
    gone = [member for member in everyone if member.person not in there]
    if len(gone) < len(everyone):
        for member in gone:
            yield from _forget(turn, channel, member, event.id)


def _forget(turn: Turn, channel: Channel, member: Member, event_id: str) -> Iterable[Effect]:
    recent.forget_member(turn.db, member)
    if len(projects.channels(turn.db, channel.project)) == 1:
        role, held = member.role, following.held_by(turn, member)
        privacy.leave(turn.db, member)
        yield from following.vacant(turn, held)
        if role is not None and channel.left_at is None and channel.halted is None:
            book = phrases.everyone(channel.project)
            vacant = phrases.note(book, "joining.vacant", role=book.say(f"settings.role.{role}"))
            yield Say(consent.place_of(channel), vacant, f"vacant:{event_id}:{role}")
