"""The bot left the channel of a meeting: its agenda goes to another one, or who organises it hears so."""

from typing import Any

from registers import plans
from sqlalchemy import select
from story import Story, words

from handlers.vocabulary import Say, Whisper
from prompts import phrasebook
from storage.tables import Channel, Meeting, Member, Project

NL = phrasebook("nl")


async def planned(story: Story, *, other: bool) -> None:
    """The weekly meeting is planned; the project has another channel, or not; and the bot leaves the first one."""
    await story.agreed()
    await plans(story, "operational")

    def write(db: Any) -> None:
        (project,) = db.scalars(select(Project))
        for member in db.scalars(select(Member)):
            member.role = {"karim": "service", "sanne": "it", "ahmed": "key_user"}.get(member.person)
        if other:
            db.add(Channel(tenant=project.tenant, project=project, channel="C9", listening=True, joined_at=story.now))

    await story.write(write)
    await story.leaves()
    story.sent.clear()


def agendas(story: Story) -> list[Say]:
    return [e for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]


def told(story: Story) -> list[str]:
    """What who organises it hears about the channel."""
    said = [words(e.card) for e in story.sent if isinstance(e, Whisper) and e.who.id == "karim"]
    return [each for each in said if NL.say("meetings.hears.no_channel") in each]


async def test_its_agenda_goes_to_another_channel_of_the_project(story: Story) -> None:
    await planned(story, other=True)
    await story.until("2027-03-08T15:00:00+01:00")
    (agenda,) = agendas(story)
    assert agenda.place.channel == "C9"
    assert told(story) == []
    (first, *_) = await story.rows(Meeting)
    assert first.item.channel == "C9"


async def test_without_one_who_organises_it_hears_so_once(story: Story) -> None:
    await planned(story, other=False)
    await story.until("2027-03-08T15:00:00+01:00")
    assert agendas(story) == []
    assert len(told(story)) == 1
    await story.until("2027-03-15T15:00:00+01:00")
    assert len(told(story)) == 1
