"""A project from beginning to end, in whatever order: what is over stays over, and nothing ends too soon."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from story import NORMALISING, NewStory, Story, form

from bot import dispatch
from bot.mouth import Unreachable
from handlers.vocabulary import Archived, Arrived, Joined, Left, Message, OpenForm, Unarchived, Uninstalled
from storage.tables import Burst, Channel, Consent, Member, Nudge, Organisation, Outbox, Project, Recent

WHO = st.sampled_from(["karim", "sanne"])
CHANNEL_LIFE = st.sampled_from([Archived, Unarchived, Uninstalled, Joined, Left])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("end"), WHO),
        st.tuples(st.just("end"), WHO),
        st.tuples(st.just("keep"), WHO),
        st.tuples(st.just("yes"), WHO),
        st.tuples(st.just("go on"), WHO),
        st.tuples(st.just("write"), WHO),
        st.tuples(st.just("pass"), st.sampled_from([1, 6, 8, 31])),
        st.tuples(st.just("befall"), CHANNEL_LIFE),
        st.tuples(st.just("again")),
    ),
    max_size=16,
)
TERM = timedelta(days=8)
GONE_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Seen:
    """How far a project is, as its rows say."""

    state: str
    by: str | None = None
    erase_at: datetime | None = None
    listens: bool = False
    began: datetime | None = None


NOTHING = Seen("nothing")


async def look(story: Story) -> Seen:
    """How far the project is now."""
    rows = await story.rows(Project)
    if not rows:
        return NOTHING
    (row,) = rows
    keys = {o.id: o.key for o in await story.rows(Organisation)}
    state = "ended" if row.ended_at else "proposed" if row.ending_by else "running"
    return Seen(state, keys.get(row.ending_by), row.erase_at, await story.listens(), row.created_at)


@dataclass
class Life:
    """A story, and all that was ever delivered in it."""

    story: Story
    delivered: list[Arrived] = field(default_factory=list)

    async def deliver(self, event: Arrived) -> None:
        """Something arrives, perhaps not for the first time."""
        self.delivered.append(event)
        await dispatch.take(self.story.house, event)
        await self.story.settle()

    async def step(self, step: tuple[Any, ...]) -> None:
        """One thing happens."""
        story = self.story
        place, now = story.place(), story.now
        match step:
            case ("end", who):
                answers = await story.asks(who, "einde")
                if isinstance(answers[0], OpenForm):
                    await story.fills_in(who, form(answers), days=str(TERM.days), mandate="yes")
            case ("keep", who):
                await story.presses(who, "end_not", about="")
            case ("yes", who):
                # Where the app was taken out, nobody can be looked up, and nothing is decided.
                with suppress(Unreachable):
                    await story.agrees(who, "supplier" if who == "karim" else "client")
            case ("go on", who):
                await story.presses(who, "go_on", about="")
            case ("write", who):
                number = f"w{len(self.delivered)}"
                await self.deliver(Message(number, now, place, story.person(who), number, NORMALISING))
            case ("pass", days):
                await story.later(days=days)
                await story.later(minutes=1)
            case ("befall", kind):
                there = replace(place, channel="") if kind is Uninstalled else place
                await self.deliver(kind(story.event_id(), now, there))
            case ("again",):
                for number, event in enumerate(list(self.delivered)):
                    await dispatch.take(story.house, event)
                    if await look(story) == NOTHING:
                        # Not even a delivery that looks new raises what is over, for it tells of before.
                        await dispatch.take(story.house, replace(event, id=f"{event.id}-{number}-{now}"))
                    await story.settle()


def may_follow(before: Seen, after: Seen, step: tuple[Any, ...], now: datetime) -> bool:
    """Whether one step may lead from here to there."""
    side = {"karim": "bouwlicht", "sanne": "waterveen"}.get(str(step[1]) if len(step) > 1 else "")
    match before.state, after.state:
        case "nothing", "running":
            return step == ("befall", Joined)
        case "running", "proposed":
            return step[0] == "end" and after.by == side
        case "running", "ended":
            return False
        case "proposed", "ended":
            return step[0] == "end" and before.by != side and after.erase_at in (now + TERM, before.erase_at)
        case "proposed", "running":
            return step[0] == "keep"
        case (("running" | "proposed" | "ended"), "nothing"):
            return step[0] == "pass" and before.erase_at is not None and before.erase_at <= now
        case same, also if same == also:
            return before.by == after.by and before.began == after.began
    return False


@settings(max_examples=30, deadline=None)
@given(steps=STEPS)
async def test_a_life_goes_forward_only_and_nothing_rises_again(
    steps: list[tuple[Any, ...]], new_story: NewStory
) -> None:
    with new_story() as story:
        await story.agreed()
        story.numbers = iter(range(10_000, 20_000))
        life = Life(story, [Joined("first", story.now - timedelta(days=7), story.place())])
        seen = await look(story)
        for step in steps:
            before = seen
            await life.step(step)
            seen = await look(story)
            assert may_follow(before, seen, step, story.now), (before, seen)
            assert not (seen.listens and seen.state in ("ended", "nothing"))
            assert (seen.state == "ended") <= (seen.erase_at is not None)
            if step == ("befall", Uninstalled) and seen != NOTHING:
                assert seen.erase_at is not None
                assert before.erase_at in (None, seen.erase_at)
            if step == ("befall", Joined) and seen.state in ("running", "proposed"):
                assert seen.erase_at is None
            if seen == NOTHING:
                for table in (Channel, Organisation, Member, Consent, Nudge, Recent, Burst):
                    assert await story.rows(table) == []
                assert "karim" not in await story.everything()
            if step == ("again",):
                assert {e.whose for e in await story.rows(Outbox) if seen == NOTHING} <= {None}
