"""A deferral becomes a promise that both sides can see."""

from datetime import timedelta

import pytest
from registers import files, has_role
from story import DEFERRAL, MONDAY, NORMALISING, Story, form, refused, reply, words

from bot import dispatch
from handlers.register.kinds import KINDS
from handlers.vocabulary import ChoiceField, DateField, Form, PersonField, Replace, Say, Submission, Whisper
from prompts import phrasebook
from storage.tables import Entry, Item

NL = phrasebook("nl")
GIVEN = {"what": "Uitzoeken in welke release dit zit", "owner": "lotte", "kind": "promise", "date": "2027-03-05"}


async def deferred(story: Story, thread: str | None = None) -> Form:
    """Karim put something off, got a tip, and opens the form."""
    await story.agreed()
    await story.says("karim", DEFERRAL, thread=thread)
    await story.later(minutes=2)
    return form(await story.presses("karim", "promise"))


async def test_the_form_asks_what_who_and_when(story: Story) -> None:
    opened = await deferred(story)
    kinds = {f.name: type(f) for f in opened.fields}
    assert (kinds["owner"], kinds["kind"], kinds["date"]) == (PersonField, ChoiceField, DateField)
    assert next(f for f in opened.fields if f.name == "owner").value == "karim"
    assert NL.say("promise.visible") in words(opened)


async def test_a_promise_is_a_card_that_both_can_see(story: Story) -> None:
    opened = await deferred(story, thread="t1")
    assert await story.fills_in("karim", opened, **GIVEN) == []
    card = story.said[-1]
    assert GIVEN["what"] in card
    assert "lotte" in card
    assert "vrijdag 5 maart 2027" in card
    assert NL.say("register.footer") in card
    assert "TZ-1 · Toezegging" in card
    (said,) = [e for e in story.sent if isinstance(e, Say)]
    assert said.place.thread == "t1"
    assert await story.outcomes() == ["promised", "made_good"]


async def test_a_come_back_date_is_a_promise_too_and_says_that_it_is_one(story: Story) -> None:
    opened = await deferred(story)
    await story.fills_in("karim", opened, **(GIVEN | {"kind": "come_back"}))
    assert NL.say("register.due.come_back") in story.said[-1]
    assert f"{NL.say('register.due.come_back')}: vrijdag 5 maart 2027" in story.said[-1]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"what": "   "}, "text"),
        ({"what": "x" * 301}, "long"),
        ({"what": "Bel burger 111222333"}, "citizen_number"),
        ({"owner": ""}, "person"),
        ({"owner": "stranger"}, "person"),
        ({"date": ""}, "date"),
        ({"date": "volgende week"}, "date"),
        ({"date": "2027-02-30"}, "date"),
        ({"date": "2027-02-28"}, "date"),
        ({"kind": "maybe"}, "choice"),
    ],
)
async def test_what_is_missing_or_wrong_is_refused_at_its_own_field(
    story: Story, wrong: dict[str, str], why: str
) -> None:
    opened = await deferred(story)
    (field,) = wrong
    assert refused(await story.fills_in("karim", opened, **(GIVEN | wrong))) == {
        field: NL.say(f"register.refused.{why}")
    }
    assert story.said == []
    assert await story.outcomes() == []


async def test_all_that_is_wrong_is_said_at_once(story: Story) -> None:
    opened = await deferred(story)
    wrong = {"what": "", "owner": "", "kind": "", "date": ""}
    assert set(refused(await story.fills_in("karim", opened, **wrong))) == set(wrong)


async def test_today_is_a_fine_date(story: Story) -> None:
    opened = await deferred(story)
    await story.fills_in("karim", opened, **(GIVEN | {"date": "2027-03-01"}))
    assert len(story.said) == 1


async def test_a_form_that_is_sent_twice_makes_one_promise(story: Story) -> None:
    opened = await deferred(story)
    numbers = story.numbers
    story.numbers = iter([5_001, 5_001])
    await story.fills_in("karim", opened, **GIVEN)
    await story.fills_in("karim", opened, **GIVEN)
    story.numbers = numbers
    assert len(story.said) == 1


async def test_a_promise_after_days_still_works(story: Story) -> None:
    opened = await deferred(story)
    await story.until(MONDAY + timedelta(days=2))
    await story.fills_in("karim", opened, **GIVEN)
    assert len(story.said) == 1


async def test_any_tip_of_ones_own_can_become_a_promise(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert form(await story.presses("karim", "promise", about=story.button("why").about)).name == "promise"


# --- without a tip: about a message, from its menu


async def test_a_message_can_be_made_a_promise_without_a_tip(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "toezegging", "We zoeken uit in welke release dit zit", thread="t1"))
    assert {f.name: f.value for f in opened.fields}["what"] == "We zoeken uit in welke release dit zit"
    assert await story.fills_in("karim", opened, **GIVEN) == []
    (said,) = [e for e in story.sent if isinstance(e, Say)]
    assert GIVEN["what"] in words(said.card)
    assert await story.outcomes() == []


