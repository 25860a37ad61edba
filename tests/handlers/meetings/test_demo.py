"""A demo: what it is to show, what the client thinks of each point, and what follows from that."""

import json
from datetime import date

import pytest
from registers import plans
from story import Story, form, names, refused, reply, words

from handlers.dossier import told
from handlers.vocabulary import Replace, Reply, Say, Share
from prompts import phrasebook
from storage.tables import Entry, Item, Member, Project

NL = phrasebook("nl")
ASKED, OVER = "2027-03-09T10:00", "2027-03-10T12:00"
"""By Amsterdam: the demo is on Wednesday the 10th at ten, and takes an hour."""
CRITERIA = "Inschrijven kan in vijf minuten\nDe lijst toont de wachttijd"


def at(moment: str) -> str:
    return f"{moment}:00+01:00"


async def demo_is_planned(story: Story) -> None:
    """Of every second Wednesday, the first is on the 10th of March."""
    await story.agreed()
    await plans(story, "demo", first="2027-03-10")


async def item(story: Story, kind: str) -> Item:
    return [row for row in await story.rows(Item) if row.kind == kind][-1]


async def the_demo(story: Story) -> Item:
    """The first one: the next is planned as well."""
    return next(row for row in await story.rows(Item) if row.kind == "meeting")


async def task(story: Story, side: str) -> Item:
    return next(row for row in await story.rows(Item) if row.kind == "preparation" and row.doer == side)


async def handed_in(story: Story, criteria: str = CRITERIA, **more: str) -> None:
    """Karim opens the form of what he is asked to prepare, and sends it."""
    await story.until(at(ASKED))
    opened = form(await story.presses("karim", "prepared", str((await task(story, "supplier")).id)))
    assert isinstance((await story.fills_in("karim", opened, result=criteria, **more))[0], Reply)


async def demo_is_over(story: Story, criteria: str = CRITERIA) -> Item:
    await demo_is_planned(story)
    await handed_in(story, criteria)
    await story.until(at(OVER))
    return await the_demo(story)


async def judges(story: Story, who: str = "sanne", **answers: str) -> list:
    opened = form(await story.presses(who, "verdict", str((await the_demo(story)).id)))
    return await story.fills_in(who, opened, **answers)


MIXED = {"verdict1": "accepted", "verdict2": "not_yet", "because2": "hij loopt een uur achter"}


async def test_what_was_promised_for_now_is_where_the_list_begins(story: Story) -> None:
    await demo_is_planned(story)
    for what, day in (("De inschrijving in vijf minuten", "2027-03-12"), ("Iets van veel later", "2027-06-01")):
        opened = form(await story.asks("karim", "promise"))
        await story.fills_in("karim", opened, what=what, date=day)
        await story.presses("sanne", "confirm", str((await item(story, "promise")).id))
    await story.until(at(ASKED))
    opened = form(await story.presses("karim", "prepared", str((await task(story, "supplier")).id)))
    assert opened.fields[0].value == "TZ-1: De inschrijving in vijf minuten"
    assert opened.fields[0].label == NL.say("preparation.asks.demo_supplier.field.result")
    await story.fills_in("karim", opened, result="Iets anders", file="https://voorbeeld.example/demo.pdf")
    again = form(await story.presses("karim", "prepare_again", str((await task(story, "supplier")).id)))
    assert [field.value for field in again.fields] == ["Iets anders", "https://voorbeeld.example/demo.pdf"]


async def test_the_agenda_lists_what_will_be_shown_and_who_tests(story: Story) -> None:
    """Also where it went out before that: each time something is handed in it is brought up to date."""
    await demo_is_planned(story)
    await handed_in(story)
    opened = form(await story.presses("sanne", "prepared", str((await task(story, "client")).id)))
    await story.fills_in("sanne", opened, result="Twee collega's van de balie", file="https://klant.example/rooster")
    agenda = words([e.card for e in story.sent if isinstance(e, Replace)][-1])
    assert "voorbereiding van" not in agenda
    shown = agenda.index("Inschrijven kan in vijf minuten")
    assert agenda.index(NL.say("agendas.demo.criteria.title")) < shown < agenda.index(NL.say("agendas.demo.show.title"))
    assert "klant: Twee collega's van de balie (VW-2, https://klant.example/rooster)" in agenda


