"""Feedback with its impact: filed, answered, and accepted by nobody but who reported it."""

from datetime import timedelta

import pytest
from story import COMPLAINT, MONDAY, Story, form, member, names, refused, reply, words

from bot import dispatch
from handlers.vocabulary import Form, Replace, Say, Submission, Whisper
from prompts import phrasebook
from storage.tables import Entry, Item, Numbering, Project

NL = phrasebook("nl")
SAID = {
    "what": "Inschrijven aan de balie duurt twaalf minuten",
    "who": "de balie, zes mensen",
    "work": "inschrijven",
    "minutes": "60",
    "good": "vijf minuten",
}


async def opened(story: Story, who: str = "sanne") -> Form:
    """Somebody opens the form."""
    return form(await story.asks(who, "feedback"))


async def reported(story: Story, who: str = "sanne", **more: str) -> None:
    """Everybody agreed, and somebody files feedback."""
    await story.agreed()
    assert await story.fills_in(who, await opened(story, who), **(SAID | more)) == []


def card(story: Story) -> str:
    """The last card of an item, as all see it."""
    shown = [e.card for e in story.sent if isinstance(e, Say | Replace) and e.key.startswith("item:")]
    return words(shown[-1])


async def test_feedback_is_a_numbered_card_that_both_sides_see(story: Story) -> None:
    await reported(story)
    told = card(story)
    assert told.startswith("FB-1 · Feedback")
    for value in ("twaalf minuten", "de balie, zes mensen", "een uur", "sanne", "nieuw"):
        assert value in told
    await story.fills_in("ahmed", await opened(story, "ahmed"), **SAID)
    assert card(story).startswith("FB-2 · Feedback")
    assert [row.last for row in await story.rows(Numbering)] == [2]


async def test_who_is_to_answer_gets_the_questions_to_begin_with_and_nobody_else(story: Story) -> None:
    await story.agreed()
    await story.write(lambda db: setattr(db.query(Project).one(), "name", "Loket"))
    setup = form(await story.asks("karim", "setup"))
    await story.fills_in("karim", setup, person="lotte", role="responder")
    story.sent.clear()
    await story.fills_in("sanne", await opened(story), **SAID)
    (whisper,) = [e for e in story.sent if isinstance(e, Whisper)]
    assert whisper.who.id == "lotte"
    assert whisper.place.direct
    told = words(whisper.card)
    assert NL.say("feedback.question.since") in told
    assert NL.say("feedback.question.who") not in told
    assert "acknowledge" in names(whisper.card)
    assert "accept" not in names(whisper.card)


@pytest.mark.parametrize(
    ("field", "said", "shown"),
    [
        ("minutes", "15", "een kwartier"),
        ("amount", "400 euro per week", "Wat het kost: 400 euro per week"),
        ("risk", "money", "geld"),
    ],
)
async def test_time_an_amount_or_a_risk_is_impact_enough(story: Story, field: str, said: str, shown: str) -> None:
    await story.agreed()
    await story.fills_in("sanne", await opened(story), what="De balie wacht", **{field: said})
    assert shown in story.said[-1]
    assert len(await story.rows(Item)) == 1


async def test_without_impact_it_asks_once_and_then_takes_it_as_it_is(story: Story) -> None:
    await story.agreed()
    first = await opened(story)
    again = form(await story.fills_in("sanne", first, what="Het is traag"))
    assert NL.say("register.asked_back.impact") in words(again)
    assert next(f.value for f in again.fields if f.name == "what") == "Het is traag"
    assert story.said == []
    assert await story.fills_in("sanne", again) == []
    assert "Het is traag" in card(story)


async def test_a_sentence_about_a_person_is_pointed_out_and_never_refused(story: Story) -> None:
    await story.agreed()
    again = form(await story.fills_in("sanne", await opened(story), **(SAID | {"what": "Karim, je bent onbekwaam"})))
    assert NL.say("register.asked_back.person") in words(again)
    assert await story.fills_in("sanne", again) == []
    assert "onbekwaam" in card(story)


async def test_from_new_to_accepted(story: Story) -> None:
    await reported(story)
    for who, step, state in (
        ("karim", "acknowledge", "acknowledged"),
        ("karim", "take_up", "in_hand"),
        ("karim", "resolve", "resolved"),
        ("sanne", "accept", "accepted"),
    ):
        await story.presses(who, step, "1")
        assert NL.say(f"feedback.state.{state}") in card(story)
    assert [(e.step, e.state, e.side) for e in await story.rows(Entry)] == [
        ("filed", "open", "client"),
        ("acknowledge", "acknowledged", "supplier"),
        ("take_up", "in_hand", "supplier"),
        ("resolve", "resolved", "supplier"),
        ("accept", "accepted", "client"),
    ]


