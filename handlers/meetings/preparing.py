"""What a side prepared for a meeting, and how it stands on the agenda."""

from handlers.register import answers, card, criteria
from handlers.turn import Turn
from prompts import Phrasebook
from storage import items
from storage.tables import Item, Meeting

SHORT = 120
"""Letters of what was handed in that an agenda shows; all of it can be read by its code."""


def task_of(turn: Turn, meeting: Meeting, side: str) -> Item | None:
    """What a side was asked to prepare for a meeting."""
    row = meeting.item.words.get(f"preparation_{side}")
    return items.by_id(turn.db, meeting.tenant, int(row)) if row is not None else None


def lines(turn: Turn, book: Phrasebook, meeting: Meeting, side: str) -> list[str]:
    """What a side handed in, in a few words, and the file that it put with it."""
    task = task_of(turn, meeting, side)
    if task is None or task.state != "done":
        return []
    short = answers.cut(_without_questions(book, task), SHORT)
    where = ", ".join(each for each in (card.code(task), task.words.get("file", "")) if each)
    said = short or book.say("meetings.see_there")
    return [book.say("meetings.prepared", side=book.say(f"consent.side.{side}"), said=said, where=where)]


def _without_questions(book: Phrasebook, task: Item) -> str:
    """What was handed in, without the questions that it answers."""
    answers = [said for name, said in task.words.items() if name.startswith("form_")]
    return " · ".join(answers) or task.words.get("result", "")


def shown(turn: Turn, meeting: Meeting) -> list[str]:
    """The criteria that a demo is to show, as handed in."""
    task = task_of(turn, meeting, "supplier")
    found = meeting.item.words.get("criteria") or (task.words.get("result", "") if task is not None else "")
    return criteria.lines(found) if meeting.series.kind == "demo" else []
