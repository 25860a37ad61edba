"""The manifest of the Slack app is one that Slack takes, and offers exactly what the bot answers."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click import ClickException
from click.testing import CliRunner
from node_tools import schema_of
from slack_payloads import NAMES, NOW, payload

from bot.__main__ import main
from bot.slack import manifest as made
from bot.slack.receive import translate
from handlers import routes
from handlers.vocabulary import Command

Json = dict[str, Any]
FILED = ("feedback", "promise", "request", "warning", "complaint")
"""What can be made of a message."""

HERE = "https://bot.example.com"
LONGEST = re.compile(r"Maximum length is (\d+) characters")
LIMITS = {("shortcuts", "name"): (1, 24), ("display_information", "long_description"): (175, 4000)}
"""What Slack's types do not say, in characters."""
NEEDS = {
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "conversations.open": {"im:write"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "users.info": {"users:read", "users:read.email"},
    "team.info": {"team:read"},
    "dnd.info": {"dnd:read"},
    "files.getUploadURLExternal": {"files:write"},
    "files.completeUploadExternal": {"files:write"},
    "views.open": set(),
    "views.update": set(),
    "views.publish": set(),
    "views.push": set(),
    "auth.test": set(),
    "apps.connections.open": set(),
}
"""The scopes that each method of Slack's asks for, as its documentation has it."""
FAMILIES = "(?:apps|auth|chat|conversations|dnd|files|team|users|views)"
CALLED = re.compile(rf'"({FAMILIES}\.[A-Za-z]+)"|client\.({FAMILIES}_\w+)\(')


def app(url: str | None = HERE, command: str | None = None) -> Json:
    return dict(yaml.safe_load(made.manifest(url, command)))


@pytest.fixture(scope="session")
def inspect() -> Callable[[Json], list[str]]:
    """Says what Slack would refuse in a manifest: by its own types, with the limits that stand in their comments."""
    schema = schema_of("slack_manifest.ts", "App")
    schema["definitions"]["Manifest"]["additionalProperties"] = False
    limit(schema)
    types = jsonschema.Draft7Validator(schema)

    def look(shown: Json) -> list[str]:
        told = [f"{error.json_path}: {error.message[:200]}" for error in types.iter_errors(shown)]
        for (where, name), (shortest, longest) in LIMITS.items():
            told += [
                f"{name} has {len(text)}" for text in texts(shown, where, name) if not shortest <= len(text) <= longest
            ]
        commands = shown["features"]["slash_commands"]
        told += [f"no stroke: {each['command']}" for each in commands if not each["command"].startswith("/")]
        if not shown["settings"]["socket_mode_enabled"]:
            told += [f"no url: {each['command']}" for each in commands if "url" not in each]
        return told

    return look


def limit(schema: object) -> None:
    """Where Slack's comment on a text says how long it may be, the schema says so too."""
    if isinstance(schema, dict):
        said = LONGEST.search(str(schema.get("description")))
        if said and schema.get("type") == "string":
            schema["maxLength"] = int(said[1])
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        limit(inner)


def texts(found: object, where: str, name: str) -> Iterator[str]:
    if isinstance(found, dict):
        for key, inner in found.items():
            if key == where:
                yield from (each[name] for each in (inner if isinstance(inner, list) else [inner]) if name in each)
            yield from texts(inner, where, name)


@pytest.mark.parametrize("shown", [app(), app(None), app(command="praat")], ids=["http", "socket", "own command"])
def test_slack_would_take_it(shown: Json, inspect: Callable[[Json], list[str]]) -> None:
    assert inspect(shown) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda shown: shown.update(nonsense=True),
        lambda shown: shown["features"].update(tab=True),
        lambda shown: shown["oauth_config"]["scopes"]["bot"].append("read:everything"),
        lambda shown: shown["settings"]["event_subscriptions"]["bot_events"].append("message.everywhere"),
        lambda shown: shown["display_information"].update(description="x" * 141),
        lambda shown: shown["display_information"].update(long_description="short"),
        lambda shown: shown["features"]["shortcuts"][0].update(name="x" * 25),
        lambda shown: shown["features"]["shortcuts"][0].update(description="x" * 151),
        lambda shown: shown["features"]["shortcuts"][0].update(type="everywhere"),
        lambda shown: shown["features"]["slash_commands"][0].update(command="spraak"),
        lambda shown: shown["features"]["slash_commands"][0].update(command="/" + "x" * 32),
        lambda shown: shown["features"]["slash_commands"][0].pop("url"),
        lambda shown: shown["features"]["slash_commands"][0].pop("description"),
    ],
)
def test_what_slack_would_refuse_is_noticed(
    spoil: Callable[[Json], object], inspect: Callable[[Json], list[str]]
) -> None:
    shown = app()
    spoil(shown)
    assert inspect(shown) != []


