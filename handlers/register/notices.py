"""What somebody hears in private as soon as it is known: at once when they are at work, or else in their morning."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from handlers import hours, phrases
from handlers.register import card
from handlers.roster import row_named
from handlers.turn import Turn
from handlers.vocabulary import Buttons, Card, Effect, Part, Text, Whisper, Words
from prompts import Phrasebook
from storage import items, members, projects
from storage.tables import Item, Member, Project

HELD = "held"
"""Among the words of an item: what waits for somebody's morning, as the row of the person = what it is."""
_MEETING = ("meeting",)
WORTH: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "gap": (_MEETING, ("planned",)),
    "stand_in": (_MEETING, ("planned",)),
    "cannot": (_MEETING, ("planned",)),
    "can": (_MEETING, ("planned",)),
    "verdict": (_MEETING, ("over", "recorded")),
    "verdict_again": (_MEETING, ("over", "recorded")),
    "minutes": (_MEETING, ("recorded",)),
    "no_channel": (_MEETING, ("planned",)),
    "fell_out": (_MEETING, ("called_off", "fallen")),
    "climbed": (("escalation",), ("open",)),
    "not_yet": (("escalation",), ("told", "runs", "over", "open")),
    "objected": (("promise",), ("held",)),
    "lead_held": (("promise",), ("held",)),
    "same_ended": (("feedback", "complaint"), ("merged",)),
}
"""What somebody can be told of: about which kinds of items, and the states in which it is still worth telling."""
_HOLD = {
    kind: tuple(sorted({state for kinds, states in WORTH.values() if kind in kinds for state in states}))
    for kind in dict.fromkeys(kind for kinds, _ in WORTH.values() for kind in kinds)
}
"""The states of each of these kinds in which something of an item can wait for a morning."""
FAR_BACK = 40
"""So many items of each of these, the newest, are looked at for what waits for somebody's morning."""


@dataclass(frozen=True)
class Notice:
    """Something that waited for somebody's morning."""

    item: Item
    what: str
    said: Words


def now(turn: Turn, member: Member) -> bool:
    """Whether somebody may be spoken to now: they are at work, and not all is quiet in their project."""
    return hours.at_work(turn.now, hours.hours_of(member)) and not quiet(turn, member.project)


def quiet(turn: Turn, project: Project) -> bool:
    """Whether all is quiet in a project, as when it is on fire."""
    channels = projects.channels(turn.db, project)
    return bool(channels) and all(each.paused_until is not None and turn.now < each.paused_until for each in channels)


def tell(
    turn: Turn, item: Item, member: Member, what: str, until: datetime | None = None, *, at_once: bool = True
) -> Iterable[Effect]:
    """Tell somebody of an item: `what` is one of WORTH, with behind a colon what it is about.

    With `at_once` false it waits for their morning, whether they are at work or not.
    """
    if not at_once or not now(turn, member):
        hold(turn, item, member, what)
        return
    book, shown = phrases.reader(member), card.own(turn, item, member)
    intro = Text(book.say("register.only_you"), "note"), Text(_said(turn, book, item, what))
    key = f"{what}:{item.id}:{member.id}:{turn.now:%Y%m%d%H%M}"
    whole = replace(shown, parts=(*intro, *at_hand(what, shown.parts)))
    yield Whisper(card.direct(item), phrases.person(member), whole, key, until=until)


def or_held(turn: Turn, item: Item, member: Member, what: str, shown: Card, key: str) -> Iterable[Effect]:
    """Tell somebody of an item with this card, or in their morning if not now; `what` is as for `tell`."""
    if now(turn, member):
        yield Whisper(card.direct(item), phrases.person(member), shown, key)
    else:
        hold(turn, item, member, what)


def hold(turn: Turn, item: Item, member: Member, what: str) -> None:
    """Keep something for somebody's morning."""
    held = item.words.get(HELD, "").split()
    item.words = {**item.words, HELD: " ".join(dict.fromkeys([*held, f"{member.id}={what}"]))}
    in_the_morning(turn, member)


