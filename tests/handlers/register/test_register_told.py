"""What people answer each other is shown to those it is for: on the card, in the morning, and on the receipt."""

import pytest
from registers import files, filled_in
from story import Story, buttons, form, names, refused, reply, words

from bot import dispatch
from handlers.register import answers, outside
from handlers.register.kinds import KINDS
from handlers.vocabulary import Brought, Replace, Reply, Say, Whisper
from prompts import phrasebook
from storage import links
from storage.tables import Item

NL = phrasebook("nl")
REASON = "Het pakket kent maar één balie"


async def takes(story: Story, who: str, step: str, **answers: str) -> None:
    """Somebody takes a step on the newest item, with what its form asks."""
    item = (await story.rows(Item))[-1]
    opened = form(await story.presses(who, step, str(item.id)))
    await story.fills_in(who, opened, **answers)


def card(story: Story) -> str:
    """The last card of an item, as all see it."""
    shown = [e.card for e in story.sent if isinstance(e, Say | Replace) and e.key.startswith("item:")]
    return words(shown[-1])


def whispered(story: Story, who: str) -> str:
    """What somebody was told in private last."""
    return words([e.card for e in story.sent if isinstance(e, Whisper) and e.who.id == who][-1])


async def agreed_promise(story: Story) -> None:
    """The supplier promised something, and the client confirmed it."""
    await story.agreed()
    await files(story, KINDS["promise"])
    await story.presses("sanne", "confirm", "1")


async def test_a_no_shows_its_reason_and_what_can_be_done_instead(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    await takes(story, "karim", "decline", reason=REASON, alternative="Een tweede balie")
    told = f"{NL.say('register.told.decline.reason')}: {REASON}"
    instead = f"{NL.say('register.told.decline.alternative')}: Een tweede balie"
    assert told in card(story)
    assert instead in card(story)
    assert told in reply(await story.asks("sanne", "open", "FB-1"))
    await story.until("2027-03-02T09:30:00+01:00")
    assert told in whispered(story, "sanne")
    assert instead in whispered(story, "sanne")


async def test_the_answer_to_a_complaint_is_read_by_who_complained_and_so_is_what_they_think_of_it(
    story: Story,
) -> None:
    await story.agreed()
    await files(story, KINDS["complaint"])
    answer = "Vanaf april neemt iemand binnen een minuut op. " * 8
    await takes(story, "karim", "answer", answer=answer)
    assert answer.strip() in card(story)
    await story.until("2027-03-02T09:30:00+01:00")
    assert answer.strip() in whispered(story, "sanne")
    await takes(story, "sanne", "rate", rating="2", remark="Het duurde lang")
    assert f"{NL.say('register.told.rate.rating')}: {NL.say('register.asks.rate.choice.rating.2')}" in card(story)
    assert "Het duurde lang" in card(story)
    assert answer.strip() in card(story)


@pytest.mark.parametrize(
    ("before", "who", "step"),
    [
        ((), "sanne", "disagree"),
        (("confirm",), "karim", "move"),
        (("confirm",), "karim", "drop"),
        (("confirm", "done"), "sanne", "not_right"),
    ],
)
async def test_what_goes_wrong_with_a_promise_says_why(
    story: Story, before: tuple[str, ...], who: str, step: str
) -> None:
    await story.agreed()
    await files(story, KINDS["promise"])
    for each in before:
        await story.presses("karim" if each == "done" else "sanne", each, "1")
    filled = {"date": "2027-04-02"} if step == "move" else {}
    await takes(story, who, step, reason=REASON, **filled)
    assert f"{NL.say(f'register.told.{step}.reason')}: {REASON}" in card(story)


async def test_a_day_that_moved_says_what_it_was(story: Story) -> None:
    await agreed_promise(story)
    await takes(story, "karim", "move", date="2027-04-02", reason=REASON)
    assert f"{NL.say('register.told.before')}: donderdag 25 maart 2027" in card(story)


async def test_of_a_no_and_what_was_said_to_it_both_can_be_read(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["request"])
    await takes(story, "karim", "decline", reason=REASON, alternative="Een tweede balie")
    await takes(story, "sanne", "object", reason="Wij kunnen niet zonder")
    assert REASON in card(story)
    assert f"{NL.say('register.told.object.reason')}: Wij kunnen niet zonder" in card(story)


async def test_a_long_reason_is_cut_like_a_note(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    await takes(story, "karim", "decline", reason="lang " * 100, alternative="Een tweede balie")
    assert "lang…" in card(story)
    assert "lang " * 50 not in card(story)


async def test_why_a_risk_is_taken_is_on_the_card(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["warning"])
    await takes(story, "sanne", "accept_risk", reason=REASON)
    assert REASON in card(story)


async def test_what_was_said_on_ones_own_side_stays_there(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["escalation"])
    opened = form(await story.presses("sanne", "sheet", "1"))
    await story.fills_in("sanne", opened, wrong="STIL", expected="STIL", date="2027-03-25")
    opened = form(await story.presses("sanne", "outcome", "1"))
    await story.fills_in("sanne", opened, outcome="We bellen weer", date="2027-03-25")
    assert "STIL" not in reply(await story.asks("karim", "open", "OP-1"))


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"escalation"}))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_all_that_a_step_asks_has_a_label_for_a_card(kind: str, language: str) -> None:
    book = phrasebook(language)
    for step in KINDS[kind].steps:
        for blank in step.asks:
            shown = not step.aside and step.name not in answers.ELSEWHERE and blank.type not in ("date", "time")
            if shown and step.to != "held":
                assert book.say(f"register.told.{step.name}.{blank.name}")


