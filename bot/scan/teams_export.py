"""Reads what Microsoft Graph says of the channels of a team: chatMessage in pages, lists or lines, in any order."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.scan.archive import File, printable
from bot.scan.people import Person, domain_of
from bot.scan.telling import Telling
from bot.scan.written import Written, safe
from bot.teams.markup import plain

LONGEST = 16_000
"""Letters of HTML of one message that are read; the ear judges the first few thousand of what is left."""
_CACHE = 32 * 2**20
"""Bytes of messages that are put in order in memory; the rest is put in order on disk."""

_GUEST = re.compile(r".+_([^_#@]+)#EXT#@", re.I)
_EPOCH = re.compile(r"/Date\((-?\d{1,15})\)/")
_BATCH = 2_000

_TABLE = """
create table said (
    channel integer, id text, version real, at real, author text, tenant text, words text, thread text, without text,
    primary key (channel, id)
)
"""
_KEEP = """
insert into said values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
    version = excluded.version, at = excluded.at, author = excluded.author, tenant = excluded.tenant,
    words = excluded.words, thread = excluded.thread, without = excluded.without
where excluded.version >= version
"""
_IN_ORDER = """
select channel, id, at, author, tenant, words, thread, exists (
    select 1 from said reply where reply.channel = said.channel and reply.thread = said.id and reply.without = ''
) from said where without = '' order by channel, at, id
"""


def read_teams(files: Mapping[str, File], telling: Telling) -> Iterator[Written] | None:
    """Everything people wrote in channels, in time order within each; None when there is no message of Teams.

    Messages come from Graph in any order and more than once, so they are put in order in a private temporary database
    of which nothing is left afterwards, whatever happens.
    """
    database = sqlite3.connect("", isolation_level=None)
    database.execute(f"pragma cache_size = -{_CACHE // 2**10}")
    database.execute("pragma journal_mode = off")
    database.execute(_TABLE)
    directory = _Directory()
    total = sum(file.size for file in files.values())
    done = found = 0
    database.execute("begin")
    for _, file in sorted(files.items()):
        batch: list[tuple[object, ...]] = []
        for row in telling.streamed(file):
            for message in _messages(row):
                found += 1
                if kept := _kept(message, directory, telling.skipped):
                    batch.append(kept)
            directory.learn(row)
            if len(batch) >= _BATCH:
                database.executemany(_KEEP, batch)
                batch.clear()
        database.executemany(_KEEP, batch)
        done += file.size
        # A tenth: what is done with the messages afterwards takes longer than putting them in order.
        telling.progress(done // 10, total)
    if not found:
        database.close()
        return None
    return _in_order(database, directory, telling, total)


def _in_order(database: sqlite3.Connection, directory: "_Directory", telling: Telling, total: int) -> Iterator[Written]:
    with closing(database):
        database.execute("create index replies on said (channel, thread) where thread is not null")
        for without, times in database.execute("select without, count(*) from said where without <> '' group by 1"):
            telling.skipped[without] += times
        (messages,) = database.execute("select count(*) from said where without = ''").fetchone()
        names = directory.names()
        for number, row in enumerate(database.execute(_IN_ORDER), 1):
            channel, id_, at, author, tenant, words, thread, opens = row
            person = directory.people.get(author, Person(None, domain_of({"email": author}), False))
            yield Written(
                channel=names[channel],
                id=id_,
                ts=datetime.fromtimestamp(at, UTC),
                author=author,
                team=None if person.guest else tenant or person.team,
                domain=person.domain,
                text=words,
                thread=thread,
                opens=bool(opens),
            )
            if number % 1000 == 0 or number == messages:
                telling.progress(total // 10 + (total - total // 10) * number // messages, total)


@dataclass
class _Directory:
    """Who and where the ids stand for, as far as there are lists of users, members, teams and channels."""

    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[tuple[str, str], int] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)

    def number(self, team: str, channel: str) -> int:
        return self.channels.setdefault((team, channel), len(self.channels))

    def names(self) -> dict[int, str]:
        """What each channel is called; with its team where several are called the same, and by id where nobody says."""
        plainly = {place: self.called.get(place[1], place[1]) for place in self.channels}
        often = Counter(plainly.values())
        named = {}
        for (team, channel), number in self.channels.items():
            name = plainly[team, channel]
            named[number] = printable(name if often[name] == 1 else f"{self.called.get(team, team)}/{name}")
        return named

    def learn(self, row: Mapping[str, object]) -> None:
        id_, name = _text(row, "id"), _text(row, "displayName")
        address = _text(row, "mail") or _text(row, "email")
        login = _text(row, "userPrincipalName")
        member = _text(row, "userId")
        if address or login:
            invited = _GUEST.match(login)
            before = self.people.get(member or id_, Person(None, None, False))
            roles = _at(row, "roles")
            self.people[member or id_] = Person(
                team=before.team or _text(row, "tenantId") or None,
                domain=before.domain
                or domain_of({"email": address})
                or (invited[1].lower() if invited else domain_of({"email": login})),
                guest=before.guest
                or bool(invited)
                or _text(row, "userType") == "Guest"
                or (isinstance(roles, list) and "guest" in roles),
            )
        elif id_ and name and _at(row, "body") is None:
            self.called[id_] = name


def _messages(row: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The message in a row, and the replies that came along with it."""
    if not _is_message(row):
        return
    yield row
    replies = _at(row, "replies")
    for reply in replies if isinstance(replies, list) else ():
        if isinstance(reply, dict) and _is_message(reply):
            place = _at(reply, "channelIdentity") or _at(row, "channelIdentity")
            yield {**reply, "channelIdentity": place, "replyToId": _text(row, "id")}


