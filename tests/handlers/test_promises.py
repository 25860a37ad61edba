"""A deferral becomes a promise that both sides can see."""

from datetime import timedelta

import pytest
from story import DEFERRAL, MONDAY, NORMALISING, Story, form, refused, words

from bot import dispatch
from handlers.vocabulary import ChoiceField, DateField, Form, PersonField, Say, Submission
from prompts import phrasebook

NL = phrasebook("nl")
GIVEN = {"what": "Uitzoeken in welke release dit zit", "owner": "lotte", "kind": "promise", "date": "2027-03-05"}


async def deferred(story: Story, thread: str | None = None) -> Form:
    """Karim put something off, got a tip, and opens the form."""
    await story.agreed()
    await story.says("karim", DEFERRAL, thread=thread)
    await story.later(minutes=2)
    return form(await story.presses("karim", "promise"))


async def test_the_form_asks_what_who_and_when(story: Story) -> None:
    opened = await deferred(story)
    kinds = {f.name: type(f) for f in opened.fields}
    assert (kinds["owner"], kinds["kind"], kinds["date"]) == (PersonField, ChoiceField, DateField)
    assert next(f for f in opened.fields if f.name == "owner").value == "karim"
    assert NL.say("promises.visible") in words(opened)


async def test_a_promise_is_a_card_that_both_can_see(story: Story) -> None:
    opened = await deferred(story, thread="t1")
    assert await story.fills_in("karim", opened, **GIVEN) == []
    card = story.said[-1]
    assert GIVEN["what"] in card
    assert "lotte" in card
    assert "vrijdag 5 maart 2027" in card
    assert NL.say("promises.footer") in card
    assert NL.say("promises.card_promise") in card
    (said,) = [e for e in story.sent if isinstance(e, Say)]
    assert said.place.thread == "t1"
    assert await story.outcomes() == ["promised", "made_good"]


async def test_a_come_back_date_is_a_promise_too_and_says_that_it_is_one(story: Story) -> None:
    opened = await deferred(story)
    await story.fills_in("karim", opened, **(GIVEN | {"kind": "come_back"}))
    assert NL.say("promises.card_come_back") in story.said[-1]
    assert f"{NL.say('promises.come_back_until')}: vrijdag 5 maart 2027" in story.said[-1]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": "   "}, "what"),
        ({"owner": ""}, "owner"),
        ({"owner": "stranger"}, "owner"),
        ({"date": ""}, "date"),
        ({"date": "volgende week"}, "date"),
        ({"date": "2027-02-30"}, "date"),
        ({"date": "2027-02-28"}, "date"),
        ({"kind": "maybe"}, "kind"),
    ],
)
async def test_what_is_missing_or_wrong_is_refused_at_its_own_field(
    story: Story, wrong: dict[str, str], field: str
) -> None:
    opened = await deferred(story)
    assert refused(await story.fills_in("karim", opened, **(GIVEN | wrong))) == {
        field: NL.say(f"promises.refused.{field}")
    }
    assert story.said == []
    assert await story.outcomes() == []


async def test_all_that_is_wrong_is_said_at_once(story: Story) -> None:
    opened = await deferred(story)
    wrong = {"what": "", "owner": "", "kind": "", "date": ""}
    assert set(refused(await story.fills_in("karim", opened, **wrong))) == set(wrong)


async def test_today_is_a_fine_date(story: Story) -> None:
    opened = await deferred(story)
    await story.fills_in("karim", opened, **(GIVEN | {"date": "2027-03-01"}))
    assert len(story.said) == 1


async def test_a_form_that_is_sent_twice_makes_one_promise(story: Story) -> None:
    opened = await deferred(story)
    numbers = story.numbers
    story.numbers = iter([5_001, 5_001])
    await story.fills_in("karim", opened, **GIVEN)
    await story.fills_in("karim", opened, **GIVEN)
    story.numbers = numbers
    assert len(story.said) == 1


async def test_a_promise_after_days_still_works(story: Story) -> None:
    opened = await deferred(story)
    await story.until(MONDAY + timedelta(days=2))
    await story.fills_in("karim", opened, **GIVEN)
    assert len(story.said) == 1


async def test_any_tip_of_ones_own_can_become_a_promise(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert form(await story.presses("karim", "promise", about=story.button("why").about)).name == "promise"


# --- without a tip: about a message, from its menu


async def test_a_message_can_be_made_a_promise_without_a_tip(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "toezegging", "We zoeken uit in welke release dit zit", thread="t1"))
    assert {f.name: f.value for f in opened.fields}["what"] == "We zoeken uit in welke release dit zit"
    assert await story.fills_in("karim", opened, **GIVEN) == []
    (said,) = [e for e in story.sent if isinstance(e, Say)]
    assert GIVEN["what"] in words(said.card)
    assert await story.outcomes() == []


async def test_it_is_shown_in_the_thread_of_that_message(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "promise", thread="t1"))
    place = story.place("t1")
    await dispatch.handle(
        story.house,
        Submission(story.event_id(), story.now, place, story.person("karim"), "promise", opened.about, GIVEN),
    )
    await story.settle()
    (said,) = [e for e in story.sent if isinstance(e, Say)]
    assert said.place == place


async def test_a_long_message_is_cut_to_what_fits(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("sanne", "promise", "x" * 5000))
    assert {f.name: f.value for f in opened.fields}["what"] == "x" * 300


async def test_a_stranger_makes_no_promise(story: Story) -> None:
    await story.agreed()
    assert refused(await story.asks("stranger", "toezegging", "Iets")) == {"": NL.say("choices.unknown")}
    assert refused(await story.sends("stranger", "promise", GIVEN)) == {"": NL.say("choices.unknown")}
    assert story.said == []