async def test_a_button_in_a_list_leaves_the_list_where_it_is(story: Story) -> None:
    await story.agreed()
    for what in ("De kassa", "De printer"):
        await files(story, KINDS["request"], what=what)
    await story.until("2027-03-02T09:30:00+01:00")
    digest = next(e.card for e in story.sent if isinstance(e, Whisper) and e.who.id == "karim")
    assert names(digest).count("acknowledge") == 2
    (answer,) = await story.presses("karim", "acknowledge", next(iter(buttons(digest.parts))).about)
    assert isinstance(answer, Reply)
    assert "VZ-1" in words(answer.card)


@pytest.mark.parametrize(("date", "why"), [("2030-03-02", "far"), ("9999-12-31", "far"), ("2030-02-28", "")])
async def test_a_day_far_away_is_a_slip_of_the_pen(story: Story, date: str, why: str) -> None:
    await story.agreed()
    opened = form(await story.asks("sanne", "request"))
    answers = await story.fills_in("sanne", opened, **filled_in(KINDS["request"].blanks, date))
    if why:
        assert refused(answers) == {"date": NL.say("register.refused.far")}
    else:
        assert answers == []


# --- through the link


async def brought(story: Story, kind: str) -> outside.Filed:
    """Somebody outside files something, it is answered, and they look how it stands."""
    await story.agreed()
    await story.presses("sanne", "link_make", "")
    secret = next(line for line in reply(story.answers[-1:]).splitlines() if "/f/" in line).rpartition("/")[2]
    answers = {"what": "De helpdesk neemt nooit op", "who": "de balie", "effect": "een uur"}
    event = Brought(
        "link:1", story.now, story.place(), links.digest(secret), kind, answers, "nl", links.digest("r"), True
    )
    await dispatch.handle(story.house, event)
    if kind == "complaint":
        await takes(story, "karim", "answer", answer="Vanaf april zitten er twee mensen")
    else:
        await takes(story, "karim", "decline", reason="Eerst iets anders", alternative="Een tweede balie")
        await story.until("2027-03-09T09:30:00+01:00")
        await takes(story, "sanne", "object", reason="Van de klant zelf")
        await takes(story, "karim", "decline", reason=REASON, alternative="Een derde balie")
    hashed = links.digest("r")
    return await dispatch.look(story.house, story.tenant, lambda turn: outside.filed(turn, story.tenant, hashed, "nl"))


async def test_the_receipt_of_a_complaint_tells_the_answer_and_asks_what_they_think_of_it(story: Story) -> None:
    filed = await brought(story, "complaint")
    assert "Vanaf april zitten er twee mensen" in " ".join(filed.answer)
    assert NL.say("link.page.judge") in filed.intro
    assert [form.name for form in filed.asks] == ["rate", "not_right"]


async def test_the_receipt_of_feedback_tells_why_not_and_nothing_of_ones_own_side(story: Story) -> None:
    told = " ".join((await brought(story, "feedback")).answer)
    assert REASON in told
    assert "Een derde balie" in told
    assert "Een tweede balie" not in told
    assert "Van de klant zelf" not in told
