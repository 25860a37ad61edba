"""Whoever asks is answered where only they look: in the dialog they are in, or in their own chat."""

from typing import Any

import pytest
from story import MONDAY
from teams_driver import CHANNEL, TENANT, Connector, Json, actions, card_of, inputs, reasons, words

from bot import wire
from bot.teams.answer import answer
from bot.teams.api import Teams, Unanswered
from bot.teams.interact import KEPT, ONCE
from bot.teams.ticket import Kind, Ticket, unpacked
from handlers.vocabulary import (
    Answer,
    Button,
    ButtonPress,
    Buttons,
    Card,
    Command,
    Form,
    OpenForm,
    Person,
    PersonField,
    Place,
    Refusal,
    Reply,
    Submission,
    Text,
    TextField,
    Update,
)

SAM = Person("teams", TENANT, "sam")
DESK, CHAT = Place("teams", TENANT, CHANNEL), Place("teams", TENANT, "a:sam", direct=True)
TOLD = Card("Kort", (Text("Dit zie jij alleen."),))
FORM = Form(
    "promise", "Afspraak", "Opslaan", "Terug",
    (TextField("what", "Wat"), PersonField("owner", "Wie", value="robin"),
     Buttons((Button("look_again", "Kijk nog eens", "3"),))),
    about="7",
)  # fmt: skip


def ticket(front: Connector, kind: Kind, place: Place, **more: str) -> str:
    return Ticket(kind, front.url, place.channel, "29:sam", **more, direct=place.direct).packed()


def press(front: Connector, kind: Kind, place: Place = CHAT, **more: str) -> ButtonPress:
    return ButtonPress("1", MONDAY, place, SAM, "why", "1", {}, ticket(front, kind, place, **more))


def command(front: Connector, kind: Kind, place: Place = CHAT) -> Command:
    return Command("1", MONDAY, place, SAM, "check", "", ticket(front, kind, place))


def form_sent(front: Connector, kind: Kind, place: Place = CHAT, **more: str) -> Submission:
    filled = {"what": "Te laat", "owner": "vera"}
    return Submission("1", MONDAY, place, SAM, "promise", "7", filled, ticket(front, kind, place, **more))


async def given(teams: Teams, event: Any, *answers: Answer) -> Any:
    return await answer(teams, answers, event)


def dialog(body: Json) -> Json:
    assert body["task"]["type"] == "continue"
    assert body["task"]["value"]["card"]["contentType"] == "application/vnd.microsoft.card.adaptive"
    return dict(body["task"]["value"]["card"]["content"])


@pytest.mark.parametrize("kind", ["dialog", "extension"])
async def test_a_form_opens_in_the_dialog_that_was_asked_for(teams: Teams, front: Connector, kind: Kind) -> None:
    shown = dialog(await given(teams, press(front, kind, DESK), OpenForm(FORM)))
    assert inputs(shown).keys() == {"what", "owner"}
    assert inputs(shown)["owner"]["value"] == "robin"
    assert {choice["value"] for choice in inputs(shown)["owner"]["choices"]} == {"sam", "bram", "robin", "vera"}
    assert front.calls == []


async def test_a_form_that_is_refused_comes_back_as_it_was_filled_in(teams: Teams, front: Connector) -> None:
    shown = dialog(await given(teams, press(front, "dialog", DESK), OpenForm(FORM)))
    assert all(data[KEPT] for data in actions(shown).values())
    kept = actions(shown)[""][KEPT]
    refusal = Refusal({"what": "Schrijf wat je afspreekt.", "": "Dit kan nu niet."})
    again = dialog(await given(teams, form_sent(front, "dialog", DESK, form=kept), refusal))
    assert reasons(again) == {"what": "Schrijf wat je afspreekt.", "": "Dit kan nu niet."}
    assert {name: element.get("value") for name, element in inputs(again).items()} == {
        "what": "Te laat",
        "owner": "vera",
    }
    assert actions(again)[""][KEPT] == kept


async def test_each_showing_of_a_form_has_a_mark_of_its_own(teams: Teams, front: Connector) -> None:
    first = dialog(await given(teams, press(front, "dialog", DESK), OpenForm(FORM)))
    marks = {data[ONCE] for data in actions(first).values()}
    assert len(marks) == 1
    kept = actions(first)[""][KEPT]
    again = dialog(await given(teams, form_sent(front, "dialog", DESK, form=kept), Refusal({"what": "Nee."})))
    assert actions(again)[""][ONCE] not in marks


@pytest.mark.parametrize("kept", ["", "{}", '{"name": 7}', "[[", '{"is": "Form"}'])
async def test_without_the_form_at_hand_the_reason_is_told_all_the_same(
    teams: Teams, front: Connector, kept: str
) -> None:
    shown = dialog(await given(teams, form_sent(front, "dialog", form=kept), Refusal({"what": "Dat kan niet."})))
    assert words(shown) == "Dat kan niet."


