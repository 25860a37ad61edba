"""Make it a promise: a deferral gets an owner and a date, or a day on which the answer will be known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from babel.dates import format_date

from handlers import consent, effect, nudges, phrases
from handlers.roster import channel_for, here
from handlers.turn import Turn
from handlers.vocabulary import (
    ButtonPress,
    Card,
    ChoiceField,
    Command,
    DateField,
    Effect,
    Facts,
    Form,
    OpenForm,
    Person,
    PersonField,
    Refused,
    Say,
    Submission,
    Text,
    TextField,
    Words,
)
from storage import members, projects
from storage import nudges as kept
from storage.tables import Member

KINDS = ("promise", "come_back")


LONGEST = 300
"""Characters of what is promised."""


def form(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Ask who does what by when, or when it will be known."""
    _, member = nudges.own(event, turn)
    yield OpenForm(_form(member, about=event.about))


def asked(event: Command, turn: Turn) -> Iterable[Effect]:
    """The same without a tip: about a message, or just so. The form begins with the words of that message."""
    _, member = here(turn, event.who, event.place)
    yield OpenForm(_form(member, what=event.text.strip()[:LONGEST]))


def _form(member: Member, what: str = "", about: str = "") -> Form:
    book = phrases.reader(member)
    return Form(
        "promise",
        book.say("promises.title"),
        book.say("promises.submit"),
        book.say("promises.close"),
        (
            TextField("what", book.say("promises.what"), lines=2, value=what, longest=LONGEST),
            PersonField("owner", book.say("promises.owner"), value=member.person),
            ChoiceField(
                "kind",
                book.say("promises.kind"),
                tuple((kind, book.say(f"promises.{kind}")) for kind in KINDS),
                value="promise",
            ),
            DateField("date", book.say("promises.date")),
            Text(book.say("promises.visible"), "note"),
        ),
        about=about,
    )


def made(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Show the promise to both sides."""
    nudge, member = nudges.own(event, turn) if event.about else (None, here(turn, event.who, event.place)[1])
    answers, reasons = event.answers, {}
    what, day = answers.get("what", "").strip(), _day(answers.get("date", ""))
    if not what:
        reasons["what"] = "promises.refused.what"
    kind = answers.get("kind", "")
    if kind not in KINDS:
        reasons["kind"] = "promises.refused.kind"
    owner = _owner(turn, member, answers.get("owner", ""))
    if owner is None:
        reasons["owner"] = "promises.refused.owner"
    if day is None or day < turn.now.astimezone(phrases.zone_of(member)).date():
        reasons["date"] = "promises.refused.date"
    channel = (
        projects.channel(turn.db, nudge.tenant, nudge.channel)
        if nudge is not None
        else channel_for(turn, event.who, event.place)
    )
    if reasons or owner is None or day is None or channel is None:
        raise Refused(reasons or {"": "promises.refused.gone"})
    if nudge is not None:
        kept.happened(turn.db, nudge, "promised", turn.now)
    effect.promised(turn, member, channel)
    book = phrases.everyone(channel.project)
    until = format_date(day, format="full", locale=phrases.LOCALES[book.language])
    facts: tuple[tuple[str, Words], ...] = (
        (book.say("promises.what"), what),
        (book.say("promises.owner"), (owner,)),
        (book.say(f"promises.{kind}_until"), until),
    )
    footer = Text(book.say("promises.footer"), "note")
    title = book.say(f"promises.card_{kind}")
    there = consent.place_of(channel)
    asked_here = event.place.thread if event.place.channel == channel.channel else None
    yield Say(
        replace(there, thread=nudge.thread if nudge is not None else asked_here),
        Card(f"{title}: {what}", (Text(title, "heading"), Facts(facts), footer)),
        f"promise:{channel.id}:{event.id}",
        about=nudge.message if nudge is not None else None,
    )


def _day(written: str) -> date | None:
    try:
        return datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007  (a day, not a moment)
    except ValueError:
        return None


def _owner(turn: Turn, member: Member, answer: str) -> Person | None:
    """The person in the project whose id was chosen."""
    return next((phrases.person(m) for m in members.of(turn.db, member.project) if m.person == answer), None)
