"""Writes docs/rights.md from the table of steps: `python -m docs.rights > docs/rights.md`. A test says they agree."""

from collections.abc import Iterator

from handlers.meetings.kinds import KINDS as MEETINGS
from handlers.meetings.rights import RIGHTS
from handlers.register import steps
from handlers.register.kinds import ANSWERS, KINDS, MAY_COMMIT
from handlers.register.rights import RIGHTS as RIGHTS_OF_ALL
from prompts import Phrasebook, phrasebook

HEAD = """# Who may do what with what is filed

Made from `handlers/register/kinds.py` by `python -m docs.rights > docs/rights.md`; a test compares the two. The same
table decides on the server, whatever a button or form says. Buttons and states have their words in `prompts/`.

- *author*: who filed it; anyone of that side once they are gone, or where it was filed on behalf of others. What
  came in by the link is judged (accept, agree, object, not_right, rate) on the page of its receipt; after five working
  days without a word also by anyone of that side.
- *side*: the side whose word it is. *other*: the side across from it.
- *receiver*: the side that something is done for, or was promised to, whoever wrote it down: nobody judges their own.
- *disagreed*: the side that did not agree with what was proposed; what was dropped is disputed otherwise.
- *doer*: the side that is to do something; of several organisations there the one that took it up, until somebody of
  another who has a role for it takes it over. *owner*: the same, and first of all the person who said they would.
- *either*: both sides, while nothing is proposed. *answering*: the side across from the one that proposed something.
- *commits*: of who it is for, only who may commit for their side; a withdrawal also by who filed it.
- *own*: of what it asks, or of everything it asks, only the own side ever sees anything; it leaves no history.
- *owners*: the two who answer for an improvement, one of each side; once one is gone, anyone of that side.
- *client*: anyone of the client's side.
- *arranger*: on either side who has a role for that kind of meeting, or may commit; where nobody of theirs there has
  one of these roles, anyone. Which roles those are stands at the end.
- *second*: the author of what a promise touches; once they are gone, who may commit for that side.
- *own_lead*, *other_lead*: who may commit for the side whose word it is, and for the side across from it.
- *lead*: who may commit for that side: """

TAIL = """; where nobody on a side has one of these roles, everyone there may.

Somebody on no known side, or of another project, may do nothing. Nothing can be done in a project that has ended.
"""

WHOLE = """From `handlers/register/rights.py`, which decides on the server. *anyone*: who takes part in the project.
*theirs*: anyone of the same organisation and side as the person it is about. *their_lead*: of these, who
may commit. `link_make` is the first address, or one after it was stopped; `role_commits` is giving or
taking a role that may commit. The dossier is the same for everyone; what was ticked in the list of leaving
only the own organisation sees.

Sides: until it has begun anyone puts an organisation on its side. Once the organisations agreed, one that
did is moved by its own people only, and never as a second client. A person goes to another side by somebody
there, and only without a role; back by somebody of their own organisation."""


def page() -> str:
    """The whole page."""
    book = phrasebook("en")
    lines = [HEAD + ", ".join(MAY_COMMIT) + TAIL]
    for kind in KINDS.values():
        by = {"anyone": "either side", "supplier": "the supplier", "client": "the client"}[kind.by]
        roles = ", ".join(ANSWERS[kind.name])
        lines += [f"## {kind.code} · {book.say(f'{kind.name}.name')}", ""]
        within = f" Read within {kind.answer_within} working hours." if kind.answer_within else ""
        within += f" Solved within {kind.solve_within}, where no day is named." if kind.solve_within else ""
        lines += [
            f"Filed by {by}; waits for the role {roles} of the side whose turn it is, the first taken.{within}",
            "",
        ]
        for after in sorted(set(kind.passes.values())):
            before = ", ".join(state for state, then in kind.passes.items() if then == after)
            lines += [f"Once its day is over, {before} becomes {after}.", ""]
        lines += ["| step | from | to | who | asks |", "|---|---|---|---|---|"]
        for step in kind.steps:
            asks = ", ".join(blank.name for blank in step.asks) or "–"
            to = step.to or "(the same)"
            to += ", tactical level" if step.tactical else ""
            to += ", own" if step.private else ""
            to += ", commits" if step.commits else ""
            to += f" (on step {', '.join(map(str, step.rungs))})" if step.rungs else ""
            to += f" (of a {', '.join(step.only)})" if step.only else ""
            lines.append(f"| {step.name} | {', '.join(step.before)} | {to} | {step.who} | {asks} |")
        lines.append("")
    return "\n".join([*lines, *_meetings(book), *_whole()])


def _meetings(book: Phrasebook) -> Iterator[str]:
    """What is done with the meetings of a project as a whole, and who arranges each kind."""
    yield from ("## Series and calendar", "", "Beside the steps of one meeting (OV) or report (VR).", "")
    yield from ("| action | who |", "|---|---|")
    yield from (f"| {action} | {who} |" for action, who in RIGHTS.items())
    yield from ("| cannot, can, a topic on the agenda | both |", "")
    yield from ("| kind of meeting | arranger at the supplier | arranger at the client |", "|---|---|---|")
    for kind in MEETINGS:
        roles = (", ".join(steps.arranging(kind, side)) for side in ("supplier", "client"))
        yield f"| {book.say(f'meetings.kind.{kind}')} | {' | '.join(roles)} |"
    yield ""


def _whole() -> Iterator[str]:
    """What is done with the register of a project as a whole."""
    yield from ("## Link, answer times, dossier, leaving and roles", "", WHOLE, "")
    yield from ("| action | who |", "|---|---|")
    yield from (f"| {action} | {who} |" for action, who in RIGHTS_OF_ALL.items())
    yield ""


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201  (this is what it is for)
