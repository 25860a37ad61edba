"""Reads a Slack export, of any plan and age, one day-file at a time: what people wrote, and nothing else."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.scan.archive import Broken, File, NotAnExport, load, opened, printable
from bot.scan.people import People, domain_of, home_of, people_in
from bot.slack.markup import plain

DAY_LIMIT = 64 * 2**20
"""Bytes of one day of one channel. More is no conversation but a bomb."""
INDEX_LIMIT = 256 * 2**20
"""Bytes of users.json and its like, which hold a whole organisation."""

_DAY = re.compile(r"(.+)/\d{4}-\d\d-\d\d\.json", re.ASCII)
_DIRECT = re.compile(r"(mpdm-.*|D[A-Z0-9]{7,})", re.ASCII)
_SAID = {"", "file_share", "thread_broadcast", "me_message"}
# Until 2018 Slack itself wrote the text of an upload, and the author's words stood behind it.
_UPLOAD = re.compile(r"<@\w+(?:\|[^>]*)?> (?:uploaded|shared) (?:a|an) [\w ]+: <[^>]*>(?: and commented: (.*))?", re.S)


@dataclass(frozen=True)
class Written:
    """One message as it reads now. `thread` is the id of the message it replies to, None in the channel itself.

    `team` is the author's home workspace, None when unknown or for a guest; `domain` that of the e-mail address.
    `opens` says that there are replies to it.
    """

    channel: str
    id: str
    ts: datetime
    author: str
    team: str | None
    domain: str | None
    text: str
    thread: str | None = None
    opens: bool = False


def read(
    path: Path,
    problems: Callable[[str], None],
    skipped: Counter[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Written]:
    """Everything people wrote, channel after channel, each in the order of its day-files and in time order within.

    Direct messages are not read: the coach is only ever in channels. A broken file is named to `problems` and left
    out; `skipped` counts by reason what was left out; `progress` is told the bytes done and the bytes in all, after
    each day-file. Raises NotAnExport.
    """
    skipped = Counter() if skipped is None else skipped
    with opened(path, problems) as files:
        index = _Index(problems, skipped)
        channels = _channels(files, index, path)
        people = _people(files, index)
        total = sum(file.size for days in channels.values() for file in days)
        done = 0
        for channel, days in channels.items():
            for file in days:
                yield from _day(index.open(file, DAY_LIMIT), channel, people, skipped)
                done += file.size
                if progress:
                    progress(done, total)


@dataclass(frozen=True)
class _Index:
    problems: Callable[[str], None]
    skipped: Counter[str]

    def open(self, file: File, limit: int) -> list[Mapping[str, object]]:
        """The objects listed in the file; none when it is broken, which is told."""
        try:
            content = load(file, limit)
            if not isinstance(content, list):
                raise Broken("is not a list")
        except Broken as reason:
            self.problems(f"{printable(file.name)}: {reason}, skipped")
            self.skipped["broken_files"] += 1
            return []
        return [row for row in content if isinstance(row, dict)]


def _people(files: Mapping[str, File], index: _Index) -> People:
    lists = [file for name, file in files.items() if name.rpartition("/")[2] in ("users.json", "org_users.json")]
    if not lists:
        index.problems("users.json: not there, so sides are known only from what the messages themselves tell")
    return people_in(row for file in lists for row in index.open(file, INDEX_LIMIT))


def _channels(files: Mapping[str, File], index: _Index, path: Path) -> dict[str, list[File]]:
    """The day-files of each channel, oldest first, under the name by which people know the channel."""
    folders: dict[str, list[File]] = {}
    for name in sorted(files):
        if match := _DAY.fullmatch(name):
            folders.setdefault(match[1], []).append(files[name])
    if not folders:
        raise NotAnExport(
            f"{path} is not a Slack export: looked for CHANNEL/YYYY-MM-DD.json in it, and found none"
            + (" (it does have users.json, but no conversation)" if "users.json" in files else "")
        )
    names, direct = _conversations(files, index)
    known = {folder: names.get(folder.rpartition("/")[2], folder.rpartition("/")[2]) for folder in folders}
    often = Counter(known.values())
    channels: dict[str, list[File]] = {}
    for folder, days in folders.items():
        last = folder.rpartition("/")[2]
        if last in direct or _DIRECT.fullmatch(last):
            index.skipped["direct_conversations"] += 1
            continue
        # Several workspaces may each have their #general.
        name = known[folder] if often[known[folder]] == 1 else folder
        channels.setdefault(printable(name), []).extend(days)
    return channels


def _conversations(files: Mapping[str, File], index: _Index) -> tuple[dict[str, str], set[str]]:
    """Channel names by id, and the folder names of direct conversations."""
    names: dict[str, str] = {}
    direct: set[str] = set()
    for path, file in files.items():
        kind = path.rpartition("/")[2]
        if kind not in ("channels.json", "groups.json", "dms.json", "mpims.json"):
            continue
        for row in index.open(file, INDEX_LIMIT):
            id_, name = _text(row.get("id")), _text(row.get("name"))
            if kind in ("dms.json", "mpims.json"):
                direct.update(filter(None, (id_, name)))
            elif id_ and name:
                names[id_] = name
    return names, direct


def _day(rows: list[Mapping[str, object]], channel: str, people: People, skipped: Counter[str]) -> Iterator[Written]:
    told = _told(rows)
    found: dict[tuple[str, str], Written] = {}
    for row in rows:
        written = _written(row, channel, people, told, skipped)
        if written and written.id in told.deleted:
            skipped["deleted"] += 1
        elif written:
            found[written.id, written.author] = written
    yield from sorted(found.values(), key=lambda written: written.ts)


@dataclass(frozen=True)
class _Told:
    """What the rows of a day tell about other messages than their own. All by id."""

    latest: Mapping[str, str]
    """Text after the last change: exports with an edit log tell changes in rows of their own."""
    deleted: frozenset[str]
    answered: frozenset[str]
    """There are replies to it; exports of some tools do not mark that on the message itself."""


def _told(rows: list[Mapping[str, object]]) -> _Told:
    latest: dict[str, str] = {}
    for row in rows:
        message = row.get("message")
        if row.get("subtype") == "message_changed" and isinstance(message, dict):
            latest[str(message.get("ts"))] = _text(message.get("text"))
    deleted = frozenset(str(row.get("deleted_ts")) for row in rows if row.get("subtype") == "message_deleted")
    return _Told(latest, deleted, frozenset(_text(row.get("thread_ts")) for row in rows))


def _written(
    row: Mapping[str, object], channel: str, people: People, told: _Told, skipped: Counter[str]
) -> Written | None:
    author, id_, subtype = _text(row.get("user")), str(row.get("ts")), _text(row.get("subtype"))
    if row.get("bot_id") or subtype == "bot_message" or author in people.bots:
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
    text = plain(_own_words(row, told.latest.get(id_))).strip()
    if not text:
        skipped["without_text"] += 1
        return None
    thread = _text(row.get("thread_ts")) or None
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


def _own_words(row: Mapping[str, object], changed: str | None) -> str:
    text = _text(row.get("text")) if changed is None else changed
    if row.get("subtype") == "file_share" and (upload := _UPLOAD.fullmatch(text)):
        file = row.get("file")
        comment = file.get("initial_comment") if isinstance(file, dict) else None
        return (_text(comment.get("comment")) if isinstance(comment, dict) else "") or upload[1] or ""
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    # Half an emoji is legal in JSON, but nothing can be done with it.
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
