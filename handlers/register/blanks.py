"""Forms that are made from blanks, and what was filled in on them: read, checked, and refused per field."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers import calendar, dates
from handlers.hours import minutes
from handlers.phrases import zone_of
from handlers.register.kinds import Blank
from handlers.turn import Turn
from handlers.vocabulary import ChoiceField, DateField, Field, NumberField, PersonField, TextField
from prompts import Phrasebook
from storage import members
from storage.tables import Member, Project

_DIGITS = 6
"""The longest number that makes sense anywhere."""


def fields(book: Phrasebook, where: str, blanks: Iterable[Blank], values: Mapping[str, str]) -> list[Field]:
    """The fields of a form. Their words stand at `where` in the phrasebook."""
    return [_field(book, where, blank, values.get(blank.name, "")) for blank in blanks]


def _field(book: Phrasebook, where: str, blank: Blank, value: str) -> Field:
    label = book.say(f"{where}.field.{blank.name}")
    hint = book.say(f"{where}.hint.{blank.name}") if book.has(f"{where}.hint.{blank.name}") else ""
    match blank.type:
        case "choice":
            choices = tuple((each, book.say(f"{where}.choice.{blank.name}.{each}")) for each in blank.choices)
            return ChoiceField(blank.name, label, choices, required=blank.required, value=value, hint=hint)
        case "number":
            return NumberField(blank.name, label, required=blank.required, value=value, hint=hint)
        case "date":
            return DateField(blank.name, label, required=blank.required, value=value, hint=hint)
        case "person":
            return PersonField(blank.name, label, required=blank.required, value=value, hint=hint)
        case _:
            longest, lines = blank.longest, blank.lines
            return TextField(blank.name, label, blank.required, lines, value, hint, longest)


def read(blanks: Iterable[Blank], answers: Mapping[str, str]) -> dict[str, str]:
    """What was filled in, without what is empty."""
    found = {blank.name: answers.get(blank.name, "").strip() for blank in blanks}
    return {name: value for name, value in found.items() if value}


def refusals(turn: Turn, member: Member, blanks: Iterable[Blank], filled: Mapping[str, str]) -> dict[str, str]:
    """Why what was filled in cannot be taken, by field: keys of the phrasebook. Empty when it can."""
    return refused(turn, member.project, zone_of(member), blanks, filled)


def refused(
    turn: Turn, project: Project, zone: ZoneInfo, blanks: Iterable[Blank], filled: Mapping[str, str]
) -> dict[str, str]:
    """The same for somebody of whom only the project is known, and the clock by which a day is over."""
    reasons = {}
    for blank in blanks:
        value = filled.get(blank.name, "")
        if value or blank.required:
            why = _wrong(turn, project, zone, blank, value)
            if why is not None:
                reasons[blank.name] = f"register.refused.{why}"
    return reasons


def _wrong(turn: Turn, project: Project, zone: ZoneInfo, blank: Blank, value: str) -> str | None:
    match blank.type:
        case "choice":
            return None if value in blank.choices else "choice"
        case "number":
            return None if value.isascii() and value.isdecimal() and len(value) <= _DIGITS else "count"
        case "date":
            day = day_written(value)
            here = turn.now.astimezone(zone).date()
            if day is None or day < here:
                return "date"
            if day > here + dates.HORIZON:
                return "far"
            works = calendar.of_project(project)
            today = calendar.day_of(works, turn.now)
            return "soon" if blank.least and day < calendar.working_days_after(works, today, blank.least) else None
        case "ticks":
            return None  # what is ticked is looked up among what there is to tick
        case "time":
            return None if minutes(value) is not None else "time"
        case "person":
            return None if _known(turn, project, value) is not None else "person"
        case _:
            if not value:
                return "text"
            if len(value) > blank.longest:
                return "long"
            return "citizen_number" if _holds_citizen_number(value) else None


def day_written(value: str) -> date | None:
    """A day that a date field gives, as YYYY-MM-DD."""
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  (a day, not a moment)
    except ValueError:
        return None


def somebody(turn: Turn, member: Member, person: str) -> Member | None:
    """The person on a known side of the same project whose id was chosen."""
    return _known(turn, member.project, person)


def _known(turn: Turn, project: Project, person: str) -> Member | None:
    everyone = members.of(turn.db, project)
    return next((each for each in everyone if each.person == person and each.side is not None), None)


def _holds_citizen_number(text: str) -> bool:
    """Whether there is a Dutch citizen service number in a text: nine digits that pass the test of eleven."""
    runs = "".join(letter if letter.isascii() and letter.isdecimal() else " " for letter in _closed_up(text)).split()
    return any(len(run) == len(_WEIGHTS) and _passes(run) for run in runs)


_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def _passes(run: str) -> bool:
    return run != "0" * 9 and sum(w * int(digit) for w, digit in zip(_WEIGHTS, run, strict=True)) % 11 == 0


def _closed_up(text: str) -> str:
    """The text with numbers that are written in groups, such as 1112.22.333, closed up."""
    closed = []
    for at, letter in enumerate(text):
        between = 0 < at < len(text) - 1 and text[at - 1].isdecimal() and text[at + 1].isdecimal()
        if not (letter in ".- " and between):
            closed.append(letter)
    return "".join(closed)
