"""A load generator: signed Slack messages over kept-alive connections, in a closed or an open loop."""

import asyncio
import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from slack_sdk.signature import SignatureVerifier

SECRET = "made-up-signing-secret"
AUTHORS = 50
_numbers = count(1)


def signed(channel: str, amount: int) -> Iterator[bytes]:
    """Whole HTTP requests, each another message with a signature of its own."""
    verifier = SignatureVerifier(SECRET)
    now = int(time.time())
    for _ in range(amount):
        number = next(_numbers)
        body = json.dumps(_message(channel, number, now))
        signature = verifier.generate_signature(timestamp=str(now), body=body)
        head = (
            "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Slackbot 1.0\r\nAccept: */*\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body.encode())}\r\n"
            f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: {signature}\r\n\r\n"
        )
        yield (head + body).encode()


def _message(channel: str, number: int, now: int) -> dict[str, object]:
    ts = f"{now}.{number % 1_000_000:06d}"
    text = f"Message {number}: the printer on the third floor works again, thank you both."
    piece = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {
        "token": "not-used",
        "team_id": "TSUP",
        "context_team_id": "TSUP",
        "api_app_id": "ABENCH",
        "event": {
            "type": "message",
            "client_msg_id": f"7d1f9a52-0000-4000-8000-{number:012d}",
            "user": f"U{number % AUTHORS}",
            "team": "TSUP",
            "channel": channel,
            "text": text,
            "blocks": [{"type": "rich_text", "block_id": "b1", "elements": [piece]}],
            "ts": ts,
            "event_ts": ts,
            "channel_type": "channel",
        },
        "type": "event_callback",
        "event_id": f"Ev{now}x{number}",
        "event_time": now,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": "TSUP",
                "user_id": "UBOT",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": True,
        "event_context": "4-made-up",
    }


@dataclass
class Result:
    """What came of a load. `latencies` are in seconds; those of an open loop count from the scheduled moment."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    refused: int = 0

    @property
    def rate(self) -> float:
        """Acknowledged (200 or 201) events per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency, in milliseconds, that this share of the events did not exceed."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Connection(asyncio.Protocol):
    """One kept-alive connection with at most one request under way."""

    def __init__(self) -> None:
        self.buffer = b""
        self.answered: asyncio.Future[bool] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answered is not None and not self.answered.done():
            self.answered.set_exception(exc or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        if len(body) >= length and self.answered is not None:
            self.buffer = body[length:]
            self.answered.set_result(head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")))

    def ask(self, request: bytes) -> "asyncio.Future[bool]":
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answered


async def _connections(port: int, amount: int) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(_Connection, "127.0.0.1", port))[1] for _ in range(amount)]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """The generator's own pauses are not the server's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def closed_loop(port: int, requests: Iterator[bytes], connections: int = 16) -> Result:
    """Each connection sends its next request as soon as the last is answered."""
    result = Result()
    clock = time.perf_counter

    async def one(connection: _Connection) -> None:
        for request in requests:
            began = clock()
            if await connection.ask(request):
                result.latencies.append(clock() - began)
            else:
                result.refused += 1

    opened = await _connections(port, connections)
    with _undisturbed():
        began = clock()
        await asyncio.gather(*(one(each) for each in opened))
        result.seconds = clock() - began
    for each in opened:
        each.transport.close()
    return result


async def open_loop(port: int, requests: Iterator[bytes], rate: float, connections: int = 64) -> Result:
    """Requests leave on schedule, however slow the answers are; latency counts from the schedule."""
    result = Result()
    clock = time.perf_counter
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    opened = await _connections(port, connections)
    for each in opened:
        free.put_nowait(each)

    async def one(request: bytes, scheduled: float) -> None:
        connection = await free.get()
        if await connection.ask(request):
            result.latencies.append(clock() - scheduled)
        else:
            result.refused += 1
        free.put_nowait(connection)

    with _undisturbed():
        began = clock()
        under_way = []
        for number, request in enumerate(requests):
            scheduled = began + number / rate
            await asyncio.sleep(max(0, scheduled - clock()))
            under_way.append(asyncio.create_task(one(request, scheduled)))
        await asyncio.gather(*under_way)
        result.seconds = clock() - began
    for each in opened:
        each.transport.close()
    return result
