"""The dossier tells the same to both sides: all that they share, nothing that one of them keeps to itself."""

import json
from typing import Any

import pytest
from dossiers import HOSTILE, NOTE, PROMISED, asked_for, filed, much_happened, steps
from story import SUPPLIER, Story, member, refused, reply

from handlers.dossier import asking, chain, told
from handlers.register.kinds import FILED, UNSEEN
from handlers.turn import Policy, Turn
from handlers.vocabulary import Share
from prompts import LANGUAGES, phrasebook
from storage.tables import Project

NL = phrasebook("nl")


async def made(story: Story, who: str = "sanne") -> dict[str, Any]:
    """What somebody gets, as data and in words."""
    return dict(json.loads((await asked_for(story, who)).content))


async def facts(story: Story, who: str = "sanne") -> dict[str, Any]:
    return dict((await made(story, who))["facts"])


def texts(found: Any) -> list[str]:
    """Every text in data."""
    if isinstance(found, dict):
        return [text for value in found.values() for text in texts(value)]
    if isinstance(found, list):
        return [text for value in found for text in texts(value)]
    return [found] if isinstance(found, str) else []


async def test_who_asks_gets_it_privately_and_both_sides_get_the_same(story: Story) -> None:
    await much_happened(story)
    mine, theirs = await asked_for(story, "sanne"), await asked_for(story, "karim")
    assert (mine.who.id, theirs.who.id) == ("sanne", "karim")
    assert mine.content == theirs.content
    assert mine.name == theirs.name == "dossier-1-2027-03-02.zip"
    assert mine.holds == "dossier"


async def test_pressed_again_within_the_minute_it_is_sent_once(story: Story) -> None:
    await much_happened(story)
    for _ in range(3):
        assert "Vergunningenloket" in reply(await story.presses("sanne", "dossier", ""))
    assert len([e for e in story.sent if isinstance(e, Share)]) == 1
    await story.later(minutes=1)
    await story.asks("sanne", "dossier")
    assert len([e for e in story.sent if isinstance(e, Share)]) == 2


async def test_a_stranger_gets_nothing(story: Story) -> None:
    await much_happened(story)
    assert refused(await story.asks("stranger", "dossier")) == {"": NL.say("choices.unknown")}
    assert not any(isinstance(e, Share) for e in story.sent)


async def test_items_have_their_fields_and_how_they_stand(story: Story) -> None:
    await much_happened(story)
    found = {item["code"]: item for item in (await facts(story))["items"]}
    assert list(found) == ["FB-1", "TZ-1", "VZ-1", "WS-1", "KD-1", "VB-1"]
    assert found["FB-1"]["words"] == HOSTILE
    assert found["FB-1"]["state"] == "acknowledged"
    assert found["FB-1"]["reference"] == ["TOPdesk", "M2603-0123", "javascript:alert(1)"]
    assert found["WS-1"]["state"] == "risk_accepted"
    assert found["KD-1"]["author"] == {"organisation": "Waterveen", "side": "client", "role": None, "id": None}


async def test_a_promise_has_every_date_that_it_ever_had(story: Story) -> None:
    await much_happened(story)
    (promise,) = [item for item in (await facts(story))["items"] if item["kind"] == "promise"]
    assert [(each["date"], each["since"]["utc"][:10], each["reason"]) for each in promise["dates"]] == [
        ("2027-03-05", "2027-03-01", None),
        ("2027-03-12", "2027-03-01", "De testomgeving is er later"),
        ("2027-03-19", "2027-03-02", "Nog een week voor de keten"),
    ]
    assert (promise["due"], promise["moved"]) == ("2027-03-19", 2)


async def test_the_history_is_told_in_order_with_both_clocks_and_who(story: Story) -> None:
    await much_happened(story)
    entries = (await facts(story))["entries"]
    assert [each["number"] for each in entries] == list(range(1, len(entries) + 1))
    first = entries[0]
    assert (first["item"], first["step"], first["by"]["id"]) == ("FB-1", "filed", "sanne")
    assert first["at"] == {"utc": "2027-03-01T08:30:00Z", "local": "2027-03-01T09:30:00+01:00"}
    (note, other) = [each for each in entries if each["step"] == "contest"]
    assert note["words"] == {"note": NOTE}
    assert (note["by"]["side"], other["by"]["side"]) == ("client", "supplier")
    filed_for_others = next(each for each in entries if each["item"] == "KD-1")
    assert filed_for_others["by"] == {"organisation": "Waterveen", "side": "client", "role": None, "id": None}


async def test_what_one_side_keeps_to_itself_is_left_out_for_both(story: Story) -> None:
    await story.agreed()
    await story.joins(member("bas", SUPPLIER))
    await filed(story, "bas", "promise", **PROMISED)
    for who in ("sanne", "karim", "bas"):
        found = await facts(story, who)
        assert (found["items"], found["entries"]) == ([], [])
        assert PROMISED["what"] not in texts(found)
    await story.later(hours=1)
    await story.presses("karim", "allow", "1")
    found = await facts(story)
    # That it waited for a yes of the own side, and since when, stays with that side.
    assert [(each["step"], each["state"]) for each in found["entries"]] == [("allow", "proposed")]
    assert "2027-03-01T08:30:00Z" not in texts(found)
    assert "lead" not in [state for rule in found["rules"] for step in rule["steps"] for state in step["before"]]
    await filed(story, "bas", "promise", **(PROMISED | {"what": "Nog iets"}))
    await story.presses("karim", "hold", "2")
    assert "Nog iets" not in texts(await facts(story, "karim"))


