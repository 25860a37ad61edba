"""What is open: what waits for you, for your side, for the other side; however much there is."""

from datetime import timedelta
from typing import Any

import pytest
from registers import files, stands
from sqlalchemy import insert, update
from sqlalchemy.orm import Session
from story import MONDAY, SECOND_SUPPLIER, Story, form, member, names, refused, reply, words

from bot.play.shape import buttons
from handlers.register.kinds import KINDS, Kind
from handlers.vocabulary import Reply
from prompts import phrasebook
from storage.tables import Item, Project

NL = phrasebook("nl")


async def test_everybody_sees_what_waits_for_whom(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    await files(story, KINDS["warning"])
    told = reply(await story.asks("sanne", "open"))
    assert told.index(NL.say("register.open.mine", count="1")) < told.index("WS-1")
    assert told.index(NL.say("register.open.theirs", count="1")) < told.index("FB-1")
    told = reply(await story.asks("karim", "open"))
    assert told.index("FB-1") < told.index(NL.say("register.open.theirs", count="1")) < told.index("WS-1")


async def test_what_is_over_is_open_no_more(story: Story) -> None:
    await story.agreed()
    item = await files(story, KINDS["feedback"])
    await stands(story, item, "accepted")
    assert reply(await story.asks("sanne", "open")).endswith(NL.say("register.open.nothing"))


async def test_the_own_page_shows_the_same(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    assert "WS-1" in words(await story.opens_home("sanne"))


MANY = 10_000


async def ten_thousand(story: Story, kind: Kind, **same: Any) -> None:
    """Of one kind there are very many, all like the first."""
    await story.agreed()
    first = await files(story, kind)
    row = {c.key: getattr(first, c.key) for c in Item.__table__.columns if c.key not in ("id", "number")} | same
    await story.write(lambda db: db.execute(insert(Item), [row | {"number": n} for n in range(2, MANY + 1)]))


async def test_ten_thousand_items_are_read_a_page_at_a_time(story: Story) -> None:
    await ten_thousand(story, KINDS["request"], look_at=None)
    (project,) = await story.rows(Project)
    told = await story.asks("sanne", "open")
    assert NL.say("register.open.theirs", count="10000") in reply(told)
    assert reply(told).count("VZ-") == 5
    page = await story.presses("sanne", "open_more", f"{project.id} theirs 0")
    assert reply(page).count("VZ-") == 10
    last = await story.presses("sanne", "open_more", f"{project.id} theirs 999")
    assert "VZ-10000" in reply(last)
    assert "open_more" not in names(last[0].card)  # type: ignore[union-attr]
    assert "VZ-9999" in reply(await story.asks("sanne", "open", "VZ-9999"))


async def test_of_ten_thousand_that_came_to_wait_a_morning_tells_some_and_how_many_more(story: Story) -> None:
    await ten_thousand(story, KINDS["request"], look_at=None)
    story.sent.clear()
    await story.until("2027-03-02T09:05:00+01:00")
    (morning,) = story.whispers
    assert morning.who.id == "karim"
    assert morning.card.summary == NL.say("register.digest.summary", count=str(MANY))
    assert words(morning.card).count("VZ-") == 8
    assert words(morning.card).endswith(NL.say("register.digest.more", count=str(MANY - 8)))
    # What was told once is told no more.
    await story.until("2027-03-03T12:00:00+01:00")
    assert story.whispers == [morning]


async def test_among_ten_thousand_time_finds_just_those_that_it_has_run_out_for(story: Story) -> None:
    never, tonight = MONDAY + timedelta(days=365), MONDAY + timedelta(hours=6)
    await ten_thousand(story, KINDS["request"], look_at=never, remind_at=None)
    numbers = (2, 5_000, MANY)

    def due(db: Session) -> None:
        db.execute(update(Item).where(Item.number == 1).values(look_at=never, remind_at=None))
        db.execute(update(Item).where(Item.number.in_(numbers)).values(look_at=tonight))

    await story.write(due)
    await story.later(hours=7)
    touched = {item.number for item in await story.rows(Item) if item.remind_at is not None}
    assert touched == set(numbers)
    story.sent.clear()
    await story.until("2027-03-02T09:05:00+01:00")
    (morning,) = story.whispers
    told = words(morning.card)
    assert [told.find(f"VZ-{number}:") >= 0 for number in (1, 2, 3, 5_000, MANY)] == [False, True, False, True, True]
    assert told.endswith(NL.say("register.digest.more", count=str(MANY - 3)))


async def test_the_lists_of_a_project_are_for_who_takes_part_in_it(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    (project,) = await story.rows(Project)
    story.cast.append(member("noor", SECOND_SUPPLIER))
    for who in ("stranger", "noor"):
        assert list(refused(await story.asks(who, "open"))) == [""]
        assert list(refused(await story.presses(who, "open_more", f"{project.id} ours 0"))) == [""]
    assert list(refused(await story.presses("sanne", "open_more", f"{project.id} everything 0"))) == [""]


# --- from a list to one item


async def test_the_lists_lead_to_each_item(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    await files(story, KINDS["warning"])
    (answer,) = await story.asks("sanne", "open")
    assert isinstance(answer, Reply)
    found = {button.label: button for button in buttons(answer.card.parts)}
    assert list(found) == ["WS-1", "FB-1"]
    shown = await story.presses("sanne", found["WS-1"].name, found["WS-1"].about)
    assert "WS-1 · Waarschuwing" in reply(shown)
    assert "accept_risk" in names(shown[0].card)  # type: ignore[union-attr]
    story.cast.append(member("noor", SECOND_SUPPLIER))
    for who in ("stranger", "noor"):
        assert list(refused(await story.presses(who, "open_item", found["WS-1"].about))) == [""]


@pytest.mark.parametrize(
    ("word", "text"), [("FB-1", ""), ("fb-1", ""), ("feedback", "FB-1"), ("feedback", " fb-1 "), ("open", "FB-1")]
)
async def test_a_code_opens_what_it_names(story: Story, word: str, text: str) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    assert "FB-1 · Feedback" in reply(await story.asks("karim", word, text))


async def test_a_code_of_something_else_or_with_more_behind_it_is_text_to_file(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    for text in ("WS-1", "FB-1 is nog niet goed"):
        opened = form(await story.asks("sanne", "feedback", text))
        assert {field.name: field.value for field in opened.fields}["what"] == text
    for word, text in (("FB-7", ""), ("feedback", "FB-7")):
        assert refused(await story.asks("sanne", word, text)) == {"": NL.say("register.refused.no_such")}


async def test_what_is_the_own_affair_of_the_other_side_is_no_number_that_anybody_knows(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["escalation"])
    assert refused(await story.asks("karim", "OP-1")) == {"": NL.say("register.refused.no_such")}
    assert refused(await story.asks("karim", "escalation", "OP-1")) == {"": NL.say("register.refused.no_such")}
    assert "OP-1" in reply(await story.asks("sanne", "escalation", "op-1"))


async def test_what_waits_longest_comes_first_whatever_its_day(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["request"], date="2027-06-30")
    await files(story, KINDS["feedback"], date="")
    await files(story, KINDS["request"], date="2027-03-05")
    told = reply(await story.asks("karim", "open"))
    assert told.index("VZ-1") < told.index("FB-1") < told.index("VZ-2")
    assert "uiterlijk vrijdag 5 maart 2027" in told
