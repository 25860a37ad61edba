"""Every card and form is a legal Adaptive Card: by its schema, by the parser that Teams has, and by some rules more."""

import json
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest
from gallery import PEOPLE, cards_and_forms, tell
from hard_cards import HARD, HELP, HOSTILE, ROBIN, STYLES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from legal import BySchema, by_schema
from node_tools import run

from bot.teams import render, render_form
from bot.teams.render_limits import is_only_words
from handlers.vocabulary import Button, Buttons, Card, ChoiceField, Facts, Form, Person, Text

Json = dict[str, Any]
Inspect = Callable[[Mapping[str, Json]], dict[str, list[str]]]
"""Says what is wrong with each of these cards, if anything."""
LARGEST = 28 * 1024
NAMES = {ROBIN: HOSTILE} | {Person("slack", side, id): name for id, (name, side) in PEOPLE.items()}


@pytest.fixture(scope="session")
def schema() -> BySchema:
    """The published schema of Adaptive Cards 1.5."""
    definitions = json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text("utf-8"))
    return by_schema(definitions | {"anyOf": [{"$ref": "#/definitions/AdaptiveCard"}]})


@pytest.fixture(scope="session")
def inspect(schema: BySchema) -> Inspect:
    """All that there is to check."""

    def look(cards: Mapping[str, Json]) -> dict[str, list[str]]:
        parser = run("teams_cards.mjs", cards)
        told = {}
        for name, card in cards.items():
            problem = schema(without_extras(card))
            unlike = [] if problem is None else [f"schema: {problem}"]
            told[name] = [*unlike, *(f"parser: {each}" for each in parser[name]), *ours(card)]
        return {name: problems for name, problems in told.items() if problems}

    return look


OUR_FILES = "https://samenspraak.example/c/"
"""Where a button may lead: to a meeting as a file for one's calendar."""


def without_extras(value: Any) -> Any:
    """A card without what Teams adds to the language, which the schema does not know."""
    if isinstance(value, list):
        return [without_extras(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: without_extras(each) for key, each in value.items() if key not in ("msteams", "data")}


def every(value: object) -> Iterator[Json]:
    """All objects in a card, but not what its buttons carry."""
    if isinstance(value, dict):
        yield value
    inner = [each for key, each in value.items() if key != "data"] if isinstance(value, dict) else value
    for each in inner if isinstance(inner, list) else ():
        yield from every(each)


def ours(card: Json) -> list[str]:
    """What neither of them notices."""
    pieces = list(every(card))
    told = [] if all("version" in each for each in pieces if each.get("type") == "AdaptiveCard") else ["no version"]
    if len(json.dumps(card, ensure_ascii=False).encode()) > LARGEST:
        told.append("too large")
    told += [f"empty: {key} of {each['type']}" for each in pieces for key in ("text", "title") if each.get(key) == ""]
    for each in pieces:
        if each.get("type") == "ActionSet" and sum("mode" not in action for action in each["actions"]) > 6:
            told.append("more than six buttons in a row")
        if each.get("type") == "FactSet":
            told.append("reads markup: FactSet")
        if each.get("type") == "Action.OpenUrl" and not str(each["url"]).startswith(OUR_FILES):
            told.append(f"leads away: {each['url']}")
        if str(each.get("type")).startswith("Input.") and not (each.get("id") and each.get("label")):
            told.append("an input without a name or label")
    return told if card.get("body") else [*told, "nothing to see"]


def sent(shown: Mapping[str, Card | Form]) -> dict[str, Json]:
    """All that Teams can be sent for these, by name: a form as dialog and in a message, empty and refused."""
    cards = {}
    for name, each in shown.items():
        if isinstance(each, Card):
            cards[name] = render.card(each, {"promise", "help"}, NAMES)
            continue
        reasons = {"": HOSTILE} | {field.name: HOSTILE for field in each.fields}
        answers = {field.name: HOSTILE for field in each.fields}
        dialogs = {
            name: render_form.dialog(each, HELP, names=NAMES)["card"],
            f"{name}, refused": render_form.dialog(each, HELP, reasons, answers, NAMES)["card"],
            f"{name}, in a message": render_form.inputs(each, HELP, names=NAMES),
        }
        cards |= {name: attached["content"] for name, attached in dialogs.items()}
    return cards


@pytest.mark.parametrize("language", ["nl", "en"])
def test_everything_the_bot_shows_is_legal(language: str, inspect: Inspect) -> None:
    assert inspect(sent(cards_and_forms(language))) == {}


def test_what_is_hostile_or_too_much_is_legal_too(inspect: Inspect) -> None:
    assert inspect(sent(HARD)) == {}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_the_bot_shows_is_cut_short(language: str) -> None:
    for name, card in sent(tell(language).shown).items():
        words = [each[key] for each in every(card) for key in ("text", "title", "label") if key in each]
        assert not [each for each in words if each.endswith("…") and HOSTILE[:20] not in each], name


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_choice_reads_as_it_was_written(language: str) -> None:
    for form in cards_and_forms(language).values():
        for field in form.fields if isinstance(form, Form) else ():
            if isinstance(field, ChoiceField):
                card = render_form.dialog(form, HELP)["card"]["content"]
                (shown,) = [each for each in every(card) if each.get("id") == field.name]
                assert [(each["value"], each["title"]) for each in shown["choices"]] == list(field.choices)
                assert not any("," in value or " " in value for value, _ in field.choices)


def card(*body: Json, **more: object) -> Json:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), **more}


