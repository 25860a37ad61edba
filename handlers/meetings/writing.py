"""An agenda as people write it in a form: an item on each line, with their own words for who and from where."""

import re
from collections.abc import Mapping
from functools import cache
from typing import get_args

from handlers.meetings.agenda import OWNERS, AgendaItem, standard
from handlers.meetings.kinds import Kind, Level
from handlers.vocabulary import Refused
from prompts import LANGUAGES, Phrasebook, phrasebook

LEVELS: tuple[Level, ...] = get_args(Level)
FIELD = "agenda"
"""The field of the form."""
MOST = 20
LONGEST = 2500
"""Characters of the whole: in the other language it then still fits in the field."""
LONGEST_TITLE, LONGEST_GOAL, LONGEST_WORD = 80, 120, 40
LONGEST_ITEM = 240
"""Minutes."""
TOLD = 4
"""Mistakes that are explained at once."""


def written(book: Phrasebook, items: tuple[AgendaItem, ...], kind: Kind | None = None) -> str:
    """Items as somebody may write them, to be changed and read again; with their levels where a `kind` has others."""
    usual = {item.name: item.level for item in standard(book, kind)} if kind is not None else {}
    return "\n".join(_line(book, item, usual.get(item.name, kind.level) if kind else item.level) for item in items)


def _line(book: Phrasebook, item: AgendaItem, usual: Level) -> str:
    sources = ", ".join(book.say(f"meetings.source.{source}") for source in item.sources)
    level = book.say(f"meetings.level.{item.level}") if item.level != usual else ""
    cells = (item.title, item.goal, str(item.minutes), book.say(f"meetings.owner.{item.owner}"), sources, level)
    return " | ".join(cell for cell in cells if cell)


def explained(book: Phrasebook) -> str:
    """How to write an agenda, and which sources can be named."""
    words = ", ".join(sorted(book.table("meetings.source").values()))
    return f"{book.say('meetings.agenda.hint')} {book.say('meetings.agenda.sources', sources=words)}"


def hint(book: Phrasebook, items: tuple[AgendaItem, ...], minutes: int) -> str:
    """What to know of an agenda that takes longer or shorter than its meeting; empty if it does not."""
    total = sum(item.minutes for item in items)
    return "" if total == minutes else book.say("meetings.agenda.differs", total=total, minutes=minutes)


def read(book: Phrasebook, kind: Kind, text: str) -> tuple[AgendaItem, ...]:
    """The items that somebody wrote for a kind of meeting: title, goal, minutes, who, sources and level on each line.

    Goal, sources and level can be left out. A line with the title of an item in the standard agenda is that item,
    changed perhaps. No text gives no items. Raises Refused, which explains for each line what is to be corrected.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST:
        raise Refused({FIELD: "meetings.refused.many"}, {FIELD: {"most": str(MOST)}})
    known = {item.title: item for item in standard(book, kind)}
    found = [_item(book, kind, known, number, line) for number, line in lines]
    mistakes = [mistake for each in found if isinstance(each, list) for mistake in each]
    if mistakes:
        more = len(mistakes) - TOLD
        told = mistakes[:TOLD] + ([book.say("meetings.refused.more", count=more)] if more > 0 else [])
        raise Refused({FIELD: "meetings.refused.lines"}, {FIELD: {"lines": " ".join(told)}})
    items = tuple(each for each in found if isinstance(each, AgendaItem))
    if len(written(book, items, kind)) > LONGEST:
        raise Refused({FIELD: "meetings.refused.long"})
    return items


def _item(
    book: Phrasebook, kind: Kind, known: Mapping[str, AgendaItem], number: int, line: str
) -> AgendaItem | list[str]:
    """The item on a line, or else what is wrong with it, in sentences."""
    cells = [" ".join(cell.split()) for cell in line.split("|")]
    if _count(cells[1:2]) is not None and _count(cells[2:3]) is None:
        cells.insert(1, "")
    level = next(
        (each for each in LEVELS if len(cells) > 4 and _words("level").get(cells[-1].casefold()) == each), None
    )
    cells = cells[:-1] if level is not None else cells
    title, goal, _, who, named, *rest = cells + [""] * (5 - len(cells))
    minutes = _count(cells[2:3]) or 0
    owner = next((each for each in OWNERS if _words("owner").get(who.casefold()) == each), None)
    words = [word for each in named.split(",") if (word := each.strip())]
    sources = {word: _words("source").get(word.casefold(), "") for word in words}
    strange = next((word for word, source in sources.items() if not source), "")
    wrong = {
        "parts": any(rest),
        "title": not title,
        "title_long": len(title) > LONGEST_TITLE,
        "goal_long": len(goal) > LONGEST_GOAL,
        "minutes": not 1 <= minutes <= LONGEST_ITEM,
        "owner": owner is None,
        "source": bool(strange),
    }
    if owner is None or any(wrong.values()):
        values: dict[str, str | int] = {"line": number, "word": strange[:LONGEST_WORD], "most": LONGEST_ITEM}
        return [book.say(f"meetings.refused.{why}", **values) for why, so in wrong.items() if so]
    own = AgendaItem(title, goal, minutes, owner, level or kind.level, tuple(dict.fromkeys(sources.values())))
    if title not in known:
        return own
    same = known[title]
    at = level or same.level
    return AgendaItem(title, goal, minutes, owner, at, own.sources, same.name, same.article, same.stays)


def _count(cell: list[str]) -> int | None:
    """The minutes in a cell, if there is one and it holds nothing else: 5, or 5 min."""
    units = "|".join(re.escape(unit) for unit in _words("unit"))
    found = re.fullmatch(rf"([0-9]{{1,4}})\s*(?:{units})?\.?", cell[0], re.IGNORECASE) if cell else None
    return int(found[1]) if found else None


@cache
def _words(table: str) -> Mapping[str, str]:
    """The words that people may write, of all languages: what each of them means."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        book = phrasebook(language)
        if book.has(f"meetings.{table}"):
            found |= {word.casefold(): meant for meant, word in book.table(f"meetings.{table}").items()}
        for meant, words in book.table(f"meetings.also.{table}").items():
            found |= {word.casefold(): meant for word in words}
    return found
