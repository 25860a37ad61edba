"""When an item is looked at again, though nobody did anything: an answer stays away, a day comes near."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers import calendar
from handlers.register import within
from handlers.register.kinds import KINDS, UNSEEN, Step
from storage.tables import Item, Member

TOO_OFTEN = 2
"""So often put off, or left without a word, something is talked about at the tactical meeting."""
FAR = timedelta(days=21)
"""Further away than this, a day is also told of five working days before."""
REPORTED = ("draft", "sent")
"""States of a progress report in which somebody is told of its day: on the day, and the day after."""
SILENT = 5
"""Working days of silence after which something is told again; after its day it then goes to the tactical meeting."""
DATED = ("open", "acknowledged", "in_hand", "confirmed", "later")
"""The states in which a day that was named is told of when it comes near."""


def begin(item: Item, now: datetime, *, tell: bool) -> None:
    """An item came into the state in which it is now: decide when it is looked at again; `tell` whom it waits for."""
    going_on = item.state in KINDS[item.kind].waits
    item.remind_at = now if going_on and tell else None
    item.look_at = look_at(item, now) if going_on else None


def look_at(item: Item, now: datetime) -> datetime | None:
    """The next moment at which time alone brings something; None when there is none.

    Whatever waits for somebody has such a moment: when its answer or its day is due, and otherwise (or after that)
    after SILENT working days. TOO_OFTEN told in vain it is at the tactical level, and waits there. Left alone are only
    what runs in another system, and a call that one side has yet to make on its own.
    """
    kind, works = KINDS[item.kind], calendar.of_project(item.project)
    if _elsewhere(item) or _own_call(item) or item.kind == "meeting":
        return None
    if item.kind == "report":
        days = _days_told(item, works) if item.state in REPORTED else []
        return next((moment for moment in days if moment > now), None)
    if item.state == "open" and (hours := within.read_within(item)) is not None:
        return calendar.after_working_hours(works, now, hours) if item.late < TOO_OFTEN else None
    if _worked_on(item):
        solved = _solved_by(item)
        again = calendar.after_working_hours(works, now, within.read_within(item) or within.solved_within(item) or 0)
        return solved if now < solved else again if item.late < TOO_OFTEN else None
    if item.due_on is not None and item.state in kind.passes:
        return max(now, over_at(item))
    day_told = next((moment for moment in _days_told(item, works) if moment > now), None) if _dated(item) else None
    if day_told is not None or item.late >= _enough(item):
        return day_told
    return calendar.at(works, calendar.working_days_after(works, calendar.day_of(works, now), SILENT), 0)


def again(item: Item, now: datetime) -> datetime | None:
    """The same after the answer times or the working time of the project changed: counted from when it began to wait.

    What should have come by now is due at once.
    """
    if KINDS[item.kind].made or _own_call(item):
        return item.look_at
    answering = item.state == "open" and within.read_within(item) is not None
    if _dated(item) and not answering:
        return look_at(item, now)
    moment = look_at(item, item.created_at if item.state == "open" and not item.late else item.changed_at)
    return max(now, moment) if moment is not None else None


def _elsewhere(item: Item) -> bool:
    """Whether it runs in another system, until there is something to judge here."""
    # A ladder goes on by its own days, whatever is kept of it elsewhere.
    if item.kind == "escalation":
        return False
    step = KINDS[item.kind].step("reference", item.state)
    return item.reference is not None and step is not None and not step.aside


def _own_call(item: Item) -> bool:
    return KINDS[item.kind].quiet and item.state in UNSEEN


def _dated(item: Item) -> bool:
    return item.due_on is not None and item.state in DATED


def _enough(item: Item) -> int:
    """So often told in vain, it is talked about: once of a day that was agreed."""
    return 1 if _dated(item) and item.state != "open" else TOO_OFTEN


def _worked_on(item: Item) -> bool:
    """Whether an answer was promised by its kind alone, as nobody named a day."""
    in_work = item.state in ("acknowledged", "in_hand")
    return in_work and item.due_on is None and within.solved_within(item) is not None


def _solved_by(item: Item) -> datetime:
    """When the answer to an item should be there, counted from when it was filed."""
    works = calendar.of_project(item.project)
    return calendar.after_working_hours(works, item.created_at, within.solved_within(item) or 0)


def _days_told(item: Item, works: calendar.Calendar) -> list[datetime]:
    """When somebody is told of a day: working days before it, on the day, the day after, and when all stays silent."""
    day = date.fromisoformat(str(item.due_on))
    if item.state in REPORTED:
        return [calendar.at(works, each, 0) for each in (day, calendar.working_days_after(works, day, 1))]
    told = [calendar.working_days_before(works, day, 2), day]
    if day - calendar.day_of(works, item.created_at) > FAR:
        told.insert(0, calendar.working_days_before(works, day, 5))
    told += [calendar.working_days_after(works, day, 1), calendar.working_days_after(works, day, SILENT)]
    # At midnight, so that it is in the morning of that same day that they are told.
    return [calendar.at(works, each, 0) for each in told]


def over_at(item: Item) -> datetime:
    """When the day of an item is over, by the project's clock."""
    return calendar.at(calendar.of_project(item.project), date.fromisoformat(str(item.due_on)), 24 * 60)


def prepare(item: Item, step: Step, words: Mapping[str, str], member: Member) -> None:
    """A side prepares something on its own: of a call that is planned who planned it is told that morning."""
    if step.name == "plan_call":
        item.second_id = member.id
        item.look_at = calendar.at(calendar.of_project(item.project), date.fromisoformat(words["date"]), 0)


def in_vain(item: Item, now: datetime) -> bool:
    """Whether an answer or a day has gone by without a word."""
    if item.state in REPORTED:
        return False
    if item.state == "open" and within.read_within(item) is not None:
        return True
    if _worked_on(item):
        return now >= _solved_by(item)
    if _dated(item):
        return now >= _days_told(item, calendar.of_project(item.project))[-1]
    return not _own_call(item)


def late(item: Item) -> None:
    """Count that time ran out without a word: twice, or once of a day that was agreed, and it goes a level up."""
    item.late += 1
    # Of what the other side does not see yet they do not talk either.
    if item.late >= _enough(item) and item.level == "operational" and item.state not in UNSEEN:
        item.level = "tactical"
