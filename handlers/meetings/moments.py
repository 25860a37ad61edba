"""What time brings to a meeting, and when: somebody is asked to prepare, the agenda goes out, it is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import calendar
from handlers.calendar import Calendar
from handlers.meetings.kinds import Kind
from handlers.meetings.rhythm import Before, reminds_at

WORTH_IT = timedelta(days=5)
"""So long a verdict is still worth asking for."""
MORNING = 9 * 60
"""When people hear what came to wait for them, in minutes after midnight."""
POSTS = ("draft", "final")
"""What is said of a meeting to everyone."""


@dataclass(frozen=True)
class Moment:
    """`what` is prepare_supplier, prepare_client, draft, final, over or verdict; after `until` it is of no use."""

    at: datetime
    what: str
    until: datetime | None
    told: datetime
    """When people hear of it. Whoever prepares is asked at midnight, so as to be told that same morning."""


def moments(kind: Kind, starts: datetime, ends: datetime, works: Calendar) -> tuple[Moment, ...]:
    """All that time brings to one meeting, in order. A post stands before it even where its day comes after that."""
    local = starts.astimezone(works.zone)
    day, begins = local.date(), local.hour * 60 + local.minute

    def before(working_days: int, minutes: int) -> datetime:
        return min(reminds_at(Before(working_days=working_days, at=minutes), day, begins, works), starts)

    preps = (("supplier", kind.supplier_prep), ("client", kind.client_prep))
    found = [
        Moment(before(prep.asked, 0), f"prepare_{side}", starts, before(prep.asked, MORNING))
        for side, prep in preps
        if prep is not None and prep.asked > 0
    ]
    posts = [(before(post.working_days, post.at), post.what) for post in kind.agenda_out]
    found += [Moment(moment, what, starts, moment) for moment, what in posts]
    found.append(Moment(ends, "over", None, ends))
    if kind.verdict_again is not None:
        morning = calendar.at(works, calendar.working_days_after(works, day, kind.verdict_again), MORNING)
        again = max(morning, ends)
        found.append(Moment(again, "verdict", again + WORTH_IT, again))
    return tuple(sorted(found, key=lambda moment: moment.at))


def due(all_of_them: Iterable[Moment], done: datetime | None, now: datetime) -> list[Moment]:
    """What is to be done now: what was not done yet and is still worth it; of several agendas only the last."""
    open_ = [m for m in all_of_them if m.at <= now and (done is None or m.at > done)]
    useful = [m for m in open_ if m.until is None or now < m.until]
    last_post = next((m for m in reversed(useful) if m.what in POSTS), None)
    return [m for m in useful if m.what not in POSTS or m is last_post]


def coming(all_of_them: Iterable[Moment], now: datetime) -> datetime | None:
    """When time brings something next."""
    return next((moment.at for moment in all_of_them if moment.at > now), None)
