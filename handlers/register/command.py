"""What somebody files with a command: their words, and the day that these end with."""

import re
from datetime import date

from handlers import calendar, dates, phrases
from handlers.register.kinds import Kind
from handlers.turn import Turn
from storage.tables import Member

DAY_WORDS = 7
"""So many words at the end of a command may name a day."""

MEANT_AS_A_DAY = re.compile(r"[0-9]{1,4}([-/.][0-9]{1,4}){1,2}")


def read(turn: Turn, kind: Kind, member: Member, text: str) -> tuple[str, date | None]:
    """What was asked, and the day that it ends with; None where no day is sure, or the kind needs none.

    Only a day that is clearly the limit ("uiterlijk vrijdag") leaves the words: any other may be part of what is meant.
    """
    whole, words, book = text.strip(), text.split(), phrases.reader(member)
    if not any(blank.name == "date" and blank.required for blank in kind.blanks):
        return whole, None
    works, before = calendar.of_member(member), book.list("register.before_a_day")
    for first in range(max(0, len(words) - DAY_WORDS), len(words)):
        limit = words[first].casefold() in before
        day = dates.understand(" ".join(words[first + limit :]), book.language, turn.now, works)
        if day is not None:
            return " ".join(words[:first]).rstrip(" ,;:") if limit else whole, day
    return whole, None


def unread(kind: Kind, text: str) -> str:
    """What a command ends with that was meant as a day and is none, where one must be named; empty otherwise."""
    last = text.split()[-1] if text.split() else ""
    needed = any(blank.name == "date" and blank.required for blank in kind.blanks)
    return last if needed and MEANT_AS_A_DAY.fullmatch(last) else ""
