"""One time more of a series, on a day that people choose: after a large change, or because there is reason to."""

from collections.abc import Iterable
from datetime import date, timedelta

from handlers import calendar, dates, phrases
from handlers.meetings import changing, feed, listing, outlook, planning, rights
from handlers.meetings.rhythm import moves_to
from handlers.register import blanks
from handlers.register.kinds import Blank
from handlers.turn import Turn
from handlers.vocabulary import ButtonPress, Effect, Form, OpenForm, Refused, Submission, Text
from storage.tables import Series

NAME = "extra-"
FURTHEST = timedelta(days=366)
ASKED = (Blank("date", "date", required=True), Blank("reason", required=True, lines=3, longest=600))


def asked(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Ask on which day a series is held once more, and why."""
    channel, member, series = listing.meant_series(turn, event)
    rights.check(turn, "extra", member, (series.kind,))
    book = phrases.reader(member)
    yield OpenForm(
        Form(
            "extra",
            phrases.titled(book.say(f"meetings.kind.{series.kind}")),
            book.say("meetings.extra.submit"),
            book.say("register.close"),
            (Text(book.say("meetings.extra.intro")), *blanks.fields(book, "meetings.extra", ASKED, {})),
            about=f"{channel.project_id} {series.id}",
        )
    )


def planned(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Plan it, and tell everyone."""
    channel, member, series = listing.meant_series(turn, event)
    rights.check(turn, "extra", member, (series.kind,))
    filled = blanks.read(ASKED, event.answers)
    reasons = blanks.refusals(turn, member, ASKED, filled)
    if reasons:
        raise Refused(reasons)
    day = date.fromisoformat(filled["date"])
    works = planning.calendar_of(series)
    if not calendar.day_of(works, turn.now) <= day <= calendar.day_of(works, turn.now) + FURTHEST:
        raise Refused({"date": "register.refused.date"})
    # A day off moves it like any other.
    held = moves_to(planning.rhythm_of(series), day) or day
    if calendar.at(works, held, series.at) <= turn.now:
        raise Refused({"date": "meetings.refused.past"})
    if outlook.expected(turn.db, series, held, held, turn.now):
        raise Refused({"date": "meetings.refused.same_day"})
    name, stood = f"{NAME}{_last(series) + 1}", feed.ahead(turn, [series])
    series.extra = {**(series.extra or {}), name: day.isoformat()}
    series.revision += 1
    yield from changing.replan(turn, series).effects
    when = next((each.starts for each in planning.times(series, held, held) if each.extra == name), None)
    if when is None:
        raise Refused({"date": "meetings.refused.same_day"})
    book = phrases.everyone(series.project)
    yield from changing.said(
        turn,
        channel,
        [series],
        stood,
        "meetings.changed.extra",
        who=phrases.person(member),
        name=book.say(f"meetings.kind.{series.kind}"),
        when=dates.moment_in_words(when, book.language, works.zone),
        reason=filled["reason"],
    )


def _last(series: Series) -> int:
    """The number of the last one that was added; 0 where none was."""
    return max((int(name.removeprefix(NAME)) for name in series.extra or {} if name.startswith(NAME)), default=0)
