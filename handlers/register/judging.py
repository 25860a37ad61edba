"""The word of who reported something through the link: on the page of their receipt they judge what was answered."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from handlers import dates
from handlers.register import alike, answers, blanks, card, steps, taking, timing, waiting
from handlers.register.kinds import KINDS, Step
from handlers.turn import Turn
from handlers.vocabulary import Effect, Form, Judged, Refused
from prompts import Phrasebook
from storage import consents, items
from storage.tables import Entry, Item


def forms(turn: Turn, book: Phrasebook, item: Item, values: Mapping[str, str]) -> tuple[Form, ...]:
    """What they can choose now, each as a form of its own; none where nothing is taken down any more."""
    if "registers" not in consents.agreed(turn.db, item.project):
        return ()
    return tuple(_form(book, item, step, values) for step in _theirs(item))


def _form(book: Phrasebook, item: Item, step: Step, values: Mapping[str, str]) -> Form:
    fields = blanks.fields(book, answers.asking(book, item, step), step.asks, values)
    where = f"link.judge.{step.name}"
    return Form(step.name, book.say(f"{where}.title"), book.say(f"{where}.button"), "", tuple(fields))


def stands(turn: Turn, item: Item) -> str:
    """How an item stands and for the how-manieth time, so that an answer to an earlier question is none to this one."""
    arrives = {step.name for step in KINDS[item.kind].steps if step.to == item.state}
    return f"{item.state}-{sum(entry.step in arrives for entry in items.history(turn.db, item))}"


def until(book: Phrasebook, item: Item) -> str:
    """Until when they alone judge it, in words; empty once a colleague of theirs may as well."""
    if not steps.left_to_reporter(item) or item.look_at is None:
        return ""
    return dates.in_words(item.look_at.astimezone(ZoneInfo(item.project.zone)).date(), book.language)


def said(turn: Turn, book: Phrasebook, item: Item) -> str:
    """What they chose last, in words; empty where they chose nothing yet."""
    own = [entry for entry in items.history(turn.db, item) if entry.words.get("via") == "link"]
    if not own:
        return ""
    last = own[-1]
    return book.say(f"link.judge.{last.step}.done", said=_words(book, item, last))


def _words(book: Phrasebook, item: Item, entry: Entry) -> str:
    step = next(step for step in KINDS[item.kind].steps if step.name == entry.step)
    told = [answers.words(book, item, step, blank, entry.words.get(blank.name, "")) for blank in step.asks]
    return ". ".join(each for each in told if each)


def judged(event: Judged, turn: Turn) -> Iterable[Effect]:
    """Take the step that they chose, by the same rules as in the channel, and show there that it was taken."""
    # Held: of a colleague and them at once, the second is told that it stands otherwise by now.
    item = items.of_receipt(turn.db, event.place.tenant, event.receipt, hold=True)
    if item is None or item.project.ended_at is not None:
        raise Refused({"": "link.page.closed"})
    steps.check_keeping(turn, item.project)
    step = next((step for step in _theirs(item) if step.name == event.step), None)
    if step is None or event.stands != stands(turn, item):
        raise Refused({"": "link.page.changed"})
    filled = blanks.read(step.asks, event.answers)
    reasons = blanks.refused(turn, item.project, ZoneInfo(item.project.zone), step.asks, filled)
    if reasons:
        raise Refused(reasons)
    # Nobody knows who they are, so in the history it is the word of their side, with the way that it came.
    taking.apply(item, None, step, filled)
    items.happened(turn.db, item, None, step.name, {**filled, "via": "link"}, turn.now, side=item.side)
    timing.begin(item, turn.now, tell=True)
    yield from card.again(turn, item)
    yield from waiting.tell(turn, item)
    yield from alike.ended(turn, item)


def _theirs(item: Item) -> list[Step]:
    """The steps that who reported something through the link can take on their own page, in order."""
    if item.receipt is None or steps.waits_for(item) != "author":
        return []
    mine = [step for step in KINDS[item.kind].steps if step.who == "author" and item.state in step.before]
    return [step for step in mine if not step.menu and not step.elsewhere]
