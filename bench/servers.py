"""Servers to measure: each in a process of its own, with a database that is made for it and thrown away."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench.shape import NotRun
from tests.postgres import NoServer, server

_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """A server that runs, and the database behind it (none behind a floor)."""

    process: subprocess.Popen[bytes]
    port: int
    database: str | None

    def memory(self) -> float:
        """Resident memory, in MiB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def rows(self, where: str = "true") -> int:
        """How many inbox rows are in the database."""
        assert self.database is not None
        engine = create_engine(with_driver(self.database))
        with engine.connect() as connection:
            found = connection.execute(text(f"SELECT count(*) FROM inbox WHERE {where}")).scalar_one()
        engine.dispose()
        return int(found)


@contextmanager
def running(
    command: Sequence[str], settings: Mapping[str, str], database: str | None, folder: Path
) -> Iterator[Server]:
    """Start a module as a server and wait until it answers; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | settings | {"SAMENSPRAAK_PORT": str(port)}
    if database is not None:
        environment["DATABASE_URL"] = database
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=log, stderr=log)
    try:
        _wait_until_open(port, process)
        yield Server(process, port, database)
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_open(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until the server at this port answers anything."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz")
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server does not answer")


# --- databases


def on_disk(folder: Path) -> str:
    """The URL of a new SQLite database."""
    return f"sqlite:///{folder / f'{next(_numbers)}.db'}"


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server that keeps what it commits, as in real life; gives its URL. Raises NotRun."""
    try:
        with server(durable=True) as url:
            yield url
    except NoServer as reason:
        raise NotRun(str(reason)) from reason


def on_server(url: str) -> str:
    """The URL of a new database on a PostgreSQL server."""
    name = f"bench_{next(_numbers)}"
    engine = create_engine(with_driver(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def with_driver(url: str) -> str:
    """The URL as SQLAlchemy wants it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
