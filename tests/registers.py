"""Takes every kind of item through every step, for tests that want to see all there is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from story import Story, form

from handlers.register.kinds import KINDS, Blank, Kind
from handlers.vocabulary import Answer, Reply
from storage.tables import Item, Series

SUPPLIERS = ("promise", "warning")
"""What the supplier files in these stories; all else the client does."""


def filled_in(blanks: tuple[Blank, ...], day: str = "2027-03-25") -> dict[str, str]:
    """Something sensible in everything that can be filled in."""
    usual = {"date": day, "number": "6", "person": "karim", "time": "14:00"}
    return {
        blank.name: blank.choices[0] if blank.choices else usual.get(blank.type, f"De {blank.name} van de balie")
        for blank in blanks
        if blank.name != "behalf"
    }


ACROSS = {"karim": "sanne", "sanne": "karim"}


async def files(story: Story, kind: Kind, who: str = "", **more: str) -> Item:
    """Somebody files something of a kind, or it comes of a meeting; returns the row."""
    if kind.made:
        return await comes_of_a_meeting(story, kind)
    who = who or ("karim" if kind.name in SUPPLIERS else "sanne")
    opened = form(await story.asks(who, kind.name))
    both = {"owner": who, "second": ACROSS.get(who, "karim")} if kind.name == "improvement" else {}
    answers = await story.fills_in(who, opened, **(filled_in(kind.blanks) | both | more))
    assert [type(answer) for answer in answers] == ([Reply] if kind.quiet else [])
    return (await story.rows(Item))[-1]


async def plans(story: Story, *kinds: str, who: str = "karim", **more: str) -> None:
    """Somebody chooses these meetings for the project, and no others."""
    runs = any(each.stopped_at is None for each in await story.rows(Series))
    opened = form(await (story.presses(who, "meeting_add", "") if runs else story.asks(who, "meeting")))
    assert await story.fills_in(who, opened, kinds=" ".join(kinds), **more) == []


async def changes(story: Story, kind: str, who: str = "karim", **more: str) -> Sequence[Answer]:
    """Somebody changes the meetings of a kind; what they do not name stays as it is."""
    (row,) = [each for each in await story.rows(Series) if each.kind == kind and each.stopped_at is None]
    opened = form(await story.presses(who, "series", f"{row.project_id} {row.id}"))
    return await story.fills_in(who, opened, **more)


async def comes_of_a_meeting(story: Story, kind: Kind) -> Item:
    """The first item of a kind that a tactical meeting or a progress report brings; planned when there is none yet."""

    async def found() -> list[Item]:
        return [item for item in await story.rows(Item) if item.kind == kind.name]

    if not await found():
        await plans(story, "progress" if kind.name == "report" else "tactical")
        await story.settle()
    return (await found())[0]


async def has_role(story: Story, who: str, role: str) -> None:
    """Somebody gets a role, from who may give it on their side."""
    giver = "karim" if who in ("karim", "lotte") else "sanne"
    await story.fills_in(giver, form(await story.asks(giver, "setup")), person=who, role=role)


async def stands(story: Story, item: Item, state: str) -> None:
    """It stands like this, however that came about."""

    def change(db: Any) -> None:
        db.get(Item, item.id).state = state

    await story.write(change)


async def climbs(story: Story, item: Item, rung: int, **proposed: str) -> None:
    """An escalation stands on this step of the ladder, and perhaps somebody proposed something."""

    def change(db: Any) -> None:
        row = db.get(Item, item.id)
        kept = {name: said for name, said in row.words.items() if name not in ("proposed", "proposed_by", "because")}
        row.words = kept | {"rung": str(rung)} | proposed

    await story.write(change)


async def sees_every_step(story: Story) -> None:
    """Both sides look at every kind in every state, and open every form on the way."""
    for kind in KINDS.values():
        item = await files(story, kind)
        states = dict.fromkeys((*kind.waits, *(step.before[0] for step in kind.steps)))
        for state in states:
            await stands(story, item, state)
            for who in ("karim", "sanne"):
                await story.asks(who, "open", f"{kind.code}-{item.number}")
        for step in kind.steps:
            if step.who == "answering":
                await stands(story, item, step.before[0])
                wanted = step.name.removeprefix("agree_") if step.name != "not_yet" else "settle"
                await climbs(story, item, 4, proposed=wanted, proposed_by="supplier")
                await story.asks("sanne", "open", f"{kind.code}-{item.number}")
                await climbs(story, item, 4)
            if step.asks:
                await stands(story, item, step.before[0])
                if step.rungs:
                    await climbs(story, item, step.rungs[-1])
                for who in ("karim", "sanne"):
                    await story.presses(who, step.name, str(item.id))
    await story.presses("sanne", "leaving")
    await sees_what_is_alike(story)
    await sees_the_meetings(story)
    await sees_what_is_coming(story)
    await sees_a_demo(story)


async def sees_the_meetings(story: Story) -> None:
    """What runs is looked at and changed, and what was prepared can be handed in again."""
    await plans(story, "operational", "simulation")
    await story.asks("karim", "meeting")
    for button in ("series", "extra", "go_live"):
        await story.presses("karim", button)
    task = await comes_of_a_meeting(story, KINDS["preparation"])
    await stands(story, task, "done")
    for who in ("karim", "sanne"):
        await story.asks(who, "open", f"VW-{task.number}")


async def sees_what_is_coming(story: Story) -> None:
    """Two meetings are planned and announced; a topic goes from one to the other, the calendar gets another address."""
    await story.asks("sanne", "agenda", "Het contract loopt af")
    await story.presses("sanne", "topic_move")
    await story.asks("sanne", "agenda")
    story.now += timedelta(days=7, hours=5)
    await story.settle()
    ahead = next(i for i in await story.rows(Item) if i.kind == "meeting" and i.state == "planned")
    await story.fills_in("karim", form(await story.presses("karim", "cannot", str(ahead.id))))
    await story.asks("karim", "open", f"OV-{ahead.number}")
    await story.presses("sanne", "calendar")
    await story.presses("sanne", "calendar_renew")
    await story.presses("sanne", "calendar_stop")


async def sees_a_demo(story: Story) -> None:
    """A demo is over, and is not good yet in one point."""
    await plans(story, "demo")
    await story.later(days=10)
    demo = next(i for i in await story.rows(Item) if i.words.get("kind") == "demo" and i.state == "over")
    await story.presses("sanne", "test_round", str(demo.id))
    opened = form(await story.presses("sanne", "verdict", str(demo.id)))
    await story.fills_in("sanne", opened, verdict1="not_yet", because1="de lijst klopt niet")
    await story.presses("sanne", "by_impact")


async def sees_what_is_alike(story: Story) -> None:
    """The same is reported twice, looked at together, and becomes an improvement."""
    for _ in range(2):
        item = await files(story, KINDS["complaint"])
    await story.presses("sanne", "together", str(item.id))
    await story.presses("sanne", "improve", str(item.id))
