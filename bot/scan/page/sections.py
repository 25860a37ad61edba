"""The parts of the page of a scan, one function each. Every chart stands next to a table with the same figures."""

from collections.abc import Iterable, Mapping
from typing import Any

import htpy as h

from bot.scan.figures import SIDES, STEPS
from bot.scan.page.charts import Bar, bars, columns
from bot.scan.page.tables import Told, both, other, table
from bot.scan.page.words import Words
from bot.shares import interval
from handlers.turn import CLIENT_PATTERNS, SUPPLIER_PATTERNS

TIPPED = SUPPLIER_PATTERNS + CLIENT_PATTERNS
_WEEKS = 53
"""More are added up into one; --json has them all."""
_TIMES = ("night", "morning", "afternoon", "evening")


def well(told: Told, words: Words) -> h.Node:
    """What goes well, first of all."""
    answers, said = told["answers"], []
    complaints, named = answers["all"]["complaints"], answers["with_effect"]["complaints"]

    def count(key: str, times: int, of: int) -> None:
        if times:
            said.append(words.say(f"well.{key}", times=words.number(times), of=words.number(of)))

    count("effect", named, complaints)
    count("taken_up", answers["all"]["acknowledged"], complaints)
    if answers["all"]["minutes"]:
        said.append(words.say("well.half", time=words.wait(answers["all"]["minutes"]["median"])))
    for side in SIDES:
        count(f"promises_{side}", told["promises"][side]["both"], told["promises"][side]["made"])
    for side in SIDES:
        count(f"takes_up_{side}", told["takes_up"][side]["times"], told["takes_up"][side]["of"])
    return h.section(".box", aria_labelledby="well")[
        h.h2(id="well")[words.say("well.head")],
        h.ul(".well")[(h.li[each] for each in said or [words.say("well.nothing")])],
    ]


def next_step(told: Told, words: Words) -> h.Node:
    """What the two could do now."""
    return h.section(".box", aria_labelledby="next")[
        h.h2(id="next")[words.say("next.head")], h.ol[(h.li[line] for line in words.lines("next.lines"))]
    ]


def counted(told: Told, words: Words) -> h.Node:
    """How much there was to hear."""
    total = words.number(sum(told["messages"].values()))
    sides = (*SIDES, "unknown")
    return h.section(aria_labelledby="count")[
        h.h2(id="count")[words.say("count.head")],
        h.p[words.say("count.text", messages=total)],
        table(
            ("", *(words.say(f"side.{side}") for side in sides)),
            [
                (words.say("count.messages"), *(words.number(told["messages"][side]) for side in sides)),
                (words.say("count.judged"), *(words.number(told["judged"][side]) for side in SIDES), "–"),
            ],
            words.say("count.head"),
            seen=False,
        ),
    ]


def heard(told: Told, words: Words) -> h.Node:
    """What was heard on each side, with what chance may have done to it."""
    rows = []
    for name in TIPPED:
        row = told["patterns"][name]
        low, high = interval(row["sure"] / row["of"] if row["of"] else 0.0, row["of"])
        rows.append((name, row, 100 * low, 100 * high))
    drawn = [
        Bar(
            f"{words.say(f'pattern.{name}')} ({words.say('side.' + row['side'])})",
            100 * row["sure"] / max(row["of"], 1),
            words.of_hundred(row["sure"], row["of"]),
            row["side"],
            low,
            high,
        )
        for name, row, low, high in rows
    ]
    listed = [
        (
            words.say(f"pattern.{name}"),
            words.say(f"side.{row['side']}"),
            words.number(row["sure"]),
            words.number(row["heard"] - row["sure"]),
            words.of_hundred(row["sure"], row["of"]),
            f"{words.number(low, 1)} – {words.number(high, 1)}",
            f"{words.number(row['likely_least'])} – {words.number(row['likely_most'])}",
        )
        for name, row, low, high in rows
    ]
    heads = ("", *(words.say(f"heard.{key}") for key in ("side", "sure", "perhaps", "rate", "between", "likely")))
    return [
        h.p[words.say("heard.text")],
        both(
            words, "heard", bars("heard-chart", words.say("heard.chart"), words.say("heard.desc"), drawn), heads, listed
        ),
        h.p(".note")[words.say("heard.likely_text")],
        h.dl[([h.dt[words.say(f"pattern.{name}")], h.dd[words.say(f"meaning.{name}")]] for name in TIPPED)],
    ]


