"""Reads an export of Slack or of Microsoft Teams: what people wrote in channels, and nothing else."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bot.scan.archive import File, NotAnExport, opened
from bot.scan.slack_export import is_slack, read_slack
from bot.scan.teams_export import read_teams
from bot.scan.telling import Telling
from bot.scan.written import Written

__all__ = ["Written", "read"]

_INSTEAD = {
    ".pst": "an Outlook file",
    ".msg": "Outlook messages",
    ".eml": "e-mail messages",
    ".html": "transcripts",
    ".htm": "transcripts",
    ".txt": "text files",
}
"""What an export may hold in place of messages that can be read: nobody documents how these tell who wrote where."""


def read(
    path: Path,
    problems: Callable[[str], None],
    skipped: Counter[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Written]:
    """Everything people wrote, channel after channel. Of Slack in the order of its day-files and in time order within;
    of Teams in time order.

    Direct messages and chats are not read: the coach is only ever in channels. A broken file is named to `problems`
    and left out; `skipped` counts by reason what was left out; `progress` is told how much is done and how much there
    is in all. Raises NotAnExport.
    """
    telling = Telling(problems, Counter() if skipped is None else skipped, progress or (lambda done, total: None))
    with opened(path, problems) as files:
        if is_slack(files):
            yield from read_slack(files, telling)
            return
        messages = read_teams({name: file for name, file in files.items() if file.is_json}, telling)
        if messages is None:
            raise NotAnExport(_what_is_there(path, files))
        yield from messages


def _what_is_there(path: Path, files: Mapping[str, File]) -> str:
    looked = (
        f"{path} is not an export: looked for CHANNEL/YYYY-MM-DD.json of Slack, and for messages of Teams as Microsoft "
        "Graph gives them, and found neither"
    )
    if any(name.rpartition("/")[2] == "users.json" for name in files):
        return f"{looked} (it does have users.json, but no conversation)"
    for ending, what in _INSTEAD.items():
        if any(name.lower().endswith(ending) for name in files):
            return (
                f"{looked}. It holds {what} ({ending}), as Purview eDiscovery gives, or Slack for one person: those "
                "cannot be read. Choose JSON in Slack; of Teams, save what the Teams Export API of Microsoft Graph "
                "answers (teams/ID/channels/getAllMessages), with teams/ID/channels and teams/ID/members beside it"
            )
    return looked
