"""A project says itself which roles must be at a meeting, and who always goes when they cannot."""

from typing import Any

from registers import changes, plans
from story import Story, form, refused
from test_attending import cannot, first_meeting, has_roles, on_the_card, until_the_agenda

from storage.tables import Item, Series


async def opened(story: Story, kind: str) -> Any:
    """The form of a series, as karim sees it."""
    (row,) = [each for each in await story.rows(Series) if each.kind == kind]
    return form(await story.presses("karim", "series", f"{row.project_id} {row.id}"))


async def test_the_form_shows_what_is_usual_and_that_is_kept_as_the_default(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    fields = {field.name: field.value for field in (await opened(story, "operational")).fields}
    assert (fields["needed_supplier"], fields["needed_client"]) == ("service", "it key_user")
    assert {"stand_in_supplier_service", "stand_in_client_it", "stand_in_client_key_user"} <= set(fields)
    await changes(story, "operational", at="11:00")
    (row,) = await story.rows(Series)
    assert (row.needed, row.stand_ins) == (None, None)


async def test_a_role_that_need_not_be_there_is_not_missed_and_another_is(story: Story) -> None:
    await story.agreed()
    await has_roles(story, ahmed="")
    await plans(story, "operational")
    await changes(story, "operational", needed_client="it quality")
    assert "Wie moet er zijn (klant): eigen ICT, kwaliteit" in story.said[-1]
    agenda = await until_the_agenda(story)
    assert "de rol “kwaliteit” bij de klant: niemand" in agenda
    assert "“sleutelgebruiker” bij de klant" not in agenda


async def test_of_roles_of_which_one_is_enough_that_stays_so_as_long_as_both_are_chosen(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "tactical")
    await changes(story, "tactical", needed_client="contract it key_user")
    assert "“contractmanager”" not in await until_the_agenda(story)
    await changes(story, "tactical", needed_client="contract key_user")
    assert "de rol “contractmanager” bij de klant: niemand" in await until_the_agenda(story)


async def test_who_prepares_is_who_must_be_there(story: Story) -> None:
    await story.agreed()
    await has_roles(story, lotte="quality")
    await plans(story, "operational")
    await changes(story, "operational", needed_supplier="quality")
    await story.until("2027-03-05T10:00:00+01:00")
    (task,) = [item for item in await story.rows(Item) if item.kind == "preparation"]
    assert task.words["roles"] == "quality"


async def test_who_always_stands_in_is_filled_in_beforehand_for_who_cannot_come(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await changes(story, "operational", stand_in_client_it="ahmed")
    meeting = await first_meeting(story)
    asked = form(await story.presses("sanne", "cannot", str(meeting.item_id)))
    assert [field.value for field in asked.fields] == ["ahmed"]
    await story.fills_in("sanne", asked)
    assert "Kan niet: ahmed vervangt sanne" in await on_the_card(story)


async def test_a_role_that_nobody_has_is_not_missed_where_somebody_always_stands_in(story: Story) -> None:
    await story.agreed()
    await has_roles(story, ahmed="")
    await plans(story, "operational")
    await changes(story, "operational", stand_in_client_key_user="ahmed")
    assert "“sleutelgebruiker” bij de klant" not in await until_the_agenda(story)
    await cannot(story, "ahmed")
    assert "“sleutelgebruiker” bij de klant" in await on_the_card(story)


async def test_nobody_of_the_other_side_stands_in_and_no_role_is_made_up(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    wrong = await changes(story, "operational", stand_in_client_it="karim", needed_supplier="boss")
    assert refused(wrong) == {
        "stand_in_client_it": "Kies iemand van die kant.",
        "needed_supplier": "Kies er een.",
    }
