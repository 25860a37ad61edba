"""Who is on which side: by the e-mail domain or the home team of an author, as the user of the scan gave them."""

from collections import Counter
from collections.abc import Collection

from bot.scan.export import Written
from handlers.vocabulary import Side

Homes = Counter[tuple[str | None, str | None]]
"""Messages by the team id and the e-mail domain of their authors, as far as those are known."""


MOST_HOMES = 10_000
"""More are not told apart: only an export that means harm has them."""


class NobodyMatched(Exception):
    """None of the messages is of a side; `found` is what could have been given."""

    def __init__(self, side: str, found: Homes) -> None:
        super().__init__(f"none of the messages was written by someone of the {side} that was given")
        self.found = found


def normal(value: str) -> str:
    """A team id or e-mail domain as it is compared: a domain in small letters, without `@` or what stands before."""
    value = value.strip()
    return value.rpartition("@")[2].lower() if "@" in value or "." in value else value


class Sides:
    """Tells the side of authors, and remembers which of the values given were of any use."""

    def __init__(self, suppliers: Collection[str], clients: Collection[str]) -> None:
        self.given: dict[str, Side] = {normal(value): "supplier" for value in suppliers}
        self.given |= {normal(value): "client" for value in clients}
        self.matched: set[str] = set()
        self.found: Homes = Counter()

    def of(self, message: Written) -> Side | None:
        """The side of its author: by the nearest domain, or else the team; None when neither was given."""
        value = self._match(message)
        return self.given[value] if value else None

    def met(self, message: Written) -> Side | None:
        """The same, and remember it."""
        value = self._match(message)
        home = message.team, message.domain
        if home in self.found or len(self.found) < MOST_HOMES:
            self.found[home] += 1
        if value is None:
            return None
        self.matched.add(value)
        return self.given[value]

    def unmatched(self) -> list[str]:
        """The values given that nobody in the export has."""
        return sorted(self.given.keys() - self.matched)

    def check(self) -> None:
        """Raise NobodyMatched when a side wrote nothing at all."""
        met = {self.given[value] for value in self.matched}
        for side in ("supplier", "client"):
            if side not in met:
                raise NobodyMatched(side, self.found)

    def _match(self, message: Written) -> str | None:
        domain = message.domain
        while domain:
            if domain in self.given:
                return domain
            domain = domain.partition(".")[2]
        return message.team if message.team in self.given else None
