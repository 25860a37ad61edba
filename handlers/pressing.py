"""The buttons on an item, and the forms that some of them open first."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from handlers import phrases
from handlers.meetings import forms, minutes
from handlers.register import (
    alike,
    attendance,
    blanks,
    calls,
    card,
    filing,
    finding,
    ladder,
    proposals,
    rungs,
    steps,
    taking,
    touching,
    waiting,
)
from handlers.register.kinds import KINDS, UNSEEN, Step
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Effect, Form, OpenForm, Refused, Reply, Submission, Text, Update
from storage import members
from storage.tables import Item, Member

TAKES_BACK = "withdraw"
"""The step that can be taken also where nothing more is taken down."""
TITLE = 24
"""Letters of a form's title that every platform shows."""
OUT_OF_DATE = ("register.refused.changed", "register.refused.answered")
"""Reasons that come down to having looked at an old card."""


def pressed(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Take a step at once, or ask first what must be told with it."""
    item, member = finding.theirs(turn, event, event.about)
    try:
        step = _step(turn, item, member, event.button)
    except Refused as refused:
        yield _stands_now(turn, item, member, event.about, refused)
        return
    if step.asks:
        yield OpenForm(_form(turn, item, member, step, event.about))
        return
    yield from _taken(turn, event, item, member, step, {}, event.about)


def answered(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Take a step with what was told on its form."""
    about, _, name = event.about.rpartition(" ")
    item, member = finding.theirs(turn, event, about)
    step = _step(turn, item, member, name)
    asked = forms.asks(item, step)
    filled = blanks.read(asked, event.answers)
    reasons = blanks.refusals(turn, member, asked, filled) | minutes.refusals(turn, item, member, step, filled)
    reasons |= attendance.refusals(turn, member, step, filled)
    if reasons:
        raise Refused(reasons)
    step = touching.moved(turn, item, member, step, event.answers)
    yield from _taken(turn, event, item, member, step, attendance.kept(turn, member, filled), about)


def _step(turn: Turn, item: Item, member: Member, name: str) -> Step:
    if name != TAKES_BACK:
        steps.check_keeping(turn, item.project)
    step = KINDS[item.kind].step(name, item.state)
    if step is None or step.elsewhere or not steps.of_kind(item, step):
        raise Refused({"": "register.refused.changed"})
    steps.check(item, step, member, members.of(turn.db, item.project))
    return step


def _stands_now(turn: Turn, item: Item, member: Member, about: str, refused: Refused) -> Update | Reply:
    """On somebody's own copy of a card, which nobody keeps up to date: why not, with how it stands now.

    The card in the channel shows that already: there it is only refused.
    """
    _, _, copy = about.partition(" ")
    if not copy:
        raise refused
    key = refused.reasons[""]
    own = card.own(turn, item, member)
    said = Text(phrases.reader(member).say("register.stands_now" if key in OUT_OF_DATE else key))
    shown = replace(own, parts=(said, *own.parts))
    return Update(shown) if copy == card.PRIVATE else Reply(shown)


def _form(turn: Turn, item: Item, member: Member, step: Step, about: str) -> Form:
    book = phrases.reader(member)
    name = card.step_label(book, item, step.name)
    whole = f"{card.code(item)} · {name}"
    return Form(
        "step",
        whole if len(whole) <= TITLE else name if len(name) <= TITLE else card.code(item),
        card.submit_label(book, item, step.name),
        book.say("register.close"),
        (*forms.parts(turn, book, item, member, step), *touching.asked_anew(turn, book, item, member, step)),
        about=f"{about} {step.name}",
    )


def _taken(
    turn: Turn,
    event: ButtonPress | Submission,
    item: Item,
    member: Member,
    step: Step,
    words: Mapping[str, str],
    about: str,
) -> Iterable[Effect]:
    before, stood = item.state, rungs.rung(item)
    taking.take(turn, item, member, step, forms.told(item, step, words))
    yield from minutes.taken(turn, event, item, member, step, words)
    quiet = KINDS[item.kind].quiet
    if quiet:
        if rungs.rung(item) > stood:
            yield from waiting.climbed(turn, item, member)
        if step.name == "not_yet":
            yield from proposals.declined(turn, item, member)
        yield from ladder.draft(turn, event, item, member, step)
        yield from calls.entry(turn, event, item, member, step, words)
    elif before not in UNSEEN:
        yield from card.again(turn, item)
        yield from touching.told_again(turn, item, before)
    elif item.state not in UNSEEN:
        yield filing.said(turn, item)
    elif item.state == "lead":
        yield from waiting.at_once(turn, item, "register.ask_lead")
    elif step.who == "second":
        yield from touching.objected(turn, item, words)
    elif step.name == "hold":
        yield from touching.held(turn, item)
    if not quiet and item.state not in UNSEEN:
        yield from waiting.heard(turn, item, member, step)
    yield from waiting.tell(turn, item)
    yield from alike.ended(turn, item)
    if quiet or about.endswith((card.PRIVATE, card.LISTED)) or event.place.direct or step.name == "verdict":
        # On somebody's own copy the card in the channel is out of sight; a verdict leaves something to do.
        own = card.own(turn, item, member)
        yield Update(own) if isinstance(event, ButtonPress) and about.endswith(card.PRIVATE) else Reply(own)
