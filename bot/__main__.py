"""The command line: `samenspraak COMMAND --help` says more about each."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import click

from bot import tending
from bot.explained import explained
from bot.meetings import meetings
from handlers.coaching import hear as ear


@click.group()
@click.version_option(package_name="samenspraak")
def main() -> None:
    """Samenspraak coaches both sides of a channel that an IT supplier shares with its client."""


@main.command()
@click.option(
    "--teams-without-token-check",
    "teams_unchecked",
    is_flag=True,
    help="Believe whoever says to be Teams: to develop with, only on this machine.",
)
@explained()
def serve(teams_unchecked: bool) -> None:
    """Serve Slack and Teams over HTTP. Settings come from the environment; what is missing is named all at once."""
    from bot import app, settings

    try:
        app.serve(settings.read(teams_unchecked=teams_unchecked), teams_unchecked=teams_unchecked)
    except (settings.Unset, app.CannotStart) as problem:
        raise click.ClickException(f"Samenspraak cannot start:\n{problem}") from problem


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, help="The next free one is taken when it is in use.")
def demo(host: str, port: int) -> None:
    """Open the playground: a shared channel in the browser, without Slack or Teams."""
    # Before what takes its time on a slow machine.
    click.echo("One moment: the coach is waking up …", err=True)
    from bot import app

    app.demo(host, port)


@main.command()
@click.argument("script", type=click.File(encoding="utf-8"))
@click.option("--database", default="sqlite://", help="Keep what happened in this database; thrown away otherwise.")
@explained()
def play(script: Any, database: str) -> None:
    """Play SCRIPT (- for standard input): the same handlers with a virtual clock, each effect a JSON line."""
    from bot.play import play as play_script

    sys.exit(asyncio.run(play_script(script, sys.stdout, sys.stderr, database)))


@main.command()
@click.argument("lines", type=click.File(encoding="utf-8"), default="-")
@click.option("--evaluate", is_flag=True, help="The lines have a label too: count how well each side is heard.")
def hear(lines: Any, evaluate: bool) -> None:
    """Hear messages: JSON lines with id, side, text and perhaps context in, what was heard out."""
    from bot import measure
    from bot.hear import hear_lines

    if evaluate:
        try:
            click.echo("\n".join(measure.report(list(measure.read(lines, ear)))))
        except measure.Unlabelled as problem:
            raise click.ClickException(str(problem)) from problem
        return

    sys.exit(hear_lines(lines, sys.stdout, sys.stderr, ear))


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--supplier", multiple=True, metavar="TEAM|DOMAIN", help="Who is on this side; may be given again.")
@click.option("--client", multiple=True, metavar="TEAM|DOMAIN", help="Who is on this side; may be given again.")
@click.option("--i-may", "may", is_flag=True, help="You have every permission that is listed when you run it without.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as one page.")
@click.option("--json", "as_json", is_flag=True, help="All figures as JSON.")
@click.option("--examples", is_flag=True, help="With some short quotes, without names: for your eyes only.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True, help="Of the page.")
@click.option("--zone", default="Europe/Amsterdam", show_default=True, help="By which clock people worked.")
@click.option("--country", default="NL", show_default=True, help="Whose holidays they had.")
def scan(**typed: Any) -> None:
    """Run the coach over an export (zip or folder), and report what it heard. No names, no text."""
    from bot.ear import together
    from bot.scan import Asked, scan_command
    from handlers.commitment import commitment

    sys.exit(scan_command(Asked(**typed), together, commitment))


@main.command()
@click.option("--database", envvar="DATABASE_URL", default="sqlite:///samenspraak.db", show_default=True)
@click.option("--project", metavar="NAME|NUMBER", help="Only this project; all that agreed to measure otherwise.")
@click.option("--json", "as_json", is_flag=True, help="All counts as JSON.")
@explained()
def effect(database: str, project: str | None, as_json: bool) -> None:
    """Tell whether tips help: what followed those that were given, against those held back. No names, no text.

    What is compared, and when there is enough to compare, was laid down beforehand: docs/effect.md.
    """
    from bot import clock
    from bot.effect import effect_command

    click.echo(effect_command(database, project, as_json, clock.now()))


@main.group()
def manifest() -> None:
    """Make what an app is added to Slack or Teams with: a manifest of all that this release answers."""


@manifest.command("slack")
@click.option("--url", metavar="https://HOST", help="Where Slack finds the bot, over HTTP.")
@click.option("--socket", is_flag=True, help="Use Socket Mode instead: the bot needs no address.")
@click.option(
    "--command",
    envvar="SAMENSPRAAK_COMMAND",
    metavar="NAME",
    help="One slash command instead of /samenspraak and /spraak; that of SAMENSPRAAK_COMMAND, if set.",
)
@click.option("-o", "output", type=click.File("w", encoding="utf-8"), default="-", help="A file; printed otherwise.")
def manifest_slack(url: str | None, socket: bool, command: str | None, output: Any) -> None:
    """The manifest of the Slack app, as YAML."""
    from bot.slack.manifest import manifest as made

    if socket == (url is not None):
        raise click.UsageError("Say how Slack reaches the bot: --url https://HOST, or --socket.")
    output.write(made(url, command))
    if command and os.environ.get("SAMENSPRAAK_COMMAND", "").removeprefix("/") != command.removeprefix("/"):
        name = command.removeprefix("/")
        click.echo(f"Set SAMENSPRAAK_COMMAND={name} for `samenspraak serve` too: then help names it.", err=True)


@manifest.command("teams")
@click.option("--app-id", envvar="MICROSOFT_APP_ID", required=True, help="Application (client) ID of the Entra app.")
@click.option("--url", metavar="https://PAGE", required=True, help="A page about the bot, of who runs it.")
@click.option("--privacy", metavar="https://PAGE", help="Its privacy statement; --url otherwise.")
@click.option("--terms", metavar="https://PAGE", help="Its terms of use; --url otherwise.")
@click.option("--developer", default="Samenspraak", show_default=True, help="Who runs the bot, by name.")
@click.option(
    "--preview", is_flag=True, help="With what only some tenants have: slash commands, messages for one reader."
)
@click.option("-o", "output", type=click.File("wb"), default="samenspraak-teams.zip", show_default=True)
def manifest_teams(output: Any, app_id: str, url: str, **about: Any) -> None:
    """The app package for Teams, as a zip: the manifest, its Dutch translation and two icons."""
    from bot.teams.manifest import package

    output.write(package(app_id, url, **about))
    click.echo(f"Written to {output.name}.", err=True)


@main.command()
@click.option("--json", "in_json", is_flag=True, help="All findings as JSON.")
def doctor(in_json: bool) -> None:
    """Look at everything that has to be right for `serve`, and say what is not, and what to do.

    Exit status: 0 when all is well, 1 when something needs attention, 2 when settings are missing.
    """
    from bot import clock, settings
    from bot.doctor import report
    from bot.doctor.examine import examine

    try:
        found = asyncio.run(examine(settings.read(), clock.now))
    except settings.Unset as problem:
        click.echo(f"The doctor cannot begin:\n{problem}", err=True)
        sys.exit(2)
    click.echo((report.as_json if in_json else report.as_words)(found, clock.now()))
    sys.exit(report.status(found))


@main.command()
@click.argument("project", required=False)
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it; a zip.")
@click.option("--language", type=click.Choice(["nl", "en"]), help="The project's own otherwise.")
@click.option("--verify", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@click.option("--seal", help="With --verify: the seal that it should have.")
@click.option("--database", envvar="DATABASE_URL", default="sqlite:///samenspraak.db", show_default=True)
@explained()
def dossier(
    project: str | None, output: Path | None, language: str | None, file: Path | None, seal: str | None, database: str
) -> None:
    """Write the dossier of PROJECT (its number or name): all that both sides put on file, the same for both.

    With --verify instead: say whether FILE was changed since it was made, and what. Exit status: 0 when it was not,
    1 when it was or cannot be read.
    """
    from bot import clock
    from bot.dossier import command

    if file is not None and project is None and output is None:
        whole, words = command.check(file, seal)
        click.echo(words, err=not whole)
        sys.exit(not whole)
    if file is not None or seal is not None or project is None or output is None:
        raise click.UsageError("Say either PROJECT -o FILE, or --verify FILE.")
    click.echo(command.make(database, project, output, language, clock.now()))


for command in (*tending.COMMANDS, meetings):
    main.add_command(command)


if __name__ == "__main__":
    main()
