"""The app package is one that Teams takes, and offers exactly what the bot answers, in both languages."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click import ClickException
from click.testing import CliRunner
from jsonschema.validators import validator_for
from node_tools import PROJECT, node

from bot.__main__ import main
from bot.teams.manifest import PERMISSIONS, UNLISTED, package
from handlers import routes
from prompts import phrasebook

Json = dict[str, Any]
FILED = ("feedback", "promise", "request", "warning", "complaint")
"""What can be made of a message."""

APP = "12345678-90ab-cdef-1234-567890abcdef"
SITE = "https://bouwlicht.example/samenspraak"


def packed(*, preview: bool = False, **more: str) -> zipfile.ZipFile:
    made = package(APP, SITE, developer="Bouwlicht", preview=preview, **more)
    return zipfile.ZipFile(io.BytesIO(made))


def content(archive: zipfile.ZipFile, name: str = "manifest.json") -> Json:
    return dict(json.loads(archive.read(name)))


@pytest.fixture(scope="session")
def inspect() -> Callable[[Json], list[str]]:
    """Says what is wrong with a file of the package, by the schema that it names itself; these come from Microsoft."""
    node()

    def look(shown: Json) -> list[str]:
        version, name = shown["$schema"].split("/")[-2:]
        folder = PROJECT / "node_modules/@microsoft/app-manifest/build/json-schemas/teams"
        schema = json.loads((folder / version / name).read_text())
        return [
            f"{error.json_path}: {error.message[:200]}" for error in validator_for(schema)(schema).iter_errors(shown)
        ]

    return look


@pytest.mark.parametrize("preview", [False, True])
def test_teams_would_take_it(preview: bool, inspect: Callable[[Json], list[str]]) -> None:
    archive = packed(preview=preview)
    assert archive.testzip() is None
    assert {name: inspect(content(archive, name)) for name in archive.namelist() if name.endswith(".json")} == {
        "manifest.json": [],
        "nl.json": [],
    }


@pytest.mark.parametrize(
    "spoil",
    [
        lambda shown: shown.update(nonsense=True),
        lambda shown: shown.update(id="samenspraak"),
        lambda shown: shown["description"].update(short="x" * 81),
        lambda shown: shown["bots"][0].update(supportsTargetedMessages=True),
        lambda shown: shown["bots"][0]["commandLists"][0].update(triggers=["slash"]),
        lambda shown: shown["bots"][0]["commandLists"][0]["commands"].extend([{"title": "x", "description": "x"}] * 12),
        lambda shown: shown["composeExtensions"][0]["commands"][0].update(title="x" * 33),
        lambda shown: shown["composeExtensions"][0]["commands"][0].update(context=["everywhere"]),
        lambda shown: shown["developer"].update(privacyUrl="ftp://bouwlicht.example"),
        lambda shown: shown.pop("icons"),
    ],
)
def test_what_teams_would_refuse_is_noticed(
    spoil: Callable[[Json], object], inspect: Callable[[Json], list[str]]
) -> None:
    shown = content(packed())
    spoil(shown)
    assert inspect(shown) != []


def test_it_can_be_at_home_in_shared_channels() -> None:
    shown = content(packed())
    assert float(shown["manifestVersion"]) >= 1.25
    assert shown["supportsChannelFeatures"] == "tier1"
    assert shown["bots"][0]["scopes"] == ["personal", "team", "groupChat"]
    asked = shown["authorization"]["permissions"]["resourceSpecific"]
    assert [each["name"] for each in asked] == list(PERMISSIONS)
    assert {each["type"] for each in asked} == {"Application"}
    assert shown["webApplicationInfo"]["id"] == shown["bots"][0]["botId"] == shown["id"] == APP


def test_only_the_preview_has_what_most_tenants_refuse() -> None:
    usual, preview = content(packed()), content(packed(preview=True))
    assert "supportsTargetedMessages" not in json.dumps(usual)
    assert "triggers" not in json.dumps(usual)
    assert preview["bots"][0]["supportsTargetedMessages"]
    assert [each["triggers"] for each in preview["bots"][0]["commandLists"]] == [
        ["mention"],
        ["mention", "slash"],
        ["slash"],
    ]
    assert preview["composeExtensions"][0]["commands"][0]["triggers"] == ["slash"]
    assert float(preview["manifestVersion"]) >= 1.29


def lists(archive: zipfile.ZipFile, language: str) -> list[tuple[Json, list[str]]]:
    """Each list of commands, with the abilities that its words name in this language."""
    listed = content(archive)["bots"][0]["commandLists"]
    titles = [[each["title"] for each in one["commands"]] for one in listed]
    if language != "en":
        said = content(archive, f"{language}.json")
        titles = [
            [said[f"bots[0].commandLists[{place}].commands[{number}].title"] for number in range(len(words))]
            for place, words in enumerate(titles)
        ]
    return [(one, [routes.words()[title] for title in words]) for one, words in zip(listed, titles, strict=True)]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_command_is_offered_in_both_languages_and_answered(language: str) -> None:
    (chat, for_you), (channel, for_all) = lists(packed(), language)
    assert (chat["scopes"], channel["scopes"]) == (["personal"], ["team", "groupChat"])
    assert {*for_you, *for_all, *UNLISTED} == set(routes.COMMANDS)
    assert {*for_you} & {*for_all} == {"help"}


def test_where_everyone_reads_what_is_asked_nothing_private_is_offered() -> None:
    for preview in (False, True):
        for offered, abilities in lists(packed(preview=preview), "en"):
            public = "team" in offered["scopes"] and offered.get("triggers") != ["slash"]
            assert not public or not any(routes.COMMANDS[ability].for_you for ability in abilities)
    assert routes.COMMANDS["check"].for_you


def test_in_the_preview_all_can_be_asked_in_a_channel_unseen_by_others() -> None:
    *_, (offered, abilities) = lists(packed(preview=True), "nl")
    assert (offered["scopes"], offered["triggers"]) == (["team", "groupChat"], ["slash"])
    assert "check" in abilities


def test_what_it_offers_where_one_writes_and_on_a_message_is_answered() -> None:
    archive = packed()
    offered = content(archive)["composeExtensions"][0]["commands"]
    assert {each["id"]: each["context"] for each in offered} == {
        "check": ["compose"],
        **{key: ["message"] for key in FILED},
    }
    assert all(each["fetchTask"] and each["id"] in routes.COMMANDS for each in offered)
    dutch = content(archive, "nl.json")
    assert dutch["composeExtensions[0].commands[0].title"] == "Kijk eerst even mee"
    assert dutch["composeExtensions[0].commands[1].title"] == "Maak er feedback van"
    assert dutch["composeExtensions[0].commands[2].title"] == "Maak het een toezegging"


def test_only_where_one_writes_a_slash_brings_it_up() -> None:
    offered = content(packed(preview=True))["composeExtensions"][0]["commands"]
    assert {each["id"]: "triggers" in each for each in offered} == {"check": True, **dict.fromkeys(FILED, False)}


def test_the_translation_has_every_text_of_the_manifest() -> None:
    archive = packed()
    said = content(archive, "nl.json")
    book = phrasebook("nl").table("manifest")
    assert said["description.short"] == book["app"]["short"] != content(archive)["description"]["short"]
    offered = sum(len(abilities) for _, abilities in lists(archive, "nl"))
    texts = 4 + 2 * offered + 2 * len(content(archive)["composeExtensions"][0]["commands"])
    assert len(said) == 1 + texts


def test_the_icons_are_what_teams_asks_for() -> None:
    archive = packed()
    icons = content(archive)["icons"]
    for name, size in (("color", 192), ("outline", 32)):
        image = archive.read(icons[name])
        assert image.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", image[16:24]) == (size, size)
    with_alpha = archive.read(icons["outline"])[24:26]
    assert with_alpha == b"\x08\x06"


def test_made_twice_it_is_the_same() -> None:
    assert package(APP, SITE, developer="B") == package(APP, SITE, developer="B")


def test_privacy_and_terms_can_be_pages_of_their_own() -> None:
    pages = content(packed(privacy=SITE + "/privacy"))["developer"]
    assert pages == {
        "name": "Bouwlicht",
        "websiteUrl": SITE,
        "privacyUrl": SITE + "/privacy",
        "termsOfUseUrl": SITE,
    }


@pytest.mark.parametrize(
    ("app", "url", "developer", "says"),
    [
        ("samenspraak", SITE, "Bouwlicht", "MICROSOFT_APP_ID"),
        (APP + "0", SITE, "Bouwlicht", "MICROSOFT_APP_ID"),
        (APP, "http://bouwlicht.example", "Bouwlicht", "https://"),
        (APP, "https://", "Bouwlicht", "https://"),
        (APP, SITE, "B" * 33, "32 characters"),
    ],
)
def test_what_teams_refuses_is_refused_here(app: str, url: str, developer: str, says: str) -> None:
    with pytest.raises(ClickException, match=says):
        package(app, url, developer=developer)


def test_the_command_line_writes_it_and_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["manifest", "teams", "--url", SITE]
    written = CliRunner().invoke(main, arguments, env={"MICROSOFT_APP_ID": APP})
    assert (written.exit_code, written.stderr) == (0, "Written to samenspraak-teams.zip.\n")
    assert zipfile.ZipFile("samenspraak-teams.zip").testzip() is None
    refused = CliRunner().invoke(main, arguments, env={"MICROSOFT_APP_ID": None})
    assert refused.exit_code == 2
    assert "--app-id" in refused.stderr
