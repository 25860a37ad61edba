"""What is pressed on a card in somebody's own chat with the bot is about the channel that the card was made for."""

from dataclasses import replace

import pytest
from story import CHANNEL, CLIENT, NORMALISING, SECOND_SUPPLIER, Story, form, member, refused, reply, words

from handlers.vocabulary import Answer, ButtonPress, Command, Moved, Place, Submission
from prompts import phrasebook
from storage.tables import Channel, Consent, Member, Project

NL = phrasebook("nl")


def chat(story: Story, who: str) -> Place:
    """Where only somebody and the bot read along."""
    return replace(story.place(), channel=f"D{who}", direct=True)


async def presses(story: Story, who: str, button: str, about: str | None = None) -> list[Answer]:
    """Somebody presses a button in their own chat."""
    about = story.button(button).about if about is None else about
    event = ButtonPress(story.event_id(), story.now, chat(story, who), story.person(who), button, about)
    return await story._ask(event)


async def asks(story: Story, who: str, word: str) -> list[Answer]:
    """Somebody asks something in their own chat."""
    return await story._ask(Command(story.event_id(), story.now, chat(story, who), story.person(who), word, ""))


async def two_projects(story: Story) -> None:
    """Everybody is in two channels, each of a project of its own; the story goes on in the second."""
    await story.agreed()
    story.channel = "C2"
    await story.joins()
    await story.both_agree()


async def listening(story: Story) -> list[str]:
    """The channels in which it listens."""
    return [row.channel for row in await story.rows(Channel) if row.listening]


