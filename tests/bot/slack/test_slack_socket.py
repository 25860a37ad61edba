"""Slack's other door over real websockets: whatever happens to a connection, nothing is lost and nothing done twice."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from fake_socket import SocketSlack, socket_slack, soon
from slack_payloads import NOW, payload
from sqlalchemy import select

from bot.house import House
from bot.slack import connected
from bot.slack.api import connect
from bot.slack.inside import Inside
from bot.slack.socket import Lines, Patience, listening
from handlers.vocabulary import Answer, Arrived, ButtonPress, Command, Event, Message, Submission
from storage.database import EVERYWHERE, Database
from storage.tables import Inbox

TOKEN = "xapp-made-up"
ASKED = payload("slash__check") | {"text": "help"}
QUICK = Patience(connect=0.5, again=0.02, refused=0.02, lost=0.5, look=0.02, ping=0.2, goodbye=1.0)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[SocketSlack]:
    async with socket_slack() as there:
        yield there


@dataclass
class Indoors:
    """What stands behind the door. While `trouble` is set nothing can be saved; while `busy` is not, it takes long."""

    taken: list[Event] = field(default_factory=list)
    handled: list[Event] = field(default_factory=list)
    trouble: Exception | None = None
    at_it: asyncio.Event = field(default_factory=asyncio.Event)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.free.set()

    async def take(self, event: Arrived) -> None:
        self.at_it.set()
        await self.free.wait()
        if self.trouble:
            raise self.trouble
        self.taken.append(event)

    async def handle(self, event: Arrived) -> Sequence[Answer]:
        self.at_it.set()
        await self.free.wait()
        if self.trouble:
            raise self.trouble
        self.handled.append(event)
        return ()

    async def answer(self, _answers: Sequence[Answer], event: Event) -> Mapping[str, Any] | None:
        return {"text": "Hello"} if isinstance(event, Command) else None

    @property
    def inside(self) -> Inside:
        return Inside(self.take, self.handle, self.answer, lambda: NOW)


@asynccontextmanager
async def up(slack: SocketSlack, inside: Inside, patience: Patience = QUICK) -> AsyncIterator[Lines]:
    """The door is open, and both connections are up."""
    async with aiohttp.ClientSession() as session:
        workspace = connect("xoxb-made-up", f"{slack.url}api/", session)
        async with listening(workspace, TOKEN, inside, patience) as lines:
            await slack.until(lambda: slack.up() == 2)
            yield lines


# --- what comes in


async def test_there_are_two_connections_opened_with_the_app_token(slack: SocketSlack) -> None:
    async with up(slack, Indoors().inside):
        assert slack.asked == [("apps.connections.open", f"Bearer {TOKEN}")] * 2
        assert len(set(slack.addresses)) == 2


async def test_an_event_is_acknowledged_after_it_was_taken(slack: SocketSlack) -> None:
    indoors = Indoors()
    async with up(slack, indoors.inside):
        indoors.free.clear()
        envelope = await slack.sends(payload("message__plain"))
        await indoors.at_it.wait()
        assert slack.acknowledged() == []
        indoors.free.set()
        await slack.until(slack.acknowledged)
        assert slack.acknowledged() == [{"envelope_id": envelope}]
        assert [type(each) for each in indoors.taken] == [Message]


async def test_a_command_is_answered_in_its_acknowledgement(slack: SocketSlack) -> None:
    indoors = Indoors()
    async with up(slack, indoors.inside):
        envelope = await slack.sends(payload("slash__check"), "slash_commands")
        await slack.until(slack.acknowledged)
        assert slack.acknowledged() == [{"envelope_id": envelope, "payload": {"text": "Hello"}}]
        assert [each.word for each in indoors.handled if isinstance(each, Command)] == ["check"]


async def test_presses_forms_and_shortcuts_come_by_this_door_too(slack: SocketSlack) -> None:
    indoors = Indoors()
    async with up(slack, indoors.inside):
        for number, name in enumerate(("block_actions__button", "view_submission__help", "message_action__check"), 1):
            await slack.sends(payload(name), "interactive")
            await slack.until(lambda number=number: len(slack.acknowledged()) == number)
        assert [type(each) for each in indoors.handled] == [ButtonPress, Submission, Command]


async def test_what_is_not_ours_or_not_readable_is_not_brought_again(slack: SocketSlack) -> None:
    indoors = Indoors()
    async with up(slack, indoors.inside):
        sent = [await slack.sends(each) for each in (payload("message__bot"), {"type": "event_callback", "event": 7})]
        await slack.until(lambda: len(slack.acknowledged()) == 2)
        assert {each["envelope_id"] for each in slack.acknowledged()} == set(sent)
        assert indoors.taken == []


async def test_a_repeat_of_an_event_is_no_reason_to_pass_it_over(slack: SocketSlack) -> None:
    """Slack says which attempt it is: the first that reaches us may well be a later one."""
    indoors = Indoors()
    async with up(slack, indoors.inside):
        await slack.sends(payload("message__plain"), retry_attempt=2, retry_reason="timeout")
        await slack.until(slack.acknowledged)
        assert len(indoors.taken) == 1


async def test_a_long_decision_holds_up_nobody_else(slack: SocketSlack) -> None:
    indoors = Indoors()
    async with up(slack, indoors.inside):
        indoors.free.clear()
        held = await slack.sends(payload("slash__check"), "slash_commands")
        await indoors.at_it.wait()
        passed = await slack.sends(payload("message__bot"), line=slack.lines[0])
        await slack.until(slack.acknowledged)
        assert [each["envelope_id"] for each in slack.acknowledged()] == [passed]
        indoors.free.set()
        await slack.until(lambda: len(slack.acknowledged()) == 2)
        assert slack.acknowledged()[-1]["envelope_id"] == held


# --- what goes wrong


async def test_a_connection_that_slack_wants_refreshed_is_made_anew(slack: SocketSlack) -> None:
    indoors = Indoors()
    async with up(slack, indoors.inside):
        first = slack.line()
        await first.says(type="disconnect", reason="refresh_requested", debug_info={"host": "made-up"})
        await slack.until(lambda: len(slack.lines) == 3 and slack.up() == 2)
        assert not first.open
        await slack.sends(payload("message__plain"), line=slack.lines[-1])
        await slack.until(slack.acknowledged)
        assert len(indoors.taken) == 1


async def test_a_connection_that_is_cut_comes_back_and_the_other_goes_on(slack: SocketSlack) -> None:
    indoors = Indoors()
    async with up(slack, indoors.inside):
        slack.lines[0].reset()
        await slack.sends(payload("message__plain"), line=slack.lines[1])
        await slack.until(slack.acknowledged)
        await slack.until(lambda: slack.up() == 2)
        assert len(set(slack.addresses)) == len(slack.addresses) == 3


async def test_a_connection_whose_other_end_is_gone_is_noticed(slack: SocketSlack) -> None:
    async with up(slack, Indoors().inside) as lines:
        slack.lines[0].deaf.set()
        await slack.until(lambda: len(slack.lines) == 3 and slack.up() == 2)
        assert lines.up() <= 2


async def test_a_handshake_that_fails_is_tried_with_an_address_of_its_own(slack: SocketSlack) -> None:
    slack.handshakes = [500, 403, 101, 101]
    async with up(slack, Indoors().inside):
        assert len(set(slack.addresses)) == 4


async def test_a_handshake_that_never_ends_is_given_up(slack: SocketSlack) -> None:
    slack.handshakes = [None, None]
    async with up(slack, Indoors().inside):
        assert len(set(slack.addresses)) == 4


async def test_a_refresh_whose_handshake_fails_does_not_end_a_connection_for_good(slack: SocketSlack) -> None:
    async with up(slack, Indoors().inside) as lines:
        slack.handshakes = [500]
        await slack.line().says(type="disconnect", reason="refresh_requested")
        await slack.until(lambda: len(slack.lines) == 3 and slack.up() == 2)
        assert lines.connected <= {0, 1}


@pytest.mark.parametrize(
    "trouble", [502, {"ok": False, "error": "internal_error"}, {"ok": False, "error": "not_authed"}]
)
async def test_an_address_that_slack_does_not_give_is_asked_for_again(
    slack: SocketSlack, trouble: Any, caplog: pytest.LogCaptureFixture
) -> None:
    slack.openings = [trouble] * 4
    async with up(slack, Indoors().inside):
        assert len(slack.asked) == 6
    assert "ticket" not in caplog.text
    assert TOKEN not in caplog.text


async def test_how_many_connections_are_up_is_known(slack: SocketSlack) -> None:
    async with up(slack, Indoors().inside) as lines:
        await soon(lambda: lines.up() == 2)
        slack.openings = [502] * 1000
        for line in list(slack.lines):
            line.reset()
        await soon(lambda: lines.up() == 0)
        slack.openings.clear()
        await slack.until(lambda: slack.up() == 2)
        await soon(lambda: lines.up() == 2)
    assert lines.up() == 0


# --- the end


async def test_what_is_in_hand_at_the_end_is_finished_and_nothing_more_is_begun(slack: SocketSlack) -> None:
    indoors = Indoors()
    async with aiohttp.ClientSession() as session:
        workspace = connect("xoxb-made-up", f"{slack.url}api/", session)
        door = listening(workspace, TOKEN, indoors.inside, QUICK)
        lines = await door.__aenter__()
        await slack.until(lambda: slack.up() == 2)
        indoors.free.clear()
        in_hand = await slack.sends(payload("slash__check"), "slash_commands")
        await indoors.at_it.wait()
        closing = asyncio.create_task(door.__aexit__(None, None, None))
        await soon(lambda: lines.closing)
        await slack.sends(payload("message__plain"))
        indoors.free.set()
        await closing
        await slack.until(lambda: slack.up() == 0)
    assert [each["envelope_id"] for each in slack.acknowledged()] == [in_hand]
    assert indoors.taken == []
    assert not [task for task in asyncio.all_tasks() if "slack_sdk" in repr(task) and not task.done()]


# --- through the whole house


@asynccontextmanager
async def at_home(slack: SocketSlack, database: Database) -> AsyncIterator[None]:
    """A house with a real database, of which only the ear and the mouth are missing."""

    async def deaf(_what: object) -> None:
        return None

    house = House(database, deaf, {}, lambda: NOW, lambda: 0.5, lambda: None, {})
    async with aiohttp.ClientSession() as session:
        workspace = connect("xoxb-made-up", f"{slack.url}api/", session)
        async with connected.sockets(workspace, house, TOKEN, lambda: NOW, QUICK):
            await slack.until(lambda: slack.up() == 2)
            yield


async def kept(database: Database) -> list[str]:
    return await database.read(EVERYWHERE, lambda db: list(db.scalars(select(Inbox.event_key).order_by(Inbox.id))))


async def test_an_envelope_that_is_brought_again_is_decided_once(slack: SocketSlack, database: Database) -> None:
    joined, asked = payload("member_joined_channel__person"), ASKED
    async with at_home(slack, database):
        first, second = slack.lines
        for line in (first, second, first, second):  # two at a time, over both connections
            await slack.sends(joined, envelope_id="event", line=line)
            await slack.sends(asked, "slash_commands", envelope_id="command", line=line)
        await slack.until(lambda: len(slack.acknowledged()) == 8)
    assert len(await kept(database)) == 2
    answers = [each for each in slack.acknowledged() if each["envelope_id"] == "command" and "payload" in each]
    assert len(answers) == 1


async def test_what_could_not_be_saved_is_not_acknowledged_and_is_decided_once_when_it_can(
    slack: SocketSlack, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def read_only(switch: str) -> Any:
        def run(engine: Any) -> None:
            connection = engine.raw_connection()
            connection.driver_connection.execute(f"PRAGMA query_only={switch}")
            connection.close()

        return run

    event, asked = payload("message__plain"), ASKED
    async with at_home(slack, database):
        await database.alone(read_only("ON"))
        await slack.sends(event, envelope_id="event")
        await slack.sends(asked, "slash_commands", envelope_id="command")
        await slack.sends(payload("message__bot"), envelope_id="nothing")
        await slack.until(slack.acknowledged)
        await soon(lambda: caplog.text.count("could not be taken in") == 2)
        assert [each["envelope_id"] for each in slack.acknowledged()] == ["nothing"]
        await database.alone(read_only("OFF"))
        assert await kept(database) == []
        await slack.sends(event, envelope_id="event", retry_attempt=1)
        await slack.sends(asked, "slash_commands", envelope_id="command")
        await slack.until(lambda: len(slack.acknowledged()) == 3)
        assert len(await kept(database)) == 2
    assert event["event"]["text"] not in caplog.text


@pytest.mark.parametrize("fault", ["reset", "deaf", "refresh"])
async def test_fifty_events_and_a_connection_that_fails_meanwhile(
    slack: SocketSlack, database: Database, fault: str
) -> None:
    """Slack brings again what was not acknowledged; in the end each event is there once."""
    events = {f"Ev{n}": payload("message__plain") | {"event_id": f"Ev{n}"} for n in range(50)}
    async with at_home(slack, database):
        failing = slack.lines[0]
        for number, (name, event) in enumerate(events.items()):
            if number == 25:
                if fault == "refresh":
                    await failing.says(type="disconnect", reason="refresh_requested")
                elif fault == "reset":
                    failing.reset()
                else:
                    failing.deaf.set()
            line = failing if number % 2 and failing.open else slack.lines[1]
            try:
                await slack.sends(event, envelope_id=name, line=line)
            except ConnectionError:
                continue
        await slack.until(lambda: len(slack.lines) >= 3 and slack.up() == 2)
        for _ in range(2):  # and once more, as Slack does when it lost count
            unseen = set(events) - {each["envelope_id"] for each in slack.acknowledged()}
            for name in sorted(unseen):
                await slack.sends(events[name], envelope_id=name, retry_attempt=1)
            await slack.until(lambda: {each["envelope_id"] for each in slack.acknowledged()} == set(events))
        assert sorted(await kept(database)) == sorted(f"slack:{name}" for name in events)