async def test_it_is_shown_in_the_thread_of_that_message(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "promise", thread="t1"))
    place = story.place("t1")
    await dispatch.handle(
        story.house,
        Submission(story.event_id(), story.now, place, story.person("karim"), "promise", opened.about, GIVEN),
    )
    await story.settle()
    (said,) = [e for e in story.sent if isinstance(e, Say)]
    assert said.place == place


async def test_a_long_message_is_cut_to_what_fits(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("sanne", "promise", "x" * 5000))
    assert {f.name: f.value for f in opened.fields}["what"] == "x" * 300


async def test_a_stranger_makes_no_promise(story: Story) -> None:
    await story.agreed()
    assert refused(await story.asks("stranger", "toezegging", "Iets")) == {"": NL.say("choices.unknown")}
    assert refused(await story.sends("stranger", "promise", GIVEN)) == {"": NL.say("choices.unknown")}
    assert story.said == []


# --- from a proposal to a promise that was kept


async def proposed(story: Story, who: str = "karim", **more: str) -> None:
    """Everybody agreed, and somebody proposes a promise."""
    await story.agreed()
    opened = form(await story.asks(who, "promise"))
    assert await story.fills_in(who, opened, **(GIVEN | {"date": "2027-03-25"} | more)) == []


def card(story: Story) -> str:
    """The last card of an item, as all see it."""
    shown = [e.card for e in story.sent if isinstance(e, Say | Replace) and e.key.startswith("item:")]
    return words(shown[-1])


def digests(story: Story) -> list[tuple[str, str]]:
    """Who was told in a morning what waits for them, and when."""
    return [(e.who.id, e.key[-12:-4]) for e in story.sent if isinstance(e, Whisper) and e.key.startswith("digest:")]


async def test_it_counts_once_both_have_confirmed_it(story: Story) -> None:
    await proposed(story)
    assert NL.say("promise.state.proposed") in card(story)
    assert refused(await story.presses("lotte", "confirm", "1")) == {"": NL.say("register.refused.other")}
    await story.presses("sanne", "confirm", "1")
    assert NL.say("promise.state.confirmed") in card(story)
    await story.presses("lotte", "done", "1")
    await story.presses("ahmed", "agree_done", "1")
    assert NL.say("promise.state.kept") in card(story)
    assert [e.step for e in await story.rows(Entry)] == ["filed", "confirm", "done", "agree_done"]


async def test_the_client_does_not_close_the_suppliers_promise(story: Story) -> None:
    await proposed(story)
    await story.presses("sanne", "confirm", "1")
    for step in ("done", "move", "drop"):
        assert refused(await story.presses("sanne", step, "1")) == {"": NL.say("register.refused.owner")}
    await story.presses("lotte", "done", "1")
    assert refused(await story.presses("karim", "agree_done", "1")) == {"": NL.say("register.refused.receiver")}


async def give(story: Story, who: str, role: str) -> None:
    """Somebody gets a role."""
    await has_role(story, who, role)
    await story.later(minutes=1)
    story.sent.clear()


async def test_who_may_not_commit_asks_their_own_lead_first(story: Story) -> None:
    await story.agreed()
    await give(story, "lotte", "service")
    await give(story, "karim", "responder")
    opened = form(await story.asks("karim", "promise"))
    told = reply(await story.fills_in("karim", opened, **GIVEN))
    assert told == NL.say("register.lead_asked", code="TZ-1")
    assert story.said == []
    (asked,) = story.whispers
    assert asked.who.id == "lotte"
    assert NL.say("register.ask_lead") in words(asked.card)
    assert refused(await story.presses("karim", "allow", "1")) == {"": NL.say("register.refused.lead")}
    # The other side is told what it would be told of a number that does not exist.
    for step in ("allow", "confirm", "withdraw"):
        assert refused(await story.presses("sanne", step, "1")) == refused(await story.presses("sanne", step, "99"))
    assert refused(await story.asks("sanne", "open", "TZ-1")) == {"": NL.say("register.refused.no_such")}
    await story.presses("lotte", "allow")
    assert "TZ-1" in story.said[-1]
    assert NL.say("promise.state.proposed") in card(story)


async def test_a_lead_can_say_no_and_the_client_never_sees_it(story: Story) -> None:
    await story.agreed()
    await give(story, "lotte", "service")
    await give(story, "karim", "responder")
    await story.fills_in("karim", form(await story.asks("karim", "promise")), **GIVEN)
    await story.presses("lotte", "hold")
    await story.later(days=10)
    assert story.said == []
    assert all(not isinstance(e, Replace) for e in story.sent)


async def test_what_the_client_writes_down_binds_only_when_who_may_commit_says_yes(story: Story) -> None:
    await story.agreed()
    await give(story, "lotte", "service")
    await give(story, "karim", "responder")
    await story.fills_in("sanne", form(await story.asks("sanne", "promise")), **GIVEN)
    assert refused(await story.presses("karim", "confirm", "1")) == {"": NL.say("register.refused.lead")}
    await story.presses("lotte", "confirm", "1")
    assert NL.say("promise.state.confirmed") in card(story)


