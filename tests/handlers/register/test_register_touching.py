"""A promise that touches a warning or a hard date is first asked about, with whose word that was, and nobody else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import files, filled_in, has_role, stands
from story import NewStory, Story, form, refused, reply, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import ChoiceField, Form, Whisper
from prompts import phrasebook
from storage.tables import Entry, Item

NL = phrasebook("nl")
GIVEN = {"what": "Overzetten in de verkiezingsweek", "date": "2027-03-25"}
WARNING = {"what": "De balie kan dan niets opzoeken"}


async def warned(story: Story, who: str = "karim") -> None:
    """Everybody agreed, and the supplier warned of something."""
    await story.agreed()
    await files(story, KINDS["warning"], who, **WARNING)
    story.sent.clear()


async def opened(story: Story, who: str) -> Form:
    """Somebody opens the form of a promise."""
    return form(await story.asks(who, "promise"))


async def touched(story: Story, who: str = "sanne", **more: str) -> Item:
    """Somebody promises what touches it."""
    await story.fills_in(who, await opened(story, who), **(GIVEN | {"touches": "1"} | more))
    return (await story.rows(Item))[-1]  # type: ignore[no-any-return]


def told(story: Story) -> list[tuple[str, str]]:
    """Who was told something privately, and what."""
    return [(e.who.id, words(e.card)) for e in story.sent if isinstance(e, Whisper)]


async def test_without_a_warning_or_a_hard_date_nothing_is_asked(story: Story) -> None:
    await story.agreed()
    assert "touches" not in {field.name for field in (await opened(story, "sanne")).fields}


async def test_a_hard_date_shows_on_the_card_and_can_be_chosen_once_it_is_agreed(story: Story) -> None:
    await story.agreed()
    item = await files(story, KINDS["promise"], firm="hard", what="Live op 1 april")
    assert NL.say("promise.choice.firm.hard") in story.said[-1]
    assert "touches" not in {field.name for field in (await opened(story, "sanne")).fields}
    await stands(story, item, "confirmed")
    field = next(field for field in (await opened(story, "sanne")).fields if field.name == "touches")
    assert isinstance(field, ChoiceField)
    assert "Live op 1 april" in field.choices[0][1]


async def test_the_author_is_asked_and_nobody_else_sees_it(story: Story) -> None:
    await warned(story)
    item = await touched(story)
    assert item.state == "asked"
    assert [who for who, _ in told(story)] == ["karim"]
    assert NL.say("register.ask_second") in told(story)[0][1]
    assert story.said == []
    assert refused(await story.asks("lotte", "open", "TZ-1")) == {"": NL.say("register.refused.no_such")}
    assert "verkiezingsweek" not in str(await story.asks("lotte", "open"))
    assert "verkiezingsweek" in str(await story.asks("karim", "open"))
    assert "verkiezingsweek" in reply(await story.asks("ahmed", "open", "TZ-1"))


async def test_nobody_is_asked_about_their_own_warning(story: Story) -> None:
    await warned(story)
    item = await touched(story, "karim")
    assert item.state == "proposed"
    assert f"{NL.say('register.touches')}: WS-1" in story.said[-1]


async def test_after_a_yes_it_goes_its_normal_way(story: Story) -> None:
    await warned(story)
    await touched(story)
    await story.presses("karim", "go_ahead", "2")
    item = (await story.rows(Item))[-1]
    assert (item.state, item.second_id) == ("proposed", None)
    assert f"{NL.say('register.touches')}: WS-1" in story.said[-1]


async def test_after_a_yes_the_own_lead_is_asked_where_one_may_not_promise_alone(story: Story) -> None:
    await warned(story)
    item = await touched(story, "ahmed")
    assert item.state == "asked_first"
    await story.presses("karim", "go_ahead", "2")
    assert [who for who, _ in told(story)] == ["karim", "sanne"]
    assert story.said == []
    await story.presses("sanne", "allow", "2")
    assert (await story.rows(Item))[-1].state == "proposed"


async def test_a_no_has_a_reason_that_only_who_wanted_to_promise_reads(story: Story) -> None:
    await warned(story)
    await touched(story)
    asked = form(await story.presses("karim", "not_like_this", "2"))
    await story.fills_in("karim", asked, reason="Eerst de back-up")
    assert (await story.rows(Item))[-1].state == "held"
    who, what = told(story)[-1]
    assert who == "sanne"
    assert "Eerst de back-up" in what
    assert story.said == []


async def test_once_the_author_is_gone_it_waits_for_who_may_commit_on_that_side(story: Story) -> None:
    await warned(story)
    await has_role(story, "lotte", "service")
    await has_role(story, "karim", "it")
    await story.write(lambda db: setattr(db.get(Item, 1), "author_id", None))
    story.sent.clear()
    await touched(story)
    assert [who for who, _ in told(story)] == ["lotte"]
    assert refused(await story.presses("karim", "go_ahead", "2")) == {"": NL.say("register.refused.gone")}
    await story.presses("lotte", "go_ahead", "2")
    assert (await story.rows(Item))[-1].state == "proposed"


@pytest.mark.parametrize("who", ["sanne", "ahmed", "lotte"])
async def test_nobody_else_answers_for_the_author(story: Story, who: str) -> None:
    await warned(story)
    await touched(story)
    # Who promises it knows of it; for everyone else it does not exist yet.
    own = who in ("sanne", "ahmed")
    answer = {"": NL.say(f"register.refused.{'second' if own else 'gone'}")}
    assert refused(await story.presses(who, "go_ahead", "2")) == answer
    changed = {"": NL.say("register.refused.changed")} if own else answer
    assert refused(await story.presses(who, "confirm", "2")) == changed


@pytest.mark.parametrize("touches", ["2", "99", "x", "-1", "1 1"])
async def test_what_cannot_be_chosen_is_refused(story: Story, touches: str) -> None:
    await warned(story)
    await files(story, KINDS["feedback"])
    answers = GIVEN | {"touches": touches}
    assert refused(await story.fills_in("sanne", await opened(story, "sanne"), **answers)) == {
        "touches": NL.say("register.refused.choice")
    }


# --- a promise that moves


async def promised(story: Story, **more: str) -> Item:
    """There is a warning, and Sanne promised something that the supplier confirmed."""
    await warned(story)
    await story.fills_in("sanne", await opened(story, "sanne"), **(GIVEN | more))
    if more:
        await story.presses("karim", "go_ahead", "2")
    await story.presses("karim", "confirm", "2")
    story.sent.clear()
    return (await story.rows(Item))[-1]  # type: ignore[no-any-return]


async def moves(story: Story, who: str = "sanne", **more: str) -> Item:
    """The promise gets another day."""
    asked = form(await story.presses(who, "move", "2"))
    await story.fills_in(who, asked, **({"date": "2027-03-18", "reason": "Eerder lukt ook"} | more))
    return (await story.rows(Item))[1]  # type: ignore[no-any-return]


async def test_a_promise_that_moves_to_what_it_touches_asks_its_author_again(story: Story) -> None:
    await promised(story)
    item = await moves(story, touches="1")
    karim = await story.member("karim")
    assert (item.state, item.due_on, item.moved, item.second_id) == ("asked_again", "2027-03-18", 1, karim.id)
    assert [who for who, _ in told(story)] == ["karim"]
    assert NL.say("promise.ask_second_asked_again") in told(story)[0][1]
    for who in ("lotte", "ahmed"):
        assert refused(await story.presses(who, "go_ahead", "2")) == {"": NL.say("register.refused.second")}
    assert refused(await story.presses("karim", "confirm", "2"))
    await story.presses("karim", "go_ahead", "2")
    assert [(i.state, i.second_id) for i in await story.rows(Item)][1] == ("proposed", None)
    await story.presses("lotte", "confirm", "2")
    assert (await story.rows(Item))[1].state == "confirmed"


async def test_what_it_touched_when_it_was_filed_is_filled_in_again(story: Story) -> None:
    await promised(story, touches="1")
    asked = form(await story.presses("sanne", "move", "2"))
    field = next(field for field in asked.fields if field.name == "touches")
    assert isinstance(field, ChoiceField)
    assert field.value == "1"
    assert (await moves(story)).state == "asked_again"


async def test_a_day_that_touches_nothing_any_more_asks_nobody(story: Story) -> None:
    await promised(story, touches="1")
    item = await moves(story, touches="")
    assert (item.state, item.words.get("touches"), item.second_id) == ("proposed", None, None)
    assert told(story) == []


async def test_a_no_to_the_new_day_is_told_to_who_promised_with_its_reason(story: Story) -> None:
    await promised(story)
    await moves(story, touches="1")
    story.sent.clear()
    asked = form(await story.presses("karim", "not_like_this", "2"))
    await story.fills_in("karim", asked, reason="Dan zijn er verkiezingen")
    assert (await story.rows(Item))[1].state == "disputed"
    ((who, what),) = told(story)
    assert who == "sanne"
    assert NL.say("promise.not_like_this") in what
    assert "Dan zijn er verkiezingen" in what
    assert (await moves(story, date="2027-04-02", touches="")).state == "proposed"


async def test_whose_promise_leans_on_a_hard_date_can_be_asked_when_that_moves(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["promise"], firm="hard", what="Live op 1 april")
    await story.presses("sanne", "confirm", "1")
    await story.fills_in("sanne", await opened(story, "sanne"), **(GIVEN | {"touches": "1"}))
    await story.presses("karim", "go_ahead", "2")
    await story.presses("karim", "confirm", "2")
    asked = form(await story.presses("karim", "move", "1"))
    field = next(field for field in asked.fields if field.name == "touches")
    assert isinstance(field, ChoiceField)
    assert [value for value, _ in field.choices] == ["2"]
    story.sent.clear()
    await story.fills_in("karim", asked, date="2027-04-08", reason="De keten is later klaar", touches="2")
    assert [who for who, _ in told(story)] == ["sanne"]
    assert refused(await story.sends("karim", "step", {"date": "2027-04-09", "reason": "x", "touches": "1"}, "1 move"))


async def test_nobody_is_asked_about_their_own_word_when_they_move_something(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    await files(story, KINDS["promise"])
    await story.presses("sanne", "confirm", "2")
    assert (await moves(story, "karim", touches="1")).state == "proposed"


def test_what_is_asked_first_becomes_public_by_no_step_but_a_yes() -> None:
    promise = KINDS["promise"]
    ways = [step for step in promise.steps if {"asked", "asked_first"} & set(step.before)]
    assert {(step.name, step.to) for step in ways} == {
        ("go_ahead", "proposed"),
        ("go_ahead", "lead"),
        ("not_like_this", "held"),
        ("withdraw", "held"),
    }


STEPS = sorted({step.name for step in KINDS["promise"].steps})
MOVES = st.lists(st.tuples(st.sampled_from(("karim", "lotte", "sanne", "ahmed", "stranger")), st.sampled_from(STEPS)))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, who=st.sampled_from(("sanne", "ahmed")))
async def test_whatever_is_pressed_nobody_else_sees_it_before_the_author_said_yes(
    new_story: NewStory, moves: list[tuple[str, str]], who: str
) -> None:
    with new_story() as story:
        await warned(story)
        await touched(story, who)
        for presser, name in moves:
            step = next(step for step in KINDS["promise"].steps if step.name == name)
            if step.asks:
                await story.sends(presser, "step", filled_in(step.asks), f"2 {name}")
            else:
                await story.presses(presser, name, "2")
            steps = [entry.step for entry in await story.rows(Entry) if entry.item_id == 2]
            public = any(GIVEN["what"] in said for said in story.said)
            assert not public or "go_ahead" in steps
            entries = [entry for entry in await story.rows(Entry) if entry.item_id == 2 and entry.step == "go_ahead"]
            assert len(entries) <= 1
            karim = await story.member("karim")
            assert all(entry.member_id == karim.id for entry in entries)
