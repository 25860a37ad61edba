"""When the coach keeps quiet. Most of what it could say, it does not."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from story import (
    CAST,
    CHAT,
    COMPLAINT,
    DEFERRAL,
    EMERGENCY,
    GOOD,
    IMPACT,
    MONDAY,
    NORMALISING,
    NewStory,
    Story,
    hearing,
    member,
    names,
    words,
)

from handlers.turn import Policy
from prompts import phrasebook
from storage.tables import Channel, Member, Nudge, Outcome, Project

NL = phrasebook("nl")
LINE = "030 555 01 23"


async def slips(story: Story, who: str = "karim", thread: str | None = None) -> bool:
    """Somebody writes what could be written better; whether they got a tip for it."""
    before = len(story.tips)
    await story.says(who, COMPLAINT if who in ("sanne", "ahmed") else NORMALISING, thread=thread)
    await story.later(minutes=2)
    return len(story.tips) > before


async def on(story: Story, *, day: int = 0, hour: float = 10) -> None:
    """Go on to an hour of a day, counted from the Monday on which the story begins."""
    await story.until(MONDAY.replace(hour=0, minute=0) + timedelta(days=day, hours=hour))


# --- how often


async def test_one_tip_a_day(story: Story) -> None:
    await story.agreed()
    assert await slips(story)
    await on(story, hour=15)
    assert not await slips(story)
    await on(story, day=1)
    assert await slips(story)


async def test_a_day_is_a_day_where_the_reader_is(story: Story) -> None:
    story.cast[0] = member("karim", CAST[0].organisation, zone="America/New_York")
    await story.agreed()
    await on(story, hour=16)
    assert await slips(story)
    await on(story, hour=22)
    assert not await slips(story)


async def test_two_a_week_in_the_first_fortnight_and_three_after_it(story: Story) -> None:
    await story.agreed()
    given = []
    for week in range(4):
        tips = 0
        for day in range(5):
            await on(story, day=7 * week + day)
            tips += await slips(story)
            await story.presses("karim", "fine", about=str(len(story.tips)))
        given.append(tips)
    assert given == [2, 2, 3, 3]


async def test_once_per_thread_also_the_day_after(story: Story) -> None:
    await story.agreed()
    assert await slips(story, thread="t1")
    await on(story, day=1)
    assert not await slips(story, thread="t1")
    assert await slips(story, thread="t2")


async def test_once_per_thread_counts_per_person(story: Story) -> None:
    await story.agreed()
    assert await slips(story, thread="t1")
    await on(story, hour=12)
    assert await slips(story, "lotte", thread="t1")


async def test_one_per_channel_per_hour_over_both_sides(story: Story) -> None:
    await story.agreed()
    assert await slips(story)
    await story.later(minutes=50)
    assert not await slips(story, "sanne")
    await story.later(minutes=10)
    assert await slips(story, "sanne")


async def test_what_one_chooses_and_gets_counts_over_all_projects(story: Story) -> None:
    await story.agreed()
    story.channel = "C2"
    await story.joins()
    await story.both_agree()
    await story.asks("karim", "aan")
    await on(story, day=8)
    assert await slips(story)
    story.channel = "C1"
    await story.later(hours=2)
    assert not await slips(story)


@settings(max_examples=5, deadline=None)
@given(
    moments=st.lists(
        st.tuples(
            st.integers(1, 400), st.sampled_from(["karim", "lotte", "sanne"]), st.sampled_from([None, "t1", "t2"])
        ),
        min_size=8,
        max_size=14,
    )
)
async def test_whatever_people_write_and_when_the_caps_hold(
    moments: list[tuple[int, str, str | None]], new_story: NewStory
) -> None:
    with new_story() as story:
        await story.agreed()
        story.ear = hearing("normalising")
        for minutes, who, thread in moments:
            await story.later(minutes=minutes)
            await story.says(who, CHAT, thread=thread)
        await story.later(minutes=5)
        given = [(n.at, n.member_id, n.thread) for n in await story.rows(Nudge)]
    zone = MONDAY.tzinfo
    for at, who_id, thread in given:
        others = [other for other in given if other != (at, who_id, thread)]
        assert all(abs(at - other) > timedelta(minutes=59) for other, _, _ in others)
        mine = [(other, its) for other, whose, its in others if whose == who_id]
        assert all(other.astimezone(zone).date() != at.astimezone(zone).date() for other, _ in mine)
        assert thread is None or thread not in [its for _, its in mine]
        assert len([other for other, _ in mine if timedelta(0) <= at - other < timedelta(days=7)]) < 3
        local = at.astimezone(zone)
        assert local.isoweekday() <= 5
        assert timedelta(hours=8, minutes=30) <= timedelta(hours=local.hour, minutes=local.minute)
        assert (local.hour, local.minute) < (17, 30)


# --- when


@pytest.mark.parametrize(
    ("at", "given"),
    [
        ("2027-03-02T08:29:00+01:00", True),  # the tip itself comes a minute later
        ("2027-03-02T08:20:00+01:00", False),
        ("2027-03-02T17:28:00+01:00", True),
        ("2027-03-02T17:29:00+01:00", False),
        ("2027-03-06T11:00:00+01:00", False),
        ("2027-03-07T11:00:00+01:00", False),
        ("2027-03-29T11:00:00+02:00", False),  # Easter Monday
        ("2027-04-27T11:00:00+02:00", False),  # King's Day
        ("2027-04-28T11:00:00+02:00", True),
    ],
)
async def test_only_in_working_hours_on_working_days(story: Story, at: str, given: bool) -> None:
    await story.agreed()
    await story.until(at)
    assert await slips(story) == given


async def test_working_hours_are_those_of_the_readers_own_zone(story: Story) -> None:
    story.cast[0] = member("karim", CAST[0].organisation, zone="America/New_York")
    await story.agreed()
    await on(story, hour=10)
    assert not await slips(story)
    await on(story, hour=16)
    assert await slips(story)


async def test_working_hours_are_those_that_the_project_has_set(story: Story) -> None:
    await story.agreed()
    settings_now = {"language": "nl", "zone": "Europe/Amsterdam", "country": "NL"}
    await story.sends("karim", "setup", settings_now | {"work_from": "12:00", "work_until": "20.00"})
    assert not await slips(story)
    await on(story, hour=19)
    assert await slips(story)


async def test_the_first_week_is_free_of_tips(story: Story) -> None:
    story.now = MONDAY
    await story.joins()
    await story.both_agree()
    for who in ("karim", "sanne"):
        await story.asks(who, "aan")
    await on(story, day=4)
    assert not await slips(story)
    await on(story, day=7)
    assert await slips(story)


# --- the invitation


async def test_a_first_tip_is_an_invitation(story: Story) -> None:
    await story.agreed(welcome=False)
    assert await slips(story)
    assert NL.say("nudges.invitation.text") in words(story.tip.card)
    assert {"more", "no_more"} <= set(names(story.tip.card))


async def test_no_answer_to_the_invitation_is_silence_and_it_is_asked_once_more_after_two_weeks(story: Story) -> None:
    await story.agreed(welcome=False)
    assert await slips(story)
    for day in (1, 4, 10, 11):
        await on(story, day=day)
        assert not await slips(story)
    await on(story, day=14, hour=11)
    assert await slips(story)
    assert NL.say("nudges.invitation.text") in words(story.tip.card)
    for day in (15, 29, 43, 100):
        await on(story, day=day)
        assert not await slips(story)


async def elsewhere_too(story: Story) -> None:
    """The same people have a second channel, of another project."""
    story.channel = "C2"
    await story.joins()
    await story.both_agree()
    story.channel = "C1"


async def test_somebody_in_two_projects_is_invited_once(story: Story) -> None:
    await story.agreed(welcome=False)
    await elsewhere_too(story)
    await on(story, day=8)
    assert await slips(story)
    story.channel = "C2"
    for day in (9, 16):
        await on(story, day=day)
        assert not await slips(story)
    await on(story, day=22)
    assert await slips(story)
    story.channel = "C1"
    await on(story, day=43)
    assert not await slips(story)


async def test_who_says_yes_to_the_invitation_gets_tips_without_one(story: Story) -> None:
    await story.agreed(welcome=False)
    await slips(story)
    await story.presses("karim", "more")
    await on(story, day=1)
    assert await slips(story)
    assert NL.say("nudges.invitation.text") not in words(story.tip.card)


async def test_who_says_no_to_the_invitation_is_not_asked_again(story: Story) -> None:
    await story.agreed(welcome=False)
    await slips(story)
    await story.presses("karim", "no_more")
    for day in (1, 15, 30):
        await on(story, day=day)
        assert not await slips(story)


async def test_a_sponsor_gets_no_tips_unless_they_ask(story: Story) -> None:
    await story.agreed(welcome=False)
    await story.write(
        lambda db: setattr(db.scalars(select(Member).where(Member.person == "sanne")).one(), "role", "sponsor")
    )
    assert not await slips(story, "sanne")
    await story.asks("sanne", "on")
    assert await slips(story, "sanne")


# --- going quiet, and the way back


async def test_after_three_unanswered_tips_it_goes_quiet_and_says_so_once(story: Story) -> None:
    await story.agreed()
    for day in (0, 1, 8):
        await on(story, day=day)
        assert await slips(story)
    await on(story, day=9, hour=11)
    quiet = [words(w.card) for w in story.whispers if w.tip is None]
    assert quiet == [NL.say("nudges.gone_quiet")]
    for day in (15, 16, 22, 43):
        await on(story, day=day)
        assert not await slips(story)
    assert len([w for w in story.whispers if w.tip is None]) == 1


async def test_it_goes_quiet_after_three_unanswered_tips_in_whichever_project(story: Story) -> None:
    await story.agreed(welcome=False)
    await elsewhere_too(story)
    await story.asks("karim", "aan")
    for day, channel in ((8, "C1"), (9, "C2"), (15, "C1")):
        story.channel = channel
        await on(story, day=day)
        assert await slips(story)
    for day, channel in ((22, "C1"), (23, "C2")):
        story.channel = channel
        await on(story, day=day)
        assert not await slips(story)
    assert len([w for w in story.whispers if w.tip is None]) == 1


async def test_one_answer_among_three_keeps_it_going(story: Story) -> None:
    await story.agreed()
    for day in (0, 1, 8):
        await on(story, day=day)
        assert await slips(story)
        if day == 1:
            await story.presses("karim", "why")
    await on(story, day=9)
    assert await slips(story)


async def test_the_way_back_from_quiet_is_one_word(story: Story) -> None:
    await story.agreed()
    for day in (0, 1, 8):
        await on(story, day=day)
        await slips(story)
    await on(story, day=15)
    assert not await slips(story)
    await story.asks("karim", "aan")
    await on(story, day=16)
    assert await slips(story)


async def test_not_today_is_quiet_until_tomorrow(story: Story) -> None:
    await story.agreed()
    await slips(story)
    await story.presses("karim", "quiet_today")
    kept = await story.member("karim")
    assert kept.quiet_until == datetime.fromisoformat("2027-03-02T00:00:00+01:00")
    await on(story, day=1)
    assert await slips(story)


# --- a pattern that is often wrong somewhere


async def judged(story: Story, *kinds: str, pattern: str = "normalising", days_ago: int = 20) -> None:
    """Long before the story, tips on a pattern were judged like this in the channel, by colleagues."""

    def rows(db):  # type: ignore[no-untyped-def]
        channel = db.scalars(select(Channel)).one()
        lotte = db.scalars(select(Member).where(Member.person == "lotte")).one()
        for kind in kinds:
            at = story.now - timedelta(days=days_ago)
            tip = Nudge(
                tenant=channel.tenant,
                project_id=channel.project_id,
                channel=channel.channel,
                member_id=lotte.id,
                side="supplier",
                pattern=pattern,
                tip="cost_first",
                held_back=False,
                invitation=False,
                at=at,
            )
            db.add(tip)
            db.flush()
            db.add(Outcome(tenant=channel.tenant, nudge_id=tip.id, kind=kind, at=at))

    await story.write(rows)


@pytest.mark.parametrize(
    ("kinds", "silent"),
    [
        (["helped"] * 8 + ["misheard"] * 2, True),
        (["helped"] * 9 + ["misheard"], False),
        (["misheard"] * 9, False),  # too few to tell
        (["helped"] * 5 + ["fine"] * 5, True),
        (["helped"] * 6 + ["fine"] * 4, False),
        (["repaired"] * 5 + ["promised"] * 5, False),
        (["ignored"] * 30 + ["misheard"] * 3, False),  # what nobody judged does not count
    ],
)
async def test_a_pattern_goes_silent_in_a_channel_only_after_ten_judgements(
    story: Story, kinds: list[str], silent: bool
) -> None:
    await story.agreed()
    await judged(story, *kinds)
    assert await slips(story) != silent


async def test_another_pattern_is_not_silenced_with_it(story: Story) -> None:
    await story.agreed()
    await judged(story, *["misheard"] * 10, pattern="blame_shifting")
    assert await slips(story)


async def test_a_silenced_pattern_comes_back_when_the_judgements_are_old(story: Story) -> None:
    await story.agreed()
    await judged(story, *["misheard"] * 10, days_ago=100)
    assert await slips(story)


# --- guards


@pytest.mark.parametrize(
    "complaint",
    [
        "Dit is al de zoveelste keer, het is echt waardeloos.",
        "Alles ligt plat, niemand kan inloggen. Waardeloos.",
        "We wachten nog steeds op die oplossing die jullie beloofd hadden. Waardeloos.",
    ],
    ids=["umpteenth", "outage", "waiting"],
)
async def test_a_client_with_enough_on_their_mind_is_left_alone(story: Story, complaint: str) -> None:
    await story.agreed()
    await story.says("sanne", complaint)
    await story.later(minutes=2)
    assert story.tips == []
    story.policy = Policy(restraint=False)
    await story.says("sanne", complaint)
    await story.later(minutes=2)
    assert story.tips == [("sanne", "impactless_complaint")]


@pytest.mark.parametrize("who", ["sanne", "ahmed"])
@pytest.mark.parametrize(
    ("said_before", "sign"),
    [
        ("Dit is al de zoveelste keer dat dit gebeurt.", "umpteenth"),
        ("Alles ligt plat.", "outage"),
        ("We wachten nog steeds op die oplossing die jullie beloofd hadden.", "waiting"),
    ],
)
async def test_a_client_whose_side_said_so_shortly_before_is_left_alone_too(
    story: Story, who: str, said_before: str, sign: str
) -> None:
    await story.agreed()
    story.ear = hearing(signs=frozenset((sign,)))
    await story.says("sanne", said_before)
    await story.later(minutes=10)
    story.ear = hearing("impactless_complaint")
    assert not await slips(story, who)
    assert await slips(story, who, thread="about something else")


async def test_the_guard_of_the_client_does_not_keep_the_supplier_from_a_tip(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", "Alles ligt plat, niemand kan inloggen. Waardeloos.")
    await story.later(minutes=2)
    assert await slips(story)


async def with_emergency_line(story: Story) -> None:
    await story.agreed()
    await story.write(lambda db: setattr(db.scalars(select(Project)).one(), "emergency_line", LINE))


async def test_in_an_emergency_nobody_gets_a_tip_and_the_line_is_shown_once(story: Story) -> None:
    await with_emergency_line(story)
    await story.says("sanne", EMERGENCY)
    await story.later(minutes=2)
    assert story.said == [NL.say("nudges.emergency", line=LINE)]
    assert not await slips(story)
    assert not await slips(story, "sanne")
    assert len(story.said) == 1


async def test_the_emergency_line_is_shown_again_only_for_a_danger_of_another_day(story: Story) -> None:
    await with_emergency_line(story)
    shown = []
    for day, hour in ((0, 10), (0, 15), (1, 12)):
        await on(story, day=day, hour=hour)
        await story.says("sanne", EMERGENCY)
        await story.later(minutes=2)
        shown.append(len(story.said))
    assert shown == [1, 1, 2]


async def test_without_a_line_there_is_silence_too(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", EMERGENCY)
    await story.later(minutes=2)
    assert not await slips(story)
    assert story.said == []


async def test_an_emergency_also_counts_outside_working_hours(story: Story) -> None:
    await with_emergency_line(story)
    await on(story, day=5, hour=23)
    await story.says("sanne", EMERGENCY)
    await story.later(minutes=2)
    assert story.said == [NL.say("nudges.emergency", line=LINE)]


# --- the moment: these hold without any other restraint too


@pytest.mark.parametrize("restraint", [True, False])
async def test_who_acknowledged_the_effect_may_talk_technique(story: Story, restraint: bool) -> None:
    await story.agreed()
    story.policy = Policy(restraint=restraint)
    await story.says("sanne", IMPACT)
    await story.later(minutes=2)
    await story.says("karim", GOOD)
    await story.later(minutes=2)
    story.ear = hearing("technical_diversion")
    await story.says("karim", "Welke browserversie gebruik je? Stuur even de console-log.")
    await story.later(minutes=2)
    assert story.tips == []


@pytest.mark.parametrize("restraint", [True, False])
async def test_a_client_who_gave_the_impact_already_is_left_alone(story: Story, restraint: bool) -> None:
    await story.agreed()
    story.policy = Policy(restraint=restraint)
    await story.says("sanne", IMPACT)
    await story.later(minutes=2)
    await story.says("ahmed", COMPLAINT)
    await story.later(minutes=2)
    assert story.tips == []


@pytest.mark.parametrize("restraint", [True, False])
async def test_a_client_is_left_alone_when_it_is_in_hand_already(story: Story, restraint: bool) -> None:
    await story.agreed()
    story.policy = Policy(restraint=restraint)
    await story.says("karim", GOOD)
    await story.later(minutes=2)
    await story.says("sanne", COMPLAINT)
    await story.later(minutes=2)
    assert story.tips == []


async def test_a_joke_is_a_joke(story: Story) -> None:
    await story.agreed()
    story.ear = hearing("normalising", signs=frozenset({"banter"}))
    assert not await slips(story)


async def test_good_answers_chat_and_described_impact_get_no_tip(story: Story) -> None:
    await story.agreed()
    for who, text in (("karim", GOOD), ("lotte", CHAT), ("sanne", IMPACT)):
        await story.says(who, text)
        await story.later(minutes=2)
    assert story.tips == []


async def test_an_ear_that_is_not_sure_enough_gives_no_tip(story: Story) -> None:
    await story.agreed()
    story.ear = hearing("normalising", confidence=0.4, nudge=False)
    assert not await slips(story)


# --- without restraint


async def test_without_restraint_the_caps_hours_first_week_and_invitation_are_lifted(story: Story) -> None:
    story.policy = Policy(restraint=False)
    story.now = MONDAY.replace(hour=23)
    await story.joins()
    await story.both_agree()
    for _ in range(3):
        assert await slips(story, thread="t1")
    assert NL.say("nudges.invitation.text") not in words(story.tip.card)


async def test_without_restraint_an_emergency_does_not_silence(story: Story) -> None:
    await with_emergency_line(story)
    story.policy = Policy(restraint=False)
    await story.says("sanne", EMERGENCY)
    await story.later(minutes=2)
    assert await slips(story)
    assert story.said == []


async def test_nobody_gets_a_tip_that_is_meant_for_the_other_side(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", DEFERRAL)
    await story.says("karim", COMPLAINT)
    await story.later(minutes=2)
    assert story.whispers == []
