"""The dossier on paper: a PDF with its own fonts, the same bytes on every machine."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from bot.dossier.letters import breakable, from_right, visible

_HERE = Path(__file__).parent
Block = Mapping[str, Any]


def paper(told: Block, made: str, *, tagged: bool = True) -> bytes:
    """The PDF. `made` is the moment that it says it was made, in UTC.

    Where it is `tagged` it also says what is a heading and a table, for screen readers, and is five times as large.
    """
    shown = {
        "language": told["language"],
        "title": _cell(told["title"]),
        "foot": _cell(told["foot"]),
        "page": _cell(told["page"]),
        "blocks": [_block(each) for each in told["blocks"]],
    }
    written: bytes = typst.compile(
        str(_HERE / "paper.typ"),
        root=str(_HERE),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(shown)},
        timestamp=int(datetime.fromisoformat(made).timestamp()),
        format="pdf",
        pdf_tags=tagged,
    )
    return written


def _cell(text: str) -> dict[str, Any]:
    seen = visible(text)
    return {"text": breakable(seen), "from_right": from_right(seen)}


def _block(block: Block) -> dict[str, Any]:
    match block["is"]:
        case "heading":
            return {"is": "heading", "level": block["level"], "text": _cell(block["text"])}
        case "text":
            return {"is": "text", "text": _cell(block["text"])}
        case "facts":
            rows = [
                {"label": _cell(row["label"]), "value": _cell(row["value"]), "link": row.get("link")}
                for row in block["rows"]
            ]
            return {"is": "facts", "rows": rows}
        case _:
            head = [_cell(each) for each in block["head"]]
            cells = [[_cell(each) for each in row] for row in block["rows"]]
            return {"is": "table", "head": head, "rows": cells, "widths": block["widths"]}
