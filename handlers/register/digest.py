"""Somebody's morning: all that came to wait for them, and what they are to hear, in one message for all projects."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import hours, phrases
from handlers.register import alike, answers, card, ladder, notices, opening, waiting
from handlers.turn import Turn
from handlers.vocabulary import Button, Buttons, Card, Due, Effect, Part, Text, Whisper
from prompts import Phrasebook
from storage import members
from storage.tables import Item, Member

TOO_LATE = timedelta(hours=4)
"""A morning that was missed by more, because the process was down, is left for the next one."""
AT_MOST = 8
"""Items that are told in one go; of the others only how many."""


@dataclass(frozen=True)
class _Told:
    """What somebody is told of one project."""

    member: Member
    heard: list[notices.Notice]
    """What they are to hear that asks for no more than to know it."""
    new: list[Item]
    """What came to wait for them."""
    decided: list[Item]
    """What the other side decided while they were not at work."""
    others: int
    """How many more wait for them, of which they were told before."""


def morning(event: Due, turn: Turn) -> Iterable[Effect]:
    """Somebody's morning: all that came to wait for them since they were last told, in one message for all projects."""
    member = members.by_id(turn.db, event.tenant, event.row)
    if member is None or member.digest_at is None or member.digest_at > turn.now:
        return
    yield from _morning(turn, member)


def _morning(turn: Turn, member: Member) -> Iterable[Effect]:
    told: list[_Told] = []
    for each in members.anywhere(turn.db, member.tenant, member.person):
        if each.digest_at is None or each.digest_at > turn.now:
            continue
        may = waiting.may_be_told(turn, each.project)
        if _not_now(turn, each, each.digest_at) or (each.project.ended_at is None and not may):
            each.digest_at = hours.digest(turn.now, each)
            continue
        mine = waiting.theirs(turn, each) if may else []
        new = [item for item in mine if waiting.is_new(turn, item, each)]
        decided = waiting.decided(turn, each) if may else []
        heard = notices.taken(turn, each) if may else []
        if may:
            yield from alike.asked_later(turn, each)
        each.digest_at, each.digested_at = None, turn.now
        if new or decided or heard:
            told.append(_Told(each, heard, new, decided, len(mine) - len(new)))
    if told:
        key = f"digest:{member.id}:{turn.now:%Y%m%d%H%M}"
        first = [*(notice.item for notice in told[0].heard), *told[0].new, *told[0].decided][0]
        where = card.direct(first)
        yield Whisper(where, phrases.person(member), _digest(turn, told), key)


def _not_now(turn: Turn, member: Member, due: datetime) -> bool:
    """Whether somebody is away, the morning was missed, or all is quiet in their project, as when it is on fire."""
    away = member.away_until is not None and turn.now < member.away_until
    return away or turn.now - due > TOO_LATE or notices.quiet(turn, member.project)


def _digest(turn: Turn, told: list[_Told]) -> Card:
    book = phrases.reader(told[0].member)
    title = book.say("register.digest.title")
    parts: list[Part] = [Text(title, "heading"), Text(book.say("register.only_you"), "note")]
    most = AT_MOST // len(told) or 1
    for each in told:
        if len(told) > 1:
            parts.append(Text(each.member.project.name or book.say("home.project"), "heading"))
        for notice in each.heard[:AT_MOST]:
            parts += [Text(notice.said), Text(card.line(book, notice.item))]
            parts += notices.at_hand(notice.what, _buttons(turn, book, notice.item, each.member))
        for item in each.new[:most]:
            parts += _item(turn, book, item, each.member)
        if each.decided:
            parts.append(Text(book.say("register.digest.decided"), "heading"))
        for item in each.decided[:most]:
            parts += _item(turn, book, item, each.member)
        more = max(0, len(each.new) - most) + max(0, len(each.decided) - most) + each.others
        if more:
            parts.append(Text(book.say("register.digest.more", count=str(more)), "note"))
    parts += [Buttons((Button("open", book.say("home.buttons.open"), str(each.member.project_id)),)) for each in told]
    count = sum(len(each.new) + len(each.heard) for each in told)
    news = sum(len(each.decided) for each in told)
    summary = book.say("register.digest.summary", count=str(count))
    return Card(summary if count else book.say("register.digest.summary_decided", count=str(news)), tuple(parts))


def _item(turn: Turn, book: Phrasebook, item: Item, member: Member) -> Iterable[Part]:
    """How it stands, what was said of it last, and what somebody can do."""
    yield Text(card.line(book, item))
    yield from ladder.recorded(turn, book, item, 1)
    if item.due_on is not None:
        yield Text(book.say("register.digest.due", day=card.day(book, item.due_on)), "note")
    more_of_it = [*answers.told(turn, book, item, last=1), *ladder.planned(turn, book, item, member)]
    if more_of_it:
        yield Text("\n".join(f"{label}: {said}" for label, said in more_of_it))
    yield from opening.left(book, item)
    yield from _buttons(turn, book, item, member)


def _buttons(turn: Turn, book: Phrasebook, item: Item, member: Member) -> Iterable[Part]:
    buttons = card.own_buttons(turn, book, item, member, card.LISTED)
    if buttons:
        yield Buttons(tuple(buttons))
