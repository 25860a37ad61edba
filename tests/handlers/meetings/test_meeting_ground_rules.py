"""What holds whatever happens: nothing is forgotten, unseen things stay unseen, and nobody speaks in another's name."""

import json
from typing import Any

from dossiers import asked_for
from registers import files, has_role, plans
from story import SECOND_SUPPLIER, Story, form, member, refused, words

from handlers.meetings.layout import LONGEST
from handlers.register.kinds import KINDS
from handlers.vocabulary import Refusal, Say, Whisper
from prompts import phrasebook
from storage.tables import Entry, Item, Meeting, Topic

NL = phrasebook("nl")


def said(story: Story) -> list[str]:
    """What everyone read."""
    return [words(e.card) for e in story.sent if isinstance(e, Say)]


async def facts(story: Story) -> dict[str, Any]:
    """What the dossier holds, as the client gets it."""
    return dict(json.loads((await asked_for(story, "sanne")).content)["facts"])


async def first(story: Story) -> Meeting:
    """The meeting that is planned first."""
    rows = [row for row in await story.rows(Meeting) if row.item.state == "planned"]
    return min(rows, key=lambda row: row.starts_at)


async def over(story: Story) -> Meeting:
    """The first weekly meeting is over: it is Tuesday 9 March, eleven o'clock."""
    await plans(story, "operational")
    meeting = await first(story)
    await story.until("2027-03-09T11:00:00+01:00")
    return next(row for row in await story.rows(Meeting) if row.id == meeting.id)


async def test_what_came_due_while_registers_were_off_is_told_once_they_are_on_again(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["promise"], date="2027-03-05")
    await story.presses("sanne", "confirm", "1")
    await files(story, KINDS["request"])
    await story.asks("sanne", "status")
    await story.presses("sanne", "stop")
    await story.later(days=18)
    await story.agrees("sanne", "client")
    story.sent.clear()
    await story.later(days=14)
    told = "\n".join(words(e.card) for e in story.sent if isinstance(e, Whisper))
    assert "TZ-1" in told
    assert "VZ-1" in told


async def test_what_a_lead_did_not_allow_is_not_told_with_the_minutes(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    meeting = await over(story)
    asked = form(await story.presses("lotte", "record", str(meeting.item_id)))
    await story.fills_in(
        "lotte", asked, decisions="Wij gaan door", right="yes", action1="GEHEIM", owner1="lotte", date1="2027-03-12"
    )
    (promise,) = [item for item in await story.rows(Item) if item.kind == "promise"]
    assert promise.state == "lead"
    recorded = [entry for entry in await story.rows(Entry) if entry.step == "record"]
    assert [entry.words for entry in recorded] == [{"decisions": "Wij gaan door", "right": "yes"}]
    assert "GEHEIM" not in str(await facts(story))
    assert not any("GEHEIM" in line or "TZ-1" in line for line in said(story))


async def test_everyone_hears_who_moved_or_called_off_a_meeting_and_why(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    story.sent.clear()
    meeting = await first(story)
    asked = form(await story.presses("sanne", "postpone", str(meeting.item_id)))
    await story.fills_in("sanne", asked, date="2027-03-10", time="15:30", reason="Dinsdag kan niet")
    (line,) = said(story)
    assert line == "sanne heeft het werkoverleg verzet naar woensdag 10 maart 2027, 15:30. Reden: Dinsdag kan niet"
    asked = form(await story.presses("karim", "call_off", str(meeting.item_id)))
    await story.fills_in("karim", asked, reason="Vakantie")
    assert said(story)[1:] == [
        "karim heeft het werkoverleg van woensdag 10 maart 2027, 15:30 afgezegd. Reden: Vakantie"
    ]


async def test_nothing_is_moved_to_a_moment_that_is_over(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    meeting = await first(story)
    asked = form(await story.presses("sanne", "postpone", str(meeting.item_id)))
    answers = await story.fills_in("sanne", asked, date="2027-03-01", time="06:00", reason="Eerder")
    assert refused(answers) == {"time": NL.say("meetings.refused.past")}
    assert (await first(story)).starts_at == meeting.starts_at


async def test_a_topic_stays_where_it_is_once_a_side_no_longer_agrees(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical")
    await story.asks("sanne", "agenda", "Het contract loopt af")
    before = [topic.series_id for topic in await story.rows(Topic)]
    await story.asks("karim", "status")
    await story.presses("karim", "stop")
    for series in ("1", "2"):
        assert isinstance((await story.presses("sanne", "topic_move", f"1 {series}"))[0], Refusal)
    assert [topic.series_id for topic in await story.rows(Topic)] == before


async def test_however_much_there_is_to_talk_about_the_agenda_fits_on_a_card(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    for number in range(60):
        await story.asks("sanne", "agenda", f"Onderwerp {number} " + "over alles en nog wat " * 12)
    await story.until("2027-03-08T14:30:00+01:00")
    (item,) = [row for row in await story.rows(Item) if row.kind == "meeting" and row.words.get("agenda")]
    assert len(item.words["agenda"]) < LONGEST + 20
    more, too_long = item.words["agenda"].splitlines()[-2:]
    assert more.startswith("en nog ")
    assert too_long.startswith("Dit past niet")


async def test_the_dossier_does_not_say_that_somebody_filed_what_was_planned(story: Story) -> None:
    await story.agreed()
    await over(story)
    known = await facts(story)
    made = [item for item in known["items"] if KINDS[item["kind"]].made]
    assert {item["kind"] for item in made} >= {"meeting", "preparation"}
    assert {item["author"] for item in made} == {None}
    codes = {item["code"] for item in made}
    assert {entry["by"] for entry in known["entries"] if entry["item"] in codes and entry["step"] == "filed"} == {None}


async def test_another_supplier_neither_prepares_nor_stops_nor_sends_what_is_the_first_ones(story: Story) -> None:
    story.cast += [member("kees", SECOND_SUPPLIER), member("jan", SECOND_SUPPLIER)]
    await story.agreed(welcome=False)
    await story.agrees("jan", "supplier")
    await plans(story, "operational", "progress")
    for kind, state, step, day in (
        ("preparation", "open", "prepared", "2027-03-08"),
        ("report", "draft", "send", "2027-03-10"),
    ):
        await story.until(f"{day}T09:30:00+01:00")
        (item,) = [item for item in await story.rows(Item) if (item.kind, item.state) == (kind, state)]
        assert isinstance((await story.presses("kees", step, str(item.id)))[0], Refusal), kind
        assert form(await story.presses("lotte", step, str(item.id)))
    assert isinstance((await story.presses("kees", "series", "1 1"))[0], Refusal)
    opened = form(await story.presses("karim", "series", "1 1"))
    assert opened.name == "series"


async def test_a_planned_report_that_is_called_off_is_not_called_answered(story: Story) -> None:
    await story.agreed()
    await plans(story, "progress")
    report = next(item for item in await story.rows(Item) if item.kind == "report")
    story.sent.clear()
    asked = form(await story.presses("sanne", "call_off", str(report.id)))
    await story.fills_in("sanne", asked, reason="Even niet nodig")
    await story.later(hours=1)
    told = "\n".join(words(e.card) for e in story.sent if isinstance(e, Whisper))
    assert NL.say("report.heard_answered") not in told
