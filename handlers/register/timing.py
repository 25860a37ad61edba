"""When an item is looked at again, though nobody did anything: an answer stays away, a day comes near."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers import calendar
from handlers.register.kinds import KINDS, Step
from storage.tables import Item

TOO_OFTEN = 2
"""So often put off, or left without a word, something is talked about at the tactical meeting."""
FAR = timedelta(days=21)
"""Further away than this, a day is also told of five working days before."""
SILENT = 5
"""Working days after its day at which something that nobody has a word for goes to the tactical meeting."""


def begin(item: Item, now: datetime, *, tell: bool) -> None:
    """An item came into the state in which it is now: decide when it is looked at again; `tell` whom it waits for."""
    going_on = item.state in KINDS[item.kind].waits
    item.remind_at = now if going_on and tell else None
    item.look_at = look_at(item, now) if going_on else None


def look_at(item: Item, now: datetime) -> datetime | None:
    """The next moment at which time alone brings something; None when there is none."""
    kind, works = KINDS[item.kind], calendar.of_project(item.project)
    if item.reference is not None or item.kind == "meeting":
        return None
    if item.state == "open" and kind.answer_within is not None:
        return calendar.after_working_hours(works, now, kind.answer_within) if item.late < TOO_OFTEN else None
    if _worked_on(item):
        solved = _solved_by(item)
        again = calendar.after_working_hours(works, now, kind.answer_within or kind.solve_within or 0)
        return solved if now < solved else again if item.late < TOO_OFTEN else None
    if item.due_on is not None and item.state in kind.passes:
        return max(now, over_at(item))
    if item.due_on is None or item.state not in ("open", "acknowledged", "in_hand", "confirmed", "later"):
        return None
    return next((moment for moment in _days_told(item, works) if moment > now), None)


def _worked_on(item: Item) -> bool:
    """Whether an answer was promised by its kind alone, as nobody named a day."""
    in_work = item.state in ("acknowledged", "in_hand")
    return in_work and item.due_on is None and KINDS[item.kind].solve_within is not None


def _solved_by(item: Item) -> datetime:
    """When the answer to an item should be there, counted from when it was filed."""
    works = calendar.of_project(item.project)
    return calendar.after_working_hours(works, item.created_at, KINDS[item.kind].solve_within or 0)


def _days_told(item: Item, works: calendar.Calendar) -> list[datetime]:
    """When somebody is told of a day: working days before it, on the day, the day after, and when all stays silent."""
    day = date.fromisoformat(str(item.due_on))
    told = [calendar.working_days_before(works, day, 2), day]
    if day - calendar.day_of(works, item.created_at) > FAR:
        told.insert(0, calendar.working_days_before(works, day, 5))
    told += [calendar.working_days_after(works, day, 1), calendar.working_days_after(works, day, SILENT)]
    # At midnight, so that it is in the morning of that same day that they are told.
    return [calendar.at(works, each, 0) for each in told]


def over_at(item: Item) -> datetime:
    """When the day of an item is over, by the project's clock."""
    return calendar.at(calendar.of_project(item.project), date.fromisoformat(str(item.due_on)), 24 * 60)


def prepare(item: Item, step: Step, words: Mapping[str, str]) -> None:
    """A side prepares something on its own: of a call that is planned they are told that morning."""
    if step.name == "plan_call":
        item.look_at = calendar.at(calendar.of_project(item.project), date.fromisoformat(words["date"]), 0)


def in_vain(item: Item, now: datetime) -> bool:
    """Whether an answer or a day has gone by without a word."""
    if item.state == "open" and KINDS[item.kind].answer_within is not None:
        return True
    if _worked_on(item):
        return now >= _solved_by(item)
    works = calendar.of_project(item.project)
    return item.due_on is not None and now >= _days_told(item, works)[-1]


def late(item: Item) -> None:
    """Count that time ran out without a word: twice, or once of a day that was agreed, and it goes a level up."""
    item.late += 1
    agreed = item.due_on is not None and item.state != "open"
    if (agreed or item.late >= TOO_OFTEN) and item.level == "operational":
        item.level = "tactical"
