"""Which tip comes when, how it is worded, and what no tip may ever do."""

import re
from typing import Literal

import pytest

from prompts import LANGUAGES, phrasebook
from prompts.ear import hear
from prompts.ear.hearing import CLIENT_PATTERNS, SUPPLIER_PATTERNS
from prompts.tips import Chosen, choose, tip_named, why

PATTERNS = SUPPLIER_PATTERNS + CLIENT_PATTERNS
MOVES = {"acknowledge", "ask", "paraphrase", "join", "widen", "commit"}
CLIENT_MOVES = {"impact", "example"}
ALL = [(language, pattern) for language in LANGUAGES for pattern in PATTERNS]


def names(language: str, pattern: str) -> list[str]:
    return list(phrasebook(language).table(f"tips.tip.{pattern}"))


def tips(language: str, pattern: str) -> list[Chosen]:
    return [tip_named(language, name) for name in names(language, pattern)]


def wordings(language: str, pattern: str) -> list[str]:
    """Every starter, in every form of address, with and without words of the other side."""
    found = []
    for tip in phrasebook(language).table(f"tips.tip.{pattern}").values():
        for kind in ("starter", "starter_with"):
            starter = tip.get(kind, ())
            found += [starter] if isinstance(starter, str) else [starter[form] for form in starter]
    return found


# --- Which tip, in which words -------------------------------------------------------------------------------------


def test_the_starter_quotes_the_other_side_and_addresses_them_as_they_do() -> None:
    words = "De lijst met afspraken blijft elke ochtend leeg."
    informal = choose("nl", "normalising", other=words, address="je", turn=0)
    formal = choose("nl", "normalising", other=words, address="u", turn=0)
    unknown = choose("nl", "normalising", other=words, address=None, turn=0)
    assert informal.starter.startswith("Je schrijft: “De lijst met afspraken blijft elke ochtend leeg”.")
    assert formal.starter.startswith("U schrijft: “De lijst")
    assert unknown.starter.startswith("Jullie schrijven: “De lijst")


def test_without_words_of_the_other_side_there_is_still_a_starter() -> None:
    for nothing in (None, "", " \n"):
        tip = choose("nl", "technical_diversion", other=nothing, address="u", turn=0)
        assert tip.starter.startswith("Wat blijft er nu bij u liggen?")


def test_words_of_the_other_side_may_hold_anything_and_fit_on_a_line() -> None:
    tip = choose("en", "blame_shifting", other="The form shows\n {name} and {} now...", address=None, turn=0)
    assert "“The form shows {name} and {} now”." in tip.starter


@pytest.mark.parametrize(("language", "pattern"), ALL)
def test_an_author_sees_every_tip_before_one_returns(language: str, pattern: str) -> None:
    several = [choose(language, pattern, other=None, address=None, turn=turn).name for turn in range(8)]
    cycle = len(set(several))
    assert cycle >= 3
    assert several == [several[turn % cycle] for turn in range(8)]


@pytest.mark.parametrize(
    ("pattern", "other", "first"),
    [
        ("vague_deferral", "De jaarcijfers moeten vrijdag bij de accountant zijn", "before_their_date"),
        ("vague_deferral", "We need the export before next Tuesday", "before_their_date"),
        ("vague_deferral", "Sinds maandag drukken we alles af op papier", "day_you_know"),
        ("normalising", "Inboeken kost nu 14 minuten per pallet", "their_number"),
        ("normalising", "Twintig collega's loggen elke keer opnieuw in", "their_number"),
        ("normalising", "We krijgen steeds fout 504 te zien", "cost_first"),
        ("technical_diversion", "Onze chauffeurs staan te wachten aan de poort", "people_first"),
        ("technical_diversion", "Our nurses can’t open the ward list", "people_first"),
        ("technical_diversion", "De poort gaat niet open", "work_first"),
    ],
)
def test_what_the_other_side_names_brings_its_own_tip_first(pattern: str, other: str, first: str) -> None:
    assert choose("nl", pattern, other=other, address="je", turn=0).name == first
    assert choose("en", pattern, other=other, address=None, turn=0).name == first


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_tip_can_be_shown_again_in_either_language_without_anyones_words(pattern: str) -> None:
    for turn in range(4):
        tip = choose("nl", pattern, other="Het portaal hangt", address="je", turn=turn)
        again = tip_named("en", tip.name)
        assert (again.name, again.move) == (tip.name, tip.move)
        assert tip_named("nl", tip.name).text == tip.text
        assert "Het portaal" not in tip_named("nl", tip.name).starter


def test_a_tip_that_does_not_exist_is_named() -> None:
    with pytest.raises(KeyError, match="no tip is called 'praise'"):
        tip_named("nl", "praise")
    with pytest.raises(KeyError, match="impact_feedback"):
        choose("nl", "impact_feedback", other=None, address=None, turn=0)


@pytest.mark.parametrize(("language", "pattern"), ALL)
def test_why_tells_the_mechanism_in_two_sentences_and_what_was_recognised(language: str, pattern: str) -> None:
    mechanism, recognised = why(language, pattern, "dat hoort {zo}")
    assert len(re.findall(r"[.?!](?:\s|$)", mechanism)) == 2
    assert "“dat hoort {zo}”" in recognised
    assert "“" not in why(language, pattern, None)[1]


