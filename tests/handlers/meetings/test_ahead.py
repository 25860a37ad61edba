"""What is coming can be looked at and changed long before its agenda goes out."""

from registers import plans
from story import Story, form, reply

from storage.tables import Meeting

KINDS = ("operational", "tactical", "strategic", "demo", "progress")


async def test_every_series_shows_its_next_time_with_its_number(story: Story) -> None:
    await story.agreed()
    await plans(story, *KINDS)
    said = reply(await story.asks("sanne", "agenda"))
    for line in ("· tactisch overleg: donderdag 11 maart 2027, 10:00", "· strategisch overleg: donderdag"):
        assert line in said
    rows = await story.rows(Meeting)
    assert "OV-1 · werkoverleg: dinsdag 9 maart 2027, 10:00" in said
    assert {row.series.kind for row in rows} == set(KINDS)
    assert all(f"-{row.item.number} · " in said for row in rows if row.item.state == "planned")


async def test_a_meeting_is_moved_from_there_before_anybody_was_sent_an_agenda(story: Story) -> None:
    await story.agreed()
    await plans(story, "tactical")
    await story.asks("sanne", "agenda")
    opened = form(await story.presses("sanne", "postpone"))
    await story.fills_in("sanne", opened, date="2027-03-16", time="14:00", reason="Sanne is donderdag weg")
    (row, *_) = sorted(await story.rows(Meeting), key=lambda row: row.id)
    assert row.starts_at.isoformat() == "2027-03-16T13:00:00+00:00"
    assert "dinsdag 16 maart 2027, 14:00" in reply(await story.asks("karim", "agenda"))


async def test_its_details_are_one_press_away(story: Story) -> None:
    await story.agreed()
    await plans(story, "tactical")
    await story.asks("sanne", "agenda")
    assert "OV-1 · Tactisch overleg" in reply(await story.presses("sanne", "open_item"))