def test_it_asks_for_the_scopes_that_are_used_and_no_others() -> None:
    sources = [path.read_text() for path in sorted(Path(made.__file__).parent.glob("*.py"))]
    called = {named or method.replace("_", ".", 1) for text in sources for named, method in CALLED.findall(text)}
    camel = {re.sub(r"_(\w)", lambda letter: letter[1].upper(), method) for method in called} - {"api.call"}
    camel = {method.replace("connectionsOpen", "connections.open") for method in camel}
    assert camel <= set(NEEDS)
    used = {scope for method in camel for scope in NEEDS[method]}
    assert set(made.SCOPES) == used | {"commands"}
    assert app()["oauth_config"]["scopes"]["bot"] == list(made.SCOPES)
    assert set(made.SCOPES) > made.INDISPENSABLE


def test_it_wants_to_hear_of_all_that_is_translated_and_of_nothing_else() -> None:
    kinds = {"C": "message.channels", "G": "message.groups", "D": "message.im"}
    translated = set()
    for name in NAMES:
        body = payload(name)
        if body.get("type") == "event_callback" and translate(body, NOW) is not None:
            event = body["event"]
            translated.add(kinds[event["channel"][0]] if event["type"] == "message" else event["type"])
    assert translated | {"message.groups", "group_deleted", "group_unarchive"} == set(made.EVENTS)
    assert app()["settings"]["event_subscriptions"]["bot_events"] == list(made.EVENTS)


def test_what_it_offers_in_menus_is_answered() -> None:
    shown = app()["features"]
    for name in ("shortcut__check", "message_action__check"):
        for each in shown["shortcuts"]:
            asked = translate(payload(name) | {"callback_id": each["callback_id"]}, NOW)
            assert isinstance(asked, Command)
            assert routes.find(asked) is routes.COMMANDS[each["callback_id"]]


def test_a_draft_is_a_global_shortcut_and_what_is_done_on_a_message_a_message_shortcut() -> None:
    offered = {each["callback_id"]: each["type"] for each in app()["features"]["shortcuts"]}
    assert offered == {"check": "global", **dict.fromkeys(FILED, "message")}


def test_over_http_every_address_is_the_same() -> None:
    for given in (HERE, HERE + "/", HERE + "/slack/events"):
        shown = app(given)
        settings = shown["settings"]
        addresses = {
            *(each["url"] for each in shown["features"]["slash_commands"]),
            settings["event_subscriptions"]["request_url"],
            settings["interactivity"]["request_url"],
        }
        assert addresses == {HERE + "/slack/events"}
        assert not settings["socket_mode_enabled"]


def test_over_a_socket_there_is_no_address() -> None:
    shown = app(None)
    assert shown["settings"]["socket_mode_enabled"]
    assert "https:" not in json.dumps(shown)


def test_another_command_takes_the_place_of_the_usual_ones() -> None:
    assert [each["command"] for each in app()["features"]["slash_commands"]] == ["/samenspraak", "/spraak"]
    for name in ("praat", "/praat"):
        assert [each["command"] for each in app(command=name)["features"]["slash_commands"]] == ["/praat"]
    assert all(each["should_escape"] for each in app()["features"]["slash_commands"])


@pytest.mark.parametrize("name", ["feedback", "Praat", "een twee", "/", "x" * 32])
def test_a_command_that_slack_refuses_is_refused_here(name: str) -> None:
    with pytest.raises(ClickException, match=f"/{name.removeprefix('/')}"):
        made.manifest(HERE, name)


@pytest.mark.parametrize("url", ["http://bot.example.com", "bot.example.com", "https://"])
def test_an_address_that_slack_cannot_use_is_refused(url: str) -> None:
    with pytest.raises(ClickException, match="https://HOST"):
        made.manifest(url)


def test_the_command_line_prints_it_or_writes_it(tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["manifest", "slack", "--url", HERE])
    assert (printed.exit_code, yaml.safe_load(printed.stdout)) == (0, app())
    written = CliRunner().invoke(main, ["manifest", "slack", "--socket", "-o", str(tmp_path / "app.yaml")])
    assert (written.exit_code, written.stdout) == (0, "")
    assert yaml.safe_load((tmp_path / "app.yaml").read_text()) == app(None)


def test_the_command_is_the_one_that_serve_is_set_to() -> None:
    printed = CliRunner().invoke(main, ["manifest", "slack", "--url", HERE], env={"SAMENSPRAAK_COMMAND": "praat"})
    assert yaml.safe_load(printed.stdout) == app(command="praat")
    assert printed.stderr == ""
    differs = CliRunner().invoke(main, ["manifest", "slack", "--url", HERE, "--command", "/praat"])
    assert yaml.safe_load(differs.stdout) == app(command="praat")
    assert "SAMENSPRAAK_COMMAND=praat" in differs.stderr


@pytest.mark.parametrize("arguments", [[], ["--socket", "--url", HERE]])
def test_how_slack_reaches_the_bot_must_be_said(arguments: list[str]) -> None:
    refused = CliRunner().invoke(main, ["manifest", "slack", *arguments])
    assert refused.exit_code == 2
    assert "--socket" in refused.stderr
