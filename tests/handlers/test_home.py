"""The bot's own page, and what it can be asked."""

import pytest
from story import NORMALISING, SUPPLIER, Story, member, names, reply, words

from handlers import routes
from handlers.home import ABILITIES, ON_FILE, TO_FILE
from handlers.register.kinds import FILED
from handlers.vocabulary import ShowHome
from prompts import LANGUAGES, phrasebook

NL = phrasebook("nl")


async def test_the_page_shows_side_project_and_whether_it_listens(story: Story) -> None:
    await story.agreed()
    shown = words(await story.opens_home("karim"))
    assert NL.say("home.in_project", name=NL.say("home.project"), side=NL.say("consent.side.supplier")) in shown
    assert NL.say("consent.status.listening") in shown
    assert NL.say("home.no_tips") in shown


async def test_the_page_is_for_its_reader_alone(story: Story) -> None:
    await story.agreed()
    await story.opens_home("karim")
    assert [e.who for e in story.sent if isinstance(e, ShowHome)] == [story.person("karim")]


async def test_the_last_tip_can_be_read_and_used_again(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    page = await story.opens_home("karim")
    assert story.tip.card.summary in words(page)
    assert {"help", "why", "misheard", "quiet_today"} <= set(names(page))
    await story.presses("karim", "fine")
    assert "help" not in names(await story.opens_home("karim"))


async def test_later_tips_show_without_the_text_they_were_about(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    await story.later(hours=3)
    shown = words(await story.opens_home("karim"))
    assert story.tip.card.summary in shown
    assert NL.say("home.tip", when="ma 1 mrt 09:31", label=NL.say("tips.label.normalising")) in shown
    assert "wennen" not in shown


async def test_tips_of_others_do_not_show(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert NL.say("home.no_tips") in words(await story.opens_home("lotte"))


async def test_a_tip_that_was_held_back_does_not_show(story: Story) -> None:
    await story.agreed()
    story.dice = 0.0
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert NL.say("home.no_tips") in words(await story.opens_home("karim"))


async def test_after_thirty_days_tips_are_gone_from_the_page(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(days=31)
    assert NL.say("home.no_tips") in words(await story.opens_home("karim"))


async def test_the_page_offers_what_can_be_chosen_and_the_way_back(story: Story) -> None:
    await story.agreed()
    assert names(await story.opens_home("karim")) == ["check", "off", "direct_on", "worktime", "locale", "privacy"]
    await story.presses("karim", "off")
    await story.presses("karim", "direct_on")
    assert names(await story.opens_home("karim")) == ["check", "on", "direct_off", "worktime", "locale", "privacy"]


async def test_a_stranger_is_told_that_nothing_is_kept_of_them(story: Story) -> None:
    await story.agreed()
    shown = await story.opens_home("stranger")
    assert NL.say("choices.unknown") in words(shown)
    assert names(shown) == []


async def test_help_lists_what_it_can_be_asked(story: Story) -> None:
    told = reply(await story.asks("karim", "help"))
    assert all(NL.say(f"commands.help.{ability}") in told for group in ABILITIES.values() for ability in group)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help_fits_on_a_phone(story: Story, language: str) -> None:
    story.cast = [member("karim", SUPPLIER, language=language)]
    story.language = language
    lines = reply(await story.asks("karim", "help")).splitlines()
    assert len(lines) <= 21
    assert [line for line in lines if len(line) > 40] == []


def test_help_names_everything_that_can_be_asked() -> None:
    listed = {ability for group in ABILITIES.values() for ability in group}
    filed = {kind for line in TO_FILE for kind in line}
    assert listed | filed | {*ON_FILE, "help", "on"} == set(routes.COMMANDS)
    assert filed == {kind.name for kind in FILED}


@pytest.mark.parametrize("word", ["frobnicate", "{word}", "<!channel>"])
async def test_a_word_it_does_not_know_is_answered_with_help(story: Story, word: str) -> None:
    told = reply(await story.asks("karim", word))
    assert NL.say("commands.help.unknown", word=word) in told
    assert NL.say("commands.help.title") in told


async def test_help_itself_is_not_called_unknown(story: Story) -> None:
    for word in ("help", "hulp", ""):
        assert "ken ik nog niet" not in reply(await story.asks("karim", word))
