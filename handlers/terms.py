"""The answer times of a project: what its contract says, where that is not what is usual."""

from collections.abc import Iterable
from uuid import uuid4

from handlers import consent, phrases
from handlers.register import rights, steps, waiting, within
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Effect, Form, NumberField, OpenForm, Refused, Say, Submission, Text
from storage import projects
from storage.tables import Channel, Member

MOST = 1000
"""Working hours: half a year."""


def form(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show what a project agreed on."""
    channel, member = _who_may(turn, event)
    book = phrases.reader(member)
    fields = tuple(
        NumberField(
            f"{kind}_{what}",
            book.say(f"terms.{what}", name=book.say(f"{kind}.name")),
            value=str(within.agreed(channel.project, kind, what)),
            hint=book.say("terms.usual", hours=str(usual)),
        )
        for kind, what, usual in within.names()
    )
    intro = Text(book.say("terms.intro"))
    title, submit, close = book.say("terms.title"), book.say("register.save"), book.say("register.close")
    yield OpenForm(Form("terms", title, submit, close, (intro, *fields), about=str(channel.project_id)))


def save(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Take over what was agreed; everyone reads who changed it, and to what."""
    channel, member = _who_may(turn, event)
    written = {f"{kind}_{what}": event.answers.get(f"{kind}_{what}", "").strip() for kind, what, _ in within.names()}
    wrong = {name: "terms.refused" for name, said in written.items() if not _hours(said)}
    if wrong:
        raise Refused(wrong)
    usual = {f"{kind}_{what}": hours for kind, what, hours in within.names()}
    channel.project.terms = {name: int(said) for name, said in written.items() if int(said) != usual[name]} or None
    waiting.recount(turn, channel.project)
    book = phrases.everyone(channel.project)
    told = "\n".join(
        book.say("terms.line", what=book.say(f"terms.{what}", name=book.say(f"{kind}.name")), hours=written[name])
        for kind, what, _ in within.names()
        if (name := f"{kind}_{what}")
    )
    said = phrases.note(book, "terms.told", who=phrases.person(member), terms=told)
    for each in projects.channels(turn.db, channel.project):
        yield Say(consent.place_of(each), said, f"terms:{uuid4().hex}")


def _hours(said: str) -> bool:
    return said.isascii() and said.isdecimal() and len(said) <= len(str(MOST)) and 1 <= int(said) <= MOST


def _who_may(turn: Turn, event: ButtonPress | Submission) -> tuple[Channel, Member]:
    """Refused but for who may commit for their side: it is a matter of what was agreed."""
    channel, member = meant(turn, event)
    steps.check_keeping(turn, channel.project)
    rights.check(turn, "terms", member)
    return channel, member
