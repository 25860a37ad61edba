"""What people mean when they name a day, in words: reads the phrases of prompts/{nl,en}/dates.toml.

In a phrase `{weekday}`, `{count}`, `{week}`, `{number}`, `{ordinal}`, `{month}`, `{year}` and `{date}` (15-3-2027)
stand for what is to be counted with; `{clock}`, `{colon}`, `{minutes}` and `{hour}` for a time, which is read over.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from string import Formatter

from prompts import LANGUAGES, Phrasebook, phrasebook

LONGEST = 80
"""Characters; whoever writes more does not just name a day."""
TOO_SHORT = 3
"""Characters from which nobody can tell in which language they are: "do" is Thursday in Dutch."""
HOUR = r"(?:[01]?\d|2[0-4])"
CLOCK = {
    "clock": rf"{HOUR}(?:[:.][0-5]\d)?",
    "colon": rf"{HOUR}:[0-5]\d",
    "minutes": r"[0-5]\d",
}
DATE = r"20\d\d-\d{1,2}-\d{1,2}|" + "|".join(
    rf"\d{{1,2}}{mark}\d{{1,2}}{rest}"
    for mark, rest in (("-", r"(?:-(?:20)?\d\d)?"), ("/", r"(?:/(?:20)?\d\d)?"), (r"\.", r"\.(?:20)?\d\d"))
)


AROUND = ("lead", "trail", "before", "time")
"""What may stand around a phrase without changing the day."""


@dataclass(frozen=True)
class Said:
    """A day as somebody put it: `means` is a name in the phrase table, `numbers` are what to count with."""

    means: str
    numbers: Mapping[str, int]


def read(language: str, text: str, *, bare: bool = False) -> Said | None:
    """What a text means, if all of it is a day; None when it is not, or can be read in two ways.

    Words of the other language are understood too, but dates in numbers are read as in `language`: 3/4 is the third of
    April in Dutch, and in English nobody knows. With `bare` nothing may stand around the day, such as a time.
    """
    if len(text.strip()) > LONGEST:
        return None
    plain, book = _plain(text), phrasebook(language)
    if plain in book.list("dates.unsure"):
        return None
    day_first = bool(book.table("dates")["day_first"])
    others = [known for known in LANGUAGES if known != book.language and len(plain) > TOO_SHORT]
    for each in (book.language, *others):
        found = list(_readings(each, plain, day_first, bare))
        if found:
            return found[0] if all(other == found[0] for other in found) else None
    return None


def _plain(text: str) -> str:
    """Lower case, without accents, the dots of abbreviations and what stands around and between words."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("‘", "'"))
    bare = "".join(each for each in folded if not unicodedata.combining(each))
    bare = re.sub(r"(?<=[a-z])\.|[,;]|:(?!\d)", " ", re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", bare))
    return " ".join(bare.strip(' \t\r\n.!?()"').split())


def _readings(language: str, plain: str, day_first: bool, bare: bool) -> Iterator[Said]:
    table = _table(language)
    cores = {kind: {plain} for kind in table.phrases} if bare else _cores(table, plain)
    for kind, phrases in table.phrases.items():
        for means, pattern in phrases:
            for match in filter(None, map(pattern.fullmatch, cores[kind])):
                numbers = _numbers(language, match.groupdict(), day_first)
                if numbers is not None:
                    yield Said(means, numbers)


def _cores(table: "_Table", plain: str) -> dict[str, set[str]]:
    """What may be left to read when the words around it are taken away: of a day, and of a period."""
    bare = _ahead(table.lead, {plain})
    timed = _behind(table.time, _behind(table.trail, _ahead(table.lead, _ahead(table.time, bare))))
    clear = _ahead(table.before, {plain}) - {plain}
    return {
        "day": _behind(table.time, timed) | (_behind(table.time, clear) - clear),
        "period": _behind(table.trail, bare),
    }


def _ahead(patterns: Iterable[re.Pattern[str]], texts: set[str]) -> set[str]:
    """The texts, and what remains of them when something stands ahead that matches."""
    found = ((text, pattern.match(text + " ")) for text in texts for pattern in patterns)
    return texts | {text[match.end() :] for text, match in found if match and match.end() < len(text)}


def _behind(patterns: Iterable[re.Pattern[str]], texts: set[str]) -> set[str]:
    """The texts, and what remains of them when something stands behind that matches."""
    ends = ((text, at) for text in texts for at, each in enumerate(text) if each == " ")
    return texts | {text[:at] for text, at in ends if any(each.fullmatch(text[at + 1 :] + " ") for each in patterns)}


@dataclass(frozen=True)
class _Table:
    """The phrase table of a language, to match with. What stands around a phrase ends with a space."""

    phrases: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]
    lead: tuple[re.Pattern[str], ...]
    trail: tuple[re.Pattern[str], ...]
    before: tuple[re.Pattern[str], ...]
    time: tuple[re.Pattern[str], ...]


