"""Who is in several projects, and asks something in their own chat with the bot, is asked which one they mean."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from story import CHANNEL, Story, form, refused, reply, words

from bot.play.shape import buttons
from bot.slack import render as slack
from bot.teams import render as teams
from bot.teams.render_limits import LIMITS
from handlers import which
from handlers.vocabulary import Answer, Button, ButtonPress, Card, Command, Place, Reply, Share, Submission
from prompts import phrasebook
from storage import members
from storage.tables import Channel, Item, Member, Project

NL = phrasebook("nl")
KINDS = ("feedback", "toezegging", "verzoek", "waarschuwing", "klacht", "opschalen", "verbetering")
WHO_MAY = {"waarschuwing": "karim"}


def chat(story: Story, who: str) -> Place:
    """Where only somebody and the bot read along."""
    return replace(story.place(), channel=f"D{who}", direct=True)


async def asks(story: Story, who: str, word: str, text: str = "") -> list[Answer]:
    """Somebody asks something in their own chat."""
    return await story._ask(Command(story.event_id(), story.now, chat(story, who), story.person(who), word, text))


async def presses(story: Story, who: str, button: str, about: str) -> list[Answer]:
    """Somebody presses a button in their own chat."""
    return await story._ask(
        ButtonPress(story.event_id(), story.now, chat(story, who), story.person(who), button, about)
    )


async def chooses(story: Story, who: str, button: Button) -> list[Answer]:
    """Somebody presses the button of a project."""
    return await presses(story, who, button.name, button.about)


async def sends(story: Story, who: str, given: Sequence[Answer], **answers: str) -> list[Answer]:
    """Somebody sends the form that was opened in their own chat."""
    opened = form(given)
    filled_in = {each.name: each.value for each in opened.fields} | answers
    place, person = chat(story, who), story.person(who)
    return await story._ask(
        Submission(story.event_id(), story.now, place, person, opened.name, opened.about, filled_in)
    )


async def projects(story: Story, *called: str | None) -> None:
    """Everybody is in as many channels, each of a project of its own; the story goes on in the last."""
    await story.agreed()
    for number in range(2, len(called) + 1):
        story.channel = f"C{number}"
        await story.joins()
        await story.both_agree()
    for number, name in enumerate(called, start=1):
        await story.write(lambda db, row=number, name=name: setattr(db.get(Project, row), "name", name))


def question(given: Sequence[Answer]) -> Card:
    """The card that asks which project is meant."""
    (answer,) = given
    assert isinstance(answer, Reply), answer
    assert NL.say("which.title") in words(answer.card)
    return answer.card


def choices(given: Sequence[Answer]) -> dict[str, Button]:
    """The buttons of that card, by what they say."""
    return {button.label: button for button in buttons(question(given).parts)}


# --- the question


@pytest.mark.parametrize("word", [*KINDS, "open", "dossier", "link", "status", "kanten", "instellen", "pauze", "einde"])
async def test_whatever_concerns_one_project_is_asked_about(story: Story, word: str) -> None:
    await projects(story, "Loket", "Parkeren")
    assert list(choices(await asks(story, WHO_MAY.get(word, "sanne"), word))) == ["Loket", "Parkeren"]
    assert [row.paused_until for row in await story.rows(Channel)] == [None, None]


async def test_a_button_that_names_no_project_is_asked_about_too(story: Story) -> None:
    await projects(story, "Loket", "Parkeren")
    found = choices(await presses(story, "sanne", "file_feedback", ""))
    assert {button.name for button in found.values()} == {"file_feedback"}


@pytest.mark.parametrize(("word", "text"), [("FB-1", ""), ("fb-1", ""), ("open", "FB-1"), ("feedback", "FB-1")])
async def test_what_is_called_by_its_code_is_shown_once_the_project_is_clear(
    story: Story, word: str, text: str
) -> None:
    await projects(story, "Loket", "Parkeren")
    await story.fills_in("sanne", form(await story.asks("sanne", "feedback")), what="De balie wacht", who="4")
    found = choices(await asks(story, "sanne", word, text))
    (shown,) = await chooses(story, "sanne", found["Parkeren"])
    assert isinstance(shown, Reply)
    assert words(shown.card).startswith("FB-1 · Feedback")
    assert len([row for row in await story.rows(Item) if row.kind == "feedback"]) == 1


async def test_who_is_in_one_project_is_not_asked(story: Story) -> None:
    await story.agreed()
    assert form(await asks(story, "sanne", "feedback")).name == "feedback"


async def test_nor_is_who_asks_it_in_the_channel(story: Story) -> None:
    await projects(story, "Loket", "Parkeren")
    assert form(await story.asks("sanne", "feedback")).name == "feedback"


async def test_projects_without_a_name_are_told_apart_and_so_are_namesakes(story: Story) -> None:
    await projects(story, None, "Loket", "Loket")
    assert list(choices(await asks(story, "sanne", "open"))) == [
        "Project 1 met Bouwlicht",
        "Loket (2)",
        "Loket (3)",
    ]


async def test_of_more_than_five_projects_the_rest_is_for_the_channel_and_what_is_over_comes_last(story: Story) -> None:
    await projects(story, *"ABCDEF")
    assert list(choices(given := await asks(story, "sanne", "open"))) == list("ABCDE")
    assert NL.say("which.more") in words(question(given))
    await story.write(lambda db: setattr(db.get(Project, 1), "ended_at", story.now))
    assert list(choices(await asks(story, "sanne", "open"))) == list("BCDEF")


# --- the answer


async def test_the_form_has_what_was_typed_and_the_day_in_it_and_files_in_the_chosen_project(story: Story) -> None:
    await projects(story, "Loket", "Parkeren")
    asked = choices(await asks(story, "karim", "toezegging", "de printer vervangen voor 12 maart"))
    opened = await chooses(story, "karim", asked["Loket"])
    filled_in = {each.name: each.value for each in form(opened).fields}
    assert (filled_in["what"], filled_in["date"]) == ("de printer vervangen", "2027-03-12")
    await sends(story, "karim", opened)
    (item,) = await story.rows(Item)
    assert (item.project_id, item.channel, item.words["what"]) == (1, CHANNEL, "de printer vervangen")


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_opens_with_what_was_typed(story: Story, kind: str) -> None:
    await projects(story, "Loket", "Parkeren")
    who = WHO_MAY.get(kind, "sanne")
    asked = choices(await asks(story, who, kind, "Het scherm | blijft 2 minuten leeg"))
    opened = form(await chooses(story, who, asked["Parkeren"]))
    assert next(f.value for f in opened.fields if f.name == "what") == "Het scherm | blijft 2 minuten leeg"


async def test_what_is_open_and_one_item_of_it_are_those_of_the_chosen_project(story: Story) -> None:
    await projects(story, "Loket", "Parkeren")
    promise = choices(await asks(story, "karim", "toezegging", "bellen morgen"))
    await sends(story, "karim", await chooses(story, "karim", promise["Loket"]))
    asked = choices(await asks(story, "sanne", "open"))
    assert "bellen" in reply(await chooses(story, "sanne", asked["Loket"]))
    assert NL.say("register.open.nothing") in reply(await chooses(story, "sanne", asked["Parkeren"]))
    one = choices(await asks(story, "sanne", "open", "tz-1"))
    assert "bellen" in reply(await chooses(story, "sanne", one["Loket"]))
    assert refused(await chooses(story, "sanne", one["Parkeren"])) == {"": NL.say("register.refused.no_such")}


async def test_the_dossier_is_of_the_chosen_project_and_comes_to_who_asked(story: Story) -> None:
    await projects(story, "Loket", "Parkeren")
    await chooses(story, "sanne", choices(await asks(story, "sanne", "dossier"))["Loket"])
    (share,) = [each for each in story.sent if isinstance(each, Share)]
    assert (share.who.id, share.place.direct, '"name": "Loket"' in share.content) == ("sanne", True, True)


async def test_the_pause_is_as_long_as_was_typed_and_in_the_chosen_project_only(story: Story) -> None:
    await projects(story, "Loket", "Parkeren")
    await chooses(story, "sanne", choices(await asks(story, "sanne", "pauze", "30 min"))["Parkeren"])
    paused = {row.channel: row.paused_until and row.paused_until - story.now for row in await story.rows(Channel)}
    assert (paused[CHANNEL], str(paused["C2"])) == (None, "0:30:00")


async def test_the_status_is_of_the_chosen_project(story: Story) -> None:
    await projects(story, "Loket", "Parkeren")
    await story.asks("sanne", "pauze")
    asked = choices(await asks(story, "sanne", "status"))
    assert NL.say("consent.status.listening") in reply(await chooses(story, "sanne", asked["Loket"]))
    assert NL.say("consent.status.listening") not in reply(await chooses(story, "sanne", asked["Parkeren"]))


@pytest.mark.parametrize("word", ["instellen", "kanten"])
async def test_a_setting_is_changed_in_the_chosen_project(story: Story, word: str) -> None:
    await projects(story, "Loket", "Parkeren")
    opened = await chooses(story, "sanne", choices(await asks(story, "sanne", word))["Parkeren"])
    changed = {"name": "Parkeerloket"} if word == "instellen" else {"person": "lotte", "person_side": "client"}
    given = await sends(story, "sanne", opened, **changed)
    assert not [each for each in given if not isinstance(each, Reply)]
    assert {row.id: row.name for row in await story.rows(Project)}[1] == "Loket"
    if word == "instellen":
        assert {row.id: row.name for row in await story.rows(Project)}[2] == "Parkeerloket"
    else:
        own = {(m.project_id, m.person): m.own_side for m in await story.rows(Member)}
        assert (own[1, "lotte"], own[2, "lotte"]) == (None, "client")


# --- what comes back is not to be trusted


@pytest.mark.parametrize("button", ["file_feedback", "open", "dossier", "status", "pause", "setup", "end"])
async def test_nobody_chooses_a_project_that_they_are_not_in(story: Story, button: str) -> None:
    await projects(story, "Loket", "Parkeren")
    await story.write(lambda db: db.delete(members.find(db, db.get(Project, 2), "sanne")))
    for about in ("2 ", "99 x", "-1", "² x", "1;2 x", "9" * 40, "noor"):
        given = await presses(story, "sanne", button, about)
        told = [reply(given)] if isinstance(given[0], Reply) else list(refused(given).values())
        assert told == [NL.say("choices.unknown")]
    assert [row.paused_until for row in await story.rows(Channel)] == [None, None]


# --- how much a button carries


@pytest.mark.parametrize("letter", ["a", "é", "漢", "😀", '"', "\n", "<"])
async def test_a_long_text_is_cut_and_it_says_so_and_the_card_still_fits(story: Story, letter: str) -> None:
    await projects(story, *"ABCDEF")
    given = await asks(story, "sanne", "feedback", f"begin {letter * 5000} eind")
    card = question(given)
    assert NL.say("which.cut") in words(card)
    carried = [button.about for button in buttons(card.parts)]
    assert all(each.startswith(f"{n} begin {letter * 400}") for n, each in enumerate(carried, start=1))
    assert max(len(each.encode()) for each in carried) <= which.CARRIED + len("1 ")
    assert json.dumps(slack.blocks(card)).count('"type": "button"') == which.AT_MOST
    whole = json.dumps(teams.card(card, {"file_feedback"}), ensure_ascii=False)
    assert whole.count('"Action.Submit"') == which.AT_MOST
    assert len(whole.encode()) < LIMITS["card"]


async def test_what_fits_in_the_form_fits_in_the_button(story: Story) -> None:
    await projects(story, "Loket", "Parkeren")
    text = "é" * 200 + " " + "x" * 1299
    given = await asks(story, "sanne", "feedback", text)
    assert NL.say("which.cut") not in words(question(given))
    opened = form(await chooses(story, "sanne", choices(given)["Loket"]))
    assert next(f.value for f in opened.fields if f.name == "what") == text