async def test_who_was_erased_is_named_by_organisation_and_side_only(story: Story) -> None:
    await much_happened(story)
    await story.presses("sanne", "privacy_erase", about="")
    found = await made(story, "ahmed")
    assert "sanne" not in json.dumps(found)
    assert found["facts"]["items"][0]["author"] == {
        "organisation": "Waterveen",
        "side": "client",
        "role": None,
        "id": None,
    }
    erased = [each for each in found["facts"]["consents"] if each["by"]["side"] == "client"]
    assert [each["by"] for each in erased[:1]] == [
        {"organisation": "Waterveen", "side": "client", "role": "other", "id": None}
    ]
    assert any(NL.say("dossier.erased") in text for text in texts(told.in_words("nl", found["facts"])))


async def test_a_yes_that_was_withdrawn_is_still_told(story: Story) -> None:
    await much_happened(story)
    await story.presses("sanne", "stop", "")
    found = await facts(story)
    given = {(each["by"]["organisation"], each["scope"]): each for each in found["consents"]}
    assert given["Waterveen", "registers"]["withdrawn"]["utc"] == "2027-03-02T10:35:00Z"
    assert given["Bouwlicht", "registers"]["withdrawn"] is None


async def test_the_same_rows_at_the_same_moment_give_the_same(story: Story) -> None:
    await much_happened(story)
    project = (await story.rows(Project))[0]

    def write(db: Any) -> str:
        return asking.written(Turn(db, story.now, Policy(), lambda: 0.5), db.get_one(Project, project.id))

    assert await story.write(write) == await story.write(write) == (await asked_for(story)).content


async def test_a_project_in_which_nothing_was_filed_has_one_too(story: Story) -> None:
    await story.agreed()
    found = await made(story)
    assert found["facts"]["items"] == []
    assert NL.say("dossier.nothing") in texts(told.in_words(found["language"], found["facts"]))


async def test_of_too_many_items_it_says_where_to_get_it(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await much_happened(story)
    monkeypatch.setattr(asking, "AT_MOST", 4)
    said = reply(await story.asks("sanne", "dossier"))
    assert said == NL.say("dossier.chat.too_large", number="1")
    assert not any(isinstance(e, Share) for e in story.sent)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_of_it_is_told_in_words(story: Story, language: str) -> None:
    await much_happened(story)
    known = await facts(story)
    book = phrasebook(language)
    said = texts(told.told(book, known)["blocks"])
    for text in (*HOSTILE.values(), NOTE, "De testomgeving is er later", "Dat had anders gemoeten. Wij bellen"):
        assert text in ("60",) or any(text in each for each in said), text
    for kind in FILED:
        if kind.begins not in UNSEEN:
            assert any(book.say(f"{kind.name}.name") in each for each in said)
    assert chain.last(chain.line(each) for each in known["entries"]) in said
    assert "2027-03-01 09:30:00\nUTC 2027-03-01 08:30:00" in said


async def test_words_that_a_later_kind_has_not_got_here_come_from_its_own(story: Story) -> None:
    await much_happened(story)
    known = await facts(story)
    known["entries"][0]["step"], known["entries"][0]["words"] = "resolve", {"reason": "x", "unheard_of": "y"}
    book = phrasebook("nl")
    entries = {name: dict(value) if hasattr(value, "items") else value for name, value in book.entries.items()}
    entries["dossier"] = {**entries["dossier"], "happened": {"other": "Iets anders"}, "choice": {}}
    said = texts(told.told(type(book)("nl", entries), known)["blocks"])
    assert any(each.startswith(NL.say("register.step.resolve")) for each in said)
    assert any("Ook vermeld: y" in each for each in said)
    assert NL.say("feedback.label.who") in said


async def test_an_ended_project_still_has_its_dossier(story: Story) -> None:
    await much_happened(story)
    await story.write(lambda db: setattr(db.query(Project).one(), "ended_at", story.now))
    found = await facts(story)
    assert found["project"]["ended"]["utc"] == "2027-03-02T10:35:00Z"
    assert len(found["items"]) == 6


async def test_what_was_filed_elsewhere_is_not_in_it(story: Story) -> None:
    await much_happened(story)
    other = Story(story.database, now=story.now, channel="C2", cast=list(story.cast))
    await other.joins()
    await other.agrees("karim", "supplier")
    await other.agrees("sanne", "client")
    await filed(other, "sanne", "feedback", what="Iets van een ander project", who="wij")
    await steps(other, "karim", "contest", "7", note="Ook niet van hier")
    found = texts(await facts(story))
    assert "Iets van een ander project" not in found
    assert "Ook niet van hier" not in found
