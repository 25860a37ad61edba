"""The rules of the ear, read from the TOML files beside this one, each with examples that hit and miss."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import re2

LANGUAGES = ("nl", "en")

_FRAMES = {"loose": "(?:{})", "whole": r"\A\W*(?:{})\W*\z"}
"""How patterns sit in a sentence, where they are not whole words somewhere in it."""


@dataclass(frozen=True)
class Rule:
    """One way in which people say something.

    It hears a sentence in which one of the patterns occurs and each of `also`, and none of `unless`. `weight` is how
    sure it is, from 0 to 1. `question`: it holds for a question just as well. `whole`: the pattern is all there is.
    """

    kind: str
    lang: str
    name: str
    weight: float
    question: bool
    whole: bool
    any: re2._Regexp
    also: tuple[re2._Regexp, ...]
    unless: re2._Regexp | None
    hits: tuple[str, ...]
    misses: tuple[str, ...]

    def find(self, sentence: bytes) -> tuple[int, int] | None:
        """Where in a folded sentence the rule finds its phrase, or None."""
        found = self.any.search(sentence)
        if (
            found is None
            or (self.unless is not None and self.unless.search(sentence))
            or not all(pattern.search(sentence) for pattern in self.also)
        ):
            return None
        start, end = found.span()
        return start, end


def _compile(patterns: list[str], words: dict[str, str], frame: str = r"\b(?:{})\b") -> re2._Regexp:
    source = "|".join(f"(?:{pattern})" for pattern in patterns)
    for _ in range(4):
        for name, alternatives in words.items():
            source = source.replace(f"<{name}>", f"(?:{alternatives})")
    source = re.sub(" (?![?*+{])", " +", source)
    return re2.compile(frame.replace("{}", source).encode("ascii"))


@cache
def words_of(lang: str) -> dict[str, list[str]]:
    """The words that the rules of a language share, by the name that stands for them there."""
    return tomllib.loads((files(__package__) / lang / "words.toml").read_text("utf-8"))


def _read(lang: str) -> Iterator[Rule]:
    folder = files(__package__) / lang
    words = {name: "|".join(alternatives) for name, alternatives in words_of(lang).items()}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml") or file.name == "words.toml":
            continue
        for rule in tomllib.loads(file.read_text("utf-8"))["rule"]:
            frame = next((frame for name, frame in _FRAMES.items() if rule.get(name)), r"\b(?:{})\b")
            unless = rule.get("unless", [])
            yield Rule(
                kind=file.name.removesuffix(".toml"),
                lang=lang,
                name=rule["name"],
                weight=rule.get("weight", 1.0),
                question=rule.get("question", False),
                whole=rule.get("whole", False),
                any=_compile(rule["patterns"], words, frame),
                also=tuple(_compile([pattern], words) for pattern in rule.get("also", [])),
                unless=_compile(unless, words) if unless else None,
                hits=tuple(rule["hits"]),
                misses=tuple(rule["misses"]),
            )


@cache
def rules(lang: str) -> tuple[Rule, ...]:
    """All rules of a language, compiled once."""
    return tuple(_read(lang))
