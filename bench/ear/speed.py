"""How fast the ear is on ordinary chat, stage by stage: `python -m bench.ear.speed`.

`chat.jsonl` is some weeks of four made-up channels, of which three in a hundred messages carry a pattern.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest import mock

from bench.ear.corpus import rows
from bench.ear.train import measured
from bot.measure import decision, macro_f1
from prompts.ear import hear, listen
from prompts.ear.language import tongues
from prompts.ear.text import own_words
from prompts.ear.trained import trained

CHAT = Path(__file__).with_name("chat.jsonl")
ROUNDS = 3


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def _line(name: str, took: list[float]) -> str:
    ordered = sorted(took)
    spread = [ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.9, 0.99, 1.0)]
    return f"{name:28}" + "".join(f"{each:10.2f}" for each in spread) + f"{statistics.mean(took):10.2f}"


def main() -> None:
    """Measure and print."""
    chat = [json.loads(line) for line in CHAT.open(encoding="utf-8")]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    learnt = trained()
    if learnt is None:
        sys.exit("there is no encoder here to measure")
    for row in chat[:20]:
        hear(row["text"], row["side"], row["context"])
    whole = [
        _milliseconds(lambda row=row: hear(row["text"], row["side"], row["context"]))
        for _ in range(ROUNDS)
        for row in chat
    ]
    encoded = mock.Mock(wraps=learnt.encode)
    with mock.patch.object(listen, "trained", return_value=replace(learnt, encode=encoded)):
        for row in chat:
            hear(row["text"], row["side"], row["context"])
    stages: dict[str, Callable[[dict[str, str]], object]] = {
        "own words and language": lambda row: tongues(own_words(row["text"])),
        "rules": lambda row: listen.rule_scores(row["text"], row["side"], row["context"]),
        "pieces": lambda row: learnt.heads[row["side"]].count(row["text"], row["context"]),
    }
    print(f"{len(chat)} messages, {ROUNDS} rounds; milliseconds")
    print(f"{'':28}{'median':>10}{'90 %':>10}{'99 %':>10}{'most':>10}{'mean':>10}")
    print(_line("a message", whole))
    for name, stage in stages.items():
        print(_line(name, [_milliseconds(lambda row=row, stage=stage: stage(row)) for row in chat]))
    asked = [call.args for call in encoded.call_args_list]
    print(
        _line(
            "encoder, where it comes to it", [_milliseconds(lambda args=args: learnt.encode(*args)) for args in asked]
        )
    )
    mean = statistics.mean(whole)
    print(f"\nencoded: {encoded.call_count} of {len(chat)}; {1000 / mean:.0f} messages a second")
    print(f"an export of 100,000 such messages: {mean * 100_000 / 60_000:.1f} minutes of hearing")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {before:.0f} MB before the encoder, {after:.0f} MB at most")

    found = [row | {"lang": row["lang"]} for row in chat]
    heard = decision(measured(found))
    print(f"\ntips on this chat: {heard.tips}, right {heard.right} of {heard.wanted}; false {heard.tips - heard.right}")

    development = rows("dev")
    fast = list(measured(development))
    with mock.patch.object(listen, "LET_GO", 2.0):
        full = list(measured(development))
    for side in ("supplier", "client"):
        scores = [macro_f1([each for each in every if each.side == side]) for every in (fast, full)]
        print(f"{side}: macro-F1 {scores[0]:.3f} letting go, {scores[1]:.3f} encoding everything")


if __name__ == "__main__":
    main()
