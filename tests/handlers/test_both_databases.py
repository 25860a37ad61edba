"""One long story, told on each database that can be chosen: all the rest is told on SQLite alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from registers import changes, plans
from story import (
    DEFERRAL,
    GOOD,
    IMPACT,
    MONDAY,
    NORMALISING,
    SECOND_SUPPLIER,
    Story,
    form,
    member,
    refused,
    reply,
    words,
)

from handlers.vocabulary import Archived, Moved, Reply, Unarchived
from prompts import phrasebook
from storage import effect
from storage.database import EVERYWHERE, Database, opened
from storage.migrate import upgrade
from storage.tables import Meeting, Nudge, Recent, Tombstone

NL = phrasebook("nl")


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of its own."""
    postgres = request.param == "postgresql"
    url = str(request.getfixturevalue("postgres_url")) if postgres else f"sqlite:///{tmp_path / 'story.db'}"
    with opened(url) as database:
        upgrade(database.writing)
        yield database


async def test_a_week_in_a_channel(fresh: Database) -> None:
    story = Story(fresh)
    await story.agreed()
    await story.says("sanne", IMPACT)
    message = await story.says("karim", NORMALISING)
    await story.says("lotte", DEFERRAL, thread="t1")
    await story.later(minutes=2)
    assert story.tips == [("karim", "normalising")]
    await story.edits(message, GOOD)
    assert story.withdrawn == [story.tip.key]

    await story.later(days=1)
    await story.says("lotte", DEFERRAL, thread="t1")
    await story.later(minutes=2)
    opened_form = form(await story.presses("lotte", "promise"))
    assert list(refused(await story.fills_in("lotte", opened_form, what="Uitzoeken", date="gauw"))) == ["date"]
    await story.fills_in("lotte", opened_form, what="Uitzoeken", date="2027-03-05")
    await story.presses("karim", "allow")
    assert NL.say("register.footer") in story.said[-1]
    assert await story.outcomes() == ["repaired", "promised", "made_good"]
    tips = await fresh.read(EVERYWHERE, lambda db: effect.measured(db, effect.agreed(db), MONDAY))
    assert [(tip.pattern, tip.person, sorted(tip.followed)) for tip in tips] == [
        ("normalising", "karim", ["repaired"]),
        ("vague_deferral", "lotte", ["made_good", "promised"]),
    ]

    await story.asks("sanne", "pauze", "4u")
    await story.later(hours=5)
    assert story.said[-1] == NL.say("choices.pause_over")
    await story.joins(member("noor", SECOND_SUPPLIER))
    assert not await story.listens()
    await story.agrees("noor", "supplier")
    assert await story.listens()

    await story.says("karim", NORMALISING)
    assert "wennen" in await story.everything()
    await story.later(hours=3)
    assert await story.rows(Recent) == []
    await story.presses("karim", "privacy_erase", about="")
    everything = await story.everything()
    assert "karim" not in everything
    assert "wennen" not in everything
    assert {nudge.member_id is None for nudge in await story.rows(Nudge)} == {True, False}
    assert NL.say("consent.status.listening") in reply(await story.asks("sanne", "status"))

    await story.befalls(Archived)
    await story.befalls(Unarchived)
    await story.befalls(Moved, to="C2")
    story.channel = "C2"
    await story.presses("sanne", "go_on")
    assert await story.listens()
    await story.fills_in("sanne", form(await story.asks("sanne", "einde")), days="7", mandate="yes")
    await story.fills_in("noor", form(await story.presses("noor", "end")), mandate="yes")
    assert not await story.listens()
    await story.later(days=8)
    await story.later(minutes=1)
    assert "sanne" not in await story.everything()
    assert len(await story.rows(Tombstone)) == 1


async def test_a_series_that_changes_and_who_cannot_come(fresh: Database) -> None:
    story = Story(fresh)
    await story.agreed()
    await plans(story, "operational", "tactical")
    await changes(story, "operational", weekday="TH")
    await changes(story, "operational", weekday="TU", at="11:00")
    rows = [row for row in await story.rows(Meeting) if row.series.kind == "operational"]
    assert sorted((row.ruled, row.item.state, row.sequence) for row in rows) == [
        ("2027-03-09", "planned", 2),
        ("2027-03-11", "called_off", 1),
    ]
    (planned,) = [row for row in rows if row.item.state == "planned"]
    asked = form(await story.presses("sanne", "cannot", str(planned.item_id)))
    await story.fills_in("sanne", asked, stand_in="ahmed")
    (shown,) = await story.asks("karim", "open", f"OV-{planned.item.number}")
    assert isinstance(shown, Reply)
    assert "Kan niet: ahmed vervangt sanne" in words(shown.card)
    await story.until("2027-03-08T15:00:00+01:00")
    await changes(story, "operational", stop="yes")
    await story.until("2027-03-12T12:00:00+01:00")
    assert [row.item.state for row in await story.rows(Meeting) if row.series.kind == "operational"] == [
        "called_off",
        "called_off",
    ]
