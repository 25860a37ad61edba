"""A call that one side plans, as an entry for a calendar: for its own, and to send on to whom they ring.

The other side does not know of the escalation yet, so nothing of it stands in the entry, nor in its name.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from handlers import calendar, ical, phrases
from handlers.hours import minutes
from handlers.register import card
from handlers.register.kinds import Step
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Effect, Place, Share, Submission
from prompts import Phrasebook
from storage import projects
from storage.tables import Item, Member

LASTS = timedelta(minutes=30)


def entry(
    turn: Turn, event: ButtonPress | Submission, item: Item, member: Member, step: Step, words: Mapping[str, str]
) -> Iterable[Effect]:
    """The call that somebody planned, as a file for them alone; where no file can be sent, how to do without."""
    if step.name != "plan_call":
        return
    book, day, time = phrases.reader(member), date.fromisoformat(words["date"]), words.get("time", "")
    when = card.day(book, words["date"])
    if time:
        when = book.say("escalation.call.at", day=when, time=time)
    written = ical.calendar([_event(turn, book, item, member, day, minutes(time) if time else None)])
    here = Place(event.place.platform, event.place.team, item.channel, None, direct=True)
    instead = phrases.note(book, "escalation.call.no_file", whom=words["whom"], when=when)
    name = book.say("escalation.call.file")
    yield Share(here, event.who, name, written.decode(), f"call:{item.id}:{event.id}", instead=instead)


def _event(turn: Turn, book: Phrasebook, item: Item, member: Member, day: date, at: int | None) -> ical.Event:
    starts: date | datetime = day
    ends: date | datetime = day + timedelta(days=1)
    if at is not None:
        # The time that somebody fills in is by their own clock.
        starts = calendar.at(calendar.of_member(member), day, at)
        ends = starts + LASTS
    sides = {each.side: each.name for each in projects.organisations(turn.db, item.project)}
    summary = book.say("escalation.call.summary", one=sides.get("client", ""), other=sides.get("supplier", ""))
    known = uuid5(NAMESPACE_URL, f"{item.tenant}/{item.id}/{item.created_at.isoformat()}")
    # Planned again it is the same entry, changed: time only counts up.
    sequence = int((turn.now - item.created_at).total_seconds())
    return ical.event(f"call-{known}", sequence, turn.now, starts, ends, summary)
