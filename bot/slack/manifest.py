"""The manifest of the Slack app: made of the routes that the code serves, so that what Slack offers is answered."""

from typing import Any

import click
import yaml

from bot.slack.command import fitting
from handlers.phrases import menus
from handlers.routes import COMMANDS

COMMANDS_BY_DEFAULT = ("samenspraak", "spraak")
SCOPES = {
    "commands": "slash commands and shortcuts",
    "chat:write": "everything it says",
    "im:write": "direct messages",
    "im:history": "questions typed in a direct message",
    "channels:history": "reading along in public channels",
    "groups:history": "reading along in private channels",
    "channels:read": "knowing who is in a public channel",
    "groups:read": "knowing who is in a private channel",
    "users:read": "knowing whose side somebody is on",
    "users:read.email": "knowing which organisation a guest is from",
    "team:read": "showing organisations by name",
    "dnd:read": "respecting do-not-disturb",
    "files:write": "files: meetings for calendars, and people their own data",
}
"""What the app may do in Slack, and which ability needs it."""
INDISPENSABLE = frozenset(SCOPES) - {"users:read.email", "team:read", "dnd:read", "files:write"}
"""Without the others it works too, and does something less well."""
EVENTS = (
    "app_home_opened",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "tokens_revoked",
)
"""What it wants to hear about: all that `receive` translates."""
_KINDS = {"draft": "global", "message": "message"}


def manifest(url: str | None, command: str | None = None) -> str:
    """The manifest as YAML, in English: Slack has no translations of it.

    `url` is where Slack finds the bot (https://HOST); without it the app uses Socket Mode. `command` replaces the two
    usual slash commands. Raises ClickException for what Slack would refuse.
    """
    try:
        names = (fitting(command),) if command else COMMANDS_BY_DEFAULT
    except ValueError as problem:
        raise click.ClickException(f"{problem}.") from problem
    return yaml.safe_dump(_app(names, _address(url)), sort_keys=False, allow_unicode=True, width=100)


def _app(names: tuple[str, ...], request: str | None) -> dict[str, Any]:
    said = menus("en")
    here = {"url": request} if request else {}
    there = {"request_url": request} if request else {}
    slash = {"description": said["slash"]["description"], "usage_hint": said["slash"]["hint"], "should_escape": True}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Samenspraak",
            "description": said["app"]["short"],
            "long_description": said["app"]["full"],
            "background_color": "#1d6b60",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "samenspraak", "always_online": True},
            "shortcuts": [
                {
                    "name": said["menu"][ability]["name"],
                    "type": _KINDS[route.menu],
                    "callback_id": ability,
                    "description": said["menu"][ability]["description"],
                }
                for ability, route in COMMANDS.items()
                if route.menu
            ],
            "slash_commands": [{"command": f"/{name}", **here, **slash} for name in names],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**there, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **there},
            "org_deploy_enabled": False,
            "socket_mode_enabled": request is None,
            "token_rotation_enabled": False,
        },
    }


def _address(url: str | None) -> str | None:
    if url is None:
        return None
    if not url.startswith("https://") or url == "https://":
        raise click.ClickException(
            f"{url} is no address that Slack can reach: give https://HOST, as the world sees it."
        )
    return url.rstrip("/").removesuffix("/slack/events") + "/slack/events"
