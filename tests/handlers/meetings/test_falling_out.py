"""A meeting that falls out too often goes one level up: each row of that agreement, and what is not yet too often."""

from typing import Any

import pytest
from registers import changes, plans
from sqlalchemy import select
from story import Story, buttons, form, words

from handlers.vocabulary import Say, Whisper
from storage.tables import Meeting, Member

ROLES = {"karim": "service", "sanne": "it", "ahmed": "key_user"}
OFTEN = {"often": "week", "weekday": "MO", "first": "2027-03-02"}
"""Held each week, so that a story need not last for months."""
UP = [("operational", 3, "tactical"), ("demo", 2, "tactical"), ("tactical", 2, "strategic")]
NAMES = {"operational": "werkoverleg", "demo": "demo", "tactical": "tactisch overleg"}


async def has_roles(story: Story, **roles: str) -> None:
    """Everybody has their role."""

    def give(db: Any) -> None:
        for member in db.scalars(select(Member)):
            member.role = (ROLES | roles).get(member.person)

    await story.write(give)


async def falls_out(story: Story, kind: str, who: str = "karim") -> None:
    """The next one of a kind is called off, and its day passes."""
    rows = [r for r in await story.rows(Meeting) if r.item.state == "planned" and r.series.kind == kind]
    first = min(rows, key=lambda row: row.starts_at)
    opened = form(await story.presses(who, "call_off", str(first.item_id)))
    await story.fills_in(who, opened, reason="Geen tijd")
    await story.until(max(first.ends_at, story.now))


def agendas(story: Story, name: str) -> list[str]:
    """The agendas of a kind that everyone was sent."""
    said = [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("item:")]
    return [each for each in said if name in each.partition("\n")[0]]


def told(story: Story) -> dict[str, str]:
    """Who was told apart that a meeting fell out, and what."""
    said = [e for e in story.sent if isinstance(e, Whisper) and e.key.startswith("fell_out:")]
    return {e.who.id: words(e.card) for e in said}


@pytest.mark.parametrize(("kind", "times", "above"), UP)
@pytest.mark.parametrize("enough", [True, False])
async def test_so_often_without_it_and_it_stands_on_the_agenda_one_level_up(
    story: Story, kind: str, times: int, above: str, enough: bool
) -> None:
    await story.agreed()
    await has_roles(story)
    await plans(story, kind, above)
    await changes(story, kind, **OFTEN)
    await changes(
        story, above, **(OFTEN | {"weekday": "FR", "first": "2027-03-26" if kind == "demo" else "2027-04-02"})
    )
    for _ in range(times if enough else times - 1):
        await falls_out(story, kind)
    assert told(story) == {}
    story.sent.clear()
    name = "Tactisch overleg" if above == "tactical" else "Strategisch overleg"
    if not enough:
        # The next one is held.
        await story.until("2027-03-30T12:00:00+02:00")
    while not agendas(story, name):
        await story.later(days=1)
    assert (f"Niet doorgegaan: {NAMES[kind]} ({times}×)" in agendas(story, name)[0]) is enough


@pytest.mark.parametrize(("kind", "times", "above"), UP)
async def test_where_nobody_meets_one_level_up_who_may_commit_on_both_sides_hears_it(
    story: Story, kind: str, times: int, above: str
) -> None:
    await story.agreed()
    await has_roles(story, sanne="contract")
    await plans(story, kind)
    await changes(story, kind, **OFTEN)
    for number in range(times):
        assert told(story) == {}, number
        await falls_out(story, kind)
    assert set(told(story)) == {"karim", "sanne"}
    assert f"Niet doorgegaan: {NAMES[kind]} ({times}×)" in told(story)["sanne"]


async def test_a_strategic_meeting_that_falls_out_once_is_told_to_both_sponsors_with_a_way_to_mend_it(
    story: Story,
) -> None:
    await story.agreed()
    await has_roles(story, lotte="sponsor", ahmed="sponsor")
    await plans(story, "strategic")
    await falls_out(story, "strategic")
    assert set(told(story)) == {"lotte", "ahmed"}
    assert "Niet doorgegaan: strategisch overleg" in told(story)["ahmed"]
    (said, _) = [e for e in story.sent if isinstance(e, Whisper) and e.key.startswith("fell_out:")]
    (again,) = buttons(said.card.parts)
    opened = form(await story.presses("ahmed", again.name, again.about))
    assert await story.fills_in("ahmed", opened, date="2027-04-06", reason="Alsnog") == []


async def test_where_nobody_is_sponsor_who_speaks_for_that_side_hears_it(story: Story) -> None:
    await story.agreed()
    await has_roles(story, lotte="sponsor")
    await plans(story, "strategic")
    await falls_out(story, "strategic", "sanne")
    assert set(told(story)) == {"lotte", "sanne"}


async def test_one_that_was_not_held_without_a_word_is_told_once_somebody_says_so(story: Story) -> None:
    await story.agreed()
    await has_roles(story, lotte="sponsor", ahmed="sponsor")
    await plans(story, "strategic")
    (first,) = await story.rows(Meeting)
    await story.until(first.ends_at)
    await story.later(minutes=5)
    opened = form(await story.presses("karim", "fell_out", str(first.item_id)))
    await story.fills_in("karim", opened, reason="Niemand kwam")
    assert set(told(story)) == {"lotte", "ahmed"}


async def test_who_is_not_at_work_hears_it_in_the_morning(story: Story) -> None:
    await story.agreed()
    await has_roles(story, lotte="sponsor", ahmed="sponsor")
    await plans(story, "strategic")
    await story.until("2027-03-13T22:00:00+01:00")
    (first,) = await story.rows(Meeting)
    await story.fills_in(
        "karim", form(await story.presses("karim", "call_off", str(first.item_id))), reason="Geen tijd"
    )
    heard = [e for e in story.sent if isinstance(e, Whisper) and "Niet doorgegaan" in words(e.card)]
    assert heard == []
    await story.until("2027-03-15T10:00:00+01:00")
    heard = [e for e in story.sent if isinstance(e, Whisper) and "Niet doorgegaan" in words(e.card)]
    assert {e.who.id for e in heard} == {"lotte", "ahmed"}
    assert all("Niet doorgegaan: strategisch overleg" in words(e.card) for e in heard)


@pytest.mark.parametrize("kind", ["evaluation", "simulation", "audit", "progress"])
async def test_of_the_other_kinds_nobody_makes_a_point(story: Story, kind: str) -> None:
    await story.agreed()
    await plans(story, kind)
    await falls_out(story, kind)
    assert told(story) == {}
