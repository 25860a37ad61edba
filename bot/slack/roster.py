"""Who is in a channel, and which organisation they are from: the roster as Slack knows it."""

import asyncio
from collections.abc import Mapping

from bot.guests import organisation_of
from bot.slack.api import Slack, Unanswered, ask
from bot.slack.payload import PLATFORM, at, word
from handlers.vocabulary import Member, Person, Place

_AT_ONCE = 5
_COMPANY = ("enterprise_user", "enterprise_id")


async def roster(slack: Slack, place: Place, person: Person | None = None) -> tuple[Member, ...]:
    """The people in `place`, without software; or only `person`. Raises Unanswered.

    The organisation is the home team of a member, or the company that this is a workspace of (Enterprise Grid), and the
    e-mail domain of a guest. Of a guest whose address we may not
    see, or who has one that anybody can get, nobody can tell: certainly not that they belong to who invited them.
    """
    ids = [person.id] if person else await _ids(slack, place)
    limit = asyncio.Semaphore(_AT_ONCE)
    users = [user for user in await asyncio.gather(*(_user(slack, each, limit) for each in ids)) if _is_human(user)]
    keys = {word(user, "id"): _organisation(user) for user in users}
    companies = {word(user, *_COMPANY): word(user, "enterprise_user", "enterprise_name") for user in users}
    unnamed = [key for key in dict.fromkeys(keys.values()) if key is not None and not companies.get(key)]
    names = companies | {key: await _name(slack, key) for key in unnamed}
    return tuple(
        Member(
            person=Person(PLATFORM, word(user, "team_id"), word(user, "id")),
            organisation=keys[word(user, "id")],
            organisation_name=names.get(keys[word(user, "id")] or "", ""),
            zone=word(user, "tz") or None,
            language=word(user, "locale").partition("-")[0].lower() or None,
        )
        for user in users
    )


async def _ids(slack: Slack, place: Place) -> list[str]:
    ids: list[str] = []
    cursor = ""
    while True:
        page = await ask(slack, "conversations.members", channel=place.channel, limit=200, cursor=cursor)
        ids += page.get("members") or []
        cursor = word(page.data, "response_metadata", "next_cursor")
        if not cursor:
            return ids


async def _user(slack: Slack, user: str, limit: asyncio.Semaphore) -> Mapping[str, object]:
    known = slack.people.get(user)
    if known is not None:
        return known
    async with limit:
        answer = await ask(slack, "users.info", user=user, include_locale="true")
    told: Mapping[str, object] = answer.get("user") or {}
    slack.people.keep(user, told)
    return told


def _is_human(user: Mapping[str, object]) -> bool:
    software = at(user, "is_bot") or at(user, "is_workflow_bot") or word(user, "id") in {"", "USLACKBOT"}
    return not software and not at(user, "deleted")


def _organisation(user: Mapping[str, object]) -> str | None:
    if not (at(user, "is_restricted") or at(user, "is_ultra_restricted")):
        return word(user, *_COMPANY) or word(user, "team_id")
    _, _, domain = word(user, "profile", "email").rpartition("@")
    return organisation_of(domain)


async def _name(slack: Slack, organisation: str) -> str:
    kind, colon, rest = organisation.partition(":")
    if colon:
        return rest
    try:
        answer = await ask(slack, "team.info", team=kind)
    except Unanswered as unanswered:
        # Without the scope for it, or about a stranger: the id will have to do. Anything else passes, so ask later.
        if unanswered.sent.outcome == "refused":
            return kind
        raise
    return word(answer.data, "team", "name") or kind
