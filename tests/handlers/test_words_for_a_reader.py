"""How the bot is asked something differs by platform, and its sentences know."""

from collections.abc import Iterator

import pytest

from handlers import phrases
from prompts import LANGUAGES, phrasebook
from storage.tables import Member, Project


@pytest.fixture
def chosen() -> Iterator[None]:
    """Whoever runs it chose a command of their own for Slack."""
    phrases.asked_by({"slack": "/hulplijn"})
    yield
    phrases.asked_by({})


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_that_was_chosen_is_what_people_read_on_that_platform(language: str) -> None:
    slash = phrasebook(language).say("commands.name.slash")
    for tenant, called in (("slack:T1", "/hulplijn"), ("playground:demo", slash), ("teams:0b57", "@Samenspraak")):
        assert f": {called} " in phrases.everyone(Project(tenant=tenant, language=language)).say("choices.off")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_there_is_no_slash_command_the_bot_is_called_by_its_name(language: str) -> None:
    slash = phrasebook(language).say("commands.name.slash")
    for tenant, called in (("slack:T1", slash), ("playground:demo", slash), ("teams:0b57", "@Samenspraak")):
        for book in (
            phrases.reader(Member(tenant=tenant, language=language)),
            phrases.everyone(Project(tenant=tenant, language=language)),
        ):
            assert f": {called} " in book.say("choices.off")
