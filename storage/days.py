"""Days that a project adds to its holidays or takes from them, as its row holds them: one stretch a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Stretch:
    """Days in a row, the last included, and what people call them."""

    first: date
    last: date
    name: str = ""


def kept(stretches: Iterable[Stretch]) -> str:
    """Stretches as a row holds them: `2026-12-24/2027-01-01 Christmas`."""
    return "\n".join(f"{each.first}/{each.last} {each.name}".rstrip() for each in stretches)


def stretches(held: str | None) -> tuple[Stretch, ...]:
    """The stretches that a row holds."""
    found = []
    for line in (held or "").splitlines():
        days, _, name = line.partition(" ")
        first, _, last = days.partition("/")
        found.append(Stretch(date.fromisoformat(first), date.fromisoformat(last), name))
    return tuple(found)


def days(found: Iterable[Stretch]) -> frozenset[date]:
    """Every single day of them."""
    return frozenset(each.first + timedelta(days=n) for each in found for n in range((each.last - each.first).days + 1))
