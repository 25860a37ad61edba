"""Who asks something gets the answer where they asked it: in the reply, in the form, or beside the card."""

from typing import Any

import pytest
from fake_slack import FakeSlack, slack_at_home
from slack_payloads import NOW, payload

from bot.slack.answer import answer
from bot.slack.api import Unanswered
from bot.slack.receive import translate
from handlers.vocabulary import Answer, Card, Form, OpenForm, Refusal, Reply, Text, TextField, Update

FORM = Form("help", "Your answer", "Copy", "Close", (TextField("draft", "Your answer"),), about="tip-1")
CARD = Card("Well done", (Text("You say who and when."),))


async def given(
    name: str, *answers: Answer, plan: dict[str, list[Any]] | None = None, **changes: Any
) -> tuple[Any, FakeSlack]:
    """What comes back for `answers` to the event in a payload, and what Slack was asked meanwhile."""
    async with slack_at_home() as (fake, slack):
        fake.answers.update(plan or {})
        body = payload(name) | changes
        if "response_url" in body:
            body["response_url"] = changes.get("response_url", f"{fake.url}hook")
        event = translate(body, NOW)
        assert event is not None
        return await answer(slack, answers, event), fake


@pytest.mark.parametrize("name", ["slash__check", "shortcut__check", "message_action__check", "block_actions__button"])
async def test_a_form_opens_on_a_command_a_shortcut_or_a_press(name: str) -> None:
    body, fake = await given(name, OpenForm(FORM))
    assert body is None
    ((method, asked),) = fake.calls
    assert method == "views.open"
    assert asked["trigger_id"] == payload(name)["trigger_id"]
    assert asked["view"]["callback_id"] == "help"


async def test_a_press_in_a_form_changes_that_form() -> None:
    _, fake = await given("block_actions__modal", OpenForm(FORM))
    assert [(method, asked["view_id"]) for method, asked in fake.calls] == [("views.update", "VHELP")]


async def test_a_press_on_the_page_opens_a_form_over_it() -> None:
    _, fake = await given("block_actions__home", OpenForm(FORM))
    assert [method for method, _ in fake.calls] == ["views.open"]


async def test_a_form_that_was_sent_becomes_the_next_one() -> None:
    body, fake = await given("view_submission__help", OpenForm(FORM))
    assert (body["response_action"], body["view"]["callback_id"]) == ("update", "help")
    assert fake.calls == []


async def test_words_in_a_direct_message_get_a_button_that_can_open_the_form() -> None:
    _, fake = await given("message__im_command", OpenForm(FORM))
    ((method, asked),) = fake.calls
    assert (method, asked["channel"]) == ("chat.postMessage", "DCLI")
    (button,) = asked["blocks"][1]["elements"]
    again, _ = await given("block_actions__typed_again", OpenForm(FORM), actions=[button])
    assert again is None
    pressed = translate(payload("block_actions__typed_again") | {"actions": [button]}, NOW)
    assert (pressed.word, pressed.text) == ("check", "It works here, so it must be\nyour network.")  # type: ignore[union-attr]


async def test_a_command_is_answered_in_the_reply_for_its_asker_only() -> None:
    body, fake = await given("slash__check", Reply(CARD))
    assert (body["response_type"], body["text"]) == ("ephemeral", "Well done")
    assert body["blocks"]
    assert fake.calls == []


async def test_a_press_is_answered_beside_the_card_in_its_thread() -> None:
    body, fake = await given("block_actions__thread", Reply(CARD))
    assert body is None
    (told,) = fake.told("hook")
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
    assert told["thread_ts"] == "1772441000.000001"


async def test_a_card_that_was_pressed_can_change() -> None:
    _, fake = await given("block_actions__button", Update(CARD))
    assert [told["replace_original"] for told in fake.told("hook")] == [True]


async def test_a_card_can_change_and_a_form_open_at_once() -> None:
    _, fake = await given("block_actions__button", Update(CARD), OpenForm(FORM))
    assert [method for method, _ in fake.calls] == ["views.open", "hook"]


async def test_a_form_shows_the_card_that_answers_it() -> None:
    body, fake = await given("view_submission__help", Reply(CARD))
    assert body["response_action"] == "update"
    assert (body["view"]["title"]["text"], body["view"]["close"]["text"]) == ("Your answer", "Close")
    assert fake.calls == []


async def test_an_answer_inside_a_form_lies_on_top_of_it() -> None:
    _, fake = await given("block_actions__modal", Reply(CARD))
    assert [method for method, _ in fake.calls] == ["views.push"]
    _, fake = await given("block_actions__modal", Update(CARD))
    assert [method for method, _ in fake.calls] == ["views.update"]


async def test_the_page_itself_can_change() -> None:
    _, fake = await given("block_actions__home", Update(CARD))
    assert [(method, asked["user_id"]) for method, asked in fake.calls] == [("views.publish", "USAM")]


@pytest.mark.parametrize("name", ["block_actions__home", "shortcut__check"])
async def test_without_a_channel_an_answer_is_a_window(name: str) -> None:
    _, fake = await given(name, Reply(CARD))
    assert [method for method, _ in fake.calls] == ["views.open"]


async def test_a_direct_message_is_answered_there() -> None:
    _, fake = await given("message__im_word", Reply(CARD))
    assert [(method, asked["channel"]) for method, asked in fake.calls] == [("chat.postMessage", "DCLI")]


async def test_a_refused_form_says_why_at_each_field() -> None:
    reasons = {"": "Something is missing.", "draft": "Say who.", "by": "Choose a day to come."}
    body, fake = await given("view_submission__help", Refusal(reasons))
    assert body == {
        "response_action": "errors",
        "errors": {"draft:0a1b2c3d": "Something is missing. Say who.", "by": "Choose a day to come."},
    }
    assert fake.calls == []


async def test_a_refusal_elsewhere_is_told() -> None:
    body, _ = await given("slash__check", Refusal({"": "You cannot do that here."}))
    assert body["text"] == "You cannot do that here."


async def test_no_answer_closes_the_form_and_says_nothing() -> None:
    body, fake = await given("view_submission__help")
    assert body is None
    assert fake.calls == []


async def test_an_answer_that_did_not_arrive_is_not_silent() -> None:
    plan: dict[str, list[Any]] = {"views.open": [{"ok": False, "error": "expired_trigger_id"}]}
    with pytest.raises(Unanswered, match="expired_trigger_id"):
        await given("slash__check", OpenForm(FORM), plan=plan)
    with pytest.raises(Unanswered, match="http_404"):
        await given("block_actions__button", Reply(CARD), plan={"hook": [(404, {}, "used up")]})


async def test_a_foreign_response_url_gets_nothing() -> None:
    with pytest.raises(Unanswered, match="foreign"):
        await given("block_actions__button", Reply(CARD), response_url="http://169.254.169.254/latest")


async def test_a_response_url_that_points_elsewhere_is_not_followed() -> None:
    with pytest.raises(Unanswered, match="http_302"):
        await given("block_actions__button", Reply(CARD), plan={"hook": [(302, {"Location": "/upload"}, "")]})
