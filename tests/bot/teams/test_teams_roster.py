"""Who is in a channel and where they are from, as far as Teams can tell."""

from dataclasses import replace

import pytest
from teams_driver import CHANNEL, TENANT, Connector, Json

from bot.lately import Lately
from bot.teams.api import Teams, Unanswered
from bot.teams.connected import mouth
from bot.teams.roster import names, roster
from handlers.vocabulary import Person, Place

DESK = Place("teams", TENANT, CHANNEL)
CHAT = Place("teams", TENANT, "a:chat", direct=True)
ABROAD = "77777777-1111-4222-8333-444455556666"


def person(name: str) -> Person:
    return Person("teams", TENANT, name)


async def organisations(teams: Teams, who: str | None = None) -> dict[str, str | None]:
    found = await roster(teams, DESK, person(who) if who else None)
    return {each.person.id: each.organisation for each in found}


async def test_everyone_is_from_somewhere(teams: Teams) -> None:
    assert await organisations(teams) == {
        "sam": TENANT, "bram": TENANT, "robin": "domain:oeverland.example", "vera": ABROAD,
    }  # fmt: skip
    assert await organisations(teams, "robin") == {"robin": "domain:oeverland.example"}
    called = {each.person.id: each.organisation_name for each in await roster(teams, DESK)}
    assert called == {
        "sam": "brugwerk.example", "bram": "brugwerk.example", "robin": "oeverland.example", "vera": "lindehof.example",
    }  # fmt: skip


@pytest.mark.parametrize(
    "account",
    [
        {"userRole": "guest", "email": "robin@gmail.com"},
        {"userRole": "guest", "email": "", "userPrincipalName": ""},
        {"userRole": "user", "userPrincipalName": "robin_hotmail.com#EXT#@brugwerk.onmicrosoft.com", "email": ""},
        {"userRole": "anonymous", "tenantId": TENANT},
    ],
)
async def test_of_a_guest_with_anybodys_address_nobody_can_tell(teams: Teams, front: Connector, account: Json) -> None:
    front.people = [{"id": "29:robin", "aadObjectId": "robin", "name": "Robin", "tenantId": TENANT} | account]
    assert await organisations(teams) == {"robin": None}


async def test_software_and_who_has_no_id_are_nobody(teams: Teams, front: Connector) -> None:
    front.people = [{"id": "28:bot", "name": "Samenspraak"}, {"id": "29:anon", "name": "Anon (Guest)"}]
    assert await organisations(teams) == {}


async def test_who_has_left_is_nobody_and_a_silent_teams_is_no_answer(teams: Teams, front: Connector) -> None:
    assert await organisations(teams, "gone") == {}
    await front.close()
    with pytest.raises(Unanswered):
        await organisations(teams, "sam")
    with pytest.raises(Unanswered):
        await organisations(teams)


async def test_who_came_in_a_moment_ago_is_seen(teams: Teams, front: Connector) -> None:
    assert len(await organisations(teams)) == 4
    front.people.append({"id": "29:noor", "aadObjectId": "noor", "name": "Noor", "tenantId": TENANT})
    assert (await organisations(teams))["noor"] == TENANT


async def test_names_are_asked_for_once_in_ten_minutes(teams: Teams, front: Connector) -> None:
    assert (await names(teams, DESK))[person("bram")] == "Bram Bos"
    before = len(front.tokens)
    assert len(await names(teams, Place("teams", TENANT, CHANNEL, "1700"))) == 4
    assert len(front.tokens) == before


async def test_and_then_they_are_dropped(teams: Teams) -> None:
    now = 0.0
    teams = replace(teams, people=Lately(lambda: now))
    assert len(await names(teams, DESK)) == 4
    now += 600
    forget = mouth(teams).forget
    assert forget is not None
    forget()
    assert len(teams.people) == 0


async def test_in_ones_own_chat_there_are_names_from_the_channels_one_is_in(teams: Teams) -> None:
    assert len(await names(teams, CHAT, person("robin"))) == 4
    assert await names(teams, CHAT, person("stranger")) == {}


async def test_of_a_channel_that_one_is_not_in_there_are_no_names(teams: Teams) -> None:
    assert len(await names(teams, DESK, person("robin"))) == 4
    assert await names(teams, DESK, person("stranger")) == {}


async def test_without_an_answer_there_are_no_names(teams: Teams, front: Connector) -> None:
    await front.close()
    assert await names(teams, DESK) == {}
