"""What only Slack does: signatures, repeats, guests, direct messages, and being gone for a while."""

import asyncio
import json

import pytest
from on_slack import SlackWorld
from sheets import Sheet, card, passes, settled, shown, tips
from slack_driver import BOT, TEAM, Json, fresh, words
from sqlalchemy import select

from prompts import phrasebook
from storage.columns import Base
from storage.database import EVERYWHERE
from storage.tables import Entry, Leaving, Outbox

IMPACT = "Sinds gisteren printen de etiketten niet. Twee ploegen schrijven ze nu met de hand."
DEFERRAL = "Dat komt wel in een latere release."


async def outbox(world: SlackWorld, kind: str) -> list[Outbox]:
    return await world.database.read(
        EVERYWHERE, lambda db: list(db.scalars(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id)))
    )


async def everything(world: SlackWorld) -> str:
    """All that stands in the database."""
    return await world.database.read(
        EVERYWHERE, lambda db: str([db.execute(select(table)).all() for table in Base.metadata.sorted_tables])
    )


async def test_the_bot_introduces_itself_and_is_deaf_until_both_said_yes(slack: SlackWorld) -> None:
    await slack.joins()
    (introduction,) = await slack.sees("sanne")
    assert introduction.text == (await slack.sees("karim"))[0].text
    assert "Ik ben software, geen mens." in introduction.text
    assert "Ik luister niet mee in dit kanaal." in introduction.text
    assert "Brugwerk" in introduction.text
    assert "Oeverland" in introduction.text
    await slack.says("sanne", DEFERRAL)
    assert DEFERRAL not in await everything(slack)

    await slack.both_agree()
    now, announced = await slack.sees("karim")
    assert "Ik luister mee in dit kanaal." in now.text
    assert f"@{slack.people['sanne']}" in now.text
    assert "Vanaf nu luister ik mee" in announced.text
    # What Slack itself keeps of it: one card that was changed, and the announcement.
    kept = (await slack.desk.ask("conversations.history", channel=slack.channel))["messages"]
    assert len(kept) == 2
    assert all(message["user"] == BOT for message in kept)
    assert len(slack.desk.told("chat.update")) == 2


