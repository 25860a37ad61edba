"""What goes wrong with the address of a database, told to who typed it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import ArgumentError, OperationalError


@contextmanager
def explained() -> Iterator[None]:
    """A database that cannot be used is an error to read, not a traceback."""
    try:
        yield
    except OperationalError as problem:
        raise click.ClickException(f"The database cannot be used ({problem.orig}). Is its address right?") from problem
    except ArgumentError as problem:
        raise click.ClickException(
            "The address of the database is no sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."
        ) from problem
