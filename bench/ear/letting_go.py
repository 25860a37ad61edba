"""What it costs in judgement that most messages are let go unencoded: `python -m bench.ear.letting_go`. Minutes."""

import json
from unittest import mock

from bench.ear.corpus import rows
from bench.ear.speed import CHAT
from bench.ear.train import measured
from bot.measure import decision, macro_f1
from prompts.ear import listen


def main() -> None:
    """Measure and print."""
    heard = decision(measured([json.loads(line) for line in CHAT.open(encoding="utf-8")]))
    print(
        f"tips on ordinary chat: {heard.tips}, right {heard.right} of {heard.wanted}; false {heard.tips - heard.right}"
    )
    development = rows("dev")
    fast = list(measured(development))
    with mock.patch.object(listen, "LET_GO", 2.0):
        full = list(measured(development))
    for side in ("supplier", "client"):
        scores = [macro_f1([each for each in every if each.side == side]) for every in (fast, full)]
        print(f"{side}: macro-F1 {scores[0]:.3f} letting go, {scores[1]:.3f} encoding everything")


if __name__ == "__main__":
    main()
