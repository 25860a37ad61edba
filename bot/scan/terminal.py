"""The report of a scan for the terminal: plain text that fits eighty columns."""

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from bot.scan.figures import SIDE, SIDES

_WIDE = 80
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TIMES = ("night", "morning", "afternoon", "evening")
_MOST_WEEKS = 26
_SHORT = {
    "normalising": "normal.",
    "technical_diversion": "techn.",
    "vague_deferral": "vague",
    "blame_shifting": "blame",
    "impactless_complaint": "no eff.",
}
"""The patterns as columns; each counts what was surely heard."""


def report(told: Mapping[str, Any]) -> str:
    """All of it, as text without a line end."""
    return "\n".join(_lines(told))


def duration(minutes: int) -> str:
    """As people say it: 35 minutes, 2.5 hours, 3 days."""
    if minutes < 120:
        return f"{minutes} minute" + "s" * (minutes != 1)
    if minutes < 48 * 60:
        return f"{minutes / 60:.1f} hours"
    return f"{minutes / (24 * 60):.1f} days"


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    messages, answers, promises = told["messages"], told["answers"], told["promises"]
    yield f"What was heard from {told['from']} to {told['to']}"
    yield "  messages: " + ", ".join(f"{side} {count}" for side, count in messages.items())
    yield "  judged, short messages in a row as one: " + ", ".join(f"{s} {told['judged'][s]}" for s in SIDES)
    yield from _heading("What goes well")
    for good in _goes_well(told) or ["Too little was heard to say anything."]:
        yield from _item(good)
    yield from _heading("What was heard", f"{'surely':>8}{'perhaps':>9}{'likely':>12}{'tips':>6}")
    for name, row in told["patterns"].items():
        if name == "impact_feedback":
            yield f"  {name:<24}{row['heard']:>8}"
            continue
        likely = f"{row['likely_least']}-{row['likely_most']}"
        yield f"  {name:<24}{row['sure']:>8}{row['heard'] - row['sure']:>9}{likely:>12}{row['tips']:>6}"
    yield from _item("likely: how many there may have been, for the ear is mostly right and finds about half.")
    yield from _heading("How long complaints waited", f"{'with effect':>14}{'without':>14}")
    kinds = (answers["with_effect"], answers["without_effect"])
    for what in ("complaints", "acknowledged", "never", "still_waiting"):
        yield f"  {what.replace('_', ' '):<24}{kinds[0][what]:>14}{kinds[1][what]:>14}"
    for name, label in (("quarter", "a quarter within"), ("median", "half within"), ("three", "three quarters within")):
        values = [duration(kind["minutes"][name]) if kind["minutes"] else "too few" for kind in kinds]
        yield f"  {label:<24}{values[0]:>14}{values[1]:>14}"
    yield from _item(
        "From the end of the complaint to the first answer of the supplier in the same thread (or in the channel, "
        "outside threads) that is not heard as one of the supplier's four patterns. By the clock, nights included."
    )
    yield from _heading("Promises", f"{'made':>8}{'who':>6}{'when':>6}{'both':>6}")
    for side in SIDES:
        made = promises[side]
        yield f"  {side:<24}{made['made']:>8}{made['owner']:>6}{made['date']:>6}{made['both']:>6}"
    yield from _tips(told["tips"])
    for part in ("languages", "channels", "weeks"):
        yield from _part(part, told[part])
    yield from _moments(told["moments"])
    if told["skipped"]:
        yield from _heading("Skipped")
        yield from _item(", ".join(f"{reason} {count}" for reason, count in told["skipped"].items()))
    if told.get("examples"):
        yield from _heading("Examples, for your eyes only")
        for name, quotes in told["examples"].items():
            yield f"  {name}"
            for quote in quotes:
                yield from wrap(quote, _WIDE, initial_indent="    - ", subsequent_indent="      ")


def _goes_well(told: Mapping[str, Any]) -> list[str]:
    answers, promises, complaints = told["answers"], told["promises"], told["answers"]["all"]["complaints"]
    good = [
        (answers["with_effect"]["complaints"], f"of {complaints} complaints say what it does to the work."),
        (answers["all"]["acknowledged"], f"of {complaints} complaints were taken up{_half(answers['all'])}."),
    ]
    good += [
        (promises[side]["both"], f"of {promises[side]['made']} promises of the {side} say who and when.")
        for side in SIDES
    ]
    good += [(told["takes_up"][side]["times"], f"times the {side} took up what the other side said.") for side in SIDES]
    return [f"{times} {rest}" for times, rest in good if times]


def _heading(text: str, columns: str = "") -> Iterator[str]:
    yield ""
    yield f"{text:<26}{columns}".rstrip()


def _item(text: str) -> Iterator[str]:
    yield from wrap(text, _WIDE, initial_indent="  ", subsequent_indent="  ")


def _half(answers: Mapping[str, Any]) -> str:
    return f", half of them within {duration(answers['minutes']['median'])}" if answers["minutes"] else ""


def _tips(tips: Mapping[str, Any]) -> Iterator[str]:
    yield from _heading("What the coach would have said")
    given = ", ".join(f"{side} {tips['given'][side]}" for side in SIDES)
    yield from _item(
        f"{sum(tips['given'].values())} tips ({given}), {tips['a_week']} a week, of {tips['worth']} moments."
    )
    for reason, count in sorted(tips["not_given"].items(), key=lambda item: (-item[1], item[0])):
        yield f"  {'not: ' + reason:<40}{count:>8}"
    yield from _item("As if all had agreed a week before, everybody had wanted tips, and nobody had judged any.")
    if tips["cut_off"]:
        yield from _item("There were so many that the last of them were not weighed.")


def _rows(part: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from part["groups"].items()
    if part["other"]:
        yield "other", part["other"]


def _part(name: str, part: Mapping[str, Any]) -> Iterator[str]:
    rows = list(_rows(part))
    if not rows:
        return
    yield from _heading(name.capitalize(), f"{'judged':>8}" + "".join(f"{short:>9}" for short in _SHORT.values()))
    if len(rows) > _MOST_WEEKS and name == "weeks":
        yield from _item(f"the last {_MOST_WEEKS} of {len(rows)}; all are in --json")
        rows = rows[-_MOST_WEEKS:]
    for label, row in rows:
        counts = "".join(f"{row['sure'][pattern]:>9}" for pattern in _SHORT)
        yield f"  {label[:23]:<24}{sum(row['judged'].values()):>8}{counts}"
    if part["other"]:
        yield from _item(f"other: {part['folded']} with fewer than five people on a side, or folded to hide those.")


def _moments(part: Mapping[str, Any]) -> Iterator[str]:
    rows = dict(_rows(part))
    if not rows:
        return
    yield from _heading("When (heard surely, of 100)", "".join(f"{time:>12}" for time in _TIMES))
    for at, day in enumerate(_DAYS, 1):
        cells = [_cell(rows.get(f"{at} {time}")) for time in _TIMES]
        yield f"  {day:<25}" + "".join(f"{cell:>12}" for cell in cells)
    if part["other"]:
        yield f"  {'other (.)':<25}{_cell(part['other']):>12}"


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "."
    judged = sum(row["judged"].values())
    return f"{100 * sum(row['sure'][name] for name in SIDE) / judged:.1f}" if judged else "0.0"
