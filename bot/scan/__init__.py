"""The coach over an export that already exists: `samenspraak scan`. Nothing is sent, and no words are kept."""

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from bot.scan import permission, terminal
from bot.scan.archive import NotAnExport, printable
from bot.scan.count import Ears, Hear, Progress, TooFew, scan, survey
from bot.scan.examples import Examples
from bot.scan.figures import figures
from bot.scan.follow import Promised
from bot.scan.page import page
from bot.scan.sides import Homes, NobodyMatched, Sides, normal
from bot.scan.state import State, opened
from handlers.calendar import Calendar
from handlers.hours import Hours

__all__ = ["Asked", "scan_command"]

_MOST_HOMES = 20
_STOPPED = 130
"""What a shell expects of a program that was stopped with Ctrl+C."""


@dataclass(frozen=True)
class Asked:
    """What was typed after `samenspraak scan`."""

    path: Path
    supplier: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    may: bool = False
    html: Path | None = None
    as_json: bool = False
    examples: bool = False
    language: str = "nl"
    zone: str = "Europe/Amsterdam"
    country: str = "NL"


def scan_command(asked: Asked, hear: Hear, promised: Promised) -> int:
    """The report on stdout, everything else on stderr. The exit status: 0, or 2 when there is nothing to tell."""
    if not asked.may:
        _say(f"{permission.NEEDED}\n\n{permission.REFUSED}")
        return 2
    try:
        return _scan(asked, hear, promised)
    except NotAnExport as reason:
        _say(f"Error: {reason}.\nGive the zip as it was exported, or the folder that was in it.")
    except OSError as error:
        _say(f"Error: {error.filename or asked.path} cannot be read or written: {error.strerror}.")
    except NobodyMatched as nobody:
        _say(f"Error: {nobody}.")
        _say("Say who is who with both --supplier and --client: team ids or e-mail domains.")
        _list_homes(nobody.found)
    except TooFew as few:
        _say(f"Error: {few}. Figures about so few would be about persons, so there are none.")
    except BrokenProcessPool:
        _say("Error: a process that listens was ended, perhaps for want of memory: each needs half a gigabyte.")
        _say("Make room and run the same command again: it goes on with the channel it was in.")
    return 2


def _scan(asked: Asked, hear: Hear, promised: Promised) -> int:
    both = sorted({normal(value) for value in asked.supplier} & {normal(value) for value in asked.client})
    if both:
        _say(f"Error: {', '.join(both)} cannot be supplier and client at once.")
        return 2
    try:
        zone = ZoneInfo(asked.zone)
    except (ZoneInfoNotFoundError, ValueError):
        _say(f"Error: {asked.zone} is no time zone. Give one such as Europe/Amsterdam.")
        return 2
    _say(permission.ASSURED)
    if asked.html is not None:
        # Better now than after hours of listening.
        asked.html.open("a").close()
    sides = Sides(asked.supplier, asked.client)
    with _progress("Looking who is there") as (progress, problems):
        survey(asked.path, sides, progress, problems)
    state = opened(asked.path, [*sorted(asked.supplier), "", *sorted(asked.client), asked.zone])
    if state.changed:
        _say("A scan of this export had begun, but the export has changed since: it begins anew.")
    elif state.done:
        _say(f"Goes on where it was stopped: {len(state.done)} channels are done.")
    examples = Examples() if asked.examples else None
    try:
        with _progress("Listening") as (progress, _):
            scanned = scan(asked.path, sides, zone, Ears(hear, promised, progress, _quietly, examples), state)
    except KeyboardInterrupt:
        _stopped(state)
        return _STOPPED
    told = figures(scanned, Hours(Calendar(zone, "12345", 8 * 60 + 30, 17 * 60 + 30, asked.country)))
    if examples is not None:
        told["examples"] = examples.chosen()
        told["examples_complete"] = not scanned.resumed
    if asked.html is not None:
        asked.html.write_text(page(told, asked.language), "utf-8")
        _say(f"The page is in {asked.html}: one file, open it in a browser or print it to PDF.")
    if asked.as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    elif asked.html is None:
        click.echo(terminal.report(told))
    state.forget()
    return 0


def _stopped(state: State) -> None:
    _say(f"\nStopped. {len(state.done)} channels are done; run the same command again to go on with the others.")
    if state.done:
        _say(f"Until then {state.file} holds their counts, without names or words. Delete it to forget them.")


def _quietly(problem: str) -> None:
    """What is wrong with the files was told when it was looked who is there."""


def _say(text: str) -> None:
    click.echo(text, err=True)


def _list_homes(found: Homes) -> None:
    _say("In this export wrote:" if found else "There is no message by a person in this export.")
    for (team, domain), messages in found.most_common(_MOST_HOMES):
        home = f"team {printable(team)}" if team else "guest, or team not known"
        address = f"e-mail at {printable(domain)}" if domain else "no e-mail address known"
        _say(f"{messages:>9}  {home}, {address}")
    if len(found) > _MOST_HOMES:
        _say(f"{'':>9}  and {len(found) - _MOST_HOMES} more")


@contextmanager
def _progress(doing: str) -> Iterator[tuple[Progress, Callable[[str], None]]]:
    """Where progress and problems are told: with a bar and the time left when somebody is watching."""
    if not sys.stderr.isatty():
        yield (lambda done, total: None), _say
        return
    with click.progressbar(length=1, label=f"{doing:<20}", file=sys.stderr, show_eta=True) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield progress, lambda problem: _say(f"\r\x1b[K{problem}")
