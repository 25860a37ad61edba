"""What each part of the ear is worth alone: macro-F1 on the development set. `python -m bench.ear.compare [FILE…]`"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.ear.corpus import Row, rows
from bench.ear.train import SETS
from bot.measure import Labelled, macro_f1
from prompts.ear import Hearing, hear, own_words
from prompts.ear.listen import HEARD, rule_scores
from prompts.ear.trained import trained

PARTS = ("majority", "rules", "pieces", "encoder", "all")


def heard_by(row: Row) -> dict[str, str]:
    """The label that each part hears in a message."""
    learnt = trained()
    if learnt is None:
        sys.exit("there is no encoder here to compare")
    side, text, context = row["side"], row["text"], row.get("context")
    head = learnt.heads[side]

    def likeliest(found: Mapping[str, float]) -> str:
        return max(found, key=lambda label: found[label])

    own, answered = own_words(text), own_words(context) if context else None
    counted = dict(zip(head.labels, map(float, head.count(own, context)), strict=True))
    return {
        "majority": "none",
        "rules": likeliest(rule_scores(text, side, context) | {"none": HEARD}),
        "pieces": likeliest(counted),
        "encoder": likeliest(learnt.encode(side, own, answered).likely),
        "all": hear(text, side, context).label,
    }


def main(files: Sequence[str]) -> None:
    """Compare and print."""
    sets = {name: rows("dev", pattern) for name, pattern in SETS.items()}
    sets |= {file: [json.loads(line) for line in Path(file).read_text("utf-8").splitlines()] for file in files}
    for name, messages in sets.items():
        for side in ("supplier", "client"):
            here = [row for row in messages if row["side"] == side]
            heard = [heard_by(row) for row in here]
            scores = {
                part: macro_f1(
                    [
                        Labelled(side, row["lang"], 0, row["label"], Hearing(found[part], 1.0, False, row["lang"]))
                        for row, found in zip(here, heard, strict=True)
                    ]
                )
                for part in PARTS
            }
            print(f"{name:10} {side:9}" + "".join(f"{part}: {score:.3f}  " for part, score in scores.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
