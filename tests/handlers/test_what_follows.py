"""What follows a tip is noted in the same way whether it was given or held back, so that the two can be compared."""

import pytest
from sqlalchemy import select
from story import BLAME, CHAT, COMPLAINT, DEFERRAL, GOOD, IMPACT, NORMALISING, Story, form

from prompts.ear import hear
from storage.tables import Member, Nudge

ASKED = "Welke stap kost jullie nu de meeste tijd?"
GIVEN, HELD_BACK = 0.99, 0.0
both_ways = pytest.mark.parametrize("dice", [GIVEN, HELD_BACK], ids=["given", "held back"])


async def slips(story: Story, dice: float = GIVEN, who: str = "karim", text: str = NORMALISING) -> str:
    """Somebody writes what there is a tip for, and it is given or held back; returns the message."""
    await story.agreed()
    story.dice = dice
    message = await story.says(who, text)
    await story.later(minutes=2)
    assert await story.held_back() == [dice == HELD_BACK]
    assert len(story.tips) == (dice == GIVEN)
    return message


@both_ways
async def test_a_repair_is_noted(story: Story, dice: float) -> None:
    await story.edits(await slips(story, dice), ASKED)
    assert await story.outcomes() == ["repaired"]


@both_ways
async def test_a_repair_is_noted_also_when_the_words_are_forgotten(story: Story, dice: float) -> None:
    message = await slips(story, dice)
    await story.later(hours=5)
    await story.edits(message, f"Hoi! {NORMALISING}")
    await story.edits(message, ASKED)
    assert await story.outcomes() == ["edited", "repaired"]
    assert "kost" not in await story.everything()


@both_ways
async def test_a_follow_up_is_noted_and_what_is_written_later_that_day(story: Story, dice: float) -> None:
    await slips(story, dice)
    await story.says("karim", CHAT)
    assert await story.outcomes() == ["followed_up"]
    await story.later(hours=3)
    await story.says("karim", CHAT)
    assert await story.outcomes() == ["followed_up"]


@both_ways
async def test_who_only_writes_later_that_day_came_back(story: Story, dice: float) -> None:
    await slips(story, dice)
    await story.later(hours=3)
    await story.says("karim", CHAT)
    await story.says("karim", CHAT)
    assert await story.outcomes() == ["came_back"]


@both_ways
async def test_a_reply_in_the_thread_under_the_message_is_a_follow_up(story: Story, dice: float) -> None:
    message = await slips(story, dice)
    await story.says("karim", CHAT, thread=message)
    assert await story.outcomes() == ["followed_up"]


@both_ways
@pytest.mark.parametrize(
    ("who", "first", "then"),
    [
        ("karim", NORMALISING, ASKED),
        ("karim", DEFERRAL, "Lotte lost het vrijdag voor 12 uur op."),
        ("karim", BLAME, GOOD),
        ("sanne", COMPLAINT, IMPACT),
    ],
)
async def test_what_makes_good_what_was_missing_is_noted(
    story: Story, dice: float, who: str, first: str, then: str
) -> None:
    await slips(story, dice, who, first)
    await story.says(who, then)
    await story.later(minutes=2)
    assert await story.outcomes() == ["followed_up", "made_good"]


@pytest.mark.parametrize("then", [CHAT, f"{BLAME} {ASKED}"], ids=["neither here nor there", "another pattern"])
async def test_not_everything_makes_good(story: Story, then: str) -> None:
    await slips(story)
    await story.says("karim", then)
    await story.later(minutes=2)
    assert await story.outcomes() == ["followed_up"]


@pytest.mark.parametrize("later", [{"minutes": 1}, {"hours": 25}], ids=["elsewhere", "the next day"])
async def test_what_is_good_elsewhere_or_the_next_day_makes_nothing_good(story: Story, later: dict[str, int]) -> None:
    await slips(story)
    await story.later(**later)
    await story.says("karim", GOOD, thread="elsewhere" if "minutes" in later else None)
    await story.later(minutes=2)
    assert "made_good" not in await story.outcomes()


@both_ways
async def test_a_promise_makes_good_with_the_tip_or_without_it(story: Story, dice: float) -> None:
    await slips(story, dice, text=DEFERRAL)
    opened = form(await story.asks("karim", "toezegging"))
    await story.fills_in("karim", opened, what="Uitzoeken", owner="lotte", kind="promise", date="2027-03-05")
    assert await story.outcomes() == ["made_good"]


