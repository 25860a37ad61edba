"""An escalation climbs one step at a time, in both directions, and what a side prepares stays with that side."""

import json
from typing import Any

import pytest
from registers import climbs, files, filled_in, has_role, stands
from story import SECOND_SUPPLIER, Story, form, member, names, refused, reply, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import OpenForm, Replace, Say, Share
from prompts import phrasebook
from storage import endings
from storage.tables import Entry, Item, Organisation, Project, Sheet

NL = phrasebook("nl")
KIND = KINDS["escalation"]
AGREED = {
    "what": "Storingen aan de balie zijn binnen vier uur verholpen",
    "where": "Bijlage 3, artikel 2",
    "found": "De klok loopt alleen op kantooruren",
}
SHEET = {
    "agreed": "Vier uur, staat in bijlage 3",
    "wrong": "Vorige week duurde het twee dagen",
    "expected": "Een vast nummer voor de nacht",
}
NOTICE = {
    "shortfall": "Zes storingen bleven langer dan vier uur liggen",
    "expected": "Alle storingen binnen vier uur verholpen",
    "consequence": "De boete van artikel 9",
}
SECRETS = (AGREED["found"], *SHEET.values(), NOTICE["shortfall"], NOTICE["consequence"])
OUTCOME = {"outcome": "Er komt een vast nummer"}


async def filed(story: Story, who: str = "sanne") -> Item:
    """Everybody agreed, and somebody files an escalation."""
    await story.agreed()
    return await files(story, KIND, who, **AGREED)


async def takes(story: Story, who: str, step: str, **answers: str) -> list[Any]:
    """Somebody takes a step with OP-1 and fills in what it asks."""
    given = await story.presses(who, step, "1")
    if any(isinstance(each, OpenForm) for each in given):
        given = await story.fills_in(who, form(given), **answers)
    return given


async def called(story: Story) -> None:
    """The client prepared a call and rang; both sides record what came out of it."""
    await filed(story)
    await takes(story, "sanne", "sheet", **SHEET)
    await takes(story, "sanne", "outcome", **OUTCOME)
    await takes(story, "karim", "own_outcome", outcome="Wij bellen voortaan terug")


async def on_rung(story: Story, rung: int, state: str = "open") -> None:
    """OP-1 of the client has come as far as this."""
    item = await filed(story)
    await climbs(story, item, rung)
    await stands(story, item, state)


async def row(story: Story) -> Item:
    """How OP-1 stands."""
    return (await story.rows(Item))[0]


async def shown_to(story: Story, who: str) -> str:
    """All that somebody can ask for and is told."""
    story.sent.clear()
    seen = [await story.asks(who, "open"), await story.asks(who, "open", "OP-1"), await story.opens_home(who)]
    seen += [await story.asks(who, "privacy"), await story.presses(who, "privacy_export")]
    return str(seen) + str(story.sent)


async def give(story: Story, who: str, role: str) -> None:
    """Somebody gets a role."""
    await has_role(story, who, role)


# --- before the call: of one side only


@pytest.mark.parametrize(("author", "other"), [("sanne", "karim"), ("karim", "sanne")])
async def test_until_the_call_the_other_side_does_not_know_that_there_is_anything(
    story: Story, author: str, other: str
) -> None:
    item = await filed(story, author)
    story.sent.clear()
    await takes(story, author, "sheet", **SHEET)
    await takes(story, author, "plan_call", whom="Anna", date="2027-03-03", time="10:00")
    assert refused(await story.asks(other, "open", "OP-1")) == {"": NL.say("register.refused.no_such")}
    assert "OP-1" not in await shown_to(story, other)
    for step in KIND.steps:
        assert refused(await story.presses(other, step.name, str(item.id))) == {"": NL.say("register.refused.gone")}
        sent = await story.sends(other, "step", filled_in(step.asks), f"{item.id} private {step.name}")
        assert refused(sent) == {"": NL.say("register.refused.gone")}
    await story.later(days=3)
    assert story.said == []
    assert {whisper.who.id for whisper in story.whispers if "OP-1" in words(whisper.card)} <= {author, "lotte", "ahmed"}
    assert not any(isinstance(effect, Replace) for effect in story.sent)


async def test_the_own_side_sees_its_call_sheet_and_the_form_keeps_what_was_written(story: Story) -> None:
    await filed(story)
    opened = form(await story.presses("sanne", "sheet", "1"))
    before = {field.name: field.value for field in opened.fields}
    assert before["agreed"] == AGREED["what"]
    # Ten working days after Monday 1 March.
    assert before["date"] == "2027-03-15"
    assert NL.say("escalation.own_side") in words(opened)
    told = reply(await story.fills_in("sanne", opened, **SHEET))
    assert all(said in told for said in (*SHEET.values(), AGREED["found"], "maandag 15 maart 2027"))
    told = reply(await story.asks("ahmed", "open", "OP-1"))
    assert all(said in told for said in SHEET.values())
    again = form(await story.presses("ahmed", "sheet", "1"))
    assert SHEET["wrong"] in {field.value for field in again.fields}
    assert [entry.step for entry in await story.rows(Entry)] == ["filed"]


