"""A promise that touches a warning or a hard date: whose word that was is asked first, in private."""

from collections.abc import Iterable, Mapping

from handlers import phrases
from handlers.register import card, waiting
from handlers.register.kinds import Kind
from handlers.turn import Turn
from handlers.vocabulary import ChoiceField, Effect, Refused, Text, Whisper
from prompts import Phrasebook
from storage import items, members
from storage.tables import Item, Member

OFFERED = 25
"""So many can be chosen from, the newest."""
LONGEST = 75
"""Letters of a choice: no platform shows more."""
WARNS = ("open", "talk", "risk_accepted")


def _touchable(turn: Turn, member: Member) -> list[Item]:
    warnings = items.in_states(turn.db, member.project, "warning", WARNS, OFFERED)
    promises = items.in_states(turn.db, member.project, "promise", ("confirmed",), 10 * OFFERED)
    hard = [each for each in promises if each.words.get("firm") == "hard"]
    return [*warnings, *hard][:OFFERED]


def field(
    turn: Turn, book: Phrasebook, kind: Kind, member: Member, values: Mapping[str, str]
) -> tuple[ChoiceField | Text, ...]:
    """The question whether a promise touches any of these; nothing where there are none."""
    found = _touchable(turn, member) if kind.name == "promise" else []
    if not found:
        return ()
    choices = tuple((str(each.id), _short(card.line(book, each))) for each in found)
    label, hint = book.say("promise.field.touches"), book.say("promise.hint.touches")
    return (ChoiceField("touches", label, choices, required=False, value=values.get("touches", ""), hint=hint),)


def _short(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def chosen(turn: Turn, kind: Kind, member: Member, answers: Mapping[str, str]) -> Item | None:
    """What was chosen, if anything; refused where it could not be chosen."""
    answer = answers.get("touches", "").strip()
    if kind.name != "promise" or not answer:
        return None
    found = next((each for each in _touchable(turn, member) if str(each.id) == answer), None)
    if found is None:
        raise Refused({"touches": "register.refused.choice"})
    return found


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


def objected(turn: Turn, item: Item, words: Mapping[str, str]) -> Iterable[Effect]:
    """Tell who wanted to promise that it is better not done like this, and why."""
    member = _author(turn, item)
    if member is not None:
        book = phrases.reader(member)
        names = {"code": card.code(item), "touched": item.words["touches"], "reason": words["reason"]}
        told = phrases.note(book, "register.second_objected", **names)
        yield Whisper(card.direct(item), phrases.person(member), told, f"objected:{item.id}")


def held(turn: Turn, item: Item) -> Iterable[Effect]:
    """Tell who wanted to promise that their own lead says no for now."""
    member = _author(turn, item)
    if member is not None:
        told = phrases.note(phrases.reader(member), "register.lead_held", code=card.code(item))
        yield Whisper(card.direct(item), phrases.person(member), told, f"held:{item.id}")


def _author(turn: Turn, item: Item) -> Member | None:
    return members.by_id(turn.db, item.tenant, item.author_id) if item.author_id is not None else None
