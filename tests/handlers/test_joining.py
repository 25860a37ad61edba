"""The bot and people come into a channel, and leave it."""

from story import (
    BLAME,
    CAST,
    MONDAY,
    NORMALISING,
    SECOND_SUPPLIER,
    SUPPLIER,
    Story,
    member,
    names,
    reply,
    words,
)

from bot import dispatch
from handlers.vocabulary import Joined, SomeoneLeft, Whisper
from prompts import phrasebook
from storage.tables import Burst, Member, Organisation, Project, Recent

NL, EN = phrasebook("nl"), phrasebook("en")


async def test_it_speaks_the_language_of_most_people_in_the_channel(story: Story) -> None:
    story.cast = [member("kim", "a", language="en"), member("joe", "b", language="en"), member("jan", "c")]
    await story.joins()
    assert EN.say("consent.intro.hello") in story.said[0]


async def test_it_takes_over_the_zone_of_most_people_in_the_channel(story: Story) -> None:
    story.cast = [member("kim", "a", zone="Europe/Lisbon"), member("joe", "b", zone="Europe/Lisbon"), CAST[0]]
    await story.joins()
    assert [p.zone for p in await story.rows(Project)] == ["Europe/Lisbon"]


async def test_before_a_side_is_known_nobody_is_remembered(story: Story) -> None:
    await story.joins()
    assert {o.side for o in await story.rows(Organisation)} == {None}
    assert await story.rows(Member) == []


async def test_once_a_side_is_known_its_people_are_and_no_others(story: Story) -> None:
    await story.joins()
    await story.agrees("karim", "supplier")
    assert {m.person for m in await story.rows(Member)} == {"karim", "lotte"}