async def test_ten_working_days_leave_out_holidays(story: Story) -> None:
    await filed(story)
    await story.until("2027-03-22T10:00:00+01:00")
    opened = form(await story.presses("sanne", "sheet", "1"))
    # Easter Monday is 29 March; Good Friday is a working day for many, and on the Dutch calendar it is none.
    assert {f.name: f.value for f in opened.fields}["date"] in ("2027-04-06", "2027-04-07")


async def test_a_day_that_is_too_soon_is_refused(story: Story) -> None:
    await filed(story)
    opened = form(await story.presses("sanne", "outcome", "1"))
    soon = await story.fills_in("sanne", opened, outcome="x", date="2027-03-02")
    assert refused(soon) == {"date": NL.say("register.refused.soon")}
    assert (await row(story)).state == "call"


async def test_of_a_planned_call_the_author_is_told_that_morning(story: Story) -> None:
    await filed(story)
    await story.until("2027-03-02T12:00:00+01:00")
    await takes(story, "sanne", "plan_call", whom="Karim van de leverancier", date="2027-03-10", time="10:00")
    story.sent.clear()
    await story.until("2027-03-10T08:59:00+01:00")
    assert story.whispers == []
    await story.until("2027-03-10T09:01:00+01:00")
    assert [whisper.who.id for whisper in story.whispers] == ["sanne"]
    assert "OP-1" in words(story.whispers[0].card)


async def test_what_is_not_taken_further_stays_unknown(story: Story) -> None:
    await filed(story)
    await takes(story, "sanne", "withdraw")
    assert (await row(story)).state == "let_be"
    assert "OP-1" not in await shown_to(story, "karim")
    assert "OP-1" in reply(await story.asks("ahmed", "open", "OP-1"))


# --- both sides record; then time to put it right


async def test_after_the_call_both_sides_record_what_came_out(story: Story) -> None:
    await filed(story)
    await takes(story, "sanne", "sheet", **SHEET)
    story.sent.clear()
    told = reply(await takes(story, "sanne", "outcome", **OUTCOME))
    assert NL.say("escalation.state.told") in told
    await story.until("2027-03-02T10:00:00+01:00")
    (whisper,) = [whisper for whisper in story.whispers if whisper.who.id == "karim"]
    assert "own_outcome" in names(whisper.card)
    assert refused(await story.presses("ahmed", "own_outcome", "1")) == {"": NL.say("register.refused.other")}
    told = reply(await takes(story, "karim", "own_outcome", outcome="Wij bellen voortaan terug"))
    assert OUTCOME["outcome"] in told
    assert "Wij bellen voortaan terug" in told
    assert AGREED["what"] in told
    assert "maandag 15 maart 2027" in told
    assert NL.say("escalation.state.runs") in told
    assert story.said == []


async def test_what_a_side_wrote_for_itself_never_reaches_the_other_later_on(story: Story) -> None:
    await called(story)
    await climbs(story, await row(story), 4)
    await stands(story, await row(story), "open")
    await takes(story, "sanne", "notice", **NOTICE)
    seen = await shown_to(story, "karim")
    assert AGREED["what"] in seen
    assert not any(secret in seen for secret in SECRETS)
    own = reply(await story.asks("sanne", "open", "OP-1"))
    assert all(secret in own for secret in SECRETS)
    kept = str([(each.words, entry.words) for each in await story.rows(Item) for entry in await story.rows(Entry)])
    assert not any(secret in kept for secret in SECRETS)
    assert {entry.step for entry in await story.rows(Entry)} == {"filed", "outcome", "own_outcome"}


async def test_what_an_organisation_takes_along_holds_only_its_own_words(story: Story) -> None:
    await called(story)

    def exports(db: Any) -> dict[str, str]:
        project = db.query(Project).one()
        found = {o.side: json.dumps(endings.export(db, project, o)) for o in db.query(Organisation)}
        return {str(side): said for side, said in found.items()}

    taken = await story.write(exports)
    assert SHEET["wrong"] in taken["client"]
    assert not any(secret in taken["supplier"] for secret in SECRETS)
    assert OUTCOME["outcome"] in taken["supplier"]


async def test_all_of_it_is_erased_with_the_project(story: Story) -> None:
    await called(story)
    assert await story.rows(Sheet)
    await story.write(lambda db: endings.erase(db, db.query(Project).one()))
    assert await story.rows(Sheet) == []
    assert SHEET["wrong"] not in await story.everything()


