"""A promise that touches a warning or a hard date: whose word that was is asked first, in private."""

from collections.abc import Iterable, Mapping

from handlers import phrases
from handlers.register import card, notices, waiting
from handlers.register.kinds import KINDS, Kind, Step
from handlers.turn import Turn
from handlers.vocabulary import ChoiceField, Effect, Refused, Text
from prompts import Phrasebook
from storage import items, members
from storage.tables import Item, Member

OFFERED = 25
"""So many can be chosen from, the newest."""
LONGEST = 75
"""Letters of a choice: no platform shows more."""
WARNS = ("open", "talk", "risk_accepted")


MOVES = "move"
"""The step by which a promise gets another day."""
ASKED_AGAIN = "asked_again"
"""How a promise stands that moved to a day that touches somebody else's word."""


def _touchable(turn: Turn, member: Member, moving: Item | None = None) -> list[Item]:
    """What a promise can touch; of one that is `moving` also the promises that were made with it in mind."""
    warnings = items.in_states(turn.db, member.project, "warning", WARNS, OFFERED)
    promises = items.in_states(turn.db, member.project, "promise", ("confirmed",), 10 * OFFERED)
    if moving is None:
        return [*warnings, *(each for each in promises if _hard(each))][:OFFERED]
    leans = [each for each in promises if each.words.get("touches") == card.code(moving)]
    hard = [each for each in promises if _hard(each) and each not in leans]
    return [each for each in (*leans, *warnings, *hard) if each.id != moving.id][:OFFERED]


def _hard(item: Item) -> bool:
    return item.words.get("firm") == "hard"


def field(
    turn: Turn, book: Phrasebook, kind: Kind, member: Member, values: Mapping[str, str], moving: Item | None = None
) -> tuple[ChoiceField | Text, ...]:
    """The question whether a promise touches any of these; nothing where there are none."""
    found = _touchable(turn, member, moving) if kind.name == "promise" else []
    if not found:
        return ()
    choices = tuple((str(each.id), _short(card.line(book, each))) for each in found)
    label, hint = book.say("promise.field.touches"), book.say("promise.hint.touches")
    return (ChoiceField("touches", label, choices, required=False, value=values.get("touches", ""), hint=hint),)


def asked_anew(turn: Turn, book: Phrasebook, item: Item, member: Member, step: Step) -> tuple[ChoiceField | Text, ...]:
    """The same question on the form by which a promise gets another day, with what it touched before."""
    if item.kind != "promise" or step.name != MOVES:
        return ()
    before = [each for each in _touchable(turn, member, item) if card.code(each) == item.words.get("touches")]
    return field(turn, book, KINDS["promise"], member, {"touches": str(before[0].id)} if before else {}, item)


def _short(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def chosen(
    turn: Turn, kind: Kind, member: Member, answers: Mapping[str, str], moving: Item | None = None
) -> Item | None:
    """What was chosen, if anything; refused where it could not be chosen."""
    answer = answers.get("touches", "").strip()
    if kind.name != "promise" or not answer:
        return None
    found = next((each for each in _touchable(turn, member, moving) if str(each.id) == answer), None)
    if found is None:
        raise Refused({"touches": "register.refused.choice"})
    return found


def moved(turn: Turn, item: Item, member: Member, step: Step, answers: Mapping[str, str]) -> Step:
    """A promise gets another day: note what that touches. Returns the step it comes down to, asking first or not."""
    if item.kind != "promise" or step.name != MOVES:
        return step
    touched = chosen(turn, KINDS["promise"], member, answers, item)
    kept = {name: said for name, said in item.words.items() if name not in ("touches", "asked_side")}
    item.words = kept | words(turn, touched)
    # Nobody is asked about their own word.
    if touched is None or touched.author_id == member.id:
        return step
    item.second_id = touched.author_id
    return next(each for each in KINDS["promise"].steps if each.name == MOVES and each.to == ASKED_AGAIN)


def words(turn: Turn, touched: Item | None) -> dict[str, str]:
    """What a promise remembers of what it touches: its code, and the side of who is asked."""
    if touched is None:
        return {}
    author = _author(turn, touched)
    side = author.side if author is not None and author.side is not None else touched.side
    return {"touches": card.code(touched), "asked_side": side}


def asked(turn: Turn, item: Item) -> Iterable[Effect]:
    """Ask whose warning or date it is; the others on that side see nothing yet."""
    yield from waiting.at_once(turn, item, "register.ask_second")


def told_again(turn: Turn, item: Item, before: str) -> Iterable[Effect]:
    """A promise that was there already is asked about, or was answered with a no: who is next hears of it."""
    if item.state == ASKED_AGAIN:
        yield from asked(turn, item)
    elif before == ASKED_AGAIN and item.state == "disputed":
        yield from waiting.at_once(turn, item, "promise.not_like_this")


def objected(turn: Turn, item: Item, words: Mapping[str, str]) -> Iterable[Effect]:
    """Tell who wanted to promise that it is better not done like this, and why."""
    member = _author(turn, item)
    if member is not None:
        book = phrases.reader(member)
        names = {"code": card.code(item), "touched": item.words["touches"], "reason": words["reason"]}
        told = phrases.note(book, "register.second_objected", **names)
        what = f"objected:{item.words['touches']}"
        yield from notices.or_held(turn, item, member, what, told, f"objected:{item.id}")


def held(turn: Turn, item: Item) -> Iterable[Effect]:
    """Tell who wanted to promise that their own lead says no for now."""
    member = _author(turn, item)
    if member is not None:
        told = phrases.note(phrases.reader(member), "register.lead_held", code=card.code(item))
        yield from notices.or_held(turn, item, member, "lead_held", told, f"held:{item.id}")


def _author(turn: Turn, item: Item) -> Member | None:
    return members.by_id(turn.db, item.tenant, item.author_id) if item.author_id is not None else None
