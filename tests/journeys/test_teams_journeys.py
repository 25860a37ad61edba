"""What only Teams does: tokens, repeats, guests, teams of channels, the message extension, and being gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from on_teams import AGREED, TeamsWorld
from sheets import card, passes, settled, shown, tips
from sqlalchemy import delete, select
from teams_driver import (
    APP,
    BOT,
    CHANNEL,
    SERVICE,
    TEAM,
    TENANT,
    Envelope,
    Json,
    Signer,
    actions,
    card_of,
    happened,
    in_channel,
    in_chat,
    inputs,
    words,
)

from bot import app
from bot.settings import Settings
from storage import references
from storage.columns import Base
from storage.database import EVERYWHERE, opened
from storage.migrate import upgrade
from storage.tables import Channel, Inbox, Member, Reference

IMPACT = "Sinds gisteren printen de etiketten niet. Twee ploegen schrijven ze nu met de hand."
DEFERRAL = "Dat komt wel in een latere release."
TENANT_OF_ALL = f"teams:{TENANT}"


async def rows(world: TeamsWorld, table: type[Base]) -> list[Any]:
    return await world.database.read(EVERYWHERE, lambda db: list(db.scalars(select(table))))


async def everything(world: TeamsWorld) -> str:
    """All that stands in the database."""
    return await world.database.read(
        EVERYWHERE, lambda db: str([db.execute(select(table)).all() for table in Base.metadata.sorted_tables])
    )


@pytest_asyncio.fixture
async def agreed_teams(teams: TeamsWorld) -> TeamsWorld:
    """Teams, a week after both sides said yes."""
    await teams.joins()
    await teams.both_agree()
    await teams.a_week_later()
    return teams


async def test_the_bot_introduces_itself_once_and_is_deaf_until_both_said_yes(teams: TeamsWorld) -> None:
    await teams.joins()
    (introduction,) = await teams.sees("sanne")
    assert introduction.text == (await teams.sees("karim"))[0].text
    assert "Ik ben software, geen mens." in introduction.text
    assert "brugwerk.example" in introduction.text
    assert "oeverland.example" in introduction.text
    await teams.says("sanne", DEFERRAL)
    assert DEFERRAL not in await everything(teams)

    await teams.both_agree()
    now, announced = await teams.sees("karim")
    assert "Ik luister mee in dit kanaal." in now.text
    assert "Sanne" in now.text
    assert "Vanaf nu luister ik mee" in announced.text
    assert {call.conversation for call in teams.connector.calls} == {CHANNEL}


async def test_where_a_guest_is_from_decides_on_whose_side_they_are(agreed_teams: TeamsWorld) -> None:
    sides = {row.person: row.side for row in await rows(agreed_teams, Member)}
    people = agreed_teams.people
    assert sides == {
        people["sanne"]["aadObjectId"]: "supplier",
        people["bram"]["aadObjectId"]: "supplier",
        people["karim"]["aadObjectId"]: "client",
    }


async def test_what_is_delivered_four_times_happens_once(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    await teams.says("karim", IMPACT)
    await passes(teams, minutes=2)
    activity = teams.message("message", "sanne", DEFERRAL, "1999")
    before = len(await rows(teams, Inbox))
    statuses = await asyncio.gather(*(teams.teams.send(activity) for _ in range(4)))
    assert {status for status, _ in statuses} == {200}
    await settled(teams.database, teams.time)
    assert len(await rows(teams, Inbox)) == before + 1
    await passes(teams, seconds=61)
    assert len(await tips(teams, "sanne")) == 1


@pytest.mark.parametrize("order", [("delete", "edit", "say"), ("edit", "say", "delete"), ("say", "delete", "edit")])
async def test_in_whatever_order_it_arrives_what_is_deleted_gets_no_tip(
    agreed_teams: TeamsWorld, order: tuple[str, ...]
) -> None:
    teams = agreed_teams
    said = teams.message("message", "sanne", DEFERRAL, "1998")
    edited = teams.message("messageUpdate", "sanne", f"{DEFERRAL} Echt.", "1998")
    edited["channelData"] |= {"eventType": "editMessage"}
    deleted = happened("messageDelete", in_channel("1998"), teams.account("sanne"), teams.stamp()) | {"id": "1998"}
    for what in order:
        await teams.event({"say": said, "edit": edited, "delete": deleted}[what])
    await passes(teams, minutes=9)
    assert await tips(teams, "sanne") == []


async def test_what_is_asked_in_the_channel_is_answered_in_private(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    before = len(teams.connector.calls)
    mention = [{"type": "mention", "text": "<at>Samenspraak</at>", "mentioned": BOT}]
    text = f"<at>Samenspraak</at> check {DEFERRAL}"
    asked = happened("message", in_channel("1997"), teams.account("bram"), teams.stamp(), text=text, entities=mention)
    await teams.event(asked | {"id": "1997"})
    (call,) = teams.connector.calls[before:]
    assert call.conversation == teams.chat("bram")
    assert "latere release" in words(card_of(call.body))


OTHER = "19:nieuw000000000000000000000000@thread.tacv2"
"""A channel of the team in which nobody has asked the bot anything yet."""


def mention(teams: TeamsWorld, who: str, words: str, channel: str, kind: str = "standard") -> Json:
    """Somebody asks the bot something in a channel, before the eyes of all."""
    mention = [{"type": "mention", "text": "<at>Samenspraak</at>", "mentioned": BOT}]
    asked = happened("message", in_channel("1", channel), teams.account(who), teams.stamp(), entities=mention,
                     text=f"<at>Samenspraak</at> {words}")  # fmt: skip
    asked["channelData"]["channel"]["type"] = kind
    return asked


async def test_who_mentions_it_first_in_a_channel_gets_an_answer_that_fits_the_introduction(
    agreed_teams: TeamsWorld,
) -> None:
    teams = agreed_teams
    before = len(teams.connector.calls)
    await teams.event(mention(teams, "karim", "status", OTHER))
    told = {call.conversation: words(card_of(call.body)) for call in teams.connector.calls[before:]}
    assert told.keys() == {OTHER, teams.chat("karim")}
    assert "Ik ben software, geen mens." in told[OTHER]
    assert "Ik luister niet mee in dit kanaal." in told[teams.chat("karim")]
    assert "oeverland.example" in told[teams.chat("karim")]
    assert len([row for row in await rows(teams, Channel) if row.channel == OTHER]) == 1


async def test_while_teams_does_not_tell_who_is_there_it_introduces_itself_later(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    before, teams.connector.silent = len(teams.connector.calls), True
    assert (await teams.teams.send(mention(teams, "karim", "hulp", OTHER)))[0] == 200
    assert {call.conversation for call in teams.connector.calls[before:]} == {teams.chat("karim")}
    teams.connector.silent = False
    await settled(teams.database, teams.time)
    assert OTHER in {call.conversation for call in teams.connector.calls[before:]}


async def test_a_yes_can_be_given_in_ones_own_chat(teams: TeamsWorld) -> None:
    await teams.joins()
    for who, side in (("sanne", "supplier"), ("karim", "client")):
        await teams.event(mention(teams, who, "status", CHANNEL))
        status = await card(teams, who, "join")
        assert status is not None
        assert status.place[1] == teams.chat(who)
        form = shown(await teams.presses(who, status, "join"))
        now = shown(await teams.sends(who, form, side=side, **AGREED))
    assert "Ik luister mee in dit kanaal." in now.text
    assert [row.listening for row in await rows(teams, Channel)] == [True]


async def test_where_it_hears_only_what_mentions_it_a_button_looks_along_all_the_same(
    agreed_teams: TeamsWorld,
) -> None:
    teams = agreed_teams
    before = len(teams.connector.calls)
    await teams.event(mention(teams, "karim", "status", OTHER, "shared"))
    note = next(call for call in teams.connector.calls[before:] if "menu van een bericht" in words(card_of(call.body)))
    assert note.conversation == OTHER
    pressed = actions(card_of(note.body))["check"]
    fetched = teams.invoke("sanne", "task/fetch", in_channel(note.activity, OTHER), {"data": pressed})
    body = await teams.event(fetched | {"replyToId": note.activity})
    assert inputs(body["task"]["value"]["card"]["content"]).keys() == {"draft"}


async def test_the_message_extension_looks_at_a_draft_and_at_a_message(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    fetch = "composeExtension/fetchTask"
    body = await teams.event(teams.invoke("sanne", fetch, in_channel(), {"commandId": "check"}))
    form = body["task"]["value"]["card"]["content"]
    assert inputs(form).keys() == {"draft"}
    sent = {"commandId": "check", "data": actions(form)[""] | {"draft": DEFERRAL}}
    body = await teams.event(teams.invoke("sanne", "composeExtension/submitAction", in_channel(), sent))
    assert "latere release" in words(body["task"]["value"]["card"]["content"])

    message = {"id": "1996", "body": {"contentType": "html", "content": f"<p>{DEFERRAL}</p>"}}
    on_it = {"commandId": "check", "commandContext": "message", "messagePayload": message}
    body = await teams.event(teams.invoke("karim", fetch, in_channel("1996"), on_it))
    assert DEFERRAL in words(body["task"]["value"]["card"]["content"])
    assert DEFERRAL not in str([call.body for call in teams.connector.calls])

    # It works in conversations of others too, and the bot's own are still its own then.
    elsewhere = in_chat("19:sanne_karim@unq.gbl.spaces")
    await teams.event(teams.invoke("sanne", fetch, elsewhere, {"commandId": "check"}))
    assert "unq.gbl.spaces" not in str([row.channel for row in await rows(teams, Reference)])


async def test_who_comes_later_is_known_and_who_leaves_the_team_is_forgotten(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    noor = {"id": "29:noor", "aadObjectId": "00000000-0000-4000-8000-00000000000a", "name": "Noor",
            "email": "noor@brugwerk.example", "userRole": "user", "tenantId": TENANT}  # fmt: skip
    teams.people["noor"] = noor
    teams.connector.people.append(noor)
    before = len(teams.connector.calls)
    # In another channel of the team somebody has written, but there the bot was never asked.
    other = happened(
        "message", in_channel("1", "19:other@thread.tacv2"), teams.account("bram"), teams.stamp(), text="x"
    )
    await teams.event(other)
    for kind, known in (("membersAdded", True), ("membersRemoved", False)):
        changed = happened("conversationUpdate", in_channel(channel=TEAM), teams.account("bram"), teams.stamp())
        who = {"id": noor["id"]} | ({} if known else {"aadObjectId": noor["aadObjectId"]})
        await teams.event(changed | {kind: [who]})
        assert (noor["aadObjectId"] in {row.person for row in await rows(teams, Member)}) is known
    assert len(teams.connector.calls) == before


async def test_who_is_taken_out_and_named_only_in_the_way_of_this_bot_is_forgotten_too(
    agreed_teams: TeamsWorld,
) -> None:
    teams = agreed_teams
    bram = teams.people["bram"]
    teams.connector.people.remove(bram)
    changed = happened("conversationUpdate", in_channel(channel=TEAM), teams.account("sanne"), teams.stamp())
    await teams.event(changed | {"membersRemoved": [{"id": bram["id"]}]})
    assert {row.person for row in await rows(teams, Member)} == {
        teams.people[name]["aadObjectId"] for name in ("sanne", "karim")
    }


async def test_a_newcomer_is_welcomed_in_their_own_chat_and_nobody_else_sees_it(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    noor = {"id": "29:noor", "aadObjectId": "22222222-0000-4000-8000-000000000009", "name": "Noor", "tenantId": TENANT,
            "userPrincipalName": "noor@brugwerk.example", "userRole": "user"}  # fmt: skip
    teams.people["noor"] = noor
    teams.connector.people.append(noor)
    before = len(teams.connector.calls)
    changed = happened("conversationUpdate", in_channel(channel=TEAM), teams.account("bram"), teams.stamp())
    await teams.event(changed | {"membersAdded": [{"id": noor["id"], "aadObjectId": noor["aadObjectId"]}]})
    (welcome,) = teams.connector.calls[before:]
    assert welcome.conversation == teams.chat("noor")
    assert "off" in actions(card_of(welcome.body))


async def test_where_it_is_taken_out_of_the_team_it_hears_nothing_more(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    gone = happened("installationUpdate", in_channel(channel=TEAM), teams.account("bram"), teams.stamp())
    await teams.event(gone | {"action": "remove"})
    await teams.says("sanne", DEFERRAL)
    assert DEFERRAL not in await everything(teams)


async def test_an_address_that_was_forgotten_is_learnt_again_at_the_next_word(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    await teams.database.write(TENANT_OF_ALL, lambda db: db.execute(delete(Reference)) and None)
    await teams.says("sanne", "Hallo")
    assert [row.channel for row in await rows(teams, Reference)] == [CHANNEL]


async def test_the_address_of_a_conversation_is_the_last_one_it_spoke_from(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams

    async def address() -> str:
        found = await teams.database.read(EVERYWHERE, lambda db: references.of(db, TENANT_OF_ALL, CHANNEL))
        assert found is not None
        return found.service_url

    await teams.event(teams.message("message", "bram", "Hoi", "1995") | {"serviceUrl": SERVICE})
    assert await address() == SERVICE
    await teams.event(teams.message("message", "bram", "Hoi", "1994") | {"serviceUrl": "https://evil.example/"})
    assert await address() == SERVICE
    await teams.event(teams.message("message", "bram", "Hoi", "1993"))
    assert await address() == teams.connector.url


async def test_a_channel_that_refused_us_is_spoken_to_again_once_it_speaks(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    teams.connector.planned = [(403, {}, '{"error": {"code": "BotNotInConversationRoster"}}')]
    await teams.asks("sanne", "pauze 1u")
    said = len(teams.connector.said)
    await teams.says("karim", "Kunnen jullie mij horen?")
    await teams.asks("sanne", "pauze 2u")
    assert len(teams.connector.said) > said


async def test_who_has_themselves_erased_leaves_no_address(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    sanne = teams.people["sanne"]["aadObjectId"]
    assert sanne in {row.person for row in await rows(teams, Reference)}
    kept = shown(await teams.asks("sanne", "privacy"))
    await teams.presses("sanne", kept, "privacy_erase")
    assert sanne not in await everything(teams)
    assert "bewaar niets over jou" in shown(await teams.asks("sanne", "privacy")).text


async def test_a_new_member_of_their_own_chat_gets_their_page(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    chat = in_chat(teams.chat("bram"))
    await teams.event(happened("installationUpdate", chat, teams.account("bram"), teams.stamp(), action="add"))
    page = await card(teams, "bram", "worktime")
    assert page is not None
    assert await card(teams, "karim", "worktime") is None


async def test_while_teams_is_away_nothing_is_lost_and_nothing_doubled(teams: TeamsWorld) -> None:
    teams.connector.planned = [(503, {}, ""), (429, {"Retry-After": "60"}, ""), (412, {}, "")]
    await teams.joins()
    await passes(teams, minutes=10)
    assert [call.method for call in teams.connector.calls] == ["POST"] * 4
    assert len(teams.connector.said) == 1


async def test_who_asks_while_teams_cannot_be_told_sees_that_it_went_wrong(agreed_teams: TeamsWorld) -> None:
    teams = agreed_teams
    teams.connector.planned = [(503, {}, "")]
    chat = in_chat(teams.chat("sanne"))
    asked = happened("message", chat, teams.account("sanne"), teams.stamp(), text="status", textFormat="plain")
    assert (await teams.teams.send(asked))[0] == 502


# --- with tokens


@pytest_asyncio.fixture
async def guarded(tmp_path: Path, serve_at: Any) -> AsyncIterator[tuple[Envelope, Signer, Any]]:
    """The whole application as it runs for everybody, for an app of one tenant."""
    signer = Signer()
    signer.add("first")
    published = web.Application()
    published.add_routes(signer.routes())
    url = f"sqlite:///{tmp_path / 'guarded.db'}"
    async with AsyncExitStack() as stack:
        signer.url = await stack.enter_async_context(serve_at(published))
        settings = Settings(
            DATABASE_URL=url, MICROSOFT_APP_ID=APP, MICROSOFT_APP_PASSWORD="made-up", MICROSOFT_APP_TENANT_ID=TENANT,
            MICROSOFT_APP_TYPE="SingleTenant", MICROSOFT_KEYS_URL=f"{signer.url}openid",
        )  # fmt: skip
        database = stack.enter_context(opened(url))
        upgrade(database.writing)
        address = await stack.enter_async_context(
            serve_at(await stack.enter_async_context(app.serving(settings, database)))
        )
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Envelope(session, f"{address}api/messages"), signer, database


async def test_only_with_a_good_token_of_our_tenant_anything_is_kept(
    guarded: tuple[Envelope, Signer, Any],
) -> None:
    envelope, signer, database = guarded
    said = happened("message", in_channel("1"), {"id": "29:x", "aadObjectId": "x"}, "2027-03-01T09:00:00Z", text="Hoi")
    assert (await envelope.send(said))[0] == 401
    envelope.token = signer.token("https://smba.trafficmanager.net/amer/")
    assert (await envelope.send(said))[0] == 403
    envelope.token = signer.token()
    abroad = {**said, "channelData": said["channelData"] | {"tenant": {"id": "another"}}}
    assert (await envelope.send(abroad))[0] == 403
    assert await database.read(EVERYWHERE, lambda db: list(db.scalars(select(Inbox)))) == []
    assert await database.read(EVERYWHERE, lambda db: list(db.scalars(select(Reference)))) == []
    assert (await envelope.send(said))[0] == 200
    assert len(await database.read(EVERYWHERE, lambda db: list(db.scalars(select(Inbox))))) == 1
