"""A card that is more than Slack takes in one message: what comes first, and what hangs below that in its thread."""

import json
from collections.abc import Mapping, Sequence

from bot.slack.api import Slack, ask
from bot.slack.payload import at, word
from bot.slack.render import every_block, more, text
from bot.slack.render_limits import LIMITS, Block
from handlers.vocabulary import Card

MARK = "samenspraak"
"""The type of what we put in a message's metadata."""
_PAGES = 5


def pages(card: Card) -> list[list[Block]]:
    """The blocks of a card, in as many messages as it takes. The buttons stay on the first, where people look."""
    shown = every_block(card)
    if _fits(shown):
        return [shown]
    end = next((n for n in range(len(shown), 0, -1) if shown[n - 1]["type"] != "actions"), 0)
    words, tail = shown[:end], [more(), *shown[end:]]
    first, rest = _filled(words, tail)
    found = [[*first, *tail]]
    while rest:
        page, rest = _filled(rest, [])
        found.append(page)
    return found


def _filled(shown: list[Block], tail: list[Block]) -> tuple[list[Block], list[Block]]:
    """As many blocks as fit in one message together with its end, and the others."""
    count = 1
    while count < len(shown) and _fits([*shown[: count + 1], *tail]):
        count += 1
    return shown[:count], shown[count:]


def _fits(shown: Sequence[Block]) -> bool:
    return len(shown) <= LIMITS["blocks"] and len(json.dumps(shown, ensure_ascii=False)) <= LIMITS["message"]


async def below(
    slack: Slack,
    channel: str,
    first: str,
    thread: str,
    card: Card,
    rest: Sequence[list[Block]],
    there: Mapping[int, str],
) -> None:
    """Show the pages after the first in the thread; those that are `there` already are made to look like this.

    Raises what a call to Slack can raise.
    """
    for number, page in enumerate(rest, 2):
        if number in there:
            await slack.client.chat_update(channel=channel, ts=there[number], text=text(card), blocks=page)
            continue
        await slack.client.chat_postMessage(
            channel=channel,
            thread_ts=thread,
            text=text(card),
            blocks=page,
            metadata={"event_type": MARK, "event_payload": {"below": first, "page": str(number)}},
            unfurl_links=False,
            unfurl_media=False,
        )


async def found(slack: Slack, channel: str, first: str, thread: str) -> dict[int, str]:
    """Where the later pages of a card are, by their number. Raises Unanswered."""
    there: dict[int, str] = {}
    query = {"channel": channel, "ts": thread, "include_all_metadata": "true", "limit": "100", "oldest": first}
    for _ in range(_PAGES):
        answer = await ask(slack, "conversations.replies", **query)
        for message in answer.get("messages") or ():
            mark = at(message, "metadata")
            number = word(mark, "event_payload", "page")
            ours = word(mark, "event_type") == MARK and word(mark, "event_payload", "below") == first
            if ours and number.isdecimal():
                there[int(number)] = word(message, "ts")
        query["cursor"] = word(answer.data, "response_metadata", "next_cursor")
        if not query["cursor"]:
            break
    return there
