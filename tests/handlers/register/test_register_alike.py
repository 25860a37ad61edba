"""The same reported twice: whoever reports it is asked, nothing is put together without a click."""

import tomllib
from pathlib import Path

import pytest
from registers import files, has_role, stands
from story import Story, form, names, refused, reply, words

from bot import dispatch
from handlers.register import alike, outside
from handlers.register.kinds import KINDS
from handlers.register.likeness import ALIKE, likeness, means_the_same
from handlers.turn import Compare
from handlers.vocabulary import Brought, Replace, Whisper
from prompts import phrasebook
from storage.links import digest
from storage.tables import Entry, Item, Link

NL = phrasebook("nl")
FEEDBACK, COMPLAINT = KINDS["feedback"], KINDS["complaint"]
PAIRS = tomllib.loads((Path(__file__).parent / "alike.toml").read_text("utf-8"))
SLOW, SLOW_TOO = "Inschrijven aan de balie duurt twaalf minuten", "Het inschrijven duurt bij de balie veel te lang"


async def reported(story: Story, who: str = "ahmed", what: str = SLOW_TOO) -> Item:
    """Sanne reports something, and somebody reports what looks like it."""
    await story.agreed()
    await files(story, FEEDBACK, "sanne", what=SLOW)
    story.sent.clear()
    return await files(story, FEEDBACK, who, what=what)


def questions(story: Story) -> list[Whisper]:
    """Whom it asked whether two things are the same."""
    return [e for e in story.sent if isinstance(e, Whisper) and "same" in names(e.card)]


@pytest.mark.parametrize(
    ("pairs", "found", "in_vain"), [("nl", 8, 1), ("en", 9, 0), ("nl_unseen", 6, 1), ("en_unseen", 8, 2)]
)
def test_most_of_what_is_the_same_is_found_and_little_is_asked_in_vain(pairs: str, found: int, in_vain: int) -> None:
    asked = [(likeness(one, other) >= ALIKE, same) for one, other, same in PAIRS[pairs]]
    assert sum(alike for alike, same in asked if same) == found
    assert sum(alike for alike, same in asked if not same) == in_vain


@pytest.mark.parametrize(
    ("one", "other"), [("", ""), ("de het een", "the"), ("🙂", "🙂"), ("printer", "De printer valt uit")]
)
def test_too_few_words_are_no_likeness(one: str, other: str) -> None:
    assert likeness(one, other) < ALIKE


@pytest.mark.parametrize(
    ("pairs", "found", "in_vain"),
    [("nl", 10, 1), ("en", 9, 0), ("nl_unseen", 7, 2), ("en_unseen", 8, 2), ("other_words", 6, 0)],
)
def test_words_and_meaning_together_also_find_what_is_said_in_other_words_and_in_the_other_language(
    pairs: str, found: int, in_vain: int
) -> None:
    asked = [
        (likeness(one, other) >= ALIKE or bool(means_the_same(one, {1: other})), same)
        for one, other, same in PAIRS[pairs]
    ]
    assert sum(alike for alike, same in asked if same) == found
    assert sum(alike for alike, same in asked if not same) == in_vain


async def test_who_reports_what_looks_alike_is_asked_alone_and_it_is_filed_anyway(story: Story) -> None:
    item = await reported(story)
    (whisper,) = questions(story)
    assert (whisper.who.id, item.state) == ("ahmed", "open")
    assert "FB-1" in words(whisper.card)
    assert not any(NL.say("alike.button.same") in said for said in story.said)


async def test_what_is_something_else_is_not_asked_about(story: Story) -> None:
    await reported(story, what="Uitschrijven via de website lukt niet")
    assert questions(story) == []


async def test_what_the_other_side_reports_or_what_is_over_is_not_the_same(story: Story) -> None:
    item = await reported(story, "karim")
    await stands(story, item, "withdrawn")
    await stands(story, (await story.rows(Item))[0], "accepted")
    await files(story, FEEDBACK, "ahmed", what=SLOW_TOO)
    assert questions(story) == []


async def test_on_a_click_the_newer_becomes_part_of_the_older_with_history_on_both(story: Story) -> None:
    await reported(story)
    told = reply(await story.presses("ahmed", "same", "2 1"))
    assert told == NL.say("alike.merged", newer="FB-2", older="FB-1")
    older, newer = await story.rows(Item)
    assert (older.state, newer.state) == ("open", "merged")
    shown = [words(e.card) for e in story.sent if isinstance(e, Replace)]
    assert f"{NL.say('register.into')}: FB-1" in shown[-2]
    assert f"{NL.say('register.joined')}: FB-2" in shown[-1]
    assert [(e.item_id, e.step) for e in await story.rows(Entry)][2:] == [(2, "same"), (1, "joined")]


