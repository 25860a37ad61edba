"""What a demo has to show, one criterion on a line, and what the client thinks of each."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from handlers import phrases
from handlers.register.kinds import KINDS, Step
from handlers.turn import Turn
from handlers.vocabulary import Button, Buttons, Part, Text
from prompts import Phrasebook
from storage import items
from storage.tables import Item, Member

MOST = 10
"""Criteria of one demo; more than this nobody judges one by one."""
LONGEST = 150
"""Letters of one."""
AROUND = timedelta(days=14)
"""So near the day of a demo, what was promised for then may be shown."""
PROMISED = 40
"""Promises that are looked through."""
TITLE = 100
"""Letters of a promise that make a criterion."""


def lines(said: str) -> list[str]:
    """What was written as a list, without what is empty."""
    return [each for each in (line.strip() for line in said.splitlines()) if each]


def suggested(turn: Turn, task: Item) -> str:
    """What the supplier promised for around now, as a beginning of the list."""
    day = date.fromisoformat(str(task.due_on))
    first, last = (day - AROUND).isoformat(), (day + AROUND).isoformat()
    found = items.in_states(turn.db, task.project, "promise", ("confirmed", "done"), PROMISED)
    near = [each for each in found if each.doer == task.doer and first <= (each.due_on or "") <= last]
    # Each by its code, so that the promise itself is found back.
    return "\n".join(
        f"{KINDS['promise'].code}-{each.number}: {' '.join(each.words['what'].split())[:TITLE]}"
        for each in sorted(near, key=lambda each: (each.due_on, each.id))[:MOST]
    )


def refusals(filled: Mapping[str, str]) -> dict[str, str]:
    """Why a list of criteria cannot be taken."""
    found = lines(filled.get("result", ""))
    if len(found) > MOST:
        return {"result": "meetings.refused.criteria"}
    return {"result": "meetings.refused.criterion"} if any(len(line) > LONGEST for line in found) else {}


def unexplained(filled: Mapping[str, str]) -> dict[str, str]:
    """Where a verdict says "not yet" without saying why."""
    numbers = [name.removeprefix("verdict") for name, said in filled.items() if said == "not_yet"]
    return {f"because{each}": "meetings.refused.because" for each in numbers if not filled.get(f"because{each}")}


def told(item: Item, filled: Mapping[str, str]) -> dict[str, str]:
    """The verdict as everybody reads it, a line for each criterion, and the wishes that came up."""
    book = phrases.everyone(item.project)
    verdict = [
        book.say(
            f"meeting.verdict.{filled[f'verdict{number}']}",
            number=str(number),
            criterion=line,
            because=" ".join(filled.get(f"because{number}", "").split()),
        )
        for number, line in enumerate(lines(item.words.get("criteria", "")), start=1)
    ]
    wishes = filled.get("wishes", "")
    return {"verdict": "\n".join(verdict)} | ({"wishes": wishes} if wishes else {})


def parts(book: Phrasebook, item: Item, member: Member) -> Iterable[Part]:
    """What is not good yet can be reported by the client's side, with what it costs them: a button for each."""
    numbers = item.words.get("not_yet", "").split()
    if numbers and member.side == "client":
        yield Text(book.say("meeting.report_by_impact"), "note")
        yield Buttons(
            tuple(
                Button("by_impact", book.say("meeting.button.by_impact", number=each), f"{item.id} {each}")
                for each in numbers
            )
        )


def asked(book: Phrasebook, item: Item, step: Step) -> Mapping[str, str]:
    """What the questions of a verdict are called, by field: the criterion itself, and why not yet."""
    labels = {}
    for number, line in enumerate(lines(item.words.get("criteria", "")), start=1):
        for blank in step.asks:
            if blank.each:
                label = book.say(f"meeting.asks.{step.name}.field.{blank.name}")
                about = f"{line} · " if blank.required else ""
                labels[f"{blank.name}{number}"] = f"{number}. {about}{label}"
    return labels
