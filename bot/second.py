"""A second opinion: a language model that is asked about messages of which the ear is unsure. Off unless it is set.

Any endpoint that speaks the chat completions of OpenAI will do. It gets a message only when both organisations agreed
to that, with names and numbers masked; what it answers is checked, and can only turn a doubtful tip into a sure one,
or give it another question to begin with. It chooses no reader and no link. When it fails, nothing changes.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from openai import AsyncOpenAI

from bot.house import Second
from bot.settings import Model
from handlers import second
from handlers.turn import Hearing, Listen

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that an answer may take, all in all; everything that is not asked by somebody waits meanwhile."""
LONGEST_ANSWER = 200
"""Tokens."""
FAILURES, REST = 3, timedelta(minutes=10)
"""After so many failures in a row it is left alone for so long."""
_ANSWER: Any = {
    "type": "json_schema",
    "json_schema": {
        "name": "opinion",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"label": {"type": "string"}, "question": {"type": "string"}},
            "required": ["label", "question"],
            "additionalProperties": False,
        },
    },
}


@dataclass
class _Limits:
    """How often it may still be asked today, and whether it is left alone after failing."""

    a_day: int
    today: date | None = None
    asked: int = 0
    failures: int = 0
    rests_until: datetime | None = None

    def allow(self, now: datetime) -> bool:
        if self.rests_until is not None and now < self.rests_until:
            return False
        if self.today != now.date():
            self.today, self.asked = now.date(), 0
        self.asked += 1
        return self.asked <= self.a_day

    def failed(self, now: datetime) -> None:
        self.failures += 1
        if self.failures >= FAILURES:
            self.failures, self.rests_until = 0, now + REST


@asynccontextmanager
async def opinion(model: Model, now: Callable[[], datetime], patience: float = PATIENCE) -> AsyncIterator[Second]:
    """Ask `model` for second opinions, as long as this lasts; `patience` is in seconds."""
    limits = _Limits(model.a_day)
    async with _client(model, patience) as client:

        async def ask(what: Listen, heard: Hearing) -> Hearing:
            if not limits.allow(now()):
                return heard
            try:
                surer = await _asked(client, model, what, heard, patience)
            except Exception as problem:  # an endpoint can answer anything, and none of it may keep a message waiting
                # Never the text of the problem: what people wrote may be in there.
                log.warning("the language model gave no second opinion (%s)", type(problem).__name__)
                limits.failed(now())
                return heard
            limits.failures = 0
            return surer

        yield ask


async def tried(model: Model, what: Listen, heard: Hearing, patience: float = PATIENCE) -> str | None:
    """Ask `model` once, outside its limits. Returns what kind of thing went wrong, or None when it answered."""
    try:
        async with _client(model, patience) as client:
            await _asked(client, model, what, heard, patience)
    except Exception as problem:  # an endpoint can answer anything
        return type(problem).__name__
    return None


def _client(model: Model, patience: float) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=model.url, api_key=model.key or "none", timeout=patience, max_retries=0)


async def _asked(client: AsyncOpenAI, model: Model, what: Listen, heard: Hearing, patience: float) -> Hearing:
    """What is heard after one question. Raises whatever the endpoint makes go wrong."""
    told, said = second.ask(what)
    async with asyncio.timeout(patience):
        answer = await client.chat.completions.create(
            model=model.name,
            messages=[{"role": "system", "content": told}, {"role": "user", "content": said}],
            temperature=0,
            max_tokens=LONGEST_ANSWER,
            response_format=_ANSWER,
        )
    return second.heed(answer.choices[0].message.content, what, heard)
