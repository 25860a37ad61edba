"""Who cannot come says so; who goes in their place knows; and a side hears in time that somebody is missing."""

from typing import Any

import pytest
from registers import changes, files, plans, stands
from sqlalchemy import select
from story import Story, buttons, form, refused, reply, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Replace, Reply, Say, Whisper
from storage.tables import Item, Meeting, Member

LACKS = "Bij dit overleg ontbreekt nog"
ROLES = {"karim": "service", "sanne": "it", "ahmed": "key_user"}


async def has_roles(story: Story, **roles: str) -> None:
    """Everybody has their role."""

    def give(db: Any) -> None:
        for member in db.scalars(select(Member)):
            member.role = (ROLES | roles).get(member.person)

    await story.write(give)


async def first_meeting(story: Story) -> Meeting:
    """The meeting that is next."""
    rows = [row for row in await story.rows(Meeting) if row.item.state == "planned"]
    first = min(rows, key=lambda row: row.starts_at)
    assert isinstance(first, Meeting)
    return first


async def cannot(story: Story, who: str, stand_in: str = "") -> Any:
    """Somebody cannot come to the next meeting."""
    meeting = await first_meeting(story)
    asked = form(await story.presses(who, "cannot", str(meeting.item_id)))
    return await story.fills_in(who, asked, stand_in=stand_in)


async def on_the_card(story: Story, who: str = "sanne") -> str:
    """The card of the next meeting, as somebody sees it."""
    meeting = await first_meeting(story)
    (shown,) = await story.asks(who, "open", f"OV-{meeting.item.number}")
    assert isinstance(shown, Reply)
    return words(shown.card)


def told(story: Story, who: str, key: str = "gap:") -> list[str]:
    """What somebody was told in private, at once or in their morning; as it says by itself that somebody is missing."""
    return [words(each.card) for each in whispers(story, who, key)]


def whispers(story: Story, who: str, key: str = "gap:") -> list[Whisper]:
    """The same as it was sent."""
    private = [each for each in story.sent if isinstance(each, Whisper) and each.who.id == who]
    return [each for each in private if each.key.startswith(key) or (key == "gap:" and LACKS in words(each.card))]


def agendas(story: Story) -> list[str]:
    """What everyone was sent."""
    return [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]


async def until_the_agenda(story: Story) -> str:
    """Time passes until the next agenda."""
    story.sent.clear()
    while not agendas(story):
        await story.later(hours=6)
    return agendas(story)[0]


