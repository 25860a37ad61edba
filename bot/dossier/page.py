"""The dossier as a page of its own: no script, nothing from elsewhere, and it prints well."""

from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import Any

from bot.dossier.letters import visible

Block = Mapping[str, Any]
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(paper: Block) -> bytes:
    """The whole page. Every text is escaped, and stands apart so that its direction touches nothing around it."""
    style = (files(__package__) / "page.css").read_text(encoding="utf-8")
    lines = [
        "<!doctype html>",
        f'<html lang="{escape(paper["language"])}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(paper['title'])}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        *(line for block in paper["blocks"] for line in _block(block)),
        "</main>",
        f'<footer dir="auto">{_text(paper["foot"])}</footer>',
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(lines).encode()


def _text(text: str) -> str:
    return escape(visible(text)).replace("\n", "<br>")


def _block(block: Block) -> Iterator[str]:
    match block["is"]:
        case "heading":
            level = block["level"]
            anchor = f' id="{escape(block["anchor"])}"' if "anchor" in block else ""
            yield f'<h{level}{anchor} dir="auto">{_text(block["text"])}</h{level}>'
        case "text":
            yield f'<p dir="auto">{_text(block["text"])}</p>'
        case "facts":
            yield "<dl>"
            for row in block["rows"]:
                yield f'<div><dt dir="auto">{_text(row["label"])}</dt><dd dir="auto">{_value(row)}</dd></div>'
            yield "</dl>"
        case _:
            yield from _table(block)


def _value(row: Block) -> str:
    if not row.get("link"):
        return _text(row["value"])
    return f'<a href="{escape(row["link"])}" rel="noreferrer">{_text(row["value"])}</a>'


def _table(block: Block) -> Iterator[str]:
    whole = sum(block["widths"])
    shares = "".join(f'<col style="width:{100 * share / whole:.1f}%">' for share in block["widths"])
    yield f"<table><colgroup>{shares}</colgroup>"
    heads = "".join(f'<th scope="col">{_text(each)}</th>' for each in block["head"])
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for row in block["rows"]:
        first, *others = row
        begin = f'<a href="#{escape(first)}">{_text(first)}</a>' if block.get("leads") else _text(first)
        cells = "".join(f'<td dir="auto">{_text(each)}</td>' for each in others)
        yield f'<tr><td dir="auto">{begin}</td>{cells}</tr>'
    yield "</tbody></table>"
