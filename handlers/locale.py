"""In which language and by which clock somebody is spoken to: their own choice, in every project."""

from collections.abc import Iterable

from babel import Locale

from handlers import home, phrases
from handlers.turn import Turn
from handlers.vocabulary import (
    ButtonPress,
    ChoiceField,
    Command,
    Effect,
    Form,
    OpenForm,
    Person,
    Place,
    Refused,
    Reply,
    Submission,
    TextField,
)
from handlers.zones import zone_named
from prompts import LANGUAGES, phrasebook
from storage import members
from storage.tables import Member


def language(event: Command, turn: Turn) -> Iterable[Effect]:
    """Speak another language to whoever asks; without one named, show the choice."""
    if not event.text.strip():
        yield from form(event, turn)
        return
    everywhere = _theirs(turn, event.who, event.place)
    wanted = _language(event.text)
    if wanted is None:
        raise Refused({"": "locale.refused.language"})
    for member in everywhere:
        member.language = wanted
    yield Reply(phrases.note(phrasebook(wanted), "locale.language_set"))
    yield home.page(turn, event.who, event.place)


def zone(event: Command, turn: Turn) -> Iterable[Effect]:
    """Go by another clock for whoever asks; without one named, show the choice."""
    if not event.text.strip():
        yield from form(event, turn)
        return
    everywhere = _theirs(turn, event.who, event.place)
    wanted = zone_named(event.text)
    if wanted is None:
        raise Refused({"": "locale.refused.zone"})
    for member in everywhere:
        member.zone = wanted
    time = phrases.time(turn.now, phrases.zone_of(everywhere[0]))
    yield Reply(phrases.note(phrases.reader(everywhere[0]), "locale.zone_set", zone=wanted, time=time))
    yield home.page(turn, event.who, event.place)


def form(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show how somebody is spoken to now."""
    member = _theirs(turn, event.who, event.place)[0]
    book = phrases.reader(member)
    languages = (("nl", book.say("settings.dutch")), ("en", book.say("settings.english")))
    hint = book.say("locale.zone_hint", zone=member.project.zone)
    yield OpenForm(
        Form(
            "locale",
            book.say("locale.title"),
            book.say("settings.submit"),
            book.say("settings.close"),
            (
                ChoiceField("language", book.say("locale.language"), languages, value=book.language),
                TextField(
                    "zone",
                    book.say("locale.zone"),
                    required=False,
                    value=member.zone or "",
                    hint=hint,
                    longest=60,
                ),
            ),
        )
    )


def save(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Take over what was filled in; without a zone, the project's clock counts."""
    everywhere = _theirs(turn, event.who, event.place)
    spoken, written = event.answers.get("language", ""), event.answers.get("zone", "").strip()
    named = zone_named(written)
    reasons = {}
    if spoken not in LANGUAGES:
        reasons["language"] = "locale.refused.language"
    if written and named is None:
        reasons["zone"] = "locale.refused.zone"
    if reasons:
        raise Refused(reasons)
    for member in everywhere:
        member.language, member.zone = spoken, named
    yield home.page(turn, event.who, event.place)


def _theirs(turn: Turn, who: Person, place: Place) -> list[Member]:
    everywhere = members.anywhere(turn.db, place.tenant, who.id)
    if not everywhere:
        raise Refused({"": "choices.unknown"})
    return everywhere


def _language(written: str) -> str | None:
    """The language that somebody names, in whatever language of ours they name it."""
    named = {Locale(spoken).languages[each].casefold(): each for each in LANGUAGES for spoken in LANGUAGES}
    return (named | {each: each for each in LANGUAGES}).get(written.strip().casefold())
