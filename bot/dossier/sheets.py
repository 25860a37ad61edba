"""The dossier as tables for a spreadsheet, in which no cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PERSON = ("organisation", "side", "role", "id")

Facts = Mapping[str, Any]


def sheets(facts: Facts) -> dict[str, bytes]:
    """The tables by the name of their file: UTF-8 with a mark, so that spreadsheets read it as such."""
    return {
        "items.csv": _written(_items(facts["items"])),
        "history.csv": _written(_history(facts["entries"])),
        "consents.csv": _written(_consents(facts["consents"])),
    }


def safe(value: object) -> str:
    """A cell as text: what a spreadsheet would take for a formula begins with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def _written(rows: Iterable[Iterable[object]]) -> bytes:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return lines.getvalue().encode("utf-8-sig")


def _items(items: list[Facts]) -> Iterable[list[object]]:
    plain = ("code", "kind", "state", "level", "side", "doer", "due", "moved", "late")
    names = sorted({name for item in items for name in item["words"]})
    yield [
        *plain,
        *_people("author"),
        *_people("owner"),
        *("filed_utc", "filed_local", "changed_utc", "changed_local", "dates", "reference", "link"),
        *(f"field_{name}" for name in names),
    ]
    for item in items:
        yield [
            *(item[name] for name in plain),
            *_person(item["author"]),
            *_person(item["owner"]),
            *_moment(item["filed"]),
            *_moment(item["changed"]),
            " ".join(each["date"] for each in item["dates"]),
            " · ".join(item["reference"] or ()),
            item["where"]["link"],
            *(item["words"].get(name) for name in names),
        ]


def _history(entries: list[Facts]) -> Iterable[list[object]]:
    yield ["number", "item", "utc", "local", *_people("by"), "step", "state", "words", "hash"]
    for each in entries:
        words = "\n".join(f"{name}: {value}" for name, value in sorted(each["words"].items()))
        yield [
            *(each["number"], each["item"], *_moment(each["at"]), *_person(each["by"])),
            *(each["step"], each["state"], words, each["hash"]),
        ]


def _consents(consents: list[Facts]) -> Iterable[list[object]]:
    yield ["scope", *_people("by"), "given_utc", "given_local", "withdrawn_utc", "withdrawn_local"]
    for each in consents:
        yield [each["scope"], *_person(each["by"]), *_moment(each["given"]), *_moment(each["withdrawn"])]


def _people(name: str) -> list[str]:
    return [f"{name}_{part}" for part in _PERSON]


def _person(someone: Facts | None) -> list[object]:
    return [someone[part] if someone is not None else None for part in _PERSON]


def _moment(moment: Facts | None) -> list[object]:
    return [moment["utc"], moment["local"]] if moment is not None else [None, None]
