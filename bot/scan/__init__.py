"""The coach over a Slack export that already exists: `samenspraak scan`. Nothing is sent, and nothing is kept."""

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from bot.scan.archive import NotAnExport, printable
from bot.scan.count import Hear, Homes, NobodyMatched, Progress, normal, scan, who_is_there

__all__ = ["scan_command"]

_MOST_HOMES = 20


def scan_command(path: Path, supplier: tuple[str, ...], client: tuple[str, ...], as_json: bool, hear: Hear) -> int:
    """Counts on stdout, everything else on stderr. The exit status: 0, or 2 when there is nothing to count."""
    try:
        return _scan(path, supplier, client, as_json, hear)
    except NotAnExport as reason:
        _say(f"Error: {reason}.\nGive the zip that Slack made, or the folder that was in it.")
    except OSError as error:
        _say(f"Error: {path} cannot be read: {error.strerror}.")
    except NobodyMatched as nobody:
        _say(f"Error: {nobody}.")
        _list_homes(nobody.found)
    except BrokenProcessPool:
        _say("Error: a process that listens was ended, perhaps for want of memory: each needs half a gigabyte.")
        _say("Nothing was counted. Make room and run it again.")
    return 2


def _scan(path: Path, supplier: tuple[str, ...], client: tuple[str, ...], as_json: bool, hear: Hear) -> int:
    both = sorted({normal(value) for value in supplier} & {normal(value) for value in client})
    if both:
        _say(f"Error: {', '.join(both)} cannot be supplier and client at once.")
        return 2
    with _progress() as (progress, problems):
        if not supplier and not client:
            homes = who_is_there(path, progress, problems)
        else:
            result = scan(path, supplier, client, hear, progress, problems)
    if not supplier and not client:
        _say("Error: say who is who with --supplier and --client: team ids or e-mail domains.")
        _list_homes(homes)
        return 2
    click.echo(json.dumps(result, indent=2, ensure_ascii=False) if as_json else _table(result))
    return 0


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
def _progress() -> Iterator[tuple[Progress, Callable[[str], None]]]:
    """Where progress and problems are told: with a bar when somebody is watching."""
    if not sys.stderr.isatty():
        yield (lambda done, total: None), _say
        return
    with click.progressbar(length=1, label="Reading", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield progress, lambda problem: _say(f"\r\x1b[K{problem}")


def _table(result: dict[str, Any]) -> str:
    sides = ", ".join(f"{side} {count}" for side, count in result["sides"].items())
    lines = [
        f"{result['messages']} messages from {result['from'][:10]} to {result['to'][:10]}: {sides}",
        f"{result['judged']} judged, short messages in a row as one"
        + "".join(f", {language} {count}" for language, count in result["languages"].items()),
        "",
        f"{'':<24}{'heard':>8}{'worth a tip':>14}",
    ]
    for name, count in result["patterns"].items():
        lines.append(f"{name:<24}{count['heard']:>8}{count['worth_a_tip']:>14}")
    for what in ("channels", "weeks"):
        lines += ["", what]
        for name, counts in result[what].items():
            heard = ", ".join(f"{pattern} {count}" for pattern, count in counts.items() if count)
            lines.append(f"  {name:<22}{heard or '-'}")
    if result["skipped"]:
        lines += ["", "skipped: " + ", ".join(f"{reason} {count}" for reason, count in result["skipped"].items())]
    return "\n".join(lines)
