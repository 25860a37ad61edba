"""The table of contents: what happens, and which handler answers it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from handlers import (
    checking,
    choices,
    coaching,
    consent,
    ending,
    halting,
    home,
    joining,
    locale,
    nudges,
    pressing,
    privacy,
    settings,
    terms,
    worktime,
)
from handlers.dossier import asking
from handlers.meetings import (
    adapting,
    going_live,
    impact,
    listing,
    once_more,
    planning,
    starting,
    subscribing,
    timely,
    topics,
)
from handlers.register import (
    alike,
    digest,
    filing,
    finding,
    judging,
    leaving,
    link,
    outside,
    overview,
    promoting,
    together,
    waiting,
)
from handlers.register.kinds import FILED, KINDS
from handlers.turn import Compare, Listen, Turn
from handlers.vocabulary import (
    Archived,
    Barred,
    Brought,
    ButtonPress,
    Command,
    Deleted,
    Due,
    Edited,
    Event,
    HomeOpened,
    Joined,
    Judged,
    Left,
    Message,
    Moved,
    SomeoneLeft,
    Submission,
    Unarchived,
    Uninstalled,
    Unshared,
)
from prompts import LANGUAGES, phrasebook


@dataclass(frozen=True)
class Route:
    """A handler, and what must be found out before its transaction begins."""

    handler: Callable[[Any, Turn], Any]
    listens: Callable[[Any, Turn], Listen | None] | None = None
    """What the ear should hear first."""
    compares: Callable[[Any, Turn], Compare | None] | None = None
    """What the ear should compare first."""
    roster: bool = False
    """Who is in the place must be known: all of them, or only who did it where somebody did."""
    without: bool = False
    """It can also be answered without that, where the platform does not tell."""
    recount: bool = False
    """Afterwards everyone who is in the place is looked at again."""
    menu: Literal["draft", "message"] | None = None
    """Of a command: also offered in the platform's own menus, where one writes or on a message."""
    opens: bool = False
    """A press opens a form; a platform may have to know that before it is pressed."""
    for_you: bool = False
    """Of a command: it concerns only who asks it, so it is not offered where everyone reads what is asked."""


HAPPENED: dict[type, Route] = {
    Message: Route(coaching.said),
    Edited: Route(coaching.edited, listens=coaching.edited_text),
    Deleted: Route(coaching.deleted),
    Joined: Route(joining.joined, roster=True),
    Left: Route(joining.left),
    SomeoneLeft: Route(joining.someone_left, roster=True),
    Archived: Route(halting.archived),
    Unarchived: Route(halting.unarchived),
    Unshared: Route(halting.unshared),
    Moved: Route(halting.moved),
    Uninstalled: Route(halting.uninstalled),
    Barred: Route(halting.barred_from),
    HomeOpened: Route(home.opened),
    Brought: Route(outside.brought),
    Judged: Route(judging.judged),
}

DUE = {
    "silence": Route(nudges.judge, listens=coaching.burst_text),
    "unanswered": Route(nudges.unanswered),
    "pause_over": Route(choices.pause_over),
    "erase": Route(ending.erase),
    "promotion": Route(promoting.due),
    "item": Route(waiting.passed),
    "alike": Route(alike.compared, compares=alike.to_compare),
    "digest": Route(digest.morning),
    "planning": Route(planning.planned),
    "meeting": Route(timely.passed),
}

COMMANDS = {
    "check": Route(checking.check, listens=checking.draft, menu="draft", for_you=True),
    "status": Route(consent.status, roster=True, without=True),
    "sides": Route(settings.sides_form),
    "setup": Route(settings.setup_form),
    "pause": Route(choices.pause),
    "on": Route(choices.on, for_you=True),
    "off": Route(choices.off, for_you=True),
    "language": Route(locale.language, for_you=True),
    "zone": Route(locale.zone, for_you=True),
    "end": Route(ending.ask),
    "feedback": Route(filing.asked("feedback"), menu="message"),
    "promise": Route(filing.asked("promise"), menu="message"),
    "request": Route(filing.asked("request"), menu="message"),
    "warning": Route(filing.asked("warning"), menu="message"),
    "complaint": Route(filing.asked("complaint"), menu="message"),
    "escalation": Route(filing.asked("escalation"), for_you=True),
    "improvement": Route(filing.asked("improvement")),
    "meeting": Route(listing.asked),
    "agenda": Route(topics.asked, for_you=True),
    "open": Route(overview.asked, for_you=True),
    "link": Route(link.asked, for_you=True),
    "dossier": Route(asking.asked, for_you=True),
    "privacy": Route(privacy.show, for_you=True),
    "home": Route(home.asked, for_you=True),
    "help": Route(home.help_),
}

