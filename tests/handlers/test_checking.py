"""Before sending: the same ear on a draft, of which nothing is kept; and help with an answer."""

import pytest
from sqlalchemy.orm import Session
from story import (
    BLAME,
    CLIENT,
    COMPLAINT,
    DEFERRAL,
    GOOD,
    IMPACT,
    NORMALISING,
    Story,
    form,
    member,
    names,
    refused,
    reply,
    starter,
    words,
)

from handlers.vocabulary import OpenForm, Reply
from prompts import phrasebook
from storage import members, projects
from storage.tables import Nudge, Recent

NL, EN = phrasebook("nl"), phrasebook("en")


def value(opened: object, name: str) -> str:
    """What is filled in on a form that was opened."""
    return next(f.value for f in form([opened]).fields if f.name == name)  # type: ignore[list-item]


async def test_a_draft_is_looked_at_by_the_same_ear(story: Story) -> None:
    await story.agreed()
    told = reply(await story.asks("karim", "check", NORMALISING))
    assert NL.say("checking.missing", what=NL.say("tips.label.normalising")) in told
    assert NL.say("tips.only_you.text") in told
    assert NORMALISING in told


async def test_a_good_draft_is_told_so(story: Story) -> None:
    await story.agreed()
    assert NL.say("checking.good") in reply(await story.asks("karim", "nakijken", GOOD))


async def test_a_client_who_describes_the_effect_is_told_so(story: Story) -> None:
    await story.agreed()
    assert NL.say("checking.good_impact") in reply(await story.asks("sanne", "check", IMPACT))


async def test_a_draft_is_judged_by_the_side_of_its_author(story: Story) -> None:
    await story.agreed()
    assert NL.say("tips.label.impactless_complaint") in reply(await story.asks("sanne", "check", COMPLAINT))
    assert NL.say("checking.good") in reply(await story.asks("karim", "check", COMPLAINT))


async def test_a_draft_answers_what_the_other_side_just_wrote(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", IMPACT)
    (answer,) = await story.asks("karim", "check", NORMALISING)
    assert isinstance(answer, Reply)
    quoted = starter(answer.card).partition("“")[2].partition("”")[0]
    assert quoted
    assert quoted in IMPACT


async def test_who_is_of_another_project_is_told_nothing_of_what_was_said_here(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", IMPACT)

    def moved(db: Session) -> None:
        karim = members.anywhere(db, story.tenant, "karim")[0]
        elsewhere = projects.start(db, story.tenant, "C2", language="nl", zone="UTC", country="NL", now=story.now)
        karim.project = elsewhere.project

    await story.write(moved)
    told = reply(await story.asks("karim", "check", NORMALISING))
    assert NL.say("checking.missing", what=NL.say("tips.label.normalising")) in told
    assert IMPACT[:20] not in told


async def test_of_a_draft_nothing_is_kept(story: Story) -> None:
    await story.agreed()
    await story.asks("karim", "check", NORMALISING)
    await story.sends("karim", "check", {"draft": BLAME})
    everything = await story.everything()
    assert "wennen" not in everything
    assert "scope," not in everything
    assert await story.rows(Nudge) == await story.rows(Recent) == []


async def test_a_check_counts_for_no_cap_and_is_capped_by_none(story: Story) -> None:
    await story.agreed()
    for _ in range(5):
        assert NL.say("tips.label.normalising") in reply(await story.asks("karim", "check", NORMALISING))
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == [("karim", "normalising")]


async def test_without_a_draft_a_form_asks_for_it_and_shows_what_was_noticed(story: Story) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "check"))
    assert NL.say("checking.nothing_kept") in words(opened)
    looked = form(await story.fills_in("karim", opened, draft=DEFERRAL))
    assert NL.say("checking.missing", what=NL.say("tips.label.vague_deferral")) in words(looked)
    assert value(OpenForm(looked), "draft") == DEFERRAL
    again = form(await story.fills_in("karim", looked, draft=GOOD))
    assert NL.say("checking.good") in words(again)


async def test_an_empty_draft_is_refused(story: Story) -> None:
    await story.agreed()
    assert refused(await story.sends("karim", "check", {"draft": "  "})) == {"draft": NL.say("checking.refused.empty")}


async def test_a_check_works_from_the_home_and_in_a_direct_message_too(story: Story) -> None:
    await story.agreed()
    story.channel = "D-karim"
    assert NL.say("tips.label.normalising") in reply(await story.asks("karim", "check", NORMALISING))
    assert form(await story.presses("karim", "check", about="")).name == "check"


@pytest.mark.parametrize("who", ["stranger"])
async def test_who_is_on_no_known_side_cannot_have_a_draft_looked_at(story: Story, who: str) -> None:
    await story.agreed()
    unknown = {"": NL.say("checking.refused.unknown")}
    assert refused(await story.asks(who, "check", NORMALISING)) == unknown
    assert refused(await story.asks(who, "check")) == unknown
    assert refused(await story.sends(who, "check", {"draft": NORMALISING})) == unknown
    assert refused(await story.presses(who, "check", about="")) == unknown
    assert who not in await story.everything()


async def test_a_draft_can_be_checked_while_the_channel_is_deaf(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", IMPACT)
    await story.presses("sanne", "stop", about="")
    assert NL.say("tips.label.normalising") in reply(await story.asks("karim", "check", NORMALISING))


async def test_a_check_speaks_the_language_of_who_asks(story: Story) -> None:
    await story.agreed()
    await story.joins(member("eva", CLIENT, language="en"))
    assert EN.say("tips.label.impactless_complaint") in reply(await story.asks("eva", "check", COMPLAINT))


# --- help me answer


async def helped(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", IMPACT)
    await story.later(minutes=2)
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)


async def test_help_is_a_form_with_the_starter_and_what_the_other_wrote(story: Story) -> None:
    await helped(story)
    opened = form(await story.presses("karim", "help"))
    assert value(OpenForm(opened), "answer") == starter(story.tip.card)
    assert IMPACT in words(opened)
    assert names(opened) == ["look_again"]
    assert await story.outcomes() == ["helped"]


async def test_look_again_looks_at_the_answer_as_it_is_now_and_keeps_it(story: Story) -> None:
    await helped(story)
    await story.presses("karim", "help")
    looked = form(await story.presses("karim", "look_again", answer=DEFERRAL))
    assert value(OpenForm(looked), "answer") == DEFERRAL
    assert NL.say("checking.missing", what=NL.say("tips.label.vague_deferral")) in words(looked)
    better = form(await story.presses("karim", "look_again", answer=GOOD))
    assert NL.say("checking.good") in words(better)


async def test_it_ends_with_text_to_copy_and_nothing_is_posted(story: Story) -> None:
    await helped(story)
    opened = form(await story.presses("karim", "help"))
    before = len(story.sent)
    copy = form(await story.fills_in("karim", opened, answer=f"  {GOOD}  "))
    assert NL.say("checking.copy") in words(copy)
    assert starter(copy) == GOOD
    assert copy.fields == ()
    assert len(story.sent) == before
    assert GOOD not in await story.everything()


async def test_an_empty_answer_is_refused(story: Story) -> None:
    await helped(story)
    opened = form(await story.presses("karim", "help"))
    assert list(refused(await story.fills_in("karim", opened, answer=""))) == ["answer"]


async def test_help_still_works_when_the_conversation_is_forgotten(story: Story) -> None:
    await helped(story)
    await story.later(hours=3)
    opened = form(await story.presses("karim", "help"))
    assert "balie" not in words(opened)
    assert value(OpenForm(opened), "answer") != ""
