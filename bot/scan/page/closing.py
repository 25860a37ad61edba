"""The last parts of the page of a scan: what would have been said, how sure it all is, and what it cannot say."""

import htpy as h

from bot.scan.figures import SIDES
from bot.scan.page.charts import Bar, bars
from bot.scan.page.tables import Told, both
from bot.scan.page.words import Words


def tips(told: Told, words: Words) -> h.Node:
    """What the coach would have said, and why not more."""
    found = told["tips"]
    given = sum(found["given"].values())
    rows = [(words.say("tips.worth"), found["worth"], "good")]
    rows += [(words.say(f"tips.given_{side}"), found["given"][side], side) for side in SIDES]
    reasons = sorted(found["not_given"].items(), key=lambda each: (-each[1], each[0]))
    rows += [(words.say(f"held.{reason.replace(' ', '_')}"), count, "quiet") for reason, count in reasons]
    drawn = [Bar(label, count, words.number(count), colour) for label, count, colour in rows]
    result = words.say(
        "tips.result",
        worth=words.number(found["worth"]),
        given=words.number(given),
        week=words.number(found["a_week"], 1),
    )
    return [
        h.p[words.say("tips.text")],
        h.p[h.strong[result]],
        both(
            words,
            "tips",
            bars("tips-chart", words.say("tips.chart"), words.say("tips.desc"), drawn),
            ("", words.say("tips.number")),
            [(label, words.number(count)) for label, count, _ in rows],
        ),
        h.p(".note")[words.say("tips.as_if")],
        h.p(".note")[words.say("tips.cut_off")] if found["cut_off"] else None,
    ]


def examples(told: Told, words: Words) -> h.Node:
    """A few short quotes, for who asked for them."""
    return [
        h.p[words.say("examples.text")],
        None if told["examples_complete"] else h.p(".note")[words.say("examples.incomplete")],
        (
            [h.h3[words.say(f"pattern.{name}")], (h.blockquote[quote] for quote in quotes)]
            for name, quotes in told["examples"].items()
        ),
    ]


def sure(told: Told, words: Words) -> h.Node:
    """What the figures are worth."""
    ear = told["accuracy"]
    right = words.say(
        "sure.right",
        supplier=words.number(ear["supplier"]["right"]),
        supplier_of=words.number(ear["supplier"]["of"]),
        client=words.number(ear["client"]["right"]),
        client_of=words.number(ear["client"]["of"]),
    )
    between = words.say(
        "sure.between",
        **{
            f"{side}_{which}": words.number(100 * ear[side][f"found_{which}"])
            for side in SIDES
            for which in ("least", "most")
        },
    )
    found = words.say("sure.found")
    rest = (words.say(f"sure.{key}") for key in ("perhaps", "effect", "few"))
    return h.ul[(h.li[line] for line in (f"{right} {words.say('sure.measured')}", f"{found} {between}", *rest))]


def limits(told: Told, words: Words) -> h.Node:
    """What a report like this cannot say."""
    return h.ul[(h.li[line] for line in words.lines("limits.lines"))]


def may(told: Told, words: Words) -> h.Node:
    """Who may read it, and until when."""
    return [h.p[words.say("may.text")], h.ul[(h.li[line] for line in words.lines("may.lines"))]]
