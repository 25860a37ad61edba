"""Improvements: both sides decide, one of each side answers for it, and whoever proposed it says that it is done."""

import pytest
from registers import files, filled_in, has_role
from story import Story, form, refused

from handlers.register.kinds import KINDS
from prompts import phrasebook
from storage.tables import Item

NL = phrasebook("nl")
IMPROVEMENT = KINDS["improvement"]


async def role(story: Story, who: str, role: str) -> None:
    """Somebody gets a role."""
    await has_role(story, who, role)


async def state(story: Story) -> str:
    """How the last item stands."""
    return str((await story.rows(Item))[-1].state)


async def test_both_who_answer_for_it_stand_on_the_card(story: Story) -> None:
    await story.agreed()
    await files(story, IMPROVEMENT, "sanne", second="lotte")
    assert "VB-1 · Verbetering" in story.said[-1]
    assert f"{NL.say('register.second')}: lotte" in story.said[-1]


@pytest.mark.parametrize(("owner", "second"), [("sanne", "ahmed"), ("karim", "lotte"), ("sanne", "sanne")])
async def test_two_of_one_side_are_refused(story: Story, owner: str, second: str) -> None:
    await story.agreed()
    opened = form(await story.asks("sanne", "verbetering"))
    answers = filled_in(IMPROVEMENT.blanks) | {"owner": owner, "second": second}
    assert refused(await story.fills_in("sanne", opened, **answers)) == {"second": NL.say("register.refused.one_side")}
    assert await story.rows(Item) == []


async def test_from_a_proposal_to_the_end(story: Story) -> None:
    await story.agreed()
    await role(story, "sanne", "contract")
    await role(story, "karim", "service")
    item = await files(story, IMPROVEMENT, "ahmed", owner="ahmed", second="lotte")
    assert item.state == "proposed"
    for who, step, after in (
        ("sanne", "decide_yes", "backed"),
        ("karim", "decide_yes", "decided"),
        ("lotte", "begin", "under_way"),
        ("ahmed", "done", "done"),
        ("ahmed", "agree_done", "closed"),
    ):
        await story.presses(who, step, "1")
        assert await state(story) == after


async def test_who_may_decide_says_yes_by_proposing_it(story: Story) -> None:
    await story.agreed()
    assert (await files(story, IMPROVEMENT, "sanne")).state == "backed"


@pytest.mark.parametrize(
    ("who", "step", "why"),
    [
        ("ahmed", "decide_yes", "own_lead"),
        ("karim", "decide_yes", "own_lead"),
        ("lotte", "decide_no", "own_lead"),
        ("lotte", "withdraw", "author"),
    ],
)
async def test_nobody_decides_for_others(story: Story, who: str, step: str, why: str) -> None:
    await story.agreed()
    await role(story, "sanne", "contract")
    await role(story, "karim", "service")
    await files(story, IMPROVEMENT, "ahmed", owner="ahmed", second="lotte")
    assert refused(await story.presses(who, step, "1")) == {"": NL.say(f"register.refused.{why}")}
    assert await state(story) == "proposed"


async def test_only_those_who_answer_for_it_begin_or_stop_it(story: Story) -> None:
    await story.agreed()
    await files(story, IMPROVEMENT, "sanne", owner="sanne", second="lotte")
    await story.presses("karim", "decide_yes", "1")
    for who in ("karim", "ahmed"):
        assert refused(await story.presses(who, "begin", "1")) == {"": NL.say("register.refused.owners")}
    await story.fills_in("lotte", form(await story.presses("lotte", "drop", "1")), reason="Er is geen geld voor")
    assert await state(story) == "dropped"


async def test_later_has_a_day_and_a_reason_and_comes_back(story: Story) -> None:
    await story.agreed()
    await files(story, IMPROVEMENT, "sanne")
    opened = form(await story.presses("karim", "decide_later", "1"))
    assert set(refused(await story.fills_in("karim", opened))) == {"date", "reason"}
    await story.fills_in("karim", opened, date="2027-04-01", reason="Na de verkiezingen")
    (item,) = await story.rows(Item)
    assert (item.state, item.due_on) == ("later", "2027-04-01")
    assert item.look_at is not None
    await story.presses("sanne", "reconsider", "1")
    assert await state(story) == "proposed"


async def test_once_one_of_the_two_is_forgotten_anyone_of_that_side_goes_on_and_the_other_side_still_one(
    story: Story,
) -> None:
    await story.agreed()
    await files(story, IMPROVEMENT, "sanne", owner="sanne", second="lotte")
    await story.presses("karim", "decide_yes", "1")
    await story.presses("lotte", "privacy_erase", "")
    (item,) = await story.rows(Item)
    assert (item.second_id, item.owner_id is not None) == (None, True)
    assert refused(await story.presses("ahmed", "begin", "1")) == {"": NL.say("register.refused.owners")}
    await story.presses("karim", "begin", "1")
    assert await state(story) == "under_way"


async def test_two_who_decide_at_once_decide_once(story: Story) -> None:
    await story.agreed()
    await files(story, IMPROVEMENT, "sanne")
    await story.presses("karim", "decide_yes", "1")
    assert refused(await story.presses("lotte", "decide_yes", "1")) == {"": NL.say("register.refused.changed")}
    assert await state(story) == "decided"
