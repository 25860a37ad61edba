"""What an escalation shows beside what every item does: its step, what was recorded, what a side keeps to itself."""

from collections.abc import Iterable, Mapping
from datetime import date

from babel.dates import format_date

from handlers import calendar, phrases
from handlers.register import leaving, rungs, steps
from handlers.register.kinds import Step
from handlers.turn import Turn
from handlers.vocabulary import Button, ButtonPress, Effect, Facts, Part, Place, Share, Submission, Text
from prompts import Phrasebook
from storage import items, sheets
from storage.tables import Item, Member

RECOVERY = 10
"""Working days that the other side gets to recover, unless somebody chooses another day."""
RECORDED = 4
"""Outcomes that a card shows, the last ones; the others are in the history."""
BEFORE = ("call", "open")
"""The states in which a step of the ladder is still to be taken: then its card says how."""
OWN = ("filed", "sheet", "plan_call", "notice")
"""For what a side writes things down that only it sees."""


def name(book: Phrasebook, item: Item) -> str:
    """On which step of the ladder an item stands, in words."""
    number = rungs.rung(item)
    return book.say("escalation.step_of", number=str(number), name=book.say(f"escalation.rung.{number}.name"))


def parts(turn: Turn, book: Phrasebook, item: Item, member: Member) -> list[Part]:
    """What stands on somebody's own card: what both sides recorded, what is proposed, and what only their side sees."""
    if not rungs.rung(item):
        return []
    shown: list[Part] = []
    if item.state in BEFORE:
        shown.append(Text(book.say(f"escalation.rung.{rungs.rung(item)}.note"), "note"))
    shown += recorded(turn, book, item, RECORDED)
    if rungs.proposed(item):
        who = book.say(f"consent.side.{rungs.proposed_by(item)}")
        said = item.words.get("because", "")
        shown.append(Text(book.say(f"escalation.proposed.{rungs.proposed(item)}", side=who, reason=said)))
    own = list(_own(turn, book, item, member))
    if own:
        shown += [Text(book.say("escalation.own_side"), "note"), Facts(tuple(own))]
    return shown


def recorded(turn: Turn, book: Phrasebook, item: Item, last: int) -> Iterable[Text]:
    """What the sides recorded as the outcome of a step, the last ones; of anything else than an escalation nothing."""
    entries = items.history(turn.db, item) if rungs.rung(item) else []
    for entry in [each for each in entries if each.words.get("outcome")][-last:]:
        where = book.say(f"escalation.rung.{entry.words['rung']}.name")
        who = book.say(f"consent.side.{entry.side}")
        yield Text(book.say("escalation.recorded", step=where, side=who, outcome=entry.words["outcome"]))


def buttons(book: Phrasebook, item: Item, member: Member) -> list[Button]:
    """What is offered last, behind all that can be done with an escalation."""
    return [leaving.button(book, member)] if rungs.rung(item) else []


def planned(turn: Turn, book: Phrasebook, item: Item, member: Member) -> list[tuple[str, str]]:
    """With whom and when somebody's side planned to ring, until that is done."""
    return list(_own(turn, book, item, member, ("plan_call",))) if item.state == "call" else []


def _own(
    turn: Turn, book: Phrasebook, item: Item, member: Member, names: tuple[str, ...] = OWN
) -> Iterable[tuple[str, str]]:
    mine = steps.whose(turn, member)
    for step in names:
        for field, said in sheets.read(turn.db, item.project, item, mine, step).items():
            own = f"escalation.label_{field}.{step}"
            label = book.say(own if book.has(own) else f"escalation.label.{field}")
            yield label, _day(book, said) if field == "date" else said


def before(turn: Turn, item: Item, member: Member, step: Step) -> Mapping[str, str]:
    """What stands in the form of a step beforehand: what this side wrote for it, and a reasonable day."""
    if not rungs.rung(item):
        return {}
    works = calendar.of_project(item.project)
    today = calendar.day_of(works, turn.now)
    usual = {"date": calendar.working_days_after(works, today, RECOVERY).isoformat()}
    mine = steps.whose(turn, member)
    written = {name: sheets.read(turn.db, item.project, item, mine, name) for name in OWN}
    match step.name:
        case "sheet":
            return usual | {"agreed": item.words["what"]} | written["sheet"]
        case "plan_call":
            return written["plan_call"]
        case "notice":
            return usual | {"expected": written["sheet"].get("expected", "")} | written["notice"]
        case "outcome" if rungs.rung(item) == rungs.FIRST:
            return {"date": max(usual["date"], written["sheet"].get("date", ""))}
        case _:
            return usual


def draft(turn: Turn, event: ButtonPress | Submission, item: Item, member: Member, step: Step) -> Iterable[Effect]:
    """The draft of a formal notice, as a file for who wrote it and for nobody else: sending it is up to people."""
    if step.name != "notice":
        return
    book = phrases.reader(member)
    said = sheets.read(turn.db, item.project, item, steps.whose(turn, member), "notice")
    text = book.say(
        "escalation.letter.text",
        agreed=item.words["what"],
        where=item.words["where"],
        shortfall=said["shortfall"],
        expected=said["expected"],
        day=_day(book, said["date"]),
        consequence=said["consequence"],
    )
    file = book.say("escalation.letter.file", number=str(item.number))
    here = Place(event.place.platform, event.place.team, item.channel, None, direct=True)
    yield Share(here, event.who, file, text, f"notice:{item.id}:{event.id}")


def _day(book: Phrasebook, written: str) -> str:
    return format_date(date.fromisoformat(written), format="full", locale=phrases.LOCALES[book.language])
