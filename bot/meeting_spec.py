"""A series of meetings as somebody wrote it in a file: JSON in, a rhythm out, or everything that is wrong with it."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from handlers import zones
from handlers.calendar import Calendar, has_holidays
from handlers.meetings.rhythm import Before, OnHoliday, Rhythm
from handlers.meetings.rule import LONGEST, MOST_TIMES, WIDEST, BadRule, clean

LARGEST = 100_000
"""Characters in a file."""
YEARS = range(1900, 2101)
LONGEST_MEETING = 7 * 24 * 60
MOST_REMINDERS = 20
FURTHEST = {"working_days": 260, "days": 366, "minutes": 366 * 24 * 60}
"""The units of a reminder, and the most there may be of each: a year."""
NEEDED = ("start", "rrule", "time")
RULES = {
    "long": f"it is longer than {LONGEST} characters: write a shorter one",
    "shape": "it is not made of NAME=VALUE pieces with ; in between: write it as FREQ=WEEKLY;BYDAY=TU",
    "start": "the first day stands in it: leave out DTSTART, and put that day in the field start",
    "twice": "that is said twice, and only one can count: leave one out",
    "unknown": "no rule has such a part: see RFC 5545, section 3.3.10, for what can be said",
    "frequency": "meetings go by the day, week, month or year: begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY",
    "clock": "a rule names days only: leave it out, and put the time in the field time",
    "number": "a number in it is not on the calendar, so no day could fit: correct it",
    "weekday": "that is no weekday: use MO, TU, WE, TH, FR, SA or SU",
    "nth": "a day or a week has no first or second weekday: leave the number out, or use FREQ=MONTHLY",
    "one_day": "of a single day there is nothing to choose: leave it out, or use FREQ=WEEKLY, MONTHLY or YEARLY",
    "together": "with this FREQ it means nothing that all calendars agree on: leave it out, or use FREQ=YEARLY",
    "interval": f"it is no whole number from 1 to {WIDEST}: write INTERVAL=2 for every other one",
    "count": f"it is no whole number from 1 to {MOST_TIMES}: write a smaller one, or leave COUNT out",
    "until": "that is no day between 1900 and 2200: write UNTIL=20271231",
    "both": "COUNT and UNTIL both say where it ends: leave one out",
}
"""Why a rule is refused, by the key of BadRule."""


class Wrong(ValueError):
    """What cannot be taken: a sentence for each mistake, with what it means and what to do."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def read(written: str) -> Rhythm:
    """The series that a spec describes. Raises Wrong, with all that is wrong with it."""
    given = _object(written)
    mistakes = [f"{_shown(name)}: {_no_such_field(name)}" for name in given if name not in FIELDS]
    mistakes += [
        f"{name}: it is not there, and without it nothing can be planned: add it"
        for name in NEEDED
        if name not in given
    ]
    values: dict[str, Any] = {}
    for name, reader in FIELDS.items():
        try:
            if name in given:
                values[name] = reader(given[name])
        except Wrong as wrong:
            mistakes += [each if each.startswith("remind ") else f"{name}: {each}" for each in wrong.mistakes]
    if mistakes:
        raise Wrong(*mistakes)
    zone, country = values.get("zone", "Europe/Amsterdam"), values.get("country", "")
    return Rhythm(
        start=values["start"],
        rrule=values["rrule"],
        at=values["time"],
        minutes=values.get("minutes", 60),
        calendar=Calendar(ZoneInfo(zone), "12345", 9 * 60, 17 * 60, country),
        on_holiday=values.get("on_holiday", "keep"),
        remind=values.get("remind", ()),
    )


def day(value: Any) -> date:
    """A date as it is written in a spec, or on the command line. Raises Wrong."""
    try:
        written = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)
        found = date.fromisoformat(value) if written else None
    except ValueError:
        found = None
    if found is None:
        raise Wrong(f"{_shown(value)} is no day on the calendar: write it as 2027-01-05")
    if found.year not in YEARS:
        raise Wrong(f"{value} is too far away to know holidays and clocks of: use a year from 1900 to 2100")
    return found


# --- The file as a whole


