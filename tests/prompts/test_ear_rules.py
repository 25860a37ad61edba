"""The rules of the ear are data: every one of them does what its examples say."""

from collections import Counter

import pytest

from prompts.ear.hearing import SIGNS, SUPPLIER_PATTERNS
from prompts.ear.rules import LANGUAGES, Rule, rules
from prompts.ear.text import fold, sentences

ALL = [rule for lang in LANGUAGES for rule in rules(lang)]


def finds(rule: Rule, text: str) -> bool:
    folded = fold(text)
    return any(rule.find(folded[start:end]) for start, end in sentences(folded))


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: f"{rule.lang}/{rule.kind}/{rule.name}")
def test_a_rule_hears_its_hits_and_lets_its_misses_go(rule: Rule) -> None:
    assert [text for text in rule.hits if not finds(rule, text)] == []
    assert [text for text in rule.misses if finds(rule, text)] == []


def test_every_rule_has_examples_of_both_kinds_and_a_weight() -> None:
    assert [rule.name for rule in ALL if len(rule.hits) < 2 or len(rule.misses) < 2] == []
    assert [rule.name for rule in ALL if not 0 < rule.weight <= 1] == []


def test_no_two_rules_of_a_kind_share_a_name_and_no_two_share_an_example() -> None:
    names = Counter((rule.lang, rule.kind, rule.name) for rule in ALL)
    assert [name for name, times in names.items() if times > 1] == []
    hits = Counter((rule.kind, text) for rule in ALL for text in rule.hits)
    assert [hit for hit, times in hits.items() if times > 1] == []


def test_both_languages_listen_for_the_same() -> None:
    kinds = {lang: {rule.kind for rule in rules(lang)} for lang in LANGUAGES}
    assert kinds["nl"] == kinds["en"]
    assert kinds["nl"] >= {*SUPPLIER_PATTERNS, "impactless_complaint", "impact_feedback", *SIGNS}