def in_the_morning(turn: Turn, member: Member) -> None:
    """See to it that somebody is told of what waits for them, the next morning that they work."""
    morning = hours.digest(turn.now, member)
    member.digest_at = min(member.digest_at or morning, morning)


def taken(turn: Turn, member: Member) -> list[Notice]:
    """What waited for somebody's morning and is still worth telling. It waits no longer."""
    book, found = phrases.reader(member), []
    looked_at = (items.in_states(turn.db, member.project, *each, FAR_BACK) for each in _HOLD.items())
    for item in chain.from_iterable(looked_at):
        held = item.words.get(HELD, "").split()
        theirs = [each for each in held if each.partition("=")[0] == str(member.id)]
        if theirs:
            left = " ".join(each for each in held if each not in theirs)
            kept = {name: said for name, said in item.words.items() if name != HELD}
            item.words = kept | ({HELD: left} if left else {})
        told = (each.partition("=")[2] for each in theirs)
        found += [Notice(item, what, _said(turn, book, item, what)) for what in told if _is_worth(item, what)]
    return found


def _is_worth(item: Item, what: str) -> bool:
    judged = what.startswith("verdict") and "verdict" in item.words
    _, states = WORTH.get(what.partition(":")[0], ((), ()))
    return item.state in states and not judged


def _said(turn: Turn, book: Phrasebook, item: Item, what: str) -> Words:
    name, _, about = what.partition(":")
    match name:
        case "gap":
            lacking = [each.split(":") for each in about.split("+")]
            missing = "; ".join(in_words(book, *each) for each in lacking)
            vacant = any(why == "vacant" for _, _, why in lacking)
            how = f" {book.say('meetings.give_role')}" if vacant else ""
            return book.say("meetings.gap", missing=missing) + how
        case "cannot" | "can":
            who = members.by_id(turn.db, item.tenant, row_named(about))
            named = phrases.person(who) if who is not None else book.say("meetings.somebody")
            return book.parts(f"meetings.hears.{name}", who=named)
        case "fell_out":
            return f"{fell_out(book, item.words['kind'], int(about))} {book.say('meetings.fell_out_now')}"
        case "verdict" | "verdict_again":
            return book.say(f"meeting.ask_{name}")
        case "climbed":
            return book.say("escalation.climbed")
        case "not_yet":
            return book.say("escalation.not_yet_told", side=book.say(f"consent.side.{about}"))
        case "objected":
            reason = items.notes(turn.db, item, "not_like_this")[-1].words["reason"]
            return book.say("register.second_objected", code=card.code(item), touched=about, reason=reason)
        case "lead_held":
            return book.say("register.lead_held", code=card.code(item))
        case "same_ended":
            older = items.at_rows(turn.db, item.tenant, [row_named(about)])[0]
            names = {"newer": card.code(item), "older": card.code(older), "state": card.state(book, older)}
            return book.say("alike.ended", **names)
        case _:
            return book.say(f"meetings.hears.{name}")


def in_words(book: Phrasebook, side: str, role: str, why: str) -> str:
    """A role that will not be there, and why."""
    named = role if why == "accountable" else book.say(f"settings.role.{role}")
    return book.say(f"meetings.{why}", side=book.say(f"consent.side.{side}"), role=named)


def fell_out(book: Phrasebook, kind: str, times: int) -> str:
    """That a kind of meeting fell out, and how often in a row."""
    name = book.say(f"meetings.kind.{kind}")
    return book.say("meetings.fell_out_once" if times == 1 else "meetings.fell_out", name=name, times=str(times))


def at_hand(what: str, parts: Iterable[Part]) -> Iterable[Part]:
    """Where somebody will be missing, to move the meeting need not be looked for."""
    for part in parts:
        if what.startswith("gap:") and isinstance(part, Buttons):
            shown = [replace(each, menu=each.menu and each.name != "postpone") for each in part.buttons]
            part = Buttons(tuple(sorted(shown, key=lambda each: each.menu)))
        yield part
