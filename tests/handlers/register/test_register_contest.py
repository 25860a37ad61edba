"""Either side can note on any item what it sees otherwise; that changes nothing but the history."""

import pytest
from dossiers import PROMISED, filed, steps
from story import SUPPLIER, Story, form, member, names, refused, words

from handlers.register.kinds import KINDS, UNSEEN
from handlers.vocabulary import Replace, Say, Whisper
from prompts import phrasebook
from storage.tables import Entry, Item

NL = phrasebook("nl")
SAID = {"what": "De balie staat stil", "who": "zes mensen"}
KEPT = ("state", "level", "side", "doer", "author_id", "owner_id", "words", "due_on", "moved", "late")


def card(story: Story) -> str:
    """The last card of an item, as all see it."""
    shown = [e.card for e in story.sent if isinstance(e, Say | Replace) and e.key.startswith("item:")]
    return words(shown[-1])


async def as_it_stands(story: Story) -> dict[str, object]:
    (item,) = await story.rows(Item)
    return {name: getattr(item, name) for name in (*KEPT, "remind_at", "look_at")}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_it_can_be_done_in_every_state_that_both_sides_see(kind: str) -> None:
    steps = KINDS[kind].steps
    states = {KINDS[kind].begins, *KINDS[kind].waits, *(s for step in steps for s in (*step.before, step.to) if s)}
    contested = {state for state in states if KINDS[kind].step("contest", state) is not None}
    assert contested == states - set(UNSEEN)
    (step,) = {step for step in steps if step.name == "contest"}
    assert (step.to, step.who, step.aside) == ("", "both", True)


@pytest.mark.parametrize("who", ["sanne", "ahmed", "karim", "lotte"])
async def test_anyone_of_either_side_adds_a_note_and_nothing_else_changes(story: Story, who: str) -> None:
    await story.agreed()
    await filed(story, "sanne", "feedback", **SAID)
    before = await as_it_stands(story)
    story.sent.clear()
    await story.later(minutes=30)
    await steps(story, who, "contest", "1", note="Dit was anders")
    assert await as_it_stands(story) == before
    assert [(e.step, e.state, e.words) for e in await story.rows(Entry)] == [
        ("filed", "open", {}),
        ("contest", "open", {"note": "Dit was anders"}),
    ]
    side = NL.say(f"consent.side.{'client' if who in ('sanne', 'ahmed') else 'supplier'}")
    assert f"{NL.say('register.contested')}: {side}: Dit was anders" in card(story)
    assert not any(isinstance(e, Whisper) for e in story.sent)


async def test_the_card_counts_the_notes_and_shows_the_last_one_short(story: Story) -> None:
    await story.agreed()
    await filed(story, "sanne", "feedback", **SAID)
    await steps(story, "karim", "contest", "1", note="Eerst dit")
    await steps(story, "sanne", "contest", "1", note="<b>Nee</b> " * 60)
    (line,) = [line for line in card(story).splitlines() if line.startswith(NL.say("register.contested"))]
    assert line.endswith("… (er zijn er 2)")
    assert "Eerst dit" not in line
    assert len(line) < 260


async def test_it_stays_possible_when_all_is_over(story: Story) -> None:
    await story.agreed()
    await filed(story, "sanne", "feedback", **SAID)
    await steps(story, "sanne", "withdraw", "1")
    shown = next(e.card for e in reversed(story.sent) if isinstance(e, Replace))
    assert names(shown) == ["contest"]
    await steps(story, "karim", "contest", "1", note="Het was al klaar")
    assert NL.say("feedback.state.withdrawn") in card(story)
    assert "Het was al klaar" in card(story)


async def test_a_note_says_something(story: Story) -> None:
    await story.agreed()
    await filed(story, "sanne", "feedback", **SAID)
    opened = form(await story.presses("karim", "contest", "1"))
    assert opened.fields[0].label == NL.say("register.asks.contest.field.note")
    assert refused(await story.fills_in("karim", opened, note=" ")) == {"note": NL.say("register.refused.text")}
    assert list(refused(await story.fills_in("karim", opened, note="x" * 1501))) == ["note"]
    assert [e.step for e in await story.rows(Entry)] == ["filed"]


async def test_who_is_on_neither_side_contests_nothing(story: Story) -> None:
    await story.agreed()
    await filed(story, "sanne", "feedback", **SAID)
    assert refused(await story.presses("stranger", "contest", "1")) == {"": NL.say("register.refused.gone")}
    forged = await story.sends("stranger", "step", {"note": "ik"}, "1 contest")
    assert refused(forged) == {"": NL.say("register.refused.gone")}


async def test_what_a_side_keeps_to_itself_cannot_be_contested(story: Story) -> None:
    await story.agreed()
    await story.joins(member("bas", SUPPLIER))
    await filed(story, "bas", "promise", **PROMISED)
    (item,) = await story.rows(Item)
    assert item.state == "lead"
    assert refused(await story.presses("sanne", "contest", "1")) == {"": NL.say("register.refused.gone")}
    assert refused(await story.presses("bas", "contest", "1")) == {"": NL.say("register.refused.changed")}
