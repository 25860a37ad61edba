"""`python -m bench`: measures everything and writes docs/performance.md; a part or a short look is only printed."""

import tempfile
import traceback
from dataclasses import replace
from pathlib import Path

import click

from bench import growth, intake, play, profile, scan, teams, ticks
from bench.ear import speed
from bench.machine import facts, load
from bench.page import kept, number, page, spread
from bench.shape import QUICK, Bench, NotRun, Run, Section, Sizes, say

BENCHES: dict[str, Bench] = {
    "intake": intake.on_sqlite,
    "intake-postgresql": intake.on_postgresql,
    "teams": teams.door,
    "growth": growth.on_sqlite,
    "growth-postgresql": growth.on_postgresql,
    "ticks": ticks.on_sqlite,
    "ear": speed.hearing,
    "scan": scan.export,
    "play": play.script_played,
    "profile": profile.slowest,
}
PAGE = Path("docs/performance.md")


def measured(name: str, bench: Bench, run: Run) -> Section:
    """What came of one bench. Where it could not run, the section says so; what went wrong is told on stderr."""
    say(f"{name} …")
    try:
        return bench(run)
    except NotRun as reason:
        why = str(reason)
    except Exception as problem:
        traceback.print_exc()
        why = f"it failed: {type(problem).__name__}"
    say(f"{name}: NOT RUN: {why}")
    return Section(name.capitalize(), "", not_run=why)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option("--quick", is_flag=True, help="A short look: one small round of each.")
@click.option("--rounds", type=click.IntRange(1), help="How often everything takes turns.")
@click.option("--write", is_flag=True, help="Write the page after a short look too.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the databases are; its disk counts.")
def main(names: tuple[str, ...], quick: bool, rounds: int | None, write: bool, folder: Path | None) -> None:
    """Measure all, or only what is named, and print it; a whole run is written to docs/performance.md instead.

    Exits with 1 when a part could not be run: the page says which, and why.
    """
    if names and write:
        raise click.UsageError("A part alone is no page: --write is for all of it.")
    sizes = QUICK if quick else Sizes()
    if rounds is not None:
        sizes = replace(sizes, rounds=rounds)
    chosen = {name: bench for name, bench in BENCHES.items() if name in names or not names}
    sections = {name: Section(name.capitalize(), "", not_run="the run was cut off before this") for name in chosen}
    repeat = f"`make bench` (here: `python -m bench{_options(names, quick, rounds, write)}`)"
    whole = not names and (write or not quick)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        run = Run(sizes, Path(work))
        told, before = dict(facts(run.folder)) | {"to repeat": repeat}, load()
        for name, bench in chosen.items():
            sections[name] = measured(name, bench, run)
            told["load"] = _load(before, run)
            if whole:
                # After each: what takes half an hour may be cut off.
                PAGE.write_text(page(sections.values(), told, kept(PAGE)), "utf-8")
    if whole:
        say(f"{PAGE} is written")
    else:
        click.echo(page(sections.values(), told))
    if any(section.not_run for section in sections.values()):
        raise SystemExit(1)


def _load(before: str, run: Run) -> str:
    others = spread(tuple(100 * share for share in run.busy)) or number(0)
    return (
        f"{before} before and {load()} after, our own work included; just before a round others used {others} % "
        "of the machine"
    )


def _options(names: tuple[str, ...], quick: bool, rounds: int | None, write: bool) -> str:
    flags = {"--quick": quick, f"--rounds {rounds}": rounds is not None, "--write": write}
    return "".join(f" {option}" for option in (*names, *(flag for flag, given in flags.items() if given)))


if __name__ == "__main__":
    main()
