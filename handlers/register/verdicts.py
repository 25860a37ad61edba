"""What the people of the client think of a demo: of each the last word, side by side where they differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from handlers import phrases
from handlers.register import answers, criteria
from handlers.turn import Turn
from handlers.vocabulary import Person, Words
from prompts import Phrasebook
from storage import items, members
from storage.tables import Entry, Item, Member

DECIDES = "product_owner"
"""Whose word is the outcome where people differ; the others stand below it."""
SHORT, MOST = 150, 5
"""Letters of what somebody says otherwise, and people of whom it is shown at one point; the history has all."""


@dataclass(frozen=True)
class Judge:
    """Somebody of the client, None once they are forgotten, and a line for each criterion."""

    member: Member | None
    lines: Sequence[str]

    @property
    def decides(self) -> bool:
        """Whether theirs is the outcome."""
        return self.member is not None and self.member.role == DECIDES


def given(turn: Turn, item: Item) -> list[Judge]:
    """The last verdict of each person: of who decides first, then in the order in which they were given."""
    last: dict[int | None, Entry] = {}
    for entry in items.notes(turn.db, item, "verdict"):
        last.pop(entry.member_id, None)
        last[entry.member_id] = entry
    found = [
        Judge(members.by_id(turn.db, item.tenant, row) if row is not None else None, criteria.lines(e.words["verdict"]))
        for row, e in last.items()
    ]
    return sorted(found, key=lambda judge: not judge.decides)


def told(
    book: Phrasebook, item: Item, judges: Sequence[Judge], named: Callable[[Judge], str | Person]
) -> tuple[str | Person, ...]:
    """The verdict as all read it: a line for each criterion, and below it who says otherwise."""
    words: list[str | Person] = []
    for number, criterion in enumerate(criteria.lines(item.words.get("criteria", "")), start=1):
        said = [(judge, judge.lines[number - 1]) for judge in judges if len(judge.lines) >= number]
        if not said:
            continue
        head = said[0][1]
        agree, decided = all(line == head for _, line in said), said[0][0].decides
        if not agree and not decided:
            head = book.say("meeting.verdict.differ", number=str(number), criterion=criterion)
        words += ["\n" if words else "", head]
        others = [] if agree else [each for each in said if not decided or each[1] != head]
        for judge, line in others[:MOST]:
            short = answers.cut(line.removeprefix(f"{number}. {criterion}: "), SHORT)
            words += ["\n   • ", *book.parts("meeting.verdict.otherwise", who=named(judge), said=short)]
    return tuple(each for each in words if each != "")


def shown(turn: Turn, book: Phrasebook, item: Item) -> Words:
    """The same, with people by their names."""
    return told(book, item, given(turn, item), lambda judge: _named(book, judge))


def people(turn: Turn, book: Phrasebook, item: Item) -> Words:
    """Who gave a verdict."""
    named = [_named(book, judge) for judge in given(turn, item)]
    return tuple(each for who in named for each in (", ", who))[1:]


def _named(book: Phrasebook, judge: Judge) -> str | Person:
    return phrases.person(judge.member) if judge.member is not None else book.say("meeting.somebody")


def judged(turn: Turn, item: Item, member: Member, filled: Mapping[str, str], words: Mapping[str, str]) -> None:
    """Somebody gave a verdict: it stands on the card beside that of others. What is kept names roles, not people."""
    not_yet = [name.removeprefix("verdict") for name, said in filled.items() if said == "not_yet"]
    kept = {**item.words, _of(member): " ".join(not_yet)}
    wanting = {each for name, said in kept.items() if name.startswith(_of(None)) for each in said.split()}
    book = phrases.everyone(item.project)
    written = told(book, item, given(turn, item), lambda judge: _role(book, judge))
    wishes = dict.fromkeys((*criteria.lines(kept.get("wishes", "")), *criteria.lines(words.get("wishes", ""))))
    kept |= {"verdict": "".join(map(str, written)), "not_yet": " ".join(sorted(wanting, key=int))}
    item.words = kept | ({"wishes": "\n".join(wishes)} if wishes else {})
    item.second_id = member.id


def _of(member: Member | None) -> str:
    """Under which word stands what somebody found wanting."""
    return f"not_yet_{member.id if member is not None else ''}"


def _role(book: Phrasebook, judge: Judge) -> str:
    role = judge.member.role if judge.member is not None else None
    return book.say(f"settings.role.{role}") if role is not None else book.say("meeting.somebody")


def wanting(turn: Turn, item: Item, number: str, member: Member) -> str | None:
    """What was said of a criterion that was found wanting, by this person if they did; None where nobody did."""
    first = sorted(given(turn, item), key=lambda judge: judge.member is None or judge.member.id != member.id)
    for judge in first:
        if judge.member is not None and number in item.words.get(_of(judge.member), "").split():
            return judge.lines[int(number) - 1]
    return None
