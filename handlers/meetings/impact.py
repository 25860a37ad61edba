"""What a demo did not show well enough yet, as feedback: its form opens with the criterion, and asks what it costs."""

from collections.abc import Iterable

from handlers.register import filing, finding, verdicts
from handlers.register.kinds import KINDS
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Effect, OpenForm, Refused


def asked(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Open the form of feedback about one criterion, with what was said of it."""
    item, member = finding.theirs(turn, event, event.about)
    number = event.about.partition(" ")[2]
    line = verdicts.wanting(turn, item, number, member) if item.kind == "meeting" else None
    if line is None:
        raise Refused({"": "register.refused.changed"})
    kind = KINDS["feedback"]
    filing.allowed(turn, kind, member)
    said = line.partition(". ")[2]
    yield OpenForm(filing.form(turn, kind, member, {"what": said}, filing.Source(str(item.project_id))))
