"""The dossier as data, without a language: what is on file in a project, the same for both sides."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.register import card, within
from handlers.register.kinds import KINDS, UNSEEN
from handlers.turn import Turn
from storage import consents, items, members, privacy, projects
from storage.tables import Consent, Entry, Item, Member, Organisation, Project

FORMAT = "samenspraak-dossier/1"
Facts = Mapping[str, Any]


def gathered(turn: Turn, project: Project) -> Facts:
    """All that is on file in a project at this moment. What one side keeps to itself is left out, for everybody.

    Nothing in it depends on who asks, so that both sides get the same.
    """
    shown = {item.id: item for item in items.of_project(turn.db, project) if item.state not in UNSEEN}
    organisations = projects.organisations(turn.db, project)
    people = {each.id: each for each in members.of(turn.db, project)}
    zone = ZoneInfo(project.zone)
    # What happened while the other side did not know of an item stays with the side that it happened on.
    happened = [each for each in items.entries(turn.db, project) if each.item_id in shown and each.state not in UNSEEN]
    history: dict[int, list[Entry]] = {}
    for entry in happened:
        history.setdefault(entry.item_id, []).append(entry)
    return {
        "format": FORMAT,
        "made": moment(turn.now, zone),
        "project": _project(project, zone),
        "organisations": [{"name": each.name, "side": each.side} for each in organisations],
        "consents": [_consent(each, organisations, zone) for each in consents.ever(turn.db, project)],
        "rules": [_rule(kind, project) for kind in KINDS],
        "items": [_item(each, history.get(each.id, []), people, organisations, zone) for each in shown.values()],
        "entries": [
            _entry(number, each, shown[each.item_id], people, organisations, zone)
            for number, each in enumerate(happened, start=1)
        ],
    }


def moment(at: datetime, zone: ZoneInfo) -> dict[str, str]:
    """A moment twice: by universal time, and by the project's clock with how far that is from it."""
    whole = at.astimezone(UTC).replace(microsecond=0)
    return {"utc": whole.strftime("%Y-%m-%dT%H:%M:%SZ"), "local": whole.astimezone(zone).isoformat()}


def _moment(at: datetime | None, zone: ZoneInfo) -> dict[str, str] | None:
    return moment(at, zone) if at is not None else None


def _project(project: Project, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "number": project.id,
        "name": project.name,
        "zone": project.zone,
        "began": moment(project.created_at, zone),
        "agreed": _moment(project.agreed_at, zone),
        "ended": _moment(project.ended_at, zone),
    }


def _consent(row: Consent, organisations: list[Organisation], zone: ZoneInfo) -> dict[str, Any]:
    of = next((each for each in organisations if each.id == row.organisation_id), None)
    by = None if row.given_by == privacy.ERASED else row.given_by
    return {
        "scope": row.scope,
        "by": {
            "organisation": of.name if of is not None else None,
            "side": of.side if of is not None else None,
            "role": row.role,
            "id": by,
        },
        "given": moment(row.given_at, zone),
        "withdrawn": _moment(row.withdrawn_at, zone),
    }


def _rule(name: str, project: Project) -> dict[str, Any]:
    """Who may do what with a kind of item, and how soon: as it is when the dossier is made."""
    kind = KINDS[name]
    steps = [
        {
            "step": step.name,
            "before": [state for state in step.before if state not in UNSEEN],
            "to": step.to or None,
            "who": step.who,
        }
        for step in kind.steps
        if set(step.before) - set(UNSEEN)
    ]
    hours = {what: within.agreed(project, name, what) for each, what, _ in within.names() if each == name}
    return {"kind": name, "code": kind.code, "files": kind.by, "within": hours, "steps": steps}


def _someone(member_id: int | None, side: str | None, people: Mapping[int, Member], of: list[Organisation]) -> Any:
    """Somebody by the id that the platform knows them by; who is no longer remembered only by side and organisation."""
    member = people.get(member_id) if member_id is not None else None
    if member is not None:
        return {
            "organisation": member.organisation.name,
            "side": side or member.side,
            "role": member.role,
            "id": member.person,
        }
    if side is None:
        return None
    theirs = [each.name for each in of if each.side == side]
    return {"organisation": theirs[0] if len(theirs) == 1 else None, "side": side, "role": None, "id": None}


def _item(
    item: Item, history: list[Entry], people: Mapping[int, Member], of: list[Organisation], zone: ZoneInfo
) -> dict[str, Any]:
    platform, _, team = item.tenant.partition(":")
    where = {"platform": platform, "team": team, "channel": item.channel}
    owned = item.owner_id is not None
    first = next((each.side for each in history if each.step == "filed"), None) or item.side
    began = history[0].at if history else item.created_at
    return {
        "code": card.code(item),
        "kind": item.kind,
        "number": item.number,
        "state": item.state,
        "level": item.level,
        "side": item.side,
        "doer": item.doer,
        "author": _someone(item.author_id, None if KINDS[item.kind].made else first, people, of),
        "owner": _someone(item.owner_id, item.doer, people, of) if owned else None,
        # Of a promise it is who is asked first, which stays with their side.
        "second": _someone(item.second_id, None, people, of) if item.kind == "improvement" else None,
        "words": dict(item.words),
        "due": item.due_on,
        "dates": _dates(item, history, began, zone),
        "moved": item.moved,
        "late": item.late,
        "reference": item.reference.split("\n") if item.reference is not None else None,
        "where": where | {"thread": item.thread, "message": item.message},
        "filed": moment(began, zone),
        "changed": moment(history[-1].at if history else item.changed_at, zone),
    }


def _dates(item: Item, history: list[Entry], began: datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Every day that it ever had, the first to the last, and since when."""
    moves = [each for each in history if "before" in each.words and "date" in each.words]
    first = moves[0].words["before"] if moves else item.due_on
    if first is None:
        return []
    dates = [{"date": first, "since": moment(began, zone), "reason": None}]
    for each in moves:
        reason = each.words.get("reason")
        dates.append({"date": each.words["date"], "since": moment(each.at, zone), "reason": reason})
    return dates


def _entry(
    number: int, entry: Entry, item: Item, people: Mapping[int, Member], of: list[Organisation], zone: ZoneInfo
) -> dict[str, Any]:
    # What is filed on behalf of others has nobody's name, but it is the word of a side.
    side = entry.side or (item.side if entry.step == "filed" and not KINDS[item.kind].made else None)
    by = _someone(entry.member_id, side, people, of)
    return {
        "number": number,
        "item": card.code(item),
        "at": moment(entry.at, zone),
        "by": by | {"via": entry.words["via"]} if "via" in entry.words else by,
        "step": entry.step,
        "state": entry.state,
        "words": dict(entry.words) | _stood_in(entry, people),
    }


def _stood_in(entry: Entry, people: Mapping[int, Member]) -> dict[str, str]:
    """Who went to a meeting in somebody's place, by the id that the platform knows them by."""
    if "stand_in" not in entry.words:
        return {}
    member = people.get(int(entry.words["stand_in"]))
    return {"stand_in": member.person if member is not None else ""}
