"""The clock of the playground, put forward."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from registers import plans
from story import Story, words

from bot.playground.hands import CLOCK, STEPS, Hands, after, forward
from handlers.vocabulary import Say
from storage.tables import Entry, Meeting

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)


@given(st.sampled_from(STEPS), st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)))  # noqa: DTZ001
def test_every_step_leads_ahead_and_a_morning_is_one_by_the_clock_there(step: str, moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    found = after(step, now)
    assert timedelta(0) < found - now <= timedelta(weeks=1)
    if step == "morning":
        assert f"{found.astimezone(CLOCK):%H:%M}" == "09:05"
        assert found - now <= timedelta(hours=25)


def test_a_clock_that_was_put_forward_runs_on_and_is_never_put_back() -> None:
    real = NOW
    hands = Hands(lambda: real)
    hands.put(NOW + timedelta(hours=1))
    real += timedelta(minutes=5)
    assert hands.now() == NOW + timedelta(hours=1, minutes=5)
    hands.put(NOW)
    assert hands.now() == NOW + timedelta(hours=1, minutes=5)


async def test_what_is_due_on_the_way_happens_at_its_own_moment(story: Story) -> None:
    await story.agreed()
    await plans(story, "operational")
    story.sent.clear()
    hands = Hands(lambda: story.now)
    house = replace(story.house, now=hands.now)
    for weeks in (1, 2):
        assert await forward(house, hands, after("week", hands.now())) == story.now + timedelta(weeks=weeks)
    first = (await story.rows(Meeting))[0]
    (over,) = [each for each in await story.rows(Entry) if each.item_id == first.item_id and each.step == "day_passed"]
    assert timedelta(0) <= over.at - first.ends_at < timedelta(seconds=1)
    assert any(isinstance(each, Say) and "OV-1" in words(each.card) for each in story.sent)
