"""What people want to talk about is talked about: no topic is lost between one meeting and the next."""

import pytest
from registers import changes, has_role, plans
from story import Story, form, names, words
from test_meeting_stories import agendas, ahead, has_roles, until_it_is_over, until_the_agenda

from handlers.vocabulary import Button, Buttons, Card, Replace, Reply, Say, Update
from storage.tables import Item, Meeting, Series, Topic

PRINTER = "De nieuwe printer"


async def over(story: Story) -> Meeting:
    """The meeting that is over and has no minutes yet, once there is one."""
    for _ in range(400):
        found = [row for row in await story.rows(Meeting) if row.item.state == "over"]
        if found:
            return found[0]
        await story.later(hours=6)
    raise AssertionError("no meeting was over")


async def records(story: Story, meeting: Meeting, **more: str) -> None:
    """The supplier writes down what came of a meeting."""
    asked = form(await story.presses("karim", "record", str(meeting.item_id)))
    assert await story.fills_in("karim", asked, **({"decisions": "Het blijft zo", "right": "yes"} | more)) == []


async def next_agenda(story: Story, name: str = "Werkoverleg") -> str:
    """The next agenda of a kind of meeting that everyone is sent."""
    story.sent.clear()
    for _ in range(300):
        found = [agenda for agenda in agendas(story) if name in agenda.split("\n")[0]]
        if found:
            return found[0]
        await story.later(hours=12)
    raise AssertionError("there was no agenda")


def shown_again(story: Story) -> list[str]:
    """The cards that changed where they stood, as text."""
    return [words(e.card) for e in story.sent if isinstance(e, Replace)]


def buttons(card: Card) -> list[Button]:
    """The buttons of a card, in order."""
    return [button for part in card.parts if isinstance(part, Buttons) for button in part.buttons]


async def topics(story: Story) -> dict[str, int | None]:
    """Every topic, and the row of the meeting at which it was talked about."""
    return {row.text: row.meeting_id for row in await story.rows(Topic)}


