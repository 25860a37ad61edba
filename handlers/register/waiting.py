"""Telling people what waits for them: privately, in one go in the morning; only a lead is asked at once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from handlers import hours, phrases
from handlers.register import answers, card, ladder, rungs, steps, timing
from handlers.register.kinds import GOING_ON, KINDS, OVER, WAITING, Step
from handlers.turn import Turn
from handlers.vocabulary import Button, Buttons, Card, Due, Effect, Part, Text, Whisper
from storage import consents, items, members, projects
from storage.tables import Item, Member, Project

TOO_LATE = timedelta(hours=4)
"""A morning that was missed by more, because the process was down, is left for the next one."""
NOT_NOW = timedelta(days=1)
"""When something is looked at again that may not be told now."""
AT_MOST = 8
"""Items that are told in one go; of the others only how many."""


def tell(turn: Turn, item: Item) -> Iterable[Effect]:
    """See to it that whom it waits for hears of it, the next morning that they work."""
    if item.remind_at is not None:
        for member in steps.people(item, members.of(turn.db, item.project)):
            _next_morning(turn, member)
    return ()


def _next_morning(turn: Turn, member: Member) -> None:
    morning = hours.digest(turn.now, member)
    member.digest_at = min(member.digest_at or morning, morning)


def at_once(turn: Turn, item: Item, key: str) -> Iterable[Effect]:
    """Ask those for whom it waits now, as others wait for their answer; who is not at work is told in the morning."""
    item.remind_at = None
    for member in steps.people(item, members.of(turn.db, item.project)):
        if hours.at_work(turn.now, hours.hours_of(member)):
            name = f"asked:{item.id}:{item.state}:{item.moved}:{member.id}"
            yield Whisper(card.direct(item), phrases.person(member), _introduced(turn, item, member, key), name)
        else:
            item.remind_at = turn.now
            _next_morning(turn, member)


def heard(turn: Turn, item: Item, by: Member, step: Step) -> Iterable[Effect]:
    """Tell whose word it is what the other side made of it, where that asks nothing of them: no list shows it then."""
    over = (item.kind, item.state) in OVER
    if by.side == item.side or not (over or step.name == "move"):
        return
    for member in steps.whom(item, "author", members.of(turn.db, item.project)):
        shown = _introduced(turn, item, member, "register.heard")
        name = f"heard:{item.id}:{item.state}:{item.moved}:{member.id}"
        yield Whisper(card.direct(item), phrases.person(member), shown, name)


def gives(turn: Turn, member: Member, role: str | None) -> None:
    """Somebody gets or loses a role: what now waits for others than before is told to them the next morning."""
    everyone = members.of(turn.db, member.project)
    waiting = items.of_project(turn.db, member.project, GOING_ON)
    before = [steps.people(item, everyone) for item in waiting]
    member.role = role
    for item, people in zip(waiting, before, strict=True):
        if steps.people(item, everyone) != people:
            item.remind_at = turn.now
            tell(turn, item)


def _introduced(turn: Turn, item: Item, member: Member, key: str) -> Card:
    """The item as somebody sees it, below why it is shown."""
    book, shown = phrases.reader(member), card.own(turn, item, member)
    own = f"{item.kind}.{key.rpartition('.')[2]}"
    why = Text(book.say(next((each for each in (f"{own}_{item.state}", own) if book.has(each)), key)))
    return replace(shown, parts=(Text(book.say("register.only_you"), "note"), why, *shown.parts))


def climbed(turn: Turn, item: Item, by: Member) -> Iterable[Effect]:
    """An escalation came on another step: those on both sides whom that concerns hear of it, but for who did it."""
    for member in members.of(turn.db, item.project):
        if member.role in rungs.roles(item) and member.side is not None and member.id != by.id:
            whole = _introduced(turn, item, member, "escalation.climbed")
            yield Whisper(
                card.direct(item), phrases.person(member), whole, f"rung:{item.id}:{rungs.rung(item)}:{member.id}"
            )


def passed(event: Due, turn: Turn) -> Iterable[Effect]:
    """Time has passed for an item: whom it waits for is told in the morning; twice in vain, it goes a level up."""
    item = items.by_id(turn.db, event.tenant, event.row)
    if item is None or item.look_at is None or item.look_at > turn.now:
        return
    if not _may(turn, item.project):
        # Who takes the yes to registers back may give it again.
        item.look_at = turn.now + NOT_NOW if item.project.ended_at is None else None
        return
    yield from _passed(turn, item)


def _passed(turn: Turn, item: Item) -> Iterable[Effect]:
    after = KINDS[item.kind].passes.get(item.state) if not KINDS[item.kind].made else None
    if after is not None and item.due_on is not None and turn.now >= timing.over_at(item):
        item.state = after
        rungs.day_passed(item)
        items.happened(turn.db, item, None, "day_passed", {}, turn.now)
        timing.begin(item, turn.now, tell=True)
        yield from tell(turn, item)
        return
    item.remind_at = turn.now
    before = item.level
    if timing.in_vain(item, turn.now):
        timing.late(item)
        items.happened(turn.db, item, None, "late", {}, turn.now)
    item.look_at = timing.look_at(item, turn.now)
    yield from tell(turn, item)
    if item.level != before:
        yield from card.again(turn, item)


def morning(event: Due, turn: Turn) -> Iterable[Effect]:
    """Somebody's morning: all that came to wait for them since they were last told, in one message for all projects."""
    member = members.by_id(turn.db, event.tenant, event.row)
    if member is None or member.digest_at is None or member.digest_at > turn.now:
        return
    yield from _morning(turn, member)


