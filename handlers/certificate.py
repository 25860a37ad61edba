"""What both sides get in writing when a project ends: what is theirs, and on the last day what was erased."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from handlers import phrases
from handlers.turn import Turn
from prompts import Phrasebook
from storage import endings, projects
from storage.tables import Member, Organisation, Project


def theirs(turn: Turn, project: Project, member: Member) -> tuple[str, str]:
    """The name and content of a file for somebody's organisation."""
    return phrases.reader(member).say("ending.export_file"), part(turn, project, member.organisation)


def part(turn: Turn, project: Project, organisation: Organisation) -> str:
    """What is an organisation's: the project and their own agreements; of people only who agreed for them."""
    return json.dumps(endings.export(turn.db, project, organisation), indent=2, ensure_ascii=False)


@dataclass(frozen=True)
class Erasure:
    """What was erased of a project, which is all that is known of it from then on."""

    named: dict[str, str]
    facts: str
    counts: dict[str, int]
    at: datetime

    @property
    def seal(self) -> str:
        """The SHA-256 of the facts, in hexadecimal; it is also on the tombstone."""
        return seal(self.facts)

    def certificate(self, book: Phrasebook) -> str:
        """What both sides get in writing."""
        return written(book, self.named, self.facts, self.counts, self.at)


def erased(turn: Turn, project: Project) -> Erasure:
    """Erase everything of a project, and remember of it no more than a tombstone."""
    tenant = project.tenant
    channels = [channel.channel for channel in projects.channels(turn.db, project, left=True)]
    who = named(turn, project)
    counts = endings.erase(turn.db, project)
    done = Erasure(who, facts(tenant, channels, counts, turn.now), counts, turn.now)
    for channel in channels:
        endings.bury(turn.db, tenant, channel, done.seal, turn.now)
    return done


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
