"""From installation to the first private tip, in the real Microsoft 365 Agents Playground."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest_asyncio
from on_agents_playground import CHANNEL, KARIM, SANNE, AgentsPlayground, agents_playground
from sheets import Time, passes
from teams_driver import actions, card_of, inputs, words
from test_stories import IMPACT, NORMALISING

from bot import app
from bot.settings import Settings
from storage.database import opened
from storage.migrate import upgrade

CHAT = "a:personal-sanne"
CONSENT = {"side": "supplier", "role": "service", "scopes": "hear tip registers", "mandate": "yes"}


@pytest_asyncio.fixture
async def playground(tmp_path: Path, serve_at: Any) -> AsyncIterator[AgentsPlayground]:
    """The Playground with our bot behind it, for who develops: it gives no tokens."""
    url = f"sqlite:///{tmp_path / 'samenspraak.db'}"
    async with AsyncExitStack() as stack:
        database = stack.enter_context(opened(url))
        upgrade(database.writing)
        now = Time()
        serving = app.serving(Settings(DATABASE_URL=url), database, now, teams_unchecked=True)
        address = await stack.enter_async_context(serve_at(await stack.enter_async_context(serving)))
        endpoint = f"{address}api/messages"
        yield await stack.enter_async_context(agents_playground(endpoint, database, now, tmp_path))


async def test_from_installation_to_a_private_tip(playground: AgentsPlayground) -> None:
    await playground.installed()
    hello = await playground.sees(CHANNEL, lambda shown: "join" in actions(card_of(shown)))
    assert "Hallo, ik ben Samenspraak" in words(card_of(hello))

    # The supplier says yes: no dialog here, so the form comes to her own chat.
    await playground.presses(CHANNEL, hello, "join")
    form = await playground.sees(CHAT, lambda shown: "mandate" in inputs(card_of(shown)))
    await playground.presses(CHAT, form, "", **CONSENT | {"mandate": ""})
    refused = await playground.sees(CHAT, lambda shown: "hierover mag beslissen" in words(card_of(shown)))
    filled = await playground.presses(CHAT, refused, "", **CONSENT)

    # The client says yes with the same form; the Playground can only be made to send what somebody else did.
    await playground.does(KARIM, "message", value=filled | {"side": "client"})
    await playground.sees(CHANNEL, lambda shown: "Ik luister mee in dit kanaal" in words(card_of(shown)))

    # A week later tips are welcome.
    await playground.does(SANNE, "message", text="<at>Samenspraak</at> aan", entities=[
        {"type": "mention", "text": "<at>Samenspraak</at>",
         "mentioned": {"id": "28:5a3e0f44-0c1b-4f6e-9a5e-1f2d3c4b5a69"}},
    ])  # fmt: skip
    await passes(playground, days=7, hours=1)  # type: ignore[arg-type]
    await playground.does(KARIM, "message", id="1700", textFormat="plain", text=IMPACT)
    await passes(playground, minutes=2)  # type: ignore[arg-type]
    await playground.does(SANNE, "message", id="1701", textFormat="plain", text=NORMALISING)
    await passes(playground, seconds=61)  # type: ignore[arg-type]
    tip = await playground.sees(CHAT, lambda shown: "misheard" in actions(card_of(shown)))
    assert "even wennen" in words(card_of(tip))
    assert "Alleen jij ziet dit" in words(card_of(tip))
    assert not any("misheard" in str(shown) for where, shown in playground.shown if where == CHANNEL)

    await playground.presses(CHAT, tip, "misheard")
    await playground.sees(CHAT, lambda shown: "verkeerd begreep" in words(card_of(shown)))
