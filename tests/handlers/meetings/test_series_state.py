"""Whatever people change, move and call off, what is planned is what the rule and people's own hands make of it."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from registers import changes, plans
from sqlalchemy import select
from story import NewStory, Story, form

from handlers.meetings import outlook, planning
from handlers.vocabulary import Refusal
from prompts import phrasebook
from storage.tables import Meeting, Series

CHANGES = st.one_of(
    st.fixed_dictionaries({"weekday": st.sampled_from(["MO", "TU", "TH", "SU"])}),
    st.fixed_dictionaries({"often": st.sampled_from(["week", "two_weeks", "month", "last_working_day"])}),
    st.fixed_dictionaries({"at": st.sampled_from(["08:00", "10:00", "16:30"])}),
    st.fixed_dictionaries({"on_holiday": st.sampled_from(["skip", "before", "after", "keep"])}),
)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("changes"), CHANGES),
        st.tuples(
            st.just("days_off"), st.sampled_from(["", "9 maart 2027", "9 maart 2027\n15 maart 2027 t/m 2 april 2027"])
        ),
        st.tuples(st.just("postpone"), st.sampled_from(["2027-03-10", "2027-03-11", "2027-03-16"])),
        st.tuples(st.just("call_off"), st.just("")),
        st.tuples(st.just("extra"), st.sampled_from(["2027-03-09", "2027-03-13", "2027-03-16", "2027-03-29"])),
        st.tuples(st.just("later"), st.sampled_from([1, 4, 9])),
    ),
    max_size=7,
)

NOT_FREE = ("register.refused.date", "meetings.refused.past", "meetings.refused.same_day")
"""Why a day can be no good for an extra one."""


async def happens(story: Story, what: str, how: Any) -> None:
    """Somebody does something with the series, or with its next meeting; or time passes."""
    if what == "changes":
        for answer in await changes(story, "operational", **how):
            # Only on Sundays, and none on a day off: there would be none at all.
            if isinstance(answer, Refusal):
                assert {"SU", "skip"} & set(how.values())
                assert answer.reasons == {"often": phrasebook("nl").say("meetings.refused.no_day")}
    elif what == "days_off":
        opened = form(await story.asks("karim", "setup"))
        assert not any(isinstance(each, Refusal) for each in await story.fills_in("karim", opened, days_off=how))
    elif what == "extra":
        (series,) = await story.rows(Series)
        opened = form(await story.presses("karim", "extra", f"{series.project_id} {series.id}"))
        for answer in await story.fills_in("karim", opened, date=how, reason="Nieuwe kassa"):
            assert isinstance(answer, Refusal)
            assert answer.reasons["date"] in [phrasebook("nl").say(each) for each in NOT_FREE]
    elif what == "later":
        await story.later(days=how)
    else:
        ahead = [row for row in await story.rows(Meeting) if row.starts_at > story.now and row.item.state == "planned"]
        for row in sorted(ahead, key=lambda row: row.starts_at)[:1]:
            opened = form(await story.presses("karim", what, str(row.item_id)))
            answers = {"reason": "Ziek"} | ({"date": how, "time": "13:00"} if what == "postpone" else {})
            await story.fills_in("karim", opened, **answers)


def adds_up(story: Story, db: Any) -> None:
    """What is planned and still to come stands where the rule says, or where people put it; there is always a next."""
    series = db.scalar(select(Series))
    rows = list(db.scalars(select(Meeting).where(Meeting.starts_at > story.now)))
    planned = [row for row in rows if row.item.state == "planned"]
    given = {each.name: each for each in planning.times(series, date(2027, 3, 1), date(2028, 3, 1))}
    for row in planned:
        assert row.look_at is not None
        assert row.item.words["starts"] in (row.starts_at.isoformat(), given_start(given, row))
        if not row.own_time:
            assert (row.starts_at, row.ends_at) == (given[row.ruled].starts, given[row.ruled].ends)
    assert planned
    assert len({row.ruled for row in planned}) == len(planned)
    for row in rows:
        if row.item.state == "called_off" and row.item.words.get("off") == "series" and row.ruled in given:
            assert given[row.ruled].starts <= story.now
    shown = outlook.coming(db, series, story.now, 3)
    assert [each.starts for each in shown] == sorted(each.starts for each in shown)
    assert {row.starts_at for row in planned} & {each.starts for each in shown}


def given_start(given: dict[str, Any], row: Meeting) -> str:
    """When the rule puts a meeting, as its words say it."""
    return str(given[row.ruled].starts.isoformat()) if row.ruled in given else ""


PAUSE = ("days_off", "9 maart 2027\n15 maart 2027 t/m 2 april 2027")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
@example(moves=[("later", 9), ("postpone", "2027-03-10"), PAUSE])
@example(moves=[PAUSE, ("changes", {"on_holiday": "skip"}), ("changes", {"weekday": "SU"})])
async def test_whatever_becomes_of_a_series_what_is_planned_adds_up(new_story: NewStory, moves: list[Any]) -> None:
    with new_story() as story:
        await story.agreed()
        await plans(story, "operational")
        for what, how in moves:
            await happens(story, what, how)
            await story.write(lambda db: adds_up(story, db))
