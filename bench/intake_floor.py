"""What the intake is compared with: a bare slack-bolt app that checks the signature, acknowledges and does nothing."""

import os

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult


async def _nobody() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=None)


def main() -> None:
    """Serve until stopped, with the same settings in the environment as `samenspraak serve`."""
    bolt = AsyncApp(signing_secret=os.environ["SLACK_SIGNING_SECRET"], authorize=_nobody)

    @bolt.event("message")
    async def message() -> None:
        pass

    port = int(os.environ["SAMENSPRAAK_PORT"])
    server = bolt.server(port=port, path="/slack/events", host="127.0.0.1")
    web.run_app(server.web_app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()
