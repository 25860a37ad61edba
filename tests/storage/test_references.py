"""Where conversations are reached is remembered as they speak, and goes with the people it points to."""

from story import Story

from storage import members, privacy, references
from storage.database import Database
from storage.references import Reached

HERE, THERE = "teams:one", "teams:two"
CHANNEL = Reached("19:a", "https://smba.trafficmanager.net/emea/", "19:team")
CHAT = Reached("a:1", "https://smba.trafficmanager.net/emea/", None, "sanne")


async def kept(database: Database, tenant: str, *known: Reached) -> None:
    for each in known:
        await database.write(tenant, lambda db, each=each: references.keep(db, tenant, each))


async def test_what_was_last_heard_counts(database: Database) -> None:
    await kept(database, HERE, CHANNEL, Reached("19:a", "https://smba.trafficmanager.net/amer/"))
    found = await database.read(HERE, lambda db: references.of(db, HERE, "19:a"))
    assert found == Reached("19:a", "https://smba.trafficmanager.net/amer/", "19:team")
    assert await database.read(THERE, lambda db: references.of(db, THERE, "19:a")) is None


async def test_a_chat_belongs_to_one_person_and_a_channel_to_its_team(database: Database) -> None:
    await kept(database, HERE, CHANNEL, CHAT, Reached("19:b", CHANNEL.service_url, "19:other"))
    assert await database.read(HERE, lambda db: references.chat(db, HERE, "sanne")) == CHAT
    assert await database.read(HERE, lambda db: references.chat(db, HERE, "karim")) is None
    assert await database.read(HERE, lambda db: references.shared(db, HERE, "19:team")) == [CHANNEL]
    everywhere = await database.read(HERE, lambda db: references.shared(db, HERE))
    assert [each.channel for each in everywhere] == ["19:a", "19:b"]


async def test_what_refused_us_is_left_alone_until_it_speaks_again(database: Database) -> None:
    await kept(database, HERE, CHAT)
    await database.write(HERE, lambda db: references.refused(db, HERE, "a:1"))
    found = await database.read(HERE, lambda db: references.of(db, HERE, "a:1"))
    assert found is not None
    assert not found.reachable
    await kept(database, HERE, CHAT)
    assert await database.read(HERE, lambda db: references.of(db, HERE, "a:1")) == CHAT


async def test_a_chat_is_exported_and_goes_with_its_person(story: Story) -> None:
    await story.agreed()
    mine = Reached("a:1", CHANNEL.service_url, None, "sanne")
    await kept(story.database, story.tenant, mine, CHANNEL)
    exported = await story.write(lambda db: privacy.export(db, story.tenant, None, "sanne"))
    assert exported["reference"][0]["channel"] == "a:1"
    await story.write(lambda db: privacy.erase(db, story.tenant, None, "sanne"))
    assert await story.write(lambda db: references.shared(db, story.tenant)) == [CHANNEL]
    assert await story.write(lambda db: references.of(db, story.tenant, "a:1")) is None


async def test_a_chat_goes_when_its_person_leaves(story: Story) -> None:
    await story.agreed()
    await kept(story.database, story.tenant, Reached("a:1", CHANNEL.service_url, None, "sanne"))
    known = await story.write(lambda db: members.anywhere(db, story.tenant, "waterveen", "sanne"))
    assert known
    await story.leaves("sanne")
    assert await story.write(lambda db: references.of(db, story.tenant, "a:1")) is None
