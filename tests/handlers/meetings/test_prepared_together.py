"""An evaluation, a simulation and an audit review: what each side fills in before, and what comes of it after."""

import pytest
from registers import plans
from story import Story, form, refused, words

from handlers.meetings.templates import TEMPLATES
from handlers.vocabulary import Form, Replace, Say, Text
from prompts import phrasebook
from storage.tables import Entry, Item

NL = phrasebook("nl")
FIRST = {"evaluation": "2027-03-04", "simulation": "2027-03-08", "audit": "2027-03-25"}
"""The first day of each from the first of March on, a Monday."""
PEOPLE = {"supplier": "karim", "client": "sanne"}
AFTER = {"right": "yes"}


async def one(story: Story, kind: str, doer: str = "") -> Item:
    return next(row for row in await story.rows(Item) if row.kind == kind and doer in ("", row.doer))


async def planned(story: Story, kind: str) -> None:
    await story.agreed()
    await plans(story, kind, first="2027-03-02")
    await story.until(f"{FIRST[kind]}T09:30:00+01:00")


async def opens(story: Story, side: str, step: str = "prepared") -> Form:
    return form(await story.presses(PEOPLE[side], step, str((await one(story, "preparation", side)).id)))


def filled(kind: str, moment: str) -> dict[str, str]:
    """Something in every field of text."""
    return {blank.name: f"over {blank.name}" for blank in TEMPLATES[kind][moment] if blank.type == "text"}  # type: ignore[index]


async def held(story: Story, kind: str) -> Form:
    """It is over, and its organiser opens the form of its outcome."""
    await planned(story, kind)
    await story.later(hours=4)
    return form(await story.presses("karim", "record", str((await one(story, "meeting")).id)))


@pytest.mark.parametrize("side", PEOPLE)
@pytest.mark.parametrize("kind", FIRST)
async def test_each_side_fills_in_the_form_of_its_kind_and_the_agenda_has_it(
    story: Story, kind: str, side: str
) -> None:
    await planned(story, kind)
    opened = await opens(story, side)
    assert [field.name for field in opened.fields] == [
        *(blank.name for blank in TEMPLATES[kind][side]),  # type: ignore[index]
        "file",
    ]
    assert NL.say(f"meetings_templates.{kind}.{side}.intro") in words(opened)
    answers = await story.fills_in(
        PEOPLE[side], opened, **filled(kind, side), file="https://voorbeeld.example/stuk.pdf"
    )
    (entry,) = [each for each in await story.rows(Entry) if each.step == "prepared"]
    for blank in TEMPLATES[kind][side]:  # type: ignore[index]
        question = NL.say(f"meetings_templates.{kind}.{side}.field.{blank.name}")
        assert f"{question}\nover {blank.name}" in entry.words["result"]
        assert f"over {blank.name}" in words(answers[0].card)
    assert "https://voorbeeld.example/stuk.pdf" in words(answers[0].card)
    agenda = words([e.card for e in story.sent if isinstance(e, Say | Replace)][-1])
    assert f"{NL.say(f'consent.side.{side}')}: over {TEMPLATES[kind][side][0].name}" in agenda  # type: ignore[index]
    assert "https://voorbeeld.example/stuk.pdf" in agenda


@pytest.mark.parametrize("kind", FIRST)
async def test_what_has_to_be_there_is_asked_for_at_its_field(story: Story, kind: str) -> None:
    await planned(story, kind)
    for side, who in PEOPLE.items():
        opened = await opens(story, side)
        needed = {blank.name: NL.say("register.refused.text") for blank in TEMPLATES[kind][side] if blank.required}  # type: ignore[index]
        if needed:
            assert refused(await story.fills_in(who, opened)) == needed