async def test_another_date_has_a_reason_a_history_and_is_confirmed_again(story: Story) -> None:
    await proposed(story)
    await story.presses("sanne", "confirm", "1")
    asked = form(await story.presses("lotte", "move", "1"))
    assert set(refused(await story.fills_in("lotte", asked))) == {"date", "reason"}
    await story.fills_in("lotte", asked, date="2027-04-02", reason="De testomgeving is stuk")
    assert "vrijdag 2 april 2027" in card(story)
    assert NL.say("promise.state.proposed") in card(story)
    (moved,) = [e for e in await story.rows(Entry) if e.step == "move"]
    assert moved.words == {"date": "2027-04-02", "reason": "De testomgeving is stuk", "before": "2027-03-25"}
    await story.presses("sanne", "confirm", "1")
    assert NL.say("register.levels.tactical") not in card(story)
    again = form(await story.presses("lotte", "move", "1"))
    await story.fills_in("lotte", again, date="2027-04-09", reason="Nog steeds")
    assert NL.say("register.levels.tactical") in card(story)


async def test_the_one_who_does_it_is_told_beforehand_on_the_day_and_after(story: Story) -> None:
    await proposed(story)
    await story.presses("sanne", "confirm", "1")
    await story.until("2027-03-02T12:00:00+01:00")
    story.sent.clear()
    await story.until("2027-04-20T12:00:00+02:00")
    # Five working days before, two, the day itself, the day after Good Friday and Easter, and a week of silence.
    days = ["20270318", "20270323", "20270325", "20270330", "20270405"]
    assert digests(story) == [("lotte", day) for day in days]
    assert NL.say("register.levels.tactical") in card(story)


async def test_not_done_has_a_reason_and_the_other_side_agrees_or_not(story: Story) -> None:
    await proposed(story)
    await story.presses("sanne", "confirm", "1")
    asked = form(await story.presses("lotte", "drop", "1"))
    await story.fills_in("lotte", asked, reason="De leverancier van de kaart is failliet")
    assert NL.say("promise.state.dropped") in card(story)
    await story.presses("sanne", "agree", "1")
    assert NL.say("promise.state.closed") in card(story)


@pytest.mark.parametrize(
    ("said", "what", "day"),
    [
        ("Kaart bijwerken, vóór volgende week dinsdag", "Kaart bijwerken", "2027-03-09"),
        ("Kaart bijwerken 12 maart", "Kaart bijwerken 12 maart", "2027-03-12"),
        ("Kaart bijwerken eind volgende week", "Kaart bijwerken eind volgende week", "2027-03-12"),
        ("Kaart bijwerken binnenkort", "Kaart bijwerken binnenkort", ""),
        ("Kaart bijwerken zsm", "Kaart bijwerken zsm", ""),
        ("", "", ""),
    ],
)
async def test_a_day_at_the_end_of_a_command_is_read_and_said_back_or_left_open(
    story: Story, said: str, what: str, day: str
) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "toezegging", said))
    values = {f.name: f.value for f in opened.fields}
    assert (values["what"], values["date"]) == (what, day)
    assert ("Ik lees:" in words(opened)) is bool(day)


# --- when it is no longer for the meeting


async def test_what_both_agree_on_after_all_no_longer_waits_for_the_meeting(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["promise"])
    await story.fills_in("sanne", form(await story.presses("sanne", "disagree", "1")), reason="Te laat voor ons")
    assert (await story.rows(Item))[0].level == "tactical"
    moved = form(await story.presses("karim", "move", "1"))
    await story.fills_in("karim", moved, date="2027-03-12", reason="Dan eerder")
    await story.presses("sanne", "confirm", "1")
    (row,) = await story.rows(Item)
    assert (row.state, row.level) == ("confirmed", "operational")
    # Nobody had confirmed the first day, so nothing was put off.
    assert row.moved == 0
    assert [entry.step for entry in await story.rows(Entry)] == ["filed", "disagree", "move", "confirm"]


async def test_a_day_that_was_confirmed_counts_as_moved_however_it_came_to_be_disputed(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["promise"])
    for at, day in enumerate(("2027-04-01", "2027-04-08"), start=1):
        await story.presses("sanne", "confirm", "1")
        await story.fills_in("karim", form(await story.presses("karim", "move", "1")), date=day, reason="Druk")
        assert (await story.rows(Item))[0].moved == at
    assert (await story.rows(Item))[0].level == "tactical"
    await story.fills_in("sanne", form(await story.presses("sanne", "disagree", "1")), reason="Weer later")
    await story.fills_in("karim", form(await story.presses("karim", "move", "1")), date="2027-04-02", reason="Goed dan")
    assert (await story.rows(Item))[0].moved == 3
    # They agree on this day, and that it moves again and again is talked about all the same.
    await story.presses("sanne", "confirm", "1")
    assert (await story.rows(Item))[0].level == "tactical"