@pytest.mark.parametrize(
    ("criteria", "why"),
    [("\n".join("x" * 11), "criteria"), ("x" * 151, "criterion"), (" \n ", "text")],
)
async def test_a_list_that_nobody_can_judge_is_refused_at_its_field(story: Story, criteria: str, why: str) -> None:
    await demo_is_planned(story)
    await story.until(at(ASKED))
    opened = form(await story.presses("karim", "prepared", str((await task(story, "supplier")).id)))
    where = "register" if why == "text" else "meetings"
    assert refused(await story.fills_in("karim", opened, result=criteria)) == {
        "result": NL.say(f"{where}.refused.{why}")
    }


async def test_the_client_is_asked_for_a_verdict_on_each_point_and_gives_it_by_name(story: Story) -> None:
    meeting = await demo_is_over(story)
    card = [e.card for e in story.sent if isinstance(e, Replace)][-1]
    assert "verdict" in names(card)
    assert words(card).startswith("OV-1 · Demo\nStand: voorbij, nog geen verslag")
    asked = [w for w in story.whispers if NL.say("meeting.ask_verdict") in words(w.card)]
    assert {w.who.id for w in asked} == {"sanne"}
    opened = form(await story.presses("sanne", "verdict", str(meeting.id)))
    assert [field.label for field in opened.fields][:3] == [
        "1. Inschrijven kan in vijf minuten · Akkoord?",
        "1. Nog niet, omdat",
        "2. De lijst toont de wachttijd · Akkoord?",
    ]
    told = reply(await story.fills_in("sanne", opened, wishes="Ook in het Turks", **MIXED))
    (card,) = [e.card for e in story.sent if isinstance(e, Replace)][-1:]
    for said in (told, words(card)):
        assert "1. Inschrijven kan in vijf minuten: akkoord" in said
        assert "2. De lijst toont de wachttijd: nog niet, omdat: hij loopt een uur achter" in said
        assert "Oordeel van: sanne" in said
        assert "Ook in het Turks" in said
    assert [row.kind for row in await story.rows(Item)].count("feedback") == 0


async def test_not_yet_says_why_and_every_point_gets_a_verdict(story: Story) -> None:
    await demo_is_over(story)
    without = await judges(story, verdict1="accepted", verdict2="not_yet")
    assert refused(without) == {"because2": NL.say("meetings.refused.because")}
    assert refused(await judges(story, verdict1="accepted")) == {"verdict2": NL.say("register.refused.choice")}
    assert refused(await judges(story, verdict1="perfect", verdict2="accepted")) == {
        "verdict1": NL.say("register.refused.choice")
    }


@pytest.mark.parametrize("who", ["karim", "stranger"])
async def test_nobody_but_the_client_judges(story: Story, who: str) -> None:
    meeting = await demo_is_over(story)
    for answers in (
        await story.presses(who, "verdict", str(meeting.id)),
        await story.sends(who, "step", MIXED, f"{meeting.id} verdict"),
    ):
        why = "client" if who == "karim" else "gone"
        assert refused(answers) == {"": NL.say(f"register.refused.{why}")}


async def test_only_a_demo_is_judged_and_only_once_it_is_over(story: Story) -> None:
    await demo_is_planned(story)
    meeting = await the_demo(story)
    assert refused(await story.presses("sanne", "verdict", str(meeting.id))) == {"": NL.say("register.refused.changed")}
    await plans(story, "operational", first="2027-03-02")
    await story.until("2027-03-02T12:00:00+01:00")
    (other,) = [row for row in await story.rows(Item) if row.kind == "meeting" and row.state == "over"]
    assert refused(await story.presses("sanne", "verdict", str(other.id))) == {"": NL.say("register.refused.changed")}
    shown = [e.card for e in story.sent if isinstance(e, Say | Replace) and e.key.startswith(f"item:{other.id}")][-1]
    assert "verdict" not in names(shown)


async def test_where_nothing_was_listed_the_demo_is_judged_as_a_whole(story: Story) -> None:
    await demo_is_planned(story)
    await story.until(at(OVER))
    reply(await judges(story, verdict1="accepted"))
    assert "1. De demo als geheel: akkoord" in (await the_demo(story)).words["verdict"]


