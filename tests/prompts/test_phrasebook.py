"""The phrasebook says what it is asked, strictly; and all that stands in it reads well, in both languages."""

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from types import MappingProxyType
from typing import Any

import pytest

from prompts import LANGUAGES, Phrasebook, phrasebook

BOOK = Phrasebook(
    "en",
    MappingProxyType(
        {
            "greeting": MappingProxyType(
                {
                    "hello": "Hello {name}, you have {count} new.",
                    "braces": "Write {{name}} as it is.",
                    "days": ("Monday", "Tuesday"),
                }
            )
        }
    ),
)


# --- The loader ----------------------------------------------------------------------------------------------------


def test_a_sentence_is_said_with_its_placeholders_filled_in() -> None:
    assert BOOK.say("greeting.hello", name="Noor", count=3) == "Hello Noor, you have 3 new."


def test_words_of_people_are_put_in_as_they_are() -> None:
    assert (
        BOOK.say("greeting.hello", name="{count} {0.__class__}", count=3)
        == "Hello {count} {0.__class__}, you have 3 new."
    )


def test_a_doubled_brace_is_a_brace() -> None:
    assert BOOK.say("greeting.braces") == "Write {name} as it is."


def test_a_person_stays_a_person_between_the_words() -> None:
    someone = object()
    assert BOOK.parts("greeting.hello", name=someone, count="three") == ("Hello ", someone, ", you have three new.")


@pytest.mark.parametrize("key", ["greeting.goodbye", "nowhere.hello", "greeting.hello.more", ""])
def test_a_missing_key_is_named(key: str) -> None:
    with pytest.raises(KeyError, match=re.escape(f"nothing to say at {key!r} in en")):
        BOOK.say(key)
    assert not BOOK.has(key)


def test_a_missing_value_is_named() -> None:
    with pytest.raises(KeyError, match=r"'greeting.hello' in en needs a value for \{count\}"):
        BOOK.say("greeting.hello", name="Noor")


def test_lists_tables_and_sentences_are_not_taken_for_each_other() -> None:
    assert BOOK.list("greeting.days") == ("Monday", "Tuesday")
    assert BOOK.table("greeting")["days"] == ("Monday", "Tuesday")
    for mistaken in (
        lambda: BOOK.list("greeting.hello"),
        lambda: BOOK.table("greeting.hello"),
        lambda: BOOK.say("greeting"),
    ):
        with pytest.raises(TypeError, match="is not a"):
            mistaken()


def test_each_language_has_its_book_and_an_unknown_one_gets_english() -> None:
    assert phrasebook("nl").say("tips.only_you.text") == "Alleen jij ziet dit."
    assert phrasebook("en").say("tips.only_you.text") == "Only you can see this."
    assert phrasebook("fr") is phrasebook("en")
    assert phrasebook("nl-BE") is phrasebook("nl")


def test_nobody_can_change_what_all_share() -> None:
    with pytest.raises(TypeError):
        phrasebook("nl").table("tips.buttons")["help"] = "x"  # type: ignore[index]


# --- What stands in it ---------------------------------------------------------------------------------------------

ADDRESS = re.compile(r"\.(je|u|jullie)$")
NOT_READ_BY_PEOPLE = re.compile(r"^tips\.(signal\.|tip\..*\.(move|when)\b)")
OWN_WORDS = ("tips.signal.", "commands.words.", "dates.")
"""Words to listen for: each language has its own, and as many as it needs. All other lists align row by row."""
FORBIDDEN = {
    "nl": r"nudge\w*|defensie[fv]\w*|reflex\w*|patro(?:on|nen)|score\w*|coach\w*|middels|dient te|conform",
    "en": r"nudge\w*|defensive\w*|reflex\w*|patterns?|scor(?:e|es|ing)|coach\w*",
}
LONGEST = {"nl": 15, "en": 18}
WORD = re.compile(r"[^\W_](?:[\w'’\-/.]*[^\W_])?")
SENTENCE_END = re.compile(r"(?<=[.!?])[\s)”\"]+|\n+|\s·\s")


def walk(found: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its dotted key; the rows of an array are numbered."""
    if isinstance(found, Mapping):
        for name, inner in found.items():
            yield from walk(inner, f"{key}.{name}" if key else name)
    elif isinstance(found, tuple) and not key.startswith(OWN_WORDS):
        for at, inner in enumerate(found):
            yield from walk(inner, f"{key}.{at}")
    else:
        yield key, found


def leaves(language: str) -> dict[str, Any]:
    return dict(walk(phrasebook(language).entries))


def sentences(language: str) -> dict[str, str]:
    """All that people read."""
    return {
        key: said
        for key, said in leaves(language).items()
        if isinstance(said, str) and not NOT_READ_BY_PEOPLE.match(key)
    }


def placeholders(said: str) -> frozenset[tuple[str, str | None, str | None]]:
    return frozenset((name, spec, how) for _, name, spec, how in Formatter().parse(said) if name is not None)


def addressed(key: str) -> str:
    """The key without the form of address, which only Dutch has."""
    return ADDRESS.sub("", key)


def test_both_languages_say_the_same_things() -> None:
    dutch, english = ({addressed(key) for key in leaves(language)} for language in LANGUAGES)
    assert dutch == english


def test_both_languages_have_the_same_placeholders() -> None:
    english = sentences("en")
    differing = {
        key: (said, english[addressed(key)])
        for key, said in sentences("nl").items()
        if addressed(key) in english and placeholders(said) != placeholders(english[addressed(key)])
    }
    assert differing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_names_and_nothing_more(language: str) -> None:
    for key, said in sentences(language).items():
        for name, spec, how in placeholders(said):
            assert name.isidentifier(), key
            assert not spec, key
            assert how is None, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty_or_ragged(language: str) -> None:
    ragged = {key: said for key, said in sentences(language).items() if not said.strip() or said != said.strip()}
    assert ragged == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_scold_or_weigh_people_are_never_shown(language: str) -> None:
    forbidden = re.compile(rf"\b(?:{FORBIDDEN[language]})\b", re.IGNORECASE)
    assert {key: said for key, said in sentences(language).items() if forbidden.search(said)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    too_long = {
        key: sentence
        for key, said in sentences(language).items()
        for sentence in SENTENCE_END.split(said)
        if len(WORD.findall(sentence)) > LONGEST[language]
    }
    assert too_long == {}


def test_these_checks_would_notice() -> None:
    assert len(WORD.findall("Zo'n zin van de M2603-0123 telt {naam} mee: 8 à 9.")) == 11
    assert SENTENCE_END.split("Eén. “Twee?” Drie: … vier") == ["Eén.", "“Twee?", "Drie: … vier"]
    assert re.search(FORBIDDEN["nl"], "dat is een defensieve reactie")
    assert re.search(FORBIDDEN["en"], "your coaching tips")
    assert addressed("tips.tip.a.starter.jullie") == "tips.tip.a.starter"
