"""Who speaks for a side, what a withdrawn yes stops, and what is never read into what somebody types."""

from typing import Any

import pytest
from registers import files, filled_in, stands
from story import MONDAY, Story, form, names, refused, reply, words

from handlers.dossier import facts
from handlers.register import filing, promoting
from handlers.register.kinds import KINDS
from handlers.turn import Policy, Turn
from handlers.vocabulary import Form, Say, Whisper
from prompts import phrasebook
from storage.tables import Item, Project

NL = phrasebook("nl")


@pytest.mark.parametrize("step", ["follow", "accept_risk"])
async def test_a_risk_is_taken_for_the_client_only_by_who_may_commit(story: Story, step: str) -> None:
    await story.agreed()  # Sanne may commit, Ahmed may not
    await files(story, KINDS["warning"])

    assert refused(await story.presses("ahmed", step, "1")) == {"": NL.say("register.refused.lead")}
    opened = await story.presses("sanne", step, "1")
    if opened:
        await story.fills_in("sanne", form(opened), reason="Dat nemen we voor lief")

    assert (await story.rows(Item))[0].state in ("followed", "risk_accepted")


async def test_once_a_yes_to_registers_is_withdrawn_nothing_more_is_taken_down_but_can_be_taken_back(
    story: Story,
) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])
    contest = form(await story.presses("karim", "contest", "1"))
    await story.agrees("sanne", "client", scopes="hear tip")
    scope = {"": NL.say("register.refused.scope")}

    assert refused(await story.presses("karim", "acknowledge", "1")) == scope
    assert refused(await story.fills_in("karim", contest, note="Toch nog iets")) == scope
    await story.presses("sanne", "withdraw", "1")

    assert (await story.rows(Item))[0].state == "withdrawn"


async def test_what_is_the_same_is_not_put_together_either_once_the_yes_is_withdrawn(story: Story) -> None:
    await story.agreed()
    for _ in range(2):
        await files(story, KINDS["feedback"])
    await story.agrees("sanne", "client", scopes="hear tip")

    assert refused(await story.presses("sanne", "same", "2 1")) == {"": NL.say("register.refused.scope")}


async def test_anyone_may_name_the_day_on_which_they_come_back_to_it(story: Story) -> None:
    await story.agreed()  # Lotte may not commit
    opened = form(await story.asks("lotte", "promise"))

    await story.fills_in(
        "lotte", opened, **(filled_in(KINDS["promise"].blanks) | {"owner": "lotte", "kind": "come_back"})
    )

    assert (await story.rows(Item))[0].state == "proposed"


@pytest.mark.parametrize(
    "said",
    [
        "fout bij stap 3-4",
        "de printer doet niets op de 3e",
        "dit speelt vanaf vrijdag",
        "het werkt niet sinds maandag",
        "een nieuwe versie voor vrijdag",
    ],
)
async def test_in_feedback_no_day_is_read_and_no_word_is_lost(story: Story, said: str) -> None:
    await story.agreed()

    opened = form(await story.asks("sanne", "feedback", said))

    values = {field.name: field.value for field in opened.fields}
    assert (values["what"], values["date"]) == (said, "")
    assert "Ik lees:" not in words(opened)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("een printer op vrijdag", "een printer op vrijdag"),
        ("een printer die werkt vanaf vrijdag", "een printer die werkt vanaf vrijdag"),
        ("een printer uiterlijk vrijdag", "een printer"),
        ("uiterlijk vrijdag", ""),
    ],
)
async def test_in_a_request_only_what_clearly_names_the_day_leaves_the_words(
    story: Story, said: str, what: str
) -> None:
    await story.agreed()

    opened = form(await story.asks("sanne", "verzoek", said))

    assert {field.name: field.value for field in opened.fields}["what"] == what
    assert "Ik lees:" in words(opened)


async def test_a_step_that_stands_on_no_card_is_not_taken_by_a_made_up_form(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["feedback"])

    assert refused(await story.sends("sanne", "step", {}, "1 same")) == {"": NL.say("register.refused.changed")}
    assert (await story.rows(Item))[0].state == "open"


@pytest.mark.parametrize(
    ("said", "person"),
    [("Als je bent ingelogd valt het scherm weg", False), ("Jij bent een prutser", True), ("u bent een ramp", True)],
)
def test_only_words_about_a_person_are_taken_for_them(said: str, person: bool) -> None:
    assert ("person" in filing.missing(NL, KINDS["feedback"], {"what": said})) is person


async def test_the_dossier_names_both_who_answer_for_an_improvement(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["improvement"])

    def told(db: Any) -> Any:
        return facts.gathered(Turn(db, MONDAY, Policy(), lambda: 0.5), db.query(Project).one())["items"][0]

    item = await story.write(told)
    assert (item["owner"]["id"], item["second"]["id"]) == ("sanne", "karim")


async def test_the_form_of_a_complaint_says_whom_to_call(story: Story) -> None:
    await story.agreed()

    def line(db: Any) -> None:
        db.query(Project).one().emergency_line = "06 1234"

    await story.write(line)
    assert "06 1234" in words(form(await story.asks("sanne", "complaint")))


@pytest.mark.parametrize("kind", ["complaint", "feedback"])
async def test_who_files_is_told_that_it_may_become_public(story: Story, kind: str) -> None:
    await story.agreed()
    assert NL.say("link.page.published") in words(form(await story.asks("sanne", kind)))


async def test_what_is_in_the_morning_message_leads_to_all_that_is_open_without_a_command(story: Story) -> None:
    await story.agreed()
    await files(story, KINDS["request"])
    await story.until("2027-03-02T12:00:00+01:00")

    (morning,) = [each for each in story.sent if isinstance(each, Whisper) and each.key.startswith("digest:")]
    assert "open" in names(morning.card)
    assert "FB-1" not in reply(await story.presses("karim", "open"))


@pytest.mark.parametrize("there", [True, False])
async def test_the_quarterly_line_tells_of_the_link_where_there_is_one(story: Story, there: bool) -> None:
    await story.agreed()
    if there:
        await story.presses("sanne", "link_make", "")
    await story.until(MONDAY + promoting.QUARTER + promoting.AGAIN)

    (line,) = [words(each.card) for each in story.sent if isinstance(each, Say) and each.key.startswith("promotion:")]
    assert (NL.say("alike.promotion_link") in line) is there


async def test_what_is_a_days_limit_is_called_so_everywhere(story: Story) -> None:
    await story.agreed()
    shown: list[Form] = [form(await story.asks("sanne", kind)) for kind in ("feedback", "request", "promise")]
    asked = [field.label for each in shown for field in each.fields]
    asked += [label for each in shown for field in each.fields for _, label in getattr(field, "choices", ())]
    assert not [label for label in asked if "vóór" in label.casefold()]
    item = await files(story, KINDS["request"])
    await stands(story, item, "acknowledged")
    assert "vóór" not in reply(await story.asks("sanne", "open", "VZ-1")).casefold()
