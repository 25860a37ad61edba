"""What the bot says, as data: `phrasebook("nl").say("consent.intro.text", channel="…")`."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType
from typing import Any, TypeVar

LANGUAGES = ("nl", "en")
FALLBACK = "en"

T = TypeVar("T")


@dataclass(frozen=True)
class Phrasebook:
    """Everything said in one language. A key is the name of a TOML file, then its tables, then the name: all dotted.

    Placeholders are written `{name}`, a brace of its own is doubled. Values are put in as they are and never read for
    placeholders, so words of people may hold braces. `{command}` needs no value: it is how the bot is asked something
    where this is read. All methods raise KeyError for what is not there; words
    that are not of the kind asked for raise TypeError.
    """

    language: str
    entries: Mapping[str, Any]
    command: str = ""

    def say(self, key: str, /, **values: str | int) -> str:
        """The sentence at `key` with its placeholders filled in; a placeholder without a value raises KeyError."""
        return "".join(str(piece) for piece in self._pieces(key, values))

    def parts(self, key: str, /, **values: str | T) -> tuple[str | T, ...]:
        """As `say`, but a value that is not text stays what it is: a person, whose name only the platform knows."""
        joined: list[str | T] = []
        for piece in self._pieces(key, values):
            if isinstance(piece, str) and joined and isinstance(joined[-1], str):
                joined[-1] += piece
            elif piece != "":
                joined.append(piece)
        return tuple(joined)

    def list(self, key: str, /) -> tuple[str, ...]:
        """The lines of the TOML array at `key`."""
        found = self._find(key)
        if not isinstance(found, tuple) or not all(isinstance(line, str) for line in found):
            raise TypeError(f"{key!r} in {self.language} is not a list of lines")
        return found

    def table(self, key: str, /) -> Mapping[str, Any]:
        """The table at `key` as it is, read-only and nested, with arrays as tuples."""
        found = self._find(key)
        if not isinstance(found, Mapping):
            raise TypeError(f"{key!r} in {self.language} is not a table")
        return found

    def has(self, key: str, /) -> bool:
        """Whether there is anything at `key`."""
        try:
            self._find(key)
        except KeyError:
            return False
        return True

    def _find(self, key: str) -> Any:
        found: Any = self.entries
        for name in key.split("."):
            if not isinstance(found, Mapping) or name not in found:
                raise KeyError(f"nothing to say at {key!r} in {self.language}")
            found = found[name]
        return found

    def _pieces(self, key: str, values: Mapping[str, T]) -> Iterator[str | T]:
        template = self._find(key)
        if not isinstance(template, str):
            raise TypeError(f"{key!r} in {self.language} is not a sentence")
        for literal, name, _, _ in Formatter().parse(template):
            yield literal
            if name is None:
                continue
            if name in values:
                yield values[name]
            elif name == "command":
                yield self.command
            else:
                raise KeyError(f"{key!r} in {self.language} needs a value for {{{name}}}")


def phrasebook(language: str) -> Phrasebook:
    """All that can be said in `language`: nl or en, also as a locale (nl-BE); anything else gets English."""
    short = language[:2].lower()
    return _load(short if short in LANGUAGES else FALLBACK)


@cache
def _load(language: str) -> Phrasebook:
    folder = files(__name__) / language
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    entries = {
        entry.name.removesuffix(".toml"): _frozen(tomllib.loads(entry.read_text(encoding="utf-8"))) for entry in found
    }
    return Phrasebook(language, MappingProxyType(entries), entries["commands"]["name"]["slash"])


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({name: _frozen(inner) for name, inner in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value
