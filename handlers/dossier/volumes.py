"""The dossier in volumes: what is too thick for one PDF has a general one first, which says what is in the others."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from handlers.dossier.facts import Facts
from handlers.dossier.told import Block, heading, labelled, short, table
from prompts import Phrasebook, phrasebook

Volume = Mapping[str, Any]
THICK = 10_000
"""Lines of a table that one volume holds: some 300 pages, a binder full, for which a PDF takes half a gigabyte."""
LINE = 100
"""Characters after which the row of a table takes a line more."""


def in_volumes(told: Volume, facts: Facts) -> dict[str, Volume]:
    """What each PDF shows, by the name of its file: `told` as it is, or where that is too thick a part each.

    The entries of `facts` have their hash by now.
    """
    blocks = told["blocks"]
    listed = next((at for at, block in enumerate(blocks) if block.get("leads")), None)
    if listed is None or sum(map(_lines, blocks)) <= THICK:
        return {"dossier.pdf": told}
    book = phrasebook(told["language"])
    over = next(at for at in range(listed, len(blocks)) if blocks[at].get("level") == 2)
    parts = list(_parts(blocks[listed + 1 : over]))
    count = len(parts) + 1
    names = [f"dossier-{number:0{len(str(count))}d}.pdf" for number in range(1, count + 1)]
    rows, items = iter(blocks[listed]["rows"]), iter(facts["items"])
    held, volumes = [], []
    for number, part in enumerate(parts, start=2):
        holds = list(islice(items, len(part)))
        held.append([f"{number} · {names[number - 1]}", _filed(book, holds), _codes(book, holds)])
        of_these = {**blocks[listed], "rows": list(islice(rows, len(part)))}
        shown = [*_begin(book, facts, holds), of_these, *(block for item in part for block in item)]
        volumes.append(_volume(book, told, shown, number, count))
    general = [
        *blocks[1 : listed - 1],
        heading(2, book.say("dossier.volumes_title")),
        *({"is": "text", "text": line} for line in book.list("dossier.volumes")),
        table(book, "volumes", held),
        *blocks[over:],
    ]
    return dict(zip(names, [_volume(book, told, general, 1, count), *volumes], strict=True))


def _lines(block: Block) -> int:
    """About how many lines of a table a block takes."""
    rows = [list(row.values()) if isinstance(row, Mapping) else row for row in block.get("rows", ())]
    return sum(1 + sum(len(str(cell)) for cell in row) // LINE for row in rows)


def _parts(blocks: Sequence[Block]) -> Iterator[list[list[Block]]]:
    """The items, each with all of its blocks, in runs that are no thicker than a volume where that is possible."""
    part: list[list[Block]] = []
    lines = 0
    for item in _items(blocks):
        thick = sum(map(_lines, item))
        if part and lines + thick > THICK:
            yield part
            part, lines = [], 0
        part.append(item)
        lines += thick
    yield part


def _items(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    begins = [at for at, block in enumerate(blocks) if "anchor" in block]
    for first, after in zip(begins, [*begins[1:], len(blocks)], strict=True):
        yield list(blocks[first:after])


def _volume(book: Phrasebook, told: Volume, blocks: list[Block], number: int, count: int) -> Volume:
    which = {"number": str(number), "count": str(count)}
    title = book.say("dossier.volume_title", title=told["title"], **which)
    foot = book.say("dossier.volume_foot", foot=told["foot"], **which)
    return {**told, "title": title, "foot": foot, "blocks": [heading(1, title), *blocks]}


def _begin(book: Phrasebook, facts: Facts, holds: Sequence[Facts]) -> Iterator[Block]:
    """Above the list of a volume: what ties it to the others."""
    rows = [
        (book.say("dossier.made"), short(book, facts["made"])),
        (book.say("dossier.volume_filed"), _filed(book, holds)),
        (book.say("dossier.volume_holds"), _codes(book, holds)),
    ]
    rows += [(book.say("dossier.seal"), entry["hash"]) for entry in facts["entries"][-1:]]
    yield labelled(rows)
    yield heading(2, book.say("dossier.items_title"))


def _filed(book: Phrasebook, holds: Sequence[Facts]) -> str:
    return book.say("dossier.span", first=short(book, holds[0]["filed"]), last=short(book, holds[-1]["filed"]))


def _codes(book: Phrasebook, holds: Sequence[Facts]) -> str:
    """The lowest and highest number of each kind: what lies between them stands here too, as numbers count up."""
    kinds: dict[str, list[Facts]] = {}
    for item in holds:
        kinds.setdefault(item["kind"], []).append(item)
    runs = []
    for of_kind in kinds.values():
        ends = [pick(of_kind, key=lambda item: item["number"])["code"] for pick in (min, max)]
        runs.append(ends[0] if len(of_kind) == 1 else book.say("dossier.span", first=ends[0], last=ends[1]))
    return "\n".join(runs)
