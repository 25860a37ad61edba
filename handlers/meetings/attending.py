"""What a meeting still lacks: preparation, roles that nobody has, and people who must be there and cannot come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from handlers import phrases, roster
from handlers.meetings import planning, preparing
from handlers.meetings.kinds import KINDS
from handlers.register import attendance, card
from handlers.turn import Turn
from handlers.vocabulary import Effect, Text, Whisper
from prompts import Phrasebook
from storage import meetings, members
from storage.tables import Meeting, Member

HELD = ("over", "recorded")


@dataclass(frozen=True)
class Gap:
    """A role that must be there and is not. `why` is vacant, declined, or twice: a stand-in for the second time."""

    side: str
    role: str
    why: str


def gaps(turn: Turn, meeting: Meeting) -> list[Gap]:
    """The roles that must be at a meeting and will not be."""
    kind, everyone = KINDS[meeting.series.kind], members.of(turn.db, meeting.item.project)
    away = {each.member.id: each for each in attendance.absent(turn, meeting.item)}
    before = _stood_in_for(turn, meeting) if kind.no_stand_in_twice else set()
    found = []
    for side, needed in kind.needed.items():
        for roles in needed:
            have = [each for each in everyone if each.side == side and each.role in roles]
            if not have:
                found.append(Gap(side, roles[0], "vacant"))
            elif all(each.id in away for each in have):
                # Whoever of them sends somebody is as good as there.
                sent = [each for each in have if away[each.id].stand_in is not None]
                if not sent:
                    found.append(Gap(side, str(have[0].role), "declined"))
                elif all(each.id in before for each in sent):
                    found.append(Gap(side, str(sent[0].role), "twice"))
    return found


def _stood_in_for(turn: Turn, meeting: Meeting) -> set[int]:
    """Who sent somebody to the last time that the series was held."""
    last = meetings.before(turn.db, meeting, HELD, 1)
    return {each.member.id for row in last for each in attendance.absent(turn, row.item) if each.stand_in is not None}


def missing(turn: Turn, book: Phrasebook, meeting: Meeting) -> Iterable[str]:
    """What was not prepared, and which roles will not be there."""
    for side in ("supplier", "client"):
        task = preparing.task_of(turn, meeting, side)
        if task is not None and task.state != "done":
            yield book.say("meetings.not_prepared", side=book.say(f"consent.side.{side}"))
    yield from (_in_words(book, gap) for gap in gaps(turn, meeting))


def _in_words(book: Phrasebook, gap: Gap) -> str:
    role = book.say(f"settings.role.{gap.role}")
    return book.say(f"meetings.{gap.why}", side=book.say(f"consent.side.{gap.side}"), role=role)


def tell(turn: Turn, meeting: Meeting) -> None:
    """Put what a meeting lacks in its words."""
    item = meeting.item
    lacks = "; ".join(missing(turn, phrases.everyone(item.project), meeting))
    kept = {name: said for name, said in item.words.items() if name != "missing"}
    item.words = kept | ({"missing": lacks} if lacks else {})


def warn(turn: Turn, meeting: Meeting) -> Iterable[Effect]:
    """Who speaks for a side hears that one of theirs cannot come: each time once, and not that a role is vacant."""
    item = meeting.item
    found = {f"{gap.side}:{gap.role}:{gap.why}": gap for gap in gaps(turn, meeting) if gap.why != "vacant"}
    known = item.words.get("gaps", "").split()
    if set(found) != set(known):
        item.words = {**item.words, "gaps": " ".join(found)}
    for name, gap in found.items():
        for member in roster.spokespeople(turn, item.project) if name not in known else ():
            if member.side == gap.side:
                book = phrases.reader(member)
                intro = book.say("meetings.gap", missing=_in_words(book, gap))
                yield _whisper(turn, meeting, member, intro, f"gap:{item.id}:{name}:{member.id}")


def _whisper(turn: Turn, meeting: Meeting, member: Member, intro: str, key: str) -> Whisper:
    """Something about a meeting, for one person, while it is still to come."""
    book, shown = phrases.reader(member), card.own(turn, meeting.item, member)
    whole = replace(shown, parts=(Text(book.say("register.only_you"), "note"), Text(intro), *shown.parts))
    stamped = f"{key}:{turn.now:%Y%m%d%H%M}"
    return Whisper(card.direct(meeting.item), phrases.person(member), whole, stamped, until=meeting.starts_at)


def answered(turn: Turn, meeting: Meeting, member: Member, words: Mapping[str, str]) -> Iterable[Effect]:
    """Somebody cannot come, or can after all: who goes in their place hears it, and where it is time, who it is for."""
    stand_in = members.by_id(turn.db, meeting.tenant, roster.row_named(words.get("stand_in", "")))
    if stand_in is not None:
        book = phrases.reader(stand_in)
        intro = book.say("meetings.stand_in")
        yield _whisper(turn, meeting, stand_in, intro, f"stand_in:{meeting.item_id}:{member.id}:{stand_in.id}")
    if meeting.item.words.get("announced"):
        tell(turn, meeting)
    if planning.of_meeting(meeting)[0].at <= turn.now:
        yield from warn(turn, meeting)
