"""Time brings something to a meeting: a side is asked to prepare, the agenda goes out, it is over."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from handlers import phrases
from handlers.meetings import attending, changing, channels, demos, gathering, inviting, planning, preparing, reports
from handlers.meetings.kinds import DEMO, KINDS
from handlers.meetings.moments import Moment, coming, due
from handlers.register import card, timing, waiting
from handlers.register.steps import ACROSS
from handlers.turn import Turn
from handlers.vocabulary import Due, Effect, Replace, Say
from storage import consents, items, meetings
from storage.tables import Item, Meeting, Project

AGAIN = timedelta(days=1)
"""When it is looked at again where nothing may be put on record for now."""
AT_ONCE = timedelta(hours=4)
"""So long after a meeting people are asked at once what came of it; later it waits for their morning."""


def passed(event: Due, turn: Turn) -> Iterable[Effect]:
    """Do what is due for a meeting, and choose when to look again."""
    meeting = meetings.by_id(turn.db, event.tenant, event.row)
    if meeting is None or meeting.look_at is None or meeting.look_at > turn.now:
        return
    if not _brings_something(meeting) or meeting.item.project.ended_at is not None:
        meeting.look_at = None
        return
    if not _may(turn, meeting.item.project):
        meeting.look_at = turn.now + AGAIN
        return
    if changing.drifted(turn, meeting):
        yield from changing.put_right(turn, meeting.series)
        if not changing.drifted(turn, meeting):
            return  # it is looked at once more, by its new time
    yield from _now(turn, meeting)


def _brings_something(meeting: Meeting) -> bool:
    """Whether time still does something to a meeting: until it is over, and of a demo until it was judged."""
    judged_later = meeting.series.kind == DEMO.name and meeting.item.state in ("over", "recorded")
    return meeting.item.state == "planned" or judged_later


def _now(turn: Turn, meeting: Meeting) -> Iterable[Effect]:
    """Do what has become time."""
    all_of_them = planning.of_meeting(meeting)
    now_due = due(all_of_them, meeting.done_at, turn.now)
    meeting.done_at, meeting.look_at = turn.now, coming(all_of_them, turn.now)
    for moment in now_due:
        yield from _done(turn, meeting, moment)
    if now_due and meeting.item.state == "planned":
        yield from attending.warn(turn, meeting)


def _may(turn: Turn, project: Project) -> bool:
    return "registers" in consents.agreed(turn.db, project)


def _done(turn: Turn, meeting: Meeting, moment: Moment) -> Iterable[Effect]:
    if meeting.item.kind == "report":
        # It is written, not held: a draft is made when it is time for that, or once the machine is on again.
        if meeting.item.state == "planned":
            yield from reports.due(turn, meeting)
        return
    match moment.what:
        case "prepare_supplier" | "prepare_client":
            yield from _prepare(turn, meeting, moment.what.removeprefix("prepare_"))
        case "draft" if meeting.item.words.get("announced"):
            # It was moved; what is changed on its card tells that.
            return
        case "draft" | "final":
            yield from _post(turn, meeting, moment)
        case "verdict":
            yield from demos.ask_again(turn, meeting.item)
        case _:
            yield from _over(turn, meeting, moment)


def _prepare(turn: Turn, meeting: Meeting, side: str) -> Iterable[Effect]:
    """Ask a side to prepare: a task for the role that must be there, which it hears of in its morning."""
    kind, project = KINDS[meeting.series.kind], meeting.item.project
    day = preparing.due_on(turn, meeting, side)
    if day is None:
        return
    if preparing.task_of(turn, meeting, side) is not None:
        preparing.follow(turn, meeting)
        return
    book = phrases.everyone(project)
    item = items.add(
        turn.db,
        project,
        "preparation",
        state="open",
        side=ACROSS[side],
        doer=side,
        author=None,
        owner=None,
        organisation=meeting.series.organisation_id if side == meeting.series.side else None,
        words={
            "what": book.say(
                "preparation.for",
                code=card.code(meeting.item),
                name=book.say(f"meetings.kind.{kind.name}"),
                task=book.say(f"meetings.prep.{kind.name}.{side}"),
            ),
            "roles": " ".join(planning.roles_of(meeting.series, side)),
            "for": kind.name,
            "meeting": str(meeting.item.id),
        },
        due_on=day.isoformat(),
        channel=meeting.item.channel,
        thread=None,
        message=None,
        now=turn.now,
    )
    meeting.item.words = {**meeting.item.words, f"preparation_{side}": str(item.id)}
    timing.begin(item, turn.now, tell=True)
    yield from waiting.tell(turn, item)


def _post(turn: Turn, meeting: Meeting, moment: Moment) -> Iterable[Effect]:
    """Send the agenda to everyone. A later one stands below, and the earlier one says so."""
    item = meeting.item
    gathering.compose(turn, meeting)
    if not channels.reached(turn, item):
        yield from channels.told(turn, meeting)
        return
    first = not item.words.get("announced")
    yield from _below(item, "meeting.agenda_below")
    item.words = {**item.words, "announced": moment.what}
    yield replace(Say(card.place(item), card.public(turn, item), card.key(item)), until=moment.until)
    if first:
        yield from inviting.of_meeting(turn, meeting, card.key(item), "planned", moment.until)


def _below(item: Item, note: str) -> Iterable[Effect]:
    """The card is said anew below; where it stood before, it says so."""
    if item.words.get("announced"):
        yield Replace(card.place(item), phrases.note(phrases.everyone(item.project), note), card.key(item))
        item.words = {**item.words, "posted": str(int(item.words.get("posted", "1")) + 1)}


def _over(turn: Turn, meeting: Meeting, moment: Moment) -> Iterable[Effect]:
    """It is over: who organised it is asked what came of it, now and once more in the morning."""
    item, is_demo = meeting.item, meeting.series.kind == DEMO.name
    item.state = "over"
    if is_demo:
        demos.over(turn, meeting)
    items.happened(turn.db, item, None, "day_passed", {}, turn.now)
    for side in ACROSS:
        task = preparing.task_of(turn, meeting, side)
        if task is not None and task.state == "open":
            task.state = "missed"
            items.happened(turn.db, task, None, "day_passed", {}, turn.now)
            timing.begin(task, turn.now, tell=False)
    fresh = turn.now - moment.at < AT_ONCE
    if fresh:
        yield from waiting.at_once(turn, item, "meeting.ask_outcome")
    yield from demos.ask(turn, item, at_once=fresh) if is_demo else ()
    timing.begin(item, turn.now, tell=True)
    yield from waiting.tell(turn, item)
    if item.words.get("announced"):
        yield from card.again(turn, item)