def _morning(turn: Turn, member: Member) -> Iterable[Effect]:
    told: list[tuple[Member, list[Item], int]] = []
    for each in members.anywhere(turn.db, member.tenant, member.person):
        if each.digest_at is None or each.digest_at > turn.now:
            continue
        may = _may(turn, each.project)
        if _not_now(turn, each, each.digest_at) or (each.project.ended_at is None and not may):
            each.digest_at = hours.digest(turn.now, each)
            continue
        mine = theirs(turn, each) if may else []
        new = [item for item in mine if _is_new(item, each)]
        each.digest_at, each.digested_at = None, turn.now
        if new:
            told.append((each, new, len(mine) - len(new)))
    if told:
        key = f"digest:{member.id}:{turn.now:%Y%m%d%H%M}"
        yield Whisper(card.direct(told[0][1][0]), phrases.person(member), _digest(turn, told), key)


def _not_now(turn: Turn, member: Member, due: datetime) -> bool:
    """Whether somebody is away, the morning was missed, or all is quiet in their project, as when it is on fire."""
    away = member.away_until is not None and turn.now < member.away_until
    channels = projects.channels(turn.db, member.project)
    paused = [each for each in channels if each.paused_until is not None and turn.now < each.paused_until]
    return away or turn.now - due > TOO_LATE or (bool(channels) and len(paused) == len(channels))


def _may(turn: Turn, project: Project) -> bool:
    """Whether a register is still kept: the project goes on, and everyone agrees to it."""
    return project.ended_at is None and "registers" in consents.agreed(turn.db, project)


def _is_new(item: Item, member: Member) -> bool:
    return item.remind_at is not None and (member.digested_at is None or item.remind_at > member.digested_at)


def theirs(turn: Turn, member: Member) -> list[Item]:
    """What waits for somebody, the oldest first."""
    everyone = members.of(turn.db, member.project)
    going_on = items.of_project(turn.db, member.project, WAITING)
    return [item for item in going_on if any(each.id == member.id for each in steps.people(item, everyone))]


def _digest(turn: Turn, told: list[tuple[Member, list[Item], int]]) -> Card:
    book = phrases.reader(told[0][0])
    title = book.say("register.digest.title")
    parts: list[Part] = [Text(title, "heading"), Text(book.say("register.only_you"), "note")]
    for member, new, others in told:
        if len(told) > 1:
            parts.append(Text(member.project.name or book.say("home.project"), "heading"))
        for item in new[: AT_MOST // len(told) or 1]:
            parts += [Text(card.line(book, item)), *ladder.recorded(turn, book, item, 1)]
            if item.due_on is not None:
                parts.append(Text(book.say("register.digest.due", day=card.day(book, item.due_on)), "note"))
            more_of_it = [*answers.told(turn, book, item, last=1), *ladder.planned(turn, book, item, member)]
            if more_of_it:
                parts.append(Text("\n".join(f"{label}: {said}" for label, said in more_of_it)))
            buttons = card.own_buttons(turn, book, item, member, card.LISTED)
            if buttons:
                parts.append(Buttons(tuple(buttons)))
        more = max(0, len(new) - (AT_MOST // len(told) or 1)) + others
        if more:
            parts.append(Text(book.say("register.digest.more", count=str(more)), "note"))
    parts += [Buttons((Button("open", book.say("home.buttons.open"), str(each.project_id)),)) for each, _, _ in told]
    count = sum(len(new) for _, new, _ in told)
    return Card(book.say("register.digest.summary", count=str(count)), tuple(parts))
