"""The rhythm of a project, told: planned on day one, prepared, announced, held, recorded, carried over."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from registers import files, filled_in, plans
from story import Story, form, names, refused, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Answer, Replace, Reply, Say, Whisper
from storage.tables import Item, Meeting, Series, Topic


def fields_of(answers: Sequence[Answer]) -> set[str]:
    """The fields at which something was refused."""
    return set(refused(answers))


ROLES = {"karim": "service", "sanne": "it", "ahmed": "key_user"}


async def has_roles(story: Story) -> None:
    """Everybody who must be at the weekly meeting has their role."""

    def give(db: object) -> None:
        from sqlalchemy import select

        from storage.tables import Member

        for member in db.scalars(select(Member)):  # type: ignore[attr-defined]
            member.role = ROLES.get(member.person)

    await story.write(give)


def agendas(story: Story) -> list[str]:
    """The cards of meetings that everyone was sent, as text."""
    return [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]


def told(story: Story, who: str) -> list[str]:
    """What somebody was told in private."""
    return [words(e.card) for e in story.sent if isinstance(e, Whisper) and e.who.id == who]


async def ahead(story: Story) -> list[Meeting]:
    """The meetings that are planned and did not begin, the first first."""
    rows = [row for row in await story.rows(Meeting) if row.item.state == "planned"]
    return sorted(rows, key=lambda row: row.starts_at)


async def until_the_agenda(story: Story) -> None:
    """Time passes until the agenda of the first weekly meeting was sent: Monday 8 March, two in the afternoon."""
    await plans(story, "operational")
    story.sent.clear()
    for _ in range(8):
        await story.later(hours=24)
    assert agendas(story)


async def until_it_is_over(story: Story) -> None:
    """The first weekly meeting was held: Tuesday 9 March, ten o'clock."""
    await until_the_agenda(story)
    while not [row for row in await story.rows(Meeting) if row.item.state == "over"]:
        await story.later(hours=1)


async def test_a_project_gets_its_rhythm_in_one_go(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "overleg"))
    assert await story.fills_in("karim", opened) == []
    series = await story.rows(Series)
    assert [row.kind for row in series] == ["operational", "tactical", "strategic", "demo", "progress"]
    assert {row.first_on for row in series} == {"2027-03-08"}
    (said,) = [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("rhythm:")]
    assert "werkoverleg: dinsdag 9 maart 2027, 10:00" in said
    assert "tactisch overleg: donderdag 11 maart 2027, 10:00" in said


async def test_a_kind_that_runs_is_not_offered_again(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await story.asks("sanne", "meeting")
    opened = form(await story.presses("sanne", "meeting_add"))
    (kinds,) = [field for field in opened.fields if field.name == "kinds"]
    assert "operational" not in dict(kinds.choices)  # type: ignore[union-attr]
    answers = await story.fills_in("sanne", opened, kinds="operational")
    assert fields_of(answers) == {"kinds"}
    assert len(await story.rows(Series)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("at", "half tien"), ("at", "25:00"), ("first", "2027-02-01"), ("first", "gisteren"), ("side", "iedereen")],
)
async def test_what_cannot_be_planned_is_refused_at_its_field(story: Story, field: str, value: str) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "meeting"))
    assert fields_of(await story.fills_in("karim", opened, **{field: value})) == {field}
    assert await story.rows(Series) == []


