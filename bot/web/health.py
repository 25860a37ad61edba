"""Is it alive, is it ready, and how is it doing?"""

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.clock import TOO_LONG, Pulse
from storage import barred
from storage.database import EVERYWHERE, Database
from storage.migrate import is_current


def routes(database: Database, pulse: Pulse, connections: Callable[[], int] | None = None) -> list[web.RouteDef]:
    """GET /healthz (does time pass?), /readyz (is the database there, with this release's schema?) and /metrics.

    `connections` counts those by which Slack tells what happens, where we open them; without any we are not ready.
    Installations in which the platform lets us do nothing are named, with the platform's word for why.
    """

    async def healthz(_request: web.Request) -> web.Response:
        if pulse.age > TOO_LONG:
            return web.json_response({"status": "the clock stands still", "seconds": pulse.age}, status=503)
        return web.json_response({"status": "ok"} | _counted(connections))

    async def readyz(_request: web.Request) -> web.Response:
        try:
            current = await database.alone(is_current)
        except Exception as problem:  # whatever it is, the answer is that we are not ready
            return web.json_response({"status": f"no database: {type(problem).__name__}"}, status=503)
        if not current:
            return web.json_response({"status": "the database has another schema"}, status=503)
        if connections is not None and not connections():
            return web.json_response({"status": "no connection to Slack"} | _counted(connections), status=503)
        closed = await database.read(EVERYWHERE, barred.everywhere)
        return web.json_response({"status": "ok"} | _counted(connections) | ({"barred": closed} if closed else {}))

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]


def _counted(connections: Callable[[], int] | None) -> dict[str, int]:
    return {} if connections is None else {"slack_connections": connections()}
