"""Whose people the authors in an export are, as far as users.json and the messages tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A guest lives in a workspace that is not their own, so only their e-mail domain tells where they belong."""

    team: str | None
    domain: str | None
    guest: bool


@dataclass(frozen=True)
class People:
    """People by id, and the ids of software."""

    known: Mapping[str, Person]
    bots: frozenset[str]


def people_in(rows: Iterable[Mapping[str, object]]) -> People:
    """From the rows of users.json; whoever stands in several workspaces' lists counts as in the first that knows."""
    known: dict[str, Person] = {}
    bots = {"USLACKBOT"}
    for row in rows:
        id_, profile = row.get("id"), row.get("profile")
        if not isinstance(id_, str):
            continue
        if row.get("is_bot") or row.get("is_workflow_bot"):
            bots.add(id_)
            continue
        profile = profile if isinstance(profile, dict) else {}
        before = known.get(id_, Person(None, None, False))
        known[id_] = Person(
            team=before.team or _id(row.get("team_id")) or _id(profile.get("team")),
            domain=before.domain or domain_of(profile),
            guest=before.guest or _is_guest(row),
        )
    return People(known, frozenset(bots))


def home_of(message: Mapping[str, object], profile: Mapping[str, object], person: Person | None) -> str | None:
    """The author's own workspace (or Grid organisation). None for a guest, and where nothing tells it."""
    if (person and person.guest) or _is_guest(profile):
        return None
    # In a channel shared with others `team` may be the host's; the first three never are.
    told = (message.get("user_team"), message.get("source_team"), profile.get("team"), message.get("team"))
    return next(filter(None, map(_id, told)), person.team if person else None)


def domain_of(profile: Mapping[str, object]) -> str | None:
    """The domain of the e-mail address in a profile, in small letters."""
    address = profile.get("email")
    if not isinstance(address, str) or "@" not in address:
        return None
    return address.rpartition("@")[2].strip().rstrip(".").lower() or None


def _is_guest(row: Mapping[str, object]) -> bool:
    return bool(row.get("is_restricted") or row.get("is_ultra_restricted"))


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