async def test_a_colleague_who_joins_changes_nothing_and_is_heard(story: Story) -> None:
    await story.agreed()
    await story.joins(member("bram", CAST[0].organisation))
    assert await story.listens()
    await story.asks("bram", "aan")
    await story.says("bram", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == [("bram", "normalising")]


async def test_a_colleague_nobody_announced_is_heard_from_the_second_message_on(story: Story) -> None:
    await story.agreed()
    story.cast.append(member("bram", CAST[0].organisation))
    await story.says("bram", "Hallo allemaal, ik ben hier nieuw.")
    assert [m.text for m in await story.rows(Recent)] == []
    await story.asks("bram", "aan")
    await story.says("bram", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == [("bram", "normalising")]


async def test_when_the_bot_leaves_it_forgets_and_hears_nothing(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.leaves()
    assert await story.rows(Recent) == await story.rows(Burst) == []
    await story.says("karim", BLAME)
    await story.later(minutes=2)
    assert story.tips == []
    assert "scope" not in await story.everything()


async def test_when_the_bot_comes_back_it_says_how_things_stand(story: Story) -> None:
    await story.agreed()
    await story.leaves()
    await story.joins()
    assert not await story.listens()
    assert NL.say("halting.why.removed") in story.said[-1]
    await story.presses("sanne", "go_on")
    assert NL.say("consent.status.listening") in reply(await story.asks("karim", "status"))
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == [("karim", "normalising")]


async def test_who_leaves_is_forgotten_at_once(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.says("sanne", "Even wennen, dat horen wij al een jaar.")
    await story.leaves("karim")
    assert [m.text for m in await story.rows(Recent)] == ["Even wennen, dat horen wij al een jaar."]
    await story.later(minutes=2)
    assert story.tips == []


async def test_a_person_in_a_channel_without_the_bot_is_nobodys_business(story: Story) -> None:
    await story.joins(member("noor", SECOND_SUPPLIER))
    assert await story.rows(Project) == []
    assert story.sent == []


async def test_the_bot_introduces_itself_once_however_often_it_is_told_that_it_joined(story: Story) -> None:
    await story.joins()
    await story.joins()
    assert len([text for text in story.said if NL.say("consent.intro.hello") in text]) == 1
    assert story.now == MONDAY


# --- a private welcome


def welcomes(story: Story) -> list[Whisper]:
    """Who was welcomed, and how."""
    return [w for w in story.directly if w.key.startswith("welcome:")]


async def test_who_is_new_gets_a_private_welcome_in_their_own_language(story: Story) -> None:
    await story.agreed()
    await story.joins(member("bram", CAST[0].organisation), member("kim", CAST[2].organisation, language="en"))
    assert [(w.who.id, w.place.direct) for w in welcomes(story)] == [("bram", True), ("kim", True)]
    dutch, english = (words(w.card) for w in welcomes(story))
    for line in ("what", "listening", "private", "never", "choice"):
        assert NL.say(f"joining.welcome.{line}") in dutch
        assert EN.say(f"joining.welcome.{line}") in english
    assert story.said == []


async def test_the_one_button_of_a_welcome_is_the_way_out(story: Story) -> None:
    await story.agreed()
    await story.joins(member("bram", CAST[0].organisation))
    assert names(welcomes(story)[0].card) == ["off"]
    assert NL.say("choices.off") in reply(await story.presses("bram", "off"))
    await story.says("bram", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == []
    assert "wennen" not in await story.everything()


async def test_nobody_is_welcomed_twice_not_even_after_switching_off_and_coming_back(story: Story) -> None:
    await story.agreed()
    bram = member("bram", CAST[0].organisation)
    await story.joins(bram)
    await story.joins(bram)
    await story.says("bram", NORMALISING)
    await story.presses("bram", "off")
    await story.leaves("bram")
    await story.joins(bram)
    assert len(welcomes(story)) == 1


async def test_who_left_and_was_forgotten_is_told_again(story: Story) -> None:
    await story.agreed()
    bram = member("bram", CAST[0].organisation)
    await story.joins(bram)
    await story.leaves("bram")
    await story.joins(bram)
    assert len(welcomes(story)) == 2


async def test_who_is_there_when_the_bot_comes_in_has_its_introduction(story: Story) -> None:
    story.cast = [member(f"person-{number}", SUPPLIER) for number in range(40)]
    await story.joins()
    await story.agrees("person-1", "supplier")
    for each in list(story.cast):
        await story.joins(each)
    await story.joins(member("who comes in together with the bot", SUPPLIER))
    assert len(await story.rows(Member)) == 41
    assert welcomes(story) == []


async def test_software_and_strangers_are_not_welcomed(story: Story) -> None:
    await story.agreed()
    await dispatch.take(story.house, Joined("bot", story.now, story.place(), story.person("some-bot")))
    await story.joins(member("noor", SECOND_SUPPLIER))
    assert welcomes(story) == []


async def test_where_it_does_not_listen_the_welcome_says_so(story: Story) -> None:
    await story.joins()
    await story.agrees("karim", "supplier")
    await story.later(hours=1)
    await story.joins(member("bram", SUPPLIER))
    assert NL.say("joining.welcome.deaf") in words(welcomes(story)[0].card)


# --- and a role that becomes free


async def test_when_who_has_a_role_leaves_all_read_that_it_is_free_and_not_whose_it_was(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "instellen")
    await story.write(lambda db: setattr(db.get(Member, 2), "role", "it"))
    await story.leaves("lotte")
    assert story.said == [NL.say("joining.vacant", role=NL.say("settings.role.it"))]
    await story.leaves("ahmed")
    assert len(story.said) == 1


async def test_when_it_is_not_told_who_left_whoever_is_no_longer_there_is_forgotten(story: Story) -> None:
    await story.agreed()
    await story.write(lambda db: setattr(db.get(Member, 4), "role", "it"))
    story.cast = [m for m in story.cast if m.person.id != "ahmed"]
    await dispatch.take(story.house, SomeoneLeft(story.event_id(), story.now, story.place()))
    await story.settle()
    assert {m.person for m in await story.rows(Member)} == {"karim", "lotte", "sanne"}
    assert story.said == [NL.say("joining.vacant", role=NL.say("settings.role.it"))]
    assert await story.listens()


async def test_a_platform_that_names_nobody_at_all_has_nobody_forgotten(story: Story) -> None:
    await story.agreed()
    story.cast = [member("noor", SUPPLIER)]
    await dispatch.take(story.house, SomeoneLeft(story.event_id(), story.now, story.place()))
    await story.settle()
    assert len(await story.rows(Member)) == 4


async def test_where_it_can_read_only_what_mentions_it_it_says_so_once(story: Story) -> None:
    only = Joined(story.event_id(), story.now, story.place(), None, mentions_only=True)
    for _ in range(2):
        await dispatch.take(story.house, only)
        await story.settle()
    hello, limits = story.said
    assert NL.say("consent.intro.hello") in hello
    assert limits == NL.say("consent.intro.mentions_only")
    assert story.button("check").label == NL.say("home.buttons.check")