@pytest.mark.parametrize("kind", ["dialog", "extension"])
async def test_a_reply_stays_in_the_dialog(teams: Teams, front: Connector, kind: Kind) -> None:
    assert words(dialog(await given(teams, press(front, kind, DESK), Reply(TOLD)))) == "Dit zie jij alleen."
    assert front.calls == []


@pytest.mark.parametrize("kind", ["typed", "pressed"])
async def test_what_was_asked_in_a_channel_is_answered_in_ones_own_chat(
    teams: Teams, front: Connector, kind: Kind
) -> None:
    assert await given(teams, press(front, kind, DESK, card="1700"), Reply(TOLD)) is None
    assert await given(teams, press(front, kind, DESK, card="1700"), Update(TOLD)) is None
    assert await given(teams, command(front, kind, DESK), OpenForm(FORM)) is None
    assert [(call.method, call.conversation) for call in front.calls] == [("POST", front.chats["29:sam"])] * 3


async def test_what_was_asked_in_ones_own_chat_is_answered_there(teams: Teams, front: Connector) -> None:
    await given(teams, command(front, "typed"), Reply(TOLD))
    assert [(call.method, call.conversation) for call in front.calls] == [("POST", "a:sam")]
    assert words(card_of(front.calls[0].body)) == "Dit zie jij alleen."


async def test_a_card_in_ones_own_chat_is_changed_where_it_is(teams: Teams, front: Connector) -> None:
    front.said["1700"] = ("a:sam", {})
    assert await given(teams, press(front, "pressed", card="1700"), Update(TOLD)) is None
    assert [(call.method, call.conversation, call.activity) for call in front.calls] == [("PUT", "a:sam", "1700")]
    shown = dialog(await given(teams, press(front, "dialog", card="1700"), Update(TOLD)))
    assert words(shown) == "Dit zie jij alleen."


async def test_where_no_dialog_opens_the_form_is_a_card_that_goes_when_it_is_sent(
    teams: Teams, front: Connector
) -> None:
    await given(teams, press(front, "pressed", CHAT, card="1700"), OpenForm(FORM))
    (posted,) = front.calls
    assert (posted.method, inputs(card_of(posted.body)).keys()) == ("POST", {"what", "owner"})
    kept = actions(card_of(posted.body))[""][KEPT]
    refused = form_sent(front, "pressed", form=kept, card=posted.activity)
    await given(teams, refused, Refusal({"what": "Schrijf wat je afspreekt."}))
    assert (front.calls[-1].method, front.calls[-1].activity) == ("PUT", posted.activity)
    assert reasons(card_of(front.calls[-1].body)) == {"what": "Schrijf wat je afspreekt."}
    await given(teams, refused, OpenForm(FORM))
    assert (front.calls[-1].method, front.calls[-1].activity) == ("PUT", posted.activity)
    await given(teams, refused)
    assert (front.calls[-1].method, front.calls[-1].activity) == ("DELETE", posted.activity)
    front.said["1701"] = ("a:sam", {})
    await given(teams, form_sent(front, "pressed", form=kept, card="1701"), Reply(TOLD))
    assert [(call.method, call.conversation) for call in front.calls[-2:]] == [("POST", "a:sam"), ("DELETE", "a:sam")]
    assert front.calls[-1].activity == "1701"
    front.planned = [(501, {}, "")]
    await given(teams, refused)  # a Teams that cannot take messages away leaves it there


async def test_whatever_somebody_sends_about_a_card_of_all_it_stays_as_it_is(teams: Teams, front: Connector) -> None:
    front.said["1700"] = (CHANNEL, {"attachments": []})
    made_up = form_sent(front, "pressed", DESK, form=wire.dumps_form(FORM), card="1700")
    for answers in ((), (Refusal({"": "Nee."}),), (OpenForm(FORM),), (Update(TOLD),)):
        await given(teams, made_up, *answers)
    assert front.said["1700"] == (CHANNEL, {"attachments": []})
    assert {(call.method, call.conversation) for call in front.calls} == {("POST", front.chats["29:sam"])}


async def test_an_action_that_replaces_its_card_is_told_in_a_line(teams: Teams, front: Connector) -> None:
    assert await given(teams, press(front, "execute", DESK), Reply(TOLD)) == {
        "statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Kort",
    }  # fmt: skip


async def test_nothing_to_say_is_an_empty_answer(teams: Teams, front: Connector) -> None:
    assert await given(teams, form_sent(front, "dialog")) is None
    assert front.calls == []


async def test_who_cannot_be_answered_is_not_left_in_silence(teams: Teams, front: Connector) -> None:
    front.planned = [(403, {}, "")]
    with pytest.raises(Unanswered):
        await given(teams, command(front, "typed"), Reply(TOLD))


def test_a_ticket_comes_back_as_it_was(front: Connector) -> None:
    packed = ticket(front, "dialog", DESK, form="{}")
    assert unpacked(packed) == Ticket("dialog", front.url, CHANNEL, "29:sam", "", "{}")
    assert unpacked(ticket(front, "typed", CHAT)).direct
