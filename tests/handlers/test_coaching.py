"""It waits for its author's silence, judges what was written in one go as one, and follows edits and deletions."""

from datetime import timedelta

import pytest
from story import (
    BLAME,
    CHAT,
    DEFERRAL,
    GOOD,
    IMPACT,
    NORMALISING,
    Story,
    hearing,
)

from handlers.turn import Hearing, Listen
from prompts.ear import hear
from storage.tables import Burst, Nudge, Outbox, Recent


def listening_in(story: Story) -> list[Listen]:
    """Note what the real ear is asked to hear."""
    heard: list[Listen] = []

    async def ear(what: Listen) -> Hearing | None:
        heard.append(what)
        return hear(what.text, what.side, what.context)  # type: ignore[arg-type]

    story.ear = ear
    return heard


async def test_it_waits_for_a_minute_of_silence(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(seconds=59)
    assert story.tips == []
    await story.later(seconds=1)
    assert story.tips == [("karim", "normalising")]


async def test_a_burst_is_judged_as_one(story: Story) -> None:
    await story.agreed()
    heard = listening_in(story)
    for line in ("Ha Sanne,", "ik heb even gekeken.", NORMALISING, "Groet, Karim"):
        await story.says("karim", line)
        await story.later(seconds=20)
    await story.later(minutes=2)
    assert [what.text.count("\n") for what in heard] == [3]
    assert story.tips == [("karim", "normalising")]


async def test_the_tip_is_about_the_line_of_the_burst_that_holds_the_phrase(story: Story) -> None:
    await story.agreed()
    await story.says("karim", "Ha Sanne,")
    line = await story.says("karim", NORMALISING)
    await story.says("karim", "Groet, Karim")
    await story.later(minutes=2)
    assert story.tip.about == line


async def test_a_burst_takes_five_minutes_at_most(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    for _ in range(9):
        await story.later(seconds=40)
        await story.says("karim", CHAT)
    assert story.tips == [("karim", "normalising")]
    begun = story.tip
    await story.later(minutes=3)
    assert story.tip is begun


async def test_somebody_else_does_not_break_the_silence(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(seconds=50)
    await story.says("sanne", "Wat bedoel je daarmee?")
    await story.later(seconds=10)
    assert story.tips == [("karim", "normalising")]


async def test_two_threads_are_two_bursts(story: Story) -> None:
    await story.agreed()
    heard = listening_in(story)
    await story.says("karim", CHAT, thread="t1")
    await story.says("karim", NORMALISING, thread="t2")
    await story.later(minutes=2)
    assert sorted(what.text for what in heard) == sorted([CHAT, NORMALISING])


async def test_who_edits_while_it_waits_is_left_alone(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", NORMALISING)
    await story.later(seconds=30)
    await story.edits(message, NORMALISING + " Toch?")
    await story.later(minutes=20)
    assert story.tips == []


async def test_who_adds_in_time_what_was_missing_is_left_alone(story: Story) -> None:
    await story.agreed()
    await story.says("karim", DEFERRAL)
    await story.later(seconds=40)
    await story.says("karim", "Lotte lost het vrijdag voor 12 uur op.")
    await story.later(minutes=5)
    assert story.tips == []


@pytest.mark.parametrize("minutes", [9, 11])
async def test_after_ten_minutes_a_tip_is_worthless(story: Story, minutes: int) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.sleeps_through(minutes=minutes)
    assert story.tips == ([("karim", "normalising")] if minutes < 10 else [])
    assert len(await story.rows(Nudge)) == len(story.tips)  # what was not given counts for no cap


async def test_a_message_that_arrives_too_late_gets_no_tip(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING, late=11 * 60)
    await story.later(minutes=2)
    assert story.tips == []


async def test_a_tip_that_the_platform_does_not_take_in_time_is_dropped(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    story.down = True
    await story.later(minutes=12)
    story.down = False
    await story.later(minutes=5)
    assert story.tips == []
    assert [row.body for row in await story.rows(Outbox) if row.kind == "whisper"] == [None]


@pytest.mark.parametrize(
    "words",
    [
        f"> {NORMALISING}",
        f"```\n{NORMALISING}\n```",
        f"`{NORMALISING}`",
        f"---------- Forwarded message ----------\n{NORMALISING}",
    ],
    ids=["quote", "code block", "code", "forwarded"],
)
async def test_what_somebody_else_wrote_is_not_held_against_them(story: Story, words: str) -> None:
    await story.agreed()
    await story.says("karim", words)
    await story.later(minutes=2)
    assert story.tips == []


async def test_quotes_around_a_message_of_ones_own_do_not_hide_it(story: Story) -> None:
    await story.agreed()
    await story.says("karim", f"> {IMPACT}\n{NORMALISING}")
    await story.later(minutes=2)
    assert story.tips == [("karim", "normalising")]


async def test_the_ear_is_told_what_the_other_side_said_and_nothing_of_ones_own_side(story: Story) -> None:
    await story.agreed()
    heard = listening_in(story)
    await story.says("sanne", IMPACT)
    await story.says("lotte", CHAT)
    await story.later(minutes=2)
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert heard[-1] == Listen(NORMALISING, "supplier", IMPACT)


async def test_in_a_thread_only_that_thread_counts_with_the_message_that_began_it(story: Story) -> None:
    await story.agreed()
    heard = listening_in(story)
    begun = await story.says("sanne", IMPACT)
    await story.says("ahmed", "Wie brengt morgen de taart mee?")
    await story.later(minutes=2)
    await story.says("karim", NORMALISING, thread=begun)
    await story.later(minutes=2)
    assert heard[-1].context == IMPACT


async def test_what_was_said_more_than_two_hours_ago_does_not_count(story: Story) -> None:
    await story.agreed()
    heard = listening_in(story)
    await story.says("sanne", IMPACT)
    await story.later(hours=2, minutes=1)
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert heard[-1].context is None


# --- edits and deletions after the tip


async def test_a_repaired_message_takes_its_tip_away(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    tip = story.tip
    await story.edits(message, GOOD)
    assert story.withdrawn == [tip.key]
    assert await story.outcomes() == ["repaired"]


async def test_an_edit_in_which_it_is_still_heard_is_noted_and_the_tip_stays(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    await story.edits(message, f"Hoi! {NORMALISING}")
    assert story.withdrawn == []
    assert await story.outcomes() == ["edited"]


async def test_an_edit_that_changes_nothing_is_nothing(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    await story.edits(message, NORMALISING)
    assert await story.outcomes() == []


async def test_a_good_message_that_is_edited_into_another_is_judged_once_more(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", CHAT)
    await story.later(minutes=2)
    await story.edits(message, BLAME)
    await story.later(minutes=2)
    assert story.tips == [("karim", "blame_shifting")]


async def test_an_edit_long_after_is_left_alone(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", CHAT)
    await story.later(minutes=30)
    await story.edits(message, BLAME)
    await story.later(minutes=5)
    assert story.tips == []


async def test_an_edit_of_what_is_forgotten_is_no_new_message(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", CHAT)
    await story.later(hours=3)
    await story.edits(message, BLAME)
    assert await story.rows(Recent) == await story.rows(Burst) == []
    await story.later(minutes=2)
    assert story.tips == []
    assert "scope," not in await story.everything()


async def test_a_deleted_message_takes_its_tip_away_and_is_forgotten(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    await story.deletes(message)
    assert story.withdrawn == [story.tip.key]
    assert await story.outcomes() == ["deleted"]
    assert "wennen" not in await story.everything()


async def test_a_message_that_is_deleted_while_it_waits_gets_no_tip(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", NORMALISING)
    await story.deletes(message)
    await story.later(minutes=2)
    assert story.tips == []
    assert await story.rows(Burst) == await story.rows(Recent) == []


async def test_a_tip_that_has_not_left_yet_never_does_once_its_message_is_gone(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", NORMALISING)
    story.down = True
    await story.later(minutes=1)
    await story.deletes(message)
    story.down = False
    await story.later(minutes=5)
    assert story.tips == []


async def test_the_rest_of_a_burst_is_judged_without_the_deleted_line(story: Story) -> None:
    await story.agreed()
    wrong = await story.says("karim", BLAME)
    await story.says("karim", CHAT)
    await story.deletes(wrong)
    await story.later(minutes=2)
    assert story.tips == []


async def test_whatever_the_order_of_arrival_what_was_deleted_is_not_heard(story: Story) -> None:
    await story.agreed()
    message = "late-one"
    await story.deletes(message)
    await story.edits(message, BLAME, who="karim")
    await story.says("karim", NORMALISING, message=message)
    await story.later(minutes=2)
    assert story.tips == []
    assert await story.rows(Recent) == []


async def test_an_edit_that_arrives_after_its_message_is_deleted_brings_nothing_back(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", NORMALISING)
    await story.deletes(message)
    await story.edits(message, BLAME, who="karim")
    await story.later(minutes=2)
    assert story.tips == []
    assert await story.rows(Recent) == []


async def test_an_edit_that_arrives_before_its_message_is_the_message(story: Story) -> None:
    await story.agreed()
    heard = listening_in(story)
    await story.edits("late-one", GOOD, who="karim")
    await story.says("karim", NORMALISING, message="late-one")
    await story.later(minutes=2)
    assert [what.text for what in heard] == [GOOD]
    assert story.tips == []


# --- what happened next


async def test_what_its_author_writes_next_in_the_same_place_is_a_follow_up(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    await story.says("karim", "Hoe lang duurt het nu bij jullie?")
    await story.says("karim", "En hoe vaak?")
    assert await story.outcomes() == ["followed_up"]


async def test_a_message_elsewhere_or_much_later_is_no_follow_up(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    await story.says("karim", CHAT, thread="elsewhere")
    assert await story.outcomes() == []
    await story.later(minutes=70)
    await story.says("karim", CHAT)
    assert await story.outcomes() == ["came_back"]


async def test_a_tip_to_which_nothing_happened_for_a_day_is_ignored(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(hours=23)
    assert await story.outcomes() == []
    await story.later(hours=2)
    assert await story.outcomes() == ["ignored"]


# --- the text passes through


async def test_after_two_hours_the_text_is_nowhere(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", IMPACT)
    message = await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    await story.edits(message, f"Hoi! {NORMALISING}")
    assert "wennen" in await story.everything()
    await story.later(hours=2)
    everything = await story.everything()
    assert "wennen" not in everything
    assert "balie" not in everything


async def test_of_a_channel_the_last_twenty_messages_are_known_at_most(story: Story) -> None:
    await story.agreed()
    story.ear = hearing()
    for number in range(25):
        await story.says("karim", f"Regel {number} van de lijst.")
        await story.later(minutes=1)
    assert len(await story.rows(Recent)) == 20


async def test_a_repeated_delivery_is_handled_once(story: Story) -> None:
    await story.agreed()
    story.numbers = iter([1, 2, 2, 3, 4, 5])
    await story.says("karim", CHAT, message="a")
    await story.says("karim", CHAT, message="b")
    await story.says("karim", CHAT, message="c")
    assert [row.message for row in await story.rows(Recent)] == ["a", "b"]


async def test_an_ear_that_fails_means_silence(story: Story) -> None:
    await story.agreed()

    async def broken(_listen: Listen) -> Hearing | None:
        return None

    story.ear = broken
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == []
    assert await story.rows(Burst) == []


async def test_a_shorter_silence_is_a_matter_of_policy(story: Story) -> None:
    await story.agreed()
    story.policy = type(story.policy)(silence=timedelta(seconds=3))
    await story.says("karim", NORMALISING)
    await story.later(seconds=3)
    assert story.tips == [("karim", "normalising")]