async def test_the_agenda_goes_out_the_working_day_before_with_what_is_open(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    item = await files(story, KINDS["feedback"])
    await story.presses("karim", "take_up", str(item.id))
    await until_the_agenda(story)
    (agenda,) = agendas(story)
    assert "OV-1 · Werkoverleg" in agenda
    assert "dinsdag 9 maart 2027, 10:00" in agenda
    assert "FB-1" in agenda
    assert "Open feedback" in agenda
    assert "Acties van vorige keer" not in agenda


async def test_who_has_not_prepared_is_told_privately_and_the_agenda_says_so(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_the_agenda(story)
    assert any("VW-1" in said for said in told(story, "karim"))
    assert not any("VW-1" in said for said in told(story, "sanne"))
    assert "Wordt voorbereid: door de leverancier, uiterlijk maandag 8 maart 2027" in agendas(story)[0]


async def test_what_was_prepared_is_no_longer_missing_and_both_sides_can_read_it(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    while not [item for item in await story.rows(Item) if item.kind == "preparation"]:
        await story.later(hours=12)
    (task,) = [item for item in await story.rows(Item) if item.kind == "preparation"]
    handed_in = form(await story.presses("karim", "prepared", str(task.id)))
    await story.fills_in("karim", handed_in, result="Maandag gaat de koppeling aan", file="https://docs.example/plan")
    while not agendas(story):
        await story.later(hours=6)
    assert "Ontbreekt nog" not in agendas(story)[0]
    (card,) = [answer.card for answer in await story.asks("sanne", "open", "VW-1") if isinstance(answer, Reply)]
    assert "Maandag gaat de koppeling aan" in words(card)
    assert "https://docs.example/plan" in words(card)


async def test_the_other_side_cannot_hand_in_what_is_not_its_own(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    while not [item for item in await story.rows(Item) if item.kind == "preparation"]:
        await story.later(hours=12)
    (task,) = [item for item in await story.rows(Item) if item.kind == "preparation"]
    assert fields_of(await story.presses("sanne", "prepared", str(task.id))) == {""}


async def test_a_vacant_role_is_told_while_there_is_time(story: Story) -> None:
    await story.agreed()
    await until_the_agenda(story)
    assert "eigen ICT" in agendas(story)[0]


async def test_afterwards_who_organised_it_is_asked_and_what_was_agreed_becomes_promises(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    assert any("Wat kwam eruit?" in said for said in told(story, "karim"))
    (meeting,) = [row for row in await story.rows(Meeting) if row.item.state == "over"]
    asked = form(await story.presses("karim", "record", str(meeting.item_id)))
    await story.fills_in(
        "karim",
        asked,
        decisions="De storing gaat voor",
        action1="De koppeling werkt weer",
        owner1="karim",
        date1="2027-03-12",
        parking="Nieuwe rapporten",
        right="yes",
    )
    (promise,) = [item for item in await story.rows(Item) if item.kind == "promise"]
    assert (promise.state, promise.due_on, promise.doer) == ("proposed", "2027-03-12", "supplier")
    (shown,) = [words(e.card) for e in story.sent if isinstance(e, Replace) and "verslag staat vast" in words(e.card)]
    assert "De storing gaat voor" in shown
    assert "TZ-1" in shown
    await story.presses("sanne", "confirm", str(promise.id))
    story.sent.clear()
    while not agendas(story):
        await story.later(hours=12)
    assert "Acties van vorige keer" in agendas(story)[0]
    assert "TZ-1" in agendas(story)[0]


async def test_an_action_without_somebody_or_a_day_is_refused_and_nothing_is_lost(story: Story) -> None:
    await story.agreed()
    await until_it_is_over(story)
    (meeting,) = [row for row in await story.rows(Meeting) if row.item.state == "over"]
    asked = form(await story.presses("sanne", "record", str(meeting.item_id)))
    answers = await story.fills_in("sanne", asked, action2="Iemand belt", right="yes")
    assert fields_of(answers) == {"owner2", "date2"}
    assert [item.kind for item in await story.rows(Item) if item.kind == "promise"] == []


async def test_without_an_outcome_there_is_one_reminder_and_the_next_agenda_says_so(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    story.sent.clear()
    for _ in range(14):
        await story.later(hours=12)
    reminded = [said for said in told(story, "karim") if "OV-1" in said and "Dit wacht op jou" in said]
    assert len(reminded) == 1
    assert "Nog zonder verslag: OV-1" in agendas(story)[0]


async def test_one_meeting_is_moved_without_touching_the_series(story: Story) -> None:
    await story.agreed()
    await until_the_agenda(story)
    first = (await ahead(story))[0]
    asked = form(await story.presses("sanne", "postpone", str(first.item_id)))
    await story.fills_in("sanne", asked, date="2027-03-10", time="15:30", reason="Sanne is dinsdag weg")
    moved = next(row for row in await story.rows(Meeting) if row.id == first.id)
    assert moved.starts_at.isoformat() == "2027-03-10T14:30:00+00:00"
    assert (moved.ruled, moved.sequence) == ("2027-03-09", 1)
    (shown,) = [words(e.card) for e in story.sent if isinstance(e, Replace)][-1:]
    assert "woensdag 10 maart 2027, 15:30" in shown
    (series,) = await story.rows(Series)
    assert series.rule == "FREQ=WEEKLY;BYDAY=TU"
    for _ in range(16):
        await story.later(hours=12)
    days = [row.ruled for row in await story.rows(Meeting)]
    assert days[:3] == ["2027-03-09", "2027-03-16", "2027-03-23"]


async def test_a_meeting_that_is_called_off_brings_nothing_any_more(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    first = (await ahead(story))[0]
    asked = form(await story.presses("karim", "call_off", str(first.item_id)))
    await story.fills_in("karim", asked, reason="Vakantie")
    story.sent.clear()
    for _ in range(16):
        await story.later(hours=12)
    assert not any("9 maart" in agenda for agenda in agendas(story))
    assert not any("OV-1" in said for said in told(story, "karim"))


async def test_three_times_without_a_meeting_is_a_matter_for_the_next_level(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational", "tactical")
    for _ in range(4):
        first = next(row for row in await ahead(story) if row.series.kind == "operational")
        asked = form(await story.presses("karim", "call_off", str(first.item_id)))
        await story.fills_in("karim", asked, reason="Geen tijd")
        await story.later(days=7)
    story.sent.clear()
    while not [agenda for agenda in agendas(story) if "Tactisch overleg" in agenda]:
        await story.later(days=1)
    (agenda,) = [agenda for agenda in agendas(story) if "Tactisch overleg" in agenda][:1]
    assert "Niet doorgegaan: werkoverleg (3×)" in agenda


async def test_a_topic_stands_on_the_next_agenda_and_can_move_to_where_it_belongs(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical")
    (placed,) = await story.asks("ahmed", "agenda", "Het contract loopt af")
    assert isinstance(placed, Reply)
    assert "Misschien past dit beter bij: tactisch overleg" in words(placed.card)
    (topic,) = await story.rows(Topic)
    tactical = next(row for row in await story.rows(Series) if row.kind == "tactical")
    assert fields_of(await story.presses("karim", "topic_move", f"{topic.id} {tactical.id}")) == {""}
    await story.presses("ahmed", "topic_move", f"{topic.id} {tactical.id}")
    while not [agenda for agenda in agendas(story) if "Tactisch overleg" in agenda]:
        await story.later(days=1)
    assert [("Het contract loopt af" in agenda) for agenda in agendas(story)] == [
        "Tactisch overleg" in agenda for agenda in agendas(story)
    ]


async def test_a_topic_that_was_not_talked_about_stays_for_the_next_time(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await story.asks("sanne", "agenda", "De nieuwe printer")
    await until_two_agendas(story)
    assert all("De nieuwe printer" in agenda for agenda in agendas(story)[:2])


async def until_two_agendas(story: Story) -> None:
    """Two weeks pass in which nobody records anything."""
    for _ in range(40):
        if len(agendas(story)) == 2:
            return
        await story.later(hours=12)
    raise AssertionError("there were no two agendas")


async def test_nothing_is_said_of_a_meeting_once_a_side_no_longer_agrees_and_later_it_goes_on(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await story.asks("sanne", "status")
    await story.presses("sanne", "stop")
    story.sent.clear()
    for _ in range(20):
        await story.later(hours=12)
    assert agendas(story) == []
    await story.agrees("sanne", "client")
    await until_two_agendas(story)


async def test_after_a_long_stop_only_what_is_still_useful_is_sent_once(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    story.sent.clear()
    # A Monday afternoon two weeks later: one meeting was planned and is over, the agenda of the next is due.
    story.now += timedelta(days=14, hours=5)
    await story.settle()
    (agenda,) = agendas(story)
    assert "dinsdag 16 maart" in agenda
    states = [item.state for item in await story.rows(Item) if item.kind == "meeting"]
    assert states == ["over", "planned"]
    story.sent.clear()
    await story.settle()
    assert agendas(story) == []


async def test_everything_that_can_be_filled_in_after_a_meeting_is_kept(story: Story) -> None:
    await story.agreed()
    await until_it_is_over(story)
    (meeting,) = [row for row in await story.rows(Meeting) if row.item.state == "over"]
    step = KINDS["meeting"].step("record", "over")
    assert step is not None
    asked = form(await story.presses("karim", "record", str(meeting.item_id)))
    await story.fills_in("karim", asked, **filled_in(step.asks))
    item = next(item for item in await story.rows(Item) if item.id == meeting.item_id)
    assert item.state == "recorded"
    assert len(item.words["actions"].split(", ")) == 3
    last = [e.card for e in story.sent if isinstance(e, Replace) and e.key.startswith("item:")][-1]
    assert names(last) == ["more_actions", "contest"]
