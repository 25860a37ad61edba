"""What both sides get in writing when a project ends: what is theirs, and on the last day what was erased."""

import hashlib
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from handlers import phrases
from handlers.turn import Turn
from prompts import Phrasebook
from storage import endings, projects
from storage.tables import Member, Project


def theirs(turn: Turn, project: Project, member: Member) -> tuple[str, str]:
    """A file for somebody's organisation: the project and their own agreements; of people only who agreed for them."""
    content = json.dumps(endings.export(turn.db, project, member.organisation), indent=2, ensure_ascii=False)
    return phrases.reader(member).say("ending.export_file"), content


def named(turn: Turn, project: Project) -> dict[str, str]:
    """What must be written down before it is gone: of which project and which organisations it was."""
    organisations = ", ".join(each.name for each in projects.organisations(turn.db, project))
    # On one line each: a name that people thought of does not write lines of the certificate.
    written = {"project": project.name or "–", "organisations": organisations, "zone": project.zone}
    return {label: " ".join(value.split()) for label, value in written.items()}


def facts(tenant: str, channels: list[str], counts: dict[str, int], now: datetime) -> str:
    """What was erased and when, in one line that says nothing of anyone, and of which anybody can check the seal."""
    known = {
        "channels": [endings.hash_of(tenant, channel) for channel in channels],
        "erased": counts,
        "erased_at": now.astimezone(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(known, sort_keys=True, separators=(",", ":"))


def seal(facts: str) -> str:
    """The SHA-256 of the facts, in hexadecimal; it is also on the tombstone."""
    return hashlib.sha256(facts.encode()).hexdigest()


def written(book: Phrasebook, named: dict[str, str], facts: str, counts: dict[str, int], now: datetime) -> str:
    """The certificate, as a text with headings."""
    when = phrases.day_and_time(book, now, ZoneInfo(named["zone"]))
    day = phrases.day(book, now, ZoneInfo(named["zone"]))
    lines = [
        f"# {book.say('ending.certificate.title')}",
        "",
        book.say("ending.certificate.what", day=day, time=when.rpartition(" ")[2], zone=named["zone"]),
        "",
        f"- {book.say('ending.certificate.project')}: {named['project']}",
        f"- {book.say('ending.certificate.organisations')}: {named['organisations']}",
        "",
        f"## {book.say('ending.certificate.counts')}",
        "",
        *(f"- {book.say(f'ending.table.{table}')}: {count}" for table, count in reversed(counts.items())),
        "",
        book.say("ending.certificate.remains"),
        book.say("ending.certificate.backups"),
        "",
        f"## {book.say('ending.certificate.check')}",
        "",
        book.say("ending.certificate.how"),
        "",
        f"    {facts}",
        "",
        f"SHA-256: {seal(facts)}",
        "",
    ]
    return "\n".join(lines)
