"""Nobody is heard before every organisation has said yes, and each takes it back at once."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from story import (
    BLAME,
    CAST,
    CLIENT,
    DEFERRAL,
    MONDAY,
    NORMALISING,
    SECOND_SUPPLIER,
    SUPPLIER,
    NewStory,
    Story,
    form,
    member,
    names,
    refused,
    reply,
    words,
)

from bot import beforehand
from bot.mouth import Unreachable
from handlers.home import ABILITIES
from handlers.vocabulary import Answer, Card, Reply, Say
from prompts import phrasebook
from storage.tables import Channel, Consent, Inbox, Member, Organisation, Recent

NL = phrasebook("nl")


async def test_the_bot_introduces_itself_as_software_and_is_deaf(story: Story) -> None:
    await story.joins()
    (introduction,) = story.said
    assert "software" in introduction
    assert NL.say("consent.status.deaf") in introduction
    assert not await story.listens()


async def test_nothing_that_is_said_before_consent_is_kept(story: Story) -> None:
    await story.joins()
    await story.says("karim", NORMALISING)
    await story.later(minutes=5)
    assert story.tips == []
    assert "wennen" not in await story.everything()
    assert await story.rows(Recent) == []


async def test_one_yes_is_not_enough(story: Story) -> None:
    await story.joins()
    await story.agrees("karim", "supplier")
    assert not await story.listens()
    assert CLIENT.title() in words(story.consent_card)
    await story.agrees("sanne", "client")
    assert await story.listens()


async def test_name_role_and_day_of_a_yes_are_there_for_all_to_see(story: Story) -> None:
    await story.joins()
    await story.agrees("karim", "supplier", role="service")
    assert "karim" in words(story.consent_card)
    assert NL.say("consent.role.service") in words(story.consent_card)
    assert "1 maart 2027" in words(story.consent_card)


async def test_all_are_told_from_when_it_listens(story: Story) -> None:
    await story.joins()
    await story.both_agree()
    assert story.said[-1] == NL.say("consent.changed.listening")
    assert NL.say("consent.status.listening") in words(story.consent_card)


async def test_the_form_asks_on_whose_behalf_and_leaves_the_language_model_out_beforehand(story: Story) -> None:
    await story.joins()
    opened_form = form(await story.presses("karim", "join"))
    assert SUPPLIER.title() in words(opened_form)
    scopes = next(f for f in opened_form.fields if f.name == "scopes")
    assert scopes.value.split() == ["hear", "tip", "registers", "pulses", "measure"]
    assert next(f for f in opened_form.fields if f.name == "side").value == ""


@pytest.mark.parametrize(
    ("filled_in", "field"),
    [
        ({"mandate": ""}, "mandate"),
        ({"role": "trainee"}, "mandate"),
        ({"scopes": ""}, "scopes"),
        ({"scopes": "everything"}, "scopes"),
        ({"side": "unknown"}, "side"),
        ({"side": ""}, "side"),
    ],
)
async def test_without_mandate_side_or_scope_there_is_no_yes(
    story: Story, filled_in: dict[str, str], field: str
) -> None:
    await story.joins()
    await story.agrees("sanne", "client")
    answers = {"side": "supplier", "role": "contract", "scopes": "hear", "mandate": "yes"} | filled_in
    assert list(refused(await story.sends("karim", "consent", answers))) == [field]
    assert not await story.listens()


async def test_somebody_whom_the_platform_cannot_place_cannot_consent(story: Story) -> None:
    await story.joins()
    for attempt in (story.agrees("stranger", "supplier"), story.presses("stranger", "join")):
        assert refused(await attempt) == {"": NL.say("consent.refused.unknown_person")}
    assert await story.rows(Consent) == []
    assert "stranger" not in await story.everything()


async def test_of_two_clients_the_second_is_refused(story: Story) -> None:
    await story.joins()
    await story.agrees("sanne", "client")
    assert "side" in refused(await story.agrees("karim", "client"))


async def test_without_a_client_it_stays_deaf_and_says_why(story: Story) -> None:
    story.cast = [CAST[0], member("noor", SECOND_SUPPLIER)]
    await story.joins()
    await story.agrees("karim", "supplier")
    await story.agrees("noor", "supplier")
    assert not await story.listens()
    assert NL.say("consent.why_deaf.no_client") in words(story.consent_card)


async def test_with_one_organisation_alone_it_stays_deaf_and_says_why(story: Story) -> None:
    story.cast = [CAST[2]]
    await story.joins()
    await story.agrees("sanne", "client")
    assert not await story.listens()
    assert NL.say("consent.why_deaf.no_supplier") in words(story.consent_card)


async def test_if_it_cannot_tell_who_is_who_it_stays_deaf_and_says_of_whom(story: Story) -> None:
    await story.joins()
    await story.agrees("sanne", "client")
    assert NL.say("consent.why_deaf.side", organisations=SUPPLIER.title()) in words(story.consent_card)


async def test_a_yes_counts_per_scope_and_only_where_both_gave_it(story: Story) -> None:
    await story.joins()
    await story.agrees("karim", "supplier", scopes="hear tip measure")
    await story.agrees("sanne", "client", scopes="hear registers")
    assert await story.listens()
    assert NL.say("consent.status.scopes", scopes=NL.say("consent.scope.hear")) in words(story.consent_card)


async def test_listening_without_a_yes_to_tips_gives_no_tips(story: Story) -> None:
    await story.agreed(scopes="hear registers")
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == []
    assert len(await story.rows(Recent)) == 1


async def test_a_yes_without_hear_leaves_it_deaf(story: Story) -> None:
    await story.joins()
    await story.both_agree(scopes="registers pulses")
    assert not await story.listens()
    assert NL.say("consent.status.deaf") in words(story.consent_card)


@pytest.mark.parametrize("who", ["karim", "sanne"])
async def test_either_side_withdraws_at_once_and_what_was_said_is_forgotten(story: Story, who: str) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.presses(who, "stop", about="")
    assert not await story.listens()
    assert "wennen" not in await story.everything()
    assert NL.say("consent.status.deaf") in words(story.consent_card)
    await story.later(minutes=5)
    assert story.tips == []


async def test_after_a_withdrawal_nothing_is_taken_in_any_more(story: Story) -> None:
    await story.agreed()
    await story.presses("sanne", "stop", about="")
    await story.says("karim", BLAME)
    assert "scope" not in " ".join(str(row.body) for row in await story.rows(Inbox))
    assert await story.rows(Recent) == []


async def test_saying_yes_again_makes_it_listen_again(story: Story) -> None:
    await story.agreed()
    await story.presses("sanne", "stop", about="")
    await story.agrees("ahmed", "client")
    assert await story.listens()
    assert "ahmed" in words(story.consent_card)


async def test_a_narrower_yes_replaces_the_wider_one_and_the_old_one_stays_as_proof(story: Story) -> None:
    await story.agreed()
    await story.agrees("sanne", "client", scopes="hear")
    kept = [c for c in await story.rows(Consent) if c.given_by == "sanne"]
    assert [c.scope for c in kept if c.withdrawn_at is None] == ["hear"]
    assert len([c for c in kept if c.withdrawn_at is not None]) == 5


async def test_stopping_without_a_yes_says_that_there_is_nothing_to_stop(story: Story) -> None:
    await story.joins()
    assert reply(await story.presses("karim", "stop", about="1")) == NL.say("consent.done.nothing_to_stop")


async def test_not_now_changes_nothing(story: Story) -> None:
    await story.joins()
    assert reply(await story.presses("karim", "not_now")) == NL.say("consent.done.not_now")
    assert await story.rows(Consent) == []


async def test_a_third_organisation_makes_it_deaf_until_that_one_has_said_yes_too(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    await story.joins(member("noor", SECOND_SUPPLIER))
    assert not await story.listens()
    assert "wennen" not in await story.everything()
    assert story.said[-1] == NL.say("consent.changed.newcomer", organisation=SECOND_SUPPLIER.title())
    await story.says("karim", DEFERRAL)
    await story.later(minutes=2)
    assert story.tips == []
    await story.agrees("noor", "supplier")
    assert await story.listens()


async def test_a_third_organisation_that_simply_starts_to_write_makes_it_deaf_too(story: Story) -> None:
    await story.agreed()
    story.cast.append(member("noor", SECOND_SUPPLIER))
    await story.says("noor", BLAME)
    assert not await story.listens()
    await story.later(minutes=2)
    assert story.tips == []
    assert "scope," not in await story.everything()


async def test_is_it_listening_can_be_asked_by_anyone(story: Story) -> None:
    await story.joins()
    assert NL.say("consent.status.deaf") in reply(await story.asks("stranger", "status"))
    await story.both_agree()
    assert NL.say("consent.status.listening") in reply(await story.asks("stranger", "luister"))


async def test_who_agreed_is_told_only_to_who_is_in_the_project(story: Story) -> None:
    await story.agreed()
    for answers in (await story.asks("stranger", "status"), await story.presses("stranger", "status", about="")):
        assert reply(answers) == NL.say("consent.status.listening")
        assert names(answered(answers)) == []
    assert "karim" in reply(await story.asks("sanne", "status"))
    await story.asks("sanne", "pauze", "1u")
    assert reply(await story.asks("stranger", "status")) == NL.say("consent.status.deaf")


async def test_it_is_told_also_to_who_the_platform_says_is_there(story: Story) -> None:
    await story.joins()
    answers = await story.asks("karim", "status")
    assert SUPPLIER.title() in reply(answers)
    assert names(answered(answers)) == ["join", "not_now"]
    assert reply(await story.asks("stranger", "status")) == NL.say("consent.status.deaf")


async def test_when_the_platform_tells_nothing_it_can_be_asked_all_the_same(story: Story) -> None:
    await story.agreed()
    story.down = True
    assert "karim" in reply(await story.asks("sanne", "status"))
    assert reply(await story.presses("stranger", "status", about="")) == NL.say("consent.status.listening")
    with pytest.raises(Unreachable):
        await story.presses("sanne", "join", "1")


async def test_nor_does_anybody_wait_for_a_platform_that_takes_its_time(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.agreed()
    monkeypatch.setattr(beforehand, "ANSWERED_WITHIN", 0.01)
    story.hangs = True
    assert "karim" in reply(await story.asks("sanne", "status"))


async def test_where_the_bot_is_not_it_says_so(story: Story) -> None:
    assert reply(await story.asks("karim", "status")) == NL.say("consent.status.no_channel")


async def test_the_card_has_the_buttons_that_it_needs_at_the_moment(story: Story) -> None:
    await story.joins()
    assert names(story.consent_card) == ["join", "not_now"]
    await story.agrees("karim", "supplier")
    assert names(story.consent_card) == ["join", "not_now", "stop", "off"]
    await story.agrees("sanne", "client")
    assert names(story.consent_card) == ["change", "stop", "off"]


async def test_a_yes_in_one_channel_is_no_yes_in_another_project(story: Story) -> None:
    await story.agreed()
    story.channel = "C2"
    await story.joins()
    assert [row.channel for row in await story.rows(Channel) if row.listening] == ["C1"]
    await story.says("karim", NORMALISING)
    assert "wennen" not in await story.everything()


# --- whatever happens, in whatever order

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("yes"),
            st.sampled_from(["karim", "sanne", "noor"]),
            st.sampled_from(["client", "supplier"]),
            st.sampled_from(["hear tip", "hear", "tip registers"]),
        ),
        st.tuples(st.just("stop"), st.sampled_from(["karim", "sanne", "noor"])),
        st.tuples(st.just("newcomer")),
        st.tuples(st.just("newcomer writes")),
        st.tuples(
            st.just("sides"), st.sampled_from([SUPPLIER, CLIENT]), st.sampled_from(["client", "supplier", "unknown"])
        ),
    ),
    max_size=9,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
async def test_it_listens_exactly_while_all_agree_and_there_is_one_client_and_a_supplier(
    steps: list[tuple[str, ...]], new_story: NewStory
) -> None:
    with new_story() as story:
        await story.joins()
        for step in steps:
            match step:
                case ("yes", who, side, scopes):
                    await story.agrees(who, side, scopes=scopes)
                case ("stop", who):
                    await story.presses(who, "stop", about="")
                case ("newcomer",) if len(story.cast) == len(CAST):
                    await story.joins(member("noor", SECOND_SUPPLIER))
                case ("newcomer writes",) if len(story.cast) == len(CAST) and await story.listens():
                    story.cast.append(member("noor", SECOND_SUPPLIER))
                    await story.says("noor", BLAME)
                case ("sides", organisation, side):
                    row = next(o for o in await story.rows(Organisation) if o.key == organisation)
                    await story.sends("karim", "sides", {f"organisation_{row.id}": side})
            await _listening_matches_what_was_agreed(story)


async def _listening_matches_what_was_agreed(story: Story) -> None:
    organisations = await story.rows(Organisation)
    heard = {c.organisation_id for c in await story.rows(Consent) if c.scope == "hear" and c.withdrawn_at is None}
    sides = [o.side for o in organisations]
    may = {o.id for o in organisations} <= heard and sides.count("client") == 1 and sides.count(None) == 0
    assert await story.listens() == (may and "supplier" in sides)


async def test_a_yes_is_dated_by_the_moment_it_was_given(story: Story) -> None:
    await story.joins()
    await story.later(hours=3)
    await story.agrees("karim", "supplier")
    assert {c.given_at for c in await story.rows(Consent)} == {MONDAY + timedelta(hours=3)}


async def test_unknown_people_are_never_kept_or_tipped(story: Story) -> None:
    await story.agreed()
    await story.says("passer-by", BLAME)
    await story.later(minutes=2)
    assert story.tips == []
    assert {m.person for m in await story.rows(Member)} == {"karim", "lotte", "sanne", "ahmed"}
    assert "passer-by" not in await story.everything()


# --- who cannot use the commands


async def test_it_begins_with_a_card_by_which_everybody_can_reach_everything(story: Story) -> None:
    await story.joins()
    await story.both_agree()
    (begins,) = [e for e in story.sent if isinstance(e, Say) and NL.say("consent.changed.listening") in words(e.card)]
    assert names(begins.card) == ["check", "file_feedback", "file_promise", "home", "status", "abilities"]
    for card in (begins.card, answered(await story.presses("sanne", "abilities", about=""))):
        assert "home" in names(card)
    reached = set(names(begins.card)) | set(names(answered(await story.presses("sanne", "abilities", about=""))))
    reached |= set(names(answered(await story.presses("sanne", "home", about=""))))
    everything = {ability for group in ABILITIES.values() for ability in group}
    assert everything - {"language", "zone"} <= reached
    assert "locale" in reached  # both, on one form
    for button in ("check", "sides", "setup", "end"):
        assert form(await story.presses("sanne", button, about=""))
    assert NL.say("consent.status.listening") in words(answered(await story.presses("sanne", "status", about="")))
    await story.presses("sanne", "pause", about="")
    assert not await story.presses("sanne", "resume")


async def test_the_card_is_there_once_for_every_time_that_it_begins(story: Story) -> None:
    await story.joins()
    await story.both_agree()
    await story.agrees("sanne", "client")
    assert sum(NL.say("consent.changed.listening") in said for said in story.said) == 1


def answered(answers: list[Answer]) -> Card:
    """What one person alone was shown."""
    (answer,) = answers
    assert isinstance(answer, Reply)
    return answer.card