# --- What stands in the data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_enough_to_choose_from_and_every_name_is_one_tip(language: str) -> None:
    for pattern in SUPPLIER_PATTERNS:
        assert len(names(language, pattern)) >= 3
    for pattern in CLIENT_PATTERNS:
        assert len(names(language, pattern)) >= 4
    every = [name for pattern in PATTERNS for name in names(language, pattern)]
    assert len(every) == len(set(every))


def test_both_languages_offer_the_same_tips_in_the_same_order_for_the_same_reasons() -> None:
    for pattern in PATTERNS:
        dutch, english = (phrasebook(language).table(f"tips.tip.{pattern}") for language in LANGUAGES)
        assert list(dutch) == list(english)
        for name in dutch:
            assert (dutch[name]["move"], dutch[name].get("when")) == (english[name]["move"], english[name].get("when"))


@pytest.mark.parametrize(("language", "pattern"), ALL)
def test_a_tip_is_short_and_makes_one_of_the_known_moves(language: str, pattern: str) -> None:
    for tip in tips(language, pattern):
        assert len(tip.text.split()) <= 45, tip
        assert tip.move in (MOVES if pattern in SUPPLIER_PATTERNS else CLIENT_MOVES), tip


@pytest.mark.parametrize(("language", "pattern"), ALL)
def test_a_tip_for_a_supplier_can_always_build_on_the_words_of_the_client(language: str, pattern: str) -> None:
    for name, tip in phrasebook(language).table(f"tips.tip.{pattern}").items():
        assert "starter_with" in tip or pattern in CLIENT_PATTERNS, name
        assert set(tip.get("when", ())) <= {"number", "people", "deadline"}, name


def test_dutch_starters_have_all_three_forms_of_address_or_need_none() -> None:
    other_forms = {"je": r"\b(u|uw)\b", "u": r"\b(je|jij|jou|jouw|jullie)\b", "jullie": r"\b(u|uw|je|jij|jou|jouw)\b"}
    for pattern in PATTERNS:
        for name, tip in phrasebook("nl").table(f"tips.tip.{pattern}").items():
            for starter in (tip["starter"], tip.get("starter_with", "")):
                if isinstance(starter, str):
                    assert not re.search(r"\b(u|uw|je|jij|jou|jouw|jullie)\b", starter, re.IGNORECASE), name
                    continue
                assert set(starter) == {"je", "u", "jullie"}, name
                for form, wording in starter.items():
                    assert not re.search(other_forms[form], wording, re.IGNORECASE), wording


@pytest.mark.parametrize(("language", "pattern"), ALL)
def test_a_starter_leaves_its_author_something_to_write(language: str, pattern: str) -> None:
    for starter in wordings(language, pattern):
        last = re.split(r"(?<=[.?!])\s", starter)[-1]
        assert "…" in last or last.endswith("?"), starter


@pytest.mark.parametrize(("language", "pattern"), ALL)
def test_no_tip_praises_away_apologises_or_speaks_of_a_person(language: str, pattern: str) -> None:
    never = {
        "nl": r"\b(sorry|excuses?|spijt\w*|goed bezig|prima bericht|goed gedaan|je bent|jij bent|altijd|nooit)\b",
        "en": r"\b(sorry|apolog\w+|regret\w*|well done|good job|great message|you are|you're|always|never)\b",
    }[language]
    said = [tip.text for tip in tips(language, pattern)] + wordings(language, pattern)
    said += [*why(language, pattern, "…"), phrasebook(language).say(f"tips.label.{pattern}")]
    assert [line for line in said if re.search(never, line, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_deferral_is_never_answered_by_asking_for_a_delivery_date(language: str) -> None:
    pushing = {"nl": r"(noem|geef|beloof) (een|de) datum\b", "en": r"(name|give|promise) (a|the) date\b"}[language]
    deferral = tips(language, "vague_deferral")
    assert [tip for tip in deferral if re.search(pushing, f"{tip.text} {tip.starter}", re.IGNORECASE)] == []
    ways_out = {"nl": ("weten", "nee", "horen", "zeg ik"), "en": ("know", "no", "hear", "will say")}[language]
    assert [tip for tip in deferral if not any(way in f"{tip.text} {tip.starter}" for way in ways_out)] == []


@pytest.mark.parametrize(("language", "pattern"), ALL)
def test_who_takes_over_a_starter_gets_no_tip_for_it(language: str, pattern: str) -> None:
    theirs, day = {
        "nl": ("Sinds maandag wachten elf mensen aan de balie", "vrijdag 5 maart"),
        "en": ("Since Monday eleven people wait at the desk", "Friday 5 March"),
    }[language]
    side: Literal["client", "supplier"] = "client" if pattern in CLIENT_PATTERNS else "supplier"
    said = [words.replace("{gist}", theirs).replace("…", day) for words in wordings(language, pattern)]
    assert [words for words in said if hear(words, side, theirs).nudge] == []
