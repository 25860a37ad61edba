"""Every card and form is legal Block Kit, by Slack's own library, by Slack's own types, and by three rules more."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gallery import CHANNEL, TEAM, cards_and_forms
from legal import by_schema
from node_tools import schema_of
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.slack import render
from handlers.vocabulary import Form, Place

Json = dict[str, Any]
Inspect = Callable[[Json], list[str]]
"""Says what is wrong with a message or a view."""
PLACE = Place("slack", TEAM, CHANNEL)


@pytest.fixture(scope="session")
def inspect() -> Inspect:
    """All that there is to check."""
    schema = schema_of("slack_schema.ts", "Shown")
    typed = {name: by_schema(schema | {"$ref": f"#/definitions/{name}"}) for name in ("Blocks", "Views")}

    def look(shown: Json) -> list[str]:
        is_view = "type" in shown
        problem = typed["Views"](shown) if is_view else typed["Blocks"](shown["blocks"])
        told = [] if problem is None else [f"types: {problem}"]
        return [*told, *models(shown), *ours(shown)]

    return look


def models(shown: Json) -> list[str]:
    """What slack_sdk says of it."""
    try:
        if "type" in shown:
            view = View(**shown)
            view.validate_json()
            parsed = view.blocks or []
        else:
            parsed = Block.parse_all(shown["blocks"])
        kept = [block.to_dict()["type"] for block in parsed]
    except (SlackObjectFormationError, AttributeError, TypeError) as error:  # it stumbles over what is missing
        return [f"slack_sdk: {error}"]
    wanted = [block["type"] for block in shown["blocks"]]
    return [] if kept == wanted else [f"slack_sdk: reads {kept} where {wanted} is written"]


def ours(shown: Json) -> list[str]:
    """What neither of them notices."""
    told = []
    if len(shown["blocks"]) > (100 if "type" in shown else 50):
        told.append(f"too many blocks: {len(shown['blocks'])}")
    pieces = list(every(shown["blocks"]))
    for key in ("action_id", "block_id"):
        ids = [piece[key] for piece in pieces if key in piece]
        told += [f"twice: {key} {name}" for name in sorted({name for name in ids if ids.count(name) > 1})]
    pieces += [shown[key] for key in ("title", "submit", "close") if key in shown]
    for piece in pieces:
        for key in ("text", "value", "alt_text"):
            if key in piece and piece[key] == "":
                told.append(f"empty: {key} of a {piece.get('type', 'piece')}")
    return told + ([] if shown["blocks"] else ["no blocks"])


def every(value: object) -> Iterator[Json]:
    """All objects in a JSON value."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from every(each)


def sent(language: str) -> Iterator[tuple[str, Json]]:
    """All that Slack can be sent, by name: a card both as a message and as a modal, for it can be either."""
    for name, shown in cards_and_forms(language).items():
        if isinstance(shown, Form):
            yield name, render.view(shown, PLACE)
        elif name.startswith("home"):
            yield name, render.home(shown, PLACE)
        else:
            assert render.text(shown).strip(), name
            yield name, {"blocks": render.blocks(shown)}
            yield f"{name} as a modal", render.card_view(shown, PLACE)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_everything_the_bot_shows_is_legal(language: str, inspect: Inspect) -> None:
    wrong = {name: problems for name, shown in sent(language) if (problems := inspect(shown))}
    assert wrong == {}


def words(text: str = "Hello", kind: str = "plain_text") -> Json:
    return {"type": kind, "text": text}


def button(name: str = "help", label: str = "Help") -> Json:
    return {"type": "button", "action_id": name, "text": words(label)}


GOOD: Json = {"blocks": [{"type": "header", "text": words()}, {"type": "actions", "elements": [button()]}]}
ILLEGAL: dict[str, Json] = {
    "a type that does not exist": {"blocks": [{"type": "headline", "text": words()}]},
    "markup in a header": {"blocks": [{"type": "header", "text": words(kind="mrkdwn")}]},
    "a property that does not exist": {"blocks": [{"type": "divider", "colour": "red"}]},
    "a header that is too long": {"blocks": [{"type": "header", "text": words("x" * 151)}]},
    "a label that is too long": {"blocks": [{"type": "actions", "elements": [button(label="x" * 76)]}]},
    "a section that is too long": {"blocks": [{"type": "section", "text": words("x" * 3001)}]},
    "an image without words": {"blocks": [{"type": "image", "image_url": "https://example.com/a.png"}]},
    "a message with 51 blocks": {"blocks": [{"type": "divider"}] * 51},
    "a view with 101 blocks": {"type": "modal", "title": words(), "blocks": [{"type": "divider"}] * 101},
    "a title that is too long": {"type": "modal", "title": words("x" * 25), "blocks": [{"type": "divider"}]},
    "the same button twice": {"blocks": [{"type": "actions", "elements": [button(), button()]}]},
    "a button without words": {"blocks": [{"type": "actions", "elements": [button(label="")]}]},
    "a message without blocks": {"blocks": []},
}


@pytest.mark.parametrize("case", ILLEGAL)
def test_what_slack_would_refuse_is_noticed(case: str, inspect: Inspect) -> None:
    assert inspect(GOOD) == []
    assert inspect(ILLEGAL[case]) != []