async def test_something_else_leaves_both_as_they_are(story: Story) -> None:
    await reported(story)
    assert reply(await story.presses("ahmed", "not_same", "2 1")) == NL.say("alike.apart", code="FB-2")
    assert [item.state for item in await story.rows(Item)] == ["open", "open"]


async def test_whose_report_was_put_with_another_hears_how_that_ended(story: Story) -> None:
    await reported(story)
    await files(story, FEEDBACK, "ahmed", what=SLOW_TOO)
    await story.presses("ahmed", "same", "3 2")
    await story.presses("ahmed", "same", "2 1")
    await story.presses("karim", "resolve", "1")
    story.sent.clear()
    await story.presses("sanne", "accept", "1")
    told = [(e.who.id, words(e.card)) for e in story.sent if isinstance(e, Whisper)]
    state = NL.say("feedback.state.accepted")
    ended = [NL.say("alike.ended", newer=code, older="FB-1", state=state) for code in ("FB-3", "FB-2")]
    assert sorted(told) == sorted(("ahmed", line) for line in ended)


# --- through the link


async def brought(story: Story, what: str, once: str = "r") -> Item:
    """Somebody outside reports something; the address is made when there is none."""
    if not await story.rows(Link):
        await story.presses("sanne", "link_make", "")
    (link,) = await story.rows(Link)
    answers = {"what": what, "who": "de balie"}
    receipt = digest(once)
    event = Brought(
        f"link:{once}", story.now, story.place(), link.digest, "feedback", answers, "nl", receipt, asked_back=True
    )
    await dispatch.handle(story.house, event)
    await story.settle()
    return (await story.rows(Item))[-1]  # type: ignore[no-any-return]


async def test_what_comes_by_the_link_is_asked_about_with_who_handles_it_there(story: Story) -> None:
    await story.agreed()
    await files(story, FEEDBACK, "sanne", what=SLOW)
    await has_role(story, "ahmed", "responder")
    story.sent.clear()
    item = await brought(story, SLOW_TOO)
    (whisper,) = questions(story)
    assert (whisper.who.id, item.state) == ("ahmed", "open")
    assert "FB-1" in words(whisper.card)
    told = reply(await story.presses("ahmed", "same", "2 1"))
    assert told == NL.say("alike.merged_for_others", newer="FB-2", older="FB-1")
    filed = await dispatch.look(
        story.house, story.tenant, lambda turn: outside.filed(turn, story.tenant, digest("r"), "nl")
    )
    state = NL.say("feedback.state.open")
    assert NL.say("link.page.part_of", code="FB-1", state=state) in filed.answer


async def test_what_comes_by_the_link_and_looks_like_nothing_is_not_asked_about(story: Story) -> None:
    await story.agreed()
    await files(story, FEEDBACK, "sanne", what=SLOW)
    await brought(story, "Uitschrijven via de website lukt niet")
    await story.later(days=2)
    assert questions(story) == []


async def test_at_night_who_handles_it_is_asked_in_the_morning_and_once(story: Story) -> None:
    await story.agreed()
    await files(story, FEEDBACK, "sanne", what=SLOW)
    await has_role(story, "ahmed", "responder")
    await story.until("2027-03-02T22:00:00+01:00")
    story.sent.clear()
    await brought(story, SLOW_TOO)
    assert questions(story) == []
    await story.until("2027-03-03T08:59:00+01:00")
    assert questions(story) == []
    await story.until("2027-03-10T12:00:00+01:00")
    (whisper,) = questions(story)
    assert whisper.who.id == "ahmed"
    assert (await story.rows(Item))[-1].state == "open"


@pytest.mark.parametrize(
    ("who", "about", "why"),
    [
        ("karim", "2 1", "author"),
        ("sanne", "2 1", "author"),
        ("stranger", "2 1", "gone"),
        ("ahmed", "2", "gone"),
        ("ahmed", "1 2", "gone"),
        ("ahmed", "2 2", "gone"),
        ("ahmed", "2 9", "gone"),
        ("ahmed", "4 3", "gone"),
        ("ahmed", "3 2", "gone"),
        ("ahmed", "x; drop", "gone"),
    ],
)
async def test_nobody_puts_together_what_is_not_theirs(story: Story, who: str, about: str, why: str) -> None:
    await reported(story)
    await files(story, COMPLAINT, "ahmed", what="Niemand belt terug")
    assert refused(await story.presses(who, "same", about)) == {"": NL.say(f"register.refused.{why}")}
    assert {item.state for item in await story.rows(Item)} == {"open"}