async def test_a_topic_that_comes_after_the_agenda_still_gets_on_it(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_the_agenda(story)
    story.sent.clear()
    await story.asks("sanne", "agenda", PRINTER)
    (card,) = shown_again(story)
    assert PRINTER in card
    await records(story, await over(story))
    assert PRINTER not in await next_agenda(story)


async def test_a_topic_of_between_the_end_and_the_minutes_is_for_the_next_time(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    await story.asks("sanne", "agenda", PRINTER)
    await records(story, await over(story))
    assert await topics(story) == {PRINTER: None}
    assert PRINTER in await next_agenda(story)


async def test_a_topic_of_during_the_meeting_is_for_the_next_time(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_the_agenda(story)
    await story.until("2027-03-09T10:20+01:00")
    await story.asks("sanne", "agenda", PRINTER)
    (task,) = [item for item in await story.rows(Item) if item.kind == "preparation"]
    handed_in = form(await story.presses("karim", "prepared", str(task.id)))
    await story.fills_in("karim", handed_in, result="Maandag gaat de koppeling aan")
    assert not any(PRINTER in card for card in shown_again(story))
    await records(story, await over(story))
    assert PRINTER in await next_agenda(story)


async def test_minutes_that_come_late_take_no_topic_from_the_next_agenda(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await until_it_is_over(story)
    held = await over(story)
    await story.asks("sanne", "agenda", PRINTER)
    assert PRINTER in await next_agenda(story)
    story.sent.clear()
    await records(story, held, action1="De koppeling werkt", owner1="karim", date1="2027-05-28")
    assert await topics(story) == {PRINTER: None}
    (again,) = [card for card in shown_again(story) if "OV-2" in card]
    assert PRINTER in again
    assert "TZ-1" in again
    assert "nog geen verslag" not in again


@pytest.mark.parametrize("step", ["call_off", "fell_out"])
async def test_what_was_not_talked_about_as_it_did_not_take_place_goes_on(story: Story, step: str) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await story.asks("sanne", "agenda", PRINTER)
    await next_agenda(story)
    meeting = (await ahead(story))[0] if step == "call_off" else await over(story)
    asked = form(await story.presses("karim", step, str(meeting.item_id)))
    await story.fills_in("karim", asked, reason="Geen tijd")
    assert PRINTER in await next_agenda(story)


async def test_of_two_that_are_announced_a_topic_is_for_the_first_and_moves_on_when_that_is_called_off(
    story: Story,
) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "tactical")
    await changes(story, "tactical", often="week", weekday="TH")
    await next_agenda(story, "Tactisch")
    await story.until("2027-03-11T09:30+01:00")
    first, second = (await ahead(story))[:2]
    assert second.item.words.get("announced") == "draft"
    story.sent.clear()
    await story.asks("sanne", "agenda", PRINTER)
    (card,) = shown_again(story)
    assert "OV-1" in card
    assert PRINTER in card
    story.sent.clear()
    asked = form(await story.presses("karim", "call_off", str(first.item_id)))
    await story.fills_in("karim", asked, reason="Geen tijd")
    assert any("OV-2" in card and PRINTER in card for card in shown_again(story))


async def test_a_topic_that_moves_leaves_the_agenda_that_was_sent(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational", "tactical")
    await story.asks("sanne", "agenda", "Het contract loopt af")
    await next_agenda(story)
    story.sent.clear()
    await story.presses("sanne", "topic_move")
    again = {card.split("\n")[0]: "Het contract" in card for card in shown_again(story)}
    assert next(on for title, on in again.items() if "Werkoverleg" in title) is False
    assert next(on for title, on in again.items() if "Tactisch" in title) is True


# --- A series that stops, and a level that has no meeting


async def test_topics_of_meetings_that_stop_go_to_the_nearest_one_and_everyone_hears_where(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational", "tactical")
    await story.asks("sanne", "agenda", "Het contract loopt af")
    await story.presses("sanne", "topic_move")
    story.sent.clear()
    await changes(story, "tactical", stop="yes")
    (said,) = [e for e in story.sent if isinstance(e, Say) and "Het contract loopt af" in words(e.card)]
    assert "werkoverleg" in words(said.card)
    assert "Het contract loopt af" in await next_agenda(story)


async def test_topics_that_have_nowhere_to_go_are_told_and_wait_until_that_meeting_is_there_again(
    story: Story,
) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await story.asks("sanne", "agenda", PRINTER)
    story.sent.clear()
    await changes(story, "operational", stop="yes")
    assert any(PRINTER in said for said in story.said)
    await plans(story, "operational")
    assert PRINTER in await next_agenda(story)


async def test_a_meeting_far_above_or_below_takes_no_topics_over(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "strategic")
    await story.asks("sanne", "agenda", PRINTER)
    await changes(story, "operational", stop="yes")
    stands = {row.id: row.kind for row in await story.rows(Series)}
    assert [stands[row.series_id] for row in await story.rows(Topic)] == ["operational"]


async def test_without_the_meeting_where_a_topic_belongs_that_is_offered_and_the_topic_goes_there(
    story: Story,
) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    (placed,) = await story.asks("sanne", "agenda", "Het contract loopt af")
    assert isinstance(placed, Reply)
    assert "tactisch overleg" in words(placed.card)
    (add,) = [button for button in buttons(placed.card) if button.name == "meeting_add"]
    opened = form(await story.presses("sanne", add.name, add.about))
    assert next(field.value for field in opened.fields if field.name == "kinds") == "tactical"
    (answer,) = await story.fills_in("sanne", opened)
    assert isinstance(answer, Reply)
    assert "Tactisch overleg" in words(answer.card)
    assert "Het contract loopt af" not in await next_agenda(story)
    assert "Het contract loopt af" in await next_agenda(story, "Tactisch")


@pytest.mark.parametrize("who", ["karim", "ahmed"])
async def test_with_a_new_meeting_nobody_takes_a_topic_of_the_other_side_along(story: Story, who: str) -> None:
    await story.agreed()
    await plans(story, "operational")
    (placed,) = await story.asks("sanne", "agenda", "Het contract loopt af")
    assert isinstance(placed, Reply)
    (add,) = [button for button in buttons(placed.card) if button.name == "meeting_add"]
    if who == "ahmed":
        await has_role(story, "ahmed", "sponsor")
    opened = form(await story.presses(who, add.name, add.about))
    await story.fills_in(who, opened)
    stands = {row.id: row.kind for row in await story.rows(Series)}
    kinds = [stands[row.series_id] for row in await story.rows(Topic)]
    assert kinds == (["operational"] if who == "karim" else ["tactical"])


async def test_where_the_better_meeting_runs_nothing_new_is_offered(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical")
    (placed,) = await story.asks("sanne", "agenda", "Het contract loopt af")
    assert isinstance(placed, Reply | Update)
    assert "meeting_add" not in names(placed.card)


@pytest.mark.parametrize(
    "topic", ["Slack-meldingen komen niet door", "De test slaagt nooit", "API rate limit errors", "Slaapzalen indelen"]
)
async def test_everyday_words_do_not_send_a_topic_to_another_meeting(story: Story, topic: str) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical")
    (placed,) = await story.asks("ahmed", "agenda", topic)
    assert isinstance(placed, Reply)
    assert "Misschien past dit beter" not in words(placed.card)


@pytest.mark.parametrize("topic", ["De SLA van maart", "Is onze sla's grens haalbaar?", "Het contract loopt af"])
async def test_a_word_that_does_tell_is_still_heard(story: Story, topic: str) -> None:
    await story.agreed()
    await plans(story, "operational", "tactical")
    (placed,) = await story.asks("ahmed", "agenda", topic)
    assert isinstance(placed, Reply)
    assert "Misschien past dit beter bij: tactisch overleg" in words(placed.card)


async def test_who_may_not_add_a_meeting_reads_only_that_there_is_none(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await has_role(story, "sanne", "contract")
    (placed,) = await story.asks("ahmed", "agenda", "Het contract loopt af")
    assert isinstance(placed, Reply)
    assert names(placed.card) == []
    assert words(placed.card).endswith("Misschien past dit beter bij: tactisch overleg. Dat hebben jullie nog niet.")
