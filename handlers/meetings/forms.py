"""What the form of a step asks of one item: what its kind of meeting asks, and what is known already."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from handlers import phrases
from handlers.meetings import roles
from handlers.meetings.templates import TEMPLATES
from handlers.register import answers, blanks, card, criteria, ladder
from handlers.register.kinds import Blank, Step
from handlers.turn import Turn
from handlers.vocabulary import ChoiceField, FormPart, Text
from prompts import Phrasebook
from storage import meetings
from storage.tables import Item, Member

HANDING_IN = ("prepared", "prepare_again")
ALONGSIDE = ("file", "parking", "struck", "right")
"""What is asked beside the questions of a kind of meeting."""
KEPT = "form_"
"""Before the name of a question of a preparation, where its answer is kept to be added to."""
NOT_TOLD = ("action", "owner", "date", "struck")
"""What becomes a promise, and is told there; and what is ticked, which is told in words."""
OUTCOME = ("record", "more_actions")
"""Steps of a meeting in which people take something upon them."""
TICK, TICKS = 74, 40
"""Letters of what can be ticked; no platform shows more. And how many of them a form offers, the oldest first."""


def asks(item: Item, step: Step) -> tuple[Blank, ...]:
    """What is asked, in order. Of what is handed in nothing has to be filled in: a link will do."""
    found = _asks(item, step)
    return tuple(replace(blank, required=False) for blank in found) if _hands_in(item, step) else found


def _hands_in(item: Item, step: Step) -> bool:
    return item.kind == "preparation" and step.name in HANDING_IN


def _asks(item: Item, step: Step) -> tuple[Blank, ...]:
    _, template = _template(item, step)
    if template:
        return (*template, *(blank for blank in step.asks if blank.name in ALONGSIDE))
    repeated = [
        replace(blank, name=f"{blank.name}{number}")
        for number in range(1, 1 + max((len(_lines(item, blank)) for blank in step.asks), default=0))
        for blank in step.asks
        if blank.each
    ]
    return (*repeated, *(blank for blank in step.asks if not blank.each))


def _lines(item: Item, blank: Blank) -> list[str]:
    return criteria.lines(item.words.get(blank.each, "")) if blank.each else []


def _template(item: Item, step: Step) -> tuple[str, tuple[Blank, ...]]:
    """Where the words of a kind of meeting with questions of its own stand, and what it asks."""
    if _hands_in(item, step):
        kind, moment = item.words.get("for", ""), item.doer
    elif item.kind == "meeting" and step.name == "record":
        kind, moment = item.words.get("kind", ""), "after"
    else:
        return "", ()
    found = {str(name): form for name, form in TEMPLATES.get(kind, {}).items()}
    return f"meetings_templates.{kind}.{moment}", found.get(moment, ())


def parts(turn: Turn, book: Phrasebook, item: Item, member: Member, step: Step) -> Iterable[FormPart]:
    """The form itself, with what is known already filled in."""
    where = _where(book, item, step)
    values, (named, template) = _before(turn, item, member, step), _template(item, step)
    if step.private:
        yield Text(book.say("escalation.own_side"), "note")
    for intro in (f"{where}.intro", f"{named}.intro"):
        if book.has(intro):
            yield Text(book.say(intro), "note")
    if any(blank.name == "scenario" for blank in template):
        yield from (Text(each, "starter") for each in book.list("meetings_templates.simulation.examples"))
    labels, own = criteria.asked(book, item, step), {blank.name for blank in template}
    for blank in asks(item, step):
        if blank.type == "ticks":
            yield from _ticks(turn, book, where, item, blank)
            continue
        (field,) = blanks.fields(
            book, named if blank.name in own else where, [replace(blank, name=_asked_as(blank))], values
        )
        yield replace(field, name=blank.name, label=labels.get(blank.name, field.label))


def _ticks(turn: Turn, book: Phrasebook, where: str, item: Item, blank: Blank) -> Iterable[FormPart]:
    """What is on the parking list of these meetings, to be struck; nothing where it is empty."""
    meeting = meetings.of_item(turn.db, item)
    parked = meetings.topics(turn.db, meeting.series, parked=True) if meeting is not None else []
    choices = tuple((str(topic.id), answers.cut(topic.text, TICK)) for topic in parked[:TICKS])
    if choices:
        yield ChoiceField(blank.name, book.say(f"{where}.field.{blank.name}"), choices, required=False, many=True)


def _where(book: Phrasebook, item: Item, step: Step) -> str:
    """Where the words of what a step asks stand."""
    of_meeting = f"preparation.asks.{item.words.get('for')}_{item.doer}"
    if _hands_in(item, step) and book.has(of_meeting):
        return of_meeting
    return answers.asking(book, item, step)


def _asked_as(blank: Blank) -> str:
    return blank.name.rstrip("0123456789") if blank.each else blank.name


def _before(turn: Turn, item: Item, member: Member, step: Step) -> Mapping[str, str]:
    """What is filled in beforehand."""
    if _hands_in(item, step):
        known = {name.removeprefix(KEPT): said for name, said in item.words.items() if name.startswith(KEPT)}
        known |= {name: item.words[name] for name in ("result", "file") if name in item.words}
        if item.words.get("for") == "demo" and item.doer == "supplier" and step.name == "prepared":
            return {"result": criteria.suggested(turn, item)} | known
        return known
    if item.kind == "report":
        return item.words
    meeting = meetings.of_item(turn.db, item) if step.name == "cannot" else None
    if meeting is not None:
        goes = roles.stand_in_of(turn, meeting.series, member)
        return {"stand_in": goes.person} if goes is not None else {}
    return ladder.before(turn, item, member, step)


def refusals(item: Item, step: Step, filled: Mapping[str, str]) -> dict[str, str]:
    """Why what was filled in cannot be taken, by field."""
    if step.name == "verdict":
        return criteria.unexplained(filled)
    if not _hands_in(item, step):
        return {}
    needed = () if filled.get("file") else [blank.name for blank in _asks(item, step) if blank.required]
    reasons = {name: "register.refused.text" for name in needed if not filled.get(name)}
    for_demo = item.words.get("for") == "demo" and item.doer == "supplier"
    return reasons | (criteria.refusals(filled) if for_demo else {})


def told(item: Item, step: Step, filled: Mapping[str, str]) -> dict[str, str]:
    """What was filled in as both sides read it from then on, in the words of the project."""
    if step.name == "verdict":
        return criteria.told(item, filled)
    named, template = _template(item, step)
    if not template:
        # What somebody promised is told with the promise, once the other side may know of that.
        mine = NOT_TOLD if step.name in OUTCOME else ()
        return {name: said for name, said in filled.items() if name.rstrip("123") not in mine}
    book = phrases.everyone(item.project)
    said = [
        f"{book.say(f'{named}.field.{blank.name}')}\n{_shown(book, blank, filled[blank.name])}"
        for blank in template
        if blank.name in filled and blank.name.rpartition("_")[2] not in NOT_TOLD
    ]
    name = "decisions" if item.kind == "meeting" else "result"
    beside = [each for each in ALONGSIDE if each in filled and each not in NOT_TOLD]
    return {name: "\n\n".join(said)} | {each: filled[each] for each in beside}


def _shown(book: Phrasebook, blank: Blank, value: str) -> str:
    return card.day(book, value) if blank.type == "date" else value


def kept(item: Item, step: Step, filled: Mapping[str, str]) -> dict[str, str]:
    """The answers to questions of a preparation, to be added to later."""
    _, template = _template(item, step)
    return {f"{KEPT}{b.name}": filled[b.name] for b in template if b.name in filled and item.kind == "preparation"}
