"""Meetings in Slack that somebody means ill with, or that two people touch at once; and who cannot use the command."""

import asyncio
import json
from typing import Any

import pytest
from on_slack import SlackWorld
from sheets import Sheet, card, latest, settled, shown, until
from slack_driver import TEAM, Json, fresh
from sqlalchemy import select
from test_meeting_journeys import START, button, has_rhythm, told

from prompts import phrasebook
from storage.columns import Base
from storage.database import EVERYWHERE
from storage.tables import Entry, Item, Meeting, Series, Topic

NL = phrasebook("nl")
LINDEHOF = "T0LINDEHOF"


async def on_record(slack: SlackWorld) -> str:
    """All that stands there of meetings, and what happened to them."""
    tables: list[type[Base]] = [Series, Meeting, Topic, Item, Entry]
    return await slack.database.read(
        EVERYWHERE, lambda db: str([db.execute(select(table.__table__)).all() for table in tables])
    )


async def rows(slack: SlackWorld, table: type[Base]) -> list[Any]:
    return await slack.database.read(EVERYWHERE, lambda db: list(db.scalars(select(table))))


def submission(slack: SlackWorld, who: str, form: Sheet, **answers: str) -> Json:
    """What Slack sends when somebody sends a form."""
    view = slack.answered(form.place["view"], answers)
    return slack.interaction("view_submission", who) | {"view": view, "trigger_id": "1.2.a"}


def with_metadata(payload: Json, **forged: Any) -> Json:
    """The same, with something else in what the form remembers of where it was opened and what for."""
    kept = json.loads(payload["view"]["private_metadata"]) | forged
    return payload | {"view": payload["view"] | {"private_metadata": json.dumps(kept), "hash": fresh("hash")}}


async def at_once(slack: SlackWorld, *payloads: Json) -> list[Json | None]:
    """What each of these is answered; they arrive together."""
    answers = await asyncio.gather(*map(slack.slack.payload, payloads))
    assert {status for status, _ in answers} == {200}
    await settled(slack.database, slack.time)
    return [body for _, body in answers]


async def over(slack: SlackWorld) -> None:
    """The first weekly meeting was held: nobody said yet what came of it."""
    await has_rhythm(slack, "operational")
    await until(slack, "2027-03-16T10:46")


OUTCOME = {"decisions": "De storing gaat voor", "action1": "De koppeling werkt", "date1": "2027-03-26", "right": "yes"}


# --- the same twice, and two at once


