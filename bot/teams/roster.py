"""Who is in a conversation, which organisation they are from and what they are called: the roster as Teams knows it."""

from collections.abc import Mapping
from typing import Any

from bot.guests import organisation_of
from bot.payload import word
from bot.teams.api import Teams, Unanswered, call, path
from bot.teams.payload import PLATFORM
from bot.teams.places import reached
from handlers.vocabulary import Member, Person, Place
from storage import references

_PAGE = "200"
_GUEST = "#ext#"


async def roster(teams: Teams, place: Place, person: Person | None = None) -> tuple[Member, ...]:
    """The people in `place`, without software; or only `person`. Raises Unanswered.

    The organisation is the host's tenant of who is at home there, the tenant of who comes from another, and the e-mail
    domain of a guest. Of a guest whose address we may not see, or who has one that anybody can get, nobody can tell.
    """
    if person is None:
        return tuple(_member(each, place) for each in await _everyone(teams, place, fresh=True) if _id(each))
    told = await member(teams, place, person)
    return (_member(told, place),) if told is not None and _id(told) else ()


async def names(teams: Teams, place: Place, who: Person | None = None) -> dict[Person, str]:
    """What people are called: everyone in `place`, or in the channels that `who`, in their own chat, is in.

    Nobody has a name where Teams does not tell, nor to `who` is not there.
    """
    places = await _shared(teams, place) if place.direct else [place]
    found: dict[Person, str] = {}
    for each in places:
        try:
            told = await _everyone(teams, each)
        except Unanswered:
            continue
        called = {Person(PLATFORM, each.team, _id(one)): _name(one) for one in told if _id(one) and _name(one)}
        if who is None or who in called:
            found |= called
    return found


async def _shared(teams: Teams, here: Place) -> list[Place]:
    known = await teams.database.read(here.tenant, lambda db: references.shared(db, here.tenant))
    return [Place(here.platform, here.team, each.channel) for each in known if each.reachable]


async def member(teams: Teams, place: Place, person: Person) -> Mapping[str, Any] | None:
    """What Teams knows of somebody in a place; None when they are not there. Raises Unanswered."""
    here = await reached(teams, place)
    try:
        found = await call(teams, "GET", here.service_url, path("conversations", place.channel, "members", person.id))
    except Unanswered as unanswered:
        if unanswered.sent.outcome != "refused":
            raise
        # They left in the meantime; or this Teams finds people only by the id that is theirs for this bot.
        return next((each for each in await _everyone(teams, place, fresh=True) if _id(each) == person.id), None)
    return found if isinstance(found, dict) else None


async def _everyone(teams: Teams, place: Place, *, fresh: bool = False) -> list[Mapping[str, Any]]:
    here = Place(place.platform, place.team, place.channel)
    known = teams.people.get(here)
    if known is not None and not fresh:
        return known
    at = await reached(teams, here)
    told: list[Mapping[str, Any]] = []
    more = ""
    while True:
        query = {"pageSize": _PAGE} | ({"continuationToken": more} if more else {})
        where = path("conversations", here.channel, "pagedmembers")
        page = await call(teams, "GET", at.service_url, where, query=query)
        told += (page.get("members") or []) if isinstance(page, dict) else []
        more = word(page, "continuationToken")
        if not more:
            break
    teams.people.keep(here, told)
    return told


def _id(account: object) -> str:
    return word(account, "aadObjectId") or word(account, "objectId")


def _name(account: object) -> str:
    return word(account, "name") or " ".join(filter(None, (word(account, "givenName"), word(account, "surname"))))


def _member(account: Mapping[str, Any], place: Place) -> Member:
    organisation = _organisation(account, place.team)
    _, _, domain = (organisation or "").partition("domain:")
    return Member(
        person=Person(PLATFORM, place.team, _id(account)),
        organisation=organisation,
        # Teams does not tell what a tenant is called; the domain of its people says it best.
        organisation_name=domain or _domain(account) or organisation or "",
    )


def _organisation(account: Mapping[str, Any], host: str) -> str | None:
    home = word(account, "tenantId")
    if word(account, "userRole").lower() == "anonymous":
        return None
    if home and home.casefold() != host.casefold():
        return home
    guest = word(account, "userRole").lower() == "guest" or _GUEST in word(account, "userPrincipalName").lower()
    if not guest:
        return host
    domain = _domain(account)
    return organisation_of(domain)


def _domain(account: Mapping[str, Any]) -> str:
    """The domain of somebody's e-mail address; of a guest without one it stands in their name at the host."""
    address = word(account, "email")
    if "@" not in address:
        name = word(account, "userPrincipalName")
        before, mark, _ = name.lower().partition(_GUEST)
        # someone_example.com#EXT#@host.onmicrosoft.com
        address = before.replace("_", "@") if mark else name
    _, _, domain = address.rpartition("@")
    return domain.lower()
