"""What is pressed on a card in somebody's own chat with the bot is about the channel that the card was made for."""

from dataclasses import replace

import pytest
from story import CHANNEL, NORMALISING, Story, refused, reply

from handlers.vocabulary import Answer, ButtonPress, Command, Moved, Place
from prompts import phrasebook
from storage.tables import Channel, Consent

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


async def test_nobody_can_press_for_a_project_of_another_installation(story: Story) -> None:
    await story.agreed()
    story.team = "T2"
    assert refused(await presses(story, "sanne", "stop", "1"))
    assert await listening(story) == [CHANNEL]


@pytest.mark.parametrize("button", ["join", "change"])
async def test_who_wants_to_change_what_they_agreed_is_sent_to_the_channel(story: Story, button: str) -> None:
    await story.agreed()
    assert refused(await presses(story, "sanne", button, "1")) == {"": NL.say("consent.refused.in_channel")}
