"""What a meeting still lacks: preparation, roles that nobody has, and people who must be there and cannot come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handlers import calendar, phrases, roster
from handlers.meetings import planning, roles
from handlers.meetings import preparing as prepared
from handlers.meetings.kinds import KINDS
from handlers.register import attendance, card, notices, steps
from handlers.register.kinds import GOING_ON, UNSEEN
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Effect, Reply, Submission, Whisper
from prompts import Phrasebook
from storage import items, meetings, members
from storage.tables import Item, Meeting, Member

HELD = ("over", "recorded")
TOLD_IN = ("planned", "called_off", *HELD)
FAR_BACK = 20
"""Other meetings that are looked at for what people were told of a vacant role."""


@dataclass(frozen=True)
class Gap:
    """A role that must be there and is not. `why` is vacant, declined, or twice: a stand-in for the second time.

    Or accountable: who answers for an improvement cannot come, and `role` is its code.
    """

    side: str
    role: str
    why: str


def gaps(turn: Turn, meeting: Meeting) -> list[Gap]:
    """The roles that must be at a meeting and will not be."""
    kind, everyone = KINDS[meeting.series.kind], members.of(turn.db, meeting.item.project)
    away = {each.member.id: each for each in attendance.absent(turn, meeting.item)}
    before = _stood_in_for(turn, meeting) if kind.no_stand_in_twice else set()
    found = []
    for side, groups in roles.needed(meeting.series).items():
        for group in groups:
            have = [each for each in everyone if each.side == side and each.role in group]
            if not have:
                goes = roles.stand_in(turn, meeting.series, side, group)
                if goes is None or goes.id in away:
                    found.append(Gap(side, group[0], "vacant"))
            elif all(each.id in away for each in have):
                # Whoever of them sends somebody is as good as there.
                sent = [each for each in have if away[each.id].stand_in is not None]
                if not sent:
                    found.append(Gap(side, str(have[0].role), "declined"))
                elif all(each.id in before for each in sent):
                    found.append(Gap(side, str(sent[0].role), "twice"))
    return [*found, *_accountable(turn, meeting)]


def _accountable(turn: Turn, meeting: Meeting) -> Iterable[Gap]:
    """Who answers for an improvement and cannot come to where it is spoken of: nobody stands in for them."""
    if not KINDS[meeting.series.kind].both_accountable:
        return
    away = {each.member.id: each.member for each in attendance.absent(turn, meeting.item)}
    for item in items.of_project(turn.db, meeting.item.project, GOING_ON) if away else ():
        if item.kind == "improvement" and item.state not in UNSEEN:
            for row in {item.owner_id, item.second_id} & set(away):
                if row is not None:
                    yield Gap(str(away[row].side), card.code(item), "accountable")


def _stood_in_for(turn: Turn, meeting: Meeting) -> set[int]:
    """Who sent somebody to the last time that the series was held."""
    last = meetings.before(turn.db, meeting, HELD, 1)
    return {each.member.id for row in last for each in attendance.absent(turn, row.item) if each.stand_in is not None}


def missing(turn: Turn, book: Phrasebook, meeting: Meeting) -> Iterable[str]:
    """What was not prepared in time, and which roles will not be there."""
    for side, task in _to_do(turn, meeting):
        if _is_late(turn, meeting, task):
            yield book.say("meetings.not_prepared", side=book.say(f"consent.side.{side}"))
    yield from (notices.in_words(book, gap.side, gap.role, gap.why) for gap in gaps(turn, meeting))


def preparing(turn: Turn, book: Phrasebook, meeting: Meeting) -> Iterable[str]:
    """What a side was asked to prepare, and still has time for."""
    for side, task in _to_do(turn, meeting):
        if not _is_late(turn, meeting, task) and task.due_on is not None:
            day = card.day(book, task.due_on)
            yield book.say("meetings.preparing", side=book.say(f"consent.side.{side}"), day=day)


def _to_do(turn: Turn, meeting: Meeting) -> Iterable[tuple[str, Item]]:
    for side in ("supplier", "client"):
        task = prepared.task_of(turn, meeting, side)
        if task is not None and task.state != "done":
            yield side, task


def _is_late(turn: Turn, meeting: Meeting, task: Item) -> bool:
    today = calendar.day_of(planning.calendar_of(meeting.series), turn.now)
    return task.state == "missed" or (task.due_on or "") < today.isoformat()


def tell(turn: Turn, meeting: Meeting) -> None:
    """Put what a meeting lacks, and what is being prepared for it, in its words."""
    item, book = meeting.item, phrases.everyone(meeting.item.project)
    found = {"missing": missing(turn, book, meeting), "preparing": preparing(turn, book, meeting)}
    told = {name: said for name, lines in found.items() if (said := "; ".join(lines))}
    item.words = {name: said for name, said in item.words.items() if name not in found} | told


def warn(turn: Turn, meeting: Meeting) -> Iterable[Effect]:
    """Who speaks for a side hears who of theirs will not be there, each time once; of a vacant role once for all.

    Of an improvement both sides hear it: without both who answer for it, one of them has to move the meeting.
    """
    item = meeting.item
    found = {f"{gap.side}:{gap.role}:{gap.why}": gap for gap in gaps(turn, meeting)}
    known = item.words.get("gaps", "").split()
    new = set(found) - set(known)
    if any(found[name].why == "vacant" for name in new):
        new -= _vacant_elsewhere(turn, item)
    if set(found) != set(known):
        item.words = {**item.words, "gaps": " ".join(found)}
    for side in steps.ACROSS:
        theirs = [name for name, gap in found.items() if name in new and (gap.side == side or gap.why == "accountable")]
        for member in _speaks_for(turn, item, side) if theirs else ():
            yield from notices.tell(turn, item, member, f"gap:{'+'.join(theirs)}", meeting.starts_at)


def _vacant_elsewhere(turn: Turn, item: Item) -> set[str]:
    """Of which vacant roles people were told at another meeting: they are told again only after somebody had it."""
    others = items.in_states(turn.db, item.project, "meeting", TOLD_IN, FAR_BACK)
    told = {name for each in others if each.id != item.id for name in each.words.get("gaps", "").split()}
    return {name for name in told if name.endswith(":vacant")}


def _speaks_for(turn: Turn, item: Item, side: str) -> list[Member]:
    """Who can do something about it: who agreed for that side or has a role there, or else all of them."""
    agreed = [each for each in roster.spokespeople(turn, item.project) if each.side == side]
    return agreed or [each for each in members.of(turn.db, item.project) if each.side == side]


def answered(
    turn: Turn,
    event: ButtonPress | Submission,
    meeting: Meeting,
    member: Member,
    step: str,
    words: Mapping[str, str],
) -> Iterable[Effect]:
    """Somebody cannot come, or can after all: who organises it hears that, and who goes in their place."""
    item = meeting.item
    if step == "can" and not attendance.said_no(turn, item, member):
        return
    stand_in = members.by_id(turn.db, meeting.tenant, roster.row_named(words.get("stand_in", "")))
    if stand_in is not None:
        yield from notices.tell(turn, item, stand_in, "stand_in", meeting.starts_at)
    if item.words.get("announced"):
        tell(turn, meeting)
    warned = list(warn(turn, meeting)) if planning.of_meeting(meeting)[0].at <= turn.now else []
    yield from warned
    knows = {each.who.id for each in warned if isinstance(each, Whisper)} | {member.person}
    organisers = steps.whom(item, "side", members.of(turn.db, item.project))
    hears = organisers if step == "cannot" else [*organisers, *attendance.asked_before(turn, item, member)]
    for each in dict.fromkeys(hears):
        if each.person not in knows and each is not stand_in:
            yield from notices.tell(turn, item, each, f"{step}:{member.id}", meeting.starts_at)
    own_copy = event.place.direct or {card.PRIVATE, card.LISTED} & set(event.about.split())
    if not own_copy:  # that shows it
        yield Reply(phrases.note(phrases.reader(member), f"meetings.noted.{step}"))
