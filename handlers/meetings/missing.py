"""What a rule asks of months that do not have it: a 31st, a fifth Friday. No such day, no meeting; people are told."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from handlers.meetings import rule
from handlers.meetings.rhythm import Rhythm

Named = tuple[int, int | None]
"""(31, None) is the 31st, (5, 4) the fifth Friday; below zero is counted from the end of the month."""


def missing(rhythm: Rhythm, first: date, last: date) -> Mapping[Named, list[date]]:
    """What is not there between two days, with the months (their first day) that lack it, in order. Raises BadRule."""
    asked, start = rule.read(rhythm.rrule), rhythm.start
    spelled = rule.read(rule.spelled(asked, start))
    last = min(last, rule.last_day(rhythm.rrule, rhythm.at, rhythm.calendar.zone))
    if asked.count is not None:
        held = list(rule.days(rhythm.rrule, start, start, last))
        last = held[-1] if len(held) == asked.count else last
    lacking: dict[Named, list[date]] = defaultdict(list)
    for month in _months(max(first, start), last):
        in_turn = asked.frequency in ("DAILY", "WEEKLY") or rule.counts(asked, start, month)
        if in_turn and month.month in (spelled.numbers("BYMONTH") or (month.month,)):
            end = month.replace(day=monthrange(month.year, month.month)[1])
            if "BYSETPOS" in spelled.parts and any(rule.days(rhythm.rrule, start, month, end)):
                continue  # the last one that is there was asked for
            for each in _asked_of_a_month(spelled):
                if not _is_there(each, end):
                    lacking[each].append(month)
    return lacking


def _months(first: date, last: date) -> Iterator[date]:
    """The first day of every month that a stretch of days touches."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield date(number // 12, number % 12 + 1, 1)


def _asked_of_a_month(spelled: rule.Rule) -> Iterator[Named]:
    yield from ((number, None) for number in spelled.numbers("BYMONTHDAY"))
    if spelled.frequency == "MONTHLY" or "BYMONTH" in spelled.parts:
        yield from ((number, weekday) for number, weekday in spelled.weekdays() if number)


def _is_there(named: Named, end: date) -> bool:
    """Whether a month has a day; `end` is the last day of that month."""
    number, weekday = named
    if weekday is None:
        return abs(number) <= end.day
    # The days 29 and later are the ones of which there is a fifth.
    return abs(number) <= 4 + sum((end.weekday() - back) % 7 == weekday for back in range(end.day - 28))
