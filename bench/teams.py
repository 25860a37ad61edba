"""How fast are Teams' activities taken in? `samenspraak serve`, with its commit, against the stock adapter that does
nothing with them: both check the token. The servers take turns in one run, each in a process of its own.
"""

import asyncio
import gc
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import click
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy.orm import Session

from bench.intake import table_row, wait_for_quiet, wait_until_open
from bench.load import AUTHORS, Result, closed_loop
from storage import members, projects
from storage.database import opened
from storage.migrate import upgrade

FLOOR, DEAF, HEARING = "CloudAdapter, token checked", "ours, no consent", "ours, consented"
APP, TENANT = "5a3e0f44-0c1b-4f6e-9a5e-1f2d3c4b5a69", "0b57ab10-1111-4222-8333-444455556666"
SERVICE = "https://smba.trafficmanager.net/emea/"
CHANNELS = {FLOOR: "19:deaf@thread.tacv2", DEAF: "19:deaf@thread.tacv2", HEARING: "19:hear@thread.tacv2"}
_numbers = count(1)


@contextmanager
def keys_published(key: rsa.RSAPrivateKey) -> Iterator[str]:
    """Where the key is published that tokens are signed with: a server in a thread of this process."""
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    listed = {"keys": [public | {"kid": "bench", "use": "sig", "endorsements": ["msteams"]}]}

    class Published(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = listed if self.path == "/keys" else {"jwks_uri": f"http://127.0.0.1:{self.server.server_port}/keys"}
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Nobody wants to know."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Published)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/openid"
    finally:
        server.shutdown()


def requests(key: rsa.RSAPrivateKey, channel: str, amount: int) -> Iterator[bytes]:
    """Whole HTTP requests, each another message; one token for all, as Teams gives one for an hour."""
    now = int(time.time())
    claims = {"iss": "https://api.botframework.com", "aud": APP, "exp": now + 3600, "nbf": now, "serviceurl": SERVICE}
    token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": "bench"})
    for _ in range(amount):
        body = json.dumps(_message(channel, next(_numbers))).encode()
        head = (
            "POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


def _message(channel: str, number: int) -> dict[str, object]:
    message, text = f"17{number:011d}", f"Message {number}: the printer on the third floor works again, thank you both."
    return {
        "type": "message", "id": message, "timestamp": datetime.now(UTC).isoformat(), "serviceUrl": SERVICE,
        "channelId": "msteams", "text": text, "textFormat": "plain", "locale": "nl-NL",
        "attachments": [{"contentType": "text/html", "content": f"<p>{text}</p>"}],
        "from": {"id": f"29:{number % AUTHORS}", "name": "Somebody", "aadObjectId": f"person-{number % AUTHORS}"},
        "recipient": {"id": f"28:{APP}", "name": "Samenspraak"},
        "conversation": {"isGroup": True, "conversationType": "channel", "tenantId": TENANT,
                         "id": f"{channel};messageid={message}"},
        "channelData": {"tenant": {"id": TENANT}, "team": {"id": "19:team@thread.tacv2"}, "channel": {"id": channel}},
    }  # fmt: skip


def _prepare(url: str) -> None:
    tenant, now = f"teams:{TENANT}", datetime.now(UTC)
    with opened(url) as database:
        upgrade(database.writing)

        def channels(db: Session) -> None:
            for channel in (CHANNELS[DEAF], CHANNELS[HEARING]):
                row = projects.start(db, tenant, channel, language="en", zone="Europe/Amsterdam", country="NL", now=now)
                supplier, _ = projects.add_organisation(db, row.project, TENANT, "Supplier")
                supplier.side = "supplier"
                for number in range(AUTHORS):
                    members.add(db, row.project, supplier, TENANT, f"person-{number}")
                projects.listen(db, row.project, channel == CHANNELS[HEARING])

        database.write_now(tenant, channels)


def _measure(kind: str, folder: Path, key: rsa.RSAPrivateKey, keys_url: str, events: int) -> Result:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = folder / f"{time.monotonic_ns()}.db"
    environment = os.environ | {
        "SAMENSPRAAK_PORT": str(port),
        "MICROSOFT_APP_ID": APP,
        "MICROSOFT_APP_PASSWORD": "made-up",
        "MICROSOFT_KEYS_URL": keys_url,
        "DATABASE_URL": f"sqlite:///{database}",
    }
    if kind != FLOOR:
        _prepare(f"sqlite:///{database}")
    command = ["-m", "bench.teams_floor"] if kind == FLOOR else ["-m", "bot", "serve"]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, *command], env=environment, stdout=log, stderr=log)
    try:
        wait_until_open(port)
        warm = 50 if kind == FLOOR else 500
        asyncio.run(closed_loop(port, requests(key, CHANNELS[kind], warm)))
        result = asyncio.run(closed_loop(port, iter(list(requests(key, CHANNELS[kind], events)))))
        if result.refused:
            raise SystemExit(f"{kind}: {result.refused} requests were refused")
        if kind != FLOOR:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
                kept = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
            if kept < events + warm:
                raise SystemExit(f"{events + warm} events were acknowledged and {kept} are in the database")
        return result
    finally:
        process.terminate()
        process.wait(20)


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--events", default=10_000, show_default=True, help="Activities of one closed loop with ours.")
@click.option("--floor", default=1_000, show_default=True, help="Activities of one closed loop with the stock adapter.")
@click.option("--patience", default=30.0, show_default=True, help="Seconds to wait for a quiet machine, each time.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the databases are; its disk counts.")
def main(rounds: int, events: int, floor: int, patience: float, folder: Path | None) -> None:
    """Compare Teams' door of `samenspraak serve` with the stock CloudAdapter."""
    # The generator's own pauses are not the server's: it lives shortly, and needs no collector.
    gc.disable()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    measured: dict[str, list[Result]] = {kind: [] for kind in CHANNELS}
    busy: list[float] = []
    with tempfile.TemporaryDirectory(dir=folder) as work, keys_published(key) as keys_url:
        for number in range(rounds):
            for kind, results in measured.items():
                busy.append(wait_for_quiet(patience))
                results.append(_measure(kind, Path(work), key, keys_url, floor if kind == FLOOR else events))
                click.echo(f"round {number + 1}, {kind}: {results[-1].rate:,.0f} activities/s", err=True)
    click.echo("| | min | median | max | |\n|---|---|---|---|---|")
    for kind, results in measured.items():
        click.echo(table_row(f"{kind}: 16 connections, closed loop", [one.rate for one in results], "activities/s"))
        click.echo(table_row(f"{kind}: the same, p99", [one.percentile(0.99) for one in results], "ms"))
    for kind in (DEAF, HEARING):
        pairs = zip(measured[kind], measured[FLOOR], strict=True)
        click.echo(table_row(f"{kind}: as a ratio", [ours.rate / base.rate for ours, base in pairs], "goal >= 5"))
    click.echo(table_row("in use by others just before a round", [100 * each for each in busy], "% of the machine"))


if __name__ == "__main__":
    main()