@pytest.mark.parametrize("who", ["karim", "lotte", "ahmed"])
async def test_only_who_reported_it_accepts_it(story: Story, who: str) -> None:
    await reported(story)
    await story.presses("karim", "resolve", "1")
    assert refused(await story.presses(who, "accept", "1")) == {"": NL.say("register.refused.author")}
    (item,) = await story.rows(Item)
    assert item.state == "resolved"


async def test_filed_for_somebody_else_anyone_of_that_side_accepts_it(story: Story) -> None:
    await reported(story, behalf="de wijkverpleging")
    await story.presses("karim", "resolve", "1")
    await story.presses("ahmed", "accept", "1")
    assert NL.say("feedback.state.accepted") in card(story)


@pytest.mark.parametrize("step", ["acknowledge", "take_up", "resolve", "decline", "reference"])
async def test_the_client_cannot_answer_for_the_supplier(story: Story, step: str) -> None:
    await reported(story)
    assert refused(await story.presses("sanne", step, "1")) == {"": NL.say("register.refused.doer")}


async def test_two_who_press_at_once_take_one_step(story: Story) -> None:
    await reported(story)
    await story.presses("karim", "acknowledge", "1")
    assert refused(await story.presses("lotte", "acknowledge", "1")) == {"": NL.say("register.refused.changed")}
    assert [e.step for e in await story.rows(Entry)] == ["filed", "acknowledge"]


@pytest.mark.parametrize("about", ["2", "", "x", "1 2 3 4", "-1", "9" * 30, "1; drop table item"])
async def test_a_made_up_number_is_nobodys(story: Story, about: str) -> None:
    await reported(story)
    answers = await story.presses("karim", "acknowledge", about)
    assert about == "1 2 3 4" or refused(answers) == {"": NL.say("register.refused.gone")}


async def test_a_stranger_presses_nothing_and_files_nothing(story: Story) -> None:
    await reported(story)
    assert refused(await story.presses("stranger", "acknowledge", "1")) == {"": NL.say("register.refused.gone")}
    assert list(refused(await story.sends("stranger", "feedback", SAID))) == [""]


async def test_an_honest_no_has_a_reason_and_an_alternative(story: Story) -> None:
    await reported(story)
    asked = form(await story.presses("karim", "decline", "1"))
    assert set(refused(await story.fills_in("karim", asked, reason="Dat kan niet in dit pakket"))) == {"alternative"}
    await story.fills_in("karim", asked, reason="Dat kan niet in dit pakket", alternative="Een tweede balie")
    assert NL.say("feedback.state.declined") in card(story)
    await story.presses("sanne", "agree", "1")
    assert NL.say("feedback.state.closed") in card(story)
    declined = (await story.rows(Entry))[1]
    assert declined.words == {"reason": "Dat kan niet in dit pakket", "alternative": "Een tweede balie"}


async def test_a_no_that_the_reporter_does_not_take_waits_for_the_tactical_meeting(story: Story) -> None:
    await reported(story)
    asked = form(await story.presses("karim", "decline", "1"))
    await story.fills_in("karim", asked, reason="Nee", alternative="Geen")
    objected = form(await story.presses("sanne", "object", "1"))
    await story.fills_in("sanne", objected, reason="Zo kan de balie niet werken")
    assert f"{NL.say('register.level')}: {NL.say('register.levels.tactical')}" in card(story)


async def test_what_runs_elsewhere_counts_as_acknowledged_and_stops_the_clock(story: Story) -> None:
    await reported(story)
    asked = form(await story.presses("karim", "reference", "1"))
    await story.fills_in("karim", asked, system="TOPdesk", number="M2603-0123")
    assert "TOPdesk · M2603-0123" in card(story)
    assert NL.say("feedback.state.acknowledged") in card(story)
    (item,) = await story.rows(Item)
    assert item.look_at is None
    story.sent.clear()
    await story.later(days=9)
    assert story.sent == []


