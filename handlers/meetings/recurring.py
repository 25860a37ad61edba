"""How often a meeting comes back, as people choose it in a form and read it; underneath it is an RRULE of iCalendar.

What cannot be chosen in a form is somebody's own rule: it stays as it is, and is said in words where that is short.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.meetings.rule import WEEKDAYS, checked, read
from prompts import Phrasebook

PERIODS: Mapping[str, tuple[str, int]] = {
    "week": ("WEEKLY", 1),
    "two_weeks": ("WEEKLY", 2),
    "three_weeks": ("WEEKLY", 3),
    "month": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3),
    "half_year": ("MONTHLY", 6),
    "year": ("MONTHLY", 12),
}
"""What can be chosen of which a weekday is named: the frequency, and every how many of those."""
EVERY_DAY = "FREQ=DAILY"
LAST_WORKING_DAY = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1"
"""Of a month: its last day, for a meeting that moves to the working day before, whichever days a project works."""
LAST_WEEKDAY = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
"""How that was written before; what has it keeps it until somebody changes how often it is."""
OFTEN = ("day", "week", "two_weeks", "three_weeks", "month", "last_working_day", "quarter", "half_year", "year", "own")
WEEKS = ("1", "2", "3", "4", "-1")
"""Which one of its weekdays in a month; -1 is the last."""


@dataclass(frozen=True)
class Chosen:
    """What somebody chooses. What does not matter for how often it is stays empty."""

    often: str
    weekday: str = ""
    """MO to SU."""
    week: str = ""
    """One of WEEKS."""
    own: str = ""
    """A rule of somebody's own, as `rule.checked` gave it."""


def ruled(chosen: Chosen) -> str:
    """The rule that a choice stands for. Raises BadRule for one of somebody's own that is not taken."""
    if chosen.often == "own":
        return checked(chosen.own)
    if chosen.often in ("day", "last_working_day"):
        return EVERY_DAY if chosen.often == "day" else LAST_WORKING_DAY
    frequency, interval = PERIODS[chosen.often]
    every = f";INTERVAL={interval}" if interval > 1 else ""
    week = chosen.week if frequency == "MONTHLY" else ""
    return f"FREQ={frequency}{every};BYDAY={week}{chosen.weekday}"


def chosen(rrule: str) -> Chosen:
    """The choice that a rule stands for. Raises BadRule for what is no rule."""
    rule = read(rrule)
    if rrule in (LAST_WORKING_DAY, LAST_WEEKDAY):
        return Chosen("last_working_day")
    if rrule == EVERY_DAY:
        return Chosen("day")
    often = next((name for name, period in PERIODS.items() if period == (rule.frequency, rule.interval)), None)
    days = rule.weekdays()
    if often is None or len(days) != 1 or not set(rule.parts) <= {"FREQ", "INTERVAL", "BYDAY"}:
        return Chosen("own", own=rrule)
    ((number, weekday),) = days
    week = str(number) if rule.frequency == "MONTHLY" else ""
    return Chosen(often, WEEKDAYS[weekday], week) if week in ("", *WEEKS) else Chosen("own", own=rrule)


def in_words(book: Phrasebook, rrule: str) -> str:
    """How often it is, to read: every second Tuesday of the month."""
    found = chosen(rrule)
    if found.often == "own":
        return _own_in_words(book, rrule)
    day = book.say(f"worktime.day.{WEEKDAYS.index(found.weekday) + 1}") if found.weekday else ""
    week = book.say(f"meetings.week.{found.week}") if found.week else ""
    return book.say(f"meetings.often.{found.often}", day=day, week=week)


def _own_in_words(book: Phrasebook, rrule: str) -> str:
    """Somebody's own rule: on which days of the week or the month, or else only that it is their own."""
    rule = read(rrule)
    names = set(rule.parts) if rule.interval == 1 else set()
    weekdays = ", ".join(book.say(f"worktime.day.{weekday + 1}") for _, weekday in rule.weekdays())
    if rule.frequency == "WEEKLY" and weekdays and {"FREQ"} <= names <= {"FREQ", "INTERVAL", "BYDAY"}:
        return book.say("meetings.often.week", day=weekdays)
    days = rule.numbers("BYMONTHDAY")
    if (
        rule.frequency == "MONTHLY"
        and days
        and {"FREQ"} <= names <= {"FREQ", "INTERVAL", "BYMONTHDAY"}
        and min(days) > 0
    ):
        return book.say("meetings.often.days_of_month", days=", ".join(str(day) for day in days))
    return book.say("meetings.often.own")
