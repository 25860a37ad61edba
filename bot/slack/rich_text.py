"""The words in Slack's rich text blocks, for messages that carry no text beside them."""

from collections.abc import Iterator, Mapping


def words(blocks: object) -> str:
    """What somebody typed, as plain text: quoted lines begin with "> ", code stands in fences, people stay ids.

    Blocks of other kinds are what software lays out, and are left alone. Never raises, whatever the blocks are.
    """
    parts = (part for block in _each(blocks) if block.get("type") == "rich_text" for part in _each(block, "elements"))
    return "\n".join(filter(None, map(_part, parts)))


def _part(part: Mapping[str, object]) -> str:
    match part.get("type"):
        case "rich_text_list":
            return "\n".join(f"• {_line(item)}" for item in _each(part, "elements"))
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in _line(part).split("\n"))
        case "rich_text_preformatted":
            return f"```\n{_line(part)}\n```"
        case _:
            return _line(part).strip("\n")


def _line(section: Mapping[str, object]) -> str:
    return "".join(map(_piece, _each(section, "elements")))


def _piece(piece: Mapping[str, object]) -> str:
    match piece.get("type"):
        case "link":
            return _first(piece, "text", "url")
        case "user":
            return f"@{_first(piece, 'user_id')}"
        case "usergroup":
            return f"@{_first(piece, 'usergroup_id')}"
        case "broadcast":
            return f"@{_first(piece, 'range')}"
        case "channel":
            return f"#{_first(piece, 'channel_id')}"
        case "emoji":
            return f":{_first(piece, 'name')}:"
        case "date":
            return _first(piece, "fallback")
        case _:
            return _first(piece, "text")


def _first(piece: Mapping[str, object], *names: str) -> str:
    return next((value for name in names if isinstance(value := piece.get(name), str) and value), "")


def _each(holder: object, name: str | None = None) -> Iterator[Mapping[str, object]]:
    if name is not None and isinstance(holder, Mapping):
        holder = holder.get(name)
    return (item for item in holder if isinstance(item, dict)) if isinstance(holder, list) else iter(())
