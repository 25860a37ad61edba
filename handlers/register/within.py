"""Within how many working hours something is answered: what is usual for its kind, unless a contract says otherwise."""

from collections.abc import Iterable

from handlers.register.kinds import KINDS
from storage.tables import Item, Project

READ, SOLVED = "read", "solved"


def read_within(item: Item) -> int | None:
    """Working hours within which the other side says that it has read it; None where its kind does not ask that."""
    return agreed(item.project, item.kind, READ)


def solved_within(item: Item) -> int | None:
    """Working hours within which it is solved or answered, where no day was named; None where that is not asked."""
    return agreed(item.project, item.kind, SOLVED)


def agreed(project: Project, kind: str, what: str) -> int | None:
    """What a project agreed on, or else what is usual."""
    usual = KINDS[kind].answer_within if what == READ else KINDS[kind].solve_within
    return usual if usual is None else int((project.terms or {}).get(f"{kind}_{what}", usual))


def names() -> Iterable[tuple[str, str, int]]:
    """What can be agreed: of which kind, what, and what is usual."""
    for kind in KINDS.values():
        for what, usual in ((READ, kind.answer_within), (SOLVED, kind.solve_within)):
            if usual is not None:
                yield kind.name, what, usual
