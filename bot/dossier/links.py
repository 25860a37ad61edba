"""Puts in a dossier where each item can be read again, on platforms that have addresses."""

from collections.abc import Mapping
from typing import Any

from bot.slack import links as slack
from bot.teams import links as teams


def link(where: Mapping[str, Any]) -> str | None:
    """The address of what an item began with; None where there is none that can be told from ids."""
    match where["platform"]:
        case "slack":
            return slack.link(where["channel"], where["thread"], where["message"])
        case "teams":
            return teams.link(where["team"], where["channel"], where["thread"], where["message"])
        case _:
            return None
