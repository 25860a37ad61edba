"""What a file holds when it leaves: made at the last moment, out of the way of everything else."""

import asyncio

from bot.dossier.pack import packed
from handlers.vocabulary import Share


async def content(effect: Share) -> bytes:
    """The bytes of a file. A dossier takes a second or more to make, so that happens beside the event loop."""
    if effect.holds == "text":
        return effect.content.encode()
    return await asyncio.to_thread(packed, effect.content)