async def test_a_yes_is_taken_back_from_there_at_once(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await asks(story, "sanne", "status")
    answers = await presses(story, "sanne", "stop")
    assert NL.say("consent.status.deaf") in reply(answers)
    assert await listening(story) == []
    assert "wennen" not in await story.everything()
    assert "stopt ermee" in story.said[-1]


async def test_it_is_taken_back_of_the_project_that_the_card_was_about(story: Story) -> None:
    await two_projects(story)
    await presses(story, "sanne", "stop")
    assert await listening(story) == [CHANNEL]


async def test_it_is_taken_back_also_when_the_platform_cannot_tell_there_who_somebody_works_for(story: Story) -> None:
    await story.agreed()
    story.cast = [replace(m, organisation=None) if m.person.id == "sanne" else m for m in story.cast]
    await presses(story, "sanne", "stop", "1")
    assert await listening(story) == []


async def test_a_pause_is_ended_from_there(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "pauze", "4u")
    assert NL.say("consent.status.listening") in reply(await presses(story, "karim", "resume"))
    assert story.said[-1] == NL.say("choices.pause_over")


async def test_it_goes_on_from_there(story: Story) -> None:
    await story.agreed()
    await story.befalls(Moved, to="C9")
    await asks(story, "sanne", "status")
    assert NL.say("consent.status.listening") in reply(await presses(story, "sanne", "go_on"))
    assert await listening(story) == ["C9"]


@pytest.mark.parametrize("button", ["stop", "resume", "go_on", "join", "change"])
@pytest.mark.parametrize("about", ["", "1", "99", "-1", "1 0 30", "²", "9" * 40])
async def test_nobody_can_press_for_a_project_that_they_are_not_in(story: Story, button: str, about: str) -> None:
    await story.agreed()
    assert refused(await presses(story, "stranger", button, about))
    assert await listening(story) == [CHANNEL]
    assert {c.withdrawn_at for c in await story.rows(Consent)} == {None}


@pytest.mark.parametrize("button", ["stop", "join", "change"])
async def test_nor_when_the_platform_knows_them_but_not_in_that_channel(story: Story, button: str) -> None:
    await story.agreed()
    story.outside.append(member("noor", CLIENT))
    assert refused(await presses(story, "noor", button, "1"))
    await story.leaves()
    assert refused(await presses(story, "noor", button, "1"))


async def test_nobody_can_press_for_a_project_of_another_installation(story: Story) -> None:
    await story.agreed()
    story.team = "T2"
    assert refused(await presses(story, "sanne", "stop", "1"))
    assert await listening(story) == [CHANNEL]


# --- saying yes there


async def agrees(story: Story, who: str, button: str, side: str, about: str = "1") -> list[Answer]:
    """Somebody presses a button for it in their own chat, and sends the form that opens."""
    opened = form(await presses(story, who, button, about))
    answers = {"side": side, "role": "contract", "scopes": "hear tip", "mandate": "yes"}
    place, person = chat(story, who), story.person(who)
    return await story._ask(Submission(story.event_id(), story.now, place, person, "consent", opened.about, answers))


async def test_what_was_agreed_is_changed_from_there(story: Story) -> None:
    await two_projects(story)
    told = await agrees(story, "sanne", "change", "client")
    assert NL.say("consent.status.listening") in reply(told)
    measured = {c.organisation_id for c in await story.rows(Consent) if c.scope == "measure" and not c.withdrawn_at}
    assert len(measured) == 3
    assert len(await story.rows(Project)) == len(await story.rows(Channel)) == 2


async def test_a_yes_is_given_there_by_who_the_platform_says_is_in_the_channel(story: Story) -> None:
    await story.joins()
    await agrees(story, "karim", "join", "supplier")
    told = await agrees(story, "sanne", "join", "client")
    assert NL.say("consent.status.listening") in reply(told)
    assert await listening(story) == [CHANNEL]
    assert len(await story.rows(Project)) == 1


async def test_after_a_yes_from_there_everyone_in_the_channel_is_looked_at_again(story: Story) -> None:
    await story.joins()
    await agrees(story, "karim", "join", "supplier")
    await agrees(story, "sanne", "join", "client")
    assert {m.person for m in await story.rows(Member)} == {"karim", "lotte", "sanne", "ahmed"}
    story.cast.append(member("noor", SECOND_SUPPLIER))
    await agrees(story, "sanne", "change", "client")
    assert await listening(story) == []


async def test_the_form_names_the_project_that_the_yes_is_for(story: Story) -> None:
    await story.agreed()
    await story.write(lambda db: setattr(db.get(Project, 1), "name", "Loket"))
    assert "Loket" in words(form(await presses(story, "sanne", "change", "1")))


async def test_a_yes_for_a_channel_that_the_bot_is_out_of_does_not_bring_it_back(story: Story) -> None:
    await story.agreed()
    await story.leaves()
    told = await agrees(story, "sanne", "change", "client")
    assert NL.say("consent.status.deaf") in reply(told)
    assert [row.left_at is not None for row in await story.rows(Channel)] == [True]


async def test_who_is_not_known_yet_and_asks_there_whether_it_listens_hears_that_it_does_not(story: Story) -> None:
    await story.agreed()
    assert reply(await asks(story, "stranger", "status")) == NL.say("choices.unknown")


# --- which project somebody means there


@pytest.mark.parametrize("sent", ["setup", "sides"])
async def test_who_is_in_several_cannot_send_a_form_from_there_that_names_none(story: Story, sent: str) -> None:
    await two_projects(story)
    event = Submission(story.event_id(), story.now, chat(story, "sanne"), story.person("sanne"), sent, "", {})
    assert refused(await story._ask(event)) == {"": NL.say("choices.refused.which")}


async def test_the_form_names_the_project_that_it_ends(story: Story) -> None:
    await story.agreed()
    assert NL.say("home.project") in words(form(await asks(story, "sanne", "einde")))
    await story.write(lambda db: setattr(db.get(Project, 1), "name", "Loket"))
    assert "Loket" in words(form(await asks(story, "sanne", "einde")))


async def test_a_proposal_is_turned_down_from_there_in_the_project_that_it_is_about(story: Story) -> None:
    await two_projects(story)
    await story.fills_in("karim", form(await story.asks("karim", "einde")), mandate="yes")
    assert {row.id: row.ending_by for row in await story.rows(Project)}[2] is not None
    await presses(story, "karim", "end_not")
    assert {row.ending_by for row in await story.rows(Project)} == {None}
    assert refused(await presses(story, "stranger", "end_not", "2"))


async def test_a_proposal_is_agreed_to_from_there_in_the_project_that_it_is_about(story: Story) -> None:
    await two_projects(story)
    await story.fills_in("karim", form(await story.asks("karim", "einde")), mandate="yes")
    opened = form(await presses(story, "sanne", "end"))
    answers = {"mandate": "yes"}
    place, who = chat(story, "sanne"), story.person("sanne")
    await story._ask(Submission(story.event_id(), story.now, place, who, "end", opened.about, answers))
    assert {row.id for row in await story.rows(Project) if row.ended_at is not None} == {2}
