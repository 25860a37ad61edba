"""Where reading an export tells of what it left out, and how far it is."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.scan.archive import Broken, File, load, printable
from bot.scan.stream import Row, rows


@dataclass(frozen=True)
class Telling:
    """`problems` hears a sentence for each broken file; `skipped` counts by reason; `progress` is told done and all."""

    problems: Callable[[str], None]
    skipped: Counter[str]
    progress: Callable[[int, int], None]

    def listed(self, file: File, limit: int) -> list[Mapping[str, object]]:
        """The objects listed in a file of at most `limit` bytes; none when it is broken, which is told."""
        try:
            content = load(file, limit)
            if not isinstance(content, list):
                raise Broken("is not a list")
        except Broken as reason:
            self.broken(file, f"{reason}, skipped")
            return []
        return [row for row in content if isinstance(row, dict)]

    def streamed(self, file: File) -> Iterator[Row]:
        """The objects in a file of any length; where it breaks off, that is told, and those before it count."""
        number = 0
        try:
            for row in rows(file):
                number += 1
                yield row
        except Broken as reason:
            self.broken(file, f"{reason}, skipped" + (f" after {number} that could be read" if number else ""))

    def broken(self, file: File, reason: str) -> None:
        """Name a file that is left out, or of which a part is."""
        self.problems(f"{printable(file.name)}: {reason}")
        self.skipped["broken_files"] += 1
