"""Who is away is not waited for, as long as somebody else there can act; and only who can act is told."""

from datetime import datetime
from typing import Any

from registers import files, has_role
from story import Story, form, words

from handlers.register.kinds import KINDS
from handlers.vocabulary import Whisper
from prompts import phrasebook
from storage.tables import Item, Member

NL = phrasebook("nl")
PROMISE = {"what": "Kaart bijwerken", "owner": "ahmed", "kind": "promise", "date": "2027-03-25"}
BACK = datetime.fromisoformat("2027-03-22T00:00:00+01:00")


def told(story: Story) -> list[tuple[str, str]]:
    """Who was told something in private, and what."""
    return [(e.who.id, words(e.card)) for e in story.sent if isinstance(e, Whisper)]


async def goes_away(story: Story, *who: str) -> None:
    """They are away for three weeks."""

    def away(db: Any) -> None:
        for each in who:
            db.query(Member).filter_by(person=each).one().away_until = BACK

    await story.write(away)


# --- who may say yes is who hears of it


async def test_who_may_commit_their_side_is_told_of_a_promise_that_waits_for_their_yes(story: Story) -> None:
    await story.agreed()
    await has_role(story, "ahmed", "it")
    await story.fills_in("karim", form(await story.asks("karim", "promise")), **PROMISE)
    story.sent.clear()
    await story.later(days=14)
    assert {who for who, _ in told(story)} == {"sanne"}
    await story.presses("sanne", "confirm", "1")
    assert (await story.rows(Item))[0].state == "confirmed"


async def test_of_a_come_back_date_which_binds_nobody_it_is_still_who_has_the_role(story: Story) -> None:
    await story.agreed()
    await has_role(story, "ahmed", "it")
    come_back = PROMISE | {"kind": "come_back"}
    await story.fills_in("karim", form(await story.asks("karim", "promise")), **come_back)
    story.sent.clear()
    await story.later(days=2)
    assert {who for who, _ in told(story)} == {"ahmed"}


# --- somebody else there can act


async def test_while_who_answers_is_away_somebody_else_there_hears_of_it(story: Story) -> None:
    await story.agreed()
    await goes_away(story, "karim")
    story.sent.clear()
    await files(story, KINDS["feedback"])
    await story.later(days=2)
    assert {who for who, _ in told(story)} == {"lotte"}
    assert "FB-1" in words((await story.asks("lotte", "open"))[0].card)
    assert NL.say("register.open.mine", count="1") in words((await story.asks("lotte", "open"))[0].card)


async def test_and_who_was_away_reads_it_when_they_are_back(story: Story) -> None:
    await story.agreed()
    await goes_away(story, "karim")
    await files(story, KINDS["request"], date="2027-06-30")
    await story.until(BACK)
    story.sent.clear()
    await story.until("2027-03-22T09:30:00+01:00")
    ((who, what),) = told(story)
    assert who == "karim"
    assert "VZ-1" in what


async def test_of_who_took_it_up_and_goes_away_the_others_hear(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"], date="2027-03-10")
    await story.presses("lotte", "take_up", "1")
    await goes_away(story, "lotte")
    story.sent.clear()
    await story.until("2027-03-12T12:00:00+01:00")
    assert {who for who, _ in told(story)} == {"karim"}


async def test_where_everyone_is_away_it_waits_for_who_would_answer(story: Story) -> None:
    await story.agreed()
    await goes_away(story, "karim", "lotte")
    story.sent.clear()
    await files(story, KINDS["feedback"])
    await story.until(BACK)
    assert [each for each in told(story) if each[0] in ("karim", "lotte")] == []
    await story.until("2027-03-22T12:00:00+01:00")
    assert [who for who, _ in told(story)] == ["karim"]


async def test_what_only_who_may_commit_can_do_goes_to_nobody_else_meanwhile(story: Story) -> None:
    await story.agreed()
    await has_role(story, "ahmed", "it")
    await goes_away(story, "sanne")
    await story.fills_in("karim", form(await story.asks("karim", "promise")), **PROMISE)
    story.sent.clear()
    await story.until(BACK)
    assert told(story) == []