async def test_what_is_not_good_yet_becomes_feedback_with_its_effect(story: Story) -> None:
    await demo_is_over(story)
    await judges(story, **MIXED)
    assert story.button("by_impact").label == "Feedback over punt 2"
    opened = form(await story.presses("sanne", "by_impact"))
    assert opened.name == "feedback"
    assert opened.fields[0].value == "De lijst toont de wachttijd: nog niet, omdat: hij loopt een uur achter"
    await story.fills_in("sanne", opened, who="de balie")
    assert (await item(story, "feedback")).side == "client"


@pytest.mark.parametrize("about", ["1", "3", "x", "", "2 2", "-1"])
async def test_what_was_not_found_wanting_opens_no_form(story: Story, about: str) -> None:
    meeting = await demo_is_over(story)
    await judges(story, **MIXED)
    assert refused(await story.presses("sanne", "by_impact", f"{meeting.id} {about}")) == {
        "": NL.say("register.refused.changed")
    }


async def test_who_judged_stands_in_the_history_and_the_dossier(story: Story) -> None:
    await demo_is_over(story)
    await judges(story, **MIXED)
    await judges(story, "ahmed", verdict1="accepted", verdict2="accepted")
    verdicts = [entry for entry in await story.rows(Entry) if entry.step == "verdict"]
    people = [(await story.member("sanne")).id, (await story.member("ahmed")).id]
    assert [entry.member_id for entry in verdicts] == people
    assert "nog niet" in verdicts[0].words["verdict"]
    assert "een collega: akkoord" in (await the_demo(story)).words["verdict"]
    await story.asks("sanne", "dossier")
    (sent,) = [json.loads(e.content)["facts"] for e in story.sent if isinstance(e, Share)]
    told_of = str(told.told(NL, sent)["blocks"])
    assert "Oordeel gegeven\\nOordeel: 1. Inschrijven kan in vijf minuten: akkoord" in told_of


@pytest.mark.parametrize(("who", "other"), [("karim", "client"), ("sanne", "supplier")])
async def test_a_round_of_tests_becomes_a_request_to_the_other_side(story: Story, who: str, other: str) -> None:
    meeting = await demo_is_over(story)
    opened = form(await story.presses(who, "test_round", str(meeting.id)))
    late = await story.fills_in(who, opened, testers="de balie", tested="de lijst", until="2027-03-01")
    assert refused(late) == {"until": NL.say("register.refused.date")}
    await story.fills_in(
        who, opened, testers="de balie", tested="de lijst", until="2027-03-19", help="een testomgeving"
    )
    request = await item(story, "request")
    assert (request.doer, request.due_on) == (other, date(2027, 3, 19).isoformat())
    assert request.words["what"] == "Testronde · wie: de balie · wat: de lijst · hulp: een testomgeving"
    assert request.words["why"] == "Zo is het afgesproken bij de demo (OV-1)."
    assert story.said[-1].startswith("VZ-1")


async def test_in_english_it_reads_just_as_well(story: Story) -> None:
    await demo_is_planned(story)
    await story.write(lambda db: setattr(db.get(Project, 1), "language", "en"))
    await handed_in(story)
    await story.until(at(OVER))
    await judges(story, **MIXED)
    card = words([e.card for e in story.sent if isinstance(e, Replace)][-1])
    assert "2. De lijst toont de wachttijd: not yet, because: hij loopt een uur achter" in card
    assert "Verdict of: sanne" in card


async def test_a_demo_that_was_missed_by_days_asks_nobody_at_once(story: Story) -> None:
    await demo_is_planned(story)
    await story.sleeps_through(days=20)
    assert [w for w in story.whispers if NL.say("meeting.ask_verdict") in words(w.card)] == []
    assert (await the_demo(story)).state == "over"
    opened = form(await story.presses("sanne", "verdict", str((await the_demo(story)).id)))
    assert opened.fields[0].label == "1. De demo als geheel · Akkoord?"


# --- Several people judge


async def on_the_card(story: Story, who: str = "karim") -> str:
    return reply(await story.asks(who, "open", f"OV-{(await the_demo(story)).number}"))


ALL = {"verdict1": "accepted", "verdict2": "accepted"}