async def test_no_answer_is_told_in_the_morning_and_then_waits_for_the_tactical_meeting(story: Story) -> None:
    await reported(story)
    story.sent.clear()
    await story.until("2027-03-02T08:59:00+01:00")
    assert story.sent == []
    # Half past nine on Monday and eight hours of work: half past five. The next morning it is told.
    await story.until("2027-03-02T09:01:00+01:00")
    told = [e for e in story.sent if isinstance(e, Whisper)]
    # Nobody answers feedback by role there, so it is who agreed for that side.
    assert {e.who.id for e in told} == {"karim"}
    assert all("FB-1" in words(e.card) and e.place.direct for e in told)
    assert not any(isinstance(e, Say) for e in story.sent)
    await story.until("2027-03-03T09:01:00+01:00")
    assert NL.say("register.levels.tactical") in card(story)
    assert [e.step for e in await story.rows(Entry)] == ["filed", "late", "late"]


async def test_who_reported_it_hears_in_the_morning_that_it_is_ready(story: Story) -> None:
    await reported(story)
    await story.presses("karim", "resolve", "1")
    story.sent.clear()
    await story.until("2027-03-02T09:01:00+01:00")
    (told,) = [e for e in story.sent if isinstance(e, Whisper)]
    assert told.who.id == "sanne"
    assert names(told.card) == ["accept", "not_right", "own_reference", "withdraw", "contest", "open"]
    # Pressed on her own copy, that copy changes too.
    (answer,) = await story.presses("sanne", "accept", next(iter(b.about for b in [story.button("accept")])))
    assert NL.say("feedback.state.accepted") in reply([answer])


async def test_nothing_is_filed_where_not_everyone_agreed_to_registers(story: Story) -> None:
    await story.agreed(scopes="hear tip")
    assert refused(await story.asks("sanne", "feedback")) == {"": NL.say("register.refused.scope")}
    assert refused(await story.sends("sanne", "feedback", SAID, "1")) == {"": NL.say("register.refused.scope")}


async def test_a_form_that_is_sent_twice_files_once(story: Story) -> None:
    await story.agreed()
    shown = await opened(story)
    story.numbers = iter([7_001, 7_001, *range(7_100, 7_200)])
    await story.fills_in("sanne", shown, **SAID)
    await story.fills_in("sanne", shown, **SAID)
    assert len(await story.rows(Item)) == 1


