"""What people do with one time that a meeting takes place: move it, call it off, record what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from handlers import calendar, clocks, hours, phrases
from handlers.meetings import (
    attending,
    demos,
    falling,
    forms,
    gathering,
    inviting,
    outlook,
    planning,
    preparing,
    reports,
    together,
)
from handlers.register import blanks, card, criteria, filing, notices, steps, verdicts
from handlers.register.kinds import UNSEEN, Step
from handlers.roster import row_named
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Effect, Say, Submission, Text
from storage import items, meetings, members, projects
from storage.tables import Item, Meeting, Member

ACTIONS = (
    *((f"action{number}", f"owner{number}", f"date{number}") for number in ("1", "2", "3")),
    *((f"{side}_action", f"{side}_owner", f"{side}_date") for side in ("supplier", "client")),
)
"""The names of the fields in which an action is written: what, who and when."""
KEPT = ("decisions", "parking", "right", "result", "file")
"""What is shown on the card of a meeting or a preparation from then on."""


def refusals(turn: Turn, item: Item, member: Member, step: Step, filled: Mapping[str, str]) -> dict[str, str]:
    """Why it cannot be taken: of an action that was begun it misses who does it or by when, or what its kind asks."""
    reasons = forms.refusals(item, step, filled) | _gone_by(turn, item, step, filled)
    if item.state == "missed" and step.name == "prepared" and not preparing.in_time(turn, item):
        reasons |= {"": "meetings.refused.begun"}
    for asked in ACTIONS if step.name in forms.OUTCOME else ():
        if any(filled.get(name) for name in asked):
            reasons |= {name: "register.refused.action" for name in asked if not filled.get(name)}
        side, owner = asked[0].removesuffix("_action"), blanks.somebody(turn, member, filled.get(asked[1], ""))
        if side in steps.ACROSS and owner is not None and owner.side != side:
            reasons |= {asked[1]: "meetings.refused.other_side"}
    return reasons


def _gone_by(turn: Turn, item: Item, step: Step, filled: Mapping[str, str]) -> dict[str, str]:
    """Nothing is moved to a moment that is over, or more than a year away, or onto another one of its series."""
    meeting = meetings.of_item(turn.db, item) if step.name == "postpone" else None
    at, day = hours.minutes(filled.get("time", "")), blanks.day_written(filled.get("date", ""))
    if meeting is None or at is None or day is None:
        return {}
    moment = calendar.at_in(meeting.series.zone, day, at)
    if moment > turn.now + together.AHEAD:
        return {"date": "meetings.refused.far"}
    if moment <= turn.now:
        return {"time": "meetings.refused.past"}
    there = outlook.expected(turn.db, meeting.series, day, day, turn.now)
    return {"date": "meetings.refused.same_day"} if any(each.name != meeting.ruled for each in there) else {}


def taken(
    turn: Turn, event: ButtonPress | Submission, item: Item, member: Member, step: Step, words: Mapping[str, str]
) -> Iterable[Effect]:
    """A step was taken with these `words`: what it means for the meeting itself, and the promises that come of it."""
    told = forms.told(item, step, words)
    # What is handed in takes the place of what was there.
    before = {"result": "", "file": ""} if step.name in forms.HANDING_IN else {}
    kept = before | {name: told[name] for name in KEPT if name in told} | forms.kept(item, step, words)
    if item.kind in ("meeting", "preparation") and kept:
        item.words = {**item.words, **kept}
    if item.kind == "preparation":
        yield from _on_agenda(turn, item)
    if item.kind == "report":
        reports.taken(turn, item, member, step.name, words)
    meeting = meetings.of_item(turn.db, item) if item.kind in ("meeting", "report") else None
    if meeting is None:
        return
    if step.name in ("postpone", "call_off") and meeting.series.stopped_at is None:
        # There is always a next one.
        meeting.series.plan_at = turn.now
    match step.name:
        case "postpone":
            move(turn, meeting, date.fromisoformat(words["date"]), hours.minutes(words["time"]) or 0)
            if item.words.get("announced"):
                gathering.compose(turn, meeting)  # each item of it begins at another time
            yield from _everyone(turn, meeting, member, step, words["reason"])
            yield from gathering.again(turn, meeting.series, besides=meeting)
        case "call_off":
            meeting.sequence += 1
            meeting.look_at = None
            preparing.let_go(turn, item)
            yield from _everyone(turn, meeting, member, step, words["reason"])
            yield from gathering.again(turn, meeting.series)
            yield from falling.told(turn, meeting)
        case "fell_out":
            meeting.sequence += 1
            yield from gathering.again(turn, meeting.series)
            yield from falling.told(turn, meeting)
        case "cannot" | "can":
            yield from attending.answered(turn, event, meeting, member, step.name, words)
        case "record":
            meetings.talked_about(turn.db, meeting, gathering.on_agenda(meeting))
            _parked(turn, meeting, member, words)
            yield from _promised(turn, event, item, member, words)
            yield from gathering.again(turn, meeting.series)
            yield from _across(turn, meeting, member)
        case "more_actions":
            yield from _promised(turn, event, item, member, words)
            yield from gathering.again(turn, meeting.series)
        case "verdict":
            verdicts.judged(turn, item, member, words, told)
        case "test_round":
            yield from demos.test_round(turn, event, item, member, words)


def _parked(turn: Turn, meeting: Meeting, member: Member, words: Mapping[str, str]) -> None:
    """What was ticked is off the parking list; what came up is on it, each line by itself."""
    ticked = {row_named(row) for row in words.get("struck", "").split()}
    struck = meetings.talked_about(turn.db, meeting, ticked, parked=True)
    if struck:
        told = "\n".join(topic.text for topic in struck)
        meeting.item.words = {**meeting.item.words, "struck": told}
    for line in criteria.lines(words.get("parking", "")):
        meetings.add_topic(turn.db, meeting.series, str(member.side), line, turn.now, parked=True)


def _across(turn: Turn, meeting: Meeting, member: Member) -> Iterable[Effect]:
    """Who must be there of the other side hears that there are minutes. Who organised it does so like of any step."""
    other = steps.ACROSS[str(member.side)]
    if other == meeting.item.side:
        return
    there = [each for each in members.of(turn.db, meeting.item.project) if each.side == other]
    roles = planning.roles_of(meeting.series, other)
    mine = [each for each in there if each.role in roles] or [each for each in there if each.role is not None]
    for each in mine or there:
        yield from notices.tell(turn, meeting.item, each, "minutes")


def _everyone(turn: Turn, meeting: Meeting, member: Member, step: Step, reason: str) -> Iterable[Effect]:
    """All hear that a meeting moves or does not take place, from whom and why: it is in their diaries."""
    item = meeting.item
    channel = projects.channel(turn.db, item.tenant, item.channel)
    if channel is None or channel.left_at is not None or channel.halted is not None:
        return
    book = phrases.everyone(item.project)
    when = clocks.everyone(turn, item.project, meeting.starts_at, ZoneInfo(meeting.series.zone))
    name = book.say(f"meetings.the_kind.{meeting.series.kind}")
    said = phrases.note(
        book, f"meetings.told.{step.name}", who=phrases.person(member), name=name, when=when, reason=reason
    )
    works = planning.calendar_of(meeting.series)
    if step.name == "postpone" and not calendar.is_working_day(works, calendar.day_of(works, meeting.starts_at)):
        said = replace(said, parts=(*said.parts, Text(book.say("meetings.told.not_working"), "note")))
    others = together.with_meeting(turn, meeting) if step.name == "postpone" else ()
    if names := ", ".join(book.say(f"meetings.kind.{each.kind}") for each in others):
        said = replace(said, parts=(*said.parts, Text(book.say("meetings.told.beside", names=names), "note")))
    shown, key = inviting.with_button(turn, said, meeting, step.name), f"told:{item.id}:{step.name}:{meeting.sequence}"
    yield Say(card.place(item), shown, key)
    yield from inviting.of_meeting(turn, meeting, key, step.name)


def _on_agenda(turn: Turn, task: Item) -> Iterable[Effect]:
    """What was prepared stands on the agenda, also where that was sent before."""
    item = items.by_id(turn.db, task.tenant, int(task.words.get("meeting", "0")))
    yield from _recomposed(turn, meetings.of_item(turn.db, item) if item is not None else None)


def _recomposed(turn: Turn, meeting: Meeting | None) -> Iterable[Effect]:
    """An agenda that was sent shows how things stand now."""
    if meeting is not None and meeting.item.state == "planned" and meeting.item.words.get("announced"):
        gathering.compose(turn, meeting)
        yield from card.again(turn, meeting.item)


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
    preparing.follow(turn, meeting)


def _promised(
    turn: Turn, event: ButtonPress | Submission, item: Item, member: Member, words: Mapping[str, str]
) -> Iterable[Effect]:
    """What people took upon them, as promises that the other side confirms like any other."""
    channel = projects.channel(turn.db, item.tenant, item.channel)
    codes = [code for code in item.words.get("actions", "").split(", ") if code]
    for what, owner, day in ACTIONS if channel is not None else ():
        if words.get(what) and channel is not None:
            filled = {"what": words[what], "owner": words[owner], "date": words[day], "kind": "promise"}
            promise = filing.promised(turn, event, channel, member, filled)
            # The agenda of the next meetings of this kind tells of it until it is done.
            promise.words = {**promise.words, "came_of": item.words["kind"]}
            codes += [card.code(promise)] if promise.state not in UNSEEN else []
            yield from filing.shown(turn, promise, member, event)
    if codes:
        item.words = {**item.words, "actions": ", ".join(codes)}
