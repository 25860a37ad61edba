"""Whose turn it is when people disagree or change sides: somebody can always go on."""

import pytest
from registers import files
from story import Story, form, refused

from handlers.register.kinds import KINDS
from storage.tables import Item, Member

GIVEN = {"what": "Overzetten in de verkiezingsweek", "date": "2027-03-25"}


async def state(story: Story) -> str:
    """How the newest item stands."""
    return str((await story.rows(Item))[-1].state)


async def fills(story: Story, who: str, step: str, **answers: str) -> None:
    """Somebody takes a step on the newest item, with what its form asks."""
    item = (await story.rows(Item))[-1]
    await story.fills_in(who, form(await story.presses(who, step, str(item.id))), **answers)


async def changes_side(story: Story, who: str, side: str) -> None:
    """It turns out that somebody is on the other side."""
    await story.write(lambda db: setattr(db.query(Member).filter_by(person=who).one(), "own_side", side))


@pytest.mark.parametrize(("step", "after"), [("take_up", "in_hand"), ("resolve", "resolved")])
@pytest.mark.parametrize("kind", ["feedback", "request"])
async def test_after_an_objection_the_other_side_can_still_do_it(
    story: Story, kind: str, step: str, after: str
) -> None:
    await story.agreed()
    await files(story, KINDS[kind])
    await fills(story, "karim", "decline", reason="Dat kan niet", alternative="Iets anders")
    await fills(story, "sanne", "object", reason="Toch nodig")
    assert (await story.rows(Item))[-1].level == "tactical"
    await story.presses("lotte", step, "1")
    assert await state(story) == after


async def test_after_an_objection_to_what_was_dropped_it_can_be_done_or_moved(story: Story) -> None:
    await story.agreed()
    for _ in range(2):
        item = await files(story, KINDS["promise"])
        await story.presses("sanne", "confirm", str(item.id))
        await fills(story, "karim", "drop", reason="Lukt niet")
        await fills(story, "sanne", "object", reason="Toch nodig")
        assert await state(story) == "disputed"
        if item.id == 1:
            await story.presses("karim", "done", "1")
            assert await state(story) == "done"
    await fills(story, "karim", "move", date="2027-04-02", reason="Dan wel")
    assert await state(story) == "proposed"


async def test_of_a_promise_that_moved_its_author_is_asked_on_their_own_side(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("sanne", "promise"))
    await story.fills_in("sanne", opened, **(GIVEN | {"owner": "karim", "firm": "hard"}))
    await story.presses("karim", "confirm", "1")
    await fills(story, "karim", "move", date="2027-04-20", reason="Later")
    await story.presses("sanne", "confirm", "1")
    opened = form(await story.asks("karim", "promise"))
    await story.fills_in("karim", opened, **(GIVEN | {"owner": "karim", "touches": "1"}))
    assert await state(story) == "asked"
    await story.presses("sanne", "go_ahead", "2")
    assert await state(story) == "proposed"


async def test_who_was_asked_and_changed_sides_does_not_hold_it_up(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    await story.fills_in("sanne", form(await story.asks("sanne", "promise")), **(GIVEN | {"touches": "1"}))
    await changes_side(story, "karim", "client")
    await story.presses("lotte", "go_ahead", "2")
    assert await state(story) == "proposed"


async def test_an_author_who_changed_sides_is_gone_for_the_side_they_left(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"], who="ahmed")
    await story.presses("karim", "resolve", "1")
    await changes_side(story, "ahmed", "supplier")
    assert refused(await story.presses("ahmed", "accept", "1"))
    await story.presses("sanne", "accept", "1")
    assert await state(story) == "accepted"


async def test_who_moves_a_promise_of_the_other_side_cannot_withdraw_it_then(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("sanne", "promise"))
    await story.fills_in("sanne", opened, **(GIVEN | {"owner": "karim"}))
    await story.presses("karim", "confirm", "1")
    await fills(story, "karim", "move", date="2027-04-20", reason="Later")
    for who in ("karim", "lotte"):
        assert refused(await story.presses(who, "withdraw", "1"))
    assert await state(story) == "proposed"


async def test_the_same_question_is_put_anew_in_another_state(story: Story) -> None:
    await story.agreed()
    await story.fills_in("sanne", form(await story.asks("sanne", "setup")), person="karim", role="service")
    await files(story, KINDS["warning"])
    story.sent.clear()
    opened = form(await story.asks("lotte", "promise"))
    await story.fills_in("lotte", opened, **(GIVEN | {"owner": "lotte", "touches": "1"}))
    await story.presses("karim", "go_ahead", "2")
    assert await state(story) == "lead"
    asked = [e.key for e in story.sent if getattr(e, "key", "").startswith("asked:")]
    assert len(set(asked)) == len(asked) == 2