async def test_who_cannot_come_stands_on_the_card_with_who_goes_instead(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    story.sent.clear()
    await cannot(story, "sanne", stand_in="ahmed")
    assert "Kan niet: ahmed vervangt sanne" in await on_the_card(story)
    assert "in iemands plaats" in told(story, "ahmed", "stand_in:")[0]


async def test_the_last_word_of_each_counts(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await cannot(story, "sanne", stand_in="ahmed")
    await cannot(story, "karim")
    await cannot(story, "ahmed")
    assert "Kan niet: sanne, karim, ahmed" in await on_the_card(story)
    meeting = await first_meeting(story)
    await story.presses("sanne", "can", str(meeting.item_id))
    assert "Kan niet: karim, ahmed" in await on_the_card(story)


@pytest.mark.parametrize("stand_in", ["sanne", "karim"])
async def test_only_somebody_else_of_the_same_side_can_stand_in(story: Story, stand_in: str) -> None:
    await story.agreed()
    await plans(story, "operational")
    assert refused(await cannot(story, "sanne", stand_in=stand_in)) == {
        "stand_in": "Kies iemand anders van je eigen kant."
    }


async def test_who_must_be_there_and_cannot_is_missing_and_their_side_alone_hears_it_when_preparation_begins(
    story: Story,
) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    story.sent.clear()
    await cannot(story, "ahmed")
    assert (told(story, "sanne"), told(story, "karim")) == ([], [])
    await story.until("2027-03-05T10:00:00+01:00")
    (said,) = told(story, "sanne")
    assert "de rol “sleutelgebruiker” bij de klant: afgemeld, zonder vervanger" in said
    assert told(story, "karim") == []
    agenda = await until_the_agenda(story)
    assert "Ontbreekt nog" in agenda
    assert "“sleutelgebruiker” bij de klant: afgemeld" in agenda
    assert told(story, "sanne") == []


async def test_who_says_so_later_is_told_of_at_once_and_the_agenda_that_was_sent_says_it(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await until_the_agenda(story)
    story.sent.clear()
    await cannot(story, "karim")
    assert len(told(story, "karim")) == 1
    (shown,) = [words(e.card) for e in story.sent if isinstance(e, Replace)]
    assert "“service- of delivery manager” bij de leverancier: afgemeld" in shown
    story.sent.clear()
    await cannot(story, "karim", stand_in="lotte")
    (shown,) = [words(e.card) for e in story.sent if isinstance(e, Replace)]
    assert "afgemeld" not in shown


async def test_a_role_that_two_have_is_there_when_one_of_them_is(story: Story) -> None:
    await story.agreed()
    await has_roles(story, lotte="service")
    await plans(story, "operational")
    await cannot(story, "karim")
    assert "afgemeld" not in await until_the_agenda(story)


async def test_at_the_top_nobody_sends_somebody_else_twice_in_a_row(story: Story) -> None:
    await story.agreed()
    await has_roles(story, karim="sponsor", sanne="sponsor")
    await plans(story, "strategic")
    await changes(story, "strategic", often="month", weekday="MO", week="1", first="2027-03-02")
    await cannot(story, "sanne", stand_in="ahmed")
    assert "tweede keer" not in await until_the_agenda(story)
    await story.until("2027-04-06T12:00:00+02:00")
    await cannot(story, "sanne", stand_in="ahmed")
    assert "opdrachtgever of directeur” bij de klant: voor de tweede keer" in await until_the_agenda(story)


@pytest.mark.parametrize("kind", ["tactical", "strategic"])
async def test_an_improvement_waits_for_both_who_answer_for_it(story: Story, kind: str) -> None:
    await story.agreed()
    await has_roles(story)
    item = await files(story, KINDS["improvement"], who="karim", owner="karim", second="ahmed")
    await stands(story, item, "under_way")
    await plans(story, kind)
    await cannot(story, "ahmed", stand_in="sanne")
    agenda = await until_the_agenda(story)
    (line,) = [line for line in agenda.splitlines() if "• VB-1" in line]
    assert line.endswith("Gaat naar de volgende keer: een van de twee verantwoordelijken kan niet.")


async def test_who_is_forgotten_stands_on_no_card_any_more(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    await cannot(story, "ahmed")
    await story.presses("ahmed", "privacy_erase", "")
    assert "ahmed" not in await on_the_card(story)


async def test_a_meeting_is_called_by_its_kind_in_the_language_of_the_reader(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    assert (await on_the_card(story)).startswith("OV-1 · Werkoverleg\n")

    def english(db: Any) -> None:
        for member in db.scalars(select(Member).where(Member.person == "sanne")):
            member.language = "en"

    await story.write(english)
    assert (await on_the_card(story)).startswith("OV-1 · Operational meeting\n")
    assert "operational meeting" in reply(await story.asks("sanne", "open"))


async def test_nobody_prepares_for_what_is_called_off(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await story.until("2027-03-05T10:00:00+01:00")
    meeting = await first_meeting(story)
    asked = form(await story.presses("karim", "call_off", str(meeting.item_id)))
    await story.fills_in("karim", asked, reason="Vakantie")
    (task,) = [item for item in await story.rows(Item) if item.kind == "preparation"]
    assert task.state == "missed"


async def test_without_both_who_answer_for_an_improvement_it_is_reported_in_time_with_a_way_to_move_the_meeting(
    story: Story,
) -> None:
    await story.agreed()
    await has_roles(story)
    item = await files(story, KINDS["improvement"], who="karim", owner="karim", second="ahmed")
    await stands(story, item, "under_way")
    await plans(story, "tactical")
    await changes(story, "tactical", often="month", week="4", weekday="TH")
    await cannot(story, "ahmed", stand_in="sanne")
    assert (told(story, "karim"), told(story, "sanne")) == ([], [])
    # Ten working days before Thursday the 25th the supplier is asked to prepare: there is time to mend it.
    await story.until("2027-03-11T12:00:00+01:00")
    for who in ("karim", "sanne"):
        (said,) = told(story, who)
        assert "wie bij de klant verantwoordelijk is voor VB-1: afgemeld" in said
    whisper = whispers(story, "karim")[-1]
    move = next(each for each in buttons(whisper.card.parts) if each.name == "postpone")
    assert not move.menu
    opened = form(await story.presses("karim", move.name, move.about))
    await story.fills_in("karim", opened, date="2027-03-29", time="10:00", reason="Ahmed is er dan")
    assert (await first_meeting(story)).starts_at.isoformat() == "2027-03-29T08:00:00+00:00"
    story.sent.clear()
    meeting = await first_meeting(story)
    await story.presses("ahmed", "can", str(meeting.item_id))
    agenda = await until_the_agenda(story)
    assert "Gaat naar de volgende keer" not in agenda
    assert "afgemeld" not in agenda


@pytest.mark.parametrize(("kind", "state"), [("operational", "under_way"), ("tactical", "closed")])
async def test_who_answers_for_an_improvement_is_only_missed_where_it_is_spoken_of(
    story: Story, kind: str, state: str
) -> None:
    await story.agreed()
    await has_roles(story, lotte="service", ahmed="it")
    item = await files(story, KINDS["improvement"], who="karim", owner="karim", second="ahmed")
    await stands(story, item, state)
    await plans(story, kind)
    await cannot(story, "karim")
    await story.until("2027-03-08T16:00:00+01:00")
    assert not [said for who in ("karim", "sanne") for said in told(story, who) if "VB-1" in said]
