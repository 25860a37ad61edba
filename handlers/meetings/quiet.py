"""Progress reports while nothing happens: one a month is enough, and people are told so.

Quiet is: nothing on record changed since the last report, and nothing is due before the next. An own affair of one side
does not count, so that nobody learns of it by what is reported. As soon as it is not quiet, it is as often as agreed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from handlers import calendar, dates, phrases
from handlers.meetings import gathering, outlook, planning
from handlers.register import card
from handlers.register.kinds import KINDS, OVER, UNSEEN
from handlers.turn import Turn
from handlers.vocabulary import Effect, Say
from storage import items, meetings, projects
from storage.tables import Meeting

MONTH = timedelta(days=25)
"""So long after a report another is sent, however quiet it is: a month, also where days off bring that forward."""
NEAR = timedelta(days=14)
"""What is due so soon is something to report on."""
LOOKED_AT = 6
"""Times that are looked through for the next one."""
WORD = "quiet"
"""In the words of a report that is sent because a month has passed, and of one that is passed over."""


@dataclass(frozen=True)
class Quiet:
    """Nothing happened since a report."""

    last: Meeting
    passes: bool
    """Whether it is passed over this time: the last one is not a month ago."""


def since_last(turn: Turn, meeting: Meeting) -> Quiet | None:
    """Since which report nothing happened; None where something did, or none was ever sent."""
    last = next(iter(meetings.before(turn.db, meeting, gathering.REPORTED, 1)), None)
    if last is None or last.done_at is None:
        return None
    day = _day(meeting)
    near = (day + NEAR).isoformat()
    made = [kind.name for kind in KINDS.values() if kind.made]
    if items.anything(turn.db, meeting.item.project, last.done_at, near, without=(made, UNSEEN, OVER)):
        return None
    return Quiet(last, day - _day(last) < MONTH)


def was(turn: Turn, meeting: Meeting) -> bool:
    """Whether reports came monthly until now: the one before this was passed over, or sent because a month was over."""
    before = meetings.before(turn.db, meeting, ("called_off", "lapsed", *gathering.REPORTED), 1)
    return any(WORD in (each.item.words.get("off"), *each.item.words) for each in before)


def passed_over(turn: Turn, meeting: Meeting, found: Quiet) -> Iterable[Effect]:
    """This time there is no report. Everyone hears it the first time; once more only after something happened."""
    item, told = meeting.item, was(turn, meeting)
    item.state, item.words = "called_off", {**item.words, "off": WORD}
    meeting.look_at = None
    meeting.series.plan_at = turn.now
    items.happened(turn.db, item, None, "off_quiet", {}, turn.now)
    channel = projects.channel(turn.db, item.tenant, item.channel)
    if told or channel is None or channel.left_at is not None or channel.halted is not None:
        return
    book, zone = phrases.everyone(item.project), planning.calendar_of(meeting.series).zone
    coming = outlook.coming(turn.db, meeting.series, turn.now, LOOKED_AT)
    after = next((each for each in coming if each.day - _day(found.last) >= MONTH), None)
    when = dates.in_words(after.starts.astimezone(zone).date(), book.language) if after is not None else ""
    said = phrases.note(book, "report.passed_over", day=card.day(book, str(item.due_on)), when=when)
    yield Say(card.place(item), said, f"quiet:{item.id}")


def _day(meeting: Meeting) -> date:
    return calendar.day_of(planning.calendar_of(meeting.series), meeting.starts_at)
