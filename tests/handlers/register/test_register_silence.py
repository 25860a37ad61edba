"""Whatever waits for somebody, they hear of it again; and what nobody has a word for waits for the tactical meeting."""

from typing import Any

import pytest
from registers import files, has_role
from story import Story, form, words

from handlers.register import timing
from handlers.register.kinds import KINDS, UNSEEN
from handlers.vocabulary import Whisper
from prompts import phrasebook
from storage.tables import Item, Member

NL = phrasebook("nl")
DAYS = (None, "2027-02-01", "2027-03-10")
WAITING = [
    (kind.name, state, due)
    for kind in KINDS.values()
    if not kind.made  # these end with their meeting, and the next agenda says what is missing
    for state in kind.waits
    for due in (DAYS if NL.has(f"register.due.{kind.name}") else (None,))
    if (kind.name, state) != ("escalation", "call")
    if due is not None or not (state in kind.passes or kind.name in ("promise", "request") or state == "later")
]
GIVEN = {"what": "Uitzoeken in welke release dit zit", "owner": "lotte", "kind": "promise", "date": "2027-03-25"}


def told(story: Story) -> list[tuple[str, str]]:
    """Who was told something in private, and what."""
    return [(e.who.id, words(e.card)) for e in story.sent if isinstance(e, Whisper)]


@pytest.mark.parametrize(("kind", "state", "due"), WAITING)
async def test_whatever_waits_is_heard_of_again_or_is_at_the_tactical_level(
    story: Story, kind: str, state: str, due: str | None
) -> None:
    await story.agreed()
    item = await files(story, KINDS[kind])

    def stand(db: Any) -> None:
        row = db.get(Item, item.id)
        row.state, row.due_on, row.level = state, due, "operational"
        timing.begin(row, story.now, tell=False)

    await story.write(stand)
    story.sent.clear()
    await story.later(days=90)
    digests = [e for e in story.sent if isinstance(e, Whisper) and e.key.startswith("digest:")]
    assert digests
    row = next(row for row in await story.rows(Item) if row.id == item.id)
    assert row.look_at is None
    assert row.level == "tactical" or row.state in UNSEEN


async def test_a_promise_that_nobody_confirms_is_told_twice_more_and_then_talked_about(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["promise"])
    await has_role(story, "sanne", "service")
    story.sent.clear()
    await story.later(days=60)
    days = [e.key[-12:-4] for e in story.sent if isinstance(e, Whisper)]
    # The next morning, and after five and ten working days.
    assert days == ["20270302", "20270308", "20270315"]
    (row,) = await story.rows(Item)
    assert row.level == "tactical"


async def test_who_took_it_up_is_reminded_and_not_who_has_the_role(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    await files(story, KINDS["feedback"], date="2027-03-10")
    await story.presses("lotte", "take_up", "1")
    story.sent.clear()
    await story.later(days=12)
    assert {who for who, _ in told(story)} == {"lotte"}


async def test_who_takes_a_complaint_in_hand_handles_it(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "complaints")
    await files(story, KINDS["complaint"])
    await story.presses("lotte", "acknowledge", "1")
    assert f"{NL.say('register.owner')}: lotte" in words(story.sent[-1].card)
    story.sent.clear()
    await story.later(days=40)
    assert {who for who, _ in told(story)} == {"lotte"}


async def test_who_gets_a_role_before_the_morning_is_told_what_waits_for_it(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    await files(story, KINDS["request"])
    await has_role(story, "karim", "")
    await has_role(story, "lotte", "service")
    story.sent.clear()
    await story.until("2027-03-02T09:30:00+01:00")
    assert [who for who, _ in told(story)] == ["lotte"]


async def test_and_so_are_they_who_get_it_long_after(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    await files(story, KINDS["request"])
    await story.later(days=3)
    story.sent.clear()
    await has_role(story, "karim", "it")
    await has_role(story, "lotte", "service")
    await story.until("2027-03-05T12:00:00+01:00")
    assert [who for who, _ in told(story)] == ["lotte"]


async def test_a_planned_call_is_brought_back_to_who_planned_it_with_whom_and_when(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["escalation"])
    opened = form(await story.presses("ahmed", "plan_call", "1"))
    await story.fills_in("ahmed", opened, whom="Karim van de leverancier", date="2027-03-10", time="14:00")
    story.sent.clear()
    await story.until("2027-03-10T10:00:00+01:00")
    ((who, what),) = told(story)
    assert who == "ahmed"
    assert "Karim van de leverancier" in what
    assert "14:00" in what


async def test_a_lead_is_asked_in_working_hours_and_otherwise_the_next_morning(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    await story.until("2027-03-06T23:30:00+01:00")
    story.sent.clear()
    await story.fills_in("lotte", form(await story.asks("lotte", "promise")), **GIVEN)
    assert told(story) == []
    await story.until("2027-03-08T09:30:00+01:00")
    ((who, what),) = told(story)
    assert who == "karim"
    assert "TZ-1" in what


async def test_the_service_manager_is_asked_before_the_sponsor(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "sponsor")
    await has_role(story, "ahmed", "service")
    await story.write(lambda db: setattr(db.query(Member).filter_by(person="ahmed").one(), "own_side", "supplier"))
    story.sent.clear()
    await story.fills_in("lotte", form(await story.asks("lotte", "promise")), **GIVEN)
    assert [who for who, _ in told(story)] == ["ahmed"]


async def test_who_asked_their_lead_hears_a_no(story: Story) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    await story.fills_in("lotte", form(await story.asks("lotte", "promise")), **GIVEN)
    story.sent.clear()
    await story.presses("karim", "hold", "1")
    assert told(story) == [("lotte", NL.say("register.lead_held", code="TZ-1"))]


@pytest.mark.parametrize(
    ("kind", "step", "author", "doer"),
    [
        ("request", "move", "sanne", "karim"),
        ("warning", "follow", "karim", "sanne"),
        ("warning", "accept_risk", "karim", "sanne"),
    ],
)
async def test_whose_word_it_is_hears_what_the_other_side_made_of_it(
    story: Story, kind: str, step: str, author: str, doer: str
) -> None:
    await story.agreed()
    await files(story, KINDS[kind])
    if kind == "request":
        await story.presses(doer, "acknowledge", "1")
    story.sent.clear()
    answers = await story.presses(doer, step, "1")
    if answers:
        await story.fills_in(doer, form(answers), reason="Dat past beter", date="2027-04-02")
    ((who, what),) = told(story)
    assert who == author
    assert NL.say("register.heard") in what


async def test_what_was_not_right_is_followed_here_again(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    opened = form(await story.presses("karim", "reference", "1"))
    await story.fills_in("karim", opened, system="TOPdesk", number="M1")
    await story.presses("karim", "resolve", "1")
    await story.fills_in("sanne", form(await story.presses("sanne", "not_right", "1")), reason="Nog traag")
    story.sent.clear()
    await story.later(days=60)
    (row,) = await story.rows(Item)
    assert len(told(story)) > 1
    assert row.level == "tactical"
