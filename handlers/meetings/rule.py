"""Recurrence rules as iCalendar writes them (RFC 5545): which are taken, and which days they name.

dateutil knows which days of a day, week, month or year a rule names. Only every how many of those count (INTERVAL) is
worked out here: dateutil walks there from the first day on, and without end where no day ever fits.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LONGEST = 300
"""Characters in a rule."""
MOST_TIMES = 4000
"""COUNT: more than ten years of days. They are counted from the first one on."""
WIDEST = 1000
"""INTERVAL."""
YEARS = range(1900, 2201)
"""Years that UNTIL may be in."""
MOST_IN_A_MONTH = 5
"""No weekday comes more often in a month."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
LARGEST = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}
"""The numbers that a list may hold; but for BYMONTH also below zero, which counts from the end."""
OF_DAYS = ("BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY")
ONLY_WITH = {
    "BYWEEKNO": ("YEARLY",),
    "BYYEARDAY": ("YEARLY",),
    "BYMONTHDAY": ("DAILY", "MONTHLY", "YEARLY"),
    "BYSETPOS": ("WEEKLY", "MONTHLY", "YEARLY"),
}
"""What RFC 5545 lets a frequency have; of the rest every reader makes something else."""
CLOCK = ("BYHOUR", "BYMINUTE", "BYSECOND")
KNOWN = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *LARGEST)
PROBE = datetime(9972, 1, 1)  # noqa: DTZ001 - a day on paper
"""From here to the end of dateutil's time lie 28 years: every year there is, by its length and its weekdays."""


class BadRule(ValueError):
    """A rule that is not taken. `key` says why; `part` is the piece of it that is meant, empty for the whole.

    long, shape, start, twice, unknown, frequency, clock, number, weekday, nth, one_day, together, interval, count,
    until, both, never.
    """

    def __init__(self, key: str, part: str = "") -> None:
        super().__init__(f"{key}: {part}" if part else key)
        self.key, self.part = key, part


@dataclass(frozen=True)
class Rule:
    """A rule in its parts, all in capitals, in the order in which they were written."""

    parts: Mapping[str, str]

    @property
    def frequency(self) -> str:
        """DAILY, WEEKLY, MONTHLY or YEARLY."""
        return self.parts["FREQ"]

    @property
    def interval(self) -> int:
        """Every how many days, weeks, months or years."""
        return int(self.parts.get("INTERVAL", "1"))

    @property
    def count(self) -> int | None:
        """How many days in all; None for no end."""
        return int(self.parts["COUNT"]) if "COUNT" in self.parts else None

    def numbers(self, part: str) -> tuple[int, ...]:
        """What a list of numbers holds; empty when it is not there."""
        return tuple(int(each) for each in self.parts[part].split(",")) if part in self.parts else ()

    def weekdays(self) -> tuple[tuple[int, int], ...]:
        """What BYDAY holds: which one (0 for all of them, -1 for the last) of which weekday (0 for Monday)."""
        days = self.parts["BYDAY"].split(",") if "BYDAY" in self.parts else ()
        return tuple((int(day[:-2] or 0), WEEKDAYS.index(day[-2:])) for day in days)


# --- Which are taken


def checked(rrule: str) -> str:
    """The rule as it is kept, `clean`. Raises BadRule for one that is not taken, or that no day ever fits."""
    # A first of January: what goes without saying then never stands in the way.
    if not ever(rrule, date(2001, 1, 1)):
        raise BadRule("never")
    return clean(rrule)


def clean(rrule: str) -> str:
    """The rule in capitals, without RRULE: before it. Raises BadRule for one that is not taken."""
    return ";".join(f"{name}={value}" for name, value in read(rrule).parts.items())


@lru_cache(maxsize=1024)
def read(rrule: str) -> Rule:
    """A rule in its parts. Raises BadRule when it cannot be one; whether any day ever fits is not looked at."""
    if len(rrule) > LONGEST:
        raise BadRule("long")
    written = re.sub("^RRULE:", "", rrule.strip(), flags=re.IGNORECASE).removesuffix(";")
    if "DTSTART" in written.upper():
        raise BadRule("start")
    parts: dict[str, str] = {}
    for piece in written.split(";"):
        name, equals, value = piece.upper().partition("=")
        if not (equals and name and value and piece.isascii()) or re.search(r"\s", piece):
            raise BadRule("shape", piece)
        if name in parts:
            raise BadRule("twice", name)
        parts[name] = value
    for name, value in parts.items():
        _check(name, value, parts.get("FREQ", ""))
    if "FREQ" not in parts:
        raise BadRule("frequency")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule("both")
    rule = Rule(parts)
    in_a_month = rule.frequency == "MONTHLY" or "BYMONTH" in parts
    if in_a_month and any(abs(which) > MOST_IN_A_MONTH for which, _ in rule.weekdays()):
        raise BadRule("number", f"BYDAY={parts['BYDAY']}")
    return rule