async def test_people_of_the_client_who_differ_stand_side_by_side_until_they_agree(story: Story) -> None:
    await demo_is_over(story)
    await judges(story, **MIXED)
    await judges(story, "ahmed", **ALL)
    card = await on_the_card(story)
    assert "1. Inschrijven kan in vijf minuten: akkoord\n2. De lijst toont de wachttijd: hierover zijn" in card
    assert "   • sanne: nog niet, omdat: hij loopt een uur achter\n   • ahmed: akkoord" in card
    assert "Oordeel van: sanne, ahmed" in card
    assert (await the_demo(story)).words["not_yet"] == "2"
    await judges(story, **ALL)
    card = await on_the_card(story)
    assert "2. De lijst toont de wachttijd: akkoord" in card
    assert "   • sanne" not in card
    assert (await the_demo(story)).words["not_yet"] == ""


async def test_the_product_owner_decides_and_what_others_think_stays_below_it(story: Story) -> None:
    await demo_is_over(story)
    await judges(story, **ALL)
    await story.write(lambda db: setattr(db.query(Member).filter_by(person="ahmed").one(), "role", "product_owner"))
    await judges(story, "ahmed", **MIXED)
    card = await on_the_card(story)
    assert "2. De lijst toont de wachttijd: nog niet, omdat: hij loopt een uur achter\n   • sanne: akkoord" in card
    assert "ahmed:" not in card
    assert "product owner" not in (await the_demo(story)).words["verdict"]


async def test_wishes_of_both_are_kept_and_feedback_opens_with_ones_own_words(story: Story) -> None:
    await demo_is_over(story)
    await judges(story, wishes="Ook in het Turks", **MIXED)
    await judges(story, "ahmed", wishes="Groter lettertype", **(MIXED | {"because2": "hij is leeg"}))
    assert (await the_demo(story)).words["wishes"] == "Ook in het Turks\nGroter lettertype"
    number = (await the_demo(story)).id
    for who, why in (("sanne", "hij loopt een uur achter"), ("ahmed", "hij is leeg")):
        opened = form(await story.presses(who, "by_impact", f"{number} 2"))
        assert opened.fields[0].value == f"De lijst toont de wachttijd: nog niet, omdat: {why}"


async def test_who_is_forgotten_leaves_a_verdict_without_a_name(story: Story) -> None:
    await demo_is_over(story)
    await judges(story, **MIXED)
    await judges(story, "ahmed", **ALL)
    await story.presses("sanne", "privacy_erase", "")
    card = await on_the_card(story)
    assert "sanne" not in card
    assert "een collega: nog niet, omdat:" in card


# --- A verdict that stays away


def asked_again(story: Story) -> list[str]:
    return [w.who.id for w in story.whispers if NL.say("meeting.ask_verdict_again") in words(w.card)]


async def test_a_verdict_that_stays_away_is_asked_for_once_more_in_private(story: Story) -> None:
    meeting = await demo_is_over(story)
    await story.until("2027-03-12T08:55:00+01:00")
    assert asked_again(story) == []
    await story.until("2027-03-12T09:05:00+01:00")
    assert asked_again(story) == ["sanne"]
    await story.until("2027-03-24T09:05:00+01:00")
    assert asked_again(story) == ["sanne"]
    assert form(await story.presses("sanne", "verdict", str(meeting.id)))


@pytest.mark.parametrize("minutes_first", [True, False])
async def test_who_judged_is_not_asked_again_and_minutes_do_not_stand_in_for_it(
    story: Story, minutes_first: bool
) -> None:
    meeting = await demo_is_over(story)
    if minutes_first:
        opened = form(await story.presses("karim", "record", str(meeting.id)))
        await story.fills_in("karim", opened, right="yes")
    else:
        await judges(story, "ahmed", **MIXED)
    await story.until("2027-03-16T09:05:00+01:00")
    assert asked_again(story) == (["sanne"] if minutes_first else [])


async def test_a_machine_that_was_off_asks_again_only_while_it_is_of_use(story: Story) -> None:
    await demo_is_over(story)
    await story.sleeps_through(days=6)
    assert asked_again(story) == ["sanne"]
    await story.later(days=5)
    assert asked_again(story) == ["sanne"]
