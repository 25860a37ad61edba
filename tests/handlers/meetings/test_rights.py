"""Who may arrange meetings: by role, on either side, from one table; where roles are vacant anyone may."""

from collections.abc import Mapping
from typing import Any

import pytest
from registers import changes, plans
from sqlalchemy import select
from story import MONDAY, Story, form, names, refused

from handlers.meetings.kinds import KINDS as MEETINGS
from handlers.meetings.rights import RIGHTS
from handlers.register.kinds import ARRANGES
from handlers.routes import BUTTONS
from handlers.vocabulary import OpenForm, Reply
from prompts import phrasebook
from storage.tables import Meeting, Member, Project, Series

NL = phrasebook("nl")
NOT_YOURS = {"": NL.say("meetings.refused.arranger")}
ROLES = {"karim": "service", "sanne": "it", "ahmed": "product_owner", "lotte": "complaints"}


async def roles(story: Story, given: Mapping[str, str]) -> None:
    """Only these people have a role."""

    def give(db: Any) -> None:
        for member in db.scalars(select(Member)):
            member.role = given.get(member.person)

    await story.write(give)


async def the_series(story: Story, kind: str = "operational") -> str:
    """What the buttons of a series are about."""
    (row,) = [each for each in await story.rows(Series) if each.kind == kind]
    return f"{row.project_id} {row.id}"


async def the_meeting(story: Story) -> Meeting:
    row = (await story.rows(Meeting))[0]
    assert isinstance(row, Meeting)
    return row


@pytest.fixture
async def planned(story: Story) -> Story:
    """A weekly meeting, and everybody with another role."""
    await story.agreed()
    await plans(story, "operational", "evaluation")
    await roles(story, ROLES)
    return story


def test_the_table_names_only_what_can_be_pressed() -> None:
    assert set(RIGHTS) <= set(BUTTONS)


def test_who_must_be_there_arranges_it() -> None:
    needed = {
        kind.name: {side: tuple(role for roles in groups for role in roles) for side, groups in kind.needed.items()}
        for kind in MEETINGS.values()
    }
    assert needed == ARRANGES


@pytest.mark.parametrize(("who", "may"), [("karim", True), ("sanne", True), ("ahmed", False), ("lotte", False)])
async def test_a_series_is_changed_by_who_has_a_role_for_it_on_either_side(planned: Story, who: str, may: bool) -> None:
    about = await the_series(planned)
    for button in ("series", "extra"):
        answers = await planned.presses(who, button, about)
        assert isinstance(answers[0], OpenForm) if may else refused(answers) == NOT_YOURS
    (shown,) = await planned.asks(who, "meeting")
    assert isinstance(shown, Reply)
    assert (names(shown.card)[:2] == ["series", "extra"]) is may


@pytest.mark.parametrize("form_name", ["series", "extra", "go_live"])
async def test_a_forged_form_changes_nothing(planned: Story, form_name: str) -> None:
    about = await the_series(planned)
    opened = form(await planned.presses("karim", form_name, about if form_name != "go_live" else about.split()[0]))
    filled = {each.name: each.value for each in opened.fields}
    filled |= {"at": "11:00", "live": "2027-06-01", "date": "2027-04-01", "reason": "x"}
    for who in ("ahmed", "lotte", "stranger"):
        answers = await planned.sends(who, form_name, filled, opened.about)
        if (form_name, who) == ("go_live", "ahmed"):
            assert refused(answers) == NOT_YOURS
        assert "" in refused(answers)
    stopped = await planned.sends("ahmed", "series", {"stop": "yes"}, about)
    assert refused(stopped) == NOT_YOURS
    (row, _) = await planned.rows(Series)
    assert (row.at, row.stopped_at, row.extra) == (600, None, None)
    assert (await planned.rows(Project))[0].goes_live_on is None


@pytest.mark.parametrize("step", ["postpone", "call_off"])
async def test_one_meeting_is_moved_and_called_off_by_the_same_people(planned: Story, step: str) -> None:
    meeting = await the_meeting(planned)
    for who in ("ahmed", "lotte"):
        why = {"": NL.say("register.refused.arranger")}
        assert refused(await planned.presses(who, step, str(meeting.item_id))) == why
        filled = {"date": "2027-03-10", "time": "15:00", "reason": "Zomaar"}
        assert refused(await planned.sends(who, "step", filled, f"{meeting.item_id} {step}")) == why
    assert (await the_meeting(planned)).sequence == 0
    opened = form(await planned.presses("sanne", step, str(meeting.item_id)))
    await planned.fills_in("sanne", opened, date="2027-03-10", time="15:00", reason="Ziek")
    assert (await the_meeting(planned)).sequence == 1


async def test_everybody_says_that_they_cannot_come_and_brings_topics(planned: Story) -> None:
    meeting = await the_meeting(planned)
    for who in ("ahmed", "lotte"):
        assert form(await planned.presses(who, "cannot", str(meeting.item_id)))
        assert isinstance((await planned.asks(who, "agenda", "De printer"))[0], Reply)
        assert isinstance((await planned.asks(who, "open", f"OV-{meeting.item.number}"))[0], Reply)


async def test_where_nobody_of_a_side_has_such_a_role_everybody_there_may(planned: Story) -> None:
    await roles(planned, {"karim": "service", "lotte": "complaints"})
    assert await changes(planned, "operational", who="ahmed", at="11:00") == []
    assert refused(await planned.presses("lotte", "series", await the_series(planned))) == NOT_YOURS
    await roles(planned, {})
    assert await changes(planned, "operational", who="lotte", at="12:00") == []


@pytest.mark.parametrize("button", ["calendar_renew", "calendar_stop"])
async def test_the_address_of_the_calendar_is_for_who_may_commit(planned: Story, button: str) -> None:
    await roles(planned, ROLES | {"lisa": "contract"})
    await planned.presses("lotte", "calendar", "")
    key = (await planned.rows(Project))[0].calendar_key
    assert refused(await planned.presses("lotte", button, "1")) == {"": NL.say("meetings.refused.lead")}
    assert (await planned.rows(Project))[0].calendar_key == key
    assert key is not None
    assert isinstance((await planned.presses("karim", button, "1"))[0], Reply)
    assert (await planned.rows(Project))[0].calendar_key != key


async def test_who_begins_meetings_has_a_role_for_each_of_them(planned: Story) -> None:
    opened = form(await planned.presses("sanne", "meeting_add", ""))
    (kinds,) = [each for each in opened.fields if each.name == "kinds"]
    # A product owner there is, so the demo is theirs to begin; nobody is a sponsor, so of the rest anyone is.
    offered = [kind for kind, _ in kinds.choices]  # type: ignore[union-attr]
    assert offered == ["tactical", "strategic", "progress", "simulation", "audit"]
    forged = await planned.fills_in("sanne", opened, kinds="tactical demo")
    assert refused(forged) == {"kinds": NL.say("meetings.refused.arranger")}
    assert refused(await planned.presses("lotte", "meeting_add", "")) == NOT_YOURS
    assert len(await planned.rows(Series)) == 2
    assert planned.now == MONDAY
