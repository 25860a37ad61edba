"""What a scan tells, as plain data: the terminal, the page and --json all show this, and nothing else."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.scan.accuracy import MEASURED
from bot.scan.count import Scanned
from bot.scan.fold import fold
from bot.scan.tally import ENOUGH, MOST_SLIPS, Tally
from bot.scan.waits import COMPLAINTS, LONGEST, quantile
from bot.scan.would import would
from bot.shares import interval
from handlers.hours import Hours
from handlers.turn import CLIENT_PATTERNS, SUPPLIER_PATTERNS

FORMAT = 1
SIDES = ("supplier", "client")
SIDE = dict.fromkeys(SUPPLIER_PATTERNS, "supplier") | dict.fromkeys((*CLIENT_PATTERNS, "impact_feedback"), "client")
"""Every pattern, always in this order, with whose it is."""
STEPS = {"15_minutes": 15, "1_hour": 60, "4_hours": 240, "1_day": 1_440, "3_days": 4_320, "14_days": 20_160}
"""Minutes; each counts the waits that were no longer than it, and longer than the one before."""


def figures(scanned: Scanned, hours: Hours) -> dict[str, Any]:
    """Everything, ready for JSON. The keys are explained in docs/scan.md."""
    counted = scanned.counted
    counts, zone = counted.whole.counts, hours.works.zone
    if counted.first is None or counted.last is None:
        raise ValueError("nothing was counted")
    last = counted.last.date()
    tips = would(counted.slips, hours, counted.first)
    return {
        "format": FORMAT,
        "from": counted.first.astimezone(zone).date().isoformat(),
        "to": counted.last.astimezone(zone).date().isoformat(),
        "zone": str(zone),
        "people_at_least": ENOUGH,
        "messages": {side: counts[f"messages/{side}"] for side in (*SIDES, "unknown")},
        "judged": _judged(counts),
        "patterns": {name: _pattern(counts, name) | {"tips": tips[f"given/{SIDE[name]}/{name}"]} for name in SIDE},
        "answers": {
            "all": _answers(counts, COMPLAINTS, last),
            "with_effect": _answers(counts, COMPLAINTS[:1], last),
            "without_effect": _answers(counts, COMPLAINTS[1:], last),
        },
        "promises": {side: _promises(counts, side) for side in SIDES},
        "takes_up": {side: _share(counts[f"sign/{side}/acknowledges"], counts[f"judged/{side}"]) for side in SIDES},
        "tips": _tips(counts, tips, counted.first, counted.last, len(counted.slips) >= MOST_SLIPS),
        "languages": _part(counted.parts["languages"], last),
        "channels": _part(counted.parts["channels"], last, answers=True),
        "weeks": _part(counted.parts["weeks"], last),
        "moments": _part(counted.parts["moments"], last),
        "skipped": dict(sorted(scanned.skipped.items())),
        "accuracy": {
            side: {"right": each.right, "of": each.tips, "found_least": each.found_least, "found_most": each.found_most}
            for side, each in MEASURED.items()
        },
    }


def _judged(counts: Mapping[str, int]) -> dict[str, int]:
    return {side: counts[f"judged/{side}"] for side in SIDES}


def _share(times: int, of: int) -> dict[str, Any]:
    low, high = interval(times / of if of else 0.0, of)
    return {"times": times, "of": of, "low": round(low, 4), "high": round(high, 4)}


def _pattern(counts: Mapping[str, int], name: str) -> dict[str, Any]:
    side = SIDE[name]
    sure = counts[f"sure/{name}"]
    told: dict[str, Any] = {"side": side, "heard": counts[f"heard/{name}"], "sure": sure}
    least, most = MEASURED[side].between(sure)
    return told | {"of": counts[f"judged/{side}"], "likely_least": least, "likely_most": most}


def _answers(counts: Mapping[str, int], kinds: tuple[str, ...], last: date) -> dict[str, Any]:
    acknowledged, replied = Counter[int](), Counter[int]()
    never = still = 0
    for key, times in counts.items():
        what, _, rest = key.partition("/")
        kind, _, rest = rest.partition("/")
        if kind not in kinds:
            continue
        if what == "acknowledged":
            acknowledged[int(rest)] += times
        elif what == "reply":
            replied[int(rest)] += times
        elif what == "never" or (what == "open" and last - date.fromisoformat(rest) > LONGEST):
            never += times
        elif what == "open":
            still += times
    told: dict[str, Any] = {
        "complaints": sum(counts[f"complaint/{kind}"] for kind in kinds),
        "acknowledged": acknowledged.total(),
        "never": never,
        "still_waiting": still,
        "effect_named": sum(counts[f"named/{kind}"] for kind in kinds),
        "minutes": _quartiles(acknowledged),
        "minutes_to_any_reply": _quartiles(replied),
        "within": {},
    }
    before = -1
    for name, minutes in STEPS.items():
        told["within"][name] = sum(times for wait, times in acknowledged.items() if before < wait <= minutes)
        before = minutes
    return told


def _quartiles(waits: Counter[int]) -> dict[str, int | None] | None:
    """Of so few that one could be told apart, none."""
    if waits.total() < ENOUGH:
        return None
    return {name: quantile(waits, share) for name, share in (("quarter", 0.25), ("median", 0.5), ("three", 0.75))}


def _promises(counts: Mapping[str, int], side: str) -> dict[str, int]:
    return {f"{what}": counts[f"promise/{side}/{what}"] for what in ("made", "owner", "date", "both")}


def _tips(
    counts: Mapping[str, int], tips: Counter[str], first: datetime, last: datetime, cut_off: bool
) -> dict[str, Any]:
    held = Counter({key.removeprefix("held/"): times for key, times in counts.items() if key.startswith("held/")})
    held.update({key.removeprefix("held/"): times for key, times in tips.items() if key.startswith("held/")})
    given = {side: sum(tips[f"given/{side}/{name}"] for name in SIDE) for side in SIDES}
    weeks = max((last - first).total_seconds() / (7 * 86_400), 1.0)
    return {
        "worth": sum(counts[f"sure/{name}"] for name in SUPPLIER_PATTERNS + CLIENT_PATTERNS),
        "given": given,
        "a_week": round(sum(given.values()) / weeks, 1),
        "not_given": dict(sorted(held.items())),
        "cut_off": cut_off,
    }


def _part(groups: Mapping[str, Tally], last: date, answers: bool = False) -> dict[str, Any]:
    folded = fold(groups)

    def row(tally: Tally) -> dict[str, Any]:
        told: dict[str, Any] = {
            "judged": _judged(tally.counts),
            "heard": {name: tally.counts[f"heard/{name}"] for name in SIDE},
            "sure": {name: tally.counts[f"sure/{name}"] for name in SIDE},
            "promises": {side: _promises(tally.counts, side) for side in SIDES},
        }
        return told | ({"answers": _answers(tally.counts, COMPLAINTS, last)} if answers else {})

    return {
        "groups": {name: row(folded.groups[name]) for name in sorted(folded.groups)},
        "other": row(folded.other) if folded.other else None,
        "folded": folded.folded,
    }