# --- one step at a time


async def test_the_next_step_opens_only_when_the_day_has_passed(story: Story) -> None:
    await called(story)
    assert refused(await story.presses("sanne", "climb", "1")) == {"": NL.say("register.refused.changed")}
    await story.until("2027-03-15T23:59:00+01:00")
    assert (await row(story)).state == "runs"
    await story.until("2027-03-16T09:30:00+01:00")
    assert (await row(story)).state == "over"
    assert "climb" in {name for whisper in story.whispers if whisper.who.id == "sanne" for name in names(whisper.card)}
    assert refused(await story.presses("karim", "climb", "1")) == {"": NL.say("register.refused.side")}
    told = reply(await takes(story, "sanne", "climb"))
    assert NL.say("escalation.rung.2.name") in told
    assert NL.say("register.levels.tactical") in told
    assert (await row(story)).due_on is None
    assert refused(await story.presses("sanne", "climb", "1")) == {"": NL.say("register.refused.changed")}


async def test_silence_of_the_other_side_does_not_hold_the_ladder(story: Story) -> None:
    await filed(story)
    await takes(story, "sanne", "outcome", **OUTCOME)
    await story.until("2027-03-16T09:30:00+01:00")
    assert (await row(story)).state == "over"
    assert [entry.step for entry in await story.rows(Entry)] == ["filed", "outcome", "day_passed"]


async def test_a_step_is_skipped_only_when_the_other_side_agrees(story: Story) -> None:
    await called(story)
    asked = form(await story.presses("sanne", "skip", "1"))
    assert list(refused(await story.fills_in("sanne", asked))) == ["reason"]
    told = reply(await story.fills_in("sanne", asked, reason="Er is al een stuurgroep gepland"))
    assert "Er is al een stuurgroep gepland" in told
    assert refused(await story.presses("ahmed", "agree_skip", "1")) == {"": NL.say("register.refused.answering")}
    assert refused(await story.presses("karim", "settle", "1")) == {"": NL.say("register.refused.proposed_to_us")}
    await story.later(days=1)
    assert any(w.who.id == "karim" and "agree_skip" in names(w.card) for w in story.whispers)
    await takes(story, "karim", "not_yet")
    assert ((await row(story)).state, (await row(story)).words["rung"]) == ("runs", "1")
    await takes(story, "karim", "skip", reason="Toch maar wel")
    await takes(story, "sanne", "agree_skip")
    assert ((await row(story)).state, (await row(story)).words["rung"]) == ("open", "2")
    assert [(e.step, e.side) for e in await story.rows(Entry)][-2:] == [("skip", "supplier"), ("agree_skip", "client")]


async def test_a_proposal_to_skip_is_over_with_the_day(story: Story) -> None:
    await called(story)
    await takes(story, "karim", "skip", reason="Anders")
    await story.until("2027-03-17T09:30:00+01:00")
    assert (await row(story)).state == "over"
    assert "proposed" not in (await row(story)).words


@pytest.mark.parametrize("state", ["open", "told", "runs", "over"])
async def test_it_is_settled_at_any_step_when_both_sides_say_so(story: Story, state: str) -> None:
    await on_rung(story, 3, state)
    await takes(story, "karim", "settle")
    assert (await row(story)).state == state
    assert refused(await story.presses("lotte", "agree_settle", "1")) == {"": NL.say("register.refused.answering")}
    told = reply(await takes(story, "sanne", "agree_settle"))
    assert NL.say("escalation.state.settled") in told
    assert NL.say("register.open.nothing") in reply(await story.asks("karim", "open"))


async def test_the_roles_that_a_step_concerns_hear_of_it_in_private(story: Story) -> None:
    await on_rung(story, 2, "over")
    for who, role in (("lotte", "sponsor"), ("karim", "service"), ("ahmed", "contract")):
        await give(story, who, role)
    story.sent.clear()
    await takes(story, "sanne", "climb")
    assert {whisper.who.id for whisper in story.whispers} == {"lotte", "ahmed"}
    assert all(whisper.place.direct for whisper in story.whispers)
    assert NL.say("register.levels.strategic") in words(story.whispers[0].card)
    assert not any(secret in words(w.card) for w in story.whispers if w.who.id == "lotte" for secret in SECRETS)
    assert not any(isinstance(effect, Say) for effect in story.sent)


async def test_each_step_says_what_it_is_for(story: Story) -> None:
    await on_rung(story, 2)
    item = await row(story)
    for rung in range(2, 7):
        await climbs(story, item, rung)
        for who in ("sanne", "karim"):
            assert NL.say(f"escalation.rung.{rung}.note") in reply(await story.asks(who, "open", "OP-1"))
    await stands(story, item, "over")
    assert "climb" not in names((await story.asks("sanne", "open", "OP-1"))[0].card)  # type: ignore[union-attr]
    assert list(refused(await story.presses("sanne", "climb", "1"))) == [""]


