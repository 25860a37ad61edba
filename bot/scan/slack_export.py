"""Reads a Slack export, of any plan and age, one day-file at a time: what people wrote, and nothing else."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.scan.archive import Broken, File, content_of, printable
from bot.scan.people import People, domain_of, home_of, people_in
from bot.scan.telling import Telling
from bot.scan.written import Written, safe
from bot.slack.markup import plain
from bot.slack.rich_text import words

DAY_LIMIT = 64 * 2**20
"""Bytes of one day of one channel. More is no conversation but a bomb."""
INDEX_LIMIT = 256 * 2**20
"""Bytes of channels.json and its like."""

_DAY = re.compile(r"(.+)/\d{4}-\d\d-\d\d\.json", re.ASCII)
_DIRECT = re.compile(r"(mpdm-.*|D[A-Z0-9]{7,})", re.ASCII)
# What people wrote beside a canvas stands in a folder of its own; a colon in its name does not survive every unzipper.
_CANVAS = re.compile(r"FC[:_]F[A-Z0-9]{7,}(?:[:_].*)?", re.ASCII)
_SAID = {"", "file_share", "thread_broadcast", "me_message", "file_comment"}
_LOGGED = (b'"message_changed"', b'"message_deleted"')
# Until 2018 Slack itself wrote the text of an upload, and the author's words stood behind it.
_UPLOAD = re.compile(r"<@\w+(?:\|[^>]*)?> (?:uploaded|shared) (?:a|an) [\w ]+: <[^>]*>(?: and commented: (.*))?", re.S)

Row = Mapping[str, object]


def slack_channels(files: Mapping[str, File], telling: Telling) -> dict[str, list[File]]:
    """The day-files of each channel, oldest first, under the name by which people know it; none: no Slack export."""
    folders: dict[str, list[File]] = {}
    for name in sorted(files):
        if match := _DAY.fullmatch(name):
            folders.setdefault(match[1], []).append(files[name])
    names, direct = _conversations(files, telling) if folders else ({}, set())
    known = {folder: names.get(folder.rpartition("/")[2], folder.rpartition("/")[2]) for folder in folders}
    often = Counter(known.values())
    channels: dict[str, list[File]] = {}
    for folder, days in folders.items():
        last = folder.rpartition("/")[2]
        if last in direct or _DIRECT.fullmatch(last):
            telling.skipped["direct_conversations"] += 1
        elif _CANVAS.fullmatch(last):
            telling.skipped["canvas_comments"] += 1
        else:
            # Several workspaces may each have their #general.
            name = known[folder] if often[known[folder]] == 1 else folder
            channels.setdefault(printable(unicodedata.normalize("NFC", safe(name))), []).extend(days)
    return channels


def is_slack(files: Mapping[str, File]) -> bool:
    """Whether there is any day of any conversation."""
    return any(map(_DAY.fullmatch, files))


def read_slack(files: Mapping[str, File], telling: Telling) -> Iterator[Written]:
    """Everything people wrote in channels; progress is told after each day-file."""
    channels = slack_channels(files, telling)
    people = _people(files, telling)
    total = sum(file.size for days in channels.values() for file in days)
    done = 0
    for channel, days in channels.items():
        later = _told_elsewhere(days)
        for file in days:
            yield from _day(telling.listed(file, DAY_LIMIT), channel, people, later, telling.skipped)
            done += file.size
            telling.progress(done, total)


def _people(files: Mapping[str, File], telling: Telling) -> People:
    lists = [file for name, file in files.items() if name.rpartition("/")[2] in ("users.json", "org_users.json")]
    if not lists:
        telling.problems("users.json: not there, so sides are known only from what the messages themselves tell")
    return people_in(row for file in lists for row in telling.streamed(file))


def _conversations(files: Mapping[str, File], telling: Telling) -> tuple[dict[str, str], set[str]]:
    """Channel names by id, and the folder names of direct conversations."""
    names: dict[str, str] = {}
    direct: set[str] = set()
    for path, file in files.items():
        kind = path.rpartition("/")[2]
        if kind not in ("channels.json", "groups.json", "dms.json", "mpims.json"):
            continue
        for row in telling.listed(file, INDEX_LIMIT):
            id_, name = safe(row.get("id")), safe(row.get("name"))
            if kind in ("dms.json", "mpims.json"):
                direct.update(filter(None, (id_, name)))
            elif id_ and name:
                names[id_] = name
    return names, direct


@dataclass(frozen=True)
class _Told:
    """What rows tell about other messages than their own. All by id."""

    latest: Mapping[str, str]
    """Text after the last change: exports with an edit log tell changes in rows of their own."""
    deleted: frozenset[str]
    answered: frozenset[str]
    """There are replies to it; exports of some tools do not mark that on the message itself."""


def _told(rows: list[Row]) -> _Told:
    latest: dict[str, str] = {}
    for row in rows:
        message = row.get("message")
        if row.get("subtype") == "message_changed" and isinstance(message, dict):
            latest[str(message.get("ts"))] = _words(message)
    deleted = frozenset(str(row.get("deleted_ts")) for row in rows if row.get("subtype") == "message_deleted")
    return _Told(latest, deleted, frozenset(safe(row.get("thread_ts")) for row in rows))


def _told_elsewhere(days: list[File]) -> _Told:
    """What was changed or deleted on another day than it was written: the log of that stands in the later file."""
    latest: dict[str, str] = {}
    deleted: set[str] = set()
    for file in days:
        try:
            data = content_of(file, DAY_LIMIT)
        except Broken:
            # Named when it is its turn to be read.
            continue
        if any(mark in data for mark in _LOGGED):
            rows = Telling(lambda problem: None, Counter(), lambda done, total: None).listed(file, DAY_LIMIT)
            told, here = _told(rows), {str(row.get("ts")) for row in rows}
            latest |= {id_: text for id_, text in told.latest.items() if id_ not in here}
            deleted |= told.deleted - here
    return _Told(latest, frozenset(deleted), frozenset())


def _day(rows: list[Row], channel: str, people: People, later: _Told, skipped: Counter[str]) -> Iterator[Written]:
    told = _told(rows)
    told = _Told(
        {**told.latest, **later.latest} if later.latest else told.latest, told.deleted | later.deleted, told.answered
    )
    found: dict[tuple[str, str], Written] = {}
    for row in rows:
        written = _written(row, channel, people, told, skipped)
        if written and written.id in told.deleted:
            skipped["deleted"] += 1
        elif written:
            found[written.id, written.author] = written
    yield from sorted(found.values(), key=lambda written: written.ts)


def _written(row: Row, channel: str, people: People, told: _Told, skipped: Counter[str]) -> Written | None:
    author, id_, subtype = _author(row), str(row.get("ts")), safe(row.get("subtype"))
    if row.get("bot_id") or row.get("bot_profile") or subtype == "bot_message" or author in people.bots:
        skipped["bots"] += 1
        return None
    if row.get("type") not in (None, "message") or subtype not in _SAID or row.get("hidden") or not author:
        skipped["notices"] += 1
        return None
    try:
        at = datetime.fromtimestamp(float(id_), UTC)
    except (ValueError, OverflowError, OSError):
        skipped["without_time"] += 1
        return None
    text = (told.latest[id_] if id_ in told.latest else _words(row)).strip()
    if not text:
        skipped["without_text"] += 1
        return None
    thread = safe(row.get("thread_ts")) or None
    profile = row.get("user_profile")
    profile = profile if isinstance(profile, dict) else {}
    return Written(
        channel=channel,
        id=id_,
        ts=at,
        author=author,
        team=home_of(row, profile, people.known.get(author)),
        domain=domain_of(profile) or (people.known[author].domain if author in people.known else None),
        text=text,
        thread=None if thread == id_ else thread,
        opens=id_ in told.answered or bool(row.get("reply_count") or row.get("replies")),
    )


def _author(row: Row) -> str:
    comment = row.get("comment")
    return safe(row.get("user")) or (safe(comment.get("user")) if isinstance(comment, dict) else "")


def _words(row: Row) -> str:
    """What the author typed, as plain text."""
    text = safe(row.get("text"))
    comment, file = row.get("comment"), row.get("file")
    if row.get("subtype") == "file_comment":
        return plain(safe(comment.get("comment"))) if isinstance(comment, dict) else ""
    if row.get("subtype") == "file_share" and (upload := _UPLOAD.fullmatch(text)):
        comment = file.get("initial_comment") if isinstance(file, dict) else None
        return plain((safe(comment.get("comment")) if isinstance(comment, dict) else "") or upload[1] or "")
    return plain(text) if text.strip() else safe(words(row.get("blocks")))
