"""One JSON value on one line."""

import json
from typing import Any

_BREAKS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""Ends a line for some readers, though not for JSON."""


def line(value: Any) -> str:
    """`value` as one line without its end. Half a character, which JSON can name and UTF-8 cannot write, is escaped."""
    text = json.dumps(value, ensure_ascii=False).translate(_BREAKS)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text
