"""The day on which the service goes live: an exercise before it, evaluations after it, and all of it moves along."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from registers import changes, plans
from sqlalchemy import select
from story import MONDAY, Story, copied, form, names, refused, reply, words
from test_calendar_feed import events, published

from bot import clock
from bot.__main__ import main
from handlers.meetings import outlook
from handlers.vocabulary import OpenForm, Reply, Say
from prompts import phrasebook
from storage.database import EVERYWHERE
from storage.tables import Entry, Meeting, Project, Series

NL = phrasebook("nl")


async def ahead(story: Story, kind: str, at_most: int = 5) -> list[str]:
    """When the next meetings of a kind are, as everybody who looks ahead is shown."""

    def look(db: Any) -> list[str]:
        (series,) = db.scalars(select(Series).where(Series.kind == kind))
        return [f"{each.day}" for each in outlook.coming(db, series, story.now, at_most)]

    days: list[str] = await story.database.read(EVERYWHERE, look)
    return days


async def goes_live(story: Story, day: str, who: str = "karim") -> list[Any]:
    """Somebody says when it goes live, with the button below the meetings of the project."""
    await story.asks(who, "meeting")
    opened = form(await story.presses(who, "go_live"))
    return await story.fills_in(who, opened, live=day)


def told(story: Story) -> list[str]:
    return [words(e.card) for e in story.sent if isinstance(e, Say) and e.key.startswith("series:")]


async def called(story: Story, name: str) -> Meeting:
    (row,) = [row for row in await story.rows(Meeting) if row.ruled == name]
    assert isinstance(row, Meeting)
    return row


async def test_evaluations_come_six_weeks_and_three_months_after_it_and_then_each_half_year(story: Story) -> None:
    await story.agreed()
    await plans(story, "evaluation", live="2027-06-01")
    # The 13th of July and the last of August are six and thirteen weeks later; February is half a year after August.
    assert await ahead(story, "evaluation") == ["2027-07-13", "2027-08-31", "2028-02-03", "2028-08-03", "2029-02-01"]
    assert (await story.rows(Project))[0].goes_live_on == "2027-06-01"


async def test_what_the_rule_puts_close_to_it_gives_way(story: Story) -> None:
    await story.agreed()
    await plans(story, "evaluation", live="2027-04-01")
    # Without it there would be one on the 4th of March, four weeks before going live, and one in September.
    assert await ahead(story, "evaluation", 4) == ["2027-05-13", "2027-07-01", "2028-01-06", "2028-07-06"]


async def test_the_first_exercise_is_before_going_live_and_then_there_is_one_each_year(story: Story) -> None:
    await story.agreed()
    await plans(story, "simulation", live="2027-06-01")
    assert await ahead(story, "simulation", 3) == ["2027-05-04", "2028-05-08", "2029-05-14"]


async def test_an_exercise_that_can_still_be_prepared_comes_as_late_as_that_takes(story: Story) -> None:
    """Four weeks before the first of April is Thursday: fifteen working days of preparing come first."""
    await story.agreed()
    await plans(story, "simulation", live="2027-04-01")
    assert (await ahead(story, "simulation"))[0] == "2027-03-23"
    (row,) = await story.rows(Meeting)
    await story.until("2027-03-02T10:00:00+01:00")
    tasks = [item.due_on for item in await story.rows(type(row.item)) if item.kind == "preparation"]
    assert tasks == ["2027-03-16", "2027-03-16"]


async def test_where_no_exercise_fits_before_it_people_hear_so(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "meeting"))
    answers = await story.fills_in("karim", opened, kinds="simulation", live="2027-03-15")
    assert reply(answers) == NL.say("meetings.live.too_late")
    assert all(day > "2027-03-15" or day == "2027-03-08" for day in await ahead(story, "simulation"))
    assert (await story.rows(Series))[0].extra is None


async def test_when_the_day_moves_what_was_not_held_moves_along(story: Story) -> None:
    await story.agreed()
    await plans(story, "simulation", "evaluation", live="2027-04-15")
    before = await called(story, "live-4")
    calendar_before = events(await published(story))
    story.sent.clear()
    assert await goes_live(story, "2027-05-18", who="sanne") == []
    after = await called(story, "live-4")
    assert (before.id, before.sequence) == (after.id, 0)
    assert (after.sequence, after.starts_at.date().isoformat()) == (1, "2027-04-20")
    steps = [(e.step, e.words) for e in await story.rows(Entry) if e.item_id == after.item_id]
    assert steps[-1] == ("follows", {"before": "2027-03-23", "date": "2027-04-20"})
    assert (await ahead(story, "evaluation"))[:2] == ["2027-06-29", "2027-08-17"]
    (said,) = told(story)
    assert "sanne heeft de dag van livegang gezet: dinsdag 18 mei 2027." in said
    assert "ketenoefening: dinsdag 20 april 2027, 10:00" in said
    calendar_after = events(await published(story))
    for name in ("live-4", "live+6", "live+13"):
        (uid,) = [each for each in calendar_before if name in each]
        assert calendar_after[uid]["SEQUENCE"] > calendar_before[uid]["SEQUENCE"], name
        assert calendar_after[uid].start > calendar_before[uid].start


async def test_what_was_held_stays_and_is_not_held_again(story: Story) -> None:
    await story.agreed()
    await plans(story, "evaluation", live="2027-03-02")
    await story.until("2027-04-14T12:00:00+02:00")
    assert (await called(story, "live+6")).item.state == "over"
    await goes_live(story, "2027-04-20")
    held = await called(story, "live+6")
    assert (held.item.state, held.starts_at.date().isoformat()) == ("over", "2027-04-13")
    assert (await ahead(story, "evaluation", 2)) == ["2027-07-20", "2028-01-06"]


async def test_what_people_moved_or_called_off_follows_the_day_as_well(story: Story) -> None:
    await story.agreed()
    await plans(story, "simulation", live="2027-04-15")
    first = await called(story, "live-4")
    opened = form(await story.presses("karim", "postpone", str(first.item_id)))
    await story.fills_in("karim", opened, date="2027-03-25", time="13:00", reason="De zaal was bezet")
    await goes_live(story, "2027-05-18")
    assert (await called(story, "live-4")).starts_at.date().isoformat() == "2027-04-20"
    opened = form(await story.presses("karim", "call_off", str(first.item_id)))
    await story.fills_in("karim", opened, reason="De livegang verschuift")
    await goes_live(story, "2027-06-15")
    again = await called(story, "live-4")
    assert (again.item.state, again.starts_at.date().isoformat()) == ("planned", "2027-05-18")


async def test_a_day_that_nobody_knows_any_more_leaves_the_rhythm_as_it_was(story: Story) -> None:
    await story.agreed()
    await plans(story, "evaluation")
    usual = await ahead(story, "evaluation")
    await goes_live(story, "2027-06-01")
    assert await ahead(story, "evaluation") != usual
    story.sent.clear()
    await goes_live(story, "")
    assert await ahead(story, "evaluation") == usual
    assert "nog niet bekend" in told(story)[0]
    assert reply(await goes_live(story, "")) == NL.say("meetings.changed.nothing")


async def test_a_project_that_is_live_for_long_keeps_its_rhythm(story: Story) -> None:
    await story.agreed()
    await plans(story, "evaluation", "simulation")
    usual = [await ahead(story, kind) for kind in ("evaluation", "simulation")]
    await goes_live(story, "2025-02-01")
    assert [await ahead(story, kind) for kind in ("evaluation", "simulation")] == usual


async def test_who_went_live_a_month_ago_still_gets_the_evaluations_that_are_to_come(story: Story) -> None:
    await story.agreed()
    await plans(story, "evaluation", live="2027-02-02")
    assert await ahead(story, "evaluation", 3) == ["2027-03-16", "2027-05-04", "2027-11-04"]


@pytest.mark.parametrize("day", ["gisteren", "2027-02-30", "2040-01-01", "x" * 400])
async def test_a_day_that_cannot_be_is_refused_at_its_field(story: Story, day: str) -> None:
    await story.agreed()
    await plans(story, "evaluation")
    assert set(refused(await goes_live(story, day))) == {"live"}
    opened = form(await story.presses("karim", "meeting_add", ""))
    assert set(refused(await story.fills_in("karim", opened, kinds="demo", live=day))) == {"live"}
    assert (await story.rows(Project))[0].goes_live_on is None


async def test_the_list_says_when_it_goes_live_only_where_that_matters(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    (shown,) = await story.asks("karim", "meeting")
    assert isinstance(shown, Reply)
    assert "go_live" not in names(shown.card)
    await plans(story, "evaluation")
    (shown,) = await story.asks("karim", "meeting")
    assert isinstance(shown, Reply)
    assert "Livegang: nog niet bekend" in words(shown.card)
    await goes_live(story, "2027-06-01")
    assert "Livegang: dinsdag 1 juni 2027" in reply(await story.asks("sanne", "meeting"))


async def test_the_preview_shows_it_as_it_will_happen(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    await story.agreed()
    await plans(story, "evaluation", "simulation", live="2027-04-15")
    await extra(story, "simulation", "2027-06-09")
    path = tmp_path / "samenspraak.db"
    await story.database.alone(lambda engine: copied(engine, path))
    asked = ["meetings", "preview", "--project", "1", "--from", "2027-03-01", "--to", "2027-07-31", "--json"]
    result = CliRunner().invoke(main, [*asked, "--database", f"sqlite:///{path}"])
    shown = json.loads(result.stdout)
    assert [(each["kind"], each["local_date"]) for each in shown] == [
        ("simulation", "2027-03-23"),
        ("evaluation", "2027-05-27"),
        ("simulation", "2027-06-09"),
        ("evaluation", "2027-07-15"),
    ]
    await story.until("2027-08-01T00:00:00+02:00")
    held = sorted(row.starts_at for row in await story.rows(Meeting) if row.item.state == "over")
    assert held == [datetime.fromisoformat(each["start"]) for each in shown]


# --- Once more


async def extra(story: Story, kind: str, day: str, who: str = "karim", reason: str = "Nieuwe kassa") -> list[Any]:
    """Somebody plans a series once more."""
    (row,) = [each for each in await story.rows(Series) if each.kind == kind]
    answers = await story.presses(who, "extra", f"{row.project_id} {row.id}")
    if not isinstance(answers[0], OpenForm):
        return answers
    return await story.fills_in(who, form(answers), date=day, reason=reason)


async def test_after_a_large_change_there_is_one_extra_and_the_rhythm_goes_on(story: Story) -> None:
    await story.agreed()
    await plans(story, "simulation")
    usual = await ahead(story, "simulation", 2)
    assert await extra(story, "simulation", "2027-06-01") == []
    assert await ahead(story, "simulation", 3) == [usual[0], "2027-06-01", usual[1]]
    assert told(story)[-1] == (
        "karim heeft een extra ketenoefening gepland: dinsdag 1 juni 2027, 10:00. Reden: Nieuwe kassa"
    )
    await story.until("2027-05-11T12:00:00+02:00")
    prepared = [e for e in await story.rows(Meeting) if e.ruled == "extra-1"]
    assert prepared[0].item.words["preparation_supplier"]
    await extra(story, "simulation", "2027-09-01")
    assert (await story.rows(Series))[0].extra == {"extra-1": "2027-06-01", "extra-2": "2027-09-01"}


async def test_an_extra_one_outlives_a_change_of_the_rule_and_of_going_live(story: Story) -> None:
    await story.agreed()
    await plans(story, "simulation")
    await extra(story, "simulation", "2027-06-01")
    await changes(story, "simulation", weekday="MO", week="1", at="09:00")
    await goes_live(story, "2027-09-01")
    assert (await ahead(story, "simulation", 2)) == ["2027-06-01", "2027-08-04"]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2027-02-01", "register.refused.date"),
        ("2030-02-01", "register.refused.date"),
        ("", "register.refused.date"),
        ("2027-03-08", "meetings.refused.same_day"),
    ],
)
async def test_an_extra_one_needs_a_day_that_is_free(story: Story, day: str, why: str) -> None:
    await story.agreed()
    await plans(story, "simulation")
    assert refused(await extra(story, "simulation", day)) == {"date": NL.say(why)}
    assert (await story.rows(Series))[0].extra is None
