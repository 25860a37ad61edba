"""Somebody's own language and clock."""

import pytest
from story import CLIENT, NORMALISING, SUPPLIER, Story, form, member, refused, reply, words

from handlers.zones import exists, zone_named
from prompts import phrasebook

NL, EN = phrasebook("nl"), phrasebook("en")


@pytest.mark.parametrize("written", ["en", "Engels", "ENGLISH"])
async def test_a_language_is_chosen_by_any_of_its_names(story: Story, written: str) -> None:
    await story.agreed()
    assert reply(await story.asks("karim", "taal", written)) == EN.say("locale.language_set")
    assert EN.say("choices.off") in reply(await story.asks("karim", "off"))
    assert reply(await story.asks("karim", "language", "nl")) == NL.say("locale.language_set")


async def test_another_language_is_refused_in_the_one_that_is_spoken(story: Story) -> None:
    await story.agreed()
    assert refused(await story.asks("karim", "taal", "Klingon")) == {"": NL.say("locale.refused.language")}


async def test_what_one_chooses_is_not_what_others_read(story: Story) -> None:
    await story.agreed()
    await story.asks("karim", "language", "en")
    assert NL.say("commands.help.title") in reply(await story.asks("lotte", "help"))
    await story.asks("karim", "pauze", "4u")
    assert NL.say("choices.resume") == story.button("resume").label


@pytest.mark.parametrize("written", ["Europe/Lisbon", "lissabon", "LISBON"])
async def test_a_clock_is_chosen_by_id_or_city_and_tips_follow_it(story: Story, written: str) -> None:
    await story.agreed()
    said = reply(await story.asks("karim", "tijdzone", written))
    assert said == NL.say("locale.zone_set", zone="Europe/Lisbon", time="08:30")
    await story.until("2027-03-01T17:40:00+01:00")
    await story.says("karim", NORMALISING)
    await story.says("lotte", NORMALISING, thread="t1")
    await story.later(minutes=2)
    assert story.tips == [("karim", "normalising")]


@pytest.mark.parametrize("written", ["Mars", "Spanje", "'; DROP TABLE member; --", "x" * 500, "🙂"])
async def test_a_place_that_is_none_is_refused_with_examples_and_changes_nothing(story: Story, written: str) -> None:
    await story.agreed()
    assert refused(await story.asks("karim", "zone", written)) == {"": NL.say("locale.refused.zone")}
    assert (await story.member("karim")).zone == "Europe/Amsterdam"


@pytest.mark.parametrize("word", ["taal", "language", "zone", "tijdzone"])
async def test_without_anything_named_the_choice_is_shown_as_it_is_now(story: Story, word: str) -> None:
    await story.agreed()
    shown = form(await story.asks("karim", word))
    assert {field.name: field.value for field in shown.fields} == {"language": "nl", "zone": "Europe/Amsterdam"}


async def test_the_form_on_the_own_page_sets_both(story: Story) -> None:
    await story.agreed()
    await story.opens_home("karim")
    shown = form(await story.presses("karim", "locale"))
    wrong = await story.fills_in("karim", shown, language="fr", zone="Mars")
    assert set(refused(wrong)) == {"language", "zone"}
    await story.fills_in("karim", shown, language="en", zone="portugal time")
    await story.fills_in("karim", shown, language="en", zone="Brussel")
    karim = await story.member("karim")
    assert (karim.language, karim.zone) == ("en", "Europe/Brussels")
    assert EN.say("home.title") in words(await story.opens_home("karim"))


async def test_without_a_zone_of_ones_own_the_clock_of_the_project_counts(story: Story) -> None:
    story.cast = [member("karim", SUPPLIER), member("sanne", CLIENT, language=None, zone="Mars/Olympus")]
    await story.agreed()
    assert (await story.member("sanne")).zone is None
    assert (await story.member("sanne")).language is None
    await story.asks("karim", "zone", "Lissabon")
    await story.fills_in("karim", form(await story.asks("karim", "zone")), zone=" ")
    assert (await story.member("karim")).zone is None
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == [("karim", "normalising")]


async def test_an_outsider_without_a_locale_chooses_their_own(story: Story) -> None:
    story.cast = [member("karim", SUPPLIER), member("sanne", CLIENT, language=None, zone=None)]
    await story.agreed()
    assert NL.say("commands.help.title") in reply(await story.asks("sanne", "help"))
    await story.asks("sanne", "language", "english")
    assert EN.say("commands.help.title") in reply(await story.asks("sanne", "help"))


async def test_of_a_stranger_nothing_is_kept(story: Story) -> None:
    await story.agreed()
    for word, text in (("taal", "en"), ("zone", "Lissabon"), ("taal", ""), ("zone", "")):
        assert refused(await story.asks("vera", word, text))
    assert "vera" not in await story.everything()


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("europe/amsterdam", "Europe/Amsterdam"),
        ("New York", "America/New_York"),
        ("new-york", "America/New_York"),
        ("Duitsland", "Europe/Berlin"),
        ("Germany", "Europe/Berlin"),
        ("belgië", "Europe/Brussels"),
        ("Belgie", "Europe/Brussels"),
        ("Curaçao", "America/Curacao"),
        ("Suriname", "America/Paramaribo"),
        ("utc", "UTC"),
        ("Verenigde Staten", None),
        ("", None),
    ],
)
def test_places_as_people_write_them(written: str, zone: str | None) -> None:
    assert zone_named(written) == zone
    assert exists(zone) is (zone is not None)
