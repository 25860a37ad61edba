"""What the card of a meeting says of preparation, and what is still there when the minutes are written."""

from registers import plans
from story import Story, form, refused, reply, words
from test_attending import agendas, has_roles
from test_heard_in_private import over

from handlers.vocabulary import Whisper
from storage.tables import Item


async def agenda_of(story: Story, kind: str) -> str:
    """Time passes until everyone is sent the agenda of a kind."""
    story.sent.clear()
    while True:
        for each in agendas(story):
            if kind in each:
                return each
        await story.later(hours=6)


async def test_nobody_is_said_to_lack_what_they_still_have_time_for(story: Story) -> None:
    await story.agreed()
    await has_roles(story, karim="service", sanne="contract", ahmed="key_user")
    await plans(story, "tactical", first="2027-03-15")
    draft = await agenda_of(story, "Tactisch overleg")
    assert "Ontbreekt nog" not in draft
    assert "Wordt voorbereid: door de leverancier, uiterlijk donderdag 1 april 2027; door de klant, uiterlijk" in draft
    story.sent.clear()
    final = await agenda_of(story, "Tactisch overleg")
    assert "Ontbreekt nog: voorbereiding van de leverancier; voorbereiding van de klant" in final
    assert "Wordt voorbereid" not in final


async def test_agenda_topics_and_preparation_are_there_for_who_writes_the_minutes(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await story.asks("sanne", "agenda", "De nieuwe printer")
    while not [item for item in await story.rows(Item) if item.kind == "preparation"]:
        await story.later(hours=6)
    (task,) = [item for item in await story.rows(Item) if item.kind == "preparation"]
    handed_in = form(await story.presses("karim", "prepared", str(task.id)))
    await story.fills_in("karim", handed_in, result="Maandag gaat de koppeling aan")
    meeting = await over(story, "operational")
    asked = next(w for w in reversed(story.whispers) if isinstance(w, Whisper) and "Wat kwam eruit?" in words(w.card))
    for shown in (words(asked.card), reply(await story.asks("sanne", "open", f"OV-{meeting.item.number}"))):
        assert "De nieuwe printer" in shown
    opened = form(await story.presses("karim", "record", str(meeting.item_id)))
    await story.fills_in("karim", opened, decisions="De printer komt er", right="yes")
    after = reply(await story.asks("sanne", "open", f"OV-{meeting.item.number}"))
    assert "De nieuwe printer" not in after
    assert "De printer komt er" in after


async def test_a_link_alone_is_a_preparation_too_and_takes_the_place_of_what_was_there(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "demo", first="2027-03-02")
    await story.until("2027-03-02T10:00:00+01:00")
    tasks = {item.doer: item for item in await story.rows(Item) if item.kind == "preparation"}
    for who, side, step in (
        ("karim", "supplier", "prepared"),
        ("sanne", "client", "prepared"),
        ("sanne", "client", "prepare_again"),
    ):
        opened = form(await story.presses(who, step, str(tasks[side].id)))
        assert not any(field.required for field in opened.fields)
        assert set(refused(await story.fills_in(who, opened, result="", file=""))) == {"result"}
        result = "Twee collega's" if step == "prepared" and who == "sanne" else ""
        await story.fills_in(who, opened, result=result, file="https://docs.example/plan")
    agenda = reply(await story.asks("sanne", "open", "OV-1"))
    assert "leverancier: zie de link (VW-1, https://docs.example/plan)" in agenda
    assert "klant: zie de link (VW-2, https://docs.example/plan)" in agenda
    assert "Twee collega's" not in agenda
