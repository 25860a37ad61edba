"""The app package for Teams: made of the routes that the code serves, so that what Teams offers is answered."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import click

from handlers.phrases import menus, word
from handlers.routes import COMMANDS

SCHEMA, SCHEMA_OF_PREVIEW = "1.25", "1.29"
"""The oldest in which shared channels can be supported, and the oldest that knows targeted messages."""
LANGUAGE, TRANSLATIONS = "en", ("nl",)
SCOPES = ["personal", "team", "groupChat"]
PERMISSIONS = {
    "ChannelMessage.Read.Group": "reading along in the channels of a team",
    "ChatMessage.Read.Chat": "reading along in a group chat",
    "ChannelMember.Read.Group": "knowing who is in a shared or private channel",
    "TeamMember.Read.Group": "knowing who is in a team",
}
"""What the owner of a team or chat agrees to when they add the app, and which ability needs it."""
LONGEST_DEVELOPER = 32
ICONS = ("color.png", "outline.png")
_GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_CONTEXTS = {"draft": ["compose"], "message": ["message"]}
_ALWAYS = (2020, 1, 1, 0, 0, 0)


def package(
    app_id: str,
    url: str,
    *,
    developer: str,
    privacy: str | None = None,
    terms: str | None = None,
    preview: bool = False,
) -> bytes:
    """The zip to upload: the manifest in English, its Dutch translation and two icons.

    `app_id` is that of the Entra app; `url`, `privacy` and `terms` are https:// pages of `developer`, who runs the bot.
    The preview has slash commands and messages that one person sees in place, where a tenant has them. Made twice, it
    is the same. Raises ClickException for what Teams would refuse.
    """
    if not _GUID.fullmatch(app_id):
        raise click.ClickException(
            "The app id is no id such as 12345678-90ab-cdef-1234-567890abcdef: take the "
            "Application (client) ID of your Entra app, with --app-id or MICROSOFT_APP_ID."
        )
    if not 1 <= len(developer) <= LONGEST_DEVELOPER:
        raise click.ClickException(f"The name of the developer has {LONGEST_DEVELOPER} characters at most.")
    pages = [url, privacy or url, terms or url]
    for page in pages:
        if not page.startswith("https://") or not urlsplit(page).hostname:
            raise click.ClickException(f"{page} is no https:// address, and Teams takes no other.")
    content = {"manifest.json": _written(manifest(app_id, pages, developer, preview=preview))}
    content |= {f"{tag}.json": _written(translation(tag, preview=preview)) for tag in TRANSLATIONS}
    content |= {name: files(__package__).joinpath(name).read_bytes() for name in ICONS}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name, _ALWAYS), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def manifest(app_id: str, pages: list[str], developer: str, *, preview: bool) -> dict[str, Any]:
    """What stands in manifest.json; `pages` are the website, the privacy statement and the terms of use."""
    said = menus(LANGUAGE)
    numbers = re.findall(r"\d+", version("samenspraak"))[:3]
    return {
        "$schema": _schema("MicrosoftTeams", preview=preview),
        "manifestVersion": SCHEMA_OF_PREVIEW if preview else SCHEMA,
        "version": ".".join(numbers),
        "id": app_id,
        "developer": dict(zip(("name", "websiteUrl", "privacyUrl", "termsOfUseUrl"), (developer, *pages), strict=True)),
        "localizationInfo": {
            "defaultLanguageTag": LANGUAGE,
            "additionalLanguages": [{"languageTag": tag, "file": f"{tag}.json"} for tag in TRANSLATIONS],
        },
        "name": {"short": "Samenspraak", "full": "Samenspraak"},
        "description": dict(said["app"]),
        "icons": {"color": ICONS[0], "outline": ICONS[1]},
        "accentColor": "#1d6b60",
        "bots": [
            {
                "botId": app_id,
                "scopes": SCOPES,
                **({"supportsTargetedMessages": True} if preview else {}),
                "commandLists": [
                    {
                        **({"triggers": triggers} if preview else {}),
                        "scopes": scopes,
                        "commands": [
                            {"title": word(LANGUAGE, ability), "description": said["commands"][ability]}
                            for ability in abilities
                        ],
                    }
                    for scopes, triggers, abilities in _lists(preview=preview)
                ],
            }
        ],
        "composeExtensions": [
            {
                "botId": app_id,
                "commands": [
                    {
                        "id": ability,
                        "type": "action",
                        **({"triggers": ["slash"]} if preview and kind == "draft" else {}),
                        "title": said["menu"][ability]["name"],
                        "description": said["menu"][ability]["description"],
                        "context": _CONTEXTS[kind],
                        "fetchTask": True,
                    }
                    for ability, kind in _in_menus()
                ],
            }
        ],
        "webApplicationInfo": {"id": app_id, "resource": f"api://botid-{app_id}"},
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": name, "type": "Application"} for name in PERMISSIONS]}
        },
        "supportsChannelFeatures": "tier1",
        "defaultInstallScope": "team",
        "validDomains": [],
    }


def translation(language: str, *, preview: bool) -> dict[str, str]:
    """What stands in the file of another language: the same texts, by where they stand in the manifest."""
    said = menus(language)
    texts = {
        "name.short": "Samenspraak",
        "name.full": "Samenspraak",
        "description.short": said["app"]["short"],
        "description.full": said["app"]["full"],
    }
    for place, (_, _, abilities) in enumerate(_lists(preview=preview)):
        for number, ability in enumerate(abilities):
            here = f"bots[0].commandLists[{place}].commands[{number}]"
            texts |= {f"{here}.title": word(language, ability), f"{here}.description": said["commands"][ability]}
    for number, (ability, _) in enumerate(_in_menus()):
        here = f"composeExtensions[0].commands[{number}]"
        menu = said["menu"][ability]
        texts |= {f"{here}.title": menu["name"], f"{here}.description": menu["description"]}
    return {"$schema": _schema("MicrosoftTeams.Localization", preview=preview), **texts}


UNLISTED = ("language", "zone", "end")
"""Asked for seldom, and with a button behind help or on one's own page: a list holds twelve commands at most."""


def _schema(name: str, *, preview: bool) -> str:
    number = SCHEMA_OF_PREVIEW if preview else SCHEMA
    return f"https://developer.microsoft.com/json-schemas/teams/v{number}/{name}.schema.json"


def _lists(*, preview: bool) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Which commands are offered in which scopes, and how they are asked there."""
    for_you = [ability for ability, route in COMMANDS.items() if route.for_you]
    others = [ability for ability in COMMANDS if ability not in (*for_you, *UNLISTED)]
    yield ["personal"], ["mention"], [*(each for each in for_you if each not in UNLISTED), "help"]
    # Everyone reads what mentions the bot; a slash command, only the bot.
    yield ["team", "groupChat"], ["mention", "slash"], others
    if preview:
        yield ["team", "groupChat"], ["slash"], [each for each in for_you if each not in UNLISTED]


def _in_menus() -> list[tuple[str, str]]:
    return [(ability, route.menu) for ability, route in COMMANDS.items() if route.menu]


def _written(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=2, ensure_ascii=False).encode()
