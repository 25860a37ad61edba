"""What people file who are not in the channel: the form behind the secret address, and how it went on afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from handlers import phrases
from handlers.register import alike, answers, blanks, card, filing, judging, opening, steps, timing, waiting
from handlers.register.kinds import KINDS, OVER, Blank
from handlers.roster import row_named
from handlers.turn import Turn
from handlers.vocabulary import Brought, Effect, Field, Form, Refused, Text
from prompts import LANGUAGES, Phrasebook
from storage import items, links
from storage.tables import Item, Link, Project

OFFERED = ("feedback", "complaint")
"""The kinds that can be filed from outside."""
SIDE = "client"
"""Whose word it is: the address is for the people of the client."""
NOT_ASKED = ("shared",)
"""Blanks that only who sits at the table can fill in."""
ANSWERED = ("answered", "declined", "closed")
"""The states in which the last word of the side that is to answer still holds."""
NOTES = ("impact", "person")
"""What a form points out once, by the names under which it stands among the reasons for a refusal."""


@dataclass(frozen=True)
class Opened:
    """A form, and the language that it is in."""

    form: Form
    language: str


@dataclass(frozen=True)
class Filed:
    """How something stands that was filed from outside, in words."""

    number: str
    state: str
    answer: tuple[str, ...]
    """What the side that is to answer said to it, and what they said to that themselves."""
    language: str
    asks: tuple[Form, ...]
    """What they can say to it now, each as a form of its own."""
    intro: tuple[str, ...]
    """What stands above those."""
    stands: str
    """By which an answer to these forms is known from one to earlier ones."""
    over: bool
    """Nothing happens with it any more."""


def texts(language: str) -> Mapping[str, str]:
    """Everything else that the pages say."""
    return phrases.outsider(language).table("link.page")


def opened(turn: Turn, tenant: str, hashed: str, kind: str, language: str | None, values: Mapping[str, str]) -> Opened:
    """The form of an address, filled in with `values`, in a language or else that of the project.

    Refused when nothing can be filed there (any more).
    """
    project = _link(turn, tenant, hashed).channel.project
    spoken = language if language in LANGUAGES else project.language
    book = phrases.outsider(spoken)
    form = Form(
        kind,
        book.say(f"link.page.title_{kind}"),
        book.say("link.page.submit"),
        "",
        (*_introduction(book, kind, project), *_fields(book, kind, values)),
    )
    return Opened(form, spoken)


def _introduction(book: Phrasebook, kind: str, project: Project) -> Iterable[Text]:
    if project.name:
        yield Text(book.say("link.page.about", project=project.name), "note")
    yield Text(book.say(f"link.page.intro_{kind}"))
    if project.emergency_line:
        yield Text(book.say("link.page.emergency", line=project.emergency_line))
    yield Text(book.say(f"{kind}.visible"), "note")
    yield Text(book.say("link.page.published"), "note")


def _fields(book: Phrasebook, kind: str, values: Mapping[str, str]) -> Iterable[Field]:
    for field in blanks.fields(book, kind, _asked(kind), values):
        yield replace(field, hint=book.say("link.page.behalf_hint")) if field.name == "behalf" else field


def _asked(kind: str) -> list[Blank]:
    return [blank for blank in KINDS[kind].blanks if blank.name not in NOT_ASKED]


def _link(turn: Turn, tenant: str, hashed: str) -> Link:
    """The address, while something can be filed there; refused otherwise, without a word on why."""
    link = links.of_digest(turn.db, tenant, hashed)
    if link is None or link.channel.left_at is not None or link.channel.halted is not None:
        raise Refused({"": "link.page.closed"})
    steps.check_keeping(turn, link.channel.project)
    return link


def brought(event: Brought, turn: Turn) -> Iterable[Effect]:
    """Take in what somebody outside filed, by the same rules as in the channel, and show it there.

    What it leaves open is pointed out once, as a refusal: so nothing is kept, and it can be sent again.
    """
    link = _link(turn, event.place.tenant, event.link)
    if event.kind not in OFFERED:
        raise Refused({"": "link.page.closed"})
    if items.of_receipt(turn.db, event.place.tenant, event.receipt) is not None:
        return  # the very same was filed before, by somebody who pressed twice
    project, asked = link.channel.project, _asked(event.kind)
    filled = blanks.read(asked, event.answers)
    reasons = blanks.refused(turn, project, ZoneInfo(project.zone), asked, filled)
    if reasons:
        raise Refused(reasons)
    book = phrases.outsider(event.language)
    notes = () if event.asked_back else filing.missing(book, KINDS[event.kind], filled)
    if notes:
        raise Refused({note: f"register.asked_back.{note}" for note in notes})
    item = _add(event, turn, link, filled)
    yield filing.said(turn, item)
    yield from opening.questions(turn, item)
    yield from waiting.tell(turn, item)
    yield from alike.suggested_for(turn, item)


def _add(event: Brought, turn: Turn, link: Link, filled: Mapping[str, str]) -> Item:
    kind = KINDS[event.kind]
    item = items.add(
        turn.db,
        link.channel.project,
        kind.name,
        state=kind.begins,
        side=SIDE,
        doer=steps.ACROSS[SIDE],
        author=None,
        owner=None,
        words={name: value for name, value in filled.items() if name != "date"} | {"via": "link"},
        due_on=filled.get("date"),
        channel=link.channel.channel,
        thread=None,
        message=None,
        now=turn.now,
    )
    item.receipt = event.receipt
    # Who is to answer feedback gets questions to begin with, at once.
    timing.begin(item, turn.now, tell=kind.name != "feedback")
    return item


def filed(turn: Turn, tenant: str, hashed: str, language: str | None, values: Mapping[str, str] | None = None) -> Filed:
    """How it stands with what somebody filed, what was answered, and what they are asked, filled in with `values`.

    What the people of their own side said to it is not told: a receipt may have been passed on. Refused once the
    project is over.
    """
    item = items.of_receipt(turn.db, tenant, hashed)
    if item is None or item.project.ended_at is not None:
        raise Refused({"": "link.page.closed"})
    spoken = language if language in LANGUAGES else item.project.language
    book = phrases.outsider(spoken)
    asks = judging.forms(turn, book, item, values or {})
    return Filed(
        book.say("link.page.number", code=card.code(item)),
        book.say("link.page.state", state=card.state(book, item)),
        tuple(_told(turn, book, item)),
        spoken,
        asks,
        tuple(_asked_of_them(book, item)) if asks else (),
        judging.stands(turn, item),
        (item.kind, item.state) in OVER,
    )


def _told(turn: Turn, book: Phrasebook, item: Item) -> Iterable[str]:
    """What was answered, what they said to that themselves, and how what it became part of stands."""
    if item.state in ANSWERED:
        told = answers.told(turn, book, item, by=item.doer, last=1, whole=True)
        yield from (f"{label}: {words}" for label, words in told)
    if own := judging.said(turn, book, item):
        yield own
    whole = _part_of(turn, item)
    if whole is not None:
        yield book.say("link.page.part_of", code=card.code(whole), state=card.state(book, whole))


def _part_of(turn: Turn, item: Item) -> Item | None:
    """What it became part of, because it is the same."""
    if item.state != "merged":
        return None
    number = row_named(item.words.get("into", "").partition("-")[2])
    return items.numbered(turn.db, item.project, item.kind, number)


def _asked_of_them(book: Phrasebook, item: Item) -> Iterable[str]:
    yield book.say("link.page.judge")
    until = judging.until(book, item)
    yield book.say("link.page.judge_until", day=until) if until else book.say("link.page.judge_also")
