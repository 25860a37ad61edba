"""What is to be said leaves the house as promised: through a real outbox, to a Slack that misbehaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import delivery, wire
from bot.house import House
from bot.mouth import Errand
from bot.slack import connected
from handlers.vocabulary import Attach, Card, Person, Place, Replace, Say, Sending, ShowHome, Text, Whisper, Withdraw
from storage import outbox
from storage.database import EVERYWHERE, Database
from storage.outbox import LEASE
from storage.tables import Leaving, Outbox
from tests.bot.slack.fake_slack import HANG, RESET, FakeSlack, slack_at_home

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
HELP, OTHER = Place("slack", "TSUP", "CHELP"), Place("slack", "TSUP", "COTHER")
SAM = Person("slack", "TSUP", "USAM")
POSTED = {"ok": True, "channel": "CHELP", "ts": "1772442000.000900"}
SHOWN = {"ok": True, "message_ts": "1.2"}
BUSY = (429, {"Retry-After": "7"}, '{"ok":false,"error":"ratelimited"}')
DOWN = (503, {}, "<html>sorry</html>")


def card(words: str) -> Card:
    return Card(words, (Text(words),))


SAY = Say(HELP, card("The date was moved."), "card:1")
TIP = Whisper(HELP, SAM, card("What would help Cleo now?"), "tip:1", until=NOW + timedelta(minutes=10))
CHANGE = Replace(HELP, card("The date is Friday."), "card:1")
HOME = ShowHome(HELP, SAM, card("Your page"))
METHOD = {Say: "chat.postMessage", Whisper: "chat.postEphemeral", Replace: "chat.update", ShowHome: "views.publish"}


@dataclass
class Post:
    """A house whose clock stands still until it is put forward, and the Slack that it speaks to."""

    database: Database
    slack: FakeSlack
    house: House
    now: datetime = NOW
    keys: list[str] = field(default_factory=list)

    async def put(self, *effects: Sending, created: datetime | None = None, tenant: str = "slack:TSUP") -> None:
        def save(db: Session) -> None:
            for effect in effects:
                kind = type(effect).__name__.lower()
                key = getattr(effect, "key", "home")
                if isinstance(effect, Withdraw):
                    outbox.unsent(db, tenant, key)
                self.keys.append(f"{kind}/{key}/{len(self.keys)}")
                outbox.put(
                    db,
                    tenant,
                    channel=effect.place.channel,
                    card=key,
                    kind=kind,
                    whose=None,
                    body=wire.dumps_sending(effect),
                    dedup_key=self.keys[-1],
                    now=created or self.now,
                    expires_at=effect.until if isinstance(effect, Whisper) else None,
                )

        await self.database.write(tenant, save)

    async def deliver(self, after: float = 0) -> int:
        """Some seconds later, everything that is due is sent. Returns how many rows were dealt with."""
        self.now += timedelta(seconds=after)
        dealt_with = 0
        while count := await delivery.deliver(self.house):
            dealt_with += count
        return dealt_with

    async def rows(self) -> list[tuple[str, Leaving, bool]]:
        """What became of everything, and whether its words are still there."""

        def look(db: Session) -> list[tuple[str, Leaving, bool]]:
            found = db.scalars(select(Outbox).order_by(Outbox.id))
            return [(row.kind, Leaving(row.state), row.body is not None) for row in found]

        return await self.database.read(EVERYWHERE, look)

    async def problems(self) -> list[str | None]:
        """Why each was not sent."""
        return await self.database.read(
            EVERYWHERE, lambda db: list(db.scalars(select(Outbox.problem).order_by(Outbox.id)))
        )

    def calls(self) -> list[str]:
        return [name for name, _ in self.slack.calls]


@pytest.fixture
async def post(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with at_home(database) as home:
        yield home


@asynccontextmanager
async def at_home(database: Database) -> AsyncIterator[Post]:
    async with slack_at_home(patience=0.3) as (fake, slack):
        posts: list[Post] = []

        async def deaf(_what: object) -> None:
            return None

        house = House(
            database=database,
            ear=deaf,
            mouths={"slack": connected.mouth(slack)},
            now=lambda: posts[0].now,
            dice=lambda: 0.5,
            wake=lambda: None,
            policies={},
        )
        posts.append(Post(database, fake, house))
        yield posts[0]


async def test_what_is_said_arrives_once_and_leaves_no_words_behind(post: Post) -> None:
    post.slack.answers |= {"chat.postMessage": [POSTED], "chat.postEphemeral": [SHOWN]}
    await post.put(SAY, TIP)
    assert await post.deliver() == 2
    assert await post.deliver(after=3600) == 0
    assert post.calls() == ["chat.postMessage", "chat.postEphemeral"]
    assert await post.rows() == [("say", Leaving.SENT, False), ("whisper", Leaving.SENT, False)]


@pytest.mark.parametrize("effect", [SAY, TIP, HOME], ids=lambda effect: type(effect).__name__)
async def test_a_busy_slack_is_left_alone_for_as_long_as_it_asks(post: Post, effect: Sending) -> None:
    method = METHOD[type(effect)]
    post.slack.answers[method] = [BUSY, {**POSTED, **SHOWN}]
    await post.put(effect)
    await post.deliver()
    await post.deliver(after=6.9)
    assert post.calls() == [method]
    await post.deliver(after=0.2)
    assert post.calls() == [method] * 2
    assert [state for _, state, _ in await post.rows()] == [Leaving.SENT]


async def test_a_busy_channel_keeps_its_order_and_holds_up_no_other(post: Post) -> None:
    post.slack.answers["chat.postMessage"] = [BUSY, POSTED, POSTED, POSTED]
    await post.put(SAY, Say(HELP, card("Second"), "card:2"))
    assert await delivery.deliver(post.house) == 1
    await post.put(Say(OTHER, card("Elsewhere"), "card:3"))
    await post.deliver()
    await post.deliver(after=8)
    said = [call["text"] for call in post.slack.told("chat.postMessage")]
    assert said == ["The date was moved.", "Elsewhere", "The date was moved.", "Second"]


async def test_a_slack_that_is_down_is_tried_again_but_not_for_ever(post: Post) -> None:
    post.slack.answers["chat.postMessage"] = [DOWN] * 50
    await post.put(SAY)
    for _ in range(20):
        await post.deliver(after=600)
    assert len(post.calls()) == delivery.ATTEMPTS
    assert await post.rows() == [("say", Leaving.REFUSED, False)]


@given(st.integers(1, 12), st.none() | st.floats(0, 3600), st.floats(0, 1, exclude_max=True))
def test_who_waits_waits_longer_each_time_not_all_as_long_and_as_long_as_was_asked(
    attempts: int, asked: float | None, dice: float
) -> None:
    waits = delivery._wait(attempts, asked, dice)
    assert waits >= timedelta(seconds=asked or 0)
    assert waits >= 0.75 * min(delivery.FIRST_WAIT * 2 ** (attempts - 1), delivery.LONGEST_WAIT)
    assert waits <= max(1.25 * delivery.LONGEST_WAIT, timedelta(seconds=asked or 0))
    assert (
        delivery._wait(attempts, None, 0.0) < delivery._wait(attempts, None, 0.5) < delivery._wait(attempts, None, 0.9)
    )


async def test_a_refusal_is_final(post: Post) -> None:
    post.slack.answers["chat.postEphemeral"] = [{"ok": False, "error": "user_not_in_channel"}]
    await post.put(TIP)
    for _ in range(3):
        await post.deliver(after=60)
    assert post.calls() == ["chat.postEphemeral"]
    assert await post.rows() == [("whisper", Leaving.REFUSED, False)]


INVITED = Attach(HELP, "card:1", "OV-1.ics", "BEGIN:VCALENDAR", "For your calendar", "ics:card:1")
SLOT, DONE = "files.getUploadURLExternal", "files.completeUploadExternal"


def takes_files(post: Post, *ends: Any) -> None:
    slot = {"ok": True, "upload_url": f"{post.slack.url}upload", "file_id": "F7"}
    post.slack.answers |= {"chat.postMessage": [POSTED], SLOT: [slot] * len(ends), DONE: list(ends)}


async def test_a_file_waits_for_the_card_and_hangs_below_it(post: Post) -> None:
    takes_files(post, {"ok": True})
    await post.put(SAY, INVITED)
    await post.deliver()
    assert post.calls() == ["chat.postMessage", SLOT, "upload", DONE]
    assert post.slack.told(DONE)[0]["thread_ts"] == "1772442000.000900"
    assert await post.rows() == [("say", Leaving.SENT, False), ("attach", Leaving.SENT, False)]


async def test_below_a_card_that_never_came_there_is_no_file(post: Post) -> None:
    post.slack.answers["chat.postMessage"] = [{"ok": False, "error": "is_archived"}]
    await post.put(SAY, INVITED)
    await post.deliver()
    assert post.calls() == ["chat.postMessage"]
    assert [state for _, state, _ in await post.rows()] == [Leaving.REFUSED, Leaving.DROPPED]


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_file_that_perhaps_hangs_there_is_looked_for_first(post: Post, arrived: bool) -> None:
    takes_files(post, RESET, {"ok": True})
    files = [{"name": "OV-1.ics"}] if arrived else []
    post.slack.answers["conversations.replies"] = [{"ok": True, "messages": [{"ts": "1.2", "files": files}]}]
    await post.put(SAY, INVITED)
    await post.deliver()
    await post.deliver(after=LEASE.total_seconds() + 1)
    assert len(post.slack.told(DONE)) == (1 if arrived else 2)
    assert await post.rows() == [("say", Leaving.SENT, False), ("attach", Leaving.SENT, False)]


async def test_a_file_that_was_cut_off_before_anybody_saw_it_is_sent_again(post: Post) -> None:
    takes_files(post, {"ok": True}, {"ok": True})
    post.slack.answers["upload"] = [RESET]
    await post.put(SAY, INVITED)
    await post.deliver()
    await post.deliver(after=60)
    assert len(post.slack.told(DONE)) == 1
    assert "conversations.replies" not in post.calls()


AMBIGUOUS = pytest.mark.parametrize("trouble", [RESET, HANG, (504, {}, "<html>")], ids=["reset", "hang", "gateway"])


@AMBIGUOUS
async def test_a_tip_that_may_have_arrived_is_never_repeated(post: Post, trouble: Any) -> None:
    post.slack.answers["chat.postEphemeral"] = [trouble]
    await post.put(TIP)
    for _ in range(4):
        await post.deliver(after=LEASE.total_seconds())
    assert post.calls() == ["chat.postEphemeral"]
    assert await post.rows() == [("whisper", Leaving.UNKNOWN, False)]


@AMBIGUOUS
@pytest.mark.parametrize("arrived", [True, False])
async def test_a_card_for_everyone_that_may_have_arrived_is_looked_for(post: Post, trouble: Any, arrived: bool) -> None:
    post.slack.answers["chat.postMessage"] = [trouble, POSTED]
    await post.put(SAY)
    await post.deliver()
    assert post.calls() == ["chat.postMessage"]
    marked = post.slack.told("chat.postMessage")[0]["metadata"]
    found = {"ts": "1772442000.000900", "metadata": marked, "bot_id": "B1"}
    post.slack.answers["conversations.history"] = [{"ok": True, "messages": [found] if arrived else []}]
    await post.deliver(after=LEASE.total_seconds())
    assert post.calls().count("chat.postMessage") == (1 if arrived else 2)
    assert await post.rows() == [("say", Leaving.SENT, False)]


async def test_while_slack_does_not_tell_whether_it_arrived_nothing_is_repeated(post: Post) -> None:
    post.slack.answers["chat.postMessage"] = [RESET]
    post.slack.answers["conversations.history"] = [DOWN] * 50
    await post.put(SAY)
    for _ in range(20):
        await post.deliver(after=LEASE.total_seconds())
    assert post.calls().count("chat.postMessage") == 1
    assert await post.rows() == [("say", Leaving.UNKNOWN, False)]


def blind(post: Post) -> None:
    """The platform has no way to look for what may have arrived."""
    post.house = replace(post.house, mouths={"slack": replace(post.house.mouths["slack"], find=None)})


@AMBIGUOUS
async def test_where_nothing_can_be_looked_for_a_card_for_everyone_is_repeated_once(post: Post, trouble: Any) -> None:
    blind(post)
    post.slack.answers["chat.postMessage"] = [trouble] * 20
    await post.put(SAY)
    for _ in range(20):
        await post.deliver(after=LEASE.total_seconds())
    assert post.calls() == ["chat.postMessage"] * 2
    assert await post.rows() == [("say", Leaving.UNKNOWN, False)]


async def test_what_certainly_did_not_arrive_does_not_count_as_its_repetition(post: Post) -> None:
    blind(post)
    post.slack.answers["chat.postMessage"] = [BUSY, RESET, BUSY, DOWN, RESET, POSTED]
    await post.put(SAY)
    for _ in range(10):
        await post.deliver(after=LEASE.total_seconds())
    assert post.calls() == ["chat.postMessage"] * 5
    assert await post.rows() == [("say", Leaving.UNKNOWN, False)]


async def test_a_repetition_that_arrives_is_the_end_of_it(post: Post) -> None:
    blind(post)
    post.slack.answers["chat.postMessage"] = [RESET, POSTED]
    await post.put(SAY)
    for _ in range(3):
        await post.deliver(after=LEASE.total_seconds())
    assert post.calls() == ["chat.postMessage"] * 2
    assert await post.rows() == [("say", Leaving.SENT, False)]


async def test_senders_that_die_repeat_what_cannot_be_looked_for_only_once(post: Post) -> None:
    blind(post)
    said: list[int] = []

    async def die(errand: Errand) -> Any:
        said.append(errand.mark)
        raise SystemError

    post.house = replace(post.house, mouths={"slack": replace(post.house.mouths["slack"], send=die)})
    await post.put(SAY)
    for _ in range(5):
        await post.deliver(after=LEASE.total_seconds())
    assert len(said) == 2
    assert await post.rows() == [("say", Leaving.UNKNOWN, False)]


async def test_a_change_may_be_repeated(post: Post) -> None:
    post.slack.answers |= {"chat.postMessage": [POSTED], "chat.update": [RESET, HANG, {"ok": True}]}
    await post.put(SAY, CHANGE)
    for _ in range(5):
        await post.deliver(after=60)
    assert post.calls() == ["chat.postMessage"] + ["chat.update"] * 3
    assert [state for _, state, _ in await post.rows()] == [Leaving.SENT, Leaving.SENT]


async def test_a_change_waits_for_its_card_and_goes_to_where_that_is(post: Post) -> None:
    post.slack.answers["chat.postMessage"] = [BUSY, POSTED]
    await post.put(SAY, CHANGE)
    await post.deliver()
    assert post.calls() == ["chat.postMessage"]
    await post.deliver(after=8)
    assert post.calls() == ["chat.postMessage"] * 2 + ["chat.update"]
    assert post.slack.told("chat.update")[0]["ts"] == "1772442000.000900"


async def test_a_change_of_a_card_that_never_was_is_dropped(post: Post) -> None:
    await post.put(CHANGE)
    await post.deliver()
    assert post.calls() == []
    assert await post.rows() == [("replace", Leaving.DROPPED, False)]


async def test_a_tip_that_comes_too_late_is_dropped(post: Post) -> None:
    post.slack.answers["chat.postEphemeral"] = [BUSY, SHOWN]
    await post.put(TIP)
    await post.deliver()
    await post.deliver(after=601)
    assert post.calls() == ["chat.postEphemeral"]
    assert await post.rows() == [("whisper", Leaving.DROPPED, False)]


async def test_a_tip_that_is_withdrawn_before_it_left_never_leaves(post: Post) -> None:
    await post.put(TIP)
    await post.put(Withdraw(HELP, "tip:1"))
    await post.deliver()
    assert post.calls() == []
    assert await post.rows() == [("whisper", Leaving.DROPPED, False), ("withdraw", Leaving.DROPPED, False)]


STEPS = {"claimed": 0, "sent": 1}


@pytest.mark.parametrize("effect", [SAY, TIP, HOME], ids=lambda effect: type(effect).__name__)
@pytest.mark.parametrize("died", STEPS)
async def test_a_sender_that_dies_doubles_nothing(post: Post, effect: Sending, died: str) -> None:
    """Dead after the claim, or after the call and before it was written down."""
    method = METHOD[type(effect)]
    post.slack.answers[method] = [{**POSTED, **SHOWN}] * 3
    await post.put(effect)
    (claimed,) = await post.database.write(EVERYWHERE, lambda db: outbox.claim(db, post.now, 1))
    history = []
    if died == "sent":
        await post.house.mouths["slack"].send(Errand(effect, claimed.id, claimed.created_at))
        if isinstance(effect, Say):
            history = [{"ts": POSTED["ts"], "metadata": post.slack.calls[-1][1]["metadata"], "bot_id": "B1"}]
    post.slack.answers["conversations.history"] = [{"ok": True, "messages": history}]
    await post.deliver(after=LEASE.total_seconds())
    await post.deliver(after=3600)
    expected = {"Say": 1, "Whisper": STEPS[died], "ShowHome": 1 + STEPS[died]}[type(effect).__name__]
    assert post.calls().count(method) == expected
    ((_, state, words),) = await post.rows()
    assert state == (Leaving.UNKNOWN if isinstance(effect, Whisper) else Leaving.SENT)
    assert not words


async def test_a_sender_that_stood_still_sends_nothing_and_begins_anew(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.slack.answers["chat.postEphemeral"] = [SHOWN]
    await post.put(TIP)
    loop = asyncio.get_running_loop()
    real, jumped = loop.time, [False]
    prefers = delivery._prefers_direct

    async def freeze(*args: Any) -> bool:
        answer = await prefers(*args)
        if not jumped[0]:
            jumped[0] = True
            monkeypatch.setattr(loop, "time", lambda: real() + 3 * LEASE.total_seconds())
        return answer

    monkeypatch.setattr(delivery, "_prefers_direct", freeze)
    await delivery.deliver(post.house)
    assert post.calls() == []
    await post.deliver()
    assert post.calls() == ["chat.postEphemeral"]
    assert await post.rows() == [("whisper", Leaving.SENT, False)]


async def test_a_sender_whose_lease_went_to_another_writes_nothing_down(post: Post) -> None:
    post.slack.answers["chat.postEphemeral"] = [SHOWN]
    await post.put(TIP)
    (frozen,) = await post.database.write(EVERYWHERE, lambda db: outbox.claim(db, post.now, 1))
    await post.deliver(after=LEASE.total_seconds())
    assert await post.rows() == [("whisper", Leaving.UNKNOWN, False)]
    late = await post.database.write(EVERYWHERE, lambda db: outbox.finish(db, frozen, Leaving.SENT, ref="x"))
    assert not late
    assert await post.rows() == [("whisper", Leaving.UNKNOWN, False)]


async def test_a_row_that_nobody_can_read_does_not_block_its_channel_for_ever(post: Post) -> None:
    post.slack.answers["chat.postMessage"] = [POSTED]
    await post.put(TIP)

    def spoil(db: Session) -> None:
        db.scalars(select(Outbox)).one().body = '{"is": "Song"}'

    await post.database.write(EVERYWHERE, spoil)
    await post.put(SAY)
    for _ in range(delivery.ATTEMPTS + 1):
        await post.deliver(after=LEASE.total_seconds())
    assert await post.rows() == [("whisper", Leaving.UNKNOWN, False), ("say", Leaving.SENT, False)]
