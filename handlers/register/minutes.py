"""What people do with one time that a meeting takes place: move it, call it off, record what came of it."""

from collections.abc import Iterable, Mapping
from datetime import date

from handlers import calendar, hours
from handlers.meetings import attending
from handlers.register import card, filing, steps, timing
from handlers.register.kinds import Step
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Effect, Submission
from storage import items, meetings, projects
from storage.tables import Item, Meeting, Member

ACTIONS = ("1", "2", "3")
"""Behind the names of the fields in which an action is written."""
KEPT = ("decisions", "parking", "right", "result", "file")
"""What is shown on the card of a meeting or a preparation from then on."""


def refusals(step: Step, filled: Mapping[str, str]) -> dict[str, str]:
    """What is missing of an action that was begun: who does it, and by when."""
    reasons: dict[str, str] = {}
    for number in ACTIONS if step.name == "record" else ():
        asked = [f"{name}{number}" for name in ("action", "owner", "date")]
        if any(filled.get(name) for name in asked):
            reasons |= {name: "register.refused.action" for name in asked if not filled.get(name)}
    return reasons


def taken(
    turn: Turn, event: ButtonPress | Submission, item: Item, member: Member, step: Step, words: Mapping[str, str]
) -> Iterable[Effect]:
    """A step was taken: what it means for the meeting itself, and the promises that come of it."""
    kept = {name: words[name] for name in KEPT if name in words}
    if item.kind in ("meeting", "preparation") and kept:
        item.words = {**item.words, **kept}
    meeting = meetings.of_item(turn.db, item) if item.kind == "meeting" else None
    if meeting is None:
        return
    match step.name:
        case "postpone":
            move(turn, meeting, date.fromisoformat(words["date"]), hours.minutes(words["time"]) or 0)
        case "call_off":
            meeting.sequence += 1
            meeting.look_at = None
            let_go(turn, item)
            # There is always a next one.
            meeting.series.plan_at = turn.now if meeting.series.stopped_at is None else None
        case "cannot" | "can":
            yield from attending.answered(turn, meeting, member, words)
        case "record":
            meetings.talked_about(turn.db, meeting)
            yield from _promised(turn, event, item, member, words)


def move(turn: Turn, meeting: Meeting, day: date, at: int) -> None:
    """Let one meeting take place at another time, by the clock of its series."""
    zone = meeting.series.zone
    length = meeting.ends_at - meeting.starts_at
    meeting.starts_at = calendar.at_in(zone, day, at)
    meeting.ends_at = meeting.starts_at + length
    meeting.own_time, meeting.sequence, meeting.look_at = True, meeting.sequence + 1, turn.now
    item = meeting.item
    if item.words.get("announced") != "final":
        # What comes due by the new time may lie before what was done by the old one.
        meeting.done_at = None
    item.due_on = day.isoformat()
    item.words = {**item.words, "starts": meeting.starts_at.isoformat()}


def let_go(turn: Turn, item: Item) -> None:
    """A meeting does not take place: nobody has to prepare for it any more."""
    for side in steps.ACROSS:
        task = items.by_id(turn.db, item.tenant, int(item.words.get(f"preparation_{side}", "0")))
        if task is not None and task.state == "open":
            task.state = "missed"
            items.happened(turn.db, task, None, "meeting_off", {}, turn.now)
            timing.begin(task, turn.now, tell=False)


def _promised(
    turn: Turn, event: ButtonPress | Submission, item: Item, member: Member, words: Mapping[str, str]
) -> Iterable[Effect]:
    """What people took upon them, as promises that the other side confirms like any other."""
    channel = projects.channel(turn.db, item.tenant, item.channel)
    codes = []
    for number in ACTIONS if channel is not None else ():
        if words.get(f"action{number}") and channel is not None:
            filled = {"what": words[f"action{number}"], "owner": words[f"owner{number}"], "kind": "promise"}
            promise = filing.promised(turn, event, channel, member, filled | {"date": words[f"date{number}"]})
            codes.append(card.code(promise))
            yield from filing.shown(turn, promise, member, event)
    if codes:
        item.words = {**item.words, "actions": ", ".join(codes)}
