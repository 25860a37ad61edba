"""Days off, and days on which there is work after all, as people write them: a day or a stretch on each line."""

import re
from datetime import date, datetime

from babel.dates import format_date

from handlers import dates, phrases
from handlers.calendar import Calendar, day_of
from prompts import Phrasebook
from storage.days import Stretch

MOST = 30
"""Lines in a field: with their names they still fit in it when they are shown again."""
LONGEST = 62
"""Days in a stretch. What lasts longer has most likely the wrong year in it."""
LONGEST_NAME = 40


class Unreadable(ValueError):
    """A line that cannot be taken: its number, and why (a key under settings.refused)."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.number, self.why = line, why


def read(written: str, book: Phrasebook, now: datetime, own: Calendar) -> tuple[Stretch, ...]:
    """What somebody wrote, in order of time. Raises Unreadable for the first line that is not clear."""
    lines = [(number, line.strip()) for number, line in enumerate(written.splitlines(), 1) if line.strip()]
    if len(lines) > MOST:
        raise Unreadable(lines[MOST][0], "days_many")
    today = day_of(own, now)
    return tuple(sorted((_line(number, line, book, today, own) for number, line in lines), key=lambda each: each.first))


def form(stretches: tuple[Stretch, ...], book: Phrasebook) -> str:
    """Stretches as somebody may write them, to be changed and read again."""
    return "\n".join(_told(each, book, "long", each.name) for each in stretches)


def told(stretches: tuple[Stretch, ...], book: Phrasebook) -> str:
    """Stretches in words, with the days of the week."""
    return "; ".join(_told(each, book, "full", f"({each.name})" if each.name else "") for each in stretches)


def _told(stretch: Stretch, book: Phrasebook, style: str, name: str) -> str:
    first, last = (
        format_date(day, format=style, locale=phrases.LOCALES[book.language]) for day in (stretch.first, stretch.last)
    )
    until = book.list("dates.until")[0]
    days = first if stretch.first == stretch.last else f"{first} {until} {last}"
    return f"{days} {name}".rstrip()


def _line(number: int, line: str, book: Phrasebook, today: date, own: Calendar) -> Stretch:
    until = "|".join(re.escape(word) for word in book.list("dates.until"))
    begin, *rest = re.split(rf"\s+(?:{until}|-)(?:\s+|$)|\s*[–—]\s*", line, maxsplit=1, flags=re.IGNORECASE)
    first, name = _ahead(begin, book, today, own)
    last, strange = first, ""
    if rest:
        # Each end may leave to the other what it has in common with it: 24 to 28 December 2026, or 24-12 to 1-1.
        strange = name
        last, name = _ahead(rest[0], book, first or today, own)
        if first is None and last is not None and begin.isdecimal() and 0 < int(begin) <= last.day:
            first = last.replace(day=int(begin))
    if first is None or last is None or strange or not _is_name(name, book):
        raise Unreadable(number, "days_line")
    if last < first:
        raise Unreadable(number, "days_order")
    if (last - first).days >= LONGEST:
        raise Unreadable(number, "days_long")
    return Stretch(first, last, name)


def _ahead(text: str, book: Phrasebook, today: date, own: Calendar) -> tuple[date | None, str]:
    """The day with which a text begins, and what stands behind it."""
    words = text.split()
    for count in range(min(len(words), 6), 0, -1):
        day = dates.named(" ".join(words[:count]), book.language, today, own)
        if day is not None:
            return day, " ".join(words[count:]).strip(" ()-:,")
    return None, ""


def _is_name(name: str, book: Phrasebook) -> bool:
    """Whether this is what a day is called. With numbers in it, other than a year, it may be another day."""
    if name.casefold().split(" ")[0] in book.list("dates.no_name"):
        return False
    return len(name) <= LONGEST_NAME and not re.search(r"\d", re.sub(r"\b20\d\d\b", "", name))
