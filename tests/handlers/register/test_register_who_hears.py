"""Who hears of a step: whoever it concerns and did not take it, each time anew, and nobody else."""

from registers import files, has_role
from story import SECOND_SUPPLIER, Story, form, member, refused, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Whisper
from storage.tables import Item


def told(story: Story, who: str) -> list[str]:
    """What somebody was told in private since the last time."""
    said = [words(e.card) for e in story.sent if isinstance(e, Whisper) and e.who.id == who]
    story.sent.clear()
    return said


async def takes(story: Story, who: str, step: str, row: int = 1, **answers: str) -> None:
    """Somebody presses a button, and fills in what it asks."""
    given = await story.presses(who, step, str(row))
    if answers:
        await story.fills_in(who, form(given), **answers)


async def state(story: Story, kind: str) -> str:
    (row,) = [each for each in await story.rows(Item) if each.kind == kind]
    return str(row.state)


async def test_what_the_client_does_for_one_supplier_is_not_judged_by_another(story: Story) -> None:
    story.cast += [member("kees", SECOND_SUPPLIER), member("jan", SECOND_SUPPLIER)]
    await story.agreed(welcome=False)
    await story.agrees("jan", "supplier")
    await files(story, KINDS["promise"], who="karim", owner="ahmed")
    await takes(story, "sanne", "confirm")
    await takes(story, "ahmed", "done")
    assert refused(await story.presses("kees", "agree_done", "1"))
    assert await state(story, "promise") == "done"
    await takes(story, "lotte", "agree_done")
    assert await state(story, "promise") == "kept"


async def test_who_warned_hears_each_time_that_it_runs_elsewhere(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    story.sent.clear()
    await takes(story, "sanne", "talk")
    assert len(told(story, "karim")) == 1
    for number in ("M1", "M2"):
        await takes(story, "sanne", "reference", system="TOPdesk", number=number)
        (said,) = told(story, "karim")
        assert number in said


async def test_who_wrote_down_what_a_colleague_keeps_and_that_colleague_both_hear_it(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["promise"], who="karim", owner="lotte")
    await takes(story, "sanne", "confirm")
    await takes(story, "lotte", "done")
    story.sent.clear()
    await takes(story, "sanne", "agree_done")
    sent = list(story.sent)
    for who in ("karim", "lotte"):
        story.sent[:] = sent
        assert len(told(story, who)) == 1


async def test_who_wrote_it_down_hears_that_the_other_side_took_it_back(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["promise"], who="sanne", owner="lotte")
    await takes(story, "karim", "disagree", reason="Liever april")
    await takes(story, "lotte", "move", date="2027-04-10", reason="Dan wel")
    story.sent.clear()
    await takes(story, "karim", "withdraw")
    assert await state(story, "promise") == "withdrawn"
    (said,) = told(story, "sanne")
    assert "ingetrokken" in said


async def test_whose_turn_it_becomes_hears_of_a_colleague_s_step_and_who_took_it_does_not(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "contract")
    await files(story, KINDS["improvement"], who="sanne", owner="ahmed", second="karim")
    await takes(story, "karim", "decide_yes")
    await story.until("2027-03-02T12:00:00+01:00")
    story.sent.clear()
    await takes(story, "ahmed", "begin")
    await story.until("2027-03-03T12:00:00+01:00")
    assert told(story, "ahmed") == []
    await takes(story, "ahmed", "done")
    await story.until("2027-03-04T12:00:00+01:00")
    (said,) = told(story, "sanne")
    assert "VB-1" in said


async def test_who_is_asked_whom_it_touches_is_asked_again_at_another_day(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    opened = form(await story.asks("sanne", "promise"))
    await story.fills_in("sanne", opened, what="Uitzoeken", owner="lotte", kind="promise", date="2027-03-25")
    (promise,) = [each for each in await story.rows(Item) if each.kind == "promise"]
    await takes(story, "karim", "disagree", promise.id, reason="Nu niet")
    for day in ("2027-04-01", "2027-04-08"):
        story.sent.clear()
        await takes(story, "lotte", "move", promise.id, date=day, reason="Later", touches="1")
        assert len(told(story, "karim")) == 1, day
        await takes(story, "karim", "not_like_this", promise.id, reason="Nee")
        await story.later(hours=1)
