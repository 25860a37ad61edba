"""The commands about meetings: what is planned, shown before it happens."""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from bot.explained import explained
from bot.meeting_spec import LARGEST, Wrong, day, read
from handlers.calendar import holidays_until
from handlers.meetings import rule
from handlers.meetings.missing import Named, missing
from handlers.meetings.rhythm import Occurrence, Rhythm, occurrences

MOST_YEARS = 20
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@click.group()
def meetings() -> None:
    """What is planned of meetings."""


@meetings.command()
@click.option("--spec", type=click.Path(path_type=Path), help="A series in JSON; - for standard input.")
@click.option("--project", metavar="NAME|NUMBER", help="All meetings of this project instead, from its database.")
@click.option("--from", "first", required=True, metavar="DATE", help="The first local day, such as 2027-01-01.")
@click.option("--to", "last", required=True, metavar="DATE", help="The last local day, included.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--database", envvar="DATABASE_URL", default="sqlite:///samenspraak.db", help="With --project.")
@explained()
def preview(spec: Path | None, project: str | None, first: str, last: str, as_json: bool, database: str) -> None:
    """Show every meeting and reminder as it will happen. What a spec holds stands in docs/meetings.md.

    Exit status: 0 when it can be shown, also when there is nothing; 2 when something is wrong with what was asked;
    1 when there is no such project or database.
    """
    if (spec is None) == (project is None):
        raise click.UsageError("Say either --spec FILE or --project NAME|NUMBER.")
    mistakes: list[str] = []
    rhythm: Rhythm | None = None
    try:
        rhythm = read(_text(spec)) if spec is not None else None
    except Wrong as wrong:
        mistakes += wrong.mistakes
    try:
        begin, end = _stretch(first, last)
    except Wrong as wrong:
        mistakes += wrong.mistakes
    if mistakes:
        click.echo("\n".join(mistakes), err=True)
        sys.exit(2)
    if rhythm is None:
        click.echo(_of_project(database, str(project), begin, end, as_json))
        return
    for line in _notes(rhythm, begin, end):
        click.echo(line, err=True)
    found = occurrences(rhythm, begin, end)
    click.echo(_as_json(found) if as_json else "\n".join(_as_words(rhythm, found)))


def _of_project(database: str, project: str, first: date, last: date, as_json: bool) -> str:
    """What is ahead of a project. A spec needs no database, so only here one is asked for."""
    from bot import clock, meeting_outlook

    found = meeting_outlook.of_project(database, project, first, last, clock.now())
    if as_json:
        return json.dumps(meeting_outlook.as_data(found), indent=2)
    return "\n".join(meeting_outlook.as_words(found))


def _text(spec: Path) -> str:
    try:
        with click.open_file(str(spec), encoding="utf-8") as file:
            return str(file.read(LARGEST + 1))
    except UnicodeDecodeError:
        raise Wrong(f"{spec} is no text in UTF-8, so it cannot be read: save it as UTF-8") from None
    except OSError as problem:
        raise Wrong(f"{spec} cannot be read ({problem.strerror}): give a file that can") from None


def _stretch(first: str, last: str) -> tuple[date, date]:
    """The two days, in order and not too far apart. Raises Wrong with all that is wrong with them."""
    days, mistakes = [], []
    for option, written in (("--from", first), ("--to", last)):
        try:
            days.append(day(written))
        except Wrong as wrong:
            mistakes += [f"{option}: {each}" for each in wrong.mistakes]
    if mistakes:
        raise Wrong(*mistakes)
    begin, end = days
    if end < begin:
        raise Wrong(f"--to: {last} is before --from {first}, so no day lies in between: swap them")
    if (end - begin).days > MOST_YEARS * 366:
        raise Wrong(f"--to: this is more than {MOST_YEARS} years after --from, too much to show at once: take less")
    return begin, end


# --- What is told


def _notes(rhythm: Rhythm, first: date, last: date) -> Iterator[str]:
    """What a reader may miss, and why it is not there."""
    country = rhythm.calendar.country
    if country and last.year > (known := holidays_until(country)):
        yield f"The holidays of {country} are known up to {known}: after that, days off are missed."
    if not rule.ever(rhythm.rrule, rhythm.start):
        yield f"No day ever fits {rhythm.rrule} from {rhythm.start} on: there will be no meeting."
    for named, months in missing(rhythm, first, last).items():
        yield f"No {_named(named)} in {', '.join(f'{month:%Y-%m}' for month in months)}: no meeting for it there."


def _named(named: Named) -> str:
    number, weekday = named
    ending = {1: "st", 2: "nd", 3: "rd"}.get(abs(number) % 10 if abs(number) // 10 != 1 else 0, "th")
    said = f"{abs(number)}{ending}{'-last' if number < 0 else ''}"
    return f"{said} {WEEKDAYS[weekday]}" if weekday is not None else f"{said}{' day' if number < 0 else ''}"


def _as_json(found: list[Occurrence]) -> str:
    told = [
        {
            "start": each.starts.isoformat(),
            "end": each.ends.isoformat(),
            "local_date": each.day.isoformat(),
            "moved_from": each.moved_from and each.moved_from.isoformat(),
            "reminders": [moment.isoformat() for moment in each.reminders],
        }
        for each in found
    ]
    return json.dumps(told, indent=2)


def _as_words(rhythm: Rhythm, found: list[Occurrence]) -> Iterator[str]:
    yield f"{len(found) or 'No'} meeting{'' if len(found) == 1 else 's'}, by the clock in {rhythm.calendar.zone.key}"
    for each in found:
        moved = f"  moved from {each.moved_from:%a %Y-%m-%d}" if each.moved_from else ""
        yield f"{_moment(each.starts)}-{each.ends:%H:%M}{moved}"
        yield from (f"    remind {_moment(moment)}" for moment in each.reminders)


def _moment(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M}"
