"""What the projects of one person are called, so that they can be told apart."""

from collections import Counter
from collections.abc import Iterable, Sequence

from handlers.turn import Turn
from prompts import Phrasebook
from storage import projects
from storage.tables import Member


def called(turn: Turn, book: Phrasebook, theirs: Sequence[Member]) -> Iterable[str]:
    """What each project is called, so that no two are called the same."""
    named = Counter(member.project.name for member in theirs)
    for member in theirs:
        name, number = member.project.name, str(member.project_id)
        if name:
            yield name if named[name] == 1 else book.say("which.twice", name=name, number=number)
            continue
        others = [o.name for o in projects.organisations(turn.db, member.project) if o.id != member.organisation_id]
        told = {"number": number, "organisations": ", ".join(others)}
        yield book.say("which.with" if others else "which.alone", **told)