def complaints(told: Told, words: Words) -> h.Node:
    """Complaints that say what they do to the work, and complaints that do not yet."""
    kinds = {
        "with": told["answers"]["with_effect"]["complaints"],
        "without": told["answers"]["without_effect"]["complaints"],
    }
    total = sum(kinds.values())
    drawn = [
        Bar(words.say(f"complaints.{kind}"), count, words.number(count), colour)
        for (kind, count), colour in zip(kinds.items(), ("good", "open"), strict=True)
    ]
    listed = []
    for kind, count in kinds.items():
        low, high = interval(count / total if total else 0.0, total)
        share = (
            f"{words.of_hundred(count, total)}% ({words.number(100 * low)}–{words.number(100 * high)})"
            if total
            else "–"
        )
        listed.append((words.say(f"complaints.{kind}"), words.number(count), share))
    heads = ("", words.say("complaints.number"), words.say("complaints.share"))
    chart = bars("complaints-chart", words.say("complaints.chart"), words.say("complaints.desc"), drawn)
    return [h.p[words.say("complaints.text")], both(words, "complaints", chart, heads, listed)]


def answers(told: Told, words: Words) -> h.Node:
    """How long complaints waited."""
    every, kinds = told["answers"]["all"], ("all", "with_effect", "without_effect")
    steps = [(step, every["within"][step], "good") for step in STEPS]
    steps += [("never", every["never"], "open"), ("still", every["still_waiting"], "open")]
    drawn = [Bar(words.say(f"answers.{key}"), count, words.number(count), colour) for key, count, colour in steps]
    heads = ("", words.say("answers.all"), words.say("complaints.with"), words.say("complaints.without"))

    def counts(label: str, *path: str) -> tuple[str, ...]:
        found = []
        for kind in kinds:
            value: Any = told["answers"][kind]
            for key in path:
                value = value[key]
            found.append(words.number(value))
        return words.say(f"answers.{label}"), *found

    listed = [
        counts("number", "complaints"),
        *(counts(step, "within", step) for step in STEPS),
        counts("never", "never"),
        counts("still", "still_waiting"),
        *(
            (
                words.say(f"answers.{which}"),
                *(words.quartile(told["answers"][kind]["minutes"], which) for kind in kinds),
            )
            for which in ("quarter", "median", "three")
        ),
        (
            words.say("answers.any"),
            *(words.quartile(told["answers"][kind]["minutes_to_any_reply"], "median") for kind in kinds),
        ),
        counts("named", "effect_named"),
    ]
    chart = bars("answers-chart", words.say("answers.chart"), words.say("answers.desc"), drawn)
    return [
        h.p[words.say("answers.text")],
        both(words, "answers", chart, heads, listed),
        h.p(".note")[words.say("answers.how")],
    ]


def promises(told: Told, words: Words) -> h.Node:
    """How many promises name who and when, on both sides."""
    drawn, listed = [], []
    for side in SIDES:
        made = told["promises"][side]
        parts = {
            "both": made["both"],
            "owner": made["owner"] - made["both"],
            "date": made["date"] - made["both"],
            "neither": made["made"] - made["owner"] - made["date"] + made["both"],
        }
        label = words.say(f"side.{side}")
        drawn += [
            Bar(f"{label}: {words.say(f'promises.{key}')}", count, words.number(count), side)
            for key, count in parts.items()
        ]
        listed.append((label, words.number(made["made"]), *(words.number(count) for count in parts.values())))
    heads = ("", *(words.say(f"promises.{key}") for key in ("made", "both", "owner", "date", "neither")))
    chart = bars("promises-chart", words.say("promises.chart"), words.say("promises.desc"), drawn)
    return [h.p[words.say("promises.text")], both(words, "promises", chart, heads, listed)]


