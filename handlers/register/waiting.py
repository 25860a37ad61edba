"""Telling people what waits for them, in private: what others wait for at once, all else the next morning."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers import hours, phrases
from handlers.register import card, notices, rungs, steps, timing
from handlers.register.kinds import GOING_ON, KINDS, OVER, WAITING, Step
from handlers.turn import Turn
from handlers.vocabulary import Card, Due, Effect, Text, Whisper
from storage import consents, items, members
from storage.tables import Entry, Item, Member, Project

SAME_DAY = timedelta(hours=12)
"""After nine in the morning."""
NOT_NOW = timedelta(days=1)
"""When something is looked at again that may not be told now."""


def tell(turn: Turn, item: Item) -> Iterable[Effect]:
    """See to it that whom it waits for hears of it, the next morning that they work."""
    if item.remind_at is not None:
        for member in asked(turn, item, members.of(turn.db, item.project)):
            notices.in_the_morning(turn, member)
    return ()


def asked(turn: Turn, item: Item, everyone: list[Member]) -> list[Member]:
    """Whom it waits for, and for those who are away also who can act in their place."""
    always = steps.people(item, everyone)
    if hours.here(turn.now, everyone) == everyone:
        return always
    here = steps.people(item, everyone, turn.now)
    return [*here, *(each for each in always if each not in here)]


def at_once(turn: Turn, item: Item, key: str) -> Iterable[Effect]:
    """Ask those for whom it waits now, as others wait for their answer; who is not at work is told in the morning."""
    item.remind_at = None
    said = _last(turn, item)
    for member in asked(turn, item, members.of(turn.db, item.project)):
        if notices.now(turn, member):
            name = f"asked:{item.id}:{said}:{member.id}"
            yield Whisper(card.direct(item), phrases.person(member), introduced(turn, item, member, key), name)
        else:
            item.remind_at = turn.now
            notices.in_the_morning(turn, member)


def heard(turn: Turn, item: Item, by: Member, step: Step) -> Iterable[Effect]:
    """Tell those whom it concerns what the other side made of it, where that asks nothing of them: no list shows it.

    Who is not at work reads it in the morning, unless it cannot wait until then; so does everyone where others are
    told of it in the morning.
    """
    in_the_morning, said = item.remind_at is not None, _last(turn, item)
    for member in _hear(item, step.name, by.side, members.of(turn.db, item.project)):
        if (not in_the_morning and notices.now(turn, member)) or _urgent(turn, item, member):
            shown = introduced(turn, item, member, "register.heard")
            name = f"heard:{item.id}:{said}:{member.id}"
            yield Whisper(card.direct(item), phrases.person(member), shown, name)
        else:
            item.remind_at = turn.now
            notices.in_the_morning(turn, member)


def _hear(item: Item, step: str, side: str | None, everyone: Sequence[Member]) -> list[Member]:
    """Who is to hear that a side took a step: whose word it is, who wrote it down, and who does what was promised."""
    over = (item.kind, item.state) in OVER
    if not over and not _is_told(item, step):
        return []
    found = steps.whom(item, "author", everyone) if side != item.side else []
    # Of a promise that moved it is the side that changed, and not who wrote it down.
    found += [each for each in everyone if over and each.id == item.author_id and each.side not in (side, None)]
    if item.kind == "promise" and side != item.doer and (over or side == item.side):
        found += steps.whom(item, "owner", everyone)
    there = [] if over else steps.people(item, everyone)
    return [each for each in dict.fromkeys(found) if each not in there]


def _last(turn: Turn, item: Item) -> int:
    """The row of what happened last, by which what is said of it differs from what was said before."""
    return items.history(turn.db, item)[-1].id


def _is_told(item: Item, name: str) -> bool:
    return any(step.told for step in KINDS[item.kind].steps if step.name == name)


def _urgent(turn: Turn, item: Item, member: Member) -> bool:
    """Whether it is about a moment on the day of their next morning message, or before: they may be on their way."""
    starts = item.words.get("starts")
    return starts is not None and datetime.fromisoformat(starts) - hours.digest(turn.now, member) < SAME_DAY


def decided(turn: Turn, member: Member) -> list[Item]:
    """What the other side decided while somebody was not at work, who is still to hear of it; the oldest first."""
    everyone, found = members.of(turn.db, member.project), []
    for item in items.to_be_told(turn.db, member.project, member.digested_at):
        last = _told_of(turn, item)
        if last is not None and any(each.id == member.id for each in _hear(item, last.step, last.side, everyone)):
            found.append(item)
    return found


def is_new(turn: Turn, item: Item, member: Member) -> bool:
    """Whether something came to wait for somebody since they were last told; not of what they did themselves."""
    since = member.digested_at
    if item.remind_at is None or (since is not None and item.remind_at <= since):
        return False
    last = _told_of(turn, item)
    if last is None:
        return True
    # That it was put off is for whose word it is, and not for the side that did so.
    return last.member_id != member.id and (last.side != member.side or not _is_told(item, last.step))


def _told_of(turn: Turn, item: Item) -> Entry | None:
    """The step of which somebody is to be told, where it was a step."""
    at_once = (entry for entry in reversed(items.history(turn.db, item)) if entry.at == item.remind_at)
    return next(at_once, None)


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


def introduced(turn: Turn, item: Item, member: Member, key: str) -> Card:
    """The item as somebody sees it, below why it is shown."""
    book, shown = phrases.reader(member), card.own(turn, item, member)
    own = f"{item.kind}.{key.rpartition('.')[2]}"
    why = Text(book.say(next((each for each in (f"{own}_{item.state}", own) if book.has(each)), key)))
    return replace(shown, parts=(Text(book.say("register.only_you"), "note"), why, *shown.parts))


def climbed(turn: Turn, item: Item, by: Member) -> Iterable[Effect]:
    """An escalation came on another step: those on both sides whom that concerns hear of it, but for who did it.

    Who is not at work reads it in the morning.
    """
    for member in members.of(turn.db, item.project):
        if member.role in rungs.roles(item) and member.side is not None and member.id != by.id:
            whole = introduced(turn, item, member, "escalation.climbed")
            name = f"rung:{item.id}:{rungs.rung(item)}:{member.id}"
            yield from notices.or_held(turn, item, member, "climbed", whole, name)


def passed(event: Due, turn: Turn) -> Iterable[Effect]:
    """Time has passed for an item: whom it waits for is told in the morning; twice in vain, it goes a level up."""
    item = items.by_id(turn.db, event.tenant, event.row)
    if item is None or item.look_at is None or item.look_at > turn.now:
        return
    if not may_be_told(turn, item.project):
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


def recount(turn: Turn, project: Project) -> None:
    """The answer times or the working time of a project changed: that counts for what is open already, too."""
    for item in items.of_project(turn.db, project, WAITING):
        item.look_at = timing.again(item, turn.now)


def may_be_told(turn: Turn, project: Project) -> bool:
    """Whether a register is still kept: the project goes on, and everyone agrees to it."""
    return project.ended_at is None and "registers" in consents.agreed(turn.db, project)


def theirs(turn: Turn, member: Member) -> list[Item]:
    """What waits for somebody, also in the place of who is away; the oldest first."""
    everyone = members.of(turn.db, member.project)
    going_on = items.of_project(turn.db, member.project, WAITING)
    return [item for item in going_on if any(each.id == member.id for each in asked(turn, item, everyone))]