async def test_a_rhythm_that_arrives_three_times_at_once_is_begun_once(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    form = shown(await slack.asks("sanne", "overleg"))
    chosen = submission(slack, "sanne", form, kinds="operational demo", first=START)
    await at_once(slack, chosen, chosen, chosen)
    assert [row.kind for row in await rows(slack, Series)] == ["operational", "demo"]
    assert len(await told(slack, "karim", "het ritme van dit project")) == 1


async def test_of_two_who_choose_at_once_one_begins_and_the_other_hears_that_it_is_there(
    agreed_slack: SlackWorld,
) -> None:
    slack = agreed_slack
    hers, his = [shown(await slack.asks(who, "overleg")) for who in ("sanne", "karim")]
    answers = await at_once(
        slack,
        submission(slack, "sanne", hers, kinds="operational", first=START),
        submission(slack, "karim", his, kinds="operational", first=START),
    )
    (refused,) = [body for body in answers if body]
    assert list(refused["errors"].values()) == [NL.say("meetings.refused.kinds")]
    assert len(await rows(slack, Series)) == 1


async def test_of_two_who_record_at_once_one_outcome_stands_with_one_promise(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    await over(slack)
    private, public = await button(slack, "sanne", "record"), await latest(slack, "karim", "OV-1")
    hers = shown(await slack.presses("sanne", private, "record"))
    his = shown(await slack.presses("karim", public, "record"))
    answers = await at_once(
        slack,
        submission(slack, "sanne", hers, owner1=slack.named("sanne"), **OUTCOME),
        submission(slack, "karim", his, owner1=slack.named("karim"), **OUTCOME),
    )
    (refused,) = [body for body in answers if body and body["response_action"] == "errors"]
    assert list(refused["errors"].values()) == [NL.say("register.refused.changed")]
    assert [row.kind for row in await rows(slack, Item) if row.kind == "promise"] == ["promise"]
    assert [row.step for row in await rows(slack, Entry) if row.step == "record"] == ["record"]


async def test_a_meeting_that_is_called_off_three_times_in_one_go_is_told_once(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    await has_rhythm(slack, "operational")
    await until(slack, "2027-03-15T14:00")
    form = shown(await slack.presses("karim", await latest(slack, "karim", "OV-1"), "call_off"))
    off = submission(slack, "karim", form, reason="Er is niets te bespreken")
    await at_once(slack, off, off, off)
    assert len(await told(slack, "sanne", "afgezegd. Reden: Er is niets te bespreken")) == 1


# --- who has no say in it


async def test_an_outsider_changes_nothing_with_any_button_or_form(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    slack.desk.people[slack.people["vera"]] = {"team_id": LINDEHOF}
    rhythm = shown(await slack.asks("sanne", "overleg"))
    await has_rhythm(slack, "operational tactical")
    placed = shown(await slack.asks("karim", "agenda Het contract loopt af"))
    listed = shown(await slack.asks("sanne", "overleg"))
    await until(slack, "2027-03-15T14:00")
    agenda = await latest(slack, "sanne", "OV-1")
    forms = [
        (shown(await slack.presses("sanne", listed, "series")), {"stop": "yes"}),
        (shown(await slack.presses("sanne", agenda, "call_off")), {"reason": "Zomaar"}),
        (shown(await slack.presses("sanne", agenda, "cannot")), {}),
        (rhythm, {"kinds": "demo", "first": START}),
    ]
    before, files = await on_record(slack), [sheet.file for sheet in await slack.sees("vera")]
    presses = [(agenda, name) for name in ("postpone", "call_off", "cannot", "to_calendar", "contest")]
    presses += [(placed, "topic_move"), (listed, "series"), (listed, "meeting_add")]
    for sheet, name in presses:
        refused = shown(await slack.presses("vera", sheet, name))
        assert (refused.buttons, refused.fields) == ({}, {}), name
    for form, answers in forms:
        (body,) = await at_once(slack, submission(slack, "vera", form, **answers))
        assert body is not None
        assert body["response_action"] == "errors"
    assert await on_record(slack) == before
    # What hangs in the channel everybody there reads; nothing more was sent to her.
    assert [sheet.file for sheet in await slack.sees("vera")] == files


async def test_neither_side_moves_the_topic_of_the_other_or_hands_in_for_it(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    await has_rhythm(slack, "tactical")
    await until(slack, "2027-03-25T09:30")
    form = shown(await slack.presses("sanne", await button(slack, "sanne", "prepared"), "prepared"))
    before = await on_record(slack)
    (body,) = await at_once(slack, submission(slack, "karim", form, result="Wij zijn klaar"))
    assert list((body or {})["errors"].values()) == [NL.say("register.refused.doer")]
    assert await on_record(slack) == before


FORGED: tuple[Json, ...] = (
    {"about": "999999 record"},
    {"about": "1 verdict"},
    {"about": "1 send"},
    {"about": "1 call_off"},
    {"about": "-1 record"},
    {"about": "1' OR '1'='1 record"},
    {"about": ""},
    {"about": ["1 record"]},
    {"channel": "D0SOMEBODY", "about": "999999 record"},
)


async def test_a_form_that_was_made_for_something_else_is_refused_and_changes_nothing(
    agreed_slack: SlackWorld,
) -> None:
    slack = agreed_slack
    await over(slack)
    form = shown(await slack.presses("sanne", await button(slack, "sanne", "record"), "record"))
    before = await on_record(slack)
    filled = submission(slack, "sanne", form, owner1=slack.named("sanne"), **OUTCOME)
    for forged in FORGED:
        status, body = await slack.slack.payload(with_metadata(filled, **forged))
        await settled(slack.database, slack.time)
        assert status == 400 or (status, body["response_action"]) == (200, "errors"), forged
        assert await on_record(slack) == before, forged
    # As it was, the same form is taken.
    await slack.sends("sanne", form, owner1=slack.named("sanne"), **OUTCOME)
    assert "verslag staat vast" in (await latest(slack, "karim", "OV-1")).text


@pytest.mark.parametrize("place", [{"team": LINDEHOF}, {"channel": "C0ELSEWHERE"}], ids=str)
async def test_a_forged_place_leads_nowhere_else(agreed_slack: SlackWorld, place: Json) -> None:
    slack = agreed_slack
    rhythm = submission(slack, "sanne", shown(await slack.asks("sanne", "overleg")), kinds="demo", first=START)
    await over(slack)
    form = shown(await slack.presses("sanne", await button(slack, "sanne", "record"), "record"))
    before = len(slack.desk.calls)
    # What she may do she does where it belongs; a place that the bot does not know has no meetings.
    (refused,) = await at_once(slack, with_metadata(rhythm, channel="C0ELSEWHERE"))
    assert list((refused or {})["errors"].values()) == [NL.say("choices.unknown")]
    outcome = submission(slack, "sanne", form, owner1=slack.named("sanne"), **OUTCOME)
    await at_once(slack, with_metadata(outcome, **place))
    assert "verslag staat vast" in (await latest(slack, "karim", "OV-1")).text
    said = {call.asked["channel"] for call in slack.desk.calls[before:] if "channel" in call.asked}
    # That there are minutes is told to who was there, in private.
    assert {channel for channel in said if not channel.startswith("D")} == {slack.channel}
    assert [row.kind for row in await rows(slack, Series)] == ["operational"]
    assert {row.tenant for row in await rows(slack, Item)} == {f"slack:{TEAM}"}


# --- who cannot use the command


async def test_the_other_organisation_does_all_of_it_by_buttons(agreed_slack: SlackWorld) -> None:
    slack = agreed_slack
    launcher = await button(slack, "karim", "abilities")
    help_ = shown(await slack.presses("karim", launcher, "abilities"))
    form = shown(await slack.presses("karim", help_, "meeting"))
    assert form.place["view"]["type"] == "modal"
    await slack.sends("karim", form, kinds="operational", first=START)
    (begun,) = await told(slack, "sanne", "het ritme van dit project")
    assert "werkoverleg: dinsdag 16 maart 2027" in begun.text
    listed = shown(await slack.presses("karim", help_, "meeting"))
    assert "elke dinsdag" in listed.text
    changed = shown(await slack.presses("karim", listed, "series"))
    await slack.sends("karim", changed, at="11:00")
    # A topic takes words, which they type to the bot itself.
    await slack.types_directly("karim", "agenda De nieuwe printer")
    ahead = shown(await slack.presses("karim", help_, "agenda"))
    assert "dinsdag 16 maart 2027, 11:00" in ahead.text
    assert "De nieuwe printer" in ahead.text
    assert "De nieuwe printer" not in "".join(sheet.text for sheet in await slack.sees("sanne"))
    assert await card(slack, "sanne", "topic_move") is None
    assert not [call for call in slack.desk.calls if not call.answer["ok"]]