def _is_message(row: Mapping[str, object]) -> bool:
    return bool(_text(row, "id") and (_at(row, "messageType") or (_at(row, "body") and _at(row, "createdDateTime"))))


def _kept(message: Mapping[str, object], directory: _Directory, skipped: Counter[str]) -> tuple[object, ...] | None:
    """A row of the table. `without` says why it is not read; a later version may still say otherwise."""
    team = _text(message, "channelIdentity", "teamId")
    channel = _text(message, "channelIdentity", "channelId")
    if not channel:
        skipped["chats" if _text(message, "chatId") else "without_channel"] += 1
        return None
    at, id_ = _moment(message, "createdDateTime"), _text(message, "id")
    user = _at(message, "from", "user")
    author = _text(user, "id")
    thread = _text(message, "replyToId") or None
    words = _words(message)
    without = ""
    if _at(message, "deletedDateTime"):
        without = "deleted"
    elif _at(message, "from", "application"):
        without = "bots"
    elif (_text(message, "messageType") or "message") != "message" or _at(message, "eventDetail") or not author:
        without = "notices"
    elif at is None:
        without = "without_time"
    elif not words:
        without = "without_text"
    return (
        directory.number(team, channel),
        id_,
        _moment(message, "lastModifiedDateTime") or at or 0.0,
        at,
        author,
        _text(user, "tenantId") or _text(user, "additionalProperties", "tenantId") or None,
        "" if without else words,
        None if thread == id_ else thread,
        without,
    )


def _words(message: Mapping[str, object]) -> str:
    content = _text(message, "body", "content")[:LONGEST]
    subject = _text(message, "subject").strip()
    words = plain(content) if _text(message, "body", "contentType").lower() == "html" else content.strip()
    return f"{subject}\n{words}".strip()


def _moment(message: Mapping[str, object], name: str) -> float | None:
    told = _text(message, name)
    try:
        if epoch := _EPOCH.fullmatch(told):
            return datetime.fromtimestamp(int(epoch[1]) / 1000, UTC).timestamp()
        moment = datetime.fromisoformat(told)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def _text(holder: object, *names: str) -> str:
    return safe(_at(holder, *names))


def _at(holder: object, *names: str) -> object:
    """What stands at a name, within names; PowerShell writes them with a capital."""
    for name in names:
        if not isinstance(holder, Mapping):
            return None
        holder = holder[name] if name in holder else holder.get(name[0].upper() + name[1:])
    return holder
