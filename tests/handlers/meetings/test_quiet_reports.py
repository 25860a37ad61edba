"""Progress reports in quiet times: one a month, said once, and as often as agreed as soon as there is something."""

import pytest
from registers import files, plans, stands
from story import Story, form, reply, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Say
from prompts import phrasebook
from storage.tables import Entry, Item, Meeting

NL = phrasebook("nl")
# Reports are on the 12th of March, the 25th (the day after is Good Friday), the 9th of April and so on; their drafts
# are made two working days before, at nine.


async def sends_the_first(story: Story) -> None:
    """The report of the 12th of March is sent."""
    await story.agreed()
    await plans(story, "progress", first="2027-03-12")
    await story.until("2027-03-12T10:30:00+01:00")
    await sends(story)


async def sends(story: Story) -> str:
    """The supplier sends the draft that there is; returns what it said in short."""
    (draft,) = [row for row in await story.rows(Item) if row.kind == "report" and row.state == "draft"]
    opened = form(await story.presses("karim", "send", str(draft.id)))
    in_short = next(field.value for field in opened.fields if field.name == "in_short")
    await story.fills_in("karim", opened, done="De kassa")
    return in_short


async def states(story: Story) -> list[str]:
    """How the reports stand, in order of their day."""
    rows = sorted(await story.rows(Meeting), key=lambda row: row.starts_at)
    return [row.item.state for row in rows]


def told(story: Story) -> list[str]:
    return [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("quiet:")]


async def test_where_nothing_happened_since_the_last_one_it_is_passed_over_and_everybody_knows(story: Story) -> None:
    await sends_the_first(story)
    story.sent.clear()
    await story.until("2027-03-25T12:00:00+01:00")
    assert (await states(story))[:2] == ["unanswered", "called_off"]
    (said,) = told(story)
    assert "geen voortgangsbericht van donderdag 25 maart 2027" in said
    assert "Het volgende: vrijdag 9 april 2027" in said
    passed = [row.item_id for row in await story.rows(Meeting) if row.item.state == "called_off"]
    assert [e.step for e in await story.rows(Entry) if e.item_id in passed] == ["filed", "off_quiet"]
    assert "Nalezen" not in reply(await story.asks("karim", "open"))


async def test_as_long_as_it_is_quiet_there_is_one_a_month_and_that_is_said_once(story: Story) -> None:
    await sends_the_first(story)
    await story.until("2027-04-09T10:30:00+02:00")
    assert (await states(story))[:3] == ["unanswered", "called_off", "draft"]
    assert NL.say("report.goes_on_monthly") in await sends(story)
    await story.until("2027-05-07T10:30:00+02:00")
    assert (await states(story))[2:5] == ["unanswered", "called_off", "draft"]
    assert len(told(story)) == 1


async def test_something_happens_and_it_comes_as_often_as_agreed_again(story: Story) -> None:
    await sends_the_first(story)
    await story.until("2027-03-25T12:00:00+01:00")
    await files(story, KINDS["feedback"])
    await story.until("2027-04-09T10:30:00+02:00")
    assert NL.say("report.back") in await sends(story)
    await files(story, KINDS["request"], date="2027-06-25")
    await story.until("2027-04-23T10:30:00+02:00")
    assert (await states(story))[:4] == ["unanswered", "called_off", "unanswered", "draft"]
    in_short = await sends(story)
    assert NL.say("report.back") not in in_short
    assert NL.say("report.goes_on_monthly") not in in_short
    # And when it is quiet anew, that is said anew. Everything that was open is over by then.
    for item in await story.rows(Item):
        if item.kind in ("feedback", "request"):
            await stands(story, item, "closed")
    await story.until("2027-05-07T10:30:00+02:00")
    assert (await states(story))[4] == "called_off"
    assert len(told(story)) == 2


@pytest.mark.parametrize(("due", "state"), [("2027-04-02", "draft"), ("2027-06-30", "called_off")])
async def test_what_is_due_soon_is_something_to_report_on(story: Story, due: str, state: str) -> None:
    await story.agreed()
    promise = await files(story, KINDS["promise"], date=due)
    await story.presses("sanne", "confirm", str(promise.id))
    await plans(story, "progress", first="2027-03-12")
    await story.until("2027-03-12T10:30:00+01:00")
    await sends(story)
    await story.until("2027-03-24T10:30:00+01:00")
    assert (await states(story))[1] == state


async def test_what_one_side_keeps_to_itself_is_not_given_away_by_it(story: Story) -> None:
    await sends_the_first(story)
    await files(story, KINDS["escalation"])
    await story.until("2027-03-25T12:00:00+01:00")
    assert (await states(story))[1] == "called_off"


async def test_before_any_was_sent_and_of_a_monthly_one_none_is_passed_over(story: Story) -> None:
    await story.agreed()
    await plans(story, "progress", first="2027-03-12")
    await story.until("2027-03-25T12:00:00+01:00")
    assert (await states(story))[:2] == ["lapsed", "draft"]