@both_ways
async def test_the_same_again_within_a_fortnight_is_noted_once_also_where_there_can_be_no_tip(
    story: Story, dice: float
) -> None:
    await slips(story, dice)
    await story.later(hours=2)
    for thread in ("elsewhere", "somewhere"):
        await story.says("karim", NORMALISING, thread=thread)
        await story.later(minutes=2)
    assert await story.outcomes() == ["repeated"]
    assert len(await story.rows(Nudge)) == 1


@pytest.mark.parametrize(
    ("who", "text", "days"),
    [("lotte", NORMALISING, 1), ("karim", BLAME, 1), ("karim", NORMALISING, 15)],
    ids=["somebody else", "another pattern", "after a fortnight"],
)
async def test_not_everything_is_a_repeat(story: Story, who: str, text: str, days: int) -> None:
    await slips(story)
    await story.later(days=days)
    await story.says(who, text)
    await story.later(minutes=2)
    assert await story.outcomes() == ["ignored"]


@both_ways
async def test_it_is_noted_of_whom_nothing_can_be_known_any_more(story: Story, dice: float) -> None:
    await slips(story, dice)
    await story.asks("karim", "uit")
    assert await story.outcomes() == ["off"]


async def test_what_is_only_noted_is_no_answer_to_a_tip(story: Story) -> None:
    await slips(story)
    await story.later(hours=3)
    await story.says("karim", NORMALISING)
    await story.later(days=2)
    assert await story.outcomes() == ["came_back", "repeated", "ignored"]


async def test_who_repeats_three_times_what_was_ignored_is_left_in_peace_all_the_same(story: Story) -> None:
    await slips(story)
    for days in (1, 7):
        await story.later(days=days)
        await story.says("karim", NORMALISING)
        await story.later(minutes=2)
    await story.later(days=1, hours=1)
    assert (await story.member("karim")).tips == "quiet"


@pytest.mark.parametrize("who", ["karim", "sanne"])
async def test_nothing_is_noted_to_measure_with_unless_both_agreed(story: Story, who: str) -> None:
    await story.agreed()
    await story.agrees(who, "supplier" if who == "karim" else "client", scopes="hear tip")
    await follows(story)
    assert [row.measured for row in await story.rows(Nudge)] == [False]
    assert await story.outcomes() == ["followed_up"]


async def test_nothing_is_noted_any_more_once_they_no_longer_agree(story: Story) -> None:
    await slips(story)
    await story.agrees("sanne", "client", scopes="hear tip")
    await story.later(hours=2)
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    await story.asks("karim", "uit")
    assert [row.measured for row in await story.rows(Nudge)] == [True]
    assert await story.outcomes() == []


async def follows(story: Story) -> None:
    """There is reason for a tip, and all that can follow it does."""
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    for text in (GOOD, NORMALISING):
        await story.says("karim", text)
        await story.later(minutes=2)
    await story.asks("karim", "uit")


async def test_all_that_can_follow_a_tip_leaves_the_same_behind_given_or_held_back(new_story) -> None:  # type: ignore[no-untyped-def]
    left = []
    for dice in (GIVEN, HELD_BACK):
        with new_story() as story:
            await story.agreed()
            story.dice = dice
            await follows(story)
            nudges = [(row.pattern, row.measured, row.open_until) for row in await story.rows(Nudge)]
            left.append((nudges, await story.outcomes()))
    given, held_back = left
    assert given == held_back
    assert given == ([("normalising", True, None)], ["followed_up", "made_good", "repeated", "off"])


async def test_when_the_last_tip_was_goes_with_the_person(story: Story) -> None:
    await slips(story, HELD_BACK)
    await story.asks("karim", "uit")
    assert (await story.member("karim")).last_tip_at is not None
    await story.leaves("karim")
    kept = await story.database.read(story.tenant, lambda db: db.scalars(select(Member)).all())
    assert [row.last_tip_at for row in kept if row.person == "karim"] == [None]


def test_the_ear_says_when_somebody_asks_what_it_means() -> None:
    assert "asks" in hear(ASKED, "supplier").signs
    assert "asks" in hear("How many people does this hit, and since when?", "supplier").signs
    assert "asks" not in hear(CHAT, "supplier").signs