async def test_a_vague_complaint_becomes_feedback_with_its_own_words(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", COMPLAINT)
    await story.later(minutes=2)
    assert names(story.tip.card)[:2] == ["feedback", "why"]
    shown = form(await story.presses("sanne", "feedback"))
    assert next(f.value for f in shown.fields if f.name == "what") == COMPLAINT
    await story.fills_in("sanne", shown, **(SAID | {"what": COMPLAINT}))
    assert await story.outcomes() == ["reported", "made_good"]


async def test_a_message_is_turned_into_feedback_and_followed(story: Story) -> None:
    await story.agreed()
    message = await story.says("sanne", "Inschrijven duurt twaalf minuten.")
    command = await story.asks_about(message, "sanne", "feedback", "Inschrijven duurt twaalf minuten.")
    shown = form(command)
    await story.fills_in("sanne", shown, who="de balie")
    await story.edits(message, "Inschrijven duurt twintig minuten.")
    assert f"{NL.say('register.original')}: {NL.say('register.edited')}" in card(story)
    await story.deletes(message)
    assert f"{NL.say('register.original')}: {NL.say('register.deleted')}" in card(story)
    assert [e.step for e in await story.rows(Entry)] == ["filed", "edited", "deleted"]


async def test_what_waits_is_passed_on_when_somebody_leaves(story: Story) -> None:
    await reported(story)
    await story.presses("karim", "take_up", "1")
    (item,) = await story.rows(Item)
    assert item.owner_id is not None
    await story.leaves("karim")
    (item,) = await story.rows(Item)
    assert item.owner_id is None
    story.sent.clear()
    await story.until("2027-03-02T09:01:00+01:00")
    (told,) = [e for e in story.sent if isinstance(e, Whisper)]
    assert told.who.id == "lotte"
    await story.presses("lotte", "resolve", "1")
    await story.leaves("sanne")
    await story.presses("ahmed", "accept", "1")
    assert NL.say("feedback.state.accepted") in card(story)


async def test_who_is_erased_is_gone_from_what_they_filed(story: Story) -> None:
    await reported(story)
    await story.presses("sanne", "privacy_erase", about="")
    (item,) = await story.rows(Item)
    assert item.author_id is None
    assert [e.member_id for e in await story.rows(Entry)] == [None]
    await story.presses("karim", "acknowledge", "1")
    assert "sanne" not in card(story)


async def test_a_project_that_is_over_takes_nothing_more(story: Story) -> None:
    await reported(story)
    await story.write(lambda db: setattr(db.query(Project).one(), "ended_at", MONDAY))
    assert refused(await story.presses("karim", "acknowledge", "1")) == {"": NL.say("ending.refused.over")}
    assert refused(await story.sends("sanne", "feedback", SAID, "1")) == {"": NL.say("ending.refused.over")}


async def test_it_is_read_in_ones_own_language_with_the_same_number(story: Story) -> None:
    story.cast[0] = member("karim", "bouwlicht", language="en")
    await reported(story)
    assert "FB-1 · Feedback" in reply(await story.asks("karim", "open", "fb-1"))
    assert phrasebook("en").say("feedback.state.open") in reply(await story.asks("karim", "open", "FB-1"))
    assert refused(await story.asks("karim", "open", "FB-9")) == {"": phrasebook("en").say("register.refused.no_such")}


async def test_in_ones_own_chat_a_form_files_in_the_only_project(story: Story) -> None:
    await story.agreed()
    shown = await opened(story)
    chat = story.place().__class__("story", story.team, "D1", direct=True)
    answers = await dispatch.handle(
        story.house,
        Submission(story.event_id(), story.now, chat, story.person("sanne"), "feedback", shown.about, SAID),
    )
    await story.settle()
    assert "FB-1" in reply(answers)
    assert story.said[-1].startswith("FB-1")


async def test_the_day_after_tomorrow_is_not_asked_twice(story: Story) -> None:
    await reported(story)
    await story.presses("karim", "resolve", "1")
    await story.until(MONDAY + timedelta(days=6))
    digests = [e for e in story.sent if isinstance(e, Whisper) and e.key.startswith("digest:")]
    assert len(digests) == 1


async def test_while_all_is_paused_nobody_is_told_anything(story: Story) -> None:
    await reported(story)
    await story.presses("karim", "resolve", "1")
    await story.until("2027-03-02T08:00:00+01:00")
    await story.asks("karim", "pauze", "4u")
    story.sent.clear()
    await story.until("2027-03-02T18:00:00+01:00")
    assert [e for e in story.sent if isinstance(e, Whisper)] == []
    await story.until("2027-03-03T09:01:00+01:00")
    assert [e.who.id for e in story.sent if isinstance(e, Whisper)] == ["sanne"]


async def test_a_register_that_is_no_longer_agreed_to_reminds_nobody(story: Story) -> None:
    await reported(story)
    await story.presses("sanne", "stop", about="")
    await story.agrees("sanne", "client", scopes="hear tip")
    story.sent.clear()
    await story.later(days=9)
    assert [e for e in story.sent if isinstance(e, Whisper)] == []
    assert [e.step for e in await story.rows(Entry)] == ["filed"]


async def test_somebody_in_two_projects_is_told_in_one_message(story: Story) -> None:
    await reported(story)
    await story.presses("karim", "resolve", "1")
    story.channel = "C2"
    await story.joins()
    await story.both_agree()
    await story.fills_in("sanne", await opened(story), **(SAID | {"what": "Het tweede project is traag"}))
    await story.presses("karim", "resolve", "2")
    story.sent.clear()
    await story.until("2027-03-02T09:01:00+01:00")
    (told,) = [e for e in story.sent if isinstance(e, Whisper)]
    assert told.who.id == "sanne"
    assert "twaalf minuten" in words(told.card)
    assert "tweede project" in words(told.card)


async def test_what_was_read_and_is_not_solved_in_time_is_told_again_and_then_goes_up(story: Story) -> None:
    await reported(story)
    await story.presses("karim", "take_up", "1")
    story.sent.clear()
    # Half past nine on Monday and forty hours of work: half past four on Friday. The next working morning it is told.
    await story.until("2027-03-08T08:59:00+01:00")
    assert [e for e in story.sent if isinstance(e, Whisper)] == []
    await story.until("2027-03-08T09:01:00+01:00")
    assert [e.who.id for e in story.sent if isinstance(e, Whisper)] == ["karim"]
    await story.until("2027-03-10T09:01:00+01:00")
    assert NL.say("register.levels.tactical") in card(story)
