"""What goes to Teams goes once, to the right eyes, to Microsoft alone, and it is said how it ended."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from teams_driver import CHANNEL, HANG, RESET, SERVICE, TENANT, Connector, actions, card_of, words

from bot import barring
from bot.mouth import Sent, Unreachable
from bot.teams import api
from bot.teams.api import Teams, Unanswered, call, may_call
from bot.teams.connected import mouth
from bot.teams.credentials import no_token
from bot.teams.send import send
from handlers.vocabulary import (
    Attach,
    Button,
    Buttons,
    Card,
    Person,
    Place,
    Replace,
    Say,
    Sending,
    Share,
    ShowHome,
    Text,
    Whisper,
    Withdraw,
)
from storage import outbox, references
from storage.barred import AGAIN
from storage.database import EVERYWHERE
from storage.outbox import LEASE
from storage.references import Reached
from storage.tables import Leaving
from tests.bot.test_delivery import Post, at_home

DESK = Place("teams", TENANT, CHANNEL)
SAM, ROBIN = Person("teams", TENANT, "sam"), Person("teams", TENANT, "robin")
CARD = Card("Kort", (Text("Wat fijn."), Buttons((Button("why", "Waarom?", "1"), Button("promise", "Afspraak", "1")))))
SAY = Say(DESK, CARD, "card:1")
TIP = Whisper(DESK, SAM, CARD, "tip:1")


async def test_what_all_may_see_is_said_in_the_channel_or_the_thread(teams: Teams, front: Connector) -> None:
    sent = await send(teams, SAY)
    await send(teams, replace(SAY, place=replace(DESK, thread="1700")))
    assert [(one.method, one.conversation) for one in front.calls] == [
        ("POST", CHANNEL), ("POST", f"{CHANNEL};messageid=1700"),
    ]  # fmt: skip
    assert sent == Sent("sent", ref=f"{CHANNEL}/{front.calls[0].activity}")
    assert front.calls[0].body["summary"] == "Kort"
    assert words(card_of(front.calls[0].body)) == "Wat fijn."
    assert set(front.tokens) == {"Bearer made-up"}


async def test_a_button_that_opens_a_form_asks_for_one_and_others_send_a_message(
    teams: Teams, front: Connector
) -> None:
    await send(teams, SAY)
    shown = actions(card_of(front.calls[0].body))
    assert shown["promise"]["msteams"] == {"type": "task/fetch"}
    assert "msteams" not in shown["why"]


async def test_a_whisper_goes_to_the_persons_own_chat_which_is_begun_once(teams: Teams, front: Connector) -> None:
    for effect in (TIP, replace(TIP, key="tip:2"), ShowHome(DESK, SAM, CARD)):
        assert (await send(teams, effect)).outcome == "sent"
    assert {one.conversation for one in front.calls} == {front.chats["29:sam"]}
    before = len(front.tokens)
    again = Teams(teams.session, teams.token, teams.database, loopback=True)
    await send(again, TIP)
    assert len(front.tokens) == before + 1  # it is remembered where that chat is


async def test_what_is_private_never_goes_to_a_channel_instead(teams: Teams, front: Connector) -> None:
    stranger = Person("teams", TENANT, "nobody")
    assert await send(teams, replace(TIP, who=stranger)) == Sent("refused", error="no_such_member")
    front.planned = [(403, {}, '{"error": {"code": "MessageWritesBlocked"}}')]
    assert await send(teams, TIP) == Sent("refused", error="http_403_MessageWritesBlocked")
    assert not any(one.conversation.startswith(CHANNEL) for one in front.calls)


async def test_what_is_to_be_told_directly_goes_to_their_own_chat_whatever_place_it_is_about(
    teams: Teams, front: Connector
) -> None:
    assert (await send(teams, replace(TIP, place=replace(DESK, direct=True)))).outcome == "sent"
    assert [one.conversation for one in front.calls] == [front.chats["29:sam"]]


async def test_who_blocked_us_is_not_asked_again_until_they_speak(teams: Teams, front: Connector) -> None:
    front.planned = [(403, {}, "")]
    await send(teams, TIP)
    calls = len(front.tokens)
    assert await send(teams, TIP) == Sent("refused", error="refused_before")
    assert len(front.tokens) == calls
    chat = Reached(front.chats["29:sam"], front.url, None, "sam")
    await teams.database.write(DESK.tenant, lambda db: references.keep(db, DESK.tenant, chat))
    assert (await send(teams, TIP)).outcome == "sent"


IN_THREAD = replace(SAY, place=replace(DESK, thread="1700"))
TAKEN_OUT = '{"error": {"code": "BotNotInConversationRoster"}}'


@pytest.mark.parametrize("status", [403, 404])
async def test_a_thread_that_is_gone_does_not_close_its_channel(teams: Teams, front: Connector, status: int) -> None:
    front.planned = [(status, {}, "")]
    assert await send(teams, IN_THREAD) == Sent("refused", error=f"http_{status}")
    assert (await send(teams, SAY)).outcome == "sent"


@pytest.mark.parametrize(("effect", "body"), [(SAY, ""), (SAY, TAKEN_OUT), (IN_THREAD, TAKEN_OUT)])
async def test_a_channel_that_is_gone_is_not_asked_again(
    teams: Teams, front: Connector, effect: Say, body: str
) -> None:
    front.planned = [(404, {}, body)]
    assert (await send(teams, effect)).outcome == "refused"
    assert await send(teams, SAY) == Sent("refused", error="refused_before")


async def test_a_card_is_changed_and_taken_away_where_it_is(teams: Teams, front: Connector) -> None:
    said, whispered = await send(teams, SAY), await send(teams, TIP)
    new = Card("Anders", (Text("Anders."),))
    for ref in (said.ref, whispered.ref):
        assert await send(teams, Replace(DESK, new, "card:1"), ref) == Sent("sent", ref=ref)
    assert [words(card_of(body)) for _, body in front.said.values()] == ["Anders.", "Anders."]
    assert await send(teams, Withdraw(DESK, "tip:1"), whispered.ref) == Sent("sent", ref=whispered.ref)
    assert len(front.said) == 1
    front.planned = [(404, {}, "")]
    assert (await send(teams, Withdraw(DESK, "tip:1"), whispered.ref)).outcome == "sent"  # it was gone already
    for effect in (Replace(DESK, new, "card:1"), Withdraw(DESK, "tip:1")):
        assert (await send(teams, effect, None)).outcome == "unsupported"


async def test_a_file_is_text_to_copy_for_its_owner_alone(teams: Teams, front: Connector) -> None:
    content = "".join(f"regel {number}\n" for number in range(4_000))
    sent = await send(teams, Share(DESK, SAM, "samenspraak.json", content, "export:1"))
    assert sent.outcome == "sent"
    assert {one.conversation for one in front.calls} == {front.chats["29:sam"]}
    pieces = [words(card_of(one.body)).removeprefix("samenspraak.json\n") for one in front.calls]
    assert "".join(pieces).replace("\n", "") == content.replace("\n", "")
    front.planned = [None, RESET]
    assert (await send(teams, Share(DESK, SAM, "samenspraak.json", content, "export:2"))).outcome == "unknown"


async def test_no_file_goes_into_a_channel(teams: Teams, front: Connector) -> None:
    sent = await send(teams, Attach(DESK, "item:1", "OV-1.ics", "BEGIN:VCALENDAR", "Open dit", "ics:1"), "x/1")
    assert sent.outcome == "unsupported"
    assert front.calls == []


async def test_where_no_zip_can_be_sent_it_says_where_it_can_be_had(teams: Teams, front: Connector) -> None:
    instead = Card("Vraag ernaar", (Text("Vraag ernaar."),))
    sent = await send(teams, Share(DESK, SAM, "d.zip", "{}", "dossier:1", holds="dossier", instead=instead))
    assert sent.outcome == "sent"
    (one,) = front.calls
    assert one.conversation == front.chats["29:sam"]
    assert words(card_of(one.body)) == "Vraag ernaar."


async def test_people_on_a_card_have_their_names(teams: Teams, front: Connector) -> None:
    await send(teams, replace(SAY, card=Card("x", (Text((ROBIN, " en ", Person("teams", TENANT, "gone"))),))))
    assert words(card_of(front.calls[0].body)) == "Robin en …"


# --- how it can end


@pytest.mark.parametrize(
    ("status", "headers", "sent"),
    [
        (401, {}, Sent("barred", error="http_401")),
        (403, {}, Sent("refused", error="http_403")),
        (404, {}, Sent("refused", error="http_404")),
        (408, {}, Sent("unknown", error="http_408")),
        (412, {}, Sent("retry", error="http_412", seconds=5)),
        (413, {}, Sent("refused", error="http_413")),
        (429, {"Retry-After": "17"}, Sent("retry", error="http_429", seconds=17)),
        (429, {"Retry-After": "soon"}, Sent("retry", error="http_429", seconds=30)),
        (429, {"Retry-After": "99999"}, Sent("retry", error="http_429", seconds=3600)),
        (500, {}, Sent("unknown", error="http_500")),
        (501, {}, Sent("refused", error="http_501")),
        (502, {}, Sent("retry", error="http_502", seconds=5)),
        (503, {"Retry-After": "9"}, Sent("retry", error="http_503", seconds=9)),
        (504, {}, Sent("retry", error="http_504", seconds=5)),
        (307, {"Location": "https://evil.example/"}, Sent("refused", error="http_307")),
    ],
)
async def test_every_answer_of_teams_means_something(
    teams: Teams, front: Connector, status: int, headers: dict[str, str], sent: Sent
) -> None:
    front.planned = [(status, headers, "")]
    assert await send(teams, SAY) == sent
    assert len(front.calls) == 1


async def test_a_cut_line_leaves_us_in_doubt_and_a_closed_door_does_not(
    teams: Teams, front: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.planned = [RESET]
    assert (await send(teams, SAY)).outcome == "unknown"
    monkeypatch.setattr(api, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    front.planned = [HANG]
    assert await send(teams, SAY) == Sent("unknown", error="timeout")
    await front.close()
    assert await send(teams, SAY) == Sent("retry", error="no_connection", seconds=5)


def test_what_may_have_been_said_cannot_be_looked_for(teams: Teams) -> None:
    assert mouth(teams).find is None


async def test_before_anything_is_said_nothing_is_in_doubt(teams: Teams, front: Connector) -> None:
    await front.close()
    assert (await send(teams, TIP)).outcome == "retry"


async def test_without_a_token_nothing_is_sent(teams: Teams, front: Connector) -> None:
    async def none() -> str:
        raise Unanswered(Sent("retry", error="no_token", seconds=30))

    poor = Teams(teams.session, none, teams.database, loopback=True)
    assert await send(poor, SAY) == Sent("retry", error="no_token", seconds=30)
    assert front.tokens == []


async def test_who_looks_up_people_hears_that_nothing_is_let_in(teams: Teams) -> None:
    async def ended() -> str:
        raise Unanswered(Sent("barred", error="no_token"))

    poor = Teams(teams.session, ended, teams.database, loopback=True)
    assert await send(poor, TIP) == Sent("barred", error="no_token")
    with pytest.raises(Unreachable) as closed:
        await mouth(poor).roster(DESK, None)
    assert closed.value.barred == "no_token"
    assert Unanswered(Sent("retry", error="http_503")).barred is None


@pytest.fixture
async def post(teams: Teams) -> AsyncIterator[Post]:
    """A house that speaks to Teams."""
    async with at_home(teams.database) as home:
        home.house = replace(home.house, mouths={"teams": mouth(replace(teams, token=no_token))})
        yield home


async def test_while_our_token_is_not_taken_everything_waits_and_then_goes_on(
    post: Post, front: Connector, caplog: pytest.LogCaptureFixture
) -> None:
    front.planned = [(401, {}, "")]
    await post.put(SAY, TIP, tenant=DESK.tenant)
    for _ in range(20):
        await post.deliver(after=20)
    assert len(front.calls) == 1
    assert [state for _, state, _ in await post.rows()] == [Leaving.WAITING] * 2
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["bot.barring"]
    post.now += AGAIN
    await barring.knock(post.house)
    await post.deliver()
    assert [state for _, state, _ in await post.rows()] == [Leaving.SENT] * 2


@pytest.mark.parametrize(
    ("effect", "times"), [(SAY, 2), (TIP, 1), (ShowHome(DESK, SAM, CARD), 1)], ids=["say", "whisper", "home"]
)
async def test_in_doubt_only_what_is_for_everyone_is_said_again_and_once(
    post: Post, front: Connector, effect: Sending, times: int
) -> None:
    front.planned = [(500, {}, "")] * 20
    await post.put(effect, tenant=DESK.tenant)
    for _ in range(20):
        await post.deliver(after=LEASE.total_seconds())
    assert len(front.calls) == times
    assert [state for _, state, _ in await post.rows()] == [Leaving.UNKNOWN]


async def test_a_page_is_not_shown_again_by_who_takes_over(post: Post, front: Connector) -> None:
    await post.put(ShowHome(DESK, SAM, CARD), tenant=DESK.tenant)
    await post.database.write(EVERYWHERE, lambda db: outbox.claim(db, post.now, 1))
    await post.deliver(after=LEASE.total_seconds())
    assert front.calls == []
    assert [state for _, state, _ in await post.rows()] == [Leaving.UNKNOWN]


async def test_a_change_in_doubt_is_made_again(post: Post, front: Connector) -> None:
    front.planned = [None, (500, {}, ""), RESET]
    await post.put(SAY, Replace(DESK, CARD, "card:1"), tenant=DESK.tenant)
    for _ in range(5):
        await post.deliver(after=60)
    assert [one.method for one in front.calls] == ["POST", "PUT", "PUT", "PUT"]
    assert [state for _, state, _ in await post.rows()] == [Leaving.SENT] * 2


# --- to whom


GOOD = [SERVICE, "https://smba.trafficmanager.net/teams", "https://smba.infra.gcc.teams.microsoft.com/teams",
        "https://europe.api.botframework.com/", "https://SMBA.trafficmanager.net/emea/"]  # fmt: skip
BAD = [
    "http://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net.evil.example/", "http://169.254.169.254/",
    "https://evil.example/smba.trafficmanager.net", "https://smba.trafficmanager.net@evil.example/",
    "https://user:pw@smba.trafficmanager.net/", "https://smba.trafficmanager.net:8443/", "https://botframework.com.x/",
    "https://xbotframework.com/", "ftp://smba.trafficmanager.net/", "file:///etc/passwd", "", "emea", "//x", "https://",
    "https://smba.trafficmanager.net/?x=1", "https://smba.trafficmanager.net/#x", "http://127.0.0.1:3978/",
    "http://localhost/", "https://[::1]/", "https://smba.trafficmanager.net\\@evil.example/", "https://[/",
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_microsoft_may_be_called(teams_abroad: Teams, url: str) -> None:
    assert may_call(teams_abroad, url)


@pytest.mark.parametrize("url", BAD)
async def test_nobody_else_gets_a_request_or_our_token(teams_abroad: Teams, url: str) -> None:
    assert not may_call(teams_abroad, url)
    with pytest.raises(Unanswered, match="foreign_service_url"):
        await call(teams_abroad, "GET", url, "conversations")
    here = Reached("19:bad", url)
    await teams_abroad.database.write(DESK.tenant, lambda db: references.keep(db, DESK.tenant, here))
    assert await send(teams_abroad, replace(SAY, place=replace(DESK, channel="19:bad"))) == Sent(
        "refused", error="foreign_service_url"
    )


@pytest.fixture
def teams_abroad(teams: Teams) -> Teams:
    """The bot as it runs for everybody: this machine is not Microsoft's."""

    async def never() -> Any:
        raise AssertionError("a token was asked for")

    return Teams(teams.session, never, teams.database)


async def test_where_nothing_was_ever_heard_nothing_is_said(teams: Teams, front: Connector) -> None:
    elsewhere = replace(SAY, place=replace(DESK, channel="19:elsewhere"))
    assert await send(teams, elsewhere) == Sent("refused", error="unknown_conversation")
    other_tenant = replace(SAY, place=replace(DESK, team="other"))
    assert await send(teams, other_tenant) == Sent("refused", error="unknown_conversation")
    assert front.tokens == []
