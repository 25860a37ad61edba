"""What people hear in private of a meeting: in their own working hours, and as soon as it helps."""

from typing import Any

from registers import plans
from sqlalchemy import select
from story import Story, form, names, reply, words
from test_attending import cannot, first_meeting, has_roles, on_the_card, told, until_the_agenda

from handlers.vocabulary import Say, Whisper
from storage.tables import Item, Meeting, Member

NEW_YORK = "America/New_York"


async def lives_in(story: Story, zone: str, *people: str) -> None:
    """These people have this clock."""

    def move(db: Any) -> None:
        for member in db.scalars(select(Member).where(Member.person.in_(people))):
            member.zone = zone

    await story.write(move)


async def over(story: Story, kind: str) -> Meeting:
    """The first meeting of a kind was held."""
    while True:
        for row in await story.rows(Meeting):
            if row.item.state == "over" and row.series.kind == kind:
                assert isinstance(row, Meeting)
                return row
        await story.later(hours=1)


def whispers_to(story: Story, who: str) -> list[str]:
    """All that somebody was told in private, whatever about."""
    return [words(e.card) for e in story.sent if isinstance(e, Whisper) and e.who.id == who]


async def test_a_side_hears_of_a_role_that_nobody_has_when_preparation_begins_and_how_to_give_it(story: Story) -> None:
    await story.agreed()
    await has_roles(story, ahmed="")
    await plans(story, "operational")
    story.sent.clear()
    await story.until("2027-03-05T10:00:00+01:00")
    (said,) = told(story, "sanne")
    assert "de rol “sleutelgebruiker” bij de klant: niemand" in said
    assert "Met /spraak instellen geef je iemand een rol" in said
    assert told(story, "karim") == []
    await until_the_agenda(story)
    assert told(story, "sanne") == []


async def test_of_a_vacant_role_nobody_hears_at_every_meeting(story: Story) -> None:
    await story.agreed()
    await has_roles(story, ahmed="")
    await plans(story, "operational", "demo")
    await story.later(days=21)
    assert len([said for said in told(story, "sanne") if "sleutelgebruiker" in said]) == 1


async def test_who_organises_hears_who_cannot_come_and_who_said_so_gets_a_confirmation(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    story.sent.clear()
    assert "Genoteerd: je kunt niet." in reply(await cannot(story, "sanne", stand_in="ahmed"))
    (said,) = told(story, "karim", "cannot:")
    assert "sanne kan niet bij dit overleg zijn." in said
    assert "Je bent gevraagd om in iemands plaats" in told(story, "ahmed", "stand_in")[0]
    assert not [e for e in story.sent if isinstance(e, Say)]


async def test_who_can_come_after_all_is_heard_by_who_organises_and_by_who_was_to_go(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await cannot(story, "sanne", stand_in="ahmed")
    story.sent.clear()
    await story.presses("sanne", "can", str((await first_meeting(story)).item_id))
    for who in ("karim", "ahmed"):
        assert "sanne kan toch bij dit overleg zijn." in told(story, who, "can:")[0]


async def test_nobody_is_offered_to_come_after_all_who_never_said_no(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    await cannot(story, "sanne")
    meeting = await first_meeting(story)
    for who, offered in (("sanne", True), ("ahmed", False)):
        (shown,) = await story.asks(who, "open", f"OV-{meeting.item.number}")
        assert ("can" in names(shown.card)) == offered  # type: ignore[union-attr]
    assert "Kan niet: sanne" in await on_the_card(story)


async def test_who_sleeps_is_asked_to_stand_in_in_their_own_morning(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await lives_in(story, NEW_YORK, "ahmed")
    await plans(story, "operational")
    await story.until("2027-03-04T09:30:00+01:00")
    story.sent.clear()
    await cannot(story, "sanne", stand_in="ahmed")
    assert whispers_to(story, "ahmed") == []
    await story.until("2027-03-04T15:00:00+01:00")
    (said,) = whispers_to(story, "ahmed")
    assert "Je bent gevraagd om in iemands plaats" in said
    assert "OV-1" in said
    await story.until("2027-03-05T15:30:00+01:00")
    assert len(whispers_to(story, "ahmed")) == 1


async def test_what_is_no_longer_true_in_the_morning_is_not_told(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await lives_in(story, NEW_YORK, "ahmed")
    await plans(story, "operational")
    await story.until("2027-03-04T09:30:00+01:00")
    story.sent.clear()
    await cannot(story, "sanne", stand_in="ahmed")
    asked = form(await story.presses("karim", "call_off", str((await first_meeting(story)).item_id)))
    await story.fills_in("karim", asked, reason="Vakantie")
    await story.later(days=1)
    assert whispers_to(story, "ahmed") == []


async def test_a_side_far_away_hears_of_its_gap_in_its_morning(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await lives_in(story, NEW_YORK, "sanne")
    await plans(story, "operational")
    await story.until("2027-03-08T08:30:00+01:00")
    story.sent.clear()
    await cannot(story, "ahmed")
    assert whispers_to(story, "sanne") == []
    await story.until("2027-03-08T15:00:00+01:00")
    (said,) = whispers_to(story, "sanne")
    assert "de rol “sleutelgebruiker” bij de klant: afgemeld, zonder vervanger" in said


async def test_a_verdict_is_asked_when_the_client_is_at_work(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await lives_in(story, NEW_YORK, "sanne", "ahmed")
    await plans(story, "demo")
    story.sent.clear()
    meeting = await over(story, "demo")
    posted = [e for e in story.sent if isinstance(e, Say)]
    asks = [said for said in whispers_to(story, "ahmed") if "Wat vind je van elk punt?" in said]
    assert asks == []
    await story.later(hours=6)
    asks = [said for said in whispers_to(story, "ahmed") if "Wat vind je van elk punt?" in said]
    assert len(asks) == 1
    assert [e for e in story.sent if isinstance(e, Say)] == posted
    assert f"OV-{meeting.item.number}" in asks[0]


async def test_the_other_side_hears_that_there_are_minutes_also_without_an_action(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    meeting = await over(story, "operational")
    story.sent.clear()
    asked = form(await story.presses("karim", "record", str(meeting.item_id)))
    await story.fills_in("karim", asked, decisions="De storing gaat voor", right="yes")
    for who in ("sanne", "ahmed"):
        (said,) = told(story, who, "minutes")
        assert "Er is een verslag van dit overleg." in said
        assert "De storing gaat voor" in said
    assert told(story, "karim", "") == []
    assert not [e for e in story.sent if isinstance(e, Say)]


async def test_minutes_that_the_client_made_reach_who_organised_it(story: Story) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, "operational")
    meeting = await over(story, "operational")
    story.sent.clear()
    asked = form(await story.presses("sanne", "record", str(meeting.item_id)))
    await story.fills_in("sanne", asked, decisions="De storing gaat voor", right="yes")
    (said,) = told(story, "karim", "")
    assert "De storing gaat voor" in said
    assert {item.state for item in await story.rows(Item) if item.id == meeting.item_id} == {"recorded"}