async def test_what_was_filled_in_can_be_added_to(story: Story) -> None:
    await planned(story, "simulation")
    await story.fills_in("karim", await opens(story, "supplier"), **filled("simulation", "supplier"))
    again = await opens(story, "supplier", "prepare_again")
    values = {field.name: field.value for field in again.fields}
    assert values["scenario"] == "over scenario"
    await story.fills_in("karim", again, scenario="Maandag, acht uur: niemand kan inloggen.")
    task = await one(story, "preparation", "supplier")
    assert "Maandag, acht uur" in task.words["result"]
    assert "over chain" in task.words["result"]
    assert task.words["roles"] == "responder service"


async def test_a_simulation_has_scenarios_to_begin_with(story: Story) -> None:
    await planned(story, "simulation")
    opened = await opens(story, "supplier")
    shown = [part.text for part in opened.parts if isinstance(part, Text) and part.style == "starter"]
    assert shown == list(NL.list("meetings_templates.simulation.examples"))
    assert not any(isinstance(p, Text) and p.style == "starter" for p in (await opens(story, "client")).parts)


@pytest.mark.parametrize("kind", FIRST)
async def test_what_came_of_it_is_asked_in_its_own_words_and_each_side_gets_its_action(story: Story, kind: str) -> None:
    opened = await held(story, kind)
    names = [blank.name for blank in TEMPLATES[kind]["after"]]
    assert [field.name for field in opened.fields] == [*names, "parking", "right"]
    told = {name: f"over {name}" for name in filled(kind, "after") if not name.endswith("_action")}
    actions = {
        "supplier_action": "een tweede lijn openen",
        "supplier_owner": "karim",
        "supplier_date": "2027-05-03",
        "client_action": "het rooster aanpassen",
        "client_owner": "sanne",
        "client_date": "2027-05-04",
    }
    again = {"again": "2027-09-01"} if kind == "simulation" else {}
    await story.fills_in("karim", opened, **told, **actions, **again, **AFTER)
    meeting = await one(story, "meeting")
    assert meeting.state == "recorded"
    assert meeting.words["actions"] == "TZ-1, TZ-2"
    for name, said in told.items():
        question = NL.say(f"meetings_templates.{kind}.after.field.{name}")
        assert f"{question}\n{said}" in meeting.words["decisions"]
    assert ("woensdag 1 september 2027" in meeting.words["decisions"]) is bool(again)
    promises = [row for row in await story.rows(Item) if row.kind == "promise"]
    assert [(row.doer, row.words["what"], row.due_on) for row in promises] == [
        ("supplier", "een tweede lijn openen", "2027-05-03"),
        ("client", "het rooster aanpassen", "2027-05-04"),
    ]
    card = words([e.card for e in story.sent if isinstance(e, Replace) and e.key.startswith(f"item:{meeting.id}")][-1])
    assert all(said in card for said in told.values())


async def test_an_action_of_one_side_is_not_given_to_somebody_of_the_other(story: Story) -> None:
    opened = await held(story, "audit")
    action = {"client_action": "het rooster aanpassen", "client_owner": "karim", "client_date": "2027-05-04"}
    assert refused(await story.fills_in("karim", opened, agreed="iets", **action, **AFTER)) == {
        "client_owner": NL.say("meetings.refused.other_side")
    }
    without = {"supplier_action": "iets doen"}
    assert refused(await story.fills_in("karim", opened, agreed="iets", **without, **AFTER)) == {
        "supplier_owner": NL.say("register.refused.action"),
        "supplier_date": NL.say("register.refused.action"),
    }
    assert [row for row in await story.rows(Item) if row.kind == "promise"] == []


@pytest.mark.parametrize("who", ["sanne", "stranger"])
async def test_what_one_side_prepares_nobody_else_hands_in(story: Story, who: str) -> None:
    await planned(story, "audit")
    task = await one(story, "preparation", "supplier")
    answers = await story.sends(who, "step", filled("audit", "supplier"), f"{task.id} prepared")
    why = "doer" if who == "sanne" else "gone"
    assert refused(answers) == {"": NL.say(f"register.refused.{why}")}
