"""A progress report: drafted from what is on record, read and sent by the supplier, answered by the client."""

from collections.abc import Iterable, Mapping

from handlers import calendar, phrases
from handlers.meetings import gathering, quiet
from handlers.meetings.kinds import PROGRESS
from handlers.register import card, timing, waiting
from handlers.register.kinds import SECTIONS, Blank
from handlers.turn import Turn
from handlers.vocabulary import Effect
from prompts import Phrasebook
from storage import items, meetings
from storage.tables import Item, Meeting, Member

LINES, ALL = 10, 500
"""Lines of a section in a draft; of the others only how many."""
EARLIER = 5
"""Earlier reports that are looked at: whether they are still open."""
COUNTED = ("kept", "promise", "request")
"""Sources of which the draft says how many there are."""
ANSWERED = -PROGRESS.client_prep.due if PROGRESS.client_prep is not None else 0
"""Working days in which the client answers."""


def due(turn: Turn, meeting: Meeting) -> Iterable[Effect]:
    """It is time for a report: a draft of it, or none where it has been quiet since the last one."""
    yield from _end_earlier(turn, meeting)
    now_quiet = quiet.since_last(turn, meeting)
    if now_quiet is not None and now_quiet.passes:
        yield from quiet.passed_over(turn, meeting, now_quiet)
    else:
        yield from _draft(turn, meeting, now_quiet is not None)


def _draft(turn: Turn, meeting: Meeting, is_quiet: bool) -> Iterable[Effect]:
    """Put a draft together. Only the supplier's side knows of it; who has the role hears of it in their morning."""
    item = meeting.item
    item.state = "draft"
    book, day = phrases.everyone(item.project), str(item.due_on)
    drafted = dict(_drafted(turn, meeting))
    if is_quiet or quiet.was(turn, meeting):
        drafted["in_short"] += "\n" + book.say("report.goes_on_monthly" if is_quiet else "report.back")
    item.words = {**item.words, "what": book.say("report.of", day=card.day(book, day)), **drafted}
    if is_quiet:
        item.words = {**item.words, quiet.WORD: "yes"}
    items.happened(turn.db, item, None, "day_passed", {}, turn.now)
    timing.begin(item, turn.now, tell=True)
    yield from waiting.tell(turn, item)


def _end_earlier(turn: Turn, meeting: Meeting) -> Iterable[Effect]:
    """What was never sent lapses, and what was never answered waits for nobody any longer."""
    for state, after in (("draft", "lapsed"), ("sent", "unanswered")):
        for earlier in meetings.before(turn.db, meeting, (state,), EARLIER):
            item = earlier.item
            item.state = after
            items.happened(turn.db, item, None, "day_passed", {}, turn.now)
            timing.begin(item, turn.now, tell=False)
            yield from card.again(turn, item)


def _drafted(turn: Turn, meeting: Meeting) -> Mapping[str, str]:
    """What the registers say for each section; the last word is to who sends it."""
    book = phrases.everyone(meeting.item.project)
    agenda = book.table(f"agendas.{PROGRESS.name}")
    found = gathering.found(turn, book, meeting, ALL, _of_supplier)
    told = {
        blank.name: [line for source in agenda[blank.name]["from"] for line in found.get(source, ())]
        for blank in SECTIONS
    }
    counted = {name: str(len(found.get(name, ()))) for name in COUNTED}
    told["in_short"] = [book.say("report.in_short", **counted)]
    return {blank.name: _fitting(book, told[blank.name], blank) for blank in SECTIONS if told[blank.name]}


def _of_supplier(item: Item) -> bool:
    """Whether it is for the supplier to report: what it does, and what it asks of the client."""
    return (item.side if item.kind in ("request", "warning") else item.doer) == "supplier"


def _fitting(book: Phrasebook, lines: list[str], blank: Blank) -> str:
    """As many whole lines as the field takes, and how many more there are."""
    at_most = LINES
    while len(said := "\n".join(gathering.shortened(book, lines, at_most))) > blank.longest:
        at_most -= 1
    return said


def taken(turn: Turn, item: Item, member: Member, step: str, words: Mapping[str, str]) -> None:
    """A report was sent, or answered."""
    if step == "send":
        sections = {blank.name for blank in SECTIONS}
        works = calendar.of_project(item.project)
        answered_by = calendar.working_days_after(works, calendar.day_of(works, turn.now), ANSWERED)
        # By this name its day is called from now on.
        kept = {name: said for name, said in item.words.items() if name not in sections} | {"kind": "reply"}
        item.words = kept | dict(words)
        item.author_id, item.due_on = member.id, answered_by.isoformat()
        timing.begin(item, turn.now, tell=True)
    elif step == "reply":
        item.words = {**item.words, **words}
