"""The commands that look after what is remembered: of a person, of a project, all of it."""

from pathlib import Path

import click

from bot.explained import explained

_DATABASE = click.option("--database", envvar="DATABASE_URL", default="sqlite:///samenspraak.db", show_default=True)
_FOLDER = click.option(
    "-o",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="The folder to write in.",
)


@click.group()
def privacy() -> None:
    """What is remembered of one person."""


@privacy.command("export")
@click.argument("person")
@_DATABASE
@explained()
def privacy_export(person: str, database: str) -> None:
    """Print everything that is remembered of PERSON (their id on the platform), as JSON."""
    from bot.upkeep import export_person

    click.echo(export_person(database, person))


@privacy.command("erase")
@click.argument("person")
@_DATABASE
@click.confirmation_option(prompt="This cannot be undone. Erase?")
@explained()
def privacy_erase(person: str, database: str) -> None:
    """Erase everything that is remembered of PERSON (their id on the platform)."""
    from bot.upkeep import erase_person

    click.echo(erase_person(database, person))


@click.group()
def ending() -> None:
    """What both sides of a project are to get, also when the bot was taken out and can send nothing any more."""


@ending.command("list")
@_DATABASE
@explained()
def ending_list(database: str) -> None:
    """Print every project: its number, who is in it, and when everything of it is erased."""
    from bot.handover import listed

    click.echo(listed(database))


@ending.command("export")
@click.argument("project", type=int)
@_FOLDER
@_DATABASE
@explained()
def ending_export(project: int, folder: Path, database: str) -> None:
    """Write what is each organisation's in PROJECT (its number), to hand it over. Nothing changes."""
    from bot.handover import export

    click.echo(export(database, project, folder))


@ending.command("erase")
@click.argument("project", type=int)
@_FOLDER
@_DATABASE
@click.confirmation_option(prompt="This cannot be undone. Erase?")
@explained()
def ending_erase(project: int, folder: Path, database: str) -> None:
    """Erase PROJECT now, where the bot is out of it, and write the certificate for both sides."""
    from bot.handover import erase

    click.echo(erase(database, project, folder))


@click.command()
@_DATABASE
@explained()
def migrate(database: str) -> None:
    """Bring the database to the schema of this release."""
    from bot.upkeep import migrate_database

    click.echo(migrate_database(database))


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@_DATABASE
@explained()
def backup(target: Path, database: str) -> None:
    """Write a copy of an SQLite database to TARGET, without the words of people that pass through it."""
    from bot.upkeep import back_up

    click.echo(back_up(database, target))


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_DATABASE
@click.confirmation_option(prompt="The database that is there will be replaced. Go on?")
@explained()
def restore(source: Path, database: str) -> None:
    """Put the backup SOURCE in the place of an SQLite database; what was erased since then stays erased."""
    from bot.upkeep import put_back

    click.echo(put_back(database, source))


COMMANDS: tuple[click.Command, ...] = (privacy, ending, migrate, backup, restore)