BUTTONS = {
    # on the card that says whether the bot listens
    "join": Route(consent.join, roster=True, opens=True),
    "change": Route(consent.join, roster=True, opens=True),
    "not_now": Route(consent.not_now),
    "stop": Route(consent.stop, roster=True),
    "resume": Route(choices.resume),
    "go_on": Route(halting.go_on),
    "end": Route(ending.ask, opens=True),
    "end_not": Route(ending.keep),
    # on the card with which the bot begins to listen, and behind help: the same as the commands, without typing
    "abilities": Route(home.help_),
    "home": Route(home.asked),
    "status": Route(consent.status, roster=True, without=True),
    "pause": Route(choices.pause),
    "sides": Route(settings.sides_form, opens=True),
    "setup": Route(settings.setup_form, opens=True),
    "terms": Route(terms.form, opens=True),
    # on a tip
    "help": Route(checking.help_me, opens=True),
    "promise": Route(filing.from_tip("promise"), opens=True),
    "feedback": Route(filing.from_tip("feedback"), opens=True),
    "why": Route(nudges.explain),
    "fine": Route(nudges.answered),
    "misheard": Route(nudges.answered),
    "quiet_today": Route(nudges.answered),
    "quiet_always": Route(nudges.answered),
    "more": Route(nudges.answered),
    "no_more": Route(nudges.answered),
    # behind help and on the card with which the bot begins to listen: what can be filed
    **{f"file_{kind.name}": Route(filing.asked(kind.name), opens=True) for kind in FILED},
    "meeting": Route(listing.asked),
    "meeting_add": Route(starting.asked, opens=True),
    "series": Route(adapting.asked, opens=True),
    "extra": Route(once_more.asked, opens=True),
    "go_live": Route(going_live.asked, opens=True),
    "agenda": Route(topics.asked),
    "topic_move": Route(topics.moved),
    "calendar": Route(subscribing.asked),
    "calendar_renew": Route(subscribing.renew),
    "calendar_stop": Route(subscribing.stop),
    "to_calendar": Route(subscribing.taken_along),
    "link": Route(link.asked),
    "link_make": Route(link.make),
    "link_stop": Route(link.stop),
    "open": Route(overview.asked),
    "open_more": Route(overview.more),
    "open_item": Route(overview.shown),
    "dossier": Route(asking.asked),
    "leaving": Route(leaving.form, opens=True),
    # on an item
    **{step.name: Route(pressing.pressed, opens=bool(step.asks)) for kind in KINDS.values() for step in kind.steps},
    # on a demo that was judged
    "by_impact": Route(impact.asked, opens=True),
    # on what looks alike
    "same": Route(together.same),
    "not_same": Route(together.not_same),
    "together": Route(together.shown),
    "improve": Route(together.improve, opens=True),
    # on a form
    "look_again": Route(checking.look_again, listens=checking.answer),
    # on the bot's own page
    "check": Route(checking.check_form, opens=True),
    "on": Route(choices.on),
    "off": Route(choices.off),
    "worktime": Route(worktime.form, opens=True),
    "locale": Route(locale.form, opens=True),
    "direct_on": Route(choices.direct),
    "direct_off": Route(choices.direct),
    "privacy": Route(privacy.show),
    "privacy_export": Route(privacy.export),
    "privacy_erase": Route(privacy.erase),
}

FORMS = {
    "end": Route(ending.decide),
    "consent": Route(consent.agree, roster=True, recount=True),
    "check": Route(checking.check_again, listens=checking.draft),
    "help": Route(checking.help_done, listens=checking.answer),
    **{kind.name: Route(filing.filed) for kind in FILED},
    "step": Route(pressing.answered),
    "leaving": Route(leaving.save),
    "rhythm": Route(starting.started),
    "series": Route(adapting.adapted),
    "extra": Route(once_more.planned),
    "go_live": Route(going_live.saved),
    "setup": Route(settings.setup),
    "terms": Route(terms.save),
    "sides": Route(settings.sides),
    "worktime": Route(worktime.save),
    "locale": Route(locale.save),
}


@cache
def words() -> dict[str, str]:
    """Every word behind the command, in both languages, with the ability it names."""
    known = {}
    for language in LANGUAGES:
        for ability, names in phrasebook(language).table("commands.words").items():
            known.update(dict.fromkeys(names, ability))
    return known


def find(event: Event) -> Route | None:
    """The route of an event; None for a button or form that no ability answers (any more)."""
    match event:
        case Command():
            other = "open" if finding.named(event.word) is not None else "help"
            return COMMANDS[words().get(event.word.casefold(), other)]
        case ButtonPress():
            return BUTTONS.get(event.button)
        case Submission():
            return FORMS.get(event.form)
        case Due():
            return DUE[event.what]
        case _:
            return HAPPENED[type(event)]
