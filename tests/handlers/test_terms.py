"""Answer times: what is usual, unless the contract says otherwise."""

import json

from registers import files, has_role
from story import Story, form, refused, words

from handlers.dossier.told import told
from handlers.register.kinds import KINDS
from handlers.vocabulary import Say, Share, Whisper
from prompts import phrasebook
from storage.tables import Item, Project

NL = phrasebook("nl")


async def test_what_the_contract_says_counts_from_then_on_and_everyone_reads_it(story: Story) -> None:
    await story.agreed()
    story.sent.clear()
    opened = form(await story.presses("karim", "terms", "1"))
    assert {field.name: field.value for field in opened.fields}["feedback_read"] == "8"
    await story.fills_in("karim", opened, feedback_read="24")
    (told,) = [words(e.card) for e in story.sent if isinstance(e, Say)]
    assert "karim heeft de antwoordtijden" in told
    assert "Feedback: gelezen binnen 24 werkuren" in told
    (project,) = await story.rows(Project)
    assert project.terms == {"feedback_read": 24}
    await files(story, KINDS["feedback"])
    (item,) = await story.rows(Item)
    # Monday half past nine, and 24 working hours of nine a day: Wednesday afternoon.
    assert item.look_at.isoformat() == "2027-03-03T14:30:00+00:00"


async def test_as_usual_again_leaves_nothing_behind(story: Story) -> None:
    await story.agreed()
    for hours in ("24", "8"):
        opened = form(await story.presses("karim", "terms", "1"))
        await story.fills_in("karim", opened, feedback_read=hours)
    assert (await story.rows(Project))[0].terms is None


async def test_what_is_no_number_of_hours_is_refused_at_its_field(story: Story) -> None:
    await story.agreed()
    opened = form(await story.presses("karim", "terms", "1"))
    for hours in ("", "0", "-3", "8,5", "acht", "100000"):
        answers = await story.fills_in("karim", opened, complaint_solved=hours)
        assert refused(answers) == {"complaint_solved": NL.say("terms.refused")}
    assert (await story.rows(Project))[0].terms is None


async def test_it_is_for_who_may_commit(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    assert refused(await story.presses("lotte", "terms", "1")) == {"": NL.say("terms.refused_role")}
    assert refused(await story.presses("stranger", "terms", "1")) == {"": NL.say("choices.unknown")}


async def test_an_escalation_that_also_runs_elsewhere_goes_on_by_its_own_days(story: Story) -> None:
    await story.agreed()
    item = await files(story, KINDS["escalation"])
    outcome = form(await story.presses("sanne", "outcome", str(item.id)))
    await story.fills_in("sanne", outcome, outcome="Vrijdag is het klaar", date="2027-03-05")
    elsewhere = form(await story.presses("sanne", "reference", str(item.id)))
    await story.fills_in("sanne", elsewhere, system="TOPdesk", number="M2603-0123")
    await story.later(days=14)
    (row,) = await story.rows(Item)
    assert row.state == "over"
    assert row.reference == "TOPdesk\nM2603-0123"
    assert any(isinstance(e, Whisper) for e in story.sent)


async def test_what_is_open_already_follows_the_new_answer_times_from_when_it_began_to_wait(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    await story.later(hours=1)
    await story.fills_in("karim", form(await story.presses("karim", "terms", "1")), feedback_read="2")
    (item,) = await story.rows(Item)
    # Filed on Monday at half past nine.
    assert item.look_at.isoformat() == "2027-03-01T10:30:00+00:00"


async def test_what_should_have_been_answered_by_now_is_told_of_the_next_morning(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    await story.later(hours=5)
    await story.fills_in("karim", form(await story.presses("karim", "terms", "1")), feedback_read="4")
    story.sent.clear()
    await story.until("2027-03-02T09:05:00+01:00")
    assert (await story.rows(Item))[0].late == 1
    assert [e.who.id for e in story.sent if isinstance(e, Whisper)] == ["karim"]


async def test_a_day_that_somebody_named_stays_as_it_is(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["request"], date="2027-03-25")
    (before,) = await story.rows(Item)
    await story.fills_in("karim", form(await story.presses("karim", "terms", "1")), feedback_read="2")
    (after,) = await story.rows(Item)
    assert after.look_at == before.look_at


async def test_the_days_off_of_a_project_count_for_what_is_open_already(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    opened = form(await story.asks("karim", "setup"))
    await story.fills_in("karim", opened, days_off="2 maart 2027", work_until="12:00")
    (item,) = await story.rows(Item)
    # Two and a half hours on Monday, none on Tuesday, three and a half on Wednesday, two on Thursday.
    assert item.look_at.isoformat() == "2027-03-04T09:30:00+00:00"


async def test_the_dossier_names_the_answer_times(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    await story.fills_in("karim", form(await story.presses("karim", "terms", "1")), feedback_read="24")
    await story.asks("sanne", "dossier")
    (share,) = [e for e in story.sent if isinstance(e, Share)]
    said = [block.get("text") for block in told(NL, json.loads(share.content)["facts"])["blocks"]]
    assert NL.say("dossier.read", hours="24") in said
    assert NL.say("dossier.solved", hours="40") in said
