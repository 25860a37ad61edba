"""The channel is closed, no longer shared or called differently, or the bot is taken out; and goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from story import (
    BLAME,
    CAST,
    CHANNEL,
    CHAT,
    CLIENT,
    DEFERRAL,
    NORMALISING,
    SECOND_SUPPLIER,
    SUPPLIER,
    Story,
    member,
    names,
    refused,
    reply,
    words,
)

from bot import dispatch
from handlers.vocabulary import (
    Archived,
    HomeOpened,
    Left,
    Moved,
    Person,
    ShowHome,
    Unarchived,
    Uninstalled,
    Unshared,
    Whisper,
)
from prompts import phrasebook
from storage.barred import Barred
from storage.columns import Base
from storage.tables import Channel, Consent, Leaving, Member, Nudge, Outbox, Project, Recent

NL, EN = phrasebook("nl"), phrasebook("en")
ELSEWHERE = "C9NEW"


async def heard(story: Story) -> bool:
    """Whether a tip still comes of what is written now."""
    before = len(story.tips)
    await story.later(days=1)
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    return len(story.tips) > before


def said_of_keeping(whisper: Whisper) -> str:
    """What somebody is told of how long everything is kept."""
    return words(whisper.card).split("\n")[1]


async def halts(story: Story, why: str) -> None:
    """One of the ways in which a channel can come to stand still."""
    match why:
        case "removed":
            await story.leaves()
        case "archived":
            await story.befalls(Archived)
        case "unshared":
            await story.befalls(Unshared, organisation=CLIENT)
        case "moved":
            await story.befalls(Moved, to=ELSEWHERE)
            story.channel = ELSEWHERE


@pytest.mark.parametrize("why", ["removed", "archived", "unshared", "moved"])
async def test_a_channel_that_stands_still_hears_nothing_and_forgets_what_was_said(story: Story, why: str) -> None:
    await story.agreed()
    await story.says("sanne", CHAT)
    await halts(story, why)
    assert await story.rows(Recent) == []
    assert not await heard(story)
    assert "wennen" not in await story.everything()


@pytest.mark.parametrize("why", ["removed", "archived"])
async def test_where_nothing_can_be_said_both_sides_are_told_privately_and_once(story: Story, why: str) -> None:
    await story.agreed()
    await halts(story, why)
    told = [w for w in story.whispers if w.place.direct]
    assert {w.who.id for w in told} == {"karim", "sanne"}
    assert {words(w.card).split("\n")[0] for w in told} == {
        NL.say(f"halting.told.{why}", project=NL.say("halting.project"))
    }
    assert set(story.directly) >= set(told)
    assert story.said == []
    await halts(story, why)
    assert len(story.whispers) == len(told)


async def test_who_agreed_reads_it_in_their_own_language_and_with_the_name_of_the_project(story: Story) -> None:
    story.cast = [member("karim", SUPPLIER), member("sanne", CLIENT, language="en")]
    await story.agreed()
    await story.write(lambda db: setattr(db.get(Project, 1), "name", "Loket"))
    await halts(story, "archived")
    told = {w.who.id: w.card.summary for w in story.whispers}
    assert told["sanne"] == EN.say("halting.told.archived", project="Loket")
    assert told["karim"] == NL.say("halting.told.archived", project="Loket")


@pytest.mark.parametrize("why", ["removed", "archived"])
async def test_it_promises_to_keep_only_what_it_keeps(story: Story, why: str) -> None:
    await story.agreed()
    await halts(story, why)
    until = NL.say("halting.kept_until", day="31 maart 2027")
    assert {said_of_keeping(w) for w in story.whispers} == {until if why == "removed" else NL.say("halting.kept")}


async def test_of_an_organisation_whose_speaker_is_gone_whoever_has_a_role_is_told(story: Story) -> None:
    await story.agreed()
    await story.write(lambda db: setattr(db.get(Member, 4), "role", "it"))
    await story.leaves("sanne")
    await halts(story, "archived")
    assert {w.who.id for w in story.whispers} == {"karim", "ahmed"}


@pytest.mark.parametrize("why", ["removed", "archived", "moved"])
async def test_it_asks_to_go_on_and_does_when_somebody_presses(story: Story, why: str) -> None:
    await story.agreed()
    await halts(story, why)
    if why == "archived":
        await story.befalls(Unarchived)
    elif why == "removed":
        await story.joins()
    assert NL.say(f"halting.why.{why}") in story.said[-1]
    assert NL.say(f"halting.why.{why}") in reply(await story.asks("karim", "status"))
    assert "go_on" in names(story.consent_card)
    assert not await heard(story)
    await story.presses("sanne", "go_on")
    assert story.said[-1] == NL.say("halting.resumed")
    assert "go_on" not in names(story.consent_card)
    assert await heard(story)


async def test_a_stranger_cannot_let_it_go_on(story: Story) -> None:
    await story.agreed()
    await halts(story, "moved")
    assert refused(await story.presses("stranger", "go_on"))
    assert not await story.listens()


async def test_without_the_organisation_that_is_away_nobody_can_let_it_go_on(story: Story) -> None:
    await story.agreed()
    await halts(story, "unshared")
    assert NL.say("halting.why.unshared") in story.said[-1]
    assert [w.who.id for w in story.whispers if w.place.direct] == ["sanne"]
    for who in ("sanne", "ahmed"):
        await story.leaves(who)
    assert CLIENT.title() in reply(await story.presses("karim", "go_on"))
    assert not await story.listens()
    await story.befalls(Unshared, organisation=CLIENT)
    assert len([w for w in story.whispers if w.place.direct]) == 1

    story.cast = [m for m in story.cast if m.person.team == SUPPLIER]
    said = len(story.said)
    await story.joins(member("sanne", CLIENT), member("ahmed", CLIENT))
    assert story.said[said:] == [NL.say("halting.why.unshared")]
    assert not await story.listens()
    await story.presses("sanne", "go_on")
    assert await story.listens()


async def test_when_a_yes_is_taken_back_meanwhile_going_on_is_not_listening(story: Story) -> None:
    await story.agreed()
    await halts(story, "moved")
    await story.presses("sanne", "stop", about="1")
    await story.presses("karim", "go_on")
    assert not await story.listens()
    await story.agrees("sanne", "client")
    assert await story.listens()


@pytest.mark.parametrize("why", ["removed", "archived", "unshared", "moved"])
async def test_a_yes_given_anew_does_not_open_ears_that_stand_still(story: Story, why: str) -> None:
    await story.agreed()
    await halts(story, why)
    await story.agrees("sanne", "client")
    assert not await story.listens()
    assert NL.say("consent.changed.listening") not in story.said


async def test_while_it_stands_still_no_card_says_that_it_listens(story: Story) -> None:
    await story.agreed()
    await halts(story, "moved")
    assert story.consent_card.summary != NL.say("consent.status.summary_listening")


async def test_a_pause_that_is_ended_while_it_stands_still_is_not_said_to_open_its_ears(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "pauze", "4u")
    await halts(story, "moved")
    await story.presses("karim", "resume")
    assert NL.say("choices.pause_over") not in story.said
    await story.presses("karim", "go_on")
    assert story.said[-1] == NL.say("halting.resumed")
    assert await heard(story)


async def test_where_nobody_agreed_to_anything_it_just_comes_and_goes(story: Story) -> None:
    await story.joins()
    await story.leaves()
    await story.joins()
    assert [w for w in story.whispers if w.place.direct] == []
    assert len(story.said) == 1
    await story.both_agree()
    assert await story.listens()


async def test_what_comes_too_late_does_not_bring_it_back(story: Story) -> None:
    await story.agreed()
    await story.leaves()
    await story.befalls(Unarchived)
    await story.joins(member("bram", SUPPLIER))
    assert {row.left_at is None for row in await story.rows(Channel)} == {False}
    assert await story.member("bram") is None


@pytest.mark.parametrize("kind", [Left, Archived, Unshared, Uninstalled])
async def test_what_is_told_only_after_it_came_back_does_not_take_it_out_again(story: Story, kind: type) -> None:
    await story.agreed()
    there = replace(story.place(), channel="") if kind is Uninstalled else story.place()
    late = kind(story.event_id(), story.now, there)
    await story.later(minutes=1)
    await story.leaves()
    await story.later(minutes=1)
    await story.joins()
    await story.presses("sanne", "go_on")
    story.down = True
    await story.asks("karim", "pauze", "1u")
    await dispatch.take(story.house, late)
    await story.settle()
    story.down = False
    await story.later(hours=2)
    assert await story.rows(Barred) == []
    assert Leaving.DROPPED not in {row.state for row in await story.rows(Outbox)}
    assert [row.erase_at for row in await story.rows(Project)] == [None]
    assert await heard(story)


async def test_a_closing_told_only_after_the_channel_opened_does_not_close_it(story: Story) -> None:
    await story.agreed()
    late = Archived(story.event_id(), story.now, story.place())
    await story.later(minutes=1)
    await halts(story, "archived")
    await story.befalls(Unarchived)
    await dispatch.take(story.house, late)
    await story.settle()
    await story.presses("sanne", "go_on")
    assert await heard(story)


async def test_late_news_of_uninstalling_ends_what_did_not_come_back(story: Story) -> None:
    await story.agreed()
    late = Uninstalled(story.event_id(), story.now, replace(story.place(), channel=""))
    await story.later(minutes=1)
    story.channel = ELSEWHERE
    await story.joins()
    await dispatch.take(story.house, late)
    await story.settle()
    here, there = sorted(await story.rows(Channel), key=lambda row: row.id)
    assert (here.halted, here.project.erase_at is None) == ("removed", False)
    assert (there.left_at, there.project.erase_at) == (None, None)
    assert await story.rows(Barred) == []


async def test_an_organisation_that_is_new_when_the_bot_comes_back_is_named(story: Story) -> None:
    await story.agreed()
    await story.leaves()
    story.cast.append(member("noor", SECOND_SUPPLIER))
    await story.joins()
    newcomer = NL.say("consent.changed.newcomer", organisation=SECOND_SUPPLIER.title())
    assert story.said == [newcomer, NL.say("halting.why.removed")]
    await story.presses("sanne", "go_on")
    assert not await story.listens()
    await story.agrees("noor", "supplier")
    assert await story.listens()


async def test_three_tips_left_in_a_channel_that_stands_still_are_not_spoken_of(story: Story) -> None:
    await story.agreed()
    for days in (4, 4, 0):
        await story.says("karim", NORMALISING)
        await story.later(days=days, minutes=2)
    assert len(story.tips) == 3
    await halts(story, "moved")
    before = len(story.whispers)
    await story.later(days=2)
    assert len(story.whispers) == before


# --- another id


async def test_all_that_names_a_channel_goes_along_when_it_gets_another_id(story: Story) -> None:
    await story.agreed()
    await story.says("karim", DEFERRAL, message="m1")
    await story.later(minutes=2)
    before = {table: len(await story.rows(table)) for table in (Channel, Consent, Member, Nudge)}
    await story.befalls(Moved, to=ELSEWHERE)
    for mapper in Base.registry.mappers:
        if hasattr(mapper.class_, "channel"):
            found = {row.channel for row in await story.rows(mapper.class_)} - {"", None}
            assert found <= {ELSEWHERE}, mapper
    assert {table: len(await story.rows(table)) for table in before} == before
    story.channel = ELSEWHERE
    await story.presses("karim", "go_on")
    assert await heard(story)


async def test_a_channel_that_gets_another_id_while_it_is_closed_still_opens(story: Story) -> None:
    await story.agreed()
    await halts(story, "archived")
    await halts(story, "moved")
    await story.befalls(Unarchived)
    assert story.said == [NL.say("halting.why.archived")]
    await story.presses("karim", "go_on")
    assert await story.listens()


async def test_what_waits_to_be_sent_goes_to_the_new_place_with_every_word_as_it_was(story: Story) -> None:
    await story.agreed()
    named = f'Loket "channel": "{CHANNEL}"'
    await story.write(lambda db: setattr(db.get(Project, 1), "name", named))
    story.down = True
    await story.asks("karim", "pauze", "4u")
    await dispatch.take(story.house, HomeOpened("home", story.now, story.place(), story.person("karim")))
    await story.befalls(Moved, to=ELSEWHERE)
    story.down = False
    await story.sleeps_through(minutes=10)
    assert {e.place.channel for e in story.sent} == {ELSEWHERE}
    assert {row.state for row in await story.rows(Outbox)} == {Leaving.SENT}
    assert any(named in words(e.card) for e in story.sent if isinstance(e, ShowHome))


async def test_a_channel_that_is_known_under_its_new_id_already_is_not_known_twice(story: Story) -> None:
    await story.agreed()
    story.channel = ELSEWHERE
    await story.joins()
    story.channel = CHANNEL
    await story.befalls(Moved, to=ELSEWHERE)
    assert [(row.id, row.channel) for row in await story.rows(Channel)] == [(1, ELSEWHERE)]


async def test_where_people_began_anew_nothing_is_laid_over_it(story: Story) -> None:
    await story.agreed()
    story.channel = ELSEWHERE
    await story.joins()
    await story.both_agree()
    story.channel = CHANNEL
    await story.befalls(Moved, to=ELSEWHERE)
    assert {row.channel for row in await story.rows(Channel)} == {CHANNEL, ELSEWHERE}


# --- the bot is uninstalled


async def test_after_uninstalling_nothing_is_heard_said_or_kept_waiting(story: Story) -> None:
    await story.agreed()
    story.down = True
    await story.asks("karim", "pauze", "4u")
    story.down = False
    await story.befalls(Uninstalled)
    assert not await heard(story)
    assert story.sent == []


async def test_who_installs_it_again_in_time_finds_everything_and_presses_go_on(story: Story) -> None:
    await story.agreed()
    await story.befalls(Uninstalled)
    await story.befalls(Uninstalled)
    await story.later(days=29)
    await story.joins()
    assert NL.say("halting.why.removed") in story.said[-1]
    await story.later(days=30)
    assert {m.person for m in await story.rows(Member)} == {m.person.id for m in CAST}
    await story.presses("sanne", "go_on")
    assert await story.listens()


@pytest.mark.parametrize("agreed", [True, False])
async def test_who_takes_it_out_of_their_last_channel_for_good_has_everything_erased(
    story: Story, agreed: bool
) -> None:
    await (story.agreed() if agreed else story.joins())
    await story.leaves()
    await story.later(days=29)
    assert await story.rows(Channel) != []
    await story.later(days=1)
    for table in (Project, Channel, Member, Consent):
        assert await story.rows(table) == []


async def test_who_takes_it_out_and_back_in_time_keeps_everything(story: Story) -> None:
    await story.agreed()
    await story.leaves()
    await story.later(days=29)
    await story.joins()
    await story.later(days=60)
    assert [row.erase_at for row in await story.rows(Project)] == [None]
    await story.presses("sanne", "go_on")
    assert await story.listens()


async def test_a_channel_that_is_closed_is_kept_until_the_bot_is_taken_out_of_it(story: Story) -> None:
    await story.agreed()
    await halts(story, "archived")
    assert [row.erase_at for row in await story.rows(Project)] == [None]
    told = len(story.whispers)
    await story.leaves()
    assert [row.erase_at for row in await story.rows(Project)] == [story.now + timedelta(days=30)]
    assert [said_of_keeping(w) for w in story.whispers[told:]] == [
        NL.say("halting.kept_until", day="31 maart 2027")
    ] * 2
    await story.leaves()
    assert len(story.whispers) == told + 2


async def test_as_long_as_it_is_in_another_channel_of_the_project_nothing_is_erased(story: Story) -> None:
    await story.agreed()
    other = {"tenant": story.tenant, "project_id": 1, "channel": ELSEWHERE, "listening": True}
    await story.write(lambda db: db.add(Channel(**other, joined_at=story.now)))
    await story.leaves()
    assert [row.erase_at for row in await story.rows(Project)] == [None]
    assert said_of_keeping(story.whispers[-1]) == NL.say("halting.kept")
    story.channel = ELSEWHERE
    await story.leaves()
    assert [row.erase_at for row in await story.rows(Project)] == [story.now + timedelta(days=30)]
    assert said_of_keeping(story.whispers[-1]) == NL.say("halting.kept_until", day="31 maart 2027")


async def test_an_uninstalled_place_without_a_channel_is_nobodys(story: Story) -> None:
    await story.befalls(Archived)
    await story.befalls(Unshared)
    await story.befalls(Moved, to=ELSEWHERE)
    await story.befalls(Uninstalled)
    assert await story.rows(Channel) == []
    assert story.person("karim") == Person("story", SUPPLIER, "karim")
    assert BLAME not in await story.everything()
