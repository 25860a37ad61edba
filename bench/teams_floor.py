"""What Teams' door is compared with: the stock adapter, with its token check, and a bot that does nothing."""

import os

from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.core.integration import aiohttp_error_middleware
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botframework.connector.auth import ChannelValidation


class Configuration:
    """What the adapter reads, by the names it looks for."""

    APP_ID = os.environ.get("MICROSOFT_APP_ID", "")
    APP_PASSWORD = os.environ.get("MICROSOFT_APP_PASSWORD", "")
    APP_TYPE = "MultiTenant"


class Bot:
    """Takes everything and says nothing."""

    async def on_turn(self, _context: TurnContext) -> None:
        """Do nothing."""


def main() -> None:
    """Serve until stopped, with the same settings in the environment as `samenspraak serve`."""
    ChannelValidation.open_id_metadata_endpoint = os.environ["MICROSOFT_KEYS_URL"]
    adapter, bot = CloudAdapter(ConfigurationBotFrameworkAuthentication(Configuration())), Bot()

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot) or web.Response(status=201)

    app = web.Application(middlewares=[aiohttp_error_middleware])
    app.router.add_post("/api/messages", messages)
    port = int(os.environ["SAMENSPRAAK_PORT"])
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()
