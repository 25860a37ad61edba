"""What the doctor finds: one thing that was looked at, how it is, what that means and what to do."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True)
class Check:
    """Never a token, a message or the name of a person: only counts, and ids of channels."""

    name: str
    """Also stands in docs/connect-slack.md or docs/connect-teams.md."""
    state: State
    words: str
    todo: str = ""
    """What to do about it; empty when all is well."""


Look = Callable[[], Awaitable[Check]]


async def looked(name: str, look: Look, patience: float = 30.0) -> Check:
    """What `look` finds. Whatever it stumbles over is a finding too; `patience` is in seconds."""
    try:
        async with asyncio.timeout(patience):
            return await look()
    except TimeoutError:
        return Check(name, "problem", f"No answer within {patience:.0f} seconds.", "Try again; look at the network.")
    except Exception as problem:  # the others are still to be looked at
        return stumbled(name, problem)


def stumbled(name: str, problem: Exception) -> Check:
    """Something that could not be looked at. Never the text of the problem: a library may quote what it was given."""
    words = f"This could not be looked at ({type(problem).__name__})."
    return Check(name, "problem", words, "Tell whoever makes the bot.")
