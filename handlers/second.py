"""A second opinion: what is asked about a message of which the ear is unsure, and what its answer changes."""

import json
from dataclasses import replace

from handlers.turn import Hearing, Listen
from prompts import second
from prompts.second import masked as masked


def ask(what: Listen) -> tuple[str, str]:
    """What a language model is told, and the message as it may read it."""
    return second.task(what.text, what.side, what.context)


def heed(answer: str | None, what: Listen, heard: Hearing) -> Hearing:
    """What is heard now: surer when the answer names the same pattern. Raises ValueError when it is no answer."""
    if not isinstance(answer, str):
        raise ValueError("no answer")
    said = json.loads(answer)
    if not isinstance(said, dict) or not isinstance(said.get("label"), str):
        raise ValueError("no label")
    if said["label"] != heard.label:
        return heard
    better = said.get("question")
    # To a client a tip says what impact is; a question is for who answers one.
    fit = second.question(better, heard.lang) if isinstance(better, str) and what.side == "supplier" else None
    return replace(heard, nudge=True, unsure=False, question=fit)
