"""Dates in people's own words: which day they mean, by the calendar of a project; or None, and then ask."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from handlers import phrases
from handlers.calendar import Calendar, day_of, last_working_day, working_days_after
from prompts.dates import Said, read

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
HORIZON = timedelta(days=3 * 365)
"""Nobody promises anything for a later day, so it is a slip of the pen."""
DOUBT = timedelta(days=60)
"""A day without a year that passed more recently may well be a slip: it is not taken for next year's."""


def understand(text: str, language: str, now: datetime, own: Calendar, *, past: bool = False) -> date | None:
    """The day that somebody means; None when that is not sure, has passed (unless `past`) or is three years away.

    A week stands for its last working day, as for whoever promises something "next week". Never raises.
    """
    today, said = day_of(own, now), read(language, text)
    day = _day(said, today, own) if said is not None else None
    return day if day is not None and today - (HORIZON if past else 0 * DAY) <= day <= today + HORIZON else None


def named(text: str, language: str, today: date, own: Calendar) -> date | None:
    """The day that somebody calls by its number and month, and by nothing else; it may have passed. Never raises."""
    said = read(language, text, bare=True)
    return _day(said, today, own) if said is not None and said.means == "day_and_month" else None


def _day(said: Said, today: date, own: Calendar) -> date | None:
    try:
        day = MEANINGS[said.means](Today(today, own, said.numbers))
    except (ValueError, OverflowError):
        return None
    # "Monday 16 March" is one of the two.
    return day if day is not None and said.numbers.get("weekday", day.isoweekday()) == day.isoweekday() else None


def in_words(day: date, language: str) -> str:
    """A day as people write it in full: dinsdag 1 december 2026."""
    return format_date(day, format="full", locale=phrases.LOCALES[language])


def moment_in_words(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """A moment as people write it in full: dinsdag 1 december 2026, 14:00."""
    local = moment.astimezone(zone)
    return f"{in_words(local.date(), language)}, {local:%H:%M}"


@dataclass(frozen=True)
class Today:
    """What a meaning is worked out from."""

    day: date
    calendar: Calendar
    numbers: Mapping[str, int]


def _weekday(today: Today) -> date | None:
    """The next day of that name. Today's own name may be today or in a week: ask."""
    return None if today.day.isoweekday() == today.numbers["weekday"] else _coming(today)


def _coming(today: Today) -> date:
    """The first day of that name after today."""
    return today.day + ((today.numbers["weekday"] - today.day.isoweekday() - 1) % 7 + 1) * DAY


def _next(today: Today) -> date | None:
    """Next Friday: clear only when this week's is over. On a Sunday people differ on which week this is."""
    over = today.numbers["weekday"] <= today.day.isoweekday() < 7
    return _coming(today) if over else None


def _of_week(today: Today, later: int) -> date:
    """The weekday in this week, or so many weeks later."""
    return _monday(today.day) + later * WEEK + (today.numbers["weekday"] - 1) * DAY


def _end_of_week(today: Today, monday: date) -> date | None:
    return last_working_day(today.calendar, monday, monday + 6 * DAY)


def _week(today: Today) -> date | None:
    """The end of a week with a number."""
    return _sure(today, lambda year: _end_of_week(today, date.fromisocalendar(year, today.numbers["week"], 1)))


def _weekday_in_week(today: Today) -> date | None:
    numbers = today.numbers
    return _sure(today, lambda year: date.fromisocalendar(year, numbers["week"], numbers["weekday"]))


def _month_end(today: Today, later: int = 0) -> date | None:
    return _last_of(today, _months_on(today.day.replace(day=1), later))


def _end_of_month(today: Today) -> date | None:
    return _sure(today, lambda year: _last_of(today, date(year, today.numbers["month"], 1)))


def _day_and_month(today: Today) -> date | None:
    return _sure(today, lambda year: date(year, today.numbers["month"], today.numbers["number"]))


def _day_of_month(today: Today) -> date | None:
    """The fifteenth: of this month, as long as it is to come."""
    day = today.day.replace(day=today.numbers["number"])
    return day if day >= today.day else None


def _day_of_next_month(today: Today) -> date:
    return _months_on(today.day.replace(day=1), 1).replace(day=today.numbers["number"])


def _before_christmas(today: Today) -> date | None:
    """The last working day before it: the one on which it must be ready."""
    return _sure(today, lambda year: last_working_day(today.calendar, date(year, 12, 1), date(year, 12, 24)))


def _sure(today: Today, in_year: Callable[[int], date | None]) -> date | None:
    """The day in the year that was named; without one the first to come, unless another passed only recently."""
    if "year" in today.numbers:
        return in_year(today.numbers["year"])
    days = [day for year in range(today.day.year - 1, today.day.year + 4) if (day := _try(in_year, year)) is not None]
    if any(timedelta(0) < today.day - day < DOUBT for day in days):
        return None
    return next((day for day in days if day >= today.day), None)


def _try(in_year: Callable[[int], date | None], year: int) -> date | None:
    try:
        return in_year(year)
    except ValueError:
        # There is not a 29 February, or a week 53, every year.
        return None


def _monday(day: date) -> date:
    return day - (day.isoweekday() - 1) * DAY


def _months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _last_of(today: Today, first: date) -> date | None:
    """The last working day of a month."""
    return last_working_day(today.calendar, first, first.replace(day=monthrange(first.year, first.month)[1]))


MEANINGS: Mapping[str, Callable[[Today], date | None]] = {
    "today": lambda today: today.day,
    "tomorrow": lambda today: today.day + DAY,
    "day_after_tomorrow": lambda today: today.day + 2 * DAY,
    "weekday": _weekday,
    "coming_weekday": _coming,
    "next_weekday": _next,
    "weekday_this_week": lambda today: _of_week(today, 0),
    "weekday_next_week": lambda today: _of_week(today, 1),
    "weekday_in_week": _weekday_in_week,
    "weekday_a_week_later": lambda today: _coming(today) + WEEK,
    "today_a_week_later": lambda today: today.day + WEEK,
    "tomorrow_a_week_later": lambda today: today.day + DAY + WEEK,
    "this_week": lambda today: _end_of_week(today, _monday(today.day)),
    "next_week": lambda today: _end_of_week(today, _monday(today.day) + WEEK),
    "week": _week,
    "month_end": _month_end,
    "next_month_end": lambda today: _month_end(today, 1),
    "end_of_month": _end_of_month,
    "year_end": lambda today: _last_of(today, date(today.day.year, 12, 1)),
    "before_christmas": _before_christmas,
    "in_days": lambda today: today.day + today.numbers["count"] * DAY,
    "in_weeks": lambda today: today.day + today.numbers["count"] * WEEK,
    "in_months": lambda today: _months_on(today.day, today.numbers["count"]),
    "in_working_days": lambda today: working_days_after(today.calendar, today.day, today.numbers["count"]),
    "in_a_fortnight": lambda today: today.day + 2 * WEEK,
    "next_working_day": lambda today: working_days_after(today.calendar, today.day, 1),
    "day_of_month": _day_of_month,
    "day_of_next_month": _day_of_next_month,
    "day_and_month": _day_and_month,
}
"""What each name in the phrase tables comes down to."""