def _object(written: str) -> dict[str, Any]:
    if len(written) > LARGEST:
        raise Wrong(f"the spec is longer than {LARGEST} characters, so it is no spec: give another file")
    try:
        given = json.loads(written.removeprefix("\ufeff"), object_pairs_hook=_once)
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise Wrong(f"the spec is no JSON ({problem.msg}, {where}), so nothing of it can be read: correct it") from None
    except Wrong:
        raise
    except (RecursionError, ValueError):
        raise Wrong("the spec holds something no series has, so it was not read: see docs/meetings.md") from None
    if not isinstance(given, dict):
        raise Wrong('the spec is no JSON object, so it has no fields: write {"start": …, "rrule": …, "time": …}')
    return given


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Wrong(*(f"{_shown(name)}: it is there twice, and only one can count: take one away" for name in twice))
    return dict(pairs)


def _no_such_field(name: str) -> str:
    near = get_close_matches(name, FIELDS, 1)
    meant = f"was {near[0]} meant?" if near else f"leave it out, or use one of {', '.join(FIELDS)}"
    return f"a spec has no such field, so it would do nothing: {meant}"


def _shown(value: Any) -> str:
    """A value as it was written, on one line and not too long; nothing in it reaches a terminal unescaped."""
    shown = json.dumps(value)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"


# --- Its fields


def _kind(value: Any) -> str:
    if not (isinstance(value, str) and value.strip()):
        raise Wrong(f'{_shown(value)} is no kind of meeting: write one such as "operational", or leave it out')
    return value


def _rrule(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong(f'{_shown(value)} is no text, so no rule: write one such as "FREQ=WEEKLY;BYDAY=TU"')
    try:
        return clean(value)
    except BadRule as bad:
        raise Wrong(f"{_shown(bad.part or value)}: {RULES[bad.key]}") from None


def _time(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return int(value[:2]) * 60 + int(value[3:])
    raise Wrong(f'{_shown(value)} is no time of day, so no meeting can begin then: write it as "09:30", to "23:59"')


def _minutes(value: Any) -> int:
    if not _is_number(value, 1, LONGEST_MEETING):
        raise Wrong(f"{_shown(value)} is no length of a meeting: write a whole number from 1 to {LONGEST_MEETING}")
    return int(value)


def _zone(value: Any) -> str:
    if isinstance(value, str) and zones.exists(value):
        return value
    meant = zones.zone_named(value) if isinstance(value, str) else None
    advice = f"was {meant} meant?" if meant else "write one such as Europe/Amsterdam"
    raise Wrong(f"{_shown(value)} is no known time zone, so no clock is known: {advice}")


def _country(value: Any) -> str:
    if value == "" or (isinstance(value, str) and has_holidays(value)):
        return str(value)
    raise Wrong(f'{_shown(value)}: its holidays are not known: use a code such as "NL", or "" to count no holidays')


def _on_holiday(value: Any) -> OnHoliday:
    if isinstance(value, str) and value in get_args(OnHoliday):
        return cast(OnHoliday, value)
    raise Wrong(f"{_shown(value)} says not what becomes of a meeting on a day off: use skip, before, after or keep")


def _remind(value: Any) -> tuple[Before, ...]:
    if not isinstance(value, list) or len(value) > MOST_REMINDERS:
        raise Wrong(f'{_shown(value)} is no list of at most {MOST_REMINDERS} reminders: write [{{"days": 1}}]')
    if mistakes := [
        f"remind {number}: {each}" for number, one in enumerate(value, 1) for each in _reminder_mistakes(one)
    ]:
        raise Wrong(*mistakes)
    return tuple(Before(**one) for one in value)


def _reminder_mistakes(one: Any) -> Iterator[str]:
    units = ", ".join(FURTHEST)
    if not isinstance(one, dict) or len(one) != 1:
        yield f'{_shown(one)} is not one amount of time, so no moment is clear: give one of {units}, as {{"days": 1}}'
        return
    ((unit, amount),) = one.items()
    if unit not in FURTHEST:
        yield f"{_shown(unit)} is no unit of time here: use one of {units}"
    elif not _is_number(amount, 0, FURTHEST[unit]):
        yield f"{_shown(amount)} is no whole number from 0 to {FURTHEST[unit]}: that many {unit} cannot be counted back"


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


FIELDS: dict[str, Callable[[Any], Any]] = {
    "kind": _kind,
    "start": day,
    "rrule": _rrule,
    "time": _time,
    "minutes": _minutes,
    "zone": _zone,
    "country": _country,
    "on_holiday": _on_holiday,
    "remind": _remind,
}
