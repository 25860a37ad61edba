"""Reading what a platform sends without trusting its shape: what is missing is named, and never a KeyError."""

from collections.abc import Mapping


class Unreadable(ValueError):
    """The payload is not what the platform promises to send; the message says what is wrong, without its content."""


def at(value: object, *path: str | int) -> object:
    """What stands at `path` (keys of objects, indexes of lists), or None."""
    # What JSON decodes to, and no more general: this runs some thirty times for every event.
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and len(value) > step:
            value = value[step]
        else:
            return None
    return value


def word(value: object, *path: str | int) -> str:
    """The text at `path`, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def need(value: object, *path: str | int) -> str:
    """The text at `path`. Raises Unreadable when there is none."""
    found = word(value, *path)
    if not found:
        raise Unreadable(f"the payload has no text at {'.'.join(map(str, path))}")
    return found


def group(value: object, *path: str | int) -> Mapping[str, object]:
    """The object at `path`. Raises Unreadable when there is none."""
    found = at(value, *path)
    if not isinstance(found, Mapping):
        raise Unreadable(f"the payload has no object at {'.'.join(map(str, path))}")
    return found


def split_command(text: str) -> tuple[str, str]:
    """The word of a command, in lower case, and what follows it. A line break ends the word too."""
    first, *rest = text.split(maxsplit=1)[:2] or [""]
    return first.lower(), rest[0].strip() if rest else ""
