"""The bot's own page: where it listens, the tips you had, and your choices; and what it can be asked."""

from collections.abc import Iterable
from datetime import timedelta

from handlers import coaching, naming, phrases
from handlers import nudges as tips
from handlers.register import overview
from handlers.turn import Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    Command,
    Effect,
    Facts,
    HomeOpened,
    Part,
    Person,
    Place,
    Reply,
    ShowHome,
    Text,
)
from prompts import LANGUAGES, Phrasebook, phrasebook
from prompts.tips import tip_named
from storage import members, nudges, projects
from storage.tables import Member

SHOWN = timedelta(days=30)
LISTED = 5
"""Items of each list on the page; the others are behind a button."""
ABILITIES = {
    "you": ("check", "open", "home", "off", "language", "zone", "privacy"),
    "channel": ("status", "pause", "sides", "setup", "end"),
}
"""What help lists, for whom. On a phone it must fit on one screen."""
TO_FILE = (("feedback", "promise", "request"), ("warning", "complaint", "improvement"), ("escalation",))
"""What can be put on record, in lines that fit on a phone."""
ON_FILE = ("link", "meeting", "agenda", "dossier")
"""What lets others put something on record, plans meetings, and brings it all back."""
SHORTCUTS = {
    "you": ("home", "open"),
    "file": ("file_feedback", "file_promise", "file_complaint", *ON_FILE),
    "channel": ("status",),
}
"""The same as buttons, for who cannot type the command; what is seldom asked stands in a menu below."""
SELDOM = {
    "file": ("file_request", "file_warning", "file_improvement", "file_escalation", "leaving"),
    "channel": ("pause", "sides", "setup", "terms", "end"),
}


def opened(event: HomeOpened, turn: Turn) -> Iterable[Effect]:
    """Show somebody their page."""
    yield page(turn, event.who, event.place)


def asked(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """The same page for whoever asks for it: not every platform has a place of its own for it."""
    yield Reply(page(turn, event.who, event.place).card)


def page(turn: Turn, who: Person, place: Place) -> ShowHome:
    """Somebody's page as it is now."""
    everywhere = members.anywhere(turn.db, place.tenant, who.id)
    book = phrases.asker(turn, who, place)
    title = book.say("home.title")
    parts: list[Part] = [Text(title, "heading"), Text(book.say("tips.only_you.text"), "note")]
    if not everywhere:
        parts.append(Text(book.say("choices.unknown")))
    names = naming.called(turn, book, everywhere) if len(everywhere) > 1 else (_only(book, each) for each in everywhere)
    for member, name in zip(everywhere, names, strict=True):
        parts += _project(turn, book, member, name)
        if member.side is not None:
            parts += overview.of_member(turn, book, member, LISTED)
            parts += overview.coming(turn, book, member)
    if everywhere:
        parts.append(Text(book.say("home.tips"), "heading"))
        parts += _tips(turn, book, everywhere) or [Text(book.say("home.no_tips"))]
        parts.append(_choices(book, everywhere[0]))
    return ShowHome(place, who, Card(title, tuple(parts)))


def _only(book: Phrasebook, member: Member) -> str:
    return member.project.name or book.say("home.project")


def _project(turn: Turn, book: Phrasebook, member: Member, name: str) -> list[Part]:
    channels = projects.channels(turn.db, member.project)
    heard = any(coaching.listening(channel, turn.now) for channel in channels)
    key = "consent.status.listening" if heard else "consent.status.deaf"
    side = book.say(f"consent.side.{member.side or 'unknown'}")
    return [Text(book.say("home.in_project", name=name, side=side)), Text(book.say(key), "note")]


def _tips(turn: Turn, book: Phrasebook, everywhere: list[Member]) -> list[Part]:
    """The tips of the last month; the newest as it was shown, with all that can be done with it."""
    parts: list[Part] = []
    given = [nudge for nudge in nudges.given_since(turn.db, everywhere, turn.now - SHOWN) if not nudge.held_back][:10]
    for nudge in given:
        when = phrases.day_and_time(book, nudge.at, phrases.zone_of(everywhere[0]))
        label = book.say(f"tips.label.{nudge.pattern}")
        parts.append(Text(book.say("home.tip", when=when, label=label), "note"))
        if nudge is given[0]:
            parts += tips.shown_again(turn, book, nudge, everywhere)
        else:
            parts.append(Text(tip_named(book.language, nudge.tip).text))
    return parts


def _choices(book: Phrasebook, member: Member) -> Buttons:
    switch = "on" if member.off else "off"
    direct = "direct_off" if member.direct else "direct_on"
    names = ("check", switch, direct, "worktime", "locale", "privacy")
    return Buttons(tuple(Button(name, book.say(f"home.buttons.{name}")) for name in names))


def help_(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Say what the bot can be asked; also the answer to a word it does not know."""
    book = phrases.asker(turn, event.who, event.place)
    title = book.say("commands.help.title")
    asked = {word for language in LANGUAGES for word in phrasebook(language).list("commands.words.help")}
    parts: list[Part] = []
    if isinstance(event, Command) and event.word and event.word.casefold() not in asked:
        parts.append(Text(book.say("commands.help.unknown", word=event.word)))
    parts += [Text(title, "heading"), Text(book.say("commands.help.how"))]
    for group, abilities in ABILITIES.items():
        parts.append(Text(book.say(f"commands.help.for_{group}"), "note"))
        parts += [Facts(tuple(_ability(book, ability) for ability in abilities)), _shortcuts(book, group)]
        if group == "you":
            parts.append(Text(book.say("commands.help.to_file"), "note"))
            lines = ((*TO_FILE[0], *ON_FILE[:1]), *TO_FILE[1:-1], (*TO_FILE[-1], *ON_FILE[1:]))
            parts += [Text(" · ".join(_ability_word(book, each) for each in line)) for line in lines]
            parts.append(_shortcuts(book, "file"))
    yield Reply(Card(title, (*parts, Text(book.say("commands.help.direct"), "note"))))


def _shortcuts(book: Phrasebook, group: str) -> Buttons:
    shown = [Button(name, book.say(f"home.buttons.{name}")) for name in SHORTCUTS[group]]
    hidden = [Button(name, book.say(f"home.buttons.{name}"), menu=True) for name in SELDOM.get(group, ())]
    return Buttons((*shown, *hidden))


def _ability(book: Phrasebook, ability: str) -> tuple[str, str]:
    return _ability_word(book, ability), book.say(f"commands.help.{ability}")


def _ability_word(book: Phrasebook, ability: str) -> str:
    return book.list(f"commands.words.{ability}")[0]
