"""A platform that lets us do nothing any more is asked nothing more, until it does; nothing that waits is lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select

from bot import barring, dispatch, engine
from bot.mouth import Unreachable
from handlers.vocabulary import Barred, ButtonPress, Joined, Person, Place, Say, Uninstalled, Whisper
from storage import barred
from storage.barred import AGAIN
from storage.database import EVERYWHERE, Database
from storage.outbox import WORTH
from storage.tables import Inbox, Leaving
from tests.bot.test_delivery import HELP, NOW, OTHER, POSTED, SAY, SHOWN, TIP, Post, at_home, card

CODES = ("token_revoked", "account_inactive", "invalid_auth", "not_authed", "token_expired")
TENANT = "slack:TSUP"


@pytest.fixture
async def post(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with at_home(database) as home:
        yield home


def closed(code: str) -> dict[str, object]:
    return {"ok": False, "error": code}


async def tidy(post: Post, after: timedelta) -> None:
    """What the clock does every minute, some time later."""
    post.now += after
    await engine.housekeeping(post.house)()


def gauge() -> float | None:
    return REGISTRY.get_sample_value("samenspraak_installations_barred")


@pytest.mark.parametrize("code", CODES)
async def test_one_call_finds_the_door_closed_and_all_the_rest_waits(
    post: Post, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    post.slack.answers["chat.postMessage"] = [closed(code)]
    places = [Place("slack", "TSUP", f"C{n}") for n in range(30)]
    await post.put(*(Say(place, card("Hello"), f"card:{place.channel}") for place in places))
    for _ in range(5):
        await post.deliver(after=60)
    assert post.calls() == ["chat.postMessage"]
    assert await post.rows() == [("say", Leaving.WAITING, True)] * 30
    told = [record.message for record in caplog.records if record.name == "bot.barring"]
    assert len(told) == 1
    assert code in told[0]
    assert TENANT in told[0]
    assert gauge() == 1


async def test_another_installation_goes_on(post: Post) -> None:
    post.slack.answers["chat.postMessage"] = [closed("token_revoked"), POSTED]
    await post.put(SAY)
    await post.deliver()
    elsewhere = Place("slack", "TOTHER", "CELSE")
    await post.put(Say(elsewhere, card("Hello"), "card:9"), tenant="slack:TOTHER")
    await post.deliver()
    assert [state for _, state, _ in await post.rows()] == [Leaving.WAITING, Leaving.SENT]


async def test_it_goes_on_by_itself_when_the_token_works_again_and_knocks_only_now_and_then(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.slack.answers["chat.postMessage"] = [closed("token_revoked"), POSTED, POSTED]
    await post.put(SAY, Say(OTHER, card("Elsewhere"), "card:2"))
    await post.deliver()
    for _ in range(9):
        await tidy(post, timedelta(minutes=1))
    assert "auth.test" not in post.calls()
    post.slack.answers["auth.test"] = [
        closed("token_revoked"),
        {"ok": True, "team_id": "TSOMEBODY"},  # a token, but of another workspace
        {"ok": True, "team_id": "TSUP"},
    ]
    for _ in range(3):
        await tidy(post, AGAIN)
    assert post.calls().count("auth.test") == 3
    assert await post.deliver() == 2
    assert [state for _, state, _ in await post.rows()] == [Leaving.SENT, Leaving.SENT]
    assert gauge() == 0
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


async def test_a_token_that_is_revoked_a_second_time_is_told_of_again(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.slack.answers["chat.postMessage"] = [closed("token_revoked")] * 2
    post.slack.answers["auth.test"] = [{"ok": True, "team_id": "TX", "enterprise_id": "TSUP"}]
    await post.put(SAY)
    await post.deliver()
    await tidy(post, AGAIN)
    await post.deliver()
    assert post.calls() == ["chat.postMessage", "auth.test", "chat.postMessage"]
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 2


async def test_what_waits_until_it_is_worthless_loses_its_words(post: Post) -> None:
    post.slack.answers["chat.postEphemeral"] = [closed("account_inactive")]
    await post.put(TIP, SAY)
    await post.deliver()
    await tidy(post, timedelta(minutes=11))
    assert await post.rows() == [("whisper", Leaving.DROPPED, False), ("say", Leaving.WAITING, True)]
    await tidy(post, WORTH)
    assert await post.rows() == [("whisper", Leaving.DROPPED, False), ("say", Leaving.DROPPED, False)]
    assert [name for name in post.calls() if name.startswith("chat.")] == ["chat.postEphemeral"]


async def test_who_looks_up_people_finds_the_door_closed_too_and_knocks_no_more(post: Post) -> None:
    post.slack.answers["conversations.members"] = [closed("token_revoked")]
    await dispatch.take(post.house, Joined("Ev1", NOW, HELP))
    for _ in range(5):
        assert await dispatch.decide_waiting(post.house) == 0
    assert post.calls() == ["conversations.members"]
    await post.database.write(EVERYWHERE, lambda db: barred.lift(db, TENANT))
    post.slack.answers["conversations.members"] = [{"ok": True, "members": []}]
    assert await dispatch.decide_waiting(post.house) == 1
    (row,) = await post.database.read(EVERYWHERE, lambda db: list(db.scalars(select(Inbox))))
    assert row.body is None


async def test_who_is_invited_again_has_been_let_in(post: Post) -> None:
    await post.database.write(TENANT, lambda db: barred.bar(db, TENANT, "app_uninstalled", NOW))
    post.slack.answers["conversations.members"] = [{"ok": True, "members": []}]
    await dispatch.take(post.house, Joined("Ev1", NOW, HELP))
    assert await dispatch.decide_waiting(post.house) == 1
    assert post.calls() == ["conversations.members"]
    assert await post.database.read(EVERYWHERE, barred.everywhere) == {}


async def test_who_looks_for_what_may_have_arrived_finds_the_door_closed_too(post: Post) -> None:
    post.slack.answers["chat.postMessage"] = [(504, {}, "<html>")]
    post.slack.answers["conversations.history"] = [closed("token_revoked")]
    await post.put(SAY)
    for _ in range(4):
        await post.deliver(after=40)
    assert post.calls() == ["chat.postMessage", "conversations.history"]
    assert await post.rows() == [("say", Leaving.LEAVING, True)]


async def test_a_press_is_not_said_to_be_done_while_the_door_is_closed(post: Post) -> None:
    await post.database.write(TENANT, lambda db: barred.bar(db, TENANT, "token_revoked", NOW))
    press = ButtonPress("action:1", NOW, HELP, Person("slack", "TSUP", "USAM"), "join", "1")
    with pytest.raises(Unreachable):
        await dispatch.handle(post.house, press)
    assert post.calls() == []


@pytest.mark.parametrize("kind", [Barred, Uninstalled])
async def test_slack_may_say_itself_that_the_door_is_closed(
    post: Post, kind: type[Barred | Uninstalled], caplog: pytest.LogCaptureFixture
) -> None:
    post.slack.answers["chat.postMessage"] = [POSTED]
    await dispatch.take(post.house, kind("Ev1", NOW, replace(HELP, channel="")))
    assert await dispatch.decide_waiting(post.house) == 1
    await post.put(SAY)
    await post.deliver()
    assert post.calls() == []
    for _ in range(3):
        await tidy(post, timedelta(minutes=1))
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    post.slack.answers["auth.test"] = [{"ok": True, "team_id": "TSUP"}]
    await tidy(post, AGAIN)
    await post.deliver()
    assert post.calls() == ["auth.test", "chat.postMessage"]


# --- what is refused for good, but only this


DEAD = (
    "is_archived",
    "channel_not_found",
    "not_in_channel",
    "user_not_in_channel",
    "user_disabled",
    "cannot_dm_bot",
    "msg_too_long",
    "messages_tab_disabled",
    "restricted_action",
)


@pytest.mark.parametrize("code", DEAD)
async def test_what_is_refused_is_not_tried_again_and_comes_no_other_way(post: Post, code: str) -> None:
    """Nobody gets a direct message who did not choose so, and a tip is never shown to others instead."""
    post.slack.answers["chat.postEphemeral"] = [closed(code), SHOWN]
    await post.put(TIP, replace(TIP, key="tip:2"))
    for _ in range(4):
        await post.deliver(after=60)
    assert post.calls() == ["chat.postEphemeral"] * 2
    assert [state for _, state, _ in await post.rows()] == [Leaving.REFUSED, Leaving.SENT]
    assert await post.problems() == [code, None]
    assert await post.database.read(EVERYWHERE, barred.everywhere) == {}


@pytest.mark.parametrize("code", ["user_disabled", "cannot_dm_bot", "messages_tab_disabled"])
async def test_who_chose_direct_messages_and_cannot_get_them_gets_nothing_in_the_channel(post: Post, code: str) -> None:
    post.slack.answers["conversations.open"] = [closed(code)]
    await post.put(Whisper(replace(HELP, direct=True), TIP.who, TIP.card, "tip:1", until=TIP.until))
    for _ in range(4):
        await post.deliver(after=60)
    assert post.calls() == ["conversations.open"]
    assert await post.problems() == [code]


# --- too much at once


async def test_a_channel_that_is_told_to_slow_down_waits_and_five_thousand_others_do_not(post: Post) -> None:
    """F30: 429 with Retry-After on one channel."""
    busy = (429, {"Retry-After": "30"}, '{"ok":false,"error":"ratelimited"}')
    begun: list[str] = []

    def answer(asked: dict[str, object]) -> object:
        begun.append(str(asked["text"]))
        return busy if asked["channel"] == "CHELP" and len(begun) == 1 else POSTED

    post.slack.answers["chat.postMessage"] = [answer]
    await post.put(*(Say(HELP, card(f"Line {n}"), f"card:{n}") for n in range(5_000)))
    await post.put(*(Say(Place("slack", "TSUP", f"C{n}"), card(f"Elsewhere {n}"), f"other:{n}") for n in range(5)))
    await post.deliver()
    assert begun == ["Line 0", *(f"Elsewhere {n}" for n in range(5))]
    await post.deliver(after=29.9)
    assert len(begun) == 6
    post.now += timedelta(seconds=0.2)
    for _ in range(20):
        await engine.delivery.deliver(post.house)
    assert begun[6:] == [f"Line {n}" for n in range(20)]


async def test_telling_an_administrator_says_nothing_when_all_is_well(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    await barring.tell(post.house)
    await barring.knock(post.house)
    assert caplog.records == []
    assert post.calls() == []
