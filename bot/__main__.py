"""The command line: `samenspraak COMMAND --help` says more about each."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import ArgumentError, OperationalError

from handlers.coaching import hear as ear


@contextmanager
def _explained() -> Iterator[None]:
    """A database that cannot be used is an error to read, not a traceback."""
    try:
        yield
    except OperationalError as problem:
        raise click.ClickException(f"The database cannot be used ({problem.orig}). Is its address right?") from problem
    except ArgumentError as problem:
        raise click.ClickException(
            "The address of the database is no sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."
        ) from problem


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
@_explained()
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
    from bot import app

    app.demo(host, port)


@main.command()
@click.argument("script", type=click.File(encoding="utf-8"))
@click.option("--database", default="sqlite://", help="Keep what happened in this database; thrown away otherwise.")
@_explained()
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
@click.option("--json", "as_json", is_flag=True, help="All counts as JSON.")
def scan(path: Path, supplier: tuple[str, ...], client: tuple[str, ...], as_json: bool) -> None:
    """Run the coach over a Slack export (zip or folder): counts per pattern, channel and week. No names, no text."""
    from bot.ear import together
    from bot.scan import scan_command

    sys.exit(scan_command(path, supplier, client, as_json, together))


@main.group()
def manifest() -> None:
    """Make what an app is added to Slack or Teams with: a manifest of all that this release answers."""


@manifest.command("slack")
@click.option("--url", metavar="https://HOST", help="Where Slack finds the bot, over HTTP.")
@click.option("--socket", is_flag=True, help="Use Socket Mode instead: the bot needs no address.")
@click.option("--command", metavar="NAME", help="One slash command instead of /samenspraak and /spraak.")
@click.option("-o", "output", type=click.File("w", encoding="utf-8"), default="-", help="A file; printed otherwise.")
def manifest_slack(url: str | None, socket: bool, command: str | None, output: Any) -> None:
    """The manifest of the Slack app, as YAML."""
    from bot.slack.manifest import manifest as made

    if socket == (url is not None):
        raise click.UsageError("Say how Slack reaches the bot: --url https://HOST, or --socket.")
    output.write(made(url, command))


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
@_explained()
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


@main.group()
def privacy() -> None:
    """What is remembered of one person."""


@privacy.command("export")
@click.argument("person")
@click.option("--database", envvar="DATABASE_URL", default="sqlite:///samenspraak.db", show_default=True)
@_explained()
def privacy_export(person: str, database: str) -> None:
    """Print everything that is remembered of PERSON (their id on the platform), as JSON."""
    from bot.upkeep import export_person

    click.echo(export_person(database, person))


@privacy.command("erase")
@click.argument("person")
@click.option("--database", envvar="DATABASE_URL", default="sqlite:///samenspraak.db", show_default=True)
@click.confirmation_option(prompt="This cannot be undone. Erase?")
@_explained()
def privacy_erase(person: str, database: str) -> None:
    """Erase everything that is remembered of PERSON (their id on the platform)."""
    from bot.upkeep import erase_person

    click.echo(erase_person(database, person))


@main.command()
@click.option("--database", envvar="DATABASE_URL", default="sqlite:///samenspraak.db", show_default=True)
@_explained()
def migrate(database: str) -> None:
    """Bring the database to the schema of this release."""
    from bot.upkeep import migrate_database

    click.echo(migrate_database(database))


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--database", envvar="DATABASE_URL", default="sqlite:///samenspraak.db", show_default=True)
@_explained()
def backup(target: Path, database: str) -> None:
    """Write a copy of an SQLite database to TARGET, without the words of people that pass through it."""
    from bot.upkeep import back_up

    click.echo(back_up(database, target))


@main.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--database", envvar="DATABASE_URL", default="sqlite:///samenspraak.db", show_default=True)
@click.confirmation_option(prompt="The database that is there will be replaced. Go on?")
@_explained()
def restore(source: Path, database: str) -> None:
    """Put the backup SOURCE in the place of an SQLite database; what was erased since then stays erased."""
    from bot.upkeep import put_back

    click.echo(put_back(database, source))


if __name__ == "__main__":
    main()
