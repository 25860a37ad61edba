"""A progress report: drafted from what is on record, nobody's but the supplier's until somebody there sends it."""

import pytest
from registers import plans
from story import Story, buttons, form, names, refused, reply, words

from handlers.vocabulary import Form, OpenForm, Reply, Say
from prompts import phrasebook
from storage.database import EVERYWHERE
from storage.endings import export
from storage.tables import Entry, Item, Organisation, Project

NL = phrasebook("nl")
DRAFTED, DAY, AFTER = "2027-03-10T10:00", "2027-03-12T10:30", "2027-03-15T10:30"
"""By Amsterdam: the report is of Friday the 12th of March; the draft is made on Wednesday, at nine."""


def at(moment: str) -> str:
    return f"{moment}:00+01:00"


async def report(story: Story, number: int = 1) -> Item:
    return next(row for row in await story.rows(Item) if (row.kind, row.number) == ("report", number))


async def report_is_planned(story: Story) -> None:
    await story.agreed()
    await plans(story, "progress", first="2027-03-12")


async def filed(story: Story, who: str, kind: str, /, **answers: str) -> Item:
    given = await story.fills_in(who, form(await story.asks(who, kind)), **answers)
    if given and isinstance(given[0], OpenForm):
        await story.fills_in(who, form(given))
    return [row for row in await story.rows(Item) if row.kind == kind][-1]


async def much_is_on_record(story: Story) -> None:
    """A promise that was kept, one that comes, an honest no, a warning and a request."""
    for what in ("De lijst", "De inschrijving"):
        promise = await filed(story, "karim", "promise", what=what, date="2027-03-19")
        await story.presses("sanne", "confirm", str(promise.id))
    first = next(row for row in await story.rows(Item) if row.kind == "promise")
    await story.presses("karim", "done", str(first.id))
    await story.presses("sanne", "agree_done", str(first.id))
    feedback = await filed(story, "sanne", "feedback", what="Graag op papier", who="de balie")
    refusal = form(await story.presses("karim", "decline", str(feedback.id)))
    await story.fills_in("karim", refusal, reason="papier bestaat niet meer", alternative="een scherm")
    await filed(story, "karim", "warning", what="De server is oud", consequence="uitval", alternative="vervangen")
    await filed(story, "sanne", "request", what="Een handleiding", why="uitleg", otherwise="later", date="2027-03-19")
    await filed(story, "karim", "request", what="Een testaccount", why="testen", otherwise="later", date="2027-03-19")


async def drafted(story: Story) -> Form:
    """The form that who sends the report reads first."""
    return form(await story.presses("karim", "send", str((await report(story)).id)))


def digests(story: Story, who: str) -> list[str]:
    return [words(w.card) for w in story.whispers if w.who.id == who and w.key.startswith("digest")]


async def test_the_draft_holds_what_is_on_record_and_the_owner_hears_of_it_in_private(story: Story) -> None:
    await report_is_planned(story)
    await much_is_on_record(story)
    story.sent.clear()
    await story.until(at("2027-03-11T09:30"))
    assert (
        "VR-1: Voortgangsbericht van vrijdag 12 maart 2027 (concept, alleen voor jullie kant)"
        in digests(story, "karim")[-1]
    )
    assert story.said == []
    values = {field.name: field.value for field in (await drafted(story)).fields}
    assert values["in_short"] == (
        "Toezeggingen nagekomen: 1. Toezeggingen die eraan komen: 1. Verzoeken die openstaan: 1."
    )
    assert values["done"] == "TZ-1: De lijst (nagekomen)"
    assert values["next"].startswith("TZ-2: De inschrijving")
    assert values["not_feasible"].startswith("FB-1: Graag op papier")
    assert values["risks"].startswith("WS-1: De server is oud")
    assert values["changed_scope"] == ""
    assert values["needed"].startswith("VZ-2: Een testaccount")


async def test_nobody_of_the_client_sees_a_draft_anywhere(story: Story) -> None:
    await report_is_planned(story)
    await much_is_on_record(story)
    await story.until(at(DRAFTED))
    row = await report(story)
    seen = [
        await story.asks("sanne", "open"),
        await story.asks("sanne", "open", "VR-1"),
        await story.opens_home("sanne"),
    ]
    seen += [await story.presses("sanne", step, str(row.id)) for step in ("send", "not_this_time", "reply", "contest")]
    await story.asks("sanne", "dossier")

    def exported(db) -> str:
        client = db.query(Organisation).filter_by(side="client").one()
        return str(export(db, db.get(Project, 1), client))

    seen.append(await story.database.read(EVERYWHERE, exported))
    assert "Toezeggingen nagekomen" not in str(seen) + str(story.sent)
    assert "VR-1" not in str(seen[:2])
    assert "VR-1" in str(await story.asks("karim", "open"))
    assert refused(await story.presses("sanne", "send", str(row.id))) == {"": NL.say("register.refused.gone")}


async def test_it_is_never_sent_by_itself_and_its_owner_is_reminded_twice(story: Story) -> None:
    await report_is_planned(story)
    await story.until(at("2027-03-11T10:00"))
    story.sent.clear()
    await story.until(at("2027-03-19T10:00"))
    told = [w.key for w in story.whispers if w.who.id == "karim" and "VR-1" in words(w.card)]
    assert len(told) == 2
    assert not any(said.startswith("VR-") for said in story.said)
    assert (await report(story)).state == "draft"
    assert (await report(story)).level == "operational"


