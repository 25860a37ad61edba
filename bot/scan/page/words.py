"""How the figures of a scan are written on its page: numbers, waits and weeks in the words of a language."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers import phrases


class Words:
    """The sentences of the page in one language."""

    def __init__(self, language: str) -> None:
        self._book = phrases.report(language)
        self.language = self._book.language

    def say(self, key: str, **values: str) -> str:
        """The sentence at `key`, which stands in prompts/…/scan.toml."""
        return self._book.say(f"scan.{key}", **values)

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return self._book.has(f"scan.{key}")

    def lines(self, key: str) -> tuple[str, ...]:
        """The sentences of a list."""
        return self._book.list(f"scan.{key}")

    def number(self, value: float, decimals: int = 0) -> str:
        """A number."""
        return phrases.number(self._book, value, decimals)

    def of_hundred(self, times: int, of: int) -> str:
        """How many of a hundred."""
        return self.number(100 * times / of, 1) if of else "–"

    def day(self, iso: str) -> str:
        """A day: 1 maart 2027."""
        on = date.fromisoformat(iso)
        return phrases.day(self._book, datetime(on.year, on.month, on.day, 12, tzinfo=UTC), ZoneInfo("UTC"))

    def wait(self, minutes: int) -> str:
        """How long something took, in words."""
        if minutes == 1:
            return self.say("time.minute")
        if minutes < 120:
            return self.say("time.minutes", count=self.number(minutes))
        if minutes < 48 * 60:
            return self.say("time.hours", count=self.number(minutes / 60, 1))
        return self.say("time.days", count=self.number(minutes / (24 * 60), 1))

    def quartile(self, minutes: Mapping[str, int] | None, which: str) -> str:
        """A quartile, or that there is too little for one."""
        return self.wait(minutes[which]) if minutes else self.say("too_few")

    def week(self, name: str) -> str:
        """A week as it is called in the figures, 2026-W03, in words."""
        year, found, week = name.partition("-W")
        return self.say("time.week", week=week.lstrip("0"), year=year) if found else self.say("time.no_date")

    def rows(self, part: Mapping[str, Any]) -> list[tuple[str | None, Mapping[str, Any]]]:
        """The groups of a part, and all others as one, whose name is None."""
        found: list[tuple[str | None, Mapping[str, Any]]] = list(part["groups"].items())
        return [*found, (None, part["other"])] if part["other"] else found