def _check(name: str, value: str, frequency: str) -> None:
    """Raises BadRule for a part that cannot be right, by itself or with this frequency."""
    part = f"{name}={value}"
    if name in CLOCK:
        raise BadRule("clock", name)
    if name not in KNOWN:
        raise BadRule("unknown", name)
    if name == "FREQ" and value not in FREQUENCIES:
        raise BadRule("frequency", value)
    if name == "INTERVAL" and not _between(value, 1, WIDEST):
        raise BadRule("interval", value)
    if name == "COUNT" and not _between(value, 1, MOST_TIMES):
        raise BadRule("count", value)
    if name == "UNTIL" and not _is_moment(value):
        raise BadRule("until", value)
    if name == "WKST" and value not in WEEKDAYS:
        raise BadRule("weekday", part)
    if name in LARGEST:
        least = 1 if name == "BYMONTH" else -LARGEST[name]
        if not all(_between(each, least, LARGEST[name]) and int(each) for each in value.split(",")):
            raise BadRule("number", part)
    if name == "BYSETPOS" and frequency == "DAILY":
        raise BadRule("one_day", name)
    if name in ONLY_WITH and frequency in FREQUENCIES and frequency not in ONLY_WITH[name]:
        raise BadRule("together", name)
    if name == "BYDAY":
        days = [re.fullmatch(r"([+-]?\d{1,2})?(..)", each) for each in value.split(",")]
        if not all(each and each[2] in WEEKDAYS and (not each[1] or 1 <= abs(int(each[1])) <= 53) for each in days):
            raise BadRule("weekday", part)
        if frequency in ("DAILY", "WEEKLY") and any(each and each[1] for each in days):
            raise BadRule("nth", part)


def _between(written: str, least: int, most: int) -> bool:
    return re.fullmatch(r"[+-]?\d{1,9}", written) is not None and least <= int(written) <= most


def _is_moment(written: str) -> bool:
    if not re.fullmatch(r"\d{8}(T\d{6}Z?)?", written):
        return False
    try:
        return datetime.fromisoformat(written).year in YEARS
    except ValueError:
        return False


# --- Which days it names


def days(rrule: str, start: date, first: date, last: date) -> Iterator[date]:
    """The days of a rule that begins on `start`, from `first` to `last`, both included, in order. UNTIL is not heeded.

    `start` itself counts only where the rule fits it. What it costs grows with the stretch, not with how long ago the
    rule began; with COUNT all days since then are counted. Raises BadRule.
    """
    if not ever(rrule, start):
        return
    rule = read(rrule)
    # A week is cut off by where dateutil begins, which tells for BYSETPOS; other periods are always seen whole.
    since = start if rule.count else max(start, first - WEEK)
    fitting = (moment.date() for moment in rrulestr(spelled(rule, start), dtstart=datetime.combine(since, time())))
    until_last = takewhile(lambda day: day <= last, fitting)
    for day in islice((day for day in until_last if counts(rule, start, day)), rule.count):
        if day >= first:
            yield day


def last_day(rrule: str, at: int, zone: ZoneInfo) -> date:
    """The last day on which UNTIL allows a meeting that begins at a local time, in minutes after midnight."""
    written = read(rrule).parts.get("UNTIL")
    if written is None:
        return date.max
    until = datetime.fromisoformat(written)
    if "T" not in written:
        return until.date()
    local = until.astimezone(zone) if until.tzinfo else until
    return local.date() if at <= local.hour * 60 + local.minute else local.date() - DAY


def ever(rrule: str, start: date) -> bool:
    """Whether any day fits a rule that begins on `start`, whatever its end and interval. Raises BadRule."""
    return _found(spelled(read(rrule), start))


@lru_cache(maxsize=1024)
def _found(spelled: str) -> bool:
    # Looked for in all kinds of years, and in no more of them: dateutil stops looking only at the last one it knows.
    return next(iter(rrulestr(spelled, dtstart=PROBE)), None) is not None


def spelled(rule: Rule, start: date) -> str:
    """A rule without its beginning, end and interval, and with what goes without saying said: the same day as `start`.

    "Every day, if it is a Tuesday" names the days of "in a year, all Tuesdays", and is found much sooner so.
    """
    kept = {name: value for name, value in rule.parts.items() if name not in ("INTERVAL", "COUNT", "UNTIL")}
    if any(part in kept for part in OF_DAYS):
        if rule.frequency == "DAILY":
            kept["FREQ"] = "YEARLY"
    elif rule.frequency == "WEEKLY":
        kept["BYDAY"] = WEEKDAYS[start.weekday()]
    elif rule.frequency != "DAILY":
        kept["BYMONTHDAY"] = str(start.day)
        if rule.frequency == "YEARLY":
            kept.setdefault("BYMONTH", str(start.month))
    return ";".join(f"{name}={value}" for name, value in kept.items())


def counts(rule: Rule, start: date, day: date) -> bool:
    """Whether a day is in a day, week, month or year that the interval does not pass over."""
    if rule.frequency == "DAILY":
        apart = (day - start).days
    elif rule.frequency == "WEEKLY":
        begins = WEEKDAYS.index(rule.parts.get("WKST", "MO"))
        apart = (_week(day, begins) - _week(start, begins)).days // 7
    else:
        apart = day.year - start.year
        if rule.frequency == "MONTHLY":
            apart = apart * 12 + day.month - start.month
    return apart % rule.interval == 0


def _week(day: date, begins: int) -> date:
    """The first day of a week that begins on some weekday (0 for Monday)."""
    return day - (day.weekday() - begins) % 7 * DAY
