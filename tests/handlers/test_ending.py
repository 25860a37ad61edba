"""A project ends when both sides say so, each gets what is theirs, and nothing of it rises again."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from story import (
    CHAT,
    CLIENT,
    MONDAY,
    NORMALISING,
    SECOND_SUPPLIER,
    SUPPLIER,
    Story,
    form,
    member,
    names,
    refused,
    reply,
    words,
)

from bot import dispatch
from handlers.vocabulary import Form, Joined, Message, Share, Uninstalled
from prompts import phrasebook
from storage import retention
from storage.columns import Base
from storage.database import EVERYWHERE
from storage.tables import Member, Outbox, Project, Recent, Tombstone

NL, EN = phrasebook("nl"), phrasebook("en")
YES = {"mandate": "yes"}


async def proposes(story: Story, who: str, **answers: str) -> list[Any]:
    """Somebody proposes to end it."""
    return await story.fills_in(who, form(await story.asks(who, "einde")), **(YES | answers))


async def agrees(story: Story, who: str) -> list[Any]:
    """Somebody agrees with the proposal that stands in the channel."""
    return await story.fills_in(who, form(await story.presses(who, "end")), **YES)


async def ended(story: Story, **answers: str) -> None:
    """Both sides have said that it is over."""
    await story.agreed()
    await proposes(story, "karim", **answers)
    await agrees(story, "sanne")


def files(story: Story) -> dict[str, Share]:
    """The last file that each person got."""
    return {e.who.id: e for e in story.sent if isinstance(e, Share)}


# --- both sides must agree


async def test_one_side_alone_only_proposes(story: Story) -> None:
    await story.agreed()
    await proposes(story, "karim", days="14")
    assert "Na 14 dagen" in story.said[-1]
    assert names(story.sent[-1].card) == ["end", "end_not"]  # type: ignore[union-attr]
    assert await story.listens()
    assert files(story) == {}
    await story.later(days=20)
    assert await story.listens()


async def test_who_proposed_is_told_to_wait_and_cannot_agree_with_themselves(story: Story) -> None:
    await story.agreed()
    first = form(await story.asks("karim", "einde"))
    await story.fills_in("karim", first, **YES)
    for who in ("karim", "lotte"):
        assert NL.say("ending.yours") in reply(await story.asks(who, "end"))
    about = form(await story.asks("sanne", "einde")).about
    assert refused(await story.sends("lotte", "end", YES, about)) == {"": NL.say("ending.refused.changed")}
    await story.sends("karim", "sides", {"organisation_1": "client", "organisation_2": "supplier"})
    assert refused(await story.sends("karim", "end", YES, about))
    assert await story.listens()


async def test_when_the_other_side_agrees_it_is_over(story: Story) -> None:
    await ended(story, days="14")
    day = "15 maart 2027"
    assert NL.say("ending.ended", day=day) in story.said[-1]
    assert not await story.listens()
    assert NL.say("consent.why_deaf.ended") in words(story.consent_card)
    assert names(story.consent_card) == []
    assert NL.say("ending.over", day=day) in reply(await story.asks("karim", "einde"))


async def test_each_side_gets_what_is_theirs_and_nothing_of_a_person_or_of_the_other(story: Story) -> None:
    await story.agreed()
    await story.says("lotte", NORMALISING)
    await story.later(minutes=2)
    await story.asks("ahmed", "uit")
    await story.says("sanne", CHAT)
    await proposes(story, "karim")
    await agrees(story, "sanne")
    theirs = {who: json.loads(each.content) for who, each in files(story).items()}
    assert {who: kept["organisation"] for who, kept in theirs.items()} == {
        "karim": SUPPLIER.title(),
        "sanne": CLIENT.title(),
    }
    for who, kept in theirs.items():
        assert {given["given_by"] for given in kept["agreements"]} == {who}
        assert kept["project"]["zone"] == "Europe/Amsterdam"
        everything = files(story)[who].content
        others = {"karim", "sanne", "lotte", "ahmed"} - {who}
        assert not [word for word in (*others, CHAT, NORMALISING) if word in everything]


async def test_what_was_said_is_forgotten_at_once_and_nothing_is_heard_after(story: Story) -> None:
    await story.agreed()
    await story.says("sanne", CHAT)
    await proposes(story, "karim")
    await agrees(story, "sanne")
    assert await story.rows(Recent) == []
    await story.says("karim", NORMALISING)
    await story.later(minutes=2)
    assert story.tips == []


async def test_nobody_opens_the_ears_of_a_project_that_is_over(story: Story) -> None:
    await ended(story)
    over = {"": NL.say("ending.refused.over")}
    assert refused(await story.agrees("sanne", "client")) == over
    assert refused(await story.presses("sanne", "join", about="1")) == over
    assert refused(await story.presses("sanne", "go_on", about="1")) == over
    assert refused(await story.presses("sanne", "end_not", about="1")) == over
    assert refused(await story.sends("sanne", "end", YES, "1 0 30")) == over
    await story.asks("karim", "kanten")
    await story.sends("karim", "sides", {})
    await story.joins(member("noor", SECOND_SUPPLIER), member("bram", SUPPLIER))
    assert not await story.listens()
    assert await story.member("bram") is None


async def test_a_proposal_can_be_taken_back_or_turned_down(story: Story) -> None:
    await story.agreed()
    for who in ("karim", "ahmed"):
        await proposes(story, "lotte")
        await story.presses(who, "end_not")
        assert NL.say("ending.kept", organisation=story.person(who).team.title()) == story.said[-1]
    await story.presses("karim", "end_not", about="1")
    assert len(story.said) == 4
    assert await story.listens()


async def test_what_somebody_agrees_to_is_what_they_saw(story: Story) -> None:
    await story.agreed()
    await proposes(story, "karim", days="300")
    seen = form(await story.presses("sanne", "end"))
    await story.presses("karim", "end_not")
    await proposes(story, "karim", days="8")
    assert refused(await story.fills_in("sanne", seen, **YES)) == {"": NL.say("ending.refused.changed")}
    assert {row.ended_at for row in await story.rows(Project)} == {None}


@pytest.mark.parametrize("days", ["", "0", "6", "366", "-1", "veel", "1" * 40, "3.5"])
async def test_days_that_are_none_and_a_mandate_that_is_not_there_are_refused(story: Story, days: str) -> None:
    await story.agreed()
    opened = form(await story.asks("karim", "einde"))
    assert set(refused(await story.fills_in("karim", opened, days=days, mandate=""))) == {"days", "mandate"}


async def test_without_anybody_on_the_other_side_one_is_enough(story: Story) -> None:
    story.cast = [member("karim", SUPPLIER)]
    await story.joins()
    await story.agrees("karim", "supplier")
    await proposes(story, "karim")
    assert {row.ended_at for row in await story.rows(Project)} == {story.now}


# --- the last day


async def erased(story: Story) -> list[Share]:
    """The last day has come; the certificates that people got."""
    await ended(story)
    story.sent.clear()
    await story.later(days=29, hours=23)
    assert await story.rows(Member) != []
    await story.later(hours=2)
    await story.later(minutes=1)
    return [e for e in story.sent if isinstance(e, Share)]


async def test_on_the_agreed_day_everything_is_gone_but_a_hash(story: Story) -> None:
    story.cast = [member("karim", SUPPLIER), member("lotte", SUPPLIER), member("sanne", CLIENT)]
    await story.agreed()
    await story.asks("lotte", "uit")
    await story.opens_home("sanne")
    await story.presses("karim", "privacy_export", about="")
    await proposes(story, "karim")
    await agrees(story, "sanne")
    await story.later(days=30, minutes=1)
    await story.later(minutes=1)
    left = {mapper.class_: await story.rows(mapper.class_) for mapper in Base.registry.mappers}
    (tombstone,) = left.pop(Tombstone)
    assert {kind: rows for kind, rows in left.items() if rows} == {}
    everything = await story.everything()
    for trace in ("karim", "lotte", "sanne", SUPPLIER, CLIENT, "C1"):
        assert trace not in everything.replace(tombstone.place, "").replace(tombstone.certificate, "")


async def test_both_sides_get_a_certificate_in_their_own_language_that_anyone_can_check(story: Story) -> None:
    story.cast = [member("karim", SUPPLIER), member("sanne", CLIENT, language="en")]
    await story.agreed()
    await proposes(story, "karim")
    await agrees(story, "sanne")
    story.sent.clear()
    await story.later(days=31)
    got = {e.who.id: e for e in story.sent if isinstance(e, Share)}
    assert {who: each.name for who, each in got.items()} == {
        "karim": NL.say("ending.certificate.file"),
        "sanne": EN.say("ending.certificate.file"),
    }
    (tombstone,) = await story.rows(Tombstone)
    for each in got.values():
        facts = next(line.strip() for line in each.content.splitlines() if line.startswith("    "))
        assert hashlib.sha256(facts.encode()).hexdigest() == tombstone.certificate
        assert tombstone.certificate in each.content
        assert json.loads(facts)["erased"]["member"] == 2
        assert SUPPLIER.title() in each.content
        assert "karim" not in each.content
    assert f"- {EN.say('ending.table.member')}: 2" in got["sanne"].content
    assert story.said[-1] == NL.say("ending.erased")


async def test_a_project_called_after_a_certificate_writes_none(story: Story) -> None:
    await story.agreed()
    await story.write(lambda db: setattr(db.get(Project, 1), "name", "Loket\n\nSHA-256: 1234\n# Bewijs"))
    await proposes(story, "karim")
    await agrees(story, "sanne")
    await story.later(days=31)
    written = files(story)["karim"].content.splitlines()
    assert len([line for line in written if line.startswith("SHA-256")]) == 1
    assert len([line for line in written if line.startswith("# ")]) == 1


async def test_the_certificate_counts_every_table_in_words(story: Story) -> None:
    (first, *_) = await erased(story)
    counted = json.loads(next(line for line in first.content.splitlines() if line.startswith("    ")))["erased"]
    # What is of the whole installation goes with its last project, once the last words are said.
    tables = {mapper.class_.__tablename__ for mapper in Base.registry.mappers} - {"tombstone", "barred", "reference"}
    assert set(counted) == tables
    for book in (NL, EN):
        assert set(book.table("ending.table")) == tables


async def test_while_the_platform_is_down_the_certificate_waits_and_then_goes(story: Story) -> None:
    await ended(story)
    story.sent.clear()
    story.down = True
    await story.later(days=30, minutes=1)
    assert files(story) == {}
    assert {row.channel for row in await story.rows(Outbox)} == {"C1"}
    story.down = False
    await story.sleeps_through(minutes=10)
    await story.sleeps_through(minutes=10)
    assert set(files(story)) == {"karim", "sanne"}
    await story.later(minutes=1)
    assert await story.rows(Outbox) == []


async def test_what_somebody_has_in_another_project_stays(story: Story) -> None:
    await story.agreed()
    story.channel = "C2"
    await story.joins()
    await story.both_agree()
    story.channel = "C1"
    await proposes(story, "karim")
    await agrees(story, "sanne")
    await story.later(days=31)
    assert len(await story.rows(Project)) == 1
    assert {row.person for row in await story.rows(Member)} == {"karim", "lotte", "sanne", "ahmed"}
    story.channel = "C2"
    assert await story.listens()


# --- nothing rises again


async def test_what_is_delivered_again_raises_nothing(story: Story) -> None:
    began = story.now - timedelta(days=7)
    await erased(story)
    for number in range(2):
        for who in (None, story.person("karim")):
            await dispatch.take(story.house, Joined(f"again-{number}-{who}", began, story.place(), who))
        message = Message(f"again-{number}", began, story.place(), story.person("karim"), f"m{number}", NORMALISING)
        await dispatch.take(story.house, message)
        await story.settle()
    await story.asks("karim", "status")
    await story.agrees("karim", "supplier")
    await story.later(minutes=5)
    assert await story.rows(Project) == await story.rows(Member) == await story.rows(Recent) == []
    assert "wennen" not in await story.everything()


async def test_whoever_invites_it_again_later_begins_with_nothing(story: Story) -> None:
    await erased(story)
    await story.later(hours=1)
    await story.joins()
    assert NL.say("consent.intro.hello") in story.said[-1]
    assert await story.rows(Member) == []
    assert not await story.listens()
    await story.both_agree()
    await story.later(days=60)
    assert await story.listens()


async def test_a_backup_that_is_put_back_is_erased_anew(story: Story) -> None:
    await story.agreed()

    def copy(db: Any) -> dict[str, list[dict[str, Any]]]:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in ("inbox", "outbox")]
        return {table.name: [dict(row._mapping) for row in db.execute(table.select())] for table in tables}

    before = await story.database.read(EVERYWHERE, copy)
    await proposes(story, "karim")
    await agrees(story, "sanne")
    await story.later(days=31)
    assert await story.rows(Project) == []

    def put_back(db: Any) -> None:
        for table in Base.metadata.sorted_tables:
            if before.get(table.name):
                db.execute(table.insert(), before[table.name])

    await story.database.write(EVERYWHERE, put_back)
    assert await story.listens()
    await story.database.write(EVERYWHERE, lambda db: retention.forget(db, story.now))
    await story.settle()
    await story.later(minutes=1)
    assert await story.rows(Project) == await story.rows(Member) == []
    assert len(await story.rows(Tombstone)) == 2


# --- the bot is uninstalled


async def test_thirty_days_after_uninstalling_everything_is_gone(story: Story) -> None:
    await story.agreed()
    await story.befalls(Uninstalled)
    await story.later(days=29)
    assert len(await story.rows(Member)) == 4
    await story.later(days=2)
    assert await story.rows(Project) == await story.rows(Member) == []
    assert len(await story.rows(Tombstone)) == 1
    # Nobody can be reached there, so nothing waits to be sent to anybody either.
    assert "karim" not in await story.everything()


async def test_uninstalling_does_not_move_the_day_that_was_agreed(story: Story) -> None:
    await ended(story, days="7")
    await story.befalls(Uninstalled)
    await story.later(days=8)
    assert await story.rows(Project) == []


async def test_a_form_is_a_form_again_when_nothing_was_agreed_before(story: Story) -> None:
    await story.agreed()
    opened: Form = form(await story.asks("karim", "beëindigen"))
    assert {field.name: field.value for field in opened.fields} == {"days": "30", "mandate": ""}
    assert story.now == MONDAY
