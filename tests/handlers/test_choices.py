"""What people choose for themselves, and a pause for everyone."""

import pytest
from story import BLAME, CHAT, NORMALISING, Story, form, refused, reply, words

from handlers.choices import length
from prompts import phrasebook
from storage.tables import Member, Recent

NL = phrasebook("nl")


async def test_one_button_switches_a_person_off_and_tells_them_alone(story: Story) -> None:
    await story.agreed()
    assert reply(await story.presses("karim", "off", about="1")) == NL.say("choices.off")
    assert story.sent == []
    await story.says("karim", NORMALISING)
    await story.says("lotte", CHAT)
    await story.later(minutes=2)
    assert story.tips == []
    assert [row.text for row in await story.rows(Recent)] == [CHAT]


async def test_switching_off_forgets_at_once_what_was_said(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.asks("karim", "uit")
    assert "wennen" not in await story.everything()
    await story.later(minutes=2)
    assert story.tips == []


async def test_off_holds_in_all_channels(story: Story) -> None:
    await story.agreed()
    story.channel = "C2"
    await story.joins()
    await story.both_agree()
    await story.asks("karim", "off")
    story.channel = "C1"
    await story.says("karim", NORMALISING)
    assert await story.rows(Recent) == []


async def test_off_holds_in_a_channel_that_comes_later_too(story: Story) -> None:
    await story.agreed()
    await story.asks("karim", "uit")
    story.channel = "C2"
    await story.joins()
    await story.both_agree()
    await story.says("karim", NORMALISING)
    assert await story.rows(Recent) == []
    assert "wennen" not in await story.everything()


async def test_what_somebody_chose_before_holds_in_a_channel_that_comes_later(story: Story) -> None:
    await story.agreed()
    await story.presses("karim", "direct_on", about="")
    story.channel = "C2"
    await story.joins()
    await story.both_agree()
    first, second = [row for row in await story.rows(Member) if row.person == "karim"]
    chosen = [(row.tips, row.direct, row.asked_at, row.zone, row.language) for row in (first, second)]
    assert chosen[0] == chosen[1]
    assert chosen[0][:2] == ("yes", True)


@pytest.mark.parametrize("word", ["aan", "on", "AAN"])
async def test_the_way_back_is_one_word(story: Story, word: str) -> None:
    await story.agreed()
    await story.asks("karim", "uit")
    assert reply(await story.asks("karim", word)) == NL.say("choices.on")
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == [("karim", "normalising")]


@pytest.mark.parametrize("button", ["on", "off", "direct_on", "direct_off"])
async def test_who_is_not_known_is_told_that_nothing_is_kept_and_nothing_is(story: Story, button: str) -> None:
    await story.agreed()
    assert reply(await story.presses("stranger", button, about="")) == NL.say("choices.unknown")
    assert "stranger" not in await story.everything()


async def test_direct_messages_can_be_chosen_and_left_again(story: Story) -> None:
    await story.agreed()
    assert reply(await story.presses("karim", "direct_on", about="")) == NL.say("choices.direct_on")
    assert (await story.member("karim")).direct
    assert reply(await story.presses("karim", "direct_off", about="")) == NL.say("choices.direct_off")
    assert not (await story.member("karim")).direct


# --- a pause


async def test_a_pause_is_said_to_all_and_nothing_is_heard_until_it_is_over(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.asks("sanne", "pauze", "4u")
    assert NL.say("choices.paused", until="ma 1 mrt 13:30") in story.said
    assert NL.say("consent.status.paused", until="ma 1 mrt 13:30") in words(story.consent_card)
    assert "wennen" not in await story.everything()
    await story.says("karim", BLAME)
    assert "scope," not in await story.everything()
    await story.later(minutes=5)
    assert story.tips == []


async def test_a_pause_ends_by_itself_and_says_so(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "pauze", "4u")
    await story.later(hours=4)
    assert story.said[-1] == NL.say("choices.pause_over")
    assert NL.say("consent.status.listening") in words(story.consent_card)
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == [("karim", "normalising")]


async def test_a_pause_can_be_ended_by_either_side(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "pause", "2 dagen")
    await story.presses("karim", "resume")
    assert story.said[-1] == NL.say("choices.pause_over")
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == [("karim", "normalising")]


async def test_resuming_what_is_not_paused_says_nothing(story: Story) -> None:
    await story.agreed()
    assert await story.presses("karim", "resume", about="1") == []
    assert story.sent == []


async def test_a_pause_that_ends_in_a_channel_without_consent_says_nothing(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "pauze", "1u")
    await story.presses("sanne", "stop", about="")
    before = len(story.said)
    await story.later(hours=2)
    assert len(story.said) == before
    assert not await story.listens()


async def test_an_old_card_of_a_pause_in_a_project_that_is_over_opens_no_ears(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "pauze", "4u")
    await story.fills_in("karim", form(await story.asks("karim", "einde")), mandate="yes")
    await story.fills_in("sanne", form(await story.presses("sanne", "end")), mandate="yes")
    await story.presses("karim", "resume")
    assert NL.say("choices.pause_over") not in story.said


async def test_a_yes_during_a_pause_is_not_said_to_open_its_ears(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "pauze", "4u")
    await story.presses("sanne", "stop", about="1")
    await story.agrees("sanne", "client")
    assert NL.say("consent.changed.listening") not in story.said
    await story.later(hours=4)
    assert story.said[-1] == NL.say("choices.pause_over")


@pytest.mark.parametrize("text", ["eeuwig", "0", "15 dagen", "-4u", "4 jaar", "4u 30"])
async def test_a_pause_without_a_clear_length_is_refused(story: Story, text: str) -> None:
    await story.agreed()
    assert refused(await story.asks("sanne", "pauze", text)) == {"": NL.say("choices.refused.pause")}
    assert story.sent == []


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", 240),
        ("4u", 240),
        ("4", 240),
        ("1 uur", 60),
        ("30 min", 30),
        ("90m", 90),
        ("2 dagen", 2880),
        ("1 day", 1440),
        ("14d", 20160),
        ("3 hours", 180),
    ],
)
def test_how_people_write_how_long(text: str, minutes: int) -> None:
    found = length(text)
    assert found is not None
    assert found.total_seconds() == minutes * 60


async def test_an_unknown_person_cannot_pause_or_resume(story: Story) -> None:
    await story.agreed()
    assert reply(await story.asks("stranger", "pauze", "4u")) == NL.say("choices.unknown")
    await story.asks("sanne", "pauze", "4u")
    assert list(refused(await story.presses("stranger", "resume"))) == [""]
    assert len(story.said) == 1
