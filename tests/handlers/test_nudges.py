"""The tip itself: who sees it, what it says, and what its author does with it."""

import pytest
from sqlalchemy import select
from story import (
    BLAME,
    CLIENT,
    COMPLAINT,
    DEFERRAL,
    IMPACT,
    NORMALISING,
    SUPPLIER,
    Story,
    hearing,
    member,
    names,
    refused,
    reply,
    starter,
    words,
)
from story import form as form_of

from handlers.vocabulary import Reply, Text, Update
from prompts import phrasebook
from prompts.ear import SUPPLIER_PATTERNS
from storage.tables import Member, Nudge, Outcome

NL, EN = phrasebook("nl"), phrasebook("en")
ON_A_TIP = ("help", "promise", "why", "fine", "misheard", "quiet_today", "quiet_always", "more", "no_more")


async def tip_for(story: Story, who: str, text: str) -> None:
    await story.says(who, text)
    await story.later(minutes=2)


async def test_a_tip_goes_to_its_author_alone(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", IMPACT)
    await story.later(minutes=2)
    await tip_for(story, "karim", NORMALISING)
    assert story.tips == [("karim", "normalising")]
    assert [type(e).__name__ for e in story.sent] == ["Whisper"]
    assert story.tip.who == story.person("karim")


@pytest.mark.parametrize(
    ("who", "text", "pattern"),
    [
        ("karim", NORMALISING, "normalising"),
        ("karim", DEFERRAL, "vague_deferral"),
        ("karim", BLAME, "blame_shifting"),
        ("sanne", COMPLAINT, "impactless_complaint"),
    ],
)
async def test_each_side_gets_tips_for_what_it_writes(story: Story, who: str, text: str, pattern: str) -> None:
    await story.agreed()
    await tip_for(story, who, text)
    assert story.tips == [(who, pattern)]


async def test_technique_before_the_effect_is_heard_only_after_somebody_told_of_trouble(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", IMPACT)
    await story.later(minutes=2)
    await tip_for(story, "karim", "De webhook geeft een 504, waarschijnlijk de proxy.")
    assert story.tips == [("karim", "technical_diversion")]


async def test_a_tip_says_who_sees_it_names_the_phrase_and_offers_a_beginning(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", f"Ha Sanne. {NORMALISING}")
    parts = [part for part in story.tip.card.parts if isinstance(part, Text)]
    assert [part.style for part in parts] == ["note", "quote", "plain", "starter"]
    assert parts[0].text == NL.say("tips.only_you.text")
    assert str(parts[1].text) in NORMALISING
    assert story.tip.tip is not None
    assert story.tip.tip.quote == parts[1].text


async def test_three_buttons_and_a_menu(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", NORMALISING)
    assert names(story.tip.card) == ["help", "why", "misheard", "fine", "quiet_today", "quiet_always"]
    shown = [story.button(name) for name in names(story.tip.card)]
    assert [button.name for button in shown if button.menu] == ["misheard", "fine", "quiet_today", "quiet_always"]


async def test_a_deferral_can_become_a_promise(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", DEFERRAL)
    assert names(story.tip.card)[:2] == ["promise", "why"]


async def test_the_starter_is_built_from_what_the_other_side_wrote(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", IMPACT)
    await story.later(minutes=2)
    await tip_for(story, "karim", NORMALISING)
    quoted = starter(story.tip.card).partition("“")[2].partition("”")[0]
    assert len(quoted) > 10
    assert quoted in IMPACT


@pytest.mark.parametrize(
    ("asked", "form", "never"),
    [
        ("Kunt u dat voor ons nakijken?", "U schrijft", "Je schrijft"),
        ("Kun je dat nakijken?", "Je schrijft", "U schrijft"),
    ],
)
async def test_the_starter_takes_over_how_the_other_addresses_people(
    story: Story, asked: str, form: str, never: str
) -> None:
    await story.agreed()
    await story.says("sanne", f"Bij de balie duurt het nu een kwartier langer. {asked}")
    await story.later(minutes=2)
    await tip_for(story, "karim", NORMALISING)
    assert form in starter(story.tip.card)
    assert never not in starter(story.tip.card)


async def test_the_reader_reads_their_own_language_and_the_starter_is_in_the_language_of_the_talk(
    story: Story,
) -> None:
    story.cast[0] = member("karim", SUPPLIER, language="en")
    await story.agreed()
    await story.says("sanne", IMPACT)
    await story.later(minutes=2)
    await tip_for(story, "karim", NORMALISING)
    card = story.tip.card
    assert EN.say("tips.only_you.text") in words(card)
    assert card.summary in str(EN.table("tips.tip.normalising"))
    assert starter(card).startswith("Jullie schrijven: “")


async def test_what_is_heard_depends_on_the_language_of_the_message_not_of_the_reader(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", "Everyone has this at first, you will get used to it.")
    assert story.tips == [("karim", "normalising")]
    assert NL.say("tips.only_you.text") in words(story.tip.card)


async def test_the_next_tip_on_the_same_pattern_is_another_one(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", BLAME)
    first = story.tip.card.summary
    await story.later(days=1)
    await tip_for(story, "karim", BLAME)
    assert story.tip.card.summary != first


async def test_a_tip_stands_in_the_thread_of_its_message(story: Story) -> None:
    await story.agreed()
    message = await story.says("karim", NORMALISING, thread="t1")
    await story.later(minutes=2)
    assert story.tip.place.thread == "t1"
    assert story.tip.about == message


async def test_a_tip_never_falls_back_to_the_channel(story: Story) -> None:
    await story.agreed()
    story.down = True
    await tip_for(story, "karim", NORMALISING)
    story.down = False
    await story.later(minutes=3)
    assert [type(e).__name__ for e in story.sent] == ["Whisper"]


async def test_of_a_tip_no_text_is_kept(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", NORMALISING)
    (kept,) = await story.rows(Nudge)
    assert NORMALISING[kept.quote_from : kept.quote_until] == story.tip.tip.quote  # type: ignore[union-attr]
    assert "wennen" not in str(vars(kept))


# --- holding back


async def test_one_in_ten_is_held_back_where_both_agreed_to_measure(story: Story) -> None:
    await story.agreed()
    story.dice = 0.05
    await tip_for(story, "karim", NORMALISING)
    assert story.tips == []
    assert await story.held_back() == [True]


async def test_nine_in_ten_are_given(story: Story) -> None:
    await story.agreed()
    story.dice = 0.1
    await tip_for(story, "karim", NORMALISING)
    assert await story.held_back() == [False]


@pytest.mark.parametrize("who", ["karim", "sanne"])
async def test_nothing_is_held_back_unless_both_agreed_to_measure(story: Story, who: str) -> None:
    await story.agreed()
    await story.agrees(who, "supplier" if who == "karim" else "client", scopes="hear tip")
    story.dice = 0.0
    await tip_for(story, "karim", NORMALISING)
    assert story.tips == [("karim", "normalising")]


async def test_a_tip_held_back_counts_as_one_and_what_happens_next_is_noted_too(story: Story) -> None:
    await story.agreed()
    story.dice = 0.0
    message = await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    await story.edits(message, "Welke stap kost jullie nu de meeste tijd? Ik bel je om drie uur.")
    assert await story.outcomes() == ["repaired"]
    assert story.sent == []
    story.dice = 0.99
    await story.later(hours=2)
    await tip_for(story, "karim", BLAME)
    assert story.tips == []


# --- the buttons


async def test_why_tells_the_mechanism_and_what_was_recognised(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", NORMALISING)
    told = reply(await story.presses("karim", "why"))
    assert NL.say("tips.why.normalising.mechanism") in told
    assert "Dat is even wennen" in told
    assert await story.outcomes() == ["why"]


async def test_why_still_works_when_the_text_is_forgotten(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", NORMALISING)
    await story.later(hours=3)
    told = reply(await story.presses("karim", "why"))
    assert NL.say("tips.why.normalising.recognised_unquoted") in told
    assert "wennen" not in told


@pytest.mark.parametrize("button", ["fine", "misheard", "quiet_today", "quiet_always"])
async def test_what_the_author_says_of_a_tip_is_noted_and_the_tip_makes_room(story: Story, button: str) -> None:
    await story.agreed()
    await tip_for(story, "karim", NORMALISING)
    (answer,) = await story.presses("karim", button)
    assert isinstance(answer, Update)
    assert words(answer.card) == NL.say(f"nudges.answered.{button}")
    noted = [button, "off"] if button == "quiet_always" else [button]
    assert await story.outcomes() == noted
    await story.later(days=2)
    assert await story.outcomes() == noted


async def test_tips_off_means_not_heard_at_all(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", NORMALISING)
    await story.presses("karim", "quiet_always")
    assert "wennen" not in await story.everything()
    await story.says("karim", BLAME)
    assert "scope," not in await story.everything()


@pytest.mark.parametrize("button", [*ON_A_TIP, "look_again"])
async def test_nobody_can_press_the_buttons_of_somebody_elses_tip(story: Story, button: str) -> None:
    await story.agreed()
    await tip_for(story, "karim", DEFERRAL)
    about = story.button("why").about
    before = await what_is_kept(story)
    for who in ("lotte", "sanne", "stranger"):
        answers = await story.presses(who, button, about=about, answer="Wat schreef Karim?")
        assert refused(answers) == {"": NL.say("nudges.refused.not_yours")}
    assert await what_is_kept(story) == before


@pytest.mark.parametrize("form", ["help", "promise"])
async def test_nobody_can_send_the_form_of_somebody_elses_tip(story: Story, form: str) -> None:
    await story.agreed()
    await tip_for(story, "karim", DEFERRAL)
    opened = form_of(await story.presses("karim", "promise"))
    about = opened.about if form == "promise" else story.button("why").about
    answers = {"answer": "ja", "what": "Alles", "owner": "karim", "kind": "promise", "date": "2027-04-01"}
    for who in ("lotte", "sanne", "stranger"):
        assert list(refused(await story.sends(who, form, answers, about))) == [""]
    assert story.said == []
    assert await story.rows(Outcome) == []


async def what_is_kept(story: Story) -> list[str]:
    """All rows but those that only remember that an event was handled."""
    return [line for line in (await story.everything()).splitlines() if "-event-" not in line]


@pytest.mark.parametrize("button", ON_A_TIP)
async def test_a_button_about_nothing_is_refused(story: Story, button: str) -> None:
    await story.agreed()
    for about in ("", "0", "999", "-1", "1 or 1=1", "²", "9" * 15, "9" * 40, "x" * 2000):
        assert list(refused(await story.presses("karim", button, about=about))) == [""]


async def test_a_tip_of_another_installation_is_not_ones_own(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", NORMALISING)
    about = story.button("why").about
    story.team, story.channel = "T2", "C9"
    assert list(refused(await story.presses("karim", "why", about=about))) == [""]


# --- what may never be suggested


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("pattern", [*SUPPLIER_PATTERNS, "impactless_complaint"])
async def test_what_is_shown_never_scolds_and_never_names_the_trade(story: Story, language: str, pattern: str) -> None:
    side = CLIENT if pattern == "impactless_complaint" else SUPPLIER
    await story.agreed()
    await story.joins(member("eva", side, language=language))
    await story.asks("eva", "on")
    story.ear = hearing(pattern, quote="wennen")
    await tip_for(story, "eva", NORMALISING)
    shown = words(story.tip.card) + reply(await story.presses("eva", "why"))
    for word in (
        "nudge",
        "defensief",
        "defensive",
        "reflex",
        "patroon",
        "pattern",
        "score",
        "coach",
        "sorry",
        "excuses",
    ):
        assert word not in shown.lower()


async def test_after_a_month_a_tip_points_to_nobody(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", NORMALISING)
    await story.later(days=31)
    (kept,) = await story.rows(Nudge)
    assert (kept.member_id, kept.message, kept.thread, kept.quote_from) == (None, None, None, None)
    assert kept.pattern == "normalising"
    await story.later(days=340)
    assert await story.rows(Nudge) == await story.rows(Outcome) == []


async def test_a_direct_message_only_for_who_chose_it(story: Story) -> None:
    await story.agreed()
    await tip_for(story, "karim", NORMALISING)
    assert story.directly == []
    await story.later(days=1)
    assert isinstance((await story.presses("karim", "direct_on", about=""))[0], Reply)
    await tip_for(story, "karim", BLAME)
    assert [w.who.id for w in story.directly] == ["karim"]


async def test_who_switched_off_while_it_waited_is_not_tipped(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.write(lambda db: setattr(db.scalars(select(Member).where(Member.person == "karim")).one(), "off", True))
    await story.later(minutes=2)
    assert story.tips == []