async def test_what_is_edited_is_what_everybody_reads_with_the_name_of_who_sent_it(story: Story) -> None:
    await report_is_planned(story)
    await much_is_on_record(story)
    await story.until(at(DAY))
    story.sent.clear()
    opened = await drafted(story)
    assert refused(await story.fills_in("karim", opened, in_short=" ")) == {"in_short": NL.say("register.refused.text")}
    await story.fills_in("karim", opened, in_short="We liggen op koers.", not_feasible="", done="De lijst staat er.")
    (card,) = [e.card for e in story.sent if isinstance(e, Say)]
    said = words(card)
    assert said.startswith("VR-1 · Voortgangsbericht\nStand: verstuurd, wacht op antwoord")
    assert "We liggen op koers." in said
    assert "De lijst staat er." in said
    assert NL.say("report.label.not_feasible") not in said
    assert "Verstuurd door: karim" in said
    assert "Antwoord graag uiterlijk: woensdag 17 maart 2027" in said
    assert "reply" in names(card)
    assert "Toezeggingen nagekomen" not in str([e.words for e in await story.rows(Entry)])


async def test_the_client_answers_and_is_reminded_of_it(story: Story) -> None:
    await report_is_planned(story)
    await story.until(at(DAY))
    await story.fills_in("karim", await drafted(story), in_short="We liggen op koers.")
    await story.until(at("2027-03-18T10:00"))
    told = [each for each in digests(story, "sanne") if "VR-1" in each]
    assert len(told) == 3
    row = await report(story)
    assert refused(await story.presses("karim", "reply", str(row.id))) == {"": NL.say("register.refused.other")}
    opened = form(await story.presses("sanne", "reply", str(row.id)))
    await story.fills_in("sanne", opened, reply="De balie merkt er niets van.")
    row = await report(story)
    assert (row.state, row.words["reply"]) == ("answered", "De balie merkt er niets van.")
    assert NL.say("report.heard_answered") in words([w for w in story.whispers if w.who.id == "karim"][-1].card)
    assert "De balie merkt er niets van." in reply(await story.asks("karim", "open", "VR-1"))


async def test_what_was_never_sent_lapses_when_the_next_draft_is_made(story: Story) -> None:
    await report_is_planned(story)
    await story.until("2027-03-24T10:00:00+01:00")
    first, second = await report(story), await report(story, 2)
    assert (first.state, second.state) == ("lapsed", "draft")
    assert refused(await story.presses("karim", "send", str(first.id))) == {"": NL.say("register.refused.changed")}
    assert "VR-1" not in str(await story.asks("karim", "open"))


async def test_what_was_never_answered_waits_for_nobody_once_the_next_draft_is_made(story: Story) -> None:
    await report_is_planned(story)
    await story.until(at(DAY))
    await story.fills_in("karim", await drafted(story), in_short="We liggen op koers.")
    await story.until("2027-03-24T10:00:00+01:00")
    assert (await report(story)).state == "unanswered"
    assert "VR-1" not in str(await story.asks("sanne", "open"))


async def test_the_supplier_lets_one_pass(story: Story) -> None:
    await report_is_planned(story)
    await story.until(at(DRAFTED))
    await story.presses("karim", "not_this_time", str((await report(story)).id))
    story.sent.clear()
    await story.until(at(AFTER))
    assert (await report(story)).state == "lapsed"
    assert not any("VR-1" in words(w.card) for w in story.whispers)


async def test_a_machine_that_was_off_makes_one_draft_for_each_report_that_is_still_of_use(story: Story) -> None:
    await report_is_planned(story)
    await story.sleeps_through(days=14)
    states = [row.state for row in await story.rows(Item) if row.kind == "report"]
    assert states[0] == "draft"
    assert set(states[1:]) == {"planned"}


async def test_a_report_that_waits_is_no_meeting_to_put_a_topic_on(story: Story) -> None:
    await report_is_planned(story)
    assert refused(await story.asks("sanne", "agenda", "de printer")) == {
        "": NL.say("meetings.refused.none", command="/spraak")
    }


@pytest.mark.parametrize("who", ["karim", "sanne"])
async def test_one_that_is_planned_can_be_called_off_by_either_side(story: Story, who: str) -> None:
    await report_is_planned(story)
    opened = form(await story.presses(who, "call_off", str((await report(story)).id)))
    await story.fills_in(who, opened, reason="vakantie")
    await story.until(at(AFTER))
    assert (await report(story)).state == "called_off"


async def test_a_draft_is_skipped_only_after_a_question(story: Story) -> None:
    await report_is_planned(story)
    await story.until(at(DRAFTED))
    (card,) = [each.card for each in await story.asks("karim", "open", "VR-1") if isinstance(each, Reply)]
    (skip,) = [each for each in buttons(card.parts) if each.name == "not_this_time"]
    assert skip.confirm == "Dan komt er deze keer geen voortgangsbericht. Doorgaan?"
    assert [each.confirm for each in buttons(card.parts) if each.name == "send"] == [None]