def press(title: str = "OK") -> Json:
    return {"type": "Action.Submit", "title": title, "data": {}}


WORDS: Json = {"type": "TextBlock", "text": "Hello"}
GOOD = card(WORDS, {"type": "Input.Text", "id": "a", "label": "A"}, {"type": "ActionSet", "actions": [press()]})
ILLEGAL: dict[str, Json] = {
    "an element that does not exist": card({"type": "Header", "text": "Hello"}),
    "an action that does not exist": card(WORDS, actions=[{"type": "Action.Jump", "title": "Jump"}]),
    "a property that does not exist": card(WORDS | {"colour": "red"}),
    "a text without words": card({"type": "TextBlock"}),
    "a text with empty words": card(WORDS | {"text": ""}),
    "an image without an address": card({"type": "Image"}),
    "an input without an id": card({"type": "Input.Text", "label": "A"}),
    "an input without a label": card({"type": "Input.Text", "id": "a"}),
    "a size that does not exist": card(WORDS | {"size": "Gigantic"}),
    "the same id twice": card(*[{"type": "Input.Text", "id": "a", "label": "A"}] * 2),
    "an address that is not ours": card(
        WORDS,
        {"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": "Go", "url": "https://away.example/c/"}]},
    ),
    "no version": {"type": "AdaptiveCard", "body": [WORDS]},
    "no version inside": card(
        WORDS,
        actions=[{"type": "Action.ShowCard", "title": "Sure?", "card": {"type": "AdaptiveCard", "body": [WORDS]}}],
    ),
    "seven buttons": card({"type": "ActionSet", "actions": [press()] * 7}),
    "seven buttons below": card(WORDS, actions=[press()] * 7),
    "nothing to see": card(),
    "too large": card(*[WORDS | {"text": "x" * 1000}] * 30),
}


def test_what_teams_would_refuse_is_noticed(inspect: Inspect) -> None:
    assert inspect({"good": GOOD}) == {}
    assert inspect(ILLEGAL).keys() == ILLEGAL.keys()


_WORDS = st.one_of(
    st.text(max_size=4000), st.lists(st.one_of(st.text(max_size=200), st.just(ROBIN)), max_size=4).map(tuple)
)
_BUTTON = st.builds(
    Button,
    name=st.sampled_from(["help", "why", "fine"]),
    label=st.text(max_size=120),
    about=st.text(max_size=200),
    style=st.sampled_from(["plain", "primary", "danger"]),
    menu=st.booleans(),
    confirm=st.one_of(st.none(), st.text(max_size=400)),
)
_PART = st.one_of(
    st.builds(Text, _WORDS, st.sampled_from(STYLES)),
    st.builds(Facts, st.lists(st.tuples(st.text(max_size=100), _WORDS), max_size=3).map(tuple)),
    st.builds(Buttons, st.lists(_BUTTON, max_size=30).map(tuple)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(summary=st.text(max_size=50), parts=st.lists(_PART, max_size=8).map(tuple))
def test_any_card_is_legal(schema: BySchema, summary: str, parts: tuple[Any, ...]) -> None:
    shown = render.card(Card(summary, parts), {"help"}, {ROBIN: "Robin"})
    assert ours(shown) == []
    assert schema(without_extras(shown)) is None
    assert all(is_only_words(each["text"]) for each in every(shown) if each.get("type") == "TextBlock")
