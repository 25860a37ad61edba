"""What a platform told of people is kept for ten minutes, and then it is really gone."""

from dataclasses import replace

from story import PLATFORM, Story

from bot import engine
from bot.lately import SECONDS, Lately


class Watch:
    """A clock that a story sets, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_it_is_known_for_ten_minutes_and_no_longer() -> None:
    watch = Watch()
    known: Lately[str, str] = Lately(watch)
    known.keep("U1", "Sanne")
    watch.now += SECONDS - 1
    assert known.get("U1") == "Sanne"
    watch.now += 1
    assert known.get("U1") is None
    known.keep("U1", "Sanne")
    assert known.get("U1") == "Sanne"
    assert known.get("U2") is None


async def test_every_minute_what_is_too_old_is_dropped_though_nobody_asks_for_it(story: Story) -> None:
    watch = Watch()
    known: Lately[str, str] = Lately(watch)
    mouth = replace(story.house.mouths[PLATFORM], forget=known.forget)
    house = replace(story.house, mouths={PLATFORM: mouth})
    known.keep("U1", "Sanne")
    watch.now += SECONDS / 2
    known.keep("U2", "Karim")
    await engine.housekeeping(house)()
    assert len(known) == 2
    watch.now += SECONDS / 2
    await engine.housekeeping(house)()
    assert (len(known), known.get("U2")) == (1, "Karim")