# --- the formal notice: a draft, for the own side


async def test_the_formal_notice_is_a_draft_for_who_wrote_it(story: Story) -> None:
    await on_rung(story, 4)
    story.sent.clear()
    await takes(story, "sanne", "notice", **NOTICE)
    (shared,) = [effect for effect in story.sent if isinstance(effect, Share)]
    assert shared.who == story.person("sanne")
    assert shared.place.direct
    assert shared.content.startswith("CONCEPT. Laat dit nakijken door een jurist.")
    for said in (*NOTICE.values(), AGREED["what"], AGREED["where"], "met u", "maandag 15 maart 2027"):
        assert said in shared.content
    assert story.sent == [shared]
    assert (await row(story)).state == "open"
    own = reply(await story.asks("ahmed", "open", "OP-1"))
    assert all(said in own for said in NOTICE.values())
    assert refused(await story.presses("karim", "notice", "1")) == {"": NL.say("register.refused.side")}


@pytest.mark.parametrize("rung", [2, 3, 5, 6])
async def test_a_notice_is_written_on_its_own_step_only(story: Story, rung: int) -> None:
    await on_rung(story, rung)
    assert "notice" not in names((await story.asks("sanne", "open", "OP-1"))[0].card)  # type: ignore[union-attr]
    sent = await story.sends("sanne", "step", NOTICE | {"date": "2027-04-01"}, "1 private notice")
    assert list(refused(sent)) == [""]
    assert not any(isinstance(effect, Share) for effect in story.sent)


# --- misuse


async def test_nobody_from_elsewhere_can_do_anything(story: Story) -> None:
    await called(story)
    story.cast.append(member("noor", SECOND_SUPPLIER))
    for who in ("stranger", "noor"):
        for step in KIND.steps:
            sent = await story.sends(who, "step", filled_in(step.asks), f"1 private {step.name}")
            assert list(refused(sent)) == [""]
        assert list(refused(await story.asks(who, "open", "OP-1"))) == [""]
        assert list(refused(await story.presses(who, "leaving", "1"))) == [""]


async def test_forged_forms_cannot_set_the_step_of_the_ladder(story: Story) -> None:
    await story.agreed()
    forged = {"rung": "6", "proposed": "settle", "proposed_by": "supplier"}
    await files(story, KIND, "sanne", **AGREED, **forged)
    assert (await row(story)).words == {"rung": "1", "what": AGREED["what"], "where": AGREED["where"]}
    forged |= {"state": "over"}
    await story.sends("sanne", "step", forged | OUTCOME | {"date": "2027-03-15"}, "1 private outcome")
    assert (await row(story)).words["rung"] == "1"
    assert "proposed" not in (await row(story)).words


async def test_a_step_that_was_taken_already_is_refused(story: Story) -> None:
    await on_rung(story, 2, "over")
    await takes(story, "sanne", "climb")
    assert refused(await story.presses("ahmed", "climb", "1")) == {"": NL.say("register.refused.changed")}
    assert (await row(story)).words["rung"] == "3"


# --- ready to leave?


async def test_each_side_keeps_its_own_list_of_whether_it_could_leave(story: Story) -> None:
    await story.agreed()
    filing = form(await story.asks("sanne", "escalation"))
    assert names(filing) == []
    opened = form(await story.presses("sanne", "leaving", "1"))
    told = reply(await story.fills_in("sanne", opened, exit_plan="yes", alternatives="not_needed", data="not_yet"))
    assert told == NL.say("escalation.leaving.saved", ready="2", all=str(len(opened.fields)))
    again = form(await story.presses("ahmed", "leaving", "1"))
    assert {f.name: f.value for f in again.fields if f.value} == {
        "exit_plan": "yes",
        "alternatives": "not_needed",
        "data": "not_yet",
    }
    theirs = form(await story.presses("karim", "leaving", "1"))
    assert not any(field.value for field in theirs.fields)
    assert (await story.rows(Item), await story.rows(Entry)) == ([], [])
    assert refused(await story.fills_in("karim", theirs, data="perhaps")) == {"data": NL.say("register.refused.choice")}
    assert len(await story.rows(Sheet)) == 1


async def test_the_list_is_kept_only_where_everyone_agreed_to_a_register(story: Story) -> None:
    await story.agreed(scopes="hear tip")
    about = str((await story.rows(Project))[0].id)
    assert refused(await story.presses("sanne", "leaving", about)) == {"": NL.say("register.refused.scope")}
    assert refused(await story.sends("sanne", "leaving", {}, about)) == {"": NL.say("register.refused.scope")}