@cache
def _table(language: str) -> _Table:
    book = phrasebook(language)
    slots = CLOCK | {
        "hour": "|".join(_words(book, "count")),
        "count": "|".join([r"\d{1,3}", *_words(book, "count")]),
        "weekday": "|".join(_words(book, "weekday")),
        "week": r"\d{1,2}",
        "number": r"\d{1,2}",
        "ordinal": r"\d{1,2}",
        "month": "[a-z]{3,12}",
        "year": r"20\d\d|'\d\d",
        "date": DATE,
    }
    after = {"weekday": f"(?: ?(?:{_either(book, 'part')}))?", "ordinal": f"(?:{_either(book, 'ordinal')})"}

    def pattern(template: str, end: str = "") -> re.Pattern[str]:
        pieces = []
        for literal, slot, _, _ in Formatter().parse(template):
            pieces.append(re.escape(literal))
            if slot is not None:
                pieces.append(f"(?P<{slot}>{slots[slot]}){after.get(slot, '')}")
        return re.compile("".join(pieces) + end)

    phrases = {
        kind: tuple((means, pattern(each)) for means, templates in kinds.items() for each in templates)
        for kind, kinds in book.table("dates.phrase").items()
    }
    around = (tuple(pattern(each, " ") for each in book.list(f"dates.{name}")) for name in AROUND)
    return _Table(phrases, *around)


def _words(book: Phrasebook, kind: str) -> list[str]:
    """All words of a kind, the longest first: a pattern takes the first that fits."""
    words = (word for words in book.table(f"dates.{kind}").values() for word in words)
    return sorted(map(re.escape, words), key=len, reverse=True)


def _either(book: Phrasebook, kind: str) -> str:
    return "|".join(re.escape(word) for word in sorted(book.list(f"dates.{kind}"), key=len, reverse=True))


def _numbers(language: str, slots: Mapping[str, str], day_first: bool) -> dict[str, int] | None:
    """What stands in the braces, as numbers; None when something in them is none after all."""
    numbers: dict[str, int] = {}
    for slot, written in slots.items():
        if slot == "date":
            split = _split(written, day_first)
            if split is None:
                return None
            numbers |= split
        elif slot == "month":
            found = month(written)
            if found is None:
                return None
            numbers["month"] = found
        elif slot == "year":
            numbers["year"] = 2000 + int(written[-2:])
        elif written.isdecimal():
            numbers["number" if slot == "ordinal" else slot] = int(written)
        else:
            table = phrasebook(language).table(f"dates.{slot}")
            numbers[slot] = next(int(number) for number, words in table.items() if written in words)
    return numbers


def _split(written: str, day_first: bool) -> dict[str, int] | None:
    """A date in numbers; None when day and month cannot be told apart."""
    one, two, *rest = [int(each) for each in re.split("[-/.]", written)]
    if one > 2000:
        return {"year": one, "month": two, "number": rest[0]}
    year = {"year": rest[0] % 100 + 2000} if rest else {}
    if day_first or one > 12 or one == two:
        return {"number": one, "month": two} | year
    return {"number": two, "month": one} | year if two > 12 else None


@lru_cache(maxsize=256)
def month(word: str) -> int | None:
    """Which month a word names, written in full or short; None when it names none."""
    # Loading this takes half a second and twenty megabytes, and few ever write a month in words.
    from dateparser.date import DateDataParser

    found = set()
    # Twice, with every part different, so that nothing is filled in from another day than the one that is named.
    for day, year in ((2, 2027), (3, 2028)):
        settings = {
            "DATE_ORDER": "DMY",
            "PARSERS": ["absolute-time"],
            "RELATIVE_BASE": datetime(year, day, day),  # noqa: DTZ001  (it knows no zones)
            "REQUIRE_PARTS": ["day", "month", "year"],
        }
        parsed = DateDataParser(languages=list(LANGUAGES), settings=settings).get_date_data(f"{day} {word} {year}")
        if parsed.date_obj is None or (parsed.date_obj.day, parsed.date_obj.year) != (day, year):
            return None
        found.add(parsed.date_obj.month)
    return found.pop() if len(found) == 1 else None
