"""Slack's text, read and written as plain words: decoded once on the way in, escaped once on the way out."""

import re

_TOKEN = re.compile(r"<([^<>]*)>")


def plain(text: str) -> str:
    """`text` as Slack sends it, the way a person reads it: `<url|label>` becomes the label, `&gt;` a quote mark.

    People stay ids (`@U1`): a name is nothing to store by accident, and a command can still tell who is meant.
    Lines, quotes ("> ") and code fences keep their shape.
    """
    return _unescaped(_TOKEN.sub(_token, text))


def _token(match: re.Match[str]) -> str:
    target, _, label = match[1].partition("|")
    if target.startswith("@"):
        return target
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return label or target


def _unescaped(text: str) -> str:
    # The ampersand last, so that "&amp;lt;" ends as the "&lt;" that was typed.
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """`text` for a field in which Slack reads markup: no mention, channel or link in it can come alive."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, limit: int) -> str:
    """`text` in at most `limit` characters; what is cut off shows as "…"."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
