"""What a project can set, and who is on which side."""

import pytest
from story import (
    CLIENT,
    COMPLAINT,
    NORMALISING,
    SECOND_SUPPLIER,
    SUPPLIER,
    Story,
    form,
    member,
    refused,
    words,
)

from handlers.vocabulary import Form
from prompts import phrasebook
from storage.tables import Organisation, Project

NL, EN = phrasebook("nl"), phrasebook("en")


async def setup(story: Story) -> Form:
    await story.agreed()
    return form(await story.asks("sanne", "instellen"))


async def project(story: Story) -> Project:
    (row,) = await story.rows(Project)
    assert isinstance(row, Project)
    return row


async def test_the_form_shows_how_the_project_is_set(story: Story) -> None:
    opened = await setup(story)
    shown = {f.name: f.value for f in opened.fields}
    assert shown["zone"] == "Europe/Amsterdam"
    assert (shown["work_from"], shown["work_until"], shown["country"]) == ("08:30", "17:30", "NL")


async def test_what_is_sent_is_set_and_all_are_told(story: Story) -> None:
    opened = await setup(story)
    answers = {"name": "Balie 2.0", "language": "en", "zone": "Europe/Brussels", "country": "be", "work_from": "9"}
    await story.fills_in("sanne", opened, **answers, work_until="16.45", emergency_line="030 555 01 23")
    row = await project(story)
    assert (row.name, row.language, row.zone, row.country) == ("Balie 2.0", "en", "Europe/Brussels", "BE")
    assert (row.work_from, row.work_until, row.emergency_line) == (9 * 60, 16 * 60 + 45, "030 555 01 23")
    assert story.said == [EN.say("settings.changed")]
    assert EN.say("consent.status.listening") in words(story.consent_card)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"work_from": "vroeg"}, "work_from"),
        ({"work_from": "25:00"}, "work_from"),
        ({"work_from": "08:75"}, "work_from"),
        ({"work_until": "08:00"}, "work_until"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"country": "Nederland"}, "country"),
        ({"country": "XX"}, "country"),
        ({"language": "fy"}, "language"),
        ({"person": "stranger", "role": "it"}, "person"),
        ({"role": "it"}, "role"),
        ({"person": "karim", "role": "king"}, "role"),
    ],
)
async def test_what_makes_no_sense_is_refused_at_its_own_field(story: Story, wrong: dict[str, str], field: str) -> None:
    opened = await setup(story)
    before = await project(story)
    assert list(refused(await story.fills_in("sanne", opened, **wrong))) == [field]
    assert story.sent == []
    assert (await project(story)).zone == before.zone


async def test_a_role_is_given_to_a_person(story: Story) -> None:
    opened = await setup(story)
    await story.fills_in("sanne", opened, person="ahmed", role="sponsor")
    assert (await story.member("ahmed")).role == "sponsor"


async def test_an_unknown_person_can_set_nothing(story: Story) -> None:
    opened = await setup(story)
    for attempt in (
        story.asks("stranger", "setup"),
        story.asks("stranger", "sides"),
        story.fills_in("stranger", opened, name="Van mij"),
        story.sends("stranger", "sides", {"person": "karim", "person_side": "client"}),
    ):
        assert list(refused(await attempt)) == [""]
    assert (await project(story)).name is None


async def test_where_the_bot_is_not_there_is_nothing_to_set(story: Story) -> None:
    await story.agreed()
    story.channel = "C9"
    assert list(refused(await story.asks("sanne", "setup"))) == [""]


# --- sides


async def test_the_form_shows_who_is_on_which_side(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "kanten"))
    shown = {f.label: f.value for f in opened.fields if f.name.startswith("organisation_")}
    assert shown == {SUPPLIER.title(): "supplier", CLIENT.title(): "client"}


async def test_the_side_of_an_organisation_can_be_corrected_and_all_see_it(story: Story) -> None:
    story.cast.append(member("noor", SECOND_SUPPLIER))
    await story.joins()
    await story.agrees("karim", "supplier")
    await story.agrees("noor", "client")
    opened = form(await story.asks("karim", "kanten"))
    field = next(f.name for f in opened.fields if f.label == SECOND_SUPPLIER.title())
    await story.fills_in("karim", opened, **{field: "supplier"})
    assert {o.key: o.side for o in await story.rows(Organisation)}[SECOND_SUPPLIER] == "supplier"
    assert story.said[-2] == NL.say("settings.sides_changed")
    assert story.said[-1].endswith(f"{SECOND_SUPPLIER.title()} hoort: {NL.say('consent.side.supplier')}.")
    await story.agrees("sanne", "client")
    assert await story.listens()


async def test_a_side_that_is_not_known_makes_it_deaf(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "kanten"))
    field = next(f.name for f in opened.fields if f.label == SUPPLIER.title())
    await story.fills_in("karim", opened, **{field: "unknown"})
    assert not await story.listens()
    assert NL.say("consent.status.deaf") in words(story.consent_card)
    reason = (
        str(NL.table("consent.why_deaf")["side"])
        .replace("{organisations}", SUPPLIER.title())
        .replace("{command}", NL.command)
    )
    assert reason in words(story.consent_card)
    await story.says("karim", NORMALISING)
    assert "wennen" not in await story.everything()
    await story.fills_in("sanne", opened, **{field: "supplier"})
    assert await story.listens()


async def test_two_clients_make_it_deaf(story: Story) -> None:
    await story.agreed()
    await story.joins(member("noor", SECOND_SUPPLIER))
    opened = form(await story.asks("karim", "kanten"))
    field = next(f.name for f in opened.fields if f.label == SECOND_SUPPLIER.title())
    await story.fills_in("karim", opened, **{field: "client"})
    assert not await story.listens()
    assert NL.say("consent.why_deaf.two_clients") in words(story.consent_card)


async def test_one_person_can_be_on_the_other_side_than_their_organisation(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("sanne", "sides"))
    await story.fills_in("sanne", opened, person="lotte", person_side="client")
    await story.says("lotte", COMPLAINT)
    await story.later(minutes=2)
    assert story.tips == [("lotte", "impactless_complaint")]
    await story.fills_in("karim", opened, person="lotte", person_side="supplier")
    assert (await story.member("lotte")).own_side is None


async def test_the_side_of_somebody_unknown_cannot_be_set(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "sides"))
    assert list(refused(await story.fills_in("karim", opened, person="stranger", person_side="client"))) == ["person"]
    assert "stranger" not in await story.everything()
