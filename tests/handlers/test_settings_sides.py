"""Who speaks for a side is for that side to say, and everybody hears who changed what."""

from registers import files, stands
from story import Story, form, refused

from handlers.register.kinds import KINDS
from handlers.vocabulary import Answer, Person, Say, Text
from prompts import phrasebook
from storage.tables import Item, Organisation

NL = phrasebook("nl")


async def gives(story: Story, who: str, person: str, role: str) -> list[Answer]:
    """Somebody gives somebody a role."""
    return await story.fills_in(who, form(await story.asks(who, "setup")), person=person, role=role)


async def moves(story: Story, who: str, **answers: str) -> list[Answer]:
    """Somebody says who is on which side."""
    return await story.fills_in(who, form(await story.asks(who, "sides")), **answers)


def said_with(story: Story, person: str) -> list[str]:
    """What all could read that names a person."""
    cards = [each.card for each in story.sent if isinstance(each, Say)]
    found = [part.text for card in cards for part in card.parts if isinstance(part, Text)]
    named = [text for text in found if any(isinstance(each, Person) and each.id == person for each in text)]
    return ["".join(each if isinstance(each, str) else each.id for each in text) for text in named]


async def test_a_role_is_given_on_ones_own_side_only_and_everybody_hears_it(story: Story) -> None:
    await story.agreed()
    assert refused(await gives(story, "sanne", "lotte", "responder")) == {"person": NL.say("settings.refused.own_side")}
    assert (await story.member("lotte")).role is None

    await gives(story, "karim", "lotte", "responder")

    assert (await story.member("lotte")).role == "responder"
    assert said_with(story, "lotte") == ["karim geeft lotte een rol: beantwoordt feedback."]


async def test_who_may_commit_is_decided_by_who_may_commit(story: Story) -> None:
    await story.agreed()  # Karim and Sanne have a role that may commit
    for person, role in (("lotte", "service"), ("karim", "responder"), ("karim", "")):
        assert refused(await gives(story, "lotte", person, role)) == {"role": NL.say("settings.refused.lead")}

    await gives(story, "karim", "lotte", "service")
    await gives(story, "lotte", "karim", "")

    assert ((await story.member("lotte")).role, (await story.member("karim")).role) == ("service", None)
    assert said_with(story, "karim")[-1] == "lotte laat karim een rol neerleggen: contractmanager."


async def test_where_nobody_may_commit_yet_anyone_there_gives_the_first_such_role(story: Story) -> None:
    await story.agreed(role="other", welcome=False)

    await gives(story, "lotte", "lotte", "service")

    assert (await story.member("lotte")).role == "service"


async def test_saying_yes_again_makes_nobody_one_who_may_commit(story: Story) -> None:
    await story.agreed()

    await story.agrees("lotte", "supplier", role="service")

    assert (await story.member("lotte")).role is None


async def test_nobody_puts_a_colleague_on_the_other_side_to_answer_for_it(story: Story) -> None:
    await story.agreed()
    item = await files(story, KINDS["promise"])
    await stands(story, item, "confirmed")

    sent = await moves(story, "sanne", person="ahmed", person_side="supplier")

    assert refused(sent) == {"person": NL.say("settings.refused.their_side")}
    assert refused(await story.presses("ahmed", "done", str(item.id)))


async def test_a_side_takes_in_somebody_of_the_other_organisation_and_that_one_takes_them_back(story: Story) -> None:
    await story.agreed()

    await moves(story, "karim", person="ahmed", person_side="supplier")
    assert (await story.member("ahmed")).own_side == "supplier"
    assert said_with(story, "ahmed") == ["karim heeft aangepast bij welke kant ahmed hoort: leverancier."]

    assert refused(await moves(story, "karim", person="ahmed", person_side="client"))
    await moves(story, "sanne", person="ahmed", person_side="client")
    assert (await story.member("ahmed")).own_side is None


async def test_who_has_a_role_is_not_taken_from_their_side(story: Story) -> None:
    await story.agreed()
    assert refused(await moves(story, "karim", person="sanne", person_side="supplier")) == {
        "person": NL.say("settings.refused.has_role")
    }


async def test_an_organisation_that_agreed_is_moved_by_its_own_people_and_never_beside_a_client(story: Story) -> None:
    await story.agreed()
    supplier, client = await story.rows(Organisation)
    theirs = await moves(story, "karim", **{f"organisation_{client.id}": "supplier"})
    assert refused(theirs) == {f"organisation_{client.id}": NL.say("settings.refused.own_organisation")}
    beside = await moves(story, "karim", **{f"organisation_{supplier.id}": "client"})
    assert refused(beside) == {f"organisation_{supplier.id}": NL.say("consent.refused.two_clients")}

    await moves(story, "sanne", **{f"organisation_{client.id}": "unknown"})

    assert "sanne heeft aangepast bij welke kant Waterveen hoort: nog niet bekend." in said_with(story, "sanne")


async def test_before_an_organisation_agreed_anyone_sets_its_side(story: Story) -> None:
    await story.joins()
    await story.agrees("karim", "supplier")
    (client,) = [each for each in await story.rows(Organisation) if each.name == "Waterveen"]

    await moves(story, "karim", **{f"organisation_{client.id}": "client"})

    assert [each.side for each in await story.rows(Organisation)] == ["supplier", "client"]


async def test_what_somebody_filed_before_they_went_across_is_judged_by_the_side_they_left(story: Story) -> None:
    await story.agreed()
    item = await files(story, KINDS["feedback"], who="ahmed")
    await stands(story, item, "resolved")
    assert refused(await story.presses("sanne", "accept", str(item.id)))

    await moves(story, "karim", person="ahmed", person_side="supplier")

    assert refused(await story.presses("ahmed", "accept", str(item.id)))
    await story.presses("sanne", "accept", str(item.id))
    assert (await story.rows(Item))[0].state == "accepted"
