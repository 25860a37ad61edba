"""What a side prepares for a meeting: by when, and how it stands on the agenda."""

from collections.abc import Iterable
from datetime import date

from handlers import calendar
from handlers.meetings import planning
from handlers.meetings.kinds import KINDS
from handlers.register import answers, card, criteria, timing
from handlers.register.steps import ACROSS
from handlers.turn import Turn
from prompts import Phrasebook
from storage import items, meetings
from storage.tables import Item, Meeting

OFF = "off"
"""Among the words of a task: it was let go because its meeting does not take place."""
SHORT = 120
"""Letters of what was handed in that an agenda shows; all of it can be read by its code."""


def task_of(turn: Turn, meeting: Meeting, side: str) -> Item | None:
    """What a side was asked to prepare for a meeting."""
    row = meeting.item.words.get(f"preparation_{side}")
    return items.by_id(turn.db, meeting.tenant, int(row)) if row is not None else None


def due_on(turn: Turn, meeting: Meeting, side: str) -> date | None:
    """By which day a side is to be ready, as the meeting is planned now; None where it prepares nothing."""
    kind, works = KINDS[meeting.series.kind], planning.calendar_of(meeting.series)
    prep = kind.supplier_prep if side == "supplier" else kind.client_prep
    if prep is None:
        return None
    today, day = calendar.day_of(works, turn.now), calendar.day_of(works, meeting.starts_at)
    return max(today, calendar.working_days_before(works, day, max(0, prep.due)))


def follow(turn: Turn, meeting: Meeting) -> None:
    """The meeting is at another time: nobody is asked twice, and who is not ready has the time that there is now."""
    for side in ACROSS:
        task, day = task_of(turn, meeting, side), due_on(turn, meeting, side)
        if task is not None and task.state == "open" and day is not None and task.due_on != day.isoformat():
            to_be_told = task.remind_at
            # Of a day that is no longer theirs nobody was late.
            task.due_on, task.late, task.level = day.isoformat(), 0, "operational"
            timing.begin(task, turn.now, tell=False)
            task.remind_at = to_be_told


def let_go(turn: Turn, item: Item) -> None:
    """A meeting does not take place: nobody has to prepare for it any more."""
    for task in _tasks(turn, item):
        if task.state == "open":
            task.state, task.words = "missed", {**task.words, OFF: item.state}
            items.happened(turn.db, task, None, "meeting_off", {}, turn.now)
            timing.begin(task, turn.now, tell=False)


def taken_up(turn: Turn, item: Item) -> None:
    """A meeting takes place after all: what was let go is to be prepared again."""
    for task in _tasks(turn, item):
        if task.state == "missed" and OFF in task.words:
            task.state, task.words = "open", {name: said for name, said in task.words.items() if name != OFF}
            items.happened(turn.db, task, None, "meeting_on", {}, turn.now)
            timing.begin(task, turn.now, tell=False)


def _tasks(turn: Turn, item: Item) -> Iterable[Item]:
    for side in ACROSS:
        task = items.by_id(turn.db, item.tenant, int(item.words.get(f"preparation_{side}", "0")))
        if task is not None:
            yield task


def in_time(turn: Turn, task: Item) -> bool:
    """Whether the meeting that something is prepared for takes place and has not begun."""
    item = items.by_id(turn.db, task.tenant, int(task.words.get("meeting", "0")))
    meeting = meetings.of_item(turn.db, item) if item is not None else None
    return meeting is not None and meeting.item.state == "planned" and turn.now < meeting.starts_at


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
