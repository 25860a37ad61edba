"""How fast are Teams' activities taken in? `samenspraak serve`, with its commit, against the stock adapter that does
nothing with them: both check the token.
"""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.intake import two_channels
from bench.load import AUTHORS, Result, closed_loop
from bench.servers import on_disk, running
from bench.shape import Goal, Measurement, Run, Section
from storage.database import opened
from storage.migrate import upgrade

FLOOR, DEAF, HEARING = "the floor", "without consent", "with consent"
APP, TENANT = "5a3e0f44-0c1b-4f6e-9a5e-1f2d3c4b5a69", "0b57ab10-1111-4222-8333-444455556666"
SERVICE = "https://smba.trafficmanager.net/emea/"
CHANNELS = {FLOOR: "19:deaf@thread.tacv2", DEAF: "19:deaf@thread.tacv2", HEARING: "19:hear@thread.tacv2"}
_numbers = count(1)

ABOUT = (
    "Ours is `samenspraak serve`: token checked, durable intake as above. The floor is the stock `CloudAdapter`\n"
    "of botbuilder, which checks the token and does nothing. The same arrangement, 16 connections in a closed\n"
    "loop; the floor gets a tenth of the activities."
)


def door(run: Run) -> Section:
    """Teams' door, beside the one that botbuilder has."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with keys_published(key) as keys_url:
        taken = run.turns({kind: partial(_round, kind, run, key, keys_url) for kind in CHANNELS})
    floor = taken[FLOOR]
    return Section(
        "Teams' door",
        ABOUT,
        tuple(
            measurement
            for kind in (DEAF, HEARING)
            for measurement in (
                Measurement(
                    f"{kind}: 16 connections, closed loop",
                    "activities/s",
                    tuple(each.rate for each in taken[kind]),
                    tuple(each.rate for each in floor),
                    Goal(5),
                ),
                Measurement(
                    f"{kind}: the same, p99",
                    "ms",
                    tuple(each.percentile(0.99) for each in taken[kind]),
                    tuple(each.percentile(0.99) for each in floor),
                ),
            )
        ),
    )


def _round(kind: str, run: Run, key: rsa.RSAPrivateKey, keys_url: str) -> Result:
    settings = {"MICROSOFT_APP_ID": APP, "MICROSOFT_APP_PASSWORD": "made-up", "MICROSOFT_KEYS_URL": keys_url}
    database = None if kind == FLOOR else on_disk(run.folder)
    if database is not None:
        _prepare(database)
    command = ["bench.teams_floor"] if database is None else ["bot", "serve"]
    events, warm = (run.sizes.events // 10, 50) if database is None else (run.sizes.events, 500)
    with running(command, settings, database, run.folder) as server:
        asyncio.run(closed_loop(server.port, requests(key, CHANNELS[kind], warm)))
        result = asyncio.run(closed_loop(server.port, iter(list(requests(key, CHANNELS[kind], events)))))
        if result.refused:
            raise RuntimeError(f"{kind}: {result.refused} requests were refused")
        if database is not None and (kept := server.rows()) < events + warm:
            raise RuntimeError(f"{events + warm} events were acknowledged and {kept} are in the database")
        return result


def _prepare(url: str) -> None:
    tenant = f"teams:{TENANT}"
    with opened(url) as database:
        upgrade(database.writing)
        database.write_now(
            tenant, lambda db: two_channels(db, tenant, TENANT, CHANNELS[DEAF], CHANNELS[HEARING], "person-{}")
        )


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
