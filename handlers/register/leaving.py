"""Ready to leave? A list that each organisation keeps for itself from the first day, not a last resort."""

from collections.abc import Iterable

from handlers import phrases
from handlers.register import rights, steps
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    ChoiceField,
    Effect,
    Form,
    OpenForm,
    Refused,
    Reply,
    Submission,
    Text,
)
from prompts import Phrasebook
from storage import sheets
from storage.tables import Member

NAME = "leaving"
"""What the button, the form and the list are called."""
ANSWERS = ("yes", "not_yet", "not_needed")


def button(book: Phrasebook, member: Member) -> Button:
    """What opens the list of somebody's organisation."""
    return Button(NAME, book.say("escalation.leaving.title"), str(member.project_id), menu=True)


def form(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show somebody the list of their own organisation."""
    _, member = meant(turn, event)
    steps.check_keeping(turn, member.project)
    rights.check(turn, NAME, member)
    book = phrases.reader(member)
    kept = sheets.read(turn.db, member.project, None, steps.whose(turn, member), NAME)
    choices = tuple((each, book.say(f"escalation.leaving.answer.{each}")) for each in ANSWERS)
    fields = (
        ChoiceField(name, label, choices, required=False, value=kept.get(name, ""))
        for name, label in book.table("escalation.leaving.item").items()
    )
    yield OpenForm(
        Form(
            NAME,
            book.say("escalation.leaving.title"),
            book.say("register.save"),
            book.say("register.close"),
            (Text(book.say("escalation.leaving.intro")), *fields),
            about=str(member.project_id),
        )
    )


def save(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Keep the list for the organisation of who filled it in; says what is still to be done."""
    _, member = meant(turn, event)
    steps.check_keeping(turn, member.project)
    rights.check(turn, NAME, member)
    book = phrases.reader(member)
    asked = book.table("escalation.leaving.item")
    answers = {name: event.answers[name] for name in asked if event.answers.get(name)}
    wrong = [name for name, answer in answers.items() if answer not in ANSWERS]
    if wrong:
        raise Refused(dict.fromkeys(wrong, "register.refused.choice"))
    sheets.keep(turn.db, member.project, None, steps.whose(turn, member), NAME, answers, turn.now)
    ready = sum(answers.get(name) in ("yes", "not_needed") for name in asked)
    yield Reply(phrases.note(book, "escalation.leaving.saved", ready=str(ready), all=str(len(asked))))
