"""Every card and form reads well, whatever it is about: slips that are easily made once and then stand everywhere."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from gallery import PEOPLE, tell

from handlers.vocabulary import Buttons, Card, ChoiceField, Facts, Image, Person, Text, Words

SLIPS = {
    "a gap": r" {2,}\S|^ |\S $| [,;:?!]",
    "two marks in a row": r"[?:;,]:|\)\.\s\(|\.\)?:|(?<!\.)\.\.(?!\.)|,,|\?\?|\. \([^)]*\)[.:]",
    "more than one of one": r"(?<![\d.,])1 (times|days|hours|minutes|items|people|dagen|uren|minuten|punten)\b",
    "a hole that was not filled": r"[{}]|\bNone\b|\bundefined\b",
    "a name from the code": r"\b[a-z]+_[a-z_]+\b|\b[a-z]+\.[a-z]+\.[a-z]+\b",
    "a day that is written as machines do": r"\b\d{4}-\d\d-\d\d\b",
    "what some renderers read as a picture": r":\w+:",
    "a picture among the words": "[\U0001f300-\U0001faff\u2600-\u27bf]",
}
OTHER = {
    "nl": r"\b(the|and|your|with|because|which|this|you)\b",
    "en": r"\b(het|een|niet|jullie|wordt|omdat|deze|je)\b",
}
LONGEST_LABEL = 30
"""Letters on a button: more does not fit in a row on a phone."""


def in_words(words: Words) -> str:
    return words if isinstance(words, str) else "".join(PEOPLE[w.id][0] if isinstance(w, Person) else w for w in words)


def said(shown: Card | Any) -> Iterator[str]:
    """All that the bot itself says on it; what people wrote is theirs."""
    yield from (shown.summary,) if isinstance(shown, Card) else (shown.title, shown.submit, shown.close)
    for part in shown.parts:
        match part:
            case Text(text=words):
                yield in_words(words)
            case Facts(facts):
                for label, words in facts:
                    yield from (label, in_words(words))
            case Buttons(buttons):
                for button in buttons:
                    yield from (button.label, button.confirm or button.label)
            case Image(alt=alt):
                yield alt
            case _:
                yield from (part.label, part.hint)
                if isinstance(part, ChoiceField):
                    yield from (label for _, label in part.choices)


def lines(language: str) -> Iterator[tuple[str, str]]:
    for name, shown in tell(language).shown.items():
        for text in said(shown):
            for line in text.split("\n"):
                yield name, re.sub(r"https?://\S+", "(link)", line.removeprefix("   ").removeprefix("• "))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("slip", SLIPS)
def test_no_card_or_form_shows(slip: str, language: str) -> None:
    assert [(name, line) for name, line in lines(language) if re.search(SLIPS[slip], line)] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_card_or_form_mixes_the_languages(language: str) -> None:
    assert [(name, line) for name, line in lines(language) if re.search(OTHER[language], line, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_card_says_in_one_line_what_it_is_for_who_hears_or_sees_only_that(language: str) -> None:
    for name, shown in tell(language).shown.items():
        if isinstance(shown, Card):
            assert re.match(r"[A-Z0-9]", shown.summary), f"{name} in {language}: {shown.summary!r}"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_label_of_a_button_is_too_long_for_a_phone(language: str) -> None:
    labels = {
        button.label
        for shown in tell(language).shown.values()
        for part in shown.parts
        if isinstance(part, Buttons)
        for button in part.buttons
    }
    assert [label for label in labels if len(label) > LONGEST_LABEL] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_who_is_in_several_projects_can_tell_them_apart_on_their_own_page(language: str) -> None:
    shown = tell(language).shown["home_asked"]
    written = [in_words(part.text) for part in shown.parts if isinstance(part, Text)]
    projects = [line for line in written if re.search("kant van de|on the side of", line)]
    assert len(projects) == len(set(projects)) > 1