async def test_no_call_of_the_bot_is_refused_with_the_scopes_of_the_manual(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    await slack.says("sanne", DEFERRAL)
    await passes(slack, minutes=2)
    await slack.home("sanne")
    kept = shown(await slack.asks("sanne", "privacy"))
    await slack.presses("sanne", kept, "privacy_export")
    assert {call.method for call in slack.desk.calls} >= {
        "chat.postMessage", "chat.postEphemeral", "chat.update", "conversations.members", "conversations.open",
        "files.completeUploadExternal", "team.info", "users.info", "views.open", "views.publish",
    }  # fmt: skip
    assert [call for call in slack.desk.calls if not call.answer["ok"]] == []


async def test_the_first_tip_asks_whether_more_are_welcome(slack: SlackWorld) -> None:
    await slack.joins()
    await slack.both_agree()
    await slack.says("sanne", DEFERRAL)
    await passes(slack, minutes=5)
    assert await tips(slack, "sanne") == []
    await passes(slack, days=7)
    await slack.says("sanne", DEFERRAL)
    await passes(slack, minutes=5)
    (tip,) = await tips(slack, "sanne")
    assert "Wil je dit vaker?" in tip.text
    thanks = shown(await slack.presses("sanne", tip, "more"))
    assert "Fijn" in thanks.text


async def test_a_tip_in_a_thread_is_shown_in_that_thread(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    root = await slack.says("karim", IMPACT)
    await slack.says("sanne", DEFERRAL, thread_ts=root)
    await passes(slack, seconds=61)
    (call,) = slack.desk.told("chat.postEphemeral")
    assert (call.asked["thread_ts"], call.asked["user"]) == (root, slack.people["sanne"])
    (tip,) = await tips(slack, "sanne")
    form = shown(await slack.presses("sanne", tip, "promise"))
    await slack.sends("sanne", form, what="Etiketten uit de printer", date="2027-03-26")
    said = slack.desk.told("chat.postMessage")[-1].asked
    assert (said["channel"], said["thread_ts"]) == (slack.channel, root)


async def test_somebody_who_chose_so_gets_tips_as_direct_messages_that_can_be_taken_back(
    agreed_slack: SlackWorld,
) -> None:
    slack = agreed_slack
    page = await slack.home("sanne")
    await slack.presses("sanne", page, "direct_on")
    message = await slack.says("sanne", DEFERRAL)
    await passes(slack, seconds=61)
    assert slack.desk.told("chat.postEphemeral") == []
    assert len(await tips(slack, "sanne")) == 1
    assert await tips(slack, "karim") == []
    await slack.edits("sanne", message, "Bram zoekt het uit en belt jullie vrijdag om tien uur.")
    assert await tips(slack, "sanne") == []


async def test_the_other_organisation_types_its_words_in_a_direct_message(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    help_ = shown(await slack.types_directly("karim", "hulp"))
    assert "Dit kun je me vragen" in help_.text
    looked = shown(await slack.types_directly("karim", "check Wat een waardeloos systeem is dit geworden."))
    assert "gevolg ontbreekt nog" in looked.text
    assert "Dit kun je me vragen" not in "".join(sheet.text for sheet in await slack.sees("sanne"))


async def test_the_shortcut_opens_the_form_for_a_draft(agreed_slack: SlackWorld) -> None:
    form = shown(await agreed_slack.shortcut("sanne"))
    looked = shown(await agreed_slack.sends("sanne", form, draft=DEFERRAL))
    assert "nog zonder datum" in looked.text


async def test_software_is_not_heard(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    for mark in ({"bot_id": "B0OTHER"}, {"subtype": "bot_message"}, {"user": BOT}, {"app_id": "A0OTHER"}):
        event = slack.message("sanne", DEFERRAL, slack.stamp()) | mark
        assert await slack.event("sanne", event) == 200
    await passes(slack, minutes=9)
    assert slack.desk.told("chat.postEphemeral") == []


# --- who is who


async def test_a_guest_belongs_to_the_domain_of_their_address(slack: SlackWorld) -> None:
    slack.desk.people[slack.people["karim"]] = {"is_restricted": True}
    await slack.joins()
    (introduction,) = await slack.sees("sanne")
    assert "oeverland.example" in introduction.text
    await slack.both_agree()
    assert "Ik luister mee" in shown(await card(slack, "sanne", "stop")).text


async def test_a_stranger_makes_it_deaf_and_may_not_consent_before_they_are_known(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    vera = slack.people["vera"]
    slack.desk.people[vera] = {"team_id": "T0LINDEHOF"}
    slack.desk.teams["T0LINDEHOF"] = "Lindehof"
    await slack.says("vera", DEFERRAL)
    await passes(slack, minutes=5)
    assert slack.desk.told("chat.postEphemeral") == []
    await slack.desk.ask("conversations.invite", "xoxp-stage", channel=slack.channel, users=vera)
    joined = {"type": "member_joined_channel", "user": vera, "channel": slack.channel, "team": "T0LINDEHOF",
              "event_ts": slack.stamp()}  # fmt: skip
    assert await slack.event("vera", joined) == 200
    assert "Lindehof is erbij gekomen" in (await slack.sees("karim"))[-1].text
    assert "Ik luister niet mee" in shown(await card(slack, "karim", "join")).text
    await slack.says("sanne", DEFERRAL)
    await passes(slack, minutes=5)
    assert await tips(slack, "sanne") == []


async def test_nobody_presses_the_button_on_somebody_elses_tip(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    await slack.says("sanne", DEFERRAL)
    await passes(slack, minutes=2)
    (tip,) = await tips(slack, "sanne")
    refused = await slack.presses("karim", tip, "why")
    assert "niet voor jou" in shown(refused).text


# --- what arrives more than once, late, or not from Slack


async def test_an_event_that_is_delivered_twice_in_parallel_gives_one_tip(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    said, name = slack.message("sanne", DEFERRAL, slack.stamp()), fresh("Ev")
    both = [slack.slack.event(said, TEAM, name, **{"x-slack-retry-num": str(n)}) for n in range(4)]
    assert await asyncio.gather(*both) == [200] * 4
    await passes(slack, minutes=5)
    assert len(slack.desk.told("chat.postEphemeral")) == 1


async def test_a_request_that_is_replayed_has_no_second_effect(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    await slack.says("sanne", DEFERRAL)
    await passes(slack, minutes=2)
    (tip,) = await tips(slack, "sanne")
    form = shown(await slack.presses("sanne", tip, "promise"))
    view = slack.answered(form.place["view"], {"what": "Etiketten uit de printer", "date": "2027-03-26"})
    payload = slack.interaction("view_submission", "sanne") | {"view": view, "trigger_id": "1.2.a"}
    for _ in range(3):
        status, _ = await slack.slack.payload(payload)
        assert status == 200
    await settled(slack.database, slack.time)
    assert sum("Etiketten" in sheet.text for sheet in await slack.sees("karim")) == 1


# --- feedback that somebody means ill with


async def reported(slack: SlackWorld) -> Json:
    """The client has filled in feedback; returns what Slack sends of that."""
    form = shown(await slack.asks("karim", "feedback"))
    view = slack.answered(form.place["view"], {"what": "Een bon duurt lang", "who": "negen chauffeurs"})
    return slack.interaction("view_submission", "karim") | {"view": view, "trigger_id": "1.2.a"}


async def history(slack: SlackWorld) -> list[tuple[str, str | None]]:
    """Which steps were taken, and by which side."""
    lines = await slack.database.read(EVERYWHERE, lambda db: list(db.scalars(select(Entry).order_by(Entry.id))))
    return [(line.step, line.side) for line in lines]


async def feedback(slack: SlackWorld, who: str) -> Sheet:
    """The card of it in the channel."""
    return next(sheet for sheet in await slack.sees(who) if "acknowledge" in sheet.buttons)


async def test_feedback_that_arrives_three_times_at_once_is_filed_once(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    payload = await reported(slack)
    answers = await asyncio.gather(*(slack.slack.payload(payload) for _ in range(3)))
    assert [status for status, _ in answers] == [200] * 3
    await settled(slack.database, slack.time)
    assert await history(slack) == [("filed", "client")]
    filed = [sheet.text.partition("\n")[0] for sheet in await slack.sees("sanne") if sheet.text.startswith("FB-")]
    assert filed == ["FB-1 · Feedback"]


async def test_of_two_who_press_at_once_one_takes_the_step_and_the_other_hears_that_somebody_was_first(
    agreed_slack: SlackWorld,
) -> None:
    slack = agreed_slack
    await slack.slack.payload(await reported(slack))
    await settled(slack.database, slack.time)
    item, before = await feedback(slack, "sanne"), len(slack.desk.told("response_url"))
    pressed = item.place | {"actions": [item.buttons["acknowledge"]]}
    both = [slack.interaction("block_actions", who) | pressed | {"trigger_id": who} for who in ("sanne", "bram")]
    assert [status for status, _ in await asyncio.gather(*map(slack.slack.payload, both))] == [200, 200]
    await settled(slack.database, slack.time)
    assert await history(slack) == [("filed", "client"), ("acknowledge", "supplier")]
    (told,) = slack.desk.told("response_url")[before:]
    assert phrasebook("nl").say("register.refused.changed") in words(told.asked["blocks"])


async def test_an_outsider_and_who_is_of_the_wrong_side_press_in_vain(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    vera = slack.people["vera"]
    slack.desk.people[vera] = {"team_id": "T0LINDEHOF"}
    await slack.slack.payload(await reported(slack))
    await settled(slack.database, slack.time)
    for who, button in (("vera", "acknowledge"), ("vera", "withdraw"), ("karim", "acknowledge"), ("karim", "resolve"),
                        ("sanne", "withdraw")):  # fmt: skip
        refused = shown(await slack.presses(who, await feedback(slack, "sanne"), button))
        assert not refused.buttons
    assert await history(slack) == [("filed", "client")]
    await slack.presses("sanne", await feedback(slack, "sanne"), "resolve")
    done = next(sheet for sheet in await slack.sees("sanne") if "accept" in sheet.buttons)
    for who in ("vera", "sanne", "bram"):
        await slack.presses(who, done, "accept")
    assert await history(slack) == [("filed", "client"), ("resolve", "supplier")]
    await slack.presses("karim", done, "accept")
    assert (await history(slack))[-1] == ("accept", "client")


@pytest.mark.parametrize("age", [301, 86_400, -120, -86_400])
async def test_a_signature_of_another_time_is_refused(slack: SlackWorld, age: float) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "x"})
    assert (await slack.slack.post(body, "application/json", age=age))[0] == 401
    assert (await slack.slack.post(body, "application/json", age=age / 5_000))[0] == 200


async def test_a_signature_of_somebody_else_is_refused_and_nothing_is_kept(slack: SlackWorld) -> None:
    event = slack.message("sanne", DEFERRAL, slack.stamp())
    assert await slack.slack.event(event, TEAM, secret="another-secret-altogether") == 401
    assert DEFERRAL not in await everything(slack)


async def test_what_slack_would_never_send_is_refused_for_good(slack: SlackWorld) -> None:
    assert await slack.slack.event({"type": "message", "ts": "1.0", "text": "hoi", "channel": "C1"}, TEAM) == 400
    assert (await slack.slack.post("{", "application/json"))[0] in (400, 401)
    assert await slack.slack.event({"type": "reaction_added", "event_ts": "1.0"}, TEAM) == 200


# --- when Slack is not there


async def test_while_slack_is_gone_events_are_taken_and_a_tip_goes_out_once_it_is_back(
    agreed_slack: SlackWorld,
) -> None:
    slack = agreed_slack
    await slack.desk.close()
    await slack.says("sanne", DEFERRAL)
    await passes(slack, minutes=2)
    assert [row.state for row in await outbox(slack, "whisper")] == [Leaving.WAITING]
    await slack.desk.open()
    await passes(slack, minutes=3)
    assert len(slack.desk.told("chat.postEphemeral")) == 1


async def test_a_tip_that_could_not_be_sent_for_ten_minutes_is_dropped_rather_than_late(
    agreed_slack: SlackWorld,
) -> None:
    slack = agreed_slack
    await slack.desk.close()
    await slack.says("sanne", DEFERRAL)
    await slack.says("karim", IMPACT)
    await passes(slack, minutes=11)
    await slack.desk.open()
    await passes(slack, hours=2)
    assert [row.state for row in await outbox(slack, "whisper")] == [Leaving.DROPPED]
    assert slack.desk.told("chat.postEphemeral") == []
    assert await tips(slack, "sanne") == []
