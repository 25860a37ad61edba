"""What the sides told each other when they took a step: why not, what instead, an answer, what they think of it."""

from collections.abc import Iterable
from datetime import date

from handlers import dates
from handlers.register.kinds import KINDS, UNSEEN, Blank, Step
from handlers.turn import Turn
from prompts import Phrasebook
from storage import items
from storage.tables import Entry, Item

LAST = 2
"""Steps of which a card shows what was told: something, and what was said to it."""
NOTE = 200
"""Letters of what was told that are shown; the dossier has all of it."""
ANSWER = 600
"""The same, of what may be as long as an answer to a complaint."""
LONG = 1000
"""Letters that can be filled in, from which on something is such an answer."""
ELSEWHERE = ("reference", "outcome", "own_outcome", "skip", "record", "prepared", "prepare_again", "send", "reply")
"""Steps of which a card shows what was told in a place of its own."""


def told(
    turn: Turn, book: Phrasebook, item: Item, by: str | None = None, last: int = LAST, *, whole: bool = False
) -> list[tuple[str, str]]:
    """What was told with the `last` steps that asked something, of one side if `by` says so: labels with words.

    Never what a side keeps to itself, nor what happened while the item was its own affair. Cut, unless `whole`.
    """
    found: dict[str, tuple[Entry, Step]] = {}
    for entry in reversed(items.history(turn.db, item)):
        step = next((step for step in KINDS[item.kind].steps if step.name == entry.step), None)
        if step is not None and _tells(step, entry) and by in (None, entry.side):
            found.setdefault(entry.step, (entry, step))
    newest = list(found.values())[:last]
    return [line for entry, step in reversed(newest) for line in _lines(book, item, entry, step, whole=whole)]


def _tells(step: Step, entry: Entry) -> bool:
    if step.aside or step.name in ELSEWHERE or entry.state in UNSEEN:
        return False
    return any(entry.words.get(blank.name) for blank in step.asks if not blank.private)


def _lines(book: Phrasebook, item: Item, entry: Entry, step: Step, *, whole: bool) -> Iterable[tuple[str, str]]:
    for blank in step.asks:
        said = entry.words.get(blank.name, "")
        # A day or somebody who is named with a step becomes that of the item, and shows as such.
        if said and not blank.private and blank.type not in ("date", "person", "time"):
            shown = words(book, item, step, blank, said)
            shown = shown if whole else cut(shown, ANSWER if blank.longest > LONG else NOTE)
            if entry.words.get("via") == "link":
                shown = book.say("register.told.via_link", said=shown)
            yield _label(book, item, step, blank), shown
    if entry.words.get("before"):
        before = date.fromisoformat(entry.words["before"])
        yield book.say("register.told.before"), dates.in_words(before, book.language)


def _label(book: Phrasebook, item: Item, step: Step, blank: Blank) -> str:
    """What a card calls it: the question of the form reads as one, so there are words of its own for here."""
    own = (f"{item.kind}.told.{step.name}.{blank.name}", f"register.told.{step.name}.{blank.name}")
    known = next((key for key in own if book.has(key)), None)
    return book.say(known or f"{asking(book, item, step)}.field.{blank.name}").removesuffix("?")


def words(book: Phrasebook, item: Item, step: Step, blank: Blank, said: str) -> str:
    """What was filled in on the form of a step, as people read it."""
    if said and blank.type == "choice":
        return book.say(f"{asking(book, item, step)}.choice.{blank.name}.{said}")
    return said


def asking(book: Phrasebook, item: Item, step: Step) -> str:
    """Where the words of the form of a step stand in the phrasebook."""
    own = f"{item.kind}.asks.{step.name}"
    return own if book.has(own) else f"register.asks.{step.name}"


def cut(text: str, longest: int = NOTE) -> str:
    """A text on one line, without what is too long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
