"""The bot or a person comes into a channel, or leaves it."""

from collections.abc import Iterable

from handlers import consent, phrases
from handlers.roster import enrol
from handlers.turn import Turn
from handlers.vocabulary import Effect, Joined, Left, Say
from prompts import LANGUAGES
from storage import members, privacy, projects, recent
from storage.tables import Channel

COUNTRY = {"nl": "NL", "en": "GB"}
ZONE = {"nl": "Europe/Amsterdam", "en": "Europe/London"}


def joined(event: Joined, turn: Turn) -> Iterable[Effect]:
    """The bot introduces itself and stays deaf; a person of an organisation that is new here makes it deaf again."""
    channel = projects.channel(turn.db, event.place.tenant, event.place.channel)
    if channel is None and event.who is not None:
        return
    if channel is None:
        channel = _start(event, turn)
        enrol(turn, channel.project)
        card = consent.status_card(turn, channel, phrases.everyone(channel.project), introduce=True)
        yield Say(consent.place_of(channel), card, consent.card_key(channel))
        if event.mentions_only:
            told = phrases.note(phrases.everyone(channel.project), "consent.intro.mentions_only")
            yield Say(consent.place_of(channel), told, f"mentions-only:{channel.id}")
        return
    back = event.who is None and channel.left_at is not None
    channel.left_at = None
    newcomers = enrol(turn, channel.project)
    if newcomers:
        consent.weigh(turn, channel.project)
        yield from consent.announce(turn, channel, "consent.changed.newcomer", organisation=", ".join(newcomers))
    elif back:
        reason = consent.weigh(turn, channel.project)
        yield from consent.announce(turn, channel, "consent.changed.listening" if reason is None else None)


def _start(event: Joined, turn: Turn) -> Channel:
    languages = [found.language for found in turn.roster if found.language in LANGUAGES]
    zones = [found.zone for found in turn.roster if found.zone]
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
    """Who is gone is forgotten; where the bot is gone, it forgets what was said."""
    channel = projects.channel(turn.db, event.place.tenant, event.place.channel)
    if channel is None:
        return
    if event.who is None:
        channel.left_at = turn.now
        channel.listening = False
        recent.forget_channel(turn.db, channel.tenant, channel.channel)
        return
    member = members.find(turn.db, channel.project, event.who.team, event.who.id)
    if member is not None:
        recent.forget_member(turn.db, member)
        if len(projects.channels(turn.db, channel.project)) == 1:
            privacy.leave(turn.db, member)
    yield from ()