async def test_what_is_already_part_of_another_or_over_by_now_is_left(story: Story) -> None:
    await reported(story)
    await story.presses("ahmed", "same", "2 1")
    assert refused(await story.presses("ahmed", "same", "2 1")) == {"": NL.say("register.refused.changed")}
    await files(story, FEEDBACK, "ahmed", what=SLOW_TOO)
    await stands(story, (await story.rows(Item))[0], "accepted")
    assert refused(await story.presses("ahmed", "same", "3 1")) == {"": NL.say("register.refused.changed")}


# --- in other words


DUTCH, ENGLISH = "Inloggen duurt elke ochtend tien minuten", "Logging in takes ten minutes every morning"


async def test_what_means_the_same_in_the_other_language_is_asked_about_too(story: Story) -> None:
    await story.agreed()
    await files(story, FEEDBACK, "sanne", what=DUTCH)
    await files(story, FEEDBACK, "sanne", what="De facturen kloppen niet")
    story.sent.clear()
    await files(story, FEEDBACK, "ahmed", what=ENGLISH)
    (whisper,) = questions(story)
    assert (whisper.who.id, "FB-1" in words(whisper.card)) == ("ahmed", True)
    assert reply(await story.presses("ahmed", "same", "3 1")) == NL.say("alike.merged", newer="FB-3", older="FB-1")


async def test_where_the_ear_cannot_compare_words_alone_tell(story: Story) -> None:
    async def deaf(_what: Compare) -> tuple[int, ...]:
        return ()

    story.compares = deaf
    await reported(story)
    assert len(questions(story)) == 1
    await files(story, FEEDBACK, "sanne", what=DUTCH)
    story.sent.clear()
    await files(story, FEEDBACK, "ahmed", what=ENGLISH)
    assert questions(story) == []


async def test_the_ear_compares_only_the_newest_so_that_tips_do_not_wait_for_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "COMPARED", 2)
    asked: list[set[int]] = []

    async def listening(what: Compare) -> tuple[int, ...]:
        asked.append(set(what.others))
        return ()

    await story.agreed()
    story.compares = listening
    for what in (DUTCH, "De facturen kloppen niet", "De lift is stuk", ENGLISH):
        await files(story, FEEDBACK, "sanne", what=what)
    assert asked == [{1}, {1, 2}, {2, 3}]


async def test_what_is_taken_back_before_it_was_compared_is_not_asked_about(story: Story) -> None:
    async def slow(what: Compare) -> tuple[int, ...]:
        await stands(story, (await story.rows(Item))[1], "withdrawn")
        return means_the_same(what.text, what.others)

    await story.agreed()
    await files(story, FEEDBACK, "sanne", what=DUTCH)
    story.compares = slow
    story.sent.clear()
    await files(story, FEEDBACK, "ahmed", what=ENGLISH)
    assert questions(story) == []


async def test_complaints_that_mean_the_same_are_shown_together(story: Story) -> None:
    await story.agreed()
    await files(story, COMPLAINT, what=DUTCH)
    await files(story, COMPLAINT, what=ENGLISH)
    assert any("together" in names(e.card) for e in story.sent if isinstance(e, Replace))
    for about in ("1", "2"):
        told = reply(await story.presses("karim", "together", about))
        assert "KD-1" in told
        assert "KD-2" in told


# --- complaints side by side


async def test_complaints_that_look_alike_are_shown_together_with_how_many_there_are(story: Story) -> None:
    await story.agreed()
    await files(story, COMPLAINT, what="De helpdesk neemt de telefoon niet op")
    assert "together" not in names(story.sent[-1].card)  # type: ignore[union-attr]
    await story.later(days=40)
    await files(story, COMPLAINT, what="De helpdesk neemt telefoon niet op")
    for who in ("sanne", "karim"):
        told = reply(await story.presses(who, "together"))
        assert "KD-1" in told
        assert "KD-2" in told
        assert NL.say("alike.trend", lately="1", before="1") in told
        assert who not in told.replace(NL.say("alike.together", count="2"), "")
    opened = form(await story.presses("karim", "improve", "2"))
    assert opened.name == "improvement"
    assert "KD-2, KD-1" in next(field.value for field in opened.fields if field.name == "what")


async def test_only_complaints_are_looked_at_together_and_only_by_who_takes_part(story: Story) -> None:
    await reported(story)
    for button in ("together", "improve"):
        assert refused(await story.presses("sanne", button, "1")) == {"": NL.say("register.refused.gone")}
        assert refused(await story.presses("stranger", button, "1")) == {"": NL.say("register.refused.gone")}