def when(told: Told, words: Words) -> h.Node:
    """By week, and by day and time of day."""
    rows = [(words.week(name), *_sure(row)) for name, row in told["weeks"]["groups"].items()]
    if len(rows) > _WEEKS:
        before = rows[:-_WEEKS]
        rows = [(words.say("time.before"), sum(r[1] for r in before), sum(r[2] for r in before)), *rows[-_WEEKS:]]
    drawn = [Bar(name, 100 * sure / max(of, 1), words.of_hundred(sure, of), "supplier") for name, sure, of in rows]
    if told["weeks"]["other"]:
        rows.append((words.say("other"), *_sure(told["weeks"]["other"])))
    heads = ("", *(words.say(f"when.{key}") for key in ("judged", "sure", "rate")))
    listed = [(name, words.number(of), words.number(sure), words.of_hundred(sure, of)) for name, sure, of in rows]
    chart = columns("when-chart", words.say("when.chart"), words.say("when.desc"), drawn)
    return [
        h.p[words.say("when.text")],
        both(words, "when", chart, heads, listed) if listed else h.p(".note")[words.say("nothing_apart")],
        other(told["weeks"], words),
        _moments(told["moments"], words),
    ]


def _moments(part: Told, words: Words) -> h.Node:
    if not part["groups"]:
        return None
    shares = {name: sure / of for name, row in part["groups"].items() for sure, of in [_sure(row)] if of}
    most = max(shares.values(), default=0) or 1
    rows = []
    for day in range(1, 8):
        cells: list[h.Node] = [h.th(scope="row")[words.say(f"day.{day}")]]
        for time in _TIMES:
            share = shares.get(f"{day} {time}")
            level = None if share is None else f"level-{round(4 * share / most)}"
            cells.append(h.td(class_=level)["–" if share is None else words.number(100 * share, 1)])
        rows.append(h.tr[cells])
    return [
        h.h3[words.say("when.moments")],
        h.div(".scroll", tabindex="0", role="region", aria_label=words.say("when.moments"))[
            h.table(".heat")[
                h.caption[words.say("when.moments_text")],
                h.thead[
                    h.tr[
                        h.th(scope="col")[words.say("when.day")],
                        (h.th(scope="col")[words.say(f"part.{t}")] for t in _TIMES),
                    ]
                ],
                h.tbody[rows],
            ]
        ],
        other(part, words),
    ]


def where(told: Told, words: Words) -> h.Node:
    """By channel and by language."""
    short = [words.say(f"pattern.{name}") for name in TIPPED]

    def rows(part: Told, named: Mapping[str, str] | None, answered: bool) -> Iterable[tuple[str, ...]]:
        for name, row in words.rows(part):
            label = words.say("other") if name is None else f"#{name}" if named is None else named.get(name, name)
            half = (words.quartile(row["answers"]["minutes"], "median"),) if answered else ()
            sure = (words.number(row["sure"][pattern]) for pattern in TIPPED)
            yield label, words.number(sum(row["judged"].values())), *sure, *half

    def part(key: str, named: Mapping[str, str] | None, answered: bool) -> h.Node:
        found = list(rows(told[f"{key}s"], named, answered))
        heads = (words.say(f"where.{key}"), words.say("when.judged"), *short)
        heads = (*heads, words.say("where.half")) if answered else heads
        title = words.say(f"where.{key}s")
        return [
            h.h3[title],
            table(heads, found, title, seen=False) if found else h.p(".note")[words.say("nothing_apart")],
            other(told[f"{key}s"], words),
        ]

    languages = {name: words.say(f"language.{name}") for name in ("nl", "en", "other")}
    return [h.p[words.say("where.text")], part("channel", None, True), part("language", languages, False)]


def _sure(row: Told) -> tuple[int, int]:
    """How often anything was surely heard, and in how many messages."""
    return sum(row["sure"][name] for name in TIPPED), sum(row["judged"].values())
