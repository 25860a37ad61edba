"""Who may do what on the ladder of an escalation: side and role decide, and no side gets stuck without a role."""

import pytest
from registers import climbs, files, filled_in, has_role, stands
from story import Story, form, member, names, refused

from handlers.register.kinds import KINDS
from prompts import phrasebook
from storage.tables import Item, Member

NL = phrasebook("nl")
KIND = KINDS["escalation"]
LEAD = {"": NL.say("register.refused.lead")}


async def escalated(story: Story, *, by: str = "sanne", roles: bool = True) -> None:
    """Somebody rang about something and told so; on each side one may commit, unless nobody has a role at all."""
    await story.agreed()
    if roles:
        await has_role(story, "lotte", "service")
        await has_role(story, "karim", "responder")
        await has_role(story, "ahmed", "contract")
        await has_role(story, "sanne", "key_user")
    else:
        await story.write(lambda db: db.query(Member).update({"role": None}))
    await files(story, KIND, who=by)
    await takes(story, by, "outcome", outcome="Gebeld", date="2027-03-15")


async def takes(story: Story, who: str, step: str, **answers: str) -> None:
    """Somebody takes a step, with what its form asks."""
    shown = await story.presses(who, step, "1")
    if answers:
        await story.fills_in(who, form(shown), **answers)


async def now(story: Story) -> tuple[str, str]:
    """How it stands, and on which step."""
    (row,) = await story.rows(Item)
    return row.state, row.words["rung"]


async def test_it_is_settled_only_by_who_may_commit_on_both_sides(story: Story) -> None:
    await escalated(story)
    assert refused(await story.presses("sanne", "settle", "1")) == LEAD
    await takes(story, "ahmed", "settle")
    assert refused(await story.presses("karim", "agree_settle", "1")) == LEAD
    assert (await now(story))[0] == "told"
    await takes(story, "lotte", "agree_settle")
    assert (await now(story))[0] == "settled"


async def test_a_step_is_skipped_only_by_who_may_commit_on_both_sides(story: Story) -> None:
    await escalated(story)
    assert refused(await story.presses("karim", "skip", "1")) == LEAD
    await takes(story, "lotte", "skip", reason="Dit ligt hoger")
    assert refused(await story.presses("sanne", "agree_skip", "1")) == LEAD
    await takes(story, "ahmed", "agree_skip")
    assert await now(story) == ("open", "2")


async def test_only_who_may_commit_climbs(story: Story) -> None:
    await escalated(story)
    await story.until("2027-03-17T12:00:00+01:00")
    assert refused(await story.presses("sanne", "climb", "1")) == LEAD
    await takes(story, "ahmed", "climb")
    assert await now(story) == ("open", "2")


async def test_a_forged_form_settles_nothing_either(story: Story) -> None:
    await escalated(story)
    skip = next(step for step in KIND.steps if step.name == "skip")
    assert refused(await story.sends("karim", "step", filled_in(skip.asks), "1 skip")) == LEAD
    assert "proposed" not in (await story.rows(Item))[0].words


@pytest.mark.parametrize(("who", "state"), [("sanne", "withdrawn"), ("ahmed", "withdrawn"), ("noor", "told")])
async def test_who_escalated_or_may_commit_withdraws_it(story: Story, who: str, state: str) -> None:
    await escalated(story)
    await story.joins(member("noor", "waterveen"))
    await takes(story, who, "withdraw")
    assert (await now(story))[0] == state


async def test_what_a_side_prepares_for_itself_is_for_anyone_of_that_side(story: Story) -> None:
    await story.agreed()
    await has_role(story, "ahmed", "contract")
    await files(story, KIND, who="ahmed")
    shown = (await story.asks("sanne", "open", "OP-1"))[0].card  # type: ignore[union-attr]
    assert {"sheet", "plan_call", "outcome"} <= set(names(shown))
    assert "settle" not in names(shown)


async def test_where_nobody_has_a_role_anyone_of_that_side_goes_on(story: Story) -> None:
    await escalated(story, roles=False)
    await takes(story, "ahmed", "skip", reason="Dit ligt hoger")
    await takes(story, "lotte", "agree_skip")
    assert await now(story) == ("open", "2")
    await takes(story, "ahmed", "settle")
    assert (await now(story))[0] == "open"


@pytest.mark.parametrize("step", ["climb", "skip"])
async def test_from_the_last_step_there_is_no_next_whoever_asks(story: Story, step: str) -> None:
    await escalated(story, roles=False)
    item = (await story.rows(Item))[0]
    await climbs(story, item, 6)
    await stands(story, item, "over" if step == "climb" else "told")
    assert refused(await story.presses("sanne", step, "1")) == {"": NL.say("register.refused.either")}
